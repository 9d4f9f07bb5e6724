import type { WitField, WitFunction, WitPrimitive, WitType } from '../../wit/model.ts';
import { hasBorrow, isLeaf, type Making } from './make.ts';
import { rustIdentifier, rustLocal, rustTypeName, type RustPaths } from './rust-names.ts';

/** The widest line; rustfmt's own default. */
const WIDTH = 100;

/** Names that mean something of their own in every module. */
const taken = [
  'Box Component Default Drop Err Fn FnMut FnOnce From Into Iterator None Ok Option Result Self Send Some String Sync Vec',
].flatMap((names) => names.split(' '));

const errorContext = 'wit_bindgen::rt::async_support::ErrorContext';

const primitive: Readonly<Partial<Record<WitPrimitive | 'error-context', string>>> = {
  s8: 'i8',
  s16: 'i16',
  s32: 'i32',
  s64: 'i64',
  string: 'String',
  'error-context': errorContext,
};

/** Values of the types that are no whole numbers. */
const plain: Readonly<Partial<Record<WitPrimitive | 'error-context', string>>> = {
  bool: 'false',
  f32: '0.0',
  f64: '0.0',
  char: "' '",
  string: 'String::new()',
  'error-context': `${errorContext}::new("")`,
};

/** One Rust source in the making: types and values of WIT in Rust, and the `use` lines that they need. */
export class RustFile {
  readonly #paths: RustPaths;
  readonly #making: Making;
  readonly #from: 'interface' | 'world';
  /** Whose path each short name stands for. */
  readonly #used = new Map<string, string>();

  /** @param reserved names that the file declares itself */
  constructor(paths: RustPaths, making: Making, from: 'interface' | 'world', reserved: readonly string[]) {
    this.#paths = paths;
    this.#making = making;
    this.#from = from;
    for (const name of [...taken, ...reserved]) this.#used.set(name, '');
  }

  /** A short name for something of a module, with a `use`; its path where the name stands for another. */
  use(module: string, name: string): string {
    const path = `${module}::${name}`;
    const used = this.#used.get(name);
    if (used !== undefined && used !== path) return `crate::${path}`;
    this.#used.set(name, path);
    return name;
  }

