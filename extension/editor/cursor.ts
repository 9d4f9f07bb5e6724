import * as vscode from 'vscode';

import type { RecordingId } from '../host/protocol.ts';

/** A record of a recording, and who went there: a view does not follow itself. */
export interface Selection {
  readonly recording: RecordingId;
  readonly record: number;
  readonly by: unknown;
}

/**
 * The one place in recordings where the user is. Whatever shows the recording shows the record:
 * trace, timeline, editors of the same file, and the debugger.
 */
export class Cursor implements vscode.Disposable {
  readonly #selected = new vscode.EventEmitter<Selection>();
  readonly #records = new Map<RecordingId, number>();

  /** A record was selected. */
  readonly onDidSelect = this.#selected.event;

  /** The record that was last selected in a recording. */
  at(recording: RecordingId): number | undefined {
    return this.#records.get(recording);
  }

  /** Selects a record in every view of its recording, except in the one that says so itself. */
  set(recording: RecordingId, record: number, by?: unknown): void {
    this.#records.set(recording, record);
    this.#selected.fire({ recording, record, by });
  }

  /** The id means another recording from now on. */
  forget(recording: RecordingId): void {
    this.#records.delete(recording);
  }

  /** The host process ended: ids mean other recordings from now on. */
  clear(): void {
    this.#records.clear();
  }

  dispose(): void {
    this.#selected.dispose();
  }
}
