/** The file that notes of a recording are kept in: JSON, so that it can be shared and compared. */
import { messageOf, UserError } from '../errors.ts';
import type { Note } from './query.ts';

const VERSION = 1;

export function writeNotes(notes: readonly Note[]): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ version: VERSION, notes }, undefined, 2)}\n`);
}

/** Throws a UserError that says what is wrong with the file, which is called `file`. */
export function readNotes(bytes: Uint8Array, file: string): readonly Note[] {
  const wrong = (what: string, cause?: unknown): UserError =>
    new UserError(
      `${file} has no notes that can be read: ${what}`,
      'Correct or delete it; until then no notes are shown and none are written.',
      { cause },
    );
  let content: unknown;
  try {
    content = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw wrong(messageOf(error), error);
  }
  if (!isObject(content)) throw wrong('it is no object');
  const { version, notes } = content;
  if (version !== VERSION) throw wrong(`its version is ${JSON.stringify(version)}, not ${VERSION}`);
  if (!Array.isArray(notes)) throw wrong('"notes" is no list');
  return notes.map((note, index) => {
    if (!isNote(note)) throw wrong(`notes[${index}] is no note`);
    return note;
  });
}

function isNote(value: unknown): value is Note {
  if (!isObject(value)) return false;
  const { id, text, from, to, record, madeAt } = value;
  return (
    typeof id === 'string' &&
    typeof text === 'string' &&
    Number.isFinite(from) &&
    (to === undefined || Number.isFinite(to)) &&
    (record === undefined || (Number.isSafeInteger(record) && (record as number) >= 0)) &&
    Number.isFinite(madeAt)
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
