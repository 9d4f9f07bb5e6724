/** Projects for worlds of users: written by a language's template, and what they build called in full. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { transpile } from '../../extension/host/glue.ts';
import { camelCase } from '../../extension/toolchains/definition.ts';
import type { LanguageId, Project } from '../../extension/project/project.ts';
import { isLeaf } from '../../extension/scaffold/world/make.ts';
import type { WorldTemplate } from '../../extension/scaffold/world/template.ts';
import type { WitFunction, WitInterface, WitType, WitWorld } from '../../extension/wit/model.ts';
import { readWitFolder, resolveWit, witOfComponent, type WitFile } from '../../extension/wit/tool.ts';
import { root } from '../../scripts/paths.ts';

const fixtures = join(root, 'test', 'fixtures');

export interface TestWorld {
  readonly title: string;
  readonly world: string;
  wit(): Promise<readonly WitFile[]>;
}

function folder(name: string, path: readonly string[], world: string): TestWorld {
  return { title: `${name}, world ${world}`, world, wit: () => readWitFolder(join(fixtures, ...path)) };
}

/** Worlds of WASI proposals, the world of our own contract's tests, and one with every type that there is. */
export const testWorlds: readonly TestWorld[] = [
  folder('wasi:keyvalue', ['wit', 'keyvalue'], 'watch-service'),
  folder('wasi:http', ['wit', 'http'], 'proxy'),
  folder('wasi:config', ['wit', 'config'], 'imports'),
  {
    title: 'what provides wasi:keyvalue',
    world: 'provider',
    async wit(): Promise<readonly WitFile[]> {
      const keyvalue = await readWitFolder(join(fixtures, 'wit', 'keyvalue'));
      const own = await readWitFolder(join(fixtures, 'worlds', 'provider'));
      return [...own, ...keyvalue.map(({ path, text }) => ({ path: `deps/keyvalue/${path}`, text }))];
    },
  },
  folder('a contract of one’s own', ['custom', 'everything', 'wit'], 'everything'),
  folder('every type', ['worlds', 'every'], 'every'),
];

export interface WrittenWorld {
  readonly project: Project;
  readonly world: WitWorld;
}

/** Writes a template's project with its WIT into a new folder, which goes after the test. */
export async function writeWorld(
  t: TestContext,
  language: LanguageId,
  template: WorldTemplate,
  test: TestWorld,
): Promise<WrittenWorld> {
  const files = await test.wit();
  const world = (await resolveWit(files)).worlds.find(({ name }) => name === test.world);
  if (world === undefined) throw new Error(`there is no world ${test.world}`);
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-world-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  const made = await template({ name: 'my-plugin', world, wit: files });
  for (const { path, text } of [...made, ...files.map((file) => ({ ...file, path: `wit/${file.path}` }))]) {
    await mkdir(dirname(join(parent, path)), { recursive: true });
    await writeFile(join(parent, path), text);
  }
  const project: Project = {
    folder: parent,
    name: 'my-plugin',
    contract: 'custom',
    language,
    recognisedBy: 'the test',
    config: { world: test.world },
  };
  return { project, world };
}

/** What came of calling one export: it answered, with an error of its type or not, or trapped. */
export interface Answer {
  readonly name: string;
  readonly trap?: unknown;
}

/**
 * Calls everything that a component exports, with the plainest arguments, against a host that answers
 * as plainly but for the interfaces that are provided. What asks for a resource that nothing gives is left out.
 */
export async function callAll(
  t: TestContext,
  component: Uint8Array,
  provided: Readonly<Record<string, unknown>> = {},
): Promise<readonly Answer[]> {
  const world = await witOfComponent(component);
  const start = await instantiator(t, component, { ...stubs(world), ...provided });
  const answers: Answer[] = [];
  for (const { functions, name } of [
    { functions: world.exports.functions, name: '' },
    ...world.exports.interfaces,
  ]) {
    for (const one of functions) {
      // A component that trapped answers nothing more, so each call has its own.
      const exports = start();
      const scope = name === '' ? exports : ((exports[name] ?? exports[camelCase(name)]) as Scope);
      const call = preparedCall(one, scope, new Values(scope, name));
      if (call !== undefined) answers.push({ name: one.exportName, ...trapOf(call) });
    }
  }
  return answers;
}

/** The call with its arguments; undefined where they cannot be had. */
function preparedCall(one: WitFunction, scope: Scope, values: Values): (() => unknown) | undefined {
  const args = values.all(one.params.filter((_, index) => one.kind !== 'method' || index > 0));
  if (args === undefined) return undefined;
  const type = scope[className(one.resource ?? '')];
  switch (one.kind) {
    case 'constructor':
      return () => construct(type, args);
    case 'static':
      return () => invoke(type as Scope, one.name, args);
    case 'function':
      return () => invoke(scope, one.name, args);
    case 'method': {
      const object = values.resource(one.resource ?? '');
      return object === undefined ? undefined : () => invoke(object, one.name, args);
    }
  }
}

function trapOf(call: () => unknown): { readonly trap?: unknown } {
  try {
    call();
    return {};
  } catch (error) {
    // jco throws the error of a result.
    return error instanceof Error && 'payload' in error ? {} : { trap: error };
  }
}

type Scope = Record<string, unknown>;

function invoke(scope: object, name: string, args: readonly unknown[]): unknown {
  const method: unknown = Reflect.get(scope, camelCase(name));
  if (typeof method !== 'function') throw new Error(`there is no ${name}`);
  return Reflect.apply(method, scope, args) as unknown;
}

function construct(type: unknown, args: readonly unknown[]): object {
  if (typeof type !== 'function') throw new Error('there is no class');
  return new (type as new (...args: readonly unknown[]) => object)(...args);
}

