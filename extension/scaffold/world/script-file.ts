/** One JavaScript or TypeScript source in the making: values and types of WIT, and the imports that they need. */
import {
  className,
  memberName,
  propertyKey,
  shortInterfaceName,
  variableName,
} from '../../toolchains/javascript-names.ts';
import { docComment, typeText } from '../../toolchains/javascript-type-text.ts';
import { interfaceOf, shortName } from '../../wit/text.ts';
import type { WitFunction, WitInterface, WitType } from '../../wit/model.ts';
import type { Making } from './make.ts';

export type ScriptLanguage = 'javascript' | 'typescript';

/** What every module has by itself and a template uses. */
const builtIn = new Set(
  'Array Boolean Date Error Function Int8Array JSON Map Math Number Object Promise Set String Symbol Uint8Array'.split(
    ' ',
  ),
);

export class ScriptFile {
  readonly language: ScriptLanguage;
  readonly #making: Making;
  /** Constructors of the resources that the plugin defines, by the resources' whole names. */
  readonly #constructors: ReadonlyMap<string, WitFunction>;
  /** What names stand for: a module's, or '' for one that the file declares. */
  readonly #names = new Map<string, string>();
  /** Namespaces of imported modules, by module. */
  readonly #namespaces = new Map<string, string>();
  /** Types of other modules: their local names, by module and name. */
  readonly #types = new Map<
    string,
    { readonly module: string; readonly name: string; readonly local: string }
  >();
  /** The classes that this file defines, by the resources' whole names. */
  readonly #classes = new Map<string, string>();

  /** @param reserved names that the file declares */
  constructor(
    language: ScriptLanguage,
    making: Making,
    constructors: ReadonlyMap<string, WitFunction>,
    reserved: readonly string[],
  ) {
    this.language = language;
    this.#making = making;
    this.#constructors = constructors;
    for (const name of reserved) this.#names.set(name, '');
  }

  /** The name of the class of a resource of the plugin's own: not one that JavaScript has already. */
  defineClass(resource: string): string {
    const name = this.#free(className(shortName(resource)), 'Resource', '');
    this.#classes.set(resource, name);
    return name;
  }

  /** A name for a type of another module, to be imported. */
  importType(module: string, name: string): string {
    const key = `${module}#${name}`;
    const known = this.#types.get(key);
    if (known !== undefined) return known.local;
    const local = this.#free(name, 'Type', key);
    this.#types.set(key, { module, name, local });
    return local;
  }

