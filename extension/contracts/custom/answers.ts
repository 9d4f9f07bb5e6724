/** Answers to host calls as `hotplug.json` has them. */
import { adviceOf, messageOf, UserError } from '../../errors.ts';
import { readTyped } from '../../values/typed.ts';
import type { Value } from '../../values/value.ts';
import type { WitWorld } from '../../wit/model.ts';
import { findFunction, functionsOf } from './world.ts';

/** The answers to one function, in their order. */
export interface Answers {
  readonly texts: readonly string[];
  readonly values: readonly Value[];
}

/** Reads the answers by the functions' whole names. Throws a UserError that names the field of the file. */
export function readAnswers(
  world: WitWorld,
  answers: Readonly<Record<string, readonly string[]>>,
  file: string,
): ReadonlyMap<string, Answers> {
  const imports = functionsOf(world.imports);
  const found = new Map<string, Answers>();
  for (const [name, texts] of Object.entries(answers)) {
    if (texts.length === 0) continue;
    const at = `host.answers.${name}`;
    const { name: full, function: one } = within(file, at, () => findFunction(imports, name, 'import'));
    const { result } = one;
    if (result === undefined) {
      throw new UserError(
        `${file}: "${at}": ${full} returns nothing`,
        'Remove it: there is nothing to answer.',
      );
    }
    const values = texts.map((text, index) => within(file, `${at}[${index}]`, () => readTyped(text, result)));
    found.set(full, { texts, values });
  }
  return found;
}

function within<T>(file: string, field: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UserError(`${file}: "${field}": ${messageOf(error)}`, adviceOf(error, 'the log'), {
      cause: error,
    });
  }
}
