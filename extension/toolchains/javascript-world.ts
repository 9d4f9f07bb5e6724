/** A world as JavaScript sees it: the modules that a plugin can import, and what it has to export. */
import type { WitFunction, WitInterface, WitType, WitWorld } from '../wit/model.ts';
import { className, exportName, memberName } from './javascript-names.ts';

/** What the bundler has to know of a world; plain data, because that of a contract is shipped. */
export interface JavaScriptWorld {
  /** The world's name, for messages. */
  readonly name: string;
  /** Interfaces that are imported as modules, with versions. */
  readonly modules: readonly string[];
  /** Interfaces of the world that only have types: importing them gives nothing at run time. */
  readonly typeModules: readonly string[];
  readonly console: ConsoleTarget;
  /** Modules of WASI's stdout and stderr. */
  readonly stdio: Stdio;
  readonly exports: readonly ExportShape[];
  /**
   * The plugin is called by the names of what it exports, whatever that is, and its interpreter gives it all of
   * its globals.
   */
  readonly script?: true;
}

/** Where `console` writes. */
export type ConsoleTarget =
  /** A function of the host: `log(level, …, message)`, of a module or, without one, a global. */
  | {
      readonly kind: 'log';
      readonly module?: string;
      readonly function: string;
      /** The host's level for each method of the console. */
      readonly levels: Readonly<Record<ConsoleMethod, string>>;
      /** How many texts stand between level and message; they are left empty. */
      readonly between: number;
    }
  | { readonly kind: 'stdio' };

export interface Stdio {
  readonly stdout: string;
  readonly stderr: string;
}

export const consoleMethods = ['debug', 'log', 'info', 'warn', 'error'] as const;
export type ConsoleMethod = (typeof consoleMethods)[number];

/** Something that the plugin has to export. */
export interface ExportShape {
  readonly name: string;
  /** An interface's functions and classes; undefined for a function. */
  readonly members?: { readonly functions: readonly string[]; readonly classes: readonly string[] };
}

/** What the bundler has to know; undefined where the world has no stdout and stderr. */
export function javaScriptWorld(world: WitWorld): JavaScriptWorld | undefined {
  const { imports, exports } = world;
  const stdio = stdioOf(world);
  if (stdio === undefined) return undefined;
  const typed = [...imports.interfaces, ...exports.interfaces].filter((one) => !isModule(one));
  return {
    name: world.name,
    modules: imports.interfaces.filter(isModule).map(({ name }) => name),
    typeModules: [
      ...new Set([...[...typed, ...exports.interfaces].map(({ name }) => name), worldModule(world)]),
    ],
    console: consoleTarget(world),
    stdio,
    exports: exportShapes(world),
  };
}

/** The module that has the types of what a plugin exports: `streamkit:plugin/plugin@0.1.0`. */
export function worldModule({ name, package: owner }: WitWorld): string {
  const [before = '', version] = owner.split('@');
  return `${before}/${name}${version === undefined ? '' : `@${version}`}`;
}

/** Whether there is something to import at run time. */
export function isModule({ functions }: WitInterface): boolean {
  return functions.length > 0;
}

/** Everything that a plugin exports; interfaces of one name are one object, as componentize-qjs has it. */
export function exportShapes({ exports }: WitWorld): readonly ExportShape[] {
  const shapes = new Map<string, ExportShape>();
  for (const one of exports.interfaces) {
    if (one.functions.length === 0 && one.resources.length === 0) continue;
    const name = exportName(one.name);
    const before = shapes.get(name)?.members ?? { functions: [], classes: [] };
    const functions = one.functions.filter(({ kind }) => kind === 'function');
    shapes.set(name, {
      name,
      members: {
        functions: [...before.functions, ...functions.map((func) => memberName(func.name))],
        classes: [...before.classes, ...one.resources.map(className)],
      },
    });
  }
  for (const { name } of exports.functions) shapes.set(memberName(name), { name: memberName(name) });
  return [...shapes.values()];
}

/** How a plugin may write an export: `export const node = { metadata, NodeInstance }`. */
export function exportHint({ name, members }: ExportShape): string {
  if (members === undefined) return `export function ${name}(…) { … }`;
  return `export const ${name} = { ${[...members.functions, ...members.classes].join(', ')} }`;
}

/** The world's own function for log lines, else stdout and stderr. */
function consoleTarget({ imports }: WitWorld): ConsoleTarget {
  for (const { name, functions } of imports.interfaces) {
    const log = functions.map(logFunction).find((one) => one !== undefined);
    if (log !== undefined) return { ...log, module: name };
  }
  return imports.functions.map(logFunction).find((one) => one !== undefined) ?? { kind: 'stdio' };
}

function stdioOf({ imports }: WitWorld): Stdio | undefined {
  const module = (short: string): string | undefined =>
    imports.interfaces.find(({ name }) => name.startsWith(`wasi:cli/${short}@0.2.`))?.name;
  const [stdout, stderr] = [module('stdout'), module('stderr')];
  return stdout === undefined || stderr === undefined ? undefined : { stdout, stderr };
}

/** Levels under which hosts take each method's lines, the best one first. */
const wanted: Readonly<Record<ConsoleMethod, readonly string[]>> = {
  debug: ['debug', 'trace', 'info'],
  log: ['info'],
  info: ['info'],
  warn: ['warn', 'warning'],
  error: ['error', 'critical'],
};

/** `log(level, message)`, perhaps with texts between, such as the context of wasi:logging. */
function logFunction(one: WitFunction): (ConsoleTarget & { readonly kind: 'log' }) | undefined {
  if (one.kind !== 'function' || one.name !== 'log') return undefined;
  const [level, ...texts] = one.params.map(({ type }) => type);
  if (level?.kind !== 'enum' || texts.length === 0 || !texts.every(isText)) return undefined;
  const find = (method: ConsoleMethod): string | undefined =>
    wanted[method].find((name) => level.cases.includes(name));
  const [debug, log, info, warn, error] = consoleMethods.map(find);
  if (!debug || !log || !info || !warn || !error) return undefined;
  const levels = { debug, log, info, warn, error };
  return { kind: 'log', function: memberName(one.name), levels, between: texts.length - 1 };
}

function isText({ kind }: WitType): boolean {
  return kind === 'string';
}
