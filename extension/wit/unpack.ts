/** From the tables that the WIT tool answers with (tools/wit/src/model.rs) to the model. */
import type {
  WitCase,
  WitField,
  WitFunction,
  WitInterface,
  WitPackage,
  WitPlace,
  WitPrimitive,
  WitSide,
  WitType,
  WitWorld,
} from './model.ts';

/** The name of a primitive type, or an index into the table of types. */
type TypeRef = number | WitPrimitive | 'error-context';

/** An entry refers to earlier ones only. */
type PackedType = { readonly name?: string; readonly place?: WitPlace } & (
  | { readonly kind: 'alias'; readonly of: TypeRef }
  | { readonly kind: 'list'; readonly element: TypeRef; readonly length?: number }
  | { readonly kind: 'option'; readonly some: TypeRef }
  | { readonly kind: 'result'; readonly ok?: TypeRef; readonly err?: TypeRef }
  | { readonly kind: 'tuple'; readonly items: readonly TypeRef[] }
  | { readonly kind: 'record'; readonly fields: readonly PackedField[] }
  | { readonly kind: 'variant'; readonly cases: readonly PackedCase[] }
  | { readonly kind: 'enum'; readonly cases: readonly string[] }
  | { readonly kind: 'flags'; readonly flags: readonly string[] }
  | { readonly kind: 'own' | 'borrow'; readonly resource: string }
  | { readonly kind: 'future' | 'stream'; readonly payload?: TypeRef }
);
type PackedField = Omit<WitField, 'type'> & { readonly type: TypeRef };
type PackedCase = Omit<WitCase, 'type'> & { readonly type?: TypeRef };
type PackedFunction = Omit<WitFunction, 'params' | 'result'> & {
  readonly params: readonly PackedField[];
  readonly result?: TypeRef;
};
type PackedInterface = Omit<WitInterface, 'functions' | 'types'> & {
  readonly functions: readonly PackedFunction[];
  readonly types: Readonly<Record<string, TypeRef>>;
};
interface PackedSide {
  readonly interfaces: readonly number[];
  readonly functions: readonly PackedFunction[];
}
type PackedWorld = Omit<WitWorld, 'imports' | 'exports'> & {
  readonly imports: PackedSide;
  readonly exports: PackedSide;
};

interface Answer {
  readonly types: readonly PackedType[];
  readonly interfaces: readonly PackedInterface[];
  readonly package?: {
    readonly name: string;
    readonly worlds: readonly PackedWorld[];
    readonly interfaces: readonly number[];
  };
  readonly world?: PackedWorld;
}

/** Reads a package that the tool wrote. */
export function unpackPackage(text: string): WitPackage {
  const { tables, answer } = read(text);
  if (answer.package === undefined) throw new Error('the WIT tool answered without a package');
  const { name, worlds, interfaces } = answer.package;
  return {
    name,
    worlds: worlds.map((world) => tables.world(world)),
    interfaces: interfaces.map((index) => tables.interface(index)),
  };
}

/** Reads a world that the tool wrote. What several places of it refer to is one object. */
export function unpackWorld(text: string): WitWorld {
  const { tables, answer } = read(text);
  if (answer.world === undefined) throw new Error('the WIT tool answered without a world');
  return tables.world(answer.world);
}

function read(text: string): { tables: Tables; answer: Answer } {
  const answer = JSON.parse(text) as Answer;
  return { tables: unpackTables(answer), answer };
}

interface Tables {
  interface(index: number): WitInterface;
  world(packed: PackedWorld): WitWorld;
}

function unpackTables(answer: Answer): Tables {
  const types: WitType[] = [];
  const typeOf = (ref: TypeRef): WitType => {
    if (typeof ref === 'string') return { kind: ref };
    const type = types[ref];
    if (type === undefined) throw new Error(`the WIT tool refers to type ${ref} before it describes it`);
    return type;
  };
  const optional = <Key extends string>(key: Key, ref: TypeRef | undefined): Partial<Record<Key, WitType>> =>
    ref === undefined ? {} : ({ [key]: typeOf(ref) } as Record<Key, WitType>);
  const fieldOf = (field: PackedField): WitField => ({ ...field, type: typeOf(field.type) });
  const functionOf = ({ result, ...rest }: PackedFunction): WitFunction => ({
    ...rest,
    params: rest.params.map(fieldOf),
    ...optional('result', result),
  });
  const unpackType = (packed: PackedType): WitType => {
    switch (packed.kind) {
      case 'alias': {
        const { of, kind: _, ...rest } = packed;
        return { ...typeOf(of), ...rest };
      }
      case 'list':
        return { ...packed, element: typeOf(packed.element) };
      case 'option':
        return { ...packed, some: typeOf(packed.some) };
      case 'result': {
        const { ok, err, ...rest } = packed;
        return { ...rest, ...optional('ok', ok), ...optional('err', err) };
      }
      case 'tuple':
        return { ...packed, items: packed.items.map(typeOf) };
      case 'record':
        return { ...packed, fields: packed.fields.map(fieldOf) };
      case 'variant': {
        const cases = packed.cases.map(({ type, ...rest }) => ({ ...rest, ...optional('type', type) }));
        return { ...packed, cases };
      }
      case 'future':
      case 'stream': {
        const { payload, ...rest } = packed;
        return { ...rest, ...optional('payload', payload) };
      }
      case 'enum':
      case 'flags':
      case 'own':
      case 'borrow':
        return packed;
    }
  };

  for (const type of answer.types) types.push(unpackType(type));
  const interfaces = answer.interfaces.map((packed): WitInterface => ({
    ...packed,
    functions: packed.functions.map(functionOf),
    types: Object.fromEntries(Object.entries(packed.types).map(([name, ref]) => [name, typeOf(ref)])),
  }));
  const interfaceAt = (index: number): WitInterface => {
    const found = interfaces[index];
    if (found === undefined) throw new Error(`the WIT tool refers to an unknown interface ${index}`);
    return found;
  };
  const sideOf = (side: PackedSide): WitSide => ({
    interfaces: side.interfaces.map(interfaceAt),
    functions: side.functions.map(functionOf),
  });
  return {
    interface: interfaceAt,
    world: (packed) => ({ ...packed, imports: sideOf(packed.imports), exports: sideOf(packed.exports) }),
  };
}
