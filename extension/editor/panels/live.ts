import * as vscode from 'vscode';

import { isActive } from '../running.ts';
import type { Running } from '../running.ts';
import type { Replays } from '../replays/replays.ts';
import { panelReplay } from '../replays/panel.ts';
import type { NotesPlace } from '../recordings/notes.ts';
import { answer } from './answers.ts';
import type { PanelRequest, PanelResponse } from './answers.ts';
import type { PanelState, Shown } from './shown.ts';
import type { HostApi, PluginStatus, RecordingStatus } from '../../host/protocol.ts';

/** What of the plugins and of their replays is shown beside the records. */
type Part<T extends Running | Replays> = Pick<T, 'all' | 'onDidChange'>;

/** The live recording: how long it is, and which plugins there are. */
export class Live implements Shown, vscode.Disposable {
  readonly recording = 'live';
  readonly #host: HostApi;
  readonly #running: Part<Running>;
  readonly #replays: Part<Replays>;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #replaced = new vscode.EventEmitter<void>();
  readonly #unsubscribe: readonly (() => void)[];
  /** Counts recordings: each host process has its own, and follows a full one by the next. */
  #serial = 1;
  #count = 0;
  #status: RecordingStatus | undefined;

  /** The recording grew or a plugin changed its state. */
  readonly onDidChange = this.#changed.event;
  /** Another recording goes on in place of a full one: its records are others. */
  readonly onDidReplace = this.#replaced.event;

  constructor(host: HostApi, running: Part<Running>, replays: Part<Replays>) {
    this.#host = host;
    this.#running = running;
    this.#replays = replays;
    const listeners = [running, replays].map(({ onDidChange }) => onDidChange(() => this.#changed.fire()));
    this.#unsubscribe = [
      ...listeners.map((listener) => (): void => void listener.dispose()),
      host.on('grew', ({ recording, count }) => {
        if (recording !== 'live') return;
        this.#count = count;
        this.#changed.fire();
      }),
      host.on('recording', (status) => {
        this.#recorded(status);
      }),
    ];
  }

  get messages(): readonly [PanelState] {
    const plugins = this.#running.all;
    return [
      {
        type: 'state',
        recording: `live ${this.#serial}`,
        kind: 'live',
        count: this.#count,
        live: plugins.some(isActive),
        plugins: plugins.map(({ name, state }) => ({ name, state: wordOf(state) })),
        canSend: vscode.workspace.isTrusted && plugins.some((plugin) => plugin.state === 'running'),
        ...(this.#status === undefined ? {} : { disk: this.#status }),
        replays: this.#replays.all.flatMap(panelReplay),
      },
    ];
  }

  get notes(): NotesPlace {
    return { key: `live ${this.#serial}` };
  }

  #recorded(status: RecordingStatus): void {
    const replaced = this.#status !== undefined && this.#status.file !== status.file;
    this.#status = status;
    if (replaced) {
      this.#serial += 1;
      this.#count = status.records;
      this.#replaced.fire();
    }
    this.#changed.fire();
  }

  answer(request: PanelRequest): Promise<PanelResponse> {
    return answer(this.#host, 'live', request);
  }

  /** The host process ended, and its recording with it. */
  restarted(): void {
    this.#serial += 1;
    this.#count = 0;
    this.#status = undefined;
    this.#changed.fire();
  }

  dispose(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#changed.dispose();
    this.#replaced.dispose();
  }
}

/** What panels say of a plugin's state. */
function wordOf(state: PluginStatus['state']): string {
  switch (state) {
    case 'waiting':
      return vscode.l10n.t('waiting');
    case 'starting':
      return vscode.l10n.t('starting');
    case 'running':
      return vscode.l10n.t('running');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'stopped':
      return vscode.l10n.t('stopped');
  }
}
