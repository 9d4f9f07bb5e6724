/**
 * Declarations of a world for TypeScript and for JavaScript whose types are checked: a module for each
 * interface, by its WIT name, and one for what the plugin exports. They say what componentize-qjs makes of
 * values, which is what a plugin gets whatever it is built with.
 */
import { interfaceOf, shortName } from '../wit/text.ts';
import type { WitField, WitFunction, WitInterface, WitType, WitWorld } from '../wit/model.ts';
import { className, exportName, memberName, propertyKey, variableName } from './javascript-names.ts';
import { docComment, structureText, typeText } from './javascript-type-text.ts';
import { exportShapes, worldModule } from './javascript-world.ts';

/** A file below the folder `types`, with forward slashes: `wasi/io.d.ts`. */
export interface TypesFile {
  readonly path: string;
  readonly text: string;
}

/** The first words of every file, by which one that is not needed any more is known. */
export const typesHeader = '// Written by Hotplug from wit/';

/** A file for each package whose interfaces the world has, `streamkit/plugin.d.ts`, and `world.d.ts`. */
export function typesOf(world: WitWorld): readonly TypesFile[] {
  const interfaces = new Map<string, Both>();
  for (const one of world.imports.interfaces) interfaces.set(one.name, { imported: one });
  for (const one of world.exports.interfaces)
    interfaces.set(one.name, { ...interfaces.get(one.name), exported: one });
  const files = new Map<string, string[]>();
  for (const [name, both] of interfaces) {
    if (!name.includes('/')) continue;
    const file = `${(name.split('/')[0] ?? '').replaceAll(':', '/')}.d.ts`;
    files.set(file, [...(files.get(file) ?? []), interfaceModule(name, both)]);
  }
  const own = [...interfaces].filter(([name]) => !name.includes('/'));
  const parts = [
    ...own.map(([name, both]) => interfaceModule(name, both)),
    exportsModule(world),
    ...(world.imports.functions.length === 0 ? [] : [globalFunctions(world)]),
    consoleText,
  ];
  return [
    ...[...files].map(([path, modules]) => ({ path, text: fileText(modules) })),
    { path: 'world.d.ts', text: fileText(parts) },
  ];
}

interface Both {
  readonly imported?: WitInterface;
  readonly exported?: WitInterface;
}

function fileText(parts: readonly string[]): string {
  return `${typesHeader}: changes of it are lost.\n\n${parts.join('\n')}`;
}

function interfaceModule(name: string, { imported, exported }: Both): string {
  const named = { ...exported?.types, ...imported?.types };
  const types = new Types(name, named);
  const declared = Object.entries(named).map(([short, type]) => types.declaration(short, type));
  const blocks = [
    ...declared,
    ...(imported === undefined ? [] : importedMembers(imported, types)),
    ...(exported === undefined
      ? []
      : [...exportedResources(exported, types), exportedMembers(exported, types)]),
  ];
  const docs = docComment([(imported ?? exported)?.docs]);
  const unversioned = name.replace(/@.*$/, '');
  const alias =
    unversioned === name ? '' : `\ndeclare module '${unversioned}' {\n  export * from '${name}';\n}\n`;
  return `${docs}declare module '${name}' {\n${blocks.map((block) => indented(block)).join('\n')}}\n${alias}`;
}

/** What a plugin calls: functions, and classes of resources. */
function importedMembers({ functions, resources }: WitInterface, types: Types): readonly string[] {
  const plain = functions.filter(({ kind }) => kind === 'function');
  const classes = resources.map((resource) => {
    const own = functions.filter((one) => one.resource === resource);
    const constructor = own.find(({ kind }) => kind === 'constructor');
    const members = [
      constructor === undefined
        ? '/** The host makes it. */\nprivate constructor();\n'
        : `${functionDocs(constructor)}constructor(${types.params(constructor)});\n`,
      ...own
        .filter(({ kind }) => kind === 'method')
        .map((one) => `${functionDocs(one)}${memberName(one.name)}${types.signature(one)};\n`),
      ...own
        .filter(({ kind }) => kind === 'static')
        .map((one) => `${functionDocs(one)}static ${memberName(one.name)}${types.signature(one)};\n`),
      '/** Gives it back to the host; `using` does so at the end of a block. */\n[Symbol.dispose](): void;\n',
    ];
    return `export class ${className(resource)} {\n${members.map((one) => indented(one)).join('')}}\n`;
  });
  const declared = plain.map((one) => {
    const name = memberName(one.name);
    const variable = variableName(name);
    const text = `${functionDocs(one)}export function ${variable}${types.signature(one)};\n`;
    if (variable === name) return text;
    return `${text.replace('export function', 'function')}export { ${variable} as ${name} };\n`;
  });
  return [...declared, ...classes];
}

/** What a plugin implements: an interface for the objects of a resource, and one for its class. */
function exportedResources({ functions, resources }: WitInterface, types: Types): readonly string[] {
  return resources.map((resource) => {
    const name = className(resource);
    const own = functions.filter((one) => one.resource === resource);
    const methods = own
      .filter(({ kind }) => kind === 'method')
      .map((one) => indented(`${functionDocs(one, true)}${memberName(one.name)}${types.signature(one)};\n`));
    const constructor = own.find(({ kind }) => kind === 'constructor');
    const members = [
      ...(constructor === undefined
        ? [`readonly prototype: ${name};\n`]
        : [`${functionDocs(constructor, true)}new (${types.params(constructor)}): ${name};\n`]),
      ...own
        .filter(({ kind }) => kind === 'static')
        .map((one) => `${functionDocs(one, true)}${memberName(one.name)}${types.signature(one)};\n`),
    ].map((one) => indented(one));
    return `export interface ${name} {\n${methods.join('')}}\n
/** The class of ${name}. */
export interface ${name}Class {\n${members.join('')}}\n`;
  });
}

