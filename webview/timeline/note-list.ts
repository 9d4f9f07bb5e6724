/** Notes of a recording as data. Needs no page. */
import type { Note } from '../protocol.ts';

/** In the order of time, those that begin at once in the order in which they were made. */
export function sortedNotes(notes: readonly Note[]): readonly Note[] {
  return notes.toSorted((a, b) => a.from - b.from || a.madeAt - b.madeAt);
}

export function withNote(notes: readonly Note[], note: Note): readonly Note[] {
  return sortedNotes([...notes.filter(({ id }) => id !== note.id), note]);
}

export function withoutNote(notes: readonly Note[], id: string): readonly Note[] {
  return notes.filter((note) => note.id !== id);
}
