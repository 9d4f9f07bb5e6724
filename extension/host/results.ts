/** The part of the host that answers for the rows which plugins made. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { UserError } from '../errors.ts';
import type { LiveRecording } from '../recording/live.ts';
import type { Recording } from '../recording/record.ts';
import type { Contract } from './contract.ts';
import type { Handler } from './part.ts';
import type { RecordingId } from './protocol.ts';
import type { ReferredPlaces } from './referred.ts';
import type { ResultView } from './result-view.ts';

export type ResultRequest = 'results' | 'findResult' | 'resultDetail' | 'saveResults' | 'saveAttachment';

export interface ResultsOptions {
  readonly contracts: Readonly<Record<string, Contract>>;
  /** Throws a UserError where it is not known. */
  readonly recording: (id: RecordingId) => Recording;
  /** Where the files may be that a plugin of this name was given. */
  readonly places: (plugin: string) => ReferredPlaces;
}

/** A plugin that goes on in another recording: its index in both. */
export interface Continued {
  readonly before: number;
  readonly now: number;
}

export class ResultsPart {
  readonly #options: ResultsOptions;
  /** By recording and index of the plugin in it. */
  readonly #views = new WeakMap<Recording, Map<number, ResultView>>();
  /** Those of the recording that is written. */
  #live = new Set<ResultView>();
  readonly handlers: { readonly [K in ResultRequest]: Handler<K> };

  constructor(options: ResultsOptions) {
    this.#options = options;
    this.handlers = {
      results: async ({ recording, plugin, query }) =>
        await this.#find(recording, plugin)?.view.window(query),
      findResult: async ({ recording, plugin, find }) => await this.#of(recording, plugin).view.find(find),
      resultDetail: async ({ recording, plugin, row }) => {
        const { view, places } = this.#of(recording, plugin);
        return await view.detail(row, places);
      },
      saveResults: async ({ recording, plugin, file, format, filter }) =>
        await this.#of(recording, plugin).view.save(file, format, filter),
      saveAttachment: async ({ recording, plugin, row, file }) => ({
        bytes: await this.#of(recording, plugin).view.saveAttachment(row, file),
      }),
    };
  }

  /** The live recording is full, and plugins go on in the next one: what their run has made until then stays readable. */
  continued(full: LiveRecording, next: LiveRecording, plugins: readonly Continued[]): void {
    const live = new Set<ResultView>();
    for (const { before, now } of plugins) {
      const view = this.#view(full, before);
      if (view === undefined) continue;
      view.continueIn({ recording: next, plugin: now }, full.hold());
      this.#keep(next, now, view);
      live.add(view);
    }
    this.#live = live;
  }

  /** Recordings were removed from the disk: what nobody can open is not held either. */
  removed(): void {
    const isGone = ({ path }: Recording): boolean => path !== undefined && !existsSync(path);
    for (const view of this.#live) view.forget(isGone);
  }

  dispose(): void {
    for (const view of this.#live) view[Symbol.dispose]();
    this.#live.clear();
  }

  #of(
    id: RecordingId,
    plugin: string | undefined,
  ): { readonly view: ResultView; readonly places: ReferredPlaces } {
    const found = this.#find(id, plugin);
    if (found !== undefined) return found;
    throw new UserError('No plugin of this recording makes rows.', 'Choose a recording of a parser.');
  }

  /** The last plugin of that name that makes rows, or the last one at all. */
  #find(
    id: RecordingId,
    name: string | undefined,
  ): { readonly view: ResultView; readonly places: ReferredPlaces } | undefined {
    const recording = this.#options.recording(id);
    const { plugins } = recording.info;
    const index = plugins.findLastIndex(
      (plugin) =>
        this.#options.contracts[plugin.contract]?.results !== undefined &&
        (name === undefined || plugin.name === name),
    );
    const plugin = plugins[index];
    const view = this.#view(recording, index);
    if (plugin === undefined || view === undefined) return undefined;
    const { folders, files } = this.#options.places(plugin.name);
    const beside = recording.path === undefined ? [] : [dirname(recording.path)];
    return { view, places: { folders: [...folders, ...beside], files } };
  }

  #view(recording: Recording, index: number): ResultView | undefined {
    const plugin = recording.info.plugins[index];
    const make = plugin === undefined ? undefined : this.#options.contracts[plugin.contract]?.results;
    if (plugin === undefined || make === undefined) return undefined;
    const known = this.#views.get(recording)?.get(index);
    if (known !== undefined) return known;
    const view = make(plugin.name, { recording, plugin: index });
    this.#keep(recording, index, view);
    return view;
  }

  #keep(recording: Recording, index: number, view: ResultView): void {
    const views = this.#views.get(recording) ?? new Map<number, ResultView>();
    this.#views.set(recording, views);
    views.set(index, view);
  }
}
