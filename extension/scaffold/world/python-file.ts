import {
  pythonConstant,
  pythonIdentifier,
  pythonTypeName,
  type PythonNames,
} from '../../toolchains/python-names.ts';
import type { WitFunction, WitPrimitive, WitType } from '../../wit/model.ts';
import { isLeaf, localName, ownerOf, type Making } from './make.ts';

const annotations: Readonly<Partial<Record<WitPrimitive | 'error-context', string>>> = {
  bool: 'bool',
  f32: 'float',
  f64: 'float',
  char: 'str',
  string: 'str',
  'error-context': 'str',
};

const plain: Readonly<Partial<Record<WitPrimitive | 'error-context', string>>> = {
  bool: 'False',
  f32: '0.0',
  f64: '0.0',
  char: '" "',
  string: '""',
  'error-context': '""',
};

/** Columns of a line. */
const WIDTH = 110;

/** What is known of a world while its files are written. */
export interface PythonScope {
  readonly names: PythonNames;
  readonly making: Making;
  /** Constructors of the plugin's own resources, by full name. */
  readonly constructors: ReadonlyMap<string, WitFunction>;
}

/** One Python source in the making: types and values of WIT in Python, and the imports that they need. */
export class PythonFile {
  readonly #scope: PythonScope;
  readonly #own: string | undefined;
  /** The resource whose class is being written, and how its functions make another one. */
  #self: { readonly resource: string; readonly make: string } | undefined;
  readonly #imports = new Map<string, Set<string>>();
  /** Which module each short name stands for. */
  readonly #used = new Map<string, string>();

  /**
   * @param reserved names that the file declares itself
   * @param own full name of the interface whose resources this file has; their classes need no import
   */
  constructor(scope: PythonScope, reserved: readonly string[], own?: string) {
    this.#scope = scope;
    this.#own = own;
    for (const name of reserved) this.#used.set(name, '');
  }

  /** The import lines, standard library first, the plugin's own last. */
  imports(): string {
    const order = (module: string): number =>
      module === 'typing' || module === 'builtins'
        ? 0
        : module.startsWith('wit_world') || module.startsWith('componentize')
          ? 1
          : 2;
    const groups = [0, 1, 2].map((wanted) => {
      const modules = [...this.#imports]
        .filter(([module]) => order(module) === wanted)
        .sort(([a], [b]) => (a < b ? -1 : 1));
      const whole = modules.filter(([, names]) => names.has('')).map(([module]) => `import ${module}\n`);
      return [...whole, ...modules.map(([module, names]) => fromLines(module, names))].join('');
    });
    return groups.filter((group) => group !== '').join('\n');
  }

  /** A name for something of a module; another one where this file has the name already. */
  use(module: string, name: string): string {
    const path = `${module}.${name}`;
    let short = name;
    for (let count = 1; (this.#used.get(short) ?? path) !== path; count++)
      short = count === 1 ? `${name}_types` : `${name}_types_${count}`;
    this.#used.set(short, path);
    this.#add(module, short === name ? name : `${name} as ${short}`);
    return short;
  }

  /** The module of the world's bindings as a whole. */
  world(): string {
    this.#add('wit_world', '');
    return 'wit_world';
  }

  /** A type of Python's own; a function of that name would hide it. */
  #builtin(name: string): string {
    if (this.#used.get(name) !== '') return name;
    this.#add('builtins', '');
    return `builtins.${name}`;
  }

  #add(module: string, name: string): void {
    const names = this.#imports.get(module) ?? new Set();
    names.add(name);
    this.#imports.set(module, names);
  }

  /**
   * A function with a body that answers with a plain value, indented for a class.
   *
   * @param resource full name of the resource whose class it is in
   */
  function(one: WitFunction, resource?: string): string {
    const self = one.kind === 'static' ? 'cls' : 'self';
    this.#self =
      resource === undefined ? undefined : { resource, make: self === 'cls' ? 'cls' : 'type(self)' };
    const given = one.kind === 'method' ? one.params.slice(1) : one.params;
    const params = [self, ...given.map(({ name, type }) => `${pythonIdentifier(name)}: ${this.type(type)}`)];
    const result = one.kind === 'constructor' ? undefined : one.result;
    const name = one.kind === 'constructor' ? '__init__' : pythonIdentifier(one.name);
    const returns = result?.kind === 'result' ? this.#optional(result.ok) : this.#optional(result);
    const decorator = one.kind === 'static' ? '    @classmethod\n' : '';
    const docs = docString(one.docs, '        ');
    const body = this.#answer(one, result);
    const signature = `${one.async === true ? 'async ' : ''}def ${name}(${params.join(', ')}) -> ${returns}:`;
    const lines =
      signature.length <= WIDTH - 4
        ? `    ${signature}\n`
        : `    ${signature.slice(0, signature.indexOf('(') + 1)}\n${params.map((param) => `        ${param},\n`).join('')}    ) -> ${returns}:\n`;
    return (
      `${decorator}${lines}${docs}        ${docs !== '' && body === 'pass' ? '' : body}`.trimEnd() + '\n'
    );
  }

  /** The last statement of a function. */
  #answer({ kind }: WitFunction, result: WitType | undefined): string {
    const { making } = this.#scope;
    if (kind === 'constructor' || result === undefined) return 'pass';
    if (!making.canMake(result)) return this.#missing(result);
    if (result.kind !== 'result') return `return ${this.value(result)}`;
    if (result.ok === undefined || making.canMake(result.ok))
      return result.ok === undefined ? 'pass' : `return ${this.value(result.ok)}`;
    const error = result.err === undefined ? 'None' : this.value(result.err);
    return `raise ${this.use('componentize_py_types', 'Err')}(${error})`;
  }

  #missing(type: WitType): string {
    const why =
      type.kind === 'own'
        ? `no function that this world imports gives a ${localName(type.resource)}`
        : 'no function that this world imports gives the resource in it';
    return `raise NotImplementedError("${why}")`;
  }

