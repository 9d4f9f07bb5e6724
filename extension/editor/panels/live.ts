import * as vscode from 'vscode';

import { isActive } from '../running.ts';
import type { Running } from '../running.ts';
import type { HostApi } from '../../host/protocol.ts';
import type { ToPanel } from '../../../webview/protocol.ts';

export type PanelState = Extract<ToPanel, { type: 'state' }>;

/**
 * What all panels share: how long the live recording is, which plugins there are, and the record
 * that is selected. The records themselves stay in the host process.
 */
export class Live implements vscode.Disposable {
  readonly #running: Running;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #selected = new vscode.EventEmitter<{ readonly record: number; readonly by: unknown }>();
  readonly #unsubscribe: readonly (() => void)[];
  /** Counts host processes: each has a recording of its own. */
  #recording = 1;
  #count = 0;
  #selection: number | undefined;

  /** The recording grew or a plugin changed its state. */
  readonly onDidChange = this.#changed.event;
  /** A record was selected, and by whom. */
  readonly onDidSelect = this.#selected.event;

  constructor(host: HostApi, running: Running) {
    this.#running = running;
    const listener = running.onDidChange(() => this.#changed.fire());
    this.#unsubscribe = [
      () => void listener.dispose(),
      host.on('grew', ({ recording, count }) => {
        if (recording !== 'live') return;
        this.#count = count;
        this.#changed.fire();
      }),
    ];
  }

  get selection(): number | undefined {
    return this.#selection;
  }

  get state(): PanelState {
    const plugins = this.#running.all;
    return {
      type: 'state',
      recording: `live ${this.#recording}`,
      count: this.#count,
      live: plugins.some(isActive),
      plugins: plugins.map(({ name, state }) => ({ name, state })),
      canSend: vscode.workspace.isTrusted && plugins.some((plugin) => plugin.state === 'running'),
    };
  }

  select(record: number, by: unknown): void {
    this.#selection = record;
    this.#selected.fire({ record, by });
  }

  /** The host process ended, and its recording with it. */
  restarted(): void {
    this.#recording += 1;
    this.#count = 0;
    this.#selection = undefined;
    this.#changed.fire();
  }

  dispose(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#changed.dispose();
    this.#selected.dispose();
  }
}
