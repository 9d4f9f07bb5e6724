import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { assetPath } from '../assets.ts';
import { messageOf } from '../errors.ts';
import type { Diagnostic, Project } from '../project/project.ts';
import { camelCase } from './definition.ts';
import { formatDiagnostic } from './diagnostics/lines.ts';
import { exists } from './find.ts';
import { Bundler, type Bundle } from './javascript-bundle.ts';
import { componentPath, outputFolder, replaceFile } from './output.ts';
import type { BuildRequest, BuildResult, Tool, Toolchain } from './toolchain.ts';
import { contractPackages, witPackage } from './wit.ts';

const entries = ['src/plugin.ts', 'src/plugin.js', 'plugin.ts', 'plugin.js'];
const installComponentizer = 'npm install --save-dev componentize-qjs';

/** Bundlers that stay warm between builds, by project folder. */
const warm = new Map<string, Bundler>();

/**
 * JavaScript and TypeScript. Development builds are one bundled source file for the prebuilt
 * interpreter component; release builds are components of their own through componentize-qjs.
 */
export const javascript: Toolchain = {
  id: 'javascript',
  title: 'JavaScript',
  sources: ['**/*.{js,mjs,ts,mts,json}'],
  outputs: [
    'node_modules/**',
    'dist/**',
    '.hotplug/**',
    '.vscode/**',
    'types/**',
    'samples/**',
    'recordings/**',
  ],

  async recognise(folder) {
    const wit = await witPackage(folder);
    if (wit === undefined || !contractPackages.includes(wit)) return undefined;
    const entry = await findEntry(folder, undefined);
    return entry === undefined ? undefined : `${entry} and wit/ of ${wit}`;
  },

  async tools(folder) {
    const componentizer = findComponentizer(folder);
    const bundler: Tool = {
      name: 'esbuild',
      found: true,
      version: (await import('esbuild-wasm')).version,
      neededBy: 'JavaScript plugins; comes with Hotplug',
      install: [],
    };
    return [
      bundler,
      {
        name: 'componentize-qjs',
        found: componentizer !== undefined,
        ...(componentizer === undefined ? {} : { path: componentizer.path, version: componentizer.version }),
        neededBy: 'release builds of JavaScript plugins',
        install: [{ on: 'any', command: installComponentizer }],
      },
    ];
  },

  build: (request) => (request.mode === 'development' ? buildSource(request) : buildComponent(request)),

  async dispose() {
    const bundlers = [...warm.values()];
    warm.clear();
    await Promise.all(bundlers.map((bundler) => bundler.dispose()));
    if (bundlers.length > 0) await (await import('esbuild-wasm')).stop();
  },

  // A method of a class or an object, a property that is a function, or a function; TypeScript's types may stand there, too.
  definition: ({ name }) => ({
    start: new RegExp(
      `(?<![\\w$.])${camelCase(name)}\\s*(?:[=:]\\s*(?:async\\b\\s*)?(?:function\\b[\\s\\w$]*)?)?\\(`,
      'g',
    ),
    rest: /^\s*(?::[^;{}()=]*)?(?:=>\s*)?$/,
    literals: /`(?:\\[^]|[^`\\])*`?|"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?/,
  }),
};

/** TypeScript. */
export const typescript: Toolchain = {
  ...javascript,
  id: 'typescript',
  title: 'TypeScript',
  recognise: () => Promise.resolve(undefined),
};

async function buildSource(request: BuildRequest): Promise<BuildResult> {
  const { project } = request;
  const entry = await findEntry(project.folder, project.config.entry);
  if (entry === undefined) return failed(noEntry(project));
  const file = resolve(project.folder, entry);
  let bundler = warm.get(project.folder);
  if (bundler?.entry !== file) {
    await bundler?.dispose();
    bundler = await Bundler.create(project.folder, file, 'development');
    warm.set(project.folder, bundler);
  }
  const result = await bundler.bundle();
  report(request, result.diagnostics);
  if (!result.ok) return failed(undefined, result.diagnostics);
  bundler.warm();
  const path = join(outputFolder(project, 'development'), 'plugin.js');
  // The map first: who sees the new source finds its map.
  await replaceFile(`${path}.map`, result.bundle.map);
  await replaceFile(path, result.bundle.code);
  return { ok: true, artifact: { kind: 'source', path }, diagnostics: result.diagnostics };
}

async function buildComponent(request: BuildRequest): Promise<BuildResult> {
  const { project, signal } = request;
  const entry = await findEntry(project.folder, project.config.entry);
  if (entry === undefined) return failed(noEntry(project));
  const componentizer = findComponentizer(project.folder);
  if (componentizer === undefined) {
    return failed(
      `componentize-qjs, which makes release builds, is not installed. Run in ${project.folder}: ${installComponentizer}`,
    );
  }
  const bundler = await Bundler.create(project.folder, resolve(project.folder, entry), 'release');
  const result = await bundler.bundle().finally(() => bundler.dispose());
  report(request, result.diagnostics);
  if (!result.ok) return failed(undefined, result.diagnostics);
  try {
    const path = componentPath(project, 'release');
    await replaceFile(path, await componentize(project, componentizer, result.bundle));
    if (signal.aborted) return failed('The build was cancelled.', result.diagnostics);
    return { ok: true, artifact: { kind: 'component', path }, diagnostics: result.diagnostics };
  } catch (error) {
    return failed(`componentize-qjs failed: ${messageOf(error)}`, result.diagnostics);
  }
}

async function componentize(
  project: Project,
  componentizer: Componentizer,
  bundle: Bundle,
): Promise<Uint8Array> {
  const jsPath = join(outputFolder(project, 'release'), 'plugin.js');
  await replaceFile(jsPath, bundle.code);
  await replaceFile(`${jsPath}.map`, bundle.map);
  const own = join(project.folder, 'wit');
  const { component } = await componentizer.componentize({
    witPath: (await exists(own)) ? own : assetPath('wit', project.contract),
    world: 'plugin',
    jsSource: bundle.code,
    jsPath,
    // Real hosts do not speak the component model's asynchronous calling convention.
    sync: true,
  });
  return component;
}

/** The entry, absolute or relative to the folder: what hotplug.json says, what package.json says, or a usual name. */
async function findEntry(folder: string, configured: string | undefined): Promise<string | undefined> {
  if (configured !== undefined) return (await exists(resolve(folder, configured))) ? configured : undefined;
  const manifest = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  const declared = manifest === undefined ? [] : mainOf(manifest);
  for (const entry of [...declared, ...entries]) {
    if (await exists(join(folder, entry))) return entry;
  }
  return undefined;
}

function mainOf(manifest: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(manifest);
    if (typeof value !== 'object' || value === null) return [];
    const fields = ['module', 'main'].map((name): unknown => Reflect.get(value, name));
    return fields.filter((field) => typeof field === 'string');
  } catch {
    return [];
  }
}

function noEntry({ folder, config }: Project): string {
  return config.entry === undefined
    ? `No entry file was found in ${folder}. Name it in hotplug.json ("entry"), or call it src/plugin.js.`
    : `The entry file ${config.entry} that hotplug.json names does not exist.`;
}

type Componentize = typeof import('componentize-qjs').componentize;

interface Componentizer {
  readonly path: string;
  readonly version: string;
  readonly componentize: Componentize;
}

/** The project's own componentize-qjs, or the one beside Hotplug: an installed extension has none, for it is native code. */
function findComponentizer(folder: string | undefined): Componentizer | undefined {
  const bases = [...(folder === undefined ? [] : [join(folder, 'package.json')]), import.meta.url];
  for (const base of bases) {
    const load = createRequire(base);
    try {
      const path = load.resolve('componentize-qjs');
      const api: unknown = load(path);
      const manifest: unknown = load('componentize-qjs/package.json');
      if (!hasComponentize(api)) continue;
      return { path, version: versionOf(manifest), componentize: api.componentize };
    } catch {
      // Not installed there, or without the binary for this platform.
    }
  }
  return undefined;
}

function hasComponentize(api: unknown): api is { componentize: Componentize } {
  return (
    typeof api === 'object' && api !== null && 'componentize' in api && typeof api.componentize === 'function'
  );
}

function versionOf(manifest: unknown): string {
  if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return '';
  return typeof manifest.version === 'string' ? manifest.version : '';
}

function report(request: BuildRequest, diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) request.write(formatDiagnostic(diagnostic));
}

function failed(failure: string | undefined, diagnostics: readonly Diagnostic[] = []): BuildResult {
  return { ok: false, diagnostics, ...(failure === undefined ? {} : { failure }) };
}
