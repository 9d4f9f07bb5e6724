/** The modules that stand between a plugin's sources and its component: generated for each world. */
import type { WitInterface, WitWorld } from '../wit/model.ts';
import { boundaryNames, boundarySource, BoundaryWriter, type Engine } from './javascript-boundary.ts';
import { disguisedName } from './javascript-disguise.ts';
import { className, exportName, memberName } from './javascript-names.ts';
import { exportShapes, isModule, type ExportShape } from './javascript-world.ts';

/** How the engine's own modules are called. */
export interface Natives {
  /** WASI has other names while the component is made: `javascript-disguise.ts`. */
  readonly disguise: boolean;
}

function nativeName(name: string, disguise: boolean): string {
  return disguise ? disguisedName(name) : name;
}

/**
 * The entry module of a development interpreter: it asks the host for a plugin's source, runs it and
 * passes every export on. The source is the body of a function of `$imports` that returns the plugin's
 * exports; `$imports` has the interfaces that the world imports, by their names with versions.
 */
export function interpreterEntry(world: WitWorld, { disguise }: Natives): string {
  const writer = new BoundaryWriter('quickjs', { report: true });
  const modules = world.imports.interfaces.filter(isModule);
  const natives = modules.map((one, index) => ({ one, native: `native${index}` }));
  const given = natives.map(
    ({ one, native }) =>
      `  ${JSON.stringify(one.name)}: ${writer.importedInterface(one, native) ?? native},\n`,
  );
  const globals = globalImports(world, writer, 'quickjs');
  const exports = exportsOf(world, writer, 'loaded()');
  return `${natives.map(({ one, native }) => `import * as ${native} from ${JSON.stringify(nativeName(one.name, disguise))};\n`).join('')}
import { read, report } from 'hotplug:dev/source@0.1.0';
${boundarySource('quickjs')}
told = (text) => report(text);
${writer.declarations()}
const imports = {
${given.join('')}};
${globals}
${checkedSource(world)}
let plugin;
function loaded() {
  return (plugin ??= checked(new Function('$imports', read())(imports)));
}

${exports}`;
}

/** The modules of a release build, which the bundler puts together with the plugin. */
export interface ReleaseModules {
  /** Imports `hotplug:globals`, `hotplug:console` and the plugin, and exports what the component exports. */
  readonly entry: string;
  /** `hotplug:boundary` */
  readonly boundary: string;
  /** `hotplug:globals`: the functions that the world imports without an interface. */
  readonly globals: string;
  /** What a plugin gets of each imported interface, by its name; they import the engine's own module of that name. */
  readonly imports: Readonly<Record<string, string>>;
}

const useBoundary = `import { ${boundaryNames.join(', ')} } from 'hotplug:boundary';\n`;

/** QuickJS says little of some exceptions that end a component; SpiderMonkey says as much itself. */
const lastWords = `tellOf((text, ends) => {
  if (ends) write(getStderr, 'Uncaught ' + text);
});
`;

/** @param plugin what the entry imports the plugin by */
export function releaseModules(
  world: WitWorld,
  engine: Engine,
  plugin: string,
  { disguise }: Natives,
): ReleaseModules {
  const writer = new BoundaryWriter(engine, { report: false });
  const exports = exportsOf(world, writer, 'plugin');
  return {
    entry: `import 'hotplug:globals';
import { begin } from 'hotplug:console';
import { getStderr, write } from 'hotplug:stdio';
import * as plugin from ${JSON.stringify(plugin)};
import { first, tellOf } from 'hotplug:boundary';
${useBoundary}
first(begin);
${engine === 'quickjs' ? lastWords : ''}${writer.declarations()}
${checkedSource(world)}
checked(plugin);
${exports}`,
    boundary: `${boundarySource(engine)}
export const first = (action) => {
  begin = action;
};
export const tellOf = (action) => {
  told = action;
};
export { ${boundaryNames.join(', ')} };
`,
    globals: globalsModule(world, engine),
    imports: Object.fromEntries(
      world.imports.interfaces.filter(isModule).map((one) => [one.name, importModule(one, engine, disguise)]),
    ),
  };
}

function importModule(one: WitInterface, engine: Engine, disguise: boolean): string {
  const writer = new BoundaryWriter(engine, { report: false });
  const changed = writer.importedInterface(one, 'native');
  const functions = one.functions.filter(({ kind }) => kind === 'function');
  const names = [...functions.map(({ name }) => memberName(name)), ...one.resources.map(className)];
  return `import * as native from ${JSON.stringify(nativeName(one.name, disguise))};
${useBoundary}
${writer.declarations()}
const all = ${changed ?? '{ ...native }'};
${names.map((name, index) => `const member${index} = all.${name};\n`).join('')}
export { ${names.map((name, index) => `member${index} as ${name}`).join(', ')} };
export default all;
`;
}

function globalsModule(world: WitWorld, engine: Engine): string {
  const writer = new BoundaryWriter(engine, { report: false });
  const globals = globalImports(world, writer, engine);
  const natives =
    engine === 'quickjs'
      ? ''
      : world.imports.functions
          .map(({ name }, index) => `import function${index} from ${JSON.stringify(name)};\n`)
          .join('');
  return `${natives}${useBoundary}\n${writer.declarations()}\n${globals}`;
}

/** componentize-qjs has functions without an interface as globals, ComponentizeJS as modules. */
function globalImports(world: WitWorld, writer: BoundaryWriter, engine: Engine): string {
  return world.imports.functions
    .map((one, index) => {
      const global = `globalThis.${memberName(one.name)}`;
      const native = engine === 'quickjs' ? global : `function${index}`;
      const given = writer.importedFunction(one, native);
      return given === global ? '' : `${global} = ${given};\n`;
    })
    .join('');
}

function exportsOf(world: WitWorld, writer: BoundaryWriter, plugin: string): string {
  const adopters = writer.adopters(world);
  const { interfaces, functions } = world.exports;
  const exports = exportShapes(world).map(({ name, members }, index) => {
    const own = functions.find((one) => memberName(one.name) === name);
    const value =
      members === undefined && own !== undefined
        ? writer.exportedFunction(own, plugin)
        : interfaces
            .filter((one) => exportName(one.name) === name)
            .map((one) => writer.exportedInterface(one, `${plugin}.${name}`))
            .reduce((all, one) => `{ ...${all}, ...${one} }`);
    return `const export${index} = ${value};\nexport { export${index} as ${name} };\n`;
  });
  return `${adopters}${exports.join('')}`;
}

/** A function that sees whether a plugin exports what its world demands. */
function checkedSource(world: WitWorld): string {
  const checks = exportShapes(world).flatMap(({ name, members }) => {
    if (members === undefined)
      return [`need(typeof plugin.${name} === 'function', ${JSON.stringify(`function "${name}"`)});`];
    const all = [...members.functions, ...members.classes];
    const found = all.map((member) => `typeof plugin.${name}?.${member} === 'function'`).join(' && ');
    return [
      `need(${found === '' ? 'true' : found}, ${JSON.stringify(`"${name}" with ${described(members)}`)});`,
    ];
  });
  return `function checked(plugin) {\n  ${checks.join('\n  ')}\n  return plugin;\n}\n`;
}

function described({ functions, classes }: NonNullable<ExportShape['members']>): string {
  return [...functions.map((name) => `${name}()`), ...classes.map((name) => `a class ${name}`)].join(' and ');
}