  /** A type as an annotation. */
  type(type: WitType): string {
    if (isLeaf(type)) return this.#builtin(annotations[type.kind] ?? 'int');
    switch (type.kind) {
      case 'record':
      case 'variant':
      case 'enum':
      case 'flags':
        return this.#named(type.name ?? '');
      case 'list':
        return isBytes(type)
          ? this.#builtin('bytes')
          : `${this.#builtin('list')}[${this.type(type.element)}]`;
      case 'option':
        return type.some.kind === 'option'
          ? `${this.use('componentize_py_types', 'Some')}[${this.type(type.some)}] | None`
          : `${this.type(type.some)} | None`;
      case 'result':
        return `${this.use('componentize_py_types', 'Result')}[${this.#optional(type.ok)}, ${this.#optional(type.err)}]`;
      case 'tuple':
        return `${this.#builtin('tuple')}[${type.items.map((item) => this.type(item)).join(', ') || '()'}]`;
      case 'own':
      case 'borrow':
        return type.resource === this.#self?.resource
          ? this.use('typing', 'Self')
          : this.#named(type.resource);
      case 'future':
      case 'stream':
        return this.use('typing', 'Any');
    }
  }

  #optional(type: WitType | undefined): string {
    return type === undefined ? 'None' : this.type(type);
  }

  /** A value of a type that can be made. */
  value(type: WitType): string {
    const { making } = this.#scope;
    if (isLeaf(type)) return plain[type.kind] ?? '0';
    switch (type.kind) {
      case 'list': {
        if (isBytes(type)) return type.length === undefined ? 'b""' : `bytes(${type.length})`;
        return type.length === undefined
          ? '[]'
          : `[${this.value(type.element)} for _ in range(${type.length})]`;
      }
      case 'option':
        return 'None';
      case 'result': {
        const ok = type.ok === undefined || making.canMake(type.ok);
        const inner = ok ? type.ok : type.err;
        const value = inner === undefined ? 'None' : this.value(inner);
        return `${this.use('componentize_py_types', ok ? 'Ok' : 'Err')}(${value})`;
      }
      case 'tuple':
        return `(${type.items.map((item) => this.value(item)).join(', ')}${type.items.length === 1 ? ',' : ''})`;
      case 'record':
        return `${this.#named(type.name ?? '')}(${type.fields
          .map((field) => `${pythonIdentifier(field.name)}=${this.value(field.type)}`)
          .join(', ')})`;
      case 'variant': {
        const one = type.cases.find((each) => each.type === undefined || making.canMake(each.type));
        const name = `${this.#named(type.name ?? '')}_${pythonTypeName(one?.name ?? '')}`;
        return `${name}(${one?.type === undefined ? '' : this.value(one.type)})`;
      }
      case 'enum':
        return `${this.#named(type.name ?? '')}.${pythonConstant(type.cases[0] ?? '')}`;
      case 'flags':
        return `${this.#named(type.name ?? '')}(0)`;
      case 'own':
        return making.isOwn(type.resource) ? this.#made(type.resource) : this.#asked(type.resource);
      case 'borrow':
      case 'future':
      case 'stream':
        throw new Error(`a ${type.kind} is no plain value`);
    }
  }

  /** A new object of the plugin's own class. */
  #made(resource: string): string {
    const { constructors, names, making } = this.#scope;
    const owner = ownerOf(resource);
    const class_ = pythonTypeName(localName(resource));
    const other = (): string =>
      owner === this.#own ? class_ : this.use(names.exports.get(owner) ?? '', class_);
    const name = resource === this.#self?.resource ? this.#self.make : other();
    const params = constructors.get(resource)?.params ?? [];
    return params.every(({ type }) => making.canMake(type))
      ? `${name}(${params.map(({ type }) => this.value(type)).join(', ')})`
      : `${name}.__new__(${name})`;
  }

  /** A resource of the host's, from the function that gives it. */
  #asked(resource: string): string {
    const found = this.#scope.making.maker(resource);
    if (found === undefined) throw new Error(`nothing makes a ${resource}`);
    const { function: one } = found;
    const arguments_ = one.params.map(({ type }) => this.value(type)).join(', ');
    const module =
      found.interface === undefined
        ? this.world()
        : this.use('wit_world.imports', this.#scope.names.imports.get(found.interface) ?? '');
    const class_ = one.resource === undefined ? undefined : pythonTypeName(one.resource);
    if (one.kind === 'constructor') return `${module}.${class_ ?? ''}(${arguments_})`;
    const path = class_ === undefined ? module : `${module}.${class_}`;
    return `${path}.${pythonIdentifier(one.name)}(${arguments_})`;
  }

  /** A named type of the bindings; those of an interface that is imported, too, are with the imports. */
  #named(name: string): string {
    const { names } = this.#scope;
    const owner = ownerOf(name);
    const local = pythonTypeName(localName(name));
    if (owner === '') return `${this.world()}.${local}`;
    const imported = names.imports.get(owner);
    const module =
      imported === undefined
        ? this.use('wit_world.exports', names.exports.get(owner) ?? '')
        : this.use('wit_world.imports', imported);
    return `${module}.${local}`;
  }
}

