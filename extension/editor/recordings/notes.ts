/** What people note in recordings: beside the file where there is one, in memory for everything else. */
import * as vscode from 'vscode';

import { messageOf, UserError } from '../../errors.ts';
import { readNotes, writeNotes } from '../../recording/notes.ts';
import type { Note } from '../../recording/query.ts';

/** Where the notes of a recording are kept. */
export interface NotesPlace {
  /** Tells one recording from another. */
  readonly key: string;
  /** The recording's file; undefined for one that is not saved. */
  readonly recording?: vscode.Uri;
}

interface Book {
  readonly notes: readonly Note[];
  /** The file cannot be read, and is not written over. */
  readonly problem?: UserError;
}

/** `tone.hotplug.mcap` has its notes in `tone.hotplug.notes.json`. */
function notesFile(recording: vscode.Uri): vscode.Uri {
  return recording.with({ path: `${recording.path.replace(/\.mcap$/, '')}.notes.json` });
}

/** The notes of all recordings that something shows. */
export class Notes implements vscode.Disposable {
  readonly #books = new Map<string, Promise<Book>>();
  readonly #changed = new vscode.EventEmitter<string>();
  /** One after the other: the last one written is the last one made. */
  #writing: Promise<unknown> = Promise.resolve();

  /** The notes of the recording with this key are others. */
  readonly onDidChange = this.#changed.event;

  /** Throws a UserError where the notes' file cannot be read. */
  async of(place: NotesPlace): Promise<readonly Note[]> {
    const { notes, problem } = await this.#book(place);
    if (problem !== undefined) throw problem;
    return notes;
  }

  /** Replaces the notes. Throws a UserError where they cannot be written; they are kept in memory then. */
  async set(place: NotesPlace, notes: readonly Note[]): Promise<void> {
    const { problem } = await this.#book(place);
    if (problem !== undefined) throw problem;
    this.#books.set(place.key, Promise.resolve({ notes }));
    this.#changed.fire(place.key);
    if (place.recording !== undefined) await this.#write(place.recording, notes);
  }

  /** Writes the notes of a recording beside a copy of it. */
  async copy(place: NotesPlace, to: vscode.Uri): Promise<void> {
    const notes = await this.of(place);
    if (notes.length > 0) await this.#write(to, notes);
  }

  /** Reads them again when they are asked for: the recording is another one, or nobody shows it. */
  forget(key: string): void {
    this.#books.delete(key);
  }

  #book(place: NotesPlace): Promise<Book> {
    const known = this.#books.get(place.key);
    if (known !== undefined) return known;
    const book = place.recording === undefined ? Promise.resolve({ notes: [] }) : read(place.recording);
    this.#books.set(place.key, book);
    return book;
  }

  async #write(recording: vscode.Uri, notes: readonly Note[]): Promise<void> {
    const file = notesFile(recording);
    const write = this.#writing.then(async () => {
      if (notes.length > 0) await vscode.workspace.fs.writeFile(file, writeNotes(notes));
      else await vscode.workspace.fs.delete(file).then(undefined, () => undefined);
    });
    this.#writing = write.catch(() => undefined);
    try {
      await write;
    } catch (error) {
      throw new UserError(
        vscode.l10n.t('The notes cannot be written to {0}: {1}', file.toString(true), messageOf(error)),
        vscode.l10n.t(
          'They are kept until this window is closed. Save the recording elsewhere to keep them.',
        ),
        { cause: error },
      );
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

async function read(recording: vscode.Uri): Promise<Book> {
  const file = notesFile(recording);
  let bytes: Uint8Array;
  try {
    bytes = await vscode.workspace.fs.readFile(file);
  } catch {
    return { notes: [] }; // As a rule there are none.
  }
  try {
    return { notes: readNotes(bytes, file.toString(true)) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { notes: [], problem: error };
  }
}
