import type { RecordingInfo } from '../recording/record.ts';
import { resourceOf, type OtelGroup } from './otlp.ts';

/** Spans or logs that wait to be sent, by the plugin that they are of. */
export class OtelBatches<Entry> {
  readonly #info: RecordingInfo;
  readonly #version: string;
  readonly #waiting = new Map<number, Entry[]>();
  #count = 0;

  constructor(info: RecordingInfo, version: string) {
    this.#info = info;
    this.#version = version;
  }

  get count(): number {
    return this.#count;
  }

  readonly add = (plugin: number, entry: Entry): void => {
    const waiting = this.#waiting.get(plugin);
    if (waiting === undefined) this.#waiting.set(plugin, [entry]);
    else waiting.push(entry);
    this.#count++;
  };

  /** Everything that waits. */
  take(): readonly OtelGroup<Entry>[] {
    const groups = [...this.#waiting].map(([plugin, entries]) => ({
      resource: resourceOf(this.#info.plugins[plugin], this.#version),
      entries,
    }));
    this.#waiting.clear();
    this.#count = 0;
    return groups;
  }
}