function className(resource: string): string {
  const camel = camelCase(resource);
  return camel.slice(0, 1).toUpperCase() + camel.slice(1);
}

/** The plainest values of types in the form that jco takes them. */
class Values {
  readonly #scope: Scope;
  readonly #owner: string;

  constructor(scope: Scope, owner: string) {
    this.#scope = scope;
    this.#owner = owner;
  }

  /** Undefined where one of them cannot be had. */
  all(fields: readonly { readonly type: WitType }[]): unknown[] | undefined {
    const values: unknown[] = [];
    for (const { type } of fields) {
      const value = this.of(type);
      if (value === missing) return undefined;
      values.push(value);
    }
    return values;
  }

  /** An object of a resource that the component exports, if its constructor takes anything. */
  resource(name: string): object | undefined {
    try {
      return construct(this.#scope[className(name)], ['', '', '']);
    } catch {
      return undefined;
    }
  }

  of(type: WitType): unknown {
    if (isLeaf(type)) return leaves[type.kind] ?? 3;
    switch (type.kind) {
      case 'list': {
        const element = this.of(type.element);
        return element === missing ? [] : [element, this.of(type.element)];
      }
      case 'option': {
        // jco tags an option of an option.
        if (type.some.kind === 'option') return { tag: 'none' };
        const some = this.of(type.some);
        return some === missing ? undefined : some;
      }
      case 'result':
        return { tag: 'ok', val: type.ok === undefined ? undefined : this.of(type.ok) };
      case 'tuple':
        return this.all(type.items.map((item) => ({ type: item }))) ?? missing;
      case 'record': {
        const values = this.all(type.fields);
        if (values === undefined) return missing;
        return Object.fromEntries(type.fields.map(({ name }, index) => [camelCase(name), values[index]]));
      }
      case 'variant': {
        for (const one of type.cases) {
          const val = one.type === undefined ? undefined : this.of(one.type);
          if (val !== missing) return { tag: one.name, val };
        }
        return missing;
      }
      case 'enum':
        return type.cases[0];
      case 'flags':
        return Object.fromEntries(type.flags.map((flag) => [camelCase(flag), true]));
      case 'own':
      case 'borrow': {
        const [owner = '', resource = ''] = type.resource.split('#');
        if (owner !== this.#owner) return stubObject(type.resource) ?? missing;
        return this.resource(resource) ?? missing;
      }
      case 'future':
      case 'stream':
        return missing;
    }
  }
}

const leaves: Readonly<Record<string, unknown>> = {
  bool: true,
  u64: 7n,
  s64: 7n,
  char: 'ä',
  string: 'a text',
};

const missing = Symbol('a value that cannot be had');
const classes = new Map<string, new () => object>();

function stubObject(resource: string): object | undefined {
  const type = classes.get(resource);
  return type === undefined ? undefined : new type();
}

/** A host that has everything that the component imports, and answers with the plainest values. */
function stubs(world: WitWorld): Scope {
  classes.clear();
  const imports: Scope = {};
  for (const one of world.imports.interfaces) {
    for (const resource of one.resources) classes.set(`${one.name}#${resource}`, class {});
  }
  for (const one of world.imports.interfaces) imports[one.name.replace(/@.*$/, '')] = stubInterface(one);
  for (const one of world.imports.functions) imports[one.name] = { default: stub(one) };
  return imports;
}

function stubInterface(one: WitInterface): Scope {
  const scope: Scope = {};
  for (const resource of one.resources) scope[className(resource)] = classes.get(`${one.name}#${resource}`);
  for (const each of one.functions) {
    if (each.kind === 'constructor') continue;
    const type = classes.get(`${one.name}#${each.resource ?? ''}`);
    const target =
      each.kind === 'function' ? scope : each.kind === 'static' ? type : (type?.prototype as object);
    if (target !== undefined) Reflect.set(target, camelCase(each.name), stub(each));
  }
  return scope;
}

function stub({ name, result }: WitFunction): (...args: readonly unknown[]) => unknown {
  // Languages with a runtime of their own ask for random numbers when they start, and count them.
  if (name === 'get-random-bytes') return (length) => new Uint8Array(Number(length));
  const answered = result?.kind === 'result' ? result.ok : result;
  return () => {
    const value = answered === undefined ? undefined : new Values({}, '').of(answered);
    if (value === missing) throw new Error('the host has none');
    return value;
  };
}

/** Makes a new instance with every call. */
async function instantiator(t: TestContext, component: Uint8Array, imports: Scope): Promise<() => Scope> {
  const files = await transpile(component, 'the component');
  const out = await mkdtemp(join(tmpdir(), 'hotplug-transpiled-'));
  t.after(() => rm(out, { recursive: true, force: true }));
  // A component that trapped cannot end its resources any more when they are collected.
  const uncollected = 'const FinalizationRegistry = class { register() {} unregister() {} };\n';
  const glue = Buffer.from(files['component.js'] ?? '').toString('utf8');
  await writeFile(join(out, 'component.mjs'), uncollected + glue);
  const script = (await import(pathToFileURL(join(out, 'component.mjs')).href)) as {
    instantiate(core: (name: string) => WebAssembly.Module, imports: Scope): Scope;
  };
  const cores = new Map<string, WebAssembly.Module>();
  for (const [name, bytes] of Object.entries(files))
    if (name.endsWith('.wasm')) cores.set(name, new WebAssembly.Module(new Uint8Array(bytes)));
  const core = (name: string): WebAssembly.Module => {
    const found = cores.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  };
  return () => script.instantiate(core, imports);
}
