import { basename } from 'node:path';
import * as vscode from 'vscode';

import { messageOf } from '../../errors.ts';
import { adviceFor } from '../sentences.ts';
import { logError } from '../log.ts';
import type { Log } from '../log.ts';
import { answer } from '../panels/answers.ts';
import type { PanelRequest, PanelResponse } from '../panels/answers.ts';
import type { Shown } from '../panels/shown.ts';
import { localFile } from './local.ts';
import type { LocalFile } from './local.ts';
import type { Notes, NotesPlace } from './notes.ts';
import { watchFile } from './watch.ts';
import type { HostApi, OpenedRecording, RecordingId } from '../../host/protocol.ts';
import type { ToPanel } from '../../../webview/protocol.ts';

export interface DocumentServices {
  readonly host: HostApi;
  /** Where recordings are copied to that are not on a disk. */
  readonly copies: string;
  readonly log: Log;
  readonly notes: Pick<Notes, 'forget'>;
}

/** What came of opening the file last. */
type State =
  | { readonly type: 'opening' }
  | { readonly type: 'open'; readonly opened: OpenedRecording; readonly file: LocalFile }
  | { readonly type: 'problem'; readonly message: string; readonly advice: string };

/** A recording's file in the editor: open in the host process for as long as an editor shows it. */
export class RecordingDocument implements vscode.CustomDocument, Shown {
  readonly uri: vscode.Uri;
  readonly #services: DocumentServices;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listeners: readonly vscode.Disposable[];
  #state: State = { type: 'opening' };
  #opening: Promise<OpenedRecording> | undefined;
  /** Counts the recordings that this file was. */
  #serial = 0;
  /** The host process that had the recording open ended. */
  #lost = false;
  /** The file is gone; what was opened stays open. */
  #deleted = false;
  #disposed = false;

  /** The recording was opened, replaced on disk, or cannot be shown any more. */
  readonly onDidChange = this.#changed.event;

  /** `closed` is called when no editor shows the file any more. */
  constructor(uri: vscode.Uri, services: DocumentServices, closed: () => void) {
    this.uri = uri;
    this.#services = services;
    this.#listeners = [
      watchFile(
        uri,
        () => void this.reload(),
        () => void this.#look(),
      ),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changed.fire()),
      new vscode.Disposable(services.host.on('grew', ({ opened }) => this.#read(opened))),
      new vscode.Disposable(closed),
    ];
  }

  /** Something that was there is gone: a file that is replaced is there again at once. */
  async #look(): Promise<void> {
    const isThere = await vscode.workspace.fs.stat(this.uri).then(
      () => true,
      () => false,
    );
    if (isThere || this.#disposed) return;
    this.#deleted = true;
    this.#changed.fire();
  }

  /** More of a large file was read. */
  #read(opened: OpenedRecording | undefined): void {
    const state = this.#state;
    if (opened === undefined || state.type !== 'open' || opened.id !== this.recording) return;
    this.#state = { ...state, opened };
    this.#changed.fire();
  }

  get recording(): RecordingId | undefined {
    return this.#state.type === 'open' && !this.#lost ? this.#state.opened.id : undefined;
  }

  get messages(): readonly ToPanel[] {
    const name = basename(this.uri.path);
    switch (this.#state.type) {
      case 'opening':
        return [];
      case 'problem':
        return [{ ...this.#state, name }];
      case 'open': {
        const { id: _id, count, expected: _expected, ...facts } = this.#state.opened;
        return [
          {
            type: 'recording',
            facts: { ...facts, name, ...(this.#deleted ? { failure: deleted() } : {}) },
            canRun: vscode.workspace.isTrusted && facts.imported === undefined,
          },
          {
            type: 'state',
            recording: this.#key,
            kind: 'file',
            count,
            live: false,
            plugins: facts.plugins.map((plugin) => ({ name: plugin.name, state: vscode.l10n.t('recorded') })),
            canSend: false,
          },
        ];
      }
    }
  }

  get notes(): NotesPlace | undefined {
    if (this.recording === undefined) return undefined;
    return { key: this.#key, recording: this.uri };
  }

  /** Tells this recording from what the file was before. */
  get #key(): string {
    return `${this.uri.toString()} ${this.#serial}`;
  }

  answer(request: PanelRequest): Promise<PanelResponse> {
    const id = this.open().then((opened) => opened.id);
    return answer(this.#services.host, id, request);
  }

  /** Opens the file where it is not open. Rejects where it cannot be shown; then the editor says why. */
  open(): Promise<OpenedRecording> {
    return (this.#opening ??= this.#load());
  }

  /** Opens the file again: it was replaced, or the user asks for it. */
  async reload(): Promise<void> {
    // One after the other, so that the newest is the last.
    const before = this.#opening?.catch(() => undefined);
    const opening = Promise.resolve(before).then(() => this.#load());
    this.#opening = opening;
    // What is wrong is in the editor by now.
    await opening.catch(() => undefined);
  }

  /** The host process ended: the file is opened in the next one as soon as a view asks for something. */
  lost(): void {
    this.#opening = undefined;
    this.#lost = true;
  }

  dispose(): void {
    this.#disposed = true;
    // The next one who opens the file reads what is beside it by then.
    this.#services.notes.forget(this.#key);
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
    void this.#release();
  }

  async #load(): Promise<OpenedRecording> {
    const { host, copies } = this.#services;
    let file: LocalFile | undefined;
    try {
      file = await localFile(this.uri, copies);
      const opened = await host.request('openRecording', { file: file.path });
      await this.#replace({ type: 'open', opened, file });
      return opened;
    } catch (error) {
      await file?.dispose();
      logError(this.#services.log, `Opening ${this.uri.toString(true)}`, error);
      const advice = adviceFor(error);
      await this.#replace({ type: 'problem', message: this.#messageOf(error, file), advice });
      throw error;
    }
  }

  /** A copy is called by what it is a copy of. */
  #messageOf(error: unknown, file: LocalFile | undefined): string {
    const message = messageOf(error);
    return file === undefined || this.uri.scheme === 'file'
      ? message
      : message.replaceAll(file.path, () => this.uri.toString(true));
  }

  async #replace(next: State): Promise<void> {
    const before = this.recording;
    const again = this.#lost;
    const released = this.#release();
    this.#state = next;
    this.#lost = this.#deleted = false;
    if (this.#disposed) await this.#release();
    else if (next.type === 'open' && next.opened.id !== before && !again) {
      this.#services.notes.forget(this.#key);
      this.#serial += 1;
    }
    if (!this.#disposed) this.#changed.fire();
    await released;
  }

  /** Closes what is open; that a recording of an ended host process is gone is no news. */
  async #release(): Promise<void> {
    const state = this.#state;
    const id = this.recording;
    this.#state = { type: 'opening' };
    if (id !== undefined)
      await this.#services.host.request('closeRecording', { recording: id }).catch(() => undefined);
    if (state.type === 'open') await state.file.dispose();
  }
}

/** What stands above a recording whose file is gone. */
function deleted(): { readonly message: string; readonly advice: string } {
  return {
    message: vscode.l10n.t('The file was deleted.'),
    advice: vscode.l10n.t('What was recorded can be looked at until this editor is closed.'),
  };
}