function fromLines(module: string, all: ReadonlySet<string>): string {
  const names = [...all].filter((name) => name !== '').sort();
  if (names.length === 0) return '';
  const line = `from ${module} import ${names.join(', ')}\n`;
  return line.length <= WIDTH
    ? line
    : `from ${module} import (\n${names.map((name) => `    ${name},\n`).join('')})\n`;
}

/** Names that functions bring along: what is imported must not be called so, for they would hide it. */
export function hidingNames(functions: readonly WitFunction[]): readonly string[] {
  return functions.flatMap(({ name, params }) =>
    [name, ...params.map((one) => one.name)].map(pythonIdentifier),
  );
}

/** componentize-py has lists of bytes as `bytes`. */
function isBytes(type: WitType & { readonly kind: 'list' }): boolean {
  return type.element.kind === 'u8' || type.element.kind === 's8';
}

/** WIT's documentation as a docstring with its line end; empty where there is none. */
export function docString(docs: string | undefined, indent: string): string {
  if (docs === undefined || docs.trim() === '') return '';
  const lines = docs.trim().replaceAll('\\', '\\\\').replaceAll('"""', '\\"""').split('\n');
  const text = lines.map((line) => line.trimEnd());
  return text.length === 1
    ? `${indent}"""${text[0] ?? ''}"""\n`
    : `${indent}"""\n${text.map((line) => `${line === '' ? '' : indent}${line}\n`).join('')}${indent}"""\n`;
}
