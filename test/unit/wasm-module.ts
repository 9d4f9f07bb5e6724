/** Core modules that tests lay down byte by byte: types, imports, functions that do nothing, exports. */
import { concat, uleb } from '../../extension/wasm/reader.ts';

const VALUE_TYPES = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b, funcref: 0x70 } as const;
type ValueType = keyof typeof VALUE_TYPES;

/** `i64 i64 -> i32`; either side may be empty. */
type Signature = string;

export interface ModuleParts {
  /** `module#name` and the type; or bytes of an import that is no function. */
  readonly imports?: readonly (readonly [whole: string, type: Signature | Uint8Array])[];
  /** Functions by the names of their exports. */
  readonly exports?: Readonly<Record<string, Signature>>;
  /** Code of the start function, without its locals and its end; none where absent. */
  readonly start?: readonly number[];
  /** Code of every other function; what a trap is where absent. */
  readonly code?: readonly number[];
  /** Pages that its memory starts with; no memory where absent. */
  readonly pages?: number;
  /** Tools of the producers section. */
  readonly producers?: readonly string[];
}

const HEAD = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const UNREACHABLE = 0x00;
const END = 0x0b;

/** A module of these sections, each with its id. */
export function moduleOf(...sections: readonly (readonly [id: number, bytes: Uint8Array])[]): Uint8Array {
  return concat([HEAD, ...sections.flatMap(([id, bytes]) => [[id, ...uleb(bytes.length)], bytes])]);
}

export function nameBytes(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return concat([uleb(bytes.length), bytes]);
}

export function vector(items: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return concat([uleb(items.length), ...items]);
}

export function typeBytes(signature: Signature): Uint8Array {
  const [params = '', results = ''] = signature.split('->');
  const types = (text: string): number[] =>
    text
      .split(' ')
      .filter(Boolean)
      .map((name) => VALUE_TYPES[name as ValueType]);
  const list = (text: string): number[] => [types(text).length, ...types(text)];
  return Uint8Array.of(0x60, ...list(params), ...list(results));
}

export function moduleBytes({
  imports = [],
  exports = {},
  start,
  code = [UNREACHABLE],
  pages,
  producers = [],
}: ModuleParts): Uint8Array {
  const types: Uint8Array[] = [];
  const typeOf = (signature: Signature): number => types.push(typeBytes(signature)) - 1;
  const imported = imports.map(([whole, type]) => {
    const [module = '', name = ''] = whole.split('#');
    const kind = typeof type === 'string' ? [0, ...uleb(typeOf(type))] : type;
    return concat([nameBytes(module), nameBytes(name), kind]);
  });
  const first = imports.filter(([, type]) => typeof type === 'string').length;
  const names = Object.entries(exports);
  const functions = names.map(([, signature]) => uleb(typeOf(signature)));
  const bodies = names.map(() => body(code));
  if (start !== undefined) {
    functions.push(uleb(typeOf('')));
    bodies.push(body(start));
  }
  const exported = names.map(([name], index) => concat([nameBytes(name), [0], uleb(first + index)]));
  if (pages !== undefined) exported.push(concat([nameBytes('memory'), [2, 0]]));
  return moduleOf(
    [1, vector(types)],
    [2, vector(imported)],
    [3, vector(functions)],
    ...(pages === undefined ? [] : [[5, vector([[0, ...uleb(pages)]])] as const]),
    [7, vector(exported)],
    ...(start === undefined ? [] : [[8, Uint8Array.from(uleb(first + names.length))] as const]),
    [10, vector(bodies)],
    ...(producers.length === 0 ? [] : [[0, producersBytes(producers)] as const]),
  );
}

function body(code: readonly number[]): Uint8Array {
  return concat([uleb(code.length + 2), [0, ...code, END]]);
}

function producersBytes(tools: readonly string[]): Uint8Array {
  const values = vector(tools.map((tool) => concat([nameBytes(tool), nameBytes('1.0')])));
  return concat([nameBytes('producers'), vector([concat([nameBytes('processed-by'), values])])]);
}
