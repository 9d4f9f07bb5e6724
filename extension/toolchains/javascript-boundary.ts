/**
 * Where values cross between a plugin and its component, in JavaScript that is part of development
 * interpreters and of release builds alike. Both engines are made to speak the conventions of
 * componentize-qjs, so that a plugin gets the same values whatever it is built with:
 *
 * - `u64` and `s64` are numbers, exact to 2⁵³; SpiderMonkey has bigints there, which may be given to both.
 * - no value of an `option` is `null`; SpiderMonkey has `undefined` there.
 * - a list is an array, a list of bytes a `Uint8Array`; SpiderMonkey has a typed array for each kind of number.
 * - the error of a host function is an `Error` with a `payload`; a thrown `Error` is its message where the
 *   error is a string.
 *
 * componentize-qjs 0.4 itself takes a `u32` of 2³¹ and more for negative and the other way round; that
 * is put right here, too.
 */
import type { WitField, WitFunction, WitInterface, WitType, WitWorld } from '../wit/model.ts';
import { className, memberName, propertyKey } from './javascript-names.ts';

export type Engine = 'quickjs' | 'spidermonkey';

/** What the generated code uses; declarations without exports. */
export function boundarySource(engine: Engine): string {
  return `const spidermonkey = ${engine === 'spidermonkey'};\n${shared}`;
}

