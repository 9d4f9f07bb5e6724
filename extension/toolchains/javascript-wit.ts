/** The WIT that JavaScript components are made with: the project's, and what stands between it and the plugin. */
import { readFile } from 'node:fs/promises';
import { assetPath } from '../assets.ts';
import { readWitFolder, type WitFile } from '../wit/files.ts';
import type { WitWorld } from '../wit/model.ts';
import { resolveWit } from '../wit/tool.ts';
import { chooseWorld } from '../wit/world.ts';
import { needsDisguise } from './javascript-disguise.ts';
import { javaScriptWorld, type JavaScriptWorld } from './javascript-world.ts';

/** The world that a project's component has: its own, with stdout and stderr. */
export interface ComponentWit {
  readonly files: readonly WitFile[];
  /** Name of the component's world in the files. */
  readonly worldName: string;
  /** The component's world, under the name of the project's. */
  readonly world: WitWorld;
  /** The project's own world. */
  readonly own: WitWorld;
  readonly javaScript: JavaScriptWorld;
  /** WASI has other names while the component is made: `javascript-disguise.ts`. */
  readonly disguise: boolean;
}

const PLUGIN_WORLD = 'hotplug-plugin';
const DEVELOPMENT_WORLD = 'hotplug-development';

/**
 * Adds stdout and stderr to a world that does not import them: every component that componentize-qjs or
 * ComponentizeJS makes does anyway. Throws a UserError where the WIT is wrong.
 */
export async function componentWit(
  files: readonly WitFile[],
  wanted: string | undefined,
): Promise<ComponentWit> {
  const own = chooseWorld(await resolveWit(files), wanted);
  const given = javaScriptWorld(own);
  if (given !== undefined)
    return { files, worldName: own.name, world: own, own, javaScript: given, disguise: needsDisguise(own) };
  const cli = await wasiCli(files);
  const stdio = [`wasi:cli/stdout@${cli.version}`, `wasi:cli/stderr@${cli.version}`];
  const all = [...files, ...cli.files, worldFile(PLUGIN_WORLD, own.package, own.name, stdio)];
  const world = { ...chooseWorld(await resolveWit(all), PLUGIN_WORLD), name: own.name };
  const javaScript = javaScriptWorld(world);
  if (javaScript === undefined) throw new Error('the extended world has no stdout');
  return { files: all, worldName: PLUGIN_WORLD, world, own, javaScript, disguise: needsDisguise(own) };
}

/** The same for a development interpreter, which also asks the host for the plugin's source. */
export async function developmentWit({ files, world, worldName }: ComponentWit): Promise<{
  readonly files: readonly WitFile[];
  readonly world: string;
}> {
  const source = await readFile(assetPath('wit', 'dev', 'source.wit'), 'utf8');
  const more = [
    { path: 'deps/hotplug-dev/source.wit', text: source },
    worldFile(DEVELOPMENT_WORLD, world.package, worldName, ['hotplug:dev/source@0.1.0']),
  ];
  return { files: [...files, ...more], world: DEVELOPMENT_WORLD };
}

function worldFile(name: string, owner: string, included: string, imports: readonly string[]): WitFile {
  const lines = imports.map((one) => `  import ${one};\n`).join('');
  const text = `package ${owner};\n\nworld ${name} {\n  include ${included};\n${lines}}\n`;
  return { path: `${name}.wit`, text };
}

/** The `wasi:cli` that a package has already, or ours with what it refers to. */
async function wasiCli(
  files: readonly WitFile[],
): Promise<{ readonly version: string; readonly files: readonly WitFile[] }> {
  const packages = new Set(files.flatMap(({ text }) => packagesIn(text)));
  const own = [...packages].find((name) => /^wasi:cli@0\.2\.\d+$/.test(name));
  if (own !== undefined) return { version: own.slice(own.indexOf('@') + 1), files: [] };
  const ours = await readWitFolder(assetPath('wit', 'streamkit'));
  const missing = ours.filter(
    ({ path, text }) => path.startsWith('deps/') && packagesIn(text).every((name) => !packages.has(name)),
  );
  return {
    version: '0.2.0',
    files: missing.map(({ path, text }) => ({ path: path.replace('deps/', 'deps/hotplug-'), text })),
  };
}

function packagesIn(text: string): readonly string[] {
  return [...text.matchAll(/^\s*package\s+([\w:@.+-]+)/gm)].map(([, name = '']) => name);
}
