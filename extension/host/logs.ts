import type { HostEvents } from './protocol.ts';

type LogLine = HostEvents['log'];

/** Lines that are passed on within one interval; the recording has them all. */
const MOST = 200;
const INTERVAL_MS = 200;

/** Passes log lines on at a pace that a person's log channel can take. */
export class LogRelay {
  readonly #emit: (line: LogLine) => void;
  #passed = 0;
  #held = new Map<string, number>();
  #counting = false;

  constructor(emit: (line: LogLine) => void) {
    this.#emit = emit;
  }

  /** Passes a line on, or counts it where there are too many. `make` is only called for lines that pass. */
  line(plugin: string, make: () => LogLine): void {
    if (!this.#counting) {
      this.#counting = true;
      setTimeout(this.#next, INTERVAL_MS).unref();
    }
    if (this.#passed < MOST) {
      this.#passed++;
      this.#emit(make());
    } else {
      this.#held.set(plugin, (this.#held.get(plugin) ?? 0) + 1);
    }
  }

  readonly #next = (): void => {
    this.#counting = false;
    this.#passed = 0;
    for (const [plugin, count] of this.#held) {
      this.#emit({
        plugin,
        level: 'info',
        source: 'host',
        text: `${count} more lines are in the trace`,
        event: 0,
      });
    }
    this.#held.clear();
  };
}
