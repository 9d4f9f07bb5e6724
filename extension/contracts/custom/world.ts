/** The functions of a world by their names. */
import { UserError } from '../../errors.ts';
import type { WitFunction, WitSide, WitType, WitWorld } from '../../wit/model.ts';
import { fullName, interfaceOf, withoutVersion } from '../../wit/text.ts';

/** One function on a side of a world. */
export interface Callable {
  /** Its whole name, as it is recorded: `wasi:keyvalue/store@0.2.0-draft#bucket.get`. */
  readonly name: string;
  readonly function: WitFunction;
  /** The interface that it is in, with version; undefined where it is the world's own. */
  readonly interface: string | undefined;
}

/** Name of the call that drops a resource of the plugin's. */
const DROP = 'drop';

/** Every function of a side. */
export function functionsOf({ interfaces, functions }: WitSide): readonly Callable[] {
  return [
    ...functions.map((one): Callable => ({
      name: fullName(one, undefined),
      function: one,
      interface: undefined,
    })),
    ...interfaces.flatMap((owner) =>
      owner.functions.map((one): Callable => ({
        name: fullName(one, owner.name),
        function: one,
        interface: owner.name,
      })),
    ),
  ];
}

/** Everything that a host can call: the functions that the world exports, and the drop of each resource of the plugin's. */
export function callables({ exports }: WitWorld): readonly Callable[] {
  const functions = functionsOf(exports);
  const taken = new Set(functions.map(({ name }) => name));
  const drops = exports.interfaces.flatMap(({ name, resources }) =>
    resources.map((resource): Callable => {
      const self = { name: 'self', type: { kind: 'own', resource: `${name}#${resource}` } } as const;
      const dropped: WitFunction = {
        name: DROP,
        exportName: `[resource-drop]${resource}`,
        kind: 'method',
        resource,
        params: [self],
      };
      return { name: fullName(dropped, name), function: dropped, interface: name };
    }),
  );
  return [...functions, ...drops.filter(({ name }) => !taken.has(name))];
}

/** Whether a callable is the drop of a resource. */
export function isDrop({ function: one }: Callable): boolean {
  return one.exportName.startsWith('[resource-drop]');
}

/**
 * The function with this name. The version may be left out, the package, and the interface, where that
 * leaves one only. Throws a UserError that lists the choices; `what` is what a function here is called.
 */
export function findFunction(all: readonly Callable[], name: string, what: string): Callable {
  const exact = all.find((one) => one.name === name);
  if (exact !== undefined) return exact;
  const found = all.filter((one) => shortNames(one).includes(name));
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) {
    throw new UserError(
      `"${name}" is the name of ${found.length} ${what}s`,
      `Write one of ${found.map((one) => one.name).join(', ')}.`,
    );
  }
  throw new UserError(
    `There is no ${what} "${name}"`,
    all.length === 0 ? `The world has no ${what}.` : `There are ${cutList(all.map((one) => one.name))}.`,
  );
}

/** Names that are listed in a message. */
const LISTED = 12;

function cutList(names: readonly string[]): string {
  const more = names.length - LISTED;
  return more > 0 ? `${names.slice(0, LISTED).join(', ')} and ${more} more` : names.join(', ');
}

function shortNames({ name, function: one, interface: owner }: Callable): readonly string[] {
  const component = one.exportName;
  if (owner === undefined) return [component];
  const local = name.slice(name.lastIndexOf('#') + 1);
  const plain = withoutVersion(owner);
  const short = plain.slice(plain.lastIndexOf('/') + 1);
  const owners = [`${owner}#`, `${plain}#`, `${short}#`, `${short}.`, ''];
  return owners.flatMap((prefix) => [`${prefix}${local}`, `${prefix}${component}`]);
}

/** Which resources are the plugin's own, as a host that calls its exports sees them. */
export function ownResources({ exports }: WitWorld): (resource: string) => boolean {
  const exported = new Set(exports.interfaces.map(({ name }) => name));
  return (resource) => exported.has(interfaceOf(resource));
}

/** Whether a value of a type that fulfils the condition may be in a value of this type. */
export function hasType(type: WitType, condition: (type: WitType) => boolean): boolean {
  if (condition(type)) return true;
  return partsOf(type).some((part) => hasType(part, condition));
}

function partsOf(type: WitType): readonly WitType[] {
  switch (type.kind) {
    case 'list':
      return [type.element];
    case 'option':
      return [type.some];
    case 'result':
      return [type.ok, type.err].filter((one) => one !== undefined);
    case 'tuple':
      return type.items;
    case 'record':
      return type.fields.map((field) => field.type);
    case 'variant':
      return type.cases.flatMap((one) => (one.type === undefined ? [] : [one.type]));
    case 'future':
    case 'stream':
      return type.payload === undefined ? [] : [type.payload];
    case 'enum':
    case 'flags':
    case 'own':
    case 'borrow':
    case 'error-context':
    case 'bool':
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 's8':
    case 's16':
    case 's32':
    case 's64':
    case 'f32':
    case 'f64':
    case 'char':
    case 'string':
      return [];
  }
}

/** Types of a function's parameters and of its result. */
export function typesOf({ params, result }: WitFunction): readonly WitType[] {
  return [...params.map(({ type }) => type), ...(result === undefined ? [] : [result])];
}
