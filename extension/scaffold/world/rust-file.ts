import type { WitField, WitFunction, WitPrimitive, WitType } from '../../wit/model.ts';
import { hasBorrow, isLeaf, localName, type Making } from './make.ts';
import { layOut, WIDTH, type Expression } from './rust-layout.ts';
import { rustIdentifier, rustLocal, rustTypeName, type RustPaths } from './rust-names.ts';

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
      .sort(([a], [b]) => (`${a}::{` < `${b}::{` ? -1 : 1))
      .map(([module, names]) => useLine(module, names.sort(functionsFirst)))
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
  value(type: WitType): Expression {
    if (!this.#making.canMake(type)) return `todo!("${whyNot(type)}")`;
    if (isLeaf(type)) return plain[type.kind] ?? '0';
    switch (type.kind) {
      case 'list':
        return type.length === undefined
          ? 'Vec::new()'
          : { kind: 'call', head: 'std::array::from_fn', parts: [this.#closure('|_| ', type.element)] };
      case 'option':
        return 'None';
      case 'result': {
        const ok = type.ok === undefined || this.#making.canMake(type.ok);
        return { kind: 'call', head: ok ? 'Ok' : 'Err', parts: [this.#part(ok ? type.ok : type.err)] };
      }
      case 'tuple':
        return { kind: 'call', head: '', parts: type.items.map((item) => this.value(item)) };
      case 'record':
        return {
          kind: 'record',
          head: this.#named(type.name ?? ''),
          fields: type.fields.map((field) => [rustIdentifier(field.name), this.value(field.type)]),
        };
      case 'variant': {
        const one = type.cases.find((each) => each.type === undefined || this.#making.canMake(each.type));
        const head = `${this.#named(type.name ?? '')}::${rustTypeName(one?.name ?? '')}`;
        return one?.type === undefined ? head : { kind: 'call', head, parts: [this.value(one.type)] };
      }
      case 'enum':
        return `${this.#named(type.name ?? '')}::${rustTypeName(type.cases[0] ?? '')}`;
      case 'flags':
        return `${this.#named(type.name ?? '')}::empty()`;
      case 'own':
        return this.#resource(type.resource);
      case 'future':
        return {
          kind: 'call',
          head: 'crate::bindings::wit_future::new',
          parts: [type.payload === undefined ? '|| ()' : this.#closure('|| ', type.payload)],
          tail: '.1',
        };
      case 'stream':
        return { kind: 'call', head: 'crate::bindings::wit_stream::new', parts: [], tail: '.1' };
      case 'borrow':
        throw new Error('a borrow is no result');
    }
  }

  #closure(head: string, type: WitType): Expression {
    const value = this.value(type);
    return typeof value === 'string' ? head + value : { ...value, head: head + value.head };
  }

  #part(type: WitType | undefined): Expression {
    return type === undefined ? '()' : this.value(type);
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
    const docs = docComment(one.docs, '    ');
    if (body === undefined) return `${docs}${signature.slice(0, -1)}}\n`;
    return `${docs}${signature}        ${layOut(body, '        ', 8)}\n    }\n`;
  }

  /** What it returns, and the expression that does. */
  #answer({ kind, result, resource }: WitFunction): readonly [string, Expression | undefined] {
    const own = `My${rustTypeName(resource ?? '')}`;
    if (kind === 'constructor') {
      return result?.kind === 'result'
        ? [` -> Result<Self, ${this.#optional(result.err)}>`, `Ok(${own})`]
        : [' -> Self', own];
    }
    return result === undefined ? ['', undefined] : [` -> ${this.type(result)}`, this.value(result)];
  }

  /** Underscored, because what a new plugin does not look at would be a warning each. */
  #param({ name, type }: WitField): string {
    return `_${rustIdentifier(name)}: ${this.type(type)}`;
  }

  #optional(type: WitType | undefined): string {
    return type === undefined ? '()' : this.type(type);
  }

  #named(name: string, ending = ''): string {
    return this.use(this.#paths.of(name, this.#from), rustLocal(name) + ending);
  }

  #resource(name: string): Expression {
    if (this.#making.isOwn(name))
      return { kind: 'call', head: `${this.#named(name)}::new`, parts: [`My${rustLocal(name)}`] };
    const found = this.#making.maker(name);
    if (found === undefined) throw new Error(`nothing makes a ${name}`);
    const { function: one } = found;
    const parts = one.params.map(({ type }) => this.#argument(type));
    if (one.kind !== 'function') {
      const method = one.kind === 'constructor' ? 'new' : rustIdentifier(one.name);
      const owner = this.#named(ofResource(one, found.interface, name));
      return { kind: 'call', head: `${owner}::${method}`, parts };
    }
    const module = found.interface === undefined ? 'bindings' : this.#paths.imported(found.interface);
    return { kind: 'call', head: this.use(module, rustIdentifier(one.name)), parts };
  }

  /** An argument of an imported function: what it takes is borrowed, but for resources. */
  #argument(type: WitType): Expression {
    if (type.kind === 'string') return '""';
    return type.kind === 'list' ? '&[]' : this.value(type);
  }
}

/** Which of the host's resources a value of this type needs, and nothing gives. */
function whyNot(type: WitType): string {
  return type.kind === 'own'
    ? `no function that this world imports gives a ${localName(type.resource)}`
    : 'no function that this world imports gives the resource in it';
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

/** The order in which rustfmt has names. */
function functionsFirst(a: string, b: string): number {
  const isFunction = (name: string): boolean => /^[a-z]/.test(name);
  if (isFunction(a) !== isFunction(b)) return isFunction(a) ? -1 : 1;
  return a < b ? -1 : 1;
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
