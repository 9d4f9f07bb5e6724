/** What of WIT the tools for JavaScript cannot do. */
import type { WitFunction, WitType, WitWorld } from '../wit/model.ts';

/** Whether a world has functions that are asynchronous, futures or streams. */
function isAsynchronous({ imports, exports }: WitWorld): boolean {
  const functions = [imports, exports].flatMap((side) => [
    ...side.functions,
    ...side.interfaces.flatMap((one) => one.functions),
  ]);
  return functions.some(
    (one) =>
      one.async === true || typesOf(one).some((type) => hasType(type, ({ kind }) => asynchronous.has(kind))),
  );
}

const asynchronous: ReadonlySet<string> = new Set(['future', 'stream', 'error-context']);

/** Says why no plugin in JavaScript can have this world; undefined where one can. */
export function unsupportedInJavaScript(world: WitWorld): string | undefined {
  const { name, exports } = world;
  if (isAsynchronous(world))
    return `The world ${name} has asynchronous functions, futures or streams, which plugins in JavaScript cannot have yet.`;
  if (exports.functions.length === 0 && exports.interfaces.every(({ functions }) => functions.length === 0))
    return `The world ${name} exports no function, so that there is nothing that a plugin could do.`;
  if (exports.functions.some((one) => one.name === 'init'))
    return `componentize-qjs exports a function "init" of its own, so that the world ${name} cannot have one in JavaScript.`;
  return undefined;
}

/** An export that QuickJS components cannot do right. */
export interface Limit {
  readonly function: WitFunction;
  /** A sentence. */
  readonly why: string;
}

/** What componentize-qjs 0.4 does wrong with handles of resources. */
export function quickjsLimits(world: WitWorld): readonly Limit[] {
  const own = new Set(
    world.exports.interfaces.flatMap((one) => one.resources.map((resource) => `${one.name}#${resource}`)),
  );
  const functions = [...world.exports.interfaces.flatMap((one) => one.functions), ...world.exports.functions];
  return functions.flatMap((one): readonly Limit[] => {
    const given = one.kind === 'method' ? one.params.slice(1) : one.params;
    const takes = (test: (type: WitType) => boolean): boolean =>
      given.some(({ type }) => hasType(type, test));
    if (takes((type) => type.kind === 'own' && own.has(type.resource)))
      return [{ function: one, why: 'it takes back a resource that the plugin itself exports' }];
    if (takes((type) => type.kind === 'borrow' && !own.has(type.resource)))
      return [{ function: one, why: 'it borrows a resource of the host' }];
    return [];
  });
}

function typesOf({ params, result }: WitFunction): readonly WitType[] {
  return [...params.map(({ type }) => type), ...(result === undefined ? [] : [result])];
}

/** Whether a type is, or has somewhere inside, what the test says. */
export function hasType(type: WitType, test: (type: WitType) => boolean): boolean {
  return test(type) || partsOf(type).some((part) => hasType(part, test));
}

function partsOf(type: WitType): readonly WitType[] {
  if (type.kind === 'list') return [type.element];
  if (type.kind === 'option') return [type.some];
  if (type.kind === 'result') return [type.ok, type.err].filter((one) => one !== undefined);
  if (type.kind === 'tuple') return type.items;
  if (type.kind === 'record') return type.fields.map((field) => field.type);
  if (type.kind !== 'variant') return [];
  return type.cases.map((one) => one.type).filter((one) => one !== undefined);
}
