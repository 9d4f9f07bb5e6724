/** JavaScript plugins for Extism hosts: the component that runs them in development, and their types. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assetPath, interpreterPath } from '../assets.ts';
import type { Project } from '../project/project.ts';
import { readWitFolder } from '../wit/files.ts';
import { exists } from './find.ts';
import { extismApi } from './javascript-extism-api.ts';
import { extismTypes } from './javascript-extism-types.ts';
import { planInterpreter, type InterpreterPlan } from './javascript-interpreter.ts';
import { componentWit } from './javascript-wit.ts';
import type { JavaScriptWorld } from './javascript-world.ts';
import { replaceFile } from './output.ts';
import { typesConfig } from './tsc.ts';

/** What the bundler has to know: a plugin imports nothing of its host, and is called by the names of what it exports. */
export const extismWorld: JavaScriptWorld = {
  name: 'plugin',
  script: true,
  modules: [],
  typeModules: ['extism:host'],
  console: { kind: 'stdio' },
  stdio: { stdout: 'wasi:cli/stdout@0.2.0', stderr: 'wasi:cli/stderr@0.2.0' },
  exports: [],
};

/** The component that Hotplug ships for all of them: absolute path. */
export function extismInterpreter(): string {
  return interpreterPath('extism', 'javascript');
}

/** Plans the interpreter of `hotplug:extism/plugin`. */
export async function planExtismInterpreter(): Promise<InterpreterPlan> {
  const component = await componentWit(await readWitFolder(assetPath('wit', 'extism')), 'plugin');
  return planInterpreter(component, interpreterSource);
}

/**
 * The entry module: it gives scripts their globals, asks the host for the source at the first call, and calls
 * functions by their names. An exception becomes the call's error and the return code -1, as extism-js has it,
 * and the plugin lives on; one while the plugin is loaded ends it.
 */
const interpreterSource = `import * as host from 'hotplug:extism/host@0.1.0';
import { read, report } from 'hotplug:dev/source@0.1.0';
${extismApi}
provide(host);

let plugin;

function told(error) {
  const text = error instanceof Error ? error.name + ': ' + error.message + '\\n' + error.stack : String(error);
  report(text);
  return text;
}

function failed(error) {
  const text = told(error);
  host.setError(error instanceof Error ? 'Exception: ' + error.message + '\\n' + error.stack : text);
  return -1;
}

/** What the plugin exports: its functions by their names. */
function loaded() {
  if (plugin !== undefined) return plugin;
  try {
    const exported = new Function('$imports', read())({}).plugin;
    const functions = Object.keys(exported).filter((name) => name !== 'default' && typeof exported[name] === 'function');
    plugin = new Map(functions.map((name) => [name, exported]));
    return plugin;
  } catch (error) {
    told(error);
    throw error;
  }
}

export function names() {
  return [...loaded().keys()];
}

export function call(name) {
  const exported = loaded().get(name);
  if (exported === undefined) {
    host.setError('The plugin exports no function ' + name + ': add it to module.exports, or write export before it.');
    return -1;
  }
  try {
    const result = exported[name]();
    if (typeof result?.then === 'function')
      throw new TypeError(name + ' returned a promise, which no Extism host waits for: make it a function that is not async');
    return typeof result === 'number' ? result | 0 : 0;
  } catch (error) {
    return failed(error);
  }
}
`;

/** The declarations of the PDK's globals, for editors and type checkers. */
const declarations = 'types/extism.d.ts';

/** Writes the types anew; gives the files that changed, relative to the project. */
export async function writeExtismTypes({ folder }: Project): Promise<readonly string[]> {
  const file = join(folder, declarations);
  if ((await readFile(file, 'utf8').catch(() => undefined)) === extismTypes) return [];
  await replaceFile(file, extismTypes);
  return [declarations];
}

/** Writes the types where a project that has them checked has neither ours nor those of the PDK's package. */
export async function writeMissingExtismTypes(project: Project): Promise<void> {
  const { folder } = project;
  if ((await typesConfig(folder)) === undefined) return;
  if (await exists(join(folder, declarations))) return;
  if (await exists(join(folder, 'node_modules', '@extism', 'js-pdk'))) return;
  await writeExtismTypes(project);
}

const usesPdk = /\bHost\s*\.\s*(?:input(?:String|Bytes)|output(?:String|Bytes))\s*\(/;

/** Whether a source is that of an Extism plugin. */
export async function isExtismScript(file: string): Promise<boolean> {
  return usesPdk.test(await readFile(file, 'utf8'));
}
