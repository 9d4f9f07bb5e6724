import type { WitFunction, WitPrimitive, WitType, WitWorld } from '../../wit/model.ts';

/** A function that the world imports and that gives a resource. */
export interface Maker {
  readonly function: WitFunction;
  /** The interface that it is in; undefined where it is the world's own. */
  readonly interface: string | undefined;
}

/**
 * Which values a new plugin can answer with. Every type has one but a resource of the host's, which only
 * the host's own functions give, and what cannot be without one.
 */
export interface Making {
  canMake(type: WitType): boolean;
  /** The function to call for a resource that the world imports, if there is one that asks for little. */
  maker(resource: string): Maker | undefined;
  /** Whether the plugin itself has to define this resource. */
  isOwn(resource: string): boolean;
}

export function makingOf(world: WitWorld): Making {
  const exported = new Set(world.exports.interfaces.map(({ name }) => name));
  const makers = new Map<string, Maker | undefined>();
  const imports: readonly Maker[] = [
    ...world.imports.functions.map((one) => ({ function: one, interface: undefined })),
    ...world.imports.interfaces.flatMap(({ name, functions }) =>
      functions.map((one) => ({ function: one, interface: name })),
    ),
  ];

  const isOwn = (resource: string): boolean => exported.has(ownerOf(resource));
  const maker = (resource: string): Maker | undefined => {
    if (makers.has(resource)) return makers.get(resource);
    // What is looked for does not help to find itself.
    makers.set(resource, undefined);
    const found = imports.find(({ function: one }) => gives(one, resource) && one.params.every(isSimple));
    makers.set(resource, found);
    return found;
  };
  /** What can be passed without a thought about who owns it. */
  const isSimple = ({ type }: { readonly type: WitType }): boolean =>
    type.kind === 'own' ? canMake(type) : simple.has(type.kind);
  const canMake = (type: WitType): boolean => {
    if (isLeaf(type)) return true;
    switch (type.kind) {
      case 'enum':
      case 'flags':
      case 'option':
      case 'stream':
        return true;
      case 'list':
        return type.length === undefined || canMake(type.element);
      case 'result':
        return optional(type.ok) || optional(type.err);
      case 'tuple':
        return type.items.every(canMake);
      case 'record':
        return type.fields.every((field) => canMake(field.type));
      case 'variant':
        return type.cases.some((one) => optional(one.type));
      case 'own':
        return isOwn(type.resource) || maker(type.resource) !== undefined;
      case 'borrow':
        return false;
      case 'future':
        return optional(type.payload);
    }
  };
  const optional = (type: WitType | undefined): boolean => type === undefined || canMake(type);
  return { canMake, maker, isOwn };
}

/** The interface in a name such as `wasi:io/streams@0.2.0#input-stream`; empty for what a world declares. */
export function ownerOf(name: string): string {
  const hash = name.lastIndexOf('#');
  return hash < 0 ? '' : name.slice(0, hash);
}

/** The last part of a name such as `wasi:io/streams@0.2.0#input-stream`. */
export function localName(name: string): string {
  return name.slice(name.lastIndexOf('#') + 1);
}

function gives({ kind, result, async }: WitFunction, resource: string): boolean {
  return kind !== 'method' && async !== true && result?.kind === 'own' && result.resource === resource;
}

const leaves: Readonly<Record<Leaf, true>> = {
  'error-context': true,
  bool: true,
  u8: true,
  u16: true,
  u32: true,
  u64: true,
  s8: true,
  s16: true,
  s32: true,
  s64: true,
  f32: true,
  f64: true,
  char: true,
  string: true,
};

const simple: ReadonlySet<string> = new Set([...Object.keys(leaves), 'list', 'option', 'enum', 'flags']);

type Leaf = WitPrimitive | 'error-context';

/** Whether a type is one that the language of WIT itself has, without parts. */
export function isLeaf(type: WitType): type is WitType & { readonly kind: Leaf } {
  return type.kind in leaves;
}

/** Whether a value of this type lends a resource for the time of the call. */
export function hasBorrow(type: WitType): boolean {
  if (isLeaf(type)) return false;
  switch (type.kind) {
    case 'borrow':
      return true;
    case 'list':
      return hasBorrow(type.element);
    case 'option':
      return hasBorrow(type.some);
    case 'result':
      return [type.ok, type.err].some((one) => one !== undefined && hasBorrow(one));
    case 'tuple':
      return type.items.some(hasBorrow);
    case 'record':
      return type.fields.some((field) => hasBorrow(field.type));
    case 'variant':
      return type.cases.some((one) => one.type !== undefined && hasBorrow(one.type));
    case 'enum':
    case 'flags':
    case 'own':
    case 'future':
    case 'stream':
      return false;
  }
}

/** The constructors of the resources that a world exports, by the resources' whole names. */
export function constructorsOf({ exports }: WitWorld): ReadonlyMap<string, WitFunction> {
  return new Map(
    exports.interfaces.flatMap(({ name, functions }) =>
      functions
        .filter(({ kind }) => kind === 'constructor')
        .map((one) => [`${name}#${one.resource ?? ''}`, one] as const),
    ),
  );
}
