import { join, resolve } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Diagnostic, Project } from '../project/project.ts';
import { camelCase } from './definition.ts';
import { formatDiagnostic } from './diagnostics/lines.ts';
import { formatTypeError } from './diagnostics/tsc.ts';
import { commandsHere } from './install.ts';
import { writeMissingTypes, writeTypes } from './javascript-bindings.ts';
import { Bundler } from './javascript-bundle.ts';
import { componentizeSource, componentizerInstall, findComponentizer } from './javascript-componentize.ts';
import { releaseModules } from './javascript-entry.ts';
import { findEntry, isTypeScript, noEntry } from './javascript-entry-file.ts';
import { ownInterpreter, shippedWorld } from './javascript-interpreter.ts';
import { projectComponent } from './javascript-project.ts';
import type { JavaScriptWorld } from './javascript-world.ts';
import { componentPath, outputFolder, replaceFile } from './output.ts';
import type { BuildRequest, BuildResult, Tool, Toolchain } from './toolchain.ts';
import { checkTypes, findTsc, tscInstall, typesConfig } from './tsc.ts';
import { witPackage } from './wit.ts';

/** Bundlers that stay warm between builds, by project folder. */
const warm = new Map<string, Bundler>();

/**
 * What JavaScript and TypeScript share, which is everything but their names and endings. Development
 * builds are one bundled source file for an interpreter component; release builds are components of
 * their own through componentize-qjs.
 */
function scriptToolchain(id: 'javascript' | 'typescript', title: string): Toolchain {
  return {
    id,
    title,
    sources: ['**/*.{js,mjs,cjs,ts,mts,cts,json}'],
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
      if (wit === undefined) return undefined;
      const entry = await findEntry(folder, undefined);
      if (entry === undefined || isTypeScript(entry) !== (id === 'typescript')) return undefined;
      return `${entry} and wit/ of ${wit}`;
    },

    tools: (folder) => tools(folder, title),
    build: (request) => (request.mode === 'development' ? buildSource(request) : buildComponent(request)),
    check: checkProject,
    bindings: writeTypes,
    prepare: writeMissingTypes,
    dispose: disposeBundlers,

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
}

/** JavaScript. */
export const javascript = scriptToolchain('javascript', 'JavaScript');

/** TypeScript. */
export const typescript = scriptToolchain('typescript', 'TypeScript');

async function tools(folder: string | undefined, title: string): Promise<readonly Tool[]> {
  const componentizer = findComponentizer(folder);
  const tsc = await findTsc(folder);
  return [
    {
      name: 'esbuild',
      found: true,
      version: (await import('esbuild-wasm')).version,
      neededBy: `${title} plugins; comes with Hotplug`,
      install: [],
    },
    {
      name: 'componentize-qjs',
      found: componentizer !== undefined,
      ...(componentizer === undefined ? {} : { path: componentizer.path, version: componentizer.version }),
      range: '0.4',
      neededBy: `release builds of ${title} plugins, and all builds for your own WIT`,
      install: componentizerInstall,
    },
    {
      name: 'tsc',
      found: tsc !== undefined,
      ...(tsc === undefined ? {} : { path: tsc.path, version: tsc.version }),
      range: '5.5 or later',
      neededBy: `checking the types of ${title} plugins`,
      optional: true,
      install: tscInstall,
    },
  ];
}

async function disposeBundlers(): Promise<void> {
  const bundlers = [...warm.values()];
  warm.clear();
  await Promise.all(bundlers.map((bundler) => bundler.dispose()));
  if (bundlers.length > 0) await (await import('esbuild-wasm')).stop();
}

async function buildSource(request: BuildRequest): Promise<BuildResult> {
  const { project } = request;
  const entry = await findEntry(project.folder, project.config.entry);
  if (entry === undefined) return failed(noEntry(project));
  const target = await developmentTarget(request);
  if (typeof target === 'string') return failed(target);
  const bundler = await warmBundler(project.folder, resolve(project.folder, entry), target);
  const result = await bundler.bundle();
  report(request, result.diagnostics);
  if (!result.ok) return failed(undefined, result.diagnostics);
  bundler.warm();
  const path = join(outputFolder(project, 'development'), 'plugin.js');
  // The map first: who sees the new source finds its map.
  await replaceFile(`${path}.map`, result.bundle.map);
  await replaceFile(path, result.bundle.code);
  const { interpreter } = target;
  return {
    ok: true,
    artifact: { kind: 'source', path, ...(interpreter === undefined ? {} : { interpreter }) },
    diagnostics: result.diagnostics,
  };
}