const shared = `
const u32In = (value) => value >>> 0;
const u32Out = (value) => (value > 0x7fffffff ? value | 0 : value);
const u32ListOut = (value) => (Array.isArray(value) ? Uint32Array.from(value) : value);
const u64In = (value) => (value < 0 ? value + 2 ** 64 : value);
const wholeOut = (value) => (typeof value === 'bigint' ? Number(value) : value);
const bigIn = (value) => Number(value);
const bigOut = (value) => (typeof value === 'number' ? BigInt(value) : value);
const u64ListOut = (value) => BigUint64Array.from(value, bigOut);
const s64ListOut = (value) => BigInt64Array.from(value, bigOut);
const arrayIn = (value) => Array.from(value);
const optionIn = (convert) => (value) => (value === undefined || value === null ? null : convert === undefined ? value : convert(value));
const optionOut = (convert) => (value) => (value === undefined || value === null ? value : convert(value));
const nestedOption = (convert) => (value) => (value.tag === 'some' ? { tag: 'some', val: convert(value.val) } : value);
const list = (convert) => (value) => Array.from(value, (one) => convert(one));
const tuple = (converts) => (value) => converts.map((convert, index) => (convert === undefined ? value[index] : convert(value[index])));
const record = (fields) => (value) => {
  const copy = {};
  for (const name in fields) copy[name] = fields[name] === undefined ? value[name] : fields[name](value[name]);
  return copy;
};
const variant = (cases) => (value) => {
  const convert = cases[value.tag];
  return convert === undefined ? value : { tag: value.tag, val: convert(value.val) };
};

/** An import that returned an error throws it: an Error with the error as its payload. */
function importError(error, convert) {
  if (typeof error !== 'object' || error === null || !Object.hasOwn(error, 'payload')) return error;
  const payload = convert === undefined ? error.payload : convert(error.payload);
  if (error instanceof Error && convert === undefined) return error;
  const text = typeof payload === 'string' ? payload : String(payload) + ' (see error.payload)';
  return Object.assign(new Error(text), { payload });
}

function converted(converts, values) {
  for (let index = 0; index < converts.length && index < values.length; index++)
    if (converts[index] !== undefined) values[index] = converts[index](values[index]);
  return values;
}

/** A function of the host as the plugin calls it. */
function imported(call, params, result, error) {
  return function (...args) {
    converted(params, args);
    let value;
    try {
      value = Reflect.apply(call, this, args);
    } catch (thrown) {
      throw importError(thrown, error);
    }
    return result === undefined ? value : result(value);
  };
}

/** A resource of the host: its class with other methods, for a constructor whose parameters are converted one around it. */
function importedResource(resource, params, methods, statics) {
  for (const [name, wrap] of Object.entries(methods)) resource.prototype[name] = wrap(resource.prototype[name]);
  for (const [name, wrap] of Object.entries(statics)) resource[name] = wrap(resource[name]);
  if (params === undefined) return resource;
  const construct = (target, args, made) => Reflect.construct(target, converted(params, args), made);
  return new Proxy(resource, { construct });
}

/** Told of what an export throws, and whether that ends the component. */
let told;
function thrownBy(error, ends) {
  if (told === undefined) return;
  told(error instanceof Error ? error.name + ': ' + error.message + '\\n' + error.stack : String(error), ends);
}

const hasPayload = (error) => typeof error === 'object' && error !== null && Object.hasOwn(error, 'payload');

/** Whether an export that returns an error of a kind, 'text' or 'value', or none, can say this one; else it ends the component. */
function endsWith(error, fails) {
  return fails === undefined || (fails === 'value' && error instanceof Error && !hasPayload(error));
}

/** The error of a call as the component returns it. */
function exportError(error, convert, fails) {
  if (hasPayload(error))
    return convert === undefined ? error : Object.assign(new Error(error.message), { payload: convert(error.payload) });
  if (error instanceof Error) return spidermonkey && fails === 'text' ? error.message : error;
  return convert === undefined ? error : convert(error);
}

/** What is to be done before the first call of the plugin. */
let begin;
/** Calls of the plugin within the plugin cross nothing. */
let inside = false;

/** An export as the component calls it; 'find' gives what is called. */
function exported(name, find, params, result, error, fails) {
  return function (...args) {
    if (inside) return find().call(this, ...args);
    inside = true;
    try {
      if (begin !== undefined) {
        begin();
        begin = undefined;
      }
      converted(params, args);
      const value = find().call(this, ...args);
      if (result === undefined) return value;
      try {
        return result(value);
      } catch (unfit) {
        throw new TypeError(name + ' returned what is not of its type: ' + unfit.message);
      }
    } catch (thrown) {
      thrownBy(thrown, endsWith(thrown, fails));
      throw exportError(thrown, error, fails);
    } finally {
      inside = false;
    }
  };
}

/**
 * The class of an exported resource as the component constructs it: it gives an object of the plugin's own
 * class. componentize-qjs 0.4 wants the result of a constructor that may fail as a value.
 */
function exportedResource(find, params, adopt, statics, error, fails) {
  const construct = exported('constructor', () => (...args) => Reflect.construct(find(), args), params, adopt, error, fails);
  const made = function (...args) {
    if (fails === undefined || spidermonkey) return construct(...args);
    try {
      return { tag: 'ok', val: construct(...args) };
    } catch (thrown) {
      if (endsWith(thrown, fails)) throw thrown;
      return { tag: 'err', val: hasPayload(thrown) ? thrown.payload : thrown instanceof Error ? thrown.message : thrown };
    }
  };
  // ComponentizeJS looks whether an object is one of this class.
  if (spidermonkey) made.prototype = find().prototype;
  return Object.assign(made, statics);
}

const adopted = new WeakSet();

/** An object of an exported resource on its way out: its methods become exports, once, where they are defined. */
const adopt = (methods) => (object) => {
  if (typeof object !== 'object' || object === null) throw new TypeError('it is not an object');
  for (const [name, wrap] of Object.entries(methods)) {
    const call = object[name];
    if (typeof call !== 'function' || adopted.has(call)) continue;
    let holder = object;
    while (!Object.hasOwn(holder, name)) holder = Object.getPrototypeOf(holder);
    const method = wrap(call);
    adopted.add(method);
    Reflect.defineProperty(holder, name, { value: method, writable: true, configurable: true });
  }
  return object;
};

function need(found, what) {
  if (!found) throw new Error('the plugin exports no ' + what);
}
`;

