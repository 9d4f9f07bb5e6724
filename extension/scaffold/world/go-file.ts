import { goPackageName, goParameterName, goTypeName } from '../../toolchains/go-names.ts';
import { bindingsFolder } from '../../toolchains/go-bindings.ts';
import type { WitField, WitFunction, WitType } from '../../wit/model.ts';
import { isLeaf, localName, ownerOf, type Maker, type Making } from './make.ts';

/** Where the bindings of a world are: the module, and the packages that the generator made. */
export interface GoBindings {
  readonly module: string;
  /** Names of its packages, `export_` ones among them. */
  readonly packages: ReadonlySet<string>;
}

/** Names that the bindings give to methods of their own. */
const reserved: ReadonlySet<string> = new Set(['TakeHandle', 'SetHandle', 'Handle', 'Drop', 'OnDrop']);

/** One source file of a package that implements exports: it knows what it has to import. */
export class GoFile {
  readonly #bindings: GoBindings;
  readonly #making: Making;
  readonly #package: string;
  readonly #imports = new Map<string, string>();

  /** @param owner the interface that is implemented; empty for functions of the world itself */
  constructor(bindings: GoBindings, making: Making, owner: string) {
    this.#bindings = bindings;
    this.#making = making;
    this.#package = exportPackage(bindings, owner);
  }

  get packageName(): string {
    return this.#package;
  }

