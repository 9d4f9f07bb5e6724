import type { Client } from '../../connection.ts';
import type { Note } from '../../protocol.ts';
import type { Changes } from './changes.ts';
import { isRange } from './range.ts';
import type { Range } from './range.ts';

/** What the user put on the picture: a stretch, notes, the pointer. */
export class Marks {
  range: Range | undefined;
  notes: readonly Note[] = [];
  pointer: number | undefined;
  readonly #client: Client;
  readonly #changes: Changes;

  constructor(client: Client, changes: Changes) {
    this.#client = client;
    this.#changes = changes;
  }

  /** Marks what of a stretch lies in a recording that is this long, in ms. */
  selectRange(range: Range | undefined, duration: number): void {
    if (range !== undefined && !isRange(range)) return;
    const end = Math.max(duration, 1);
    this.range =
      range === undefined
        ? undefined
        : { from: Math.max(0, range.from), to: Math.max(0, Math.min(range.to, end)) };
    this.#changes.tell('range');
  }

  setPointer(time: number | undefined): void {
    if (time === this.pointer) return;
    this.pointer = time;
    this.#changes.tell('pointer');
  }

  setNotes(notes: readonly Note[]): void {
    this.showNotes(notes);
    this.#client.post({ type: 'notes', notes });
  }

  /** The notes that the editor has of the recording. */
  showNotes(notes: readonly Note[]): void {
    this.notes = notes;
    this.#changes.tell('notes');
  }

  /** It is another recording. */
  clear(): void {
    this.range = undefined;
    this.notes = [];
  }
}
