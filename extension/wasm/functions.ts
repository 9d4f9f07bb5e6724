/** Functions that a core module imports and exports, with their types. */
import { readNamedImports, skipType, type NamedImport } from './imports.ts';
import { malformed, Reader } from './reader.ts';
import { ModuleSection, readSections, type Section } from './sections.ts';

/** WebAssembly's names of types: `i32`, `i64`, `f32`, `f64`; `ref` for any reference, `v128`. */
export interface FunctionType {
  readonly params: readonly string[];
  readonly results: readonly string[];
}

export interface ImportedFunction extends FunctionType {
  readonly module: string;
  readonly name: string;
}

export interface ExportedFunction extends FunctionType {
  readonly name: string;
}

export interface ModuleFunctions {
  readonly imports: readonly ImportedFunction[];
  readonly exports: readonly ExportedFunction[];
  /** Memories, tables, globals and tags that it imports. */
  readonly others: readonly Omit<NamedImport, 'type'>[];
}

const TYPES: Readonly<Record<number, string>> = {
  0x7f: 'i32',
  0x7e: 'i64',
  0x7d: 'f32',
  0x7c: 'f64',
  0x7b: 'v128',
};
/** Forms of types. */
const Form = { rec: 0x4e, subFinal: 0x4f, sub: 0x50, array: 0x5e, struct: 0x5f, function: 0x60 } as const;
const UNKNOWN: FunctionType = { params: [], results: [] };

/** Reads them from a core module's bytes. Throws a UserError where they are damaged. */
export function moduleFunctions(module: Uint8Array, file = 'the module'): ModuleFunctions {
  const sections = readSections(module, file);
  const readerOf = (id: number): Reader | undefined => {
    const section: Section | undefined = sections.find((one) => one.id === id);
    return section && new Reader(module, file, section.payloadStart, section.end);
  };
  const types = readTypes(readerOf(ModuleSection.type));
  const typeAt = (index: number): FunctionType => types[index] ?? UNKNOWN;
  const importSection = sections.find((one) => one.id === ModuleSection.import);
  const named = importSection === undefined ? [] : readNamedImports(module, importSection, file);
  const imports = named.flatMap(({ module: from, name, kind, type = -1 }) =>
    kind === 'function' ? [{ module: from, name, ...typeAt(type) }] : [],
  );
  const own = readIndexes(readerOf(ModuleSection.function));
  const typeOfFunction = (index: number): FunctionType =>
    imports[index] ?? typeAt(own[index - imports.length] ?? -1);
  const exports = readExports(readerOf(ModuleSection.export)).map(({ name, index }) => {
    const { params, results } = typeOfFunction(index);
    return { name, params, results };
  });
  return { imports, exports, others: named.filter(({ kind }) => kind !== 'function') };
}

/** As WebAssembly's text form has it: `(param i64 i64) (result i64)`. */
export function functionTypeText({ params, results }: FunctionType): string {
  const part = (word: string, types: readonly string[]): readonly string[] =>
    types.length === 0 ? [] : [`(${word} ${types.join(' ')})`];
  const text = [...part('param', params), ...part('result', results)].join(' ');
  return text === '' ? 'no parameters, no result' : text;
}

/** The types by their indexes, those that are no functions among them. */
function readTypes(reader: Reader | undefined): readonly FunctionType[] {
  const types: FunctionType[] = [];
  if (reader === undefined) return types;
  for (let left = reader.uleb32(); left > 0; left--) {
    const form = reader.u8();
    if (form !== Form.rec) types.push(readType(reader, form));
    else for (let inside = reader.uleb32(); inside > 0; inside--) types.push(readType(reader, reader.u8()));
  }
  return types;
}

function readType(reader: Reader, form: number): FunctionType {
  switch (form) {
    case Form.sub:
    case Form.subFinal:
      readIndexes(reader);
      return readType(reader, reader.u8());
    case Form.function: {
      const params = readValueTypes(reader);
      return { params, results: readValueTypes(reader) };
    }
    case Form.struct:
      for (let left = reader.uleb32(); left > 0; left--) skipField(reader);
      return UNKNOWN;
    case Form.array:
      skipField(reader);
      return UNKNOWN;
    default:
      throw malformed(reader.file, reader.position - 1, `there is no type of form ${form}`);
  }
}

function skipField(reader: Reader): void {
  skipType(reader);
  reader.u8();
}

function readValueTypes(reader: Reader): readonly string[] {
  const types: string[] = [];
  for (let left = reader.uleb32(); left > 0; left--) {
    const at = reader.position;
    skipType(reader);
    types.push(TYPES[reader.bytes[at] ?? 0] ?? 'ref');
  }
  return types;
}

function readIndexes(reader: Reader | undefined): readonly number[] {
  const indexes: number[] = [];
  if (reader === undefined) return indexes;
  for (let left = reader.uleb32(); left > 0; left--) indexes.push(reader.uleb32());
  return indexes;
}

function readExports(reader: Reader | undefined): readonly { name: string; index: number }[] {
  const exports: { name: string; index: number }[] = [];
  if (reader === undefined) return exports;
  for (let left = reader.uleb32(); left > 0; left--) {
    const name = reader.name();
    const kind = reader.u8();
    if (kind > 4) throw malformed(reader.file, reader.position - 1, `there is no export of kind ${kind}`);
    const index = reader.uleb32();
    if (kind === 0) exports.push({ name, index });
  }
  return exports;
}