/** All that a plugin exports of an interface. */
function exportedMembers({ functions, resources }: WitInterface, types: Types): string {
  const members = [
    ...functions
      .filter(({ kind }) => kind === 'function')
      .map((one) => `${functionDocs(one, true)}${memberName(one.name)}${types.signature(one)};\n`),
    ...resources.map((resource) => `${className(resource)}: ${className(resource)}Class;\n`),
  ].map((one) => indented(one));
  return `/** What a plugin exports of this interface. */\nexport interface Exports {\n${members.join('')}}\n`;
}

/** A type for each interface that the plugin exports, and one for all of its exports. */
function exportsModule(world: WitWorld): string {
  const name = worldModule(world);
  const types = new Types(name, {});
  const blocks: string[] = [];
  const all: string[] = [];
  for (const shape of exportShapes(world)) {
    const own = world.exports.functions.find((one) => memberName(one.name) === shape.name);
    if (shape.members === undefined && own !== undefined) {
      all.push(`${functionDocs(own, true)}${propertyKey(shape.name)}${types.signature(own)};\n`);
      continue;
    }
    const type = capitalised(shape.name);
    const parts = world.exports.interfaces
      .filter((one) => exportName(one.name) === shape.name)
      .map((one) => `import('${one.name}').Exports`);
    blocks.push(
      `/** What the plugin exports as \`${shape.name}\`. */\nexport type ${type} = ${parts.join(' & ')};\n`,
    );
    all.push(`${propertyKey(shape.name)}: ${type};\n`);
  }
  blocks.push(
    `/** All that the plugin exports. */\nexport interface Exports {\n${all.map((one) => indented(one)).join('')}}\n`,
  );
  return `${docComment([world.docs])}declare module '${name}' {\n${blocks.map((block) => indented(block)).join('\n')}}\n`;
}

/** Functions that the world imports without an interface. */
function globalFunctions(world: WitWorld): string {
  const types = new Types('', {});
  return world.imports.functions
    .map((one) => `${functionDocs(one)}declare function ${memberName(one.name)}${types.signature(one)};\n`)
    .join('\n');
}

const consoleText = `/** Hotplug's console. There is no DOM and no Node.js in a plugin. */
declare const console: {
  debug(...values: unknown[]): void;
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
};
`;

/** Types as they are written in one module. */
class Types {
  readonly #module: string;
  /** What the module calls types that other modules declare. */
  readonly #local: ReadonlyMap<string, string>;

  /** @param named the types that the module declares or uses, by their names in it */
  constructor(module: string, named: Readonly<Record<string, WitType>>) {
    this.#module = module;
    const local = Object.entries(named).flatMap(([short, { name }]) =>
      name === undefined ? [] : [[name, className(short)] as const],
    );
    this.#local = new Map(local);
  }

  declaration(short: string, type: WitType): string {
    const name = className(short);
    const { name: declared } = type;
    if (declared !== undefined && (interfaceOf(declared) !== this.#module || shortName(declared) !== short))
      return `export type ${name} = ${elsewhere(declared)};\n`;
    if (type.kind === 'record')
      return `export interface ${name} {\n${type.fields.map((one) => indented(this.#field(one))).join('')}}\n`;
    if (type.kind === 'flags')
      return `export interface ${name} {\n${type.flags.map((flag) => `  ${propertyKey(memberName(flag))}?: boolean;\n`).join('')}}\n`;
    return `export type ${name} =${structureText(type, (one) => this.named(one), '\n  ')};\n`;
  }

  #field({ name, type, docs }: WitField): string {
    return `${docComment([docs])}${propertyKey(memberName(name))}: ${this.type(type)};\n`;
  }

  params({ params, kind }: WitFunction): string {
    const given = kind === 'method' ? params.slice(1) : params;
    return given.map(({ name, type }) => `${variableName(memberName(name))}: ${this.type(type)}`).join(', ');
  }

  signature(one: WitFunction): string {
    const { result } = one;
    const ok = result?.kind === 'result' ? result.ok : result;
    const type = ok === undefined ? 'void' : this.type(ok);
    return `(${this.params(one)}): ${one.async === true ? `Promise<${type}>` : type}`;
  }

  /** A type where it is used: by its name where it has one. */
  type(type: WitType): string {
    return typeText(type, (name) => this.named(name));
  }

  /** The name of something that an interface declares, as it is said in this module. */
  named(name: string): string {
    if (interfaceOf(name) === this.#module) return className(shortName(name));
    return this.#local.get(name) ?? elsewhere(name);
  }
}

/** A name that another module declares. */
function elsewhere(name: string): string {
  return `import('${interfaceOf(name)}').${className(shortName(name))}`;
}

/** What a function is for, and how its error comes or, for an export, is given. */
function functionDocs({ docs, result }: WitFunction, exported = false): string {
  const error = result?.kind === 'result' ? errorDocs(result.err, exported) : undefined;
  return docComment([docs, error]);
}

function errorDocs(err: WitType | undefined, exported: boolean): string {
  if (err?.kind === 'string')
    return exported ? "It fails with an Error's message." : 'An error is thrown as an Error with its text.';
  if (err === undefined) return exported ? 'It fails by throwing.' : 'It throws where it fails.';
  return exported
    ? 'It fails by throwing the error, or an Error that has it as `payload`.'
    : 'An error is thrown as an Error that has it as `payload`.';
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