  /** The first lines of the file. */
  imports(): string {
    const values = [...this.#namespaces].map(([module, name]) => `import * as ${name} from '${module}';\n`);
    const modules = Map.groupBy(this.#types.values(), ({ module }) => module);
    const types = [...modules].sort().map(([module, all]) => {
      const names = all
        .map(({ name, local }) => (name === local ? name : `${name} as ${local}`))
        .sort()
        .join(', ');
      return this.language === 'typescript'
        ? `import type { ${names} } from '${module}';\n`
        : `/** @import { ${names} } from '${module}' */\n`;
    });
    const lines = [...values, ...types].join('');
    return lines === '' ? '' : `${lines}\n`;
  }

  /** A type as it is written in this file; objects of the plugin's own resources are of its own classes. */
  type(type: WitType): string {
    return typeText(type, (name) => {
      const own = this.#classes.get(name);
      return own ?? this.importType(interfaceOf(name), className(shortName(name)));
    });
  }

  /** A method of an object, whose parameters get their types from where it stands. */
  member(one: WitFunction): string {
    const names = one.params.map(({ name }) => variableName(memberName(name))).join(', ');
    return `${docComment([one.docs])}${propertyKey(memberName(one.name))}(${names}) {\n${this.#body(one)}},\n`;
  }

  /** A function of the world itself. */
  exportedFunction(one: WitFunction): string {
    const name = memberName(one.name);
    const variable = variableName(name);
    const [docs, head] = this.#head(one, one.docs);
    const exported = variable === name ? 'export ' : '';
    const alias = variable === name ? '' : `\nexport { ${variable} as ${name} };\n`;
    return `${docs}${exported}function ${variable}${head} {\n${this.#body(one)}}\n${alias}`;
  }

  /** A class as a property of the object that is exported. */
  classMember(resource: string): string {
    const name = className(shortName(resource));
    const local = this.#classes.get(resource) ?? name;
    return `${name === local ? name : `${name}: ${local}`},\n`;
  }

  /** The class of a resource that the plugin defines. */
  resource(one: WitInterface, resource: string): string {
    const whole = `${one.name}#${resource}`;
    const name = this.#classes.get(whole) ?? className(resource);
    const own = one.functions.filter((each) => each.resource === resource);
    const members = own.map((each) => {
      const [docs, head] = this.#head(each, each.docs);
      if (each.kind === 'constructor') return `${docs}constructor${head} {\n${constructorBody(each)}}\n`;
      const before = each.kind === 'static' ? 'static ' : '';
      return `${docs}${before}${propertyKey(memberName(each.name))}${head} {\n${this.#body(each)}}\n`;
    });
    const text = members.map((member) => indent(member)).join('\n');
    if (this.language === 'javascript') return `class ${name} {\n${text}}\n`;
    const type = this.importType(one.name, className(resource));
    const implemented = own.some(({ kind }) => kind === 'method') ? ` implements ${type}` : '';
    return `class ${name}${implemented} {\n${text}}\n`;
  }

  /** Doc comment, and parameters with the type of the result. */
  #head(one: WitFunction, docs: string | undefined): readonly [docs: string, head: string] {
    const params = (one.kind === 'method' ? one.params.slice(1) : one.params).map(({ name, type }) => ({
      name: variableName(memberName(name)),
      type: this.type(type),
    }));
    const { result } = one;
    const ok = result?.kind === 'result' ? result.ok : result;
    const returns = ok === undefined ? 'void' : this.type(ok);
    if (this.language === 'typescript') {
      const given = params.map(({ name, type }) => `${name}: ${type}`).join(', ');
      return [docComment([docs]), `(${given})${one.kind === 'constructor' ? '' : `: ${returns}`}`];
    }
    const tags = [
      ...params.map(({ name, type }) => `@param {${type}} ${name}`),
      ...(one.kind === 'constructor' ? [] : [`@returns {${returns}}`]),
    ];
    return [docComment([docs, tags.join('\n')]), `(${params.map(({ name }) => name).join(', ')})`];
  }

  /** Statements that answer with a plain value of the function's type. */
  #body({ result, kind }: WitFunction): string {
    if (result === undefined || kind === 'constructor') return '';
    if (result.kind !== 'result')
      return this.#making.canMake(result) ? `  return ${this.value(result)};\n` : nothingMakes(result);
    const { ok, err } = result;
    if (ok === undefined) return '';
    if (this.#making.canMake(ok)) return `  return ${this.value(ok)};\n`;
    if (err === undefined) return `  throw new Error('not yet');\n`;
    if (err.kind === 'string') return `  throw new Error('not yet');\n`;
    if (!this.#making.canMake(err)) return nothingMakes(ok);
    return `  throw Object.assign(new Error('not yet'), { payload: ${this.value(err)} });\n`;
  }

  /** An expression of a plain value; of a type that can be made. */
  value(type: WitType): string {
    switch (type.kind) {
      case 'bool':
        return 'false';
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
        return '0';
      case 'char':
        return "' '";
      case 'string':
        return "''";
      case 'list':
        return this.#list(type.element, type.length ?? 0);
      case 'option':
        return type.some.kind === 'option' ? "{ tag: 'none' }" : 'null';
      case 'result': {
        const ok = type.ok === undefined || this.#making.canMake(type.ok);
        return tagged(ok ? 'ok' : 'err', this.#payload(ok ? type.ok : type.err));
      }
      case 'tuple':
        return `[${type.items.map((item) => this.value(item)).join(', ')}]`;
      case 'record': {
        const fields = type.fields.map(
          (field) => `${propertyKey(memberName(field.name))}: ${this.value(field.type)}`,
        );
        return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
      }
      case 'variant': {
        const found = type.cases.find((one) => one.type === undefined || this.#making.canMake(one.type));
        return tagged(found?.name ?? '', this.#payload(found?.type));
      }
      case 'enum':
        return `'${type.cases[0] ?? ''}'`;
      case 'flags':
        return '{}';
      case 'own':
        return this.#own(type.resource);
      case 'borrow':
      case 'future':
      case 'stream':
      case 'error-context':
        throw new Error(`a template has no value of ${type.kind}`);
    }
  }

  #payload(type: WitType | undefined): string | undefined {
    return type === undefined ? undefined : this.value(type);
  }

  #list(element: WitType, length: number): string {
    if (element.kind === 'u8') return `new Uint8Array(${length === 0 ? '' : length})`;
    if (element.kind === 's8') return `new Int8Array(${length === 0 ? '' : length})`;
    return `[${Array.from({ length }, () => this.value(element)).join(', ')}]`;
  }

  #own(resource: string): string {
    if (this.#making.isOwn(resource)) {
      const args = this.#constructors.get(resource)?.params ?? [];
      const name = this.#classes.get(resource) ?? className(shortName(resource));
      return `new ${name}(${args.map(({ type }) => this.value(type)).join(', ')})`;
    }
    const maker = this.#making.maker(resource);
    if (maker === undefined) throw new Error(`nothing makes ${resource}`);
    const args = maker.function.params.map(({ type }) => this.value(type)).join(', ');
    const name = memberName(maker.function.name);
    if (maker.interface === undefined) return `${name}(${args})`;
    const scope = this.#namespace(maker.interface);
    const owner = `${scope}.${className(maker.function.resource ?? '')}`;
    if (maker.function.kind === 'constructor') return `new ${owner}(${args})`;
    return maker.function.kind === 'static' ? `${owner}.${name}(${args})` : `${scope}.${name}(${args})`;
  }

  #namespace(module: string): string {
    const known = this.#namespaces.get(module);
    if (known !== undefined) return known;
    const name = this.#free(variableName(memberName(shortInterfaceName(module))), 'Host', module);
    this.#namespaces.set(module, name);
    return name;
  }

  /** A name that nothing else has. */
  #free(wished: string, suffix: string, of: string): string {
    let name = wished;
    for (let count = 1; builtIn.has(name) || this.#names.has(name); count++)
      name = `${wished}${suffix}${count === 1 ? '' : count}`;
    this.#names.set(name, of);
    return name;
  }
}

function tagged(tag: string, value: string | undefined): string {
  return value === undefined ? `{ tag: '${tag}' }` : `{ tag: '${tag}', val: ${value} }`;
}

function nothingMakes(type: WitType): string {
  const what = type.kind === 'own' ? ` ${shortName(type.resource)}` : ' value of this type';
  return `  // Only the host can make one, and it gives none.\n  throw new Error('there is no${what} to answer with');\n`;
}

/** A constructor that may fail throws; this one does not. */
function constructorBody({ params }: WitFunction): string {
  return params.length === 0 ? '' : '  // Keep what the methods need.\n';
}

/** A text two spaces further in. */
export function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
