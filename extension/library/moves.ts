/** Renames inside the plugins' folder, all of them or none. */
import { lstat, mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import { pluginsFolder } from './places.ts';

/** Paths relative to the plugins' folder, with forward slashes. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** Where there is nothing to move, the rest is done all the same. */
  readonly optional?: true;
}

/**
 * Does the moves one after the other; where one fails, those before it are taken back. Nothing is ever
 * overwritten. Throws a UserError that says what is in the way.
 */
export async function doMoves(home: string, moves: readonly Move[]): Promise<void> {
  const root = pluginsFolder(home);
  const done: Move[] = [];
  try {
    for (const move of moves) {
      const [from, to] = [join(root, move.from), join(root, move.to)];
      if (move.optional === true && !(await exists(from))) continue;
      if (await exists(to)) {
        throw new UserError(`${to} is there already.`, 'Remove it first, or choose another name.');
      }
      await mkdir(dirname(to), { recursive: true });
      await rename(from, to);
      done.push(move);
    }
  } catch (error) {
    for (const { from, to } of done.reverse()) await rename(join(root, to), join(root, from));
    if (error instanceof UserError) throw error;
    throw new UserError(
      `The plugins in ${root} stay as they were: ${messageOf(error)}.`,
      'Check that the folder is writable, and that no program has a file of the plugin open.',
      { cause: error },
    );
  }
}

export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