/** What development builds of a project are bundled for and run in. */
interface DevelopmentTarget {
  readonly world: JavaScriptWorld;
  /** Absolute path; undefined where the host knows it: the interpreter of a contract is shipped. */
  readonly interpreter?: string;
}

/** What the source is bundled for; a sentence where there is no interpreter and none can be made. */
async function developmentTarget({ project, write }: BuildRequest): Promise<DevelopmentTarget | string> {
  const shipped = await shippedWorld(project.contract);
  if (shipped !== undefined) return { world: shipped };
  const component = await projectComponent(project);
  const componentizer = findComponentizer(project.folder);
  if (componentizer === undefined)
    return missing(project, 'componentize-qjs, which makes the interpreter of a world');
  const interpreter = await ownInterpreter(component, componentizer, () => {
    write(`Making the interpreter of the world ${component.javaScript.name}, once …\n`);
  });
  return { world: component.javaScript, interpreter };
}

async function warmBundler(folder: string, entry: string, { world }: DevelopmentTarget): Promise<Bundler> {
  const before = warm.get(folder);
  if (before?.request.entry === entry && JSON.stringify(before.request.world) === JSON.stringify(world))
    return before;
  await before?.dispose();
  const bundler = await Bundler.create({ folder, entry, world });
  warm.set(folder, bundler);
  return bundler;
}

async function buildComponent(request: BuildRequest): Promise<BuildResult> {
  const { project, signal } = request;
  const { folder } = project;
  const entry = await findEntry(folder, project.config.entry);
  if (entry === undefined) return failed(noEntry(project));
  const componentizer = findComponentizer(folder);
  if (componentizer === undefined)
    return failed(missing(project, 'componentize-qjs, which makes release builds'));
  const component = await projectComponent(project);
  const file = resolve(folder, entry);
  const release = releaseModules(component.world, 'quickjs', file);
  const bundler = await Bundler.create({ folder, entry: file, world: component.javaScript, release });
  // Both look at all of the sources: the one needs a processor, the other mostly another one.
  const [types, result] = await Promise.all([
    checkProject(request),
    bundler.bundle().finally(() => bundler.dispose()),
  ]);
  report(request, result.diagnostics);
  const diagnostics = [...result.diagnostics, ...types];
  if (!result.ok || types.some(({ severity }) => severity === 'error')) return failed(undefined, diagnostics);
  if (signal.aborted) return failed('The build was cancelled.', diagnostics);

  const source = join(outputFolder(project, 'release'), 'plugin.js');
  await replaceFile(source, result.bundle.code);
  await replaceFile(`${source}.map`, result.bundle.map);
  try {
    const made = await componentizeSource(componentizer, {
      wit: component.files,
      world: component.worldName,
      source: result.bundle.code,
      fileName: 'plugin.js',
    });
    const path = componentPath(project, 'release');
    await replaceFile(path, made);
    return { ok: true, artifact: { kind: 'component', path }, diagnostics };
  } catch (error) {
    return failed(`componentize-qjs failed: ${messageOf(error)}`, diagnostics);
  }
}

/** Folders that were told that their types are not checked. */
const told = new Set<string>();

/** Checks the types of a project that asks for it; what is found is written as it stands in Problems. */
async function checkProject({ project, write, signal }: BuildRequest): Promise<readonly Diagnostic[]> {
  const { folder } = project;
  const config = await typesConfig(folder);
  if (config === undefined) return [];
  const tsc = await findTsc(folder);
  if (tsc === undefined) {
    if (!told.has(folder))
      write(
        `Types are not checked: TypeScript is not installed. Run in ${folder}: ${commandsHere(tscInstall)[0] ?? ''}\n`,
      );
    told.add(folder);
    return [];
  }
  const { diagnostics, failure } = await checkTypes(tsc, folder, config, signal);
  if (signal.aborted) return [];
  if (failure !== undefined) write(`Types could not be checked: ${failure}\n`);
  for (const diagnostic of diagnostics) write(formatTypeError(diagnostic));
  return diagnostics;
}

function missing({ folder }: Project, what: string): string {
  return `${what}, is not installed. Run in ${folder}: ${commandsHere(componentizerInstall)[0] ?? ''}`;
}

function report(request: BuildRequest, diagnostics: readonly Diagnostic[]): void {
  for (const diagnostic of diagnostics) request.write(formatDiagnostic(diagnostic));
}

function failed(failure: string | undefined, diagnostics: readonly Diagnostic[] = []): BuildResult {
  return { ok: false, diagnostics, ...(failure === undefined ? {} : { failure }) };
}