  /** The import lines for all that was written so far. */
  imports(): string {
    const lines = [...this.#imports]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, alias]) => {
        return `\t${alias === '' ? '' : `${alias} `}"${path}"\n`;
      });
    return lines.length === 0 ? '' : `import (\n${lines.join('')})\n\n`;
  }

  /** A whole function that answers with a plain value. */
  function(one: WitFunction): string {
    const params = one.kind === 'method' ? one.params.slice(1) : one.params;
    const list = params.map(({ name, type }) => `${goParameterName(name)} ${this.type(type)}`).join(', ');
    const name = functionName(one);
    const receiver = one.kind === 'method' ? `(self *${goTypeName(one.resource ?? '')}) ` : '';
    const result = this.#results(one.result);
    const body = [...params.flatMap((param) => this.#given(param)), ...this.#answer(one.result)];
    const block = body.length === 0 ? '{}' : `{\n${body.map((line) => `\t${line}\n`).join('')}}`;
    return `${comment(one.docs, name)}func ${receiver}${name}(${list})${result === '' ? '' : ` ${result}`} ${block}\n`;
  }

  type(type: WitType): string {
    if (isLeaf(type)) return primitive[type.kind] ?? type.kind;
    switch (type.kind) {
      case 'record':
      case 'variant':
      case 'enum':
      case 'flags':
        return this.#named(type.name ?? '', this.#hasOwn(type));
      case 'list':
        return `[]${this.type(type.element)}`;
      case 'option':
        return this.#wit(`Option[${this.type(type.some)}]`);
      case 'result':
        return this.#wit(`Result[${this.#optional(type.ok)}, ${this.#optional(type.err)}]`);
      case 'tuple':
        return this.#wit(
          `Tuple${type.items.length}[${type.items.map((item) => this.type(item)).join(', ')}]`,
        );
      case 'own':
      case 'borrow':
        return `*${this.#named(type.resource, this.#making.isOwn(type.resource))}`;
      case 'future':
      case 'stream':
        throw new Error(`Go has no ${type.kind}`);
    }
  }

  /** A value of a type; a panic that says so where there is none that a plugin can make. */
  value(type: WitType): string {
    if (!this.#making.canMake(type)) return `panic("${whyNot(type)}")`;
    if (isLeaf(type)) return plain[type.kind] ?? '0';
    switch (type.kind) {
      case 'list':
        return 'nil';
      case 'option':
        return this.#wit(`None[${this.type(type.some)}]()`);
      case 'result': {
        const types = `[${this.#optional(type.ok)}, ${this.#optional(type.err)}]`;
        const ok = type.ok === undefined || this.#making.canMake(type.ok);
        const [word, value] = ok ? ['Ok', type.ok] : ['Err', type.err];
        return this.#wit(`${word}${types}(${value === undefined ? this.#wit('Unit{}') : this.value(value)})`);
      }
      case 'tuple': {
        const fields = type.items.map((item, index) => `F${index}: ${this.value(item)}`);
        return `${this.type(type)}{${fields.join(', ')}}`;
      }
      case 'record': {
        const fields = type.fields.map((field) => `${goTypeName(field.name)}: ${this.value(field.type)}`);
        return `${this.type(type)}{${fields.join(', ')}}`;
      }
      case 'variant': {
        const one = type.cases.find((each) => each.type === undefined || this.#making.canMake(each.type));
        const [packageName, name] = split(this.type(type));
        const value = one?.type === undefined ? '' : this.value(one.type);
        return `${packageName}Make${name}${goTypeName(one?.name ?? '')}(${value})`;
      }
      case 'enum':
        return `${this.type(type)}_${goTypeName(type.cases[0] ?? '')}`;
      case 'flags':
        return '0';
      case 'own':
        return this.#resource(type.resource);
      case 'borrow':
      case 'future':
      case 'stream':
        throw new Error(`a ${type.kind} cannot be made`);
    }
  }

  /** The lines that give the answer. */
  #answer(type: WitType | undefined): readonly string[] {
    if (type === undefined) return [];
    // A panic is a statement.
    if (!this.#making.canMake(type)) return [this.value(type)];
    const values = type.kind === 'tuple' ? type.items.map((item) => this.value(item)) : [this.value(type)];
    return [`return ${values.join(', ')}`];
  }

  /** What is ours of a parameter is let go at the end. */
  #given({ name, type }: WitField): readonly string[] {
    return type.kind === 'own' ? [`defer ${goParameterName(name)}.Drop()`] : [];
  }

  /** A tuple is several results. */
  #results(type: WitType | undefined): string {
    if (type === undefined) return '';
    if (type.kind !== 'tuple') return this.type(type);
    const [only, ...more] = type.items;
    if (only !== undefined && more.length === 0) return this.type(only);
    return `(${type.items.map((item) => this.type(item)).join(', ')})`;
  }

  #optional(type: WitType | undefined): string {
    return type === undefined ? this.#wit('Unit') : this.type(type);
  }

  #resource(resource: string): string {
    if (this.#making.isOwn(resource)) return `&${this.#named(resource, true)}{}`;
    const maker = this.#making.maker(resource);
    if (maker === undefined) throw new Error(`nothing makes ${resource}`);
    return this.#made(maker);
  }

  #made({ function: one, interface: owner }: Maker): string {
    const packageName = this.#import(owner ?? '', false);
    return `${packageName}${functionName(one)}(${one.params.map(({ type }) => this.value(type)).join(', ')})`;
  }

  /** A type by its name, with its package before it where that is another one. */
  #named(name: string, exported: boolean): string {
    return this.#import(ownerOf(name), exported) + goTypeName(localName(name));
  }

  #import(owner: string, exported: boolean): string {
    const name = exported ? exportPackage(this.#bindings, owner) : packageOf(this.#bindings, owner, '');
    if (name === this.#package) return '';
    this.#imports.set(`${this.#bindings.module}/${exported ? '' : `${bindingsFolder}/`}${name}`, '');
    return `${name}.`;
  }

  #wit(name: string): string {
    this.#imports.set(`${this.#bindings.module}/${bindingsFolder}/wit/types`, 'witTypes');
    return `witTypes.${name}`;
  }

  /** Whether a resource of the plugin's own is in it: such types are declared beside the resource. */
  #hasOwn(type: WitType): boolean {
    if (isLeaf(type)) return false;
    switch (type.kind) {
      case 'own':
      case 'borrow':
        return this.#making.isOwn(type.resource);
      case 'list':
        return this.#hasOwn(type.element);
      case 'option':
        return this.#hasOwn(type.some);
      case 'result':
        return [type.ok, type.err].some((one) => one !== undefined && this.#hasOwn(one));
      case 'tuple':
        return type.items.some((item) => this.#hasOwn(item));
      case 'record':
        return type.fields.some((field) => this.#hasOwn(field.type));
      case 'variant':
        return type.cases.some((one) => one.type !== undefined && this.#hasOwn(one.type));
      case 'enum':
      case 'flags':
      case 'future':
      case 'stream':
        return false;
    }
  }
}

/** The package that implements an exported interface, or the world's own functions. */
function exportPackage(bindings: GoBindings, owner: string): string {
  return packageOf(bindings, owner, 'export_');
}

/** Versions are in the names only of packages that are there in several. */
function packageOf({ packages }: GoBindings, owner: string, prefix: string): string {
  const plain = prefix + goPackageName(owner);
  const versioned = prefix + goPackageName(owner, true);
  return packages.has(versioned) ? versioned : plain;
}

function functionName({ kind, resource = '', name }: WitFunction): string {
  if (kind === 'constructor') return `Make${goTypeName(resource)}`;
  if (kind === 'static') return goTypeName(resource) + goTypeName(name);
  const plainName = goTypeName(name);
  return kind === 'method' && reserved.has(plainName) ? `${plainName}_` : plainName;
}

/** Go's comments begin with the name of what they are about. */
function comment(docs: string | undefined, name: string): string {
  if (docs === undefined || docs.trim() === '') return '';
  const lines = docs.trim().split('\n');
  return [`${name}: ${lines[0] ?? ''}`, ...lines.slice(1)]
    .map((line) => `// ${line}`.trimEnd() + '\n')
    .join('');
}

function split(name: string): readonly [string, string] {
  const dot = name.lastIndexOf('.') + 1;
  return [name.slice(0, dot), name.slice(dot)];
}

function whyNot(type: WitType): string {
  const what = type.kind === 'own' || type.kind === 'borrow' ? localName(type.resource) : type.kind;
  return `only the host can give a ${what}`;
}

const primitive: Readonly<Record<string, string>> = {
  u8: 'uint8',
  u16: 'uint16',
  u32: 'uint32',
  u64: 'uint64',
  s8: 'int8',
  s16: 'int16',
  s32: 'int32',
  s64: 'int64',
  f32: 'float32',
  f64: 'float64',
  char: 'rune',
};

const plain: Readonly<Record<string, string>> = { bool: 'false', string: '""', char: "'a'" };
