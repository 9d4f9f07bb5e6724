import * as vscode from 'vscode';

import type { NotesPlace } from '../recordings/notes.ts';
import { answer } from './answers.ts';
import type { PanelRequest, PanelResponse } from './answers.ts';
import type { Shown } from './shown.ts';
import type { HostApi, OpenedRecording, RecordingId } from '../../host/protocol.ts';
import type { ToPanel } from '../../../webview/protocol.ts';

interface Instead {
  readonly opened: OpenedRecording;
  readonly title: string;
  readonly count: number;
}

/** What the panels show: the live recording, or another one of the host process instead. */
export class Switch implements Shown, vscode.Disposable {
  readonly #host: HostApi;
  readonly #live: Shown;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #ends: readonly (() => void)[];
  #instead: Instead | undefined;
  /** Counts requests to show something: an answer that came too late is dropped. */
  #turn = 0;

  readonly onDidChange = this.#changed.event;

  constructor(host: HostApi, live: Shown) {
    this.#host = host;
    this.#live = live;
    const listener = live.onDidChange(() => {
      if (this.#instead === undefined) this.#changed.fire();
    });
    this.#ends = [
      () => void listener.dispose(),
      host.on('grew', ({ recording, count }) => {
        if (this.#instead?.opened.id !== recording) return;
        this.#instead = { ...this.#instead, count };
        this.#changed.fire();
      }),
    ];
  }

  get recording(): RecordingId | undefined {
    return this.#instead?.opened.id ?? this.#live.recording;
  }

  get messages(): readonly ToPanel[] {
    if (this.#instead === undefined) return this.#live.messages;
    const { opened, title, count } = this.#instead;
    return [
      {
        type: 'state',
        recording: opened.id,
        kind: 'replay',
        instead: title,
        count,
        live: false,
        plugins: opened.plugins.map(({ name }) => ({ name, state: vscode.l10n.t('recorded') })),
        canSend: false,
      },
    ];
  }

  get notes(): NotesPlace | undefined {
    return this.#instead === undefined ? this.#live.notes : { key: this.#instead.opened.id };
  }

  answer(request: PanelRequest): Promise<PanelResponse> {
    if (this.#instead === undefined) return this.#live.answer(request);
    return answer(this.#host, this.#instead.opened.id, request);
  }

  /**
   * Shows a recording that the host process has, and keeps it open meanwhile; `live` goes back. The
   * panels say with the title what it is: `a replay of gain`. Throws a UserError where it is not open.
   */
  async show(recording: RecordingId, title = vscode.l10n.t('a replay')): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    if (recording === 'live') {
      this.#replace(undefined);
      return;
    }
    if (this.#instead?.opened.id === recording) {
      this.#instead = { ...this.#instead, title };
      this.#changed.fire();
      return;
    }
    const opened = await this.#host.request('openRecording', { recording });
    if (turn === this.#turn) this.#replace({ opened, title, count: opened.count });
    else this.#close(opened.id);
  }

  /** The host process ended, and everything but the live recording with it. */
  lost(): void {
    this.#turn += 1;
    this.#instead = undefined;
    this.#changed.fire();
  }

  #replace(next: Instead | undefined): void {
    const before = this.#instead;
    if (before === next) return;
    this.#instead = next;
    this.#changed.fire();
    if (before !== undefined) this.#close(before.opened.id);
  }

  #close(recording: RecordingId): void {
    // Where the host process ended meanwhile, there is nothing left to close.
    this.#host.request('closeRecording', { recording }).catch(() => undefined);
  }

  dispose(): void {
    for (const end of this.#ends) end();
    this.#changed.dispose();
  }
}