/** What {@link boundarySource} declares for generated code. */
export const boundaryNames: readonly string[] = [...shared.matchAll(/^(?:const|function) (\w+)/gm)].map(
  ([, name = '']) => name,
);

/** A converter for one direction: `in` is what the plugin gets, `out` what it gives. */
type Direction = 'in' | 'out';

/** Writes the code that converts values of a world for one engine. */
export class BoundaryWriter {
  readonly #engine: Engine;
  /** Converters that several places share, by their text. */
  readonly #shared = new Map<string, string>();
  /** Variables that hold how objects of exported resources are adopted, by the resource's whole name. */
  readonly #adopters = new Map<string, string>();
  readonly #always: boolean;

  /** @param options.report every export is wrapped, so that what it throws can be told */
  constructor(engine: Engine, { report }: { readonly report: boolean }) {
    this.#engine = engine;
    this.#always = report;
  }

  /** Declarations of what the other texts refer to; asked for last. */
  declarations(): string {
    return [...this.#shared].map(([text, name]) => `const ${name} = ${text};\n`).join('');
  }

  /** An object literal of what the plugin gets of an imported interface; undefined where it is what the engine has. */
  importedInterface({ functions, resources }: WitInterface, native: string): string | undefined {
    const members = functions
      .filter(({ kind }) => kind === 'function')
      .flatMap((one) => {
        const name = memberName(one.name);
        const text = this.#imported(one, `${native}.${name}`);
        return text === undefined ? [] : [`${propertyKey(name)}: ${text}`];
      });
    const classes = resources.flatMap((resource) => {
      const name = className(resource);
      const text = this.#importedResource(
        functions.filter((one) => one.resource === resource),
        `${native}.${name}`,
      );
      return text === undefined ? [] : [`${name}: ${text}`];
    });
    const changed = [...members, ...classes];
    return changed.length === 0 ? undefined : `{ ...${native}, ${changed.join(', ')} }`;
  }

  /** The function that the plugin gets of a function that the world imports; `native` where nothing has to be converted. */
  importedFunction(one: WitFunction, native: string): string {
    return this.#imported(one, native) ?? native;
  }

