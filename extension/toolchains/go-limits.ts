import { UserError } from '../errors.ts';
import type { WitFunction, WitType, WitWorld } from '../wit/model.ts';

/** The generator's packages have no larger one. */
const LARGEST_TUPLE = 16;
const MOST_FLAGS = 32;

/** Throws a UserError that names the function where a world has something that cannot be written in Go. */
export function requireGoWorld(world: WitWorld): void {
  for (const side of [world.imports, world.exports]) {
    for (const one of side.functions) requireGoFunction(one, '');
    for (const { name, functions } of side.interfaces) {
      for (const one of functions) requireGoFunction(one, `${name}#`);
    }
  }
}

function requireGoFunction(one: WitFunction, owner: string): void {
  const name = `${owner}${one.exportName}`;
  if (one.async === true) throw refused(name, 'is asynchronous');
  for (const type of [...one.params.map((param) => param.type), one.result]) {
    const what = type === undefined ? undefined : unsupported(type);
    if (what !== undefined) throw refused(name, `has ${what}`);
  }
}

function refused(name: string, what: string): UserError {
  return new UserError(
    `The function ${name} ${what}, which Go's bindings cannot do`,
    'Take it out of the world, or choose another language.',
  );
}

/** What in a type there is nothing for in Go. */
function unsupported(type: WitType): string | undefined {
  if (type.kind === 'future' || type.kind === 'stream') return `a ${type.kind}`;
  if (type.kind === 'error-context') return 'an error-context';
  if (type.kind === 'list' && type.length !== undefined) return 'a list of a fixed length';
  if (type.kind === 'tuple' && type.items.length > LARGEST_TUPLE) {
    return `a tuple of more than ${LARGEST_TUPLE} values`;
  }
  if (type.kind === 'flags' && type.flags.length > MOST_FLAGS) return `more than ${MOST_FLAGS} flags`;
  for (const part of partsOf(type)) {
    const what = part === undefined ? undefined : unsupported(part);
    if (what !== undefined) return what;
  }
  return undefined;
}

/** The types that a type is made of. */
function partsOf(type: WitType): readonly (WitType | undefined)[] {
  if (type.kind === 'list') return [type.element];
  if (type.kind === 'option') return [type.some];
  if (type.kind === 'result') return [type.ok, type.err];
  if (type.kind === 'tuple') return type.items;
  if (type.kind === 'record') return type.fields.map((field) => field.type);
  if (type.kind === 'variant') return type.cases.map((one) => one.type);
  return [];
}
