/** What was done to the plugins and how it is undone, on disk, so that another process can undo it. */
import { isCount, isListOf, isObject, isText, readJson, replaceFile } from './files.ts';
import { kinds, pluginKinds, type PluginKind } from './kinds.ts';
import type { Move } from './moves.ts';
import { nameProblem } from './names.ts';
import { journalFile } from './places.ts';

export const actionNames = ['add', 'replace', 'remove', 'disable', 'enable'] as const;
export type ActionName = (typeof actionNames)[number];

/** An action that was done, and the way back; plain data. */
export interface UndoEntry {
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly action: ActionName;
  readonly kind: PluginKind;
  readonly name: string;
  /** What undoes it. */
  readonly back: readonly Move[];
}

/** Actions that can be undone; older ones are forgotten, and what they put into the trash stays for its time. */
const KEPT = 100;

/** The actions, the last one at the end. A damaged entry is left out: nothing is moved by what is not understood. */
export async function readJournal(home: string): Promise<readonly UndoEntry[]> {
  const read = await readJson(journalFile(home));
  if (typeof read === 'string' || !isObject(read.value)) return [];
  const entries: unknown = read.value['entries'];
  return Array.isArray(entries) ? entries.filter(isEntry) : [];
}

/** Only under the lock. */
export async function writeJournal(home: string, entries: readonly UndoEntry[]): Promise<void> {
  const content = { version: 1, entries: entries.slice(-KEPT) };
  await replaceFile(journalFile(home), `${JSON.stringify(content, undefined, 1)}\n`);
}

function isEntry(value: unknown): value is UndoEntry {
  return (
    isObject(value) &&
    isText(value['id']) &&
    isCount(value['at']) &&
    actionNames.some((action) => action === value['action']) &&
    pluginKinds.some((kind) => kind === value['kind']) &&
    isText(value['name']) &&
    nameProblem(value['name']) === undefined &&
    isListOf(value['back'], isMove)
  );
}

function isMove(value: unknown): value is Move {
  return (
    isObject(value) &&
    isPlace(value['from']) &&
    isPlace(value['to']) &&
    (value['optional'] === undefined || value['optional'] === true)
  );
}

const FOLDERS = Object.values(kinds).map(({ folder }) => folder);
const PLACE = new RegExp(`^(?:(?:\\.disabled/)?(?:${FOLDERS.join('|')})|\\.hotplug-trash)/([^/\\\\]+)$`);

/** A plugin's folder in one of the places that actions move plugins between, and nothing outside of them. */
function isPlace(value: unknown): value is string {
  const name = isText(value) ? PLACE.exec(value)?.[1] : undefined;
  return name !== undefined && nameProblem(name.slice(0, 100)) === undefined;
}