  #imported(one: WitFunction, native: string): string | undefined {
    const parts = this.#importedParts(one);
    return parts === undefined ? undefined : `imported(${native}, ${parts})`;
  }

  #importedParts({ params, result, kind }: WitFunction): string | undefined {
    const given = kind === 'method' ? params.slice(1) : params;
    const { value, error, fails } = this.#result(result, 'in');
    const converters = this.#params(given, 'out');
    const rethrown = fails !== undefined && this.#engine === 'spidermonkey';
    if (converters === undefined && value === undefined && error === undefined && !rethrown) return undefined;
    return `${converters ?? '[]'}, ${value ?? 'undefined'}, ${error ?? 'undefined'}`;
  }

  #importedResource(functions: readonly WitFunction[], native: string): string | undefined {
    const wrapped = (kind: WitFunction['kind']): readonly string[] =>
      functions
        .filter((one) => one.kind === kind)
        .flatMap((one) => {
          const parts = this.#importedParts(one);
          return parts === undefined
            ? []
            : [`${propertyKey(memberName(one.name))}: (call) => imported(call, ${parts})`];
        });
    const constructor = functions.find(({ kind }) => kind === 'constructor');
    const params = constructor === undefined ? undefined : this.#params(constructor.params, 'out');
    const [methods, statics] = [wrapped('method'), wrapped('static')];
    if (params === undefined && methods.length === 0 && statics.length === 0) return undefined;
    return `importedResource(${native}, ${params ?? 'undefined'}, { ${methods.join(', ')} }, { ${statics.join(', ')} })`;
  }

  /** Declarations for the resources that the world exports: before any of its exports is written. */
  adopters(world: WitWorld): string {
    const exported = world.exports.interfaces.flatMap((one) =>
      one.resources.map((resource) => ({ one, resource, key: `${one.name}#${resource}` })),
    );
    exported.forEach(({ key }, index) => this.#adopters.set(key, `adopt${index}`));
    return exported
      .map(({ one, resource, key }) => {
        const methods = one.functions
          .filter((method) => method.resource === resource && method.kind === 'method')
          .flatMap((method) => {
            const parts = this.#exportedParts(method);
            const name = memberName(method.name);
            if (parts === undefined) return [];
            return [
              `${propertyKey(name)}: (call) => exported(${JSON.stringify(name)}, () => call, ${parts})`,
            ];
          });
        return `const ${this.#adopters.get(key) ?? ''} = adopt({ ${methods.join(', ')} });\n`;
      })
      .join('');
  }

  /** An object literal of an exported interface; `plugin` is an expression of what the plugin exports for it. */
  exportedInterface(one: WitInterface, plugin: string): string {
    const functions = one.functions
      .filter(({ kind }) => kind === 'function')
      .map((func) => `${propertyKey(memberName(func.name))}: ${this.exportedFunction(func, plugin)}`);
    const classes = one.resources.map((resource) => {
      const own = one.functions.filter((func) => func.resource === resource);
      const found = `${plugin}.${className(resource)}`;
      const constructor = own.find(({ kind }) => kind === 'constructor');
      const statics = own
        .filter(({ kind }) => kind === 'static')
        .map((func) => `${propertyKey(memberName(func.name))}: ${this.exportedFunction(func, found)}`);
      const params = this.#params(constructor?.params ?? [], 'in') ?? '[]';
      const adopter = this.#adopters.get(`${one.name}#${resource}`) ?? 'undefined';
      const { error, fails } = this.#result(constructor?.result, 'out');
      const failing = fails === undefined ? '' : `, ${error ?? 'undefined'}, '${fails}'`;
      return `${className(resource)}: exportedResource(() => ${found}, ${params}, ${adopter}, { ${statics.join(', ')} }${failing})`;
    });
    return `{ ${[...functions, ...classes].join(', ')} }`;
  }

  /** A function that is called on `owner`, an expression. */
  exportedFunction(one: WitFunction, owner: string): string {
    const name = memberName(one.name);
    const parts = this.#exportedParts(one) ?? '[]';
    return `exported(${JSON.stringify(name)}, () => (...args) => ${owner}.${name}(...args), ${parts})`;
  }

  #exportedParts({ params, result, kind }: WitFunction): string | undefined {
    const given = kind === 'method' ? params.slice(1) : params;
    const { value, error, fails } = this.#result(result, 'out');
    const converters = this.#params(given, 'in');
    const explained = fails === 'text' && this.#engine === 'spidermonkey';
    const needed = converters !== undefined || value !== undefined || error !== undefined || explained;
    if (!needed && !this.#always) return undefined;
    const failing = fails === undefined ? 'undefined' : `'${fails}'`;
    return `${converters ?? '[]'}, ${value ?? 'undefined'}, ${error ?? 'undefined'}, ${failing}`;
  }

  #params(params: readonly WitField[], direction: Direction): string | undefined {
    const converters = params.map(({ type }) => this.#convert(type, direction));
    if (converters.every((one) => one === undefined)) return undefined;
    return `[${converters.map((one) => one ?? 'undefined').join(', ')}]`;
  }

  /** A function's result: an error is thrown, so it and the value are converted apart. */
  #result(
    type: WitType | undefined,
    direction: Direction,
  ): { value: string | undefined; error: string | undefined; fails: 'text' | 'value' | undefined } {
    if (type?.kind !== 'result')
      return { value: this.#optional(type, direction), error: undefined, fails: undefined };
    return {
      value: this.#optional(type.ok, direction),
      error: this.#optional(type.err, direction),
      fails: type.err?.kind === 'string' ? 'text' : 'value',
    };
  }

  #optional(type: WitType | undefined, direction: Direction): string | undefined {
    return type === undefined ? undefined : this.#convert(type, direction);
  }

  /** The name of a converter; undefined where the engine's value is the plugin's. */
  #convert(type: WitType, direction: Direction): string | undefined {
    const text = this.#expression(type, direction);
    if (text === undefined || /^\w+$/.test(text)) return text;
    const known = this.#shared.get(text);
    if (known !== undefined) return known;
    const name = `convert${this.#shared.size}`;
    this.#shared.set(text, name);
    return name;
  }

  #expression(type: WitType, direction: Direction): string | undefined {
    const part = (inner: WitType | undefined): string | undefined => this.#optional(inner, direction);
    const spidermonkey = this.#engine === 'spidermonkey';
    switch (type.kind) {
      case 'u32':
        return spidermonkey ? undefined : direction === 'in' ? 'u32In' : 'u32Out';
      case 'u64':
        if (spidermonkey) return direction === 'in' ? 'bigIn' : 'bigOut';
        return direction === 'in' ? 'u64In' : 'wholeOut';
      case 's64':
        if (spidermonkey) return direction === 'in' ? 'bigIn' : 'bigOut';
        return direction === 'in' ? undefined : 'wholeOut';
      case 'list':
        return this.#list(type.element, direction);
      case 'option': {
        const inner = part(type.some);
        if (type.some.kind === 'option') return inner === undefined ? undefined : `nestedOption(${inner})`;
        if (direction === 'in' && spidermonkey) return `optionIn(${inner ?? ''})`;
        return inner === undefined ? undefined : `option${direction === 'in' ? 'In' : 'Out'}(${inner})`;
      }
      case 'result':
        return cases([
          ['ok', part(type.ok)],
          ['err', part(type.err)],
        ]);
      case 'variant':
        return cases(type.cases.map((one) => [one.name, part(one.type)]));
      case 'tuple': {
        const items = type.items.map(part);
        if (items.every((item) => item === undefined)) return undefined;
        return `tuple([${items.map((item) => item ?? 'undefined').join(', ')}])`;
      }
      case 'record': {
        const fields = type.fields.map((field) => ({
          name: memberName(field.name),
          convert: part(field.type),
        }));
        if (fields.every(({ convert }) => convert === undefined)) return undefined;
        const texts = fields.map(({ name, convert }) => `${propertyKey(name)}: ${convert ?? 'undefined'}`);
        return `record({ ${texts.join(', ')} })`;
      }
      case 'own': {
        const adopter = direction === 'out' ? this.#adopters.get(type.resource) : undefined;
        // Converters are declared before the adopters, whose methods use them.
        return adopter === undefined ? undefined : `(value) => ${adopter}(value)`;
      }
      case 'borrow':
      case 'enum':
      case 'flags':
      case 'future':
      case 'stream':
      case 'error-context':
      case 'bool':
      case 'u8':
      case 'u16':
      case 's8':
      case 's16':
      case 's32':
      case 'f32':
      case 'f64':
      case 'char':
      case 'string':
        return undefined;
    }
  }

  #list(element: WitType, direction: Direction): string | undefined {
    const { kind } = element;
    if (kind === 'u8' || kind === 's8') return undefined;
    if (this.#engine === 'spidermonkey') {
      if (kind === 'u64' || kind === 's64') return direction === 'in' ? 'list(bigIn)' : `${kind}ListOut`;
      if (direction === 'in' && ['u16', 's16', 'u32', 's32', 'f32', 'f64'].includes(kind)) return 'arrayIn';
    } else if (kind === 'u32' && direction === 'out') return 'u32ListOut';
    const inner = this.#convert(element, direction);
    return inner === undefined ? undefined : `list(${inner})`;
  }
}

function cases(all: readonly (readonly [tag: string, convert: string | undefined])[]): string | undefined {
  const needed = all.flatMap(([tag, convert]) =>
    convert === undefined ? [] : [`${JSON.stringify(tag)}: ${convert}`],
  );
  return needed.length === 0 ? undefined : `variant({ ${needed.join(', ')} })`;
}
