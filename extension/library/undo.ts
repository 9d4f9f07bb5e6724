/** Takes back what was done to the plugins. */
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { readJournal, writeJournal, type UndoEntry } from './journal.ts';
import { withLock } from './lock.ts';
import { doMoves, exists } from './moves.ts';
import { pluginsFolder } from './places.ts';

/** Undoes the last action, in whichever process it was done. Throws a UserError where there is none, or something is in its way. */
export async function undoLast(home: string): Promise<UndoEntry> {
  return undoOne(home, (entries) => entries.at(-1));
}

/** Undoes this action. Throws a UserError where that was done already, or something is in its way. */
export async function undo(home: string, id: string): Promise<UndoEntry> {
  return undoOne(home, (entries) => entries.find((entry) => entry.id === id));
}

async function undoOne(
  home: string,
  choose: (entries: readonly UndoEntry[]) => UndoEntry | undefined,
): Promise<UndoEntry> {
  return withLock(home, async () => {
    const entries = await readJournal(home);
    const entry = choose(entries);
    if (entry === undefined)
      throw new UserError('There is nothing to undo.', 'See what is installed with `hotplug plugins list`.');
    const rest = entries.filter(({ id }) => id !== entry.id);
    if (!(await canGoBack(home, entry))) {
      // It would stand in the way of everything before it.
      await writeJournal(home, rest);
      throw new UserError(
        `What ${entry.action} did to the ${entry.kind} ${entry.name} cannot be undone: it is not as it was left.`,
        'Undo again for the action before it, or see what is installed with `hotplug plugins list`.',
      );
    }
    await doMoves(home, entry.back);
    await writeJournal(home, rest);
    return entry;
  });
}

/** Whether what the way back needs is still there: the trash is emptied, and people move files. */
async function canGoBack(home: string, { back }: UndoEntry): Promise<boolean> {
  const needed = back.filter(({ optional }) => optional !== true);
  const there = await Promise.all(needed.map(({ from }) => exists(join(pluginsFolder(home), from))));
  return there.every(Boolean);
}
