/** Functions that a core module imports and exports, with their types. */
import { readImportedFunctions, skipType } from './imports.ts';
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
}

const TYPES: Readonly<Record<number, string>> = {
  0x7f: 'i32',
  0x7e: 'i64',
  0x7d: 'f32',
  0x7c: 'f64',
  0x7b: 'v128',
};
const FUNCTION_FORM = 0x60;
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
  const imports =
    importSection === undefined
      ? []
      : readImportedFunctions(module, importSection, file).map(({ module: from, name, type }) => ({
          module: from,
          name,
          ...typeAt(type),
        }));
  const own = readIndexes(readerOf(ModuleSection.function));
  const typeOfFunction = (index: number): FunctionType =>
    imports[index] ?? typeAt(own[index - imports.length] ?? -1);
  const exports = readExports(readerOf(ModuleSection.export)).map(({ name, index }) => {
    const { params, results } = typeOfFunction(index);
    return { name, params, results };
  });
  return { imports, exports };
}

/** As WebAssembly's text form has it: `(param i64 i64) (result i64)`. */
export function functionTypeText({ params, results }: FunctionType): string {
  const part = (word: string, types: readonly string[]): readonly string[] =>
    types.length === 0 ? [] : [`(${word} ${types.join(' ')})`];
  const text = [...part('param', params), ...part('result', results)].join(' ');
  return text === '' ? 'no parameters, no result' : text;
}

/** Types that are no functions (garbage-collected structures) end the list: what comes after is not known. */
function readTypes(reader: Reader | undefined): readonly FunctionType[] {
  const types: FunctionType[] = [];
  if (reader === undefined) return types;
  for (let left = reader.uleb32(); left > 0; left--) {
    if (reader.u8() !== FUNCTION_FORM) break;
    const params = readValueTypes(reader);
    types.push({ params, results: readValueTypes(reader) });
  }
  return types;
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