  /** The `use` lines, one for each module. */
  uses(): string {
    const modules = new Map<string, string[]>();
    for (const [name, path] of this.#used) {
      if (path === '') continue;
      const module = path.slice(0, -name.length - 2);
      modules.set(module, [...(modules.get(module) ?? []), name]);
    }
    return [...modules]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([module, names]) => useLine(module, names.sort()))
      .join('');
  }

  type(type: WitType): string {
    if (isLeaf(type)) return primitive[type.kind] ?? type.kind;
    switch (type.kind) {
      case 'record':
      case 'variant':
      case 'enum':
      case 'flags':
        return this.#named(type.name ?? '') + (hasBorrow(type) ? "<'_>" : '');
      case 'list':
        return type.length === undefined
          ? `Vec<${this.type(type.element)}>`
          : `[${this.type(type.element)}; ${type.length}]`;
      case 'option':
        return `Option<${this.type(type.some)}>`;
      case 'result':
        return `Result<${this.#optional(type.ok)}, ${this.#optional(type.err)}>`;
      case 'tuple':
        return `(${type.items.map((item) => this.type(item)).join(', ')}${type.items.length === 1 ? ',' : ''})`;
      case 'own':
        return this.#named(type.resource);
      case 'borrow':
        return this.#making.isOwn(type.resource)
          ? `${this.#named(type.resource, 'Borrow')}<'_>`
          : `&${this.#named(type.resource)}`;
      case 'future':
        return `wit_bindgen::FutureReader<${this.#optional(type.payload)}>`;
      case 'stream':
        return `wit_bindgen::StreamReader<${this.#optional(type.payload)}>`;
    }
  }

  /** A value of a type; a panic that says so where there is none that a plugin can make. */
  value(type: WitType): string {
    if (!this.#making.canMake(type)) return 'todo!("give back what the host gave to this plugin")';
    if (isLeaf(type)) return plain[type.kind] ?? '0';
    switch (type.kind) {
      case 'list':
        return type.length === undefined
          ? 'Vec::new()'
          : `std::array::from_fn(|_| ${this.value(type.element)})`;
      case 'option':
        return 'None';
      case 'result':
        return type.ok === undefined || this.#making.canMake(type.ok)
          ? `Ok(${this.#optionalValue(type.ok)})`
          : `Err(${this.#optionalValue(type.err)})`;
      case 'tuple':
        return `(${type.items.map((item) => this.value(item)).join(', ')}${type.items.length === 1 ? ',' : ''})`;
      case 'record': {
        const fields = type.fields.map((field) => `${rustIdentifier(field.name)}: ${this.value(field.type)}`);
        return `${this.#named(type.name ?? '')} { ${fields.join(', ')} }`;
      }
      case 'variant': {
        const one = type.cases.find((each) => each.type === undefined || this.#making.canMake(each.type));
        const payload = one?.type === undefined ? '' : `(${this.value(one.type)})`;
        return `${this.#named(type.name ?? '')}::${rustTypeName(one?.name ?? '')}${payload}`;
      }
      case 'enum':
        return `${this.#named(type.name ?? '')}::${rustTypeName(type.cases[0] ?? '')}`;
      case 'flags':
        return `${this.#named(type.name ?? '')}::empty()`;
      case 'own':
        return this.#resource(type.resource);
      case 'future':
        return `${this.#world('wit_future')}::new(|| ${this.#optionalValue(type.payload)}).1`;
      case 'stream':
        return `${this.#world('wit_stream')}::new().1`;
      case 'borrow':
        throw new Error('a borrow is no result');
    }
  }

  /** A function with a body, indented for an `impl` block. */
  function(one: WitFunction): string {
    const self = one.kind === 'method' ? ['&self'] : [];
    const given = one.kind === 'method' ? one.params.slice(1) : one.params;
    const params = [...self, ...given.map((field) => this.#param(field))];
    const name = one.kind === 'constructor' ? 'new' : rustIdentifier(one.name);
    const [result, body] = this.#answer(one);
    const head = `${one.async === true ? 'async ' : ''}fn ${name}`;
    const short = `    ${head}(${params.join(', ')})${result} {\n`;
    const signature =
      short.length <= WIDTH + 1
        ? short
        : `    ${head}(\n${params.map((param) => `        ${param},\n`).join('')}    )${result} {\n`;
    return `${docComment(one.docs, '    ')}${signature}${body === '' ? '' : `        ${body}\n`}    }\n`;
  }

  /** What it returns, and the expression that does. */
  #answer({ kind, result, resource }: WitFunction): readonly [string, string] {
    const own = `My${rustTypeName(resource ?? '')}`;
    if (kind === 'constructor') {
      return result?.kind === 'result'
        ? [` -> Result<Self, ${this.#optional(result.err)}>`, `Ok(${own})`]
        : [' -> Self', own];
    }
    return result === undefined ? ['', ''] : [` -> ${this.type(result)}`, this.value(result)];
  }

  /** Underscored, because what a new plugin does not look at would be a warning each. */
  #param({ name, type }: WitField): string {
    return `_${rustIdentifier(name)}: ${this.type(type)}`;
  }

  #optional(type: WitType | undefined): string {
    return type === undefined ? '()' : this.type(type);
  }

  #optionalValue(type: WitType | undefined): string {
    return type === undefined ? '()' : this.value(type);
  }

  #named(name: string, ending = ''): string {
    return this.use(this.#paths.of(name, this.#from), rustLocal(name) + ending);
  }

  #world(name: string): string {
    return `crate::bindings::${name}`;
  }

  #resource(name: string): string {
    if (this.#making.isOwn(name)) return `${this.#named(name)}::new(My${rustLocal(name)})`;
    const found = this.#making.maker(name);
    if (found === undefined) throw new Error(`nothing makes a ${name}`);
    const { function: one } = found;
    const args = one.params.map(({ type }) => this.#argument(type)).join(', ');
    if (one.kind !== 'function') {
      const method = one.kind === 'constructor' ? 'new' : rustIdentifier(one.name);
      return `${this.#named(ofResource(one, found.interface, name))}::${method}(${args})`;
    }
    const module = found.interface === undefined ? 'bindings' : this.#paths.imported(found.interface);
    return `${this.use(module, rustIdentifier(one.name))}(${args})`;
  }

  /** An argument of an imported function: what it takes is borrowed, but for resources. */
  #argument(type: WitType): string {
    if (type.kind === 'string') return '""';
    return type.kind === 'list' ? '&[]' : this.value(type);
  }
}

/** The name of the resource that a static function or constructor belongs to. */
function ofResource({ resource }: WitFunction, owner: string | undefined, fallback: string): string {
  return resource === undefined || owner === undefined ? fallback : `${owner}#${resource}`;
}

/** WIT's documentation as a comment of Rust. */
export function docComment(docs: string | undefined, indent: string): string {
  if (docs === undefined || docs.trim() === '') return '';
  return docs
    .trim()
    .split(/\r?\n/)
    .map((line) => `${indent}///${line.trim() === '' ? '' : ` ${line.trimEnd()}`}\n`)
    .join('');
}

function useLine(module: string, names: readonly string[]): string {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return `use crate::${module}::${only};\n`;
  const short = `use crate::${module}::{${names.join(', ')}};\n`;
  if (short.length <= WIDTH + 1) return short;
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && `    ${last} ${name},`.length <= WIDTH)
      lines[lines.length - 1] = `${last} ${name},`;
    else lines.push(`${name},`);
  }
  return `use crate::${module}::{\n${lines.map((line) => `    ${line}\n`).join('')}};\n`;
}
