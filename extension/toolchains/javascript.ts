import { join, resolve } from 'node:path';
import type { Diagnostic } from '../project/project.ts';
import { camelCase } from './definition.ts';
import { isModuleContract } from './extism.ts';
import { failed, missing, report } from './javascript-answer.ts';
import { writeMissingTypes, writeTypes } from './javascript-bindings.ts';
import { Bundler } from './javascript-bundle.ts';
import { checkProject } from './javascript-check.ts';
import { componentizerInstall, findComponentizer } from './javascript-componentize.ts';
import { findEntry, isTypeScript, noEntry } from './javascript-entry-file.ts';
import { buildWithExtismJs, extismTools } from './javascript-extism-release.ts';
import {
  extismInterpreter,
  extismWorld,
  isExtismScript,
  writeExtismTypes,
  writeMissingExtismTypes,
} from './javascript-extism.ts';
import { ownInterpreter, shippedWorld } from './javascript-interpreter.ts';
import { limitWarnings, projectComponent } from './javascript-project.ts';
import { buildComponent } from './javascript-release.ts';
import type { JavaScriptWorld } from './javascript-world.ts';
import { outputFolder, replaceFile } from './output.ts';
import { findSpidermonkey, spidermonkeyInstall } from './spidermonkey.ts';
import type { BuildRequest, BuildResult, Tool, Toolchain } from './toolchain.ts';
import { findTsc, tscInstall } from './tsc.ts';
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
      const entry = await findEntry(folder, undefined);
      if (entry === undefined || isTypeScript(entry) !== (id === 'typescript')) return undefined;
      const wit = await witPackage(folder);
      if (wit !== undefined) return `${entry} and wit/ of ${wit}`;
      return (await isExtismScript(join(folder, entry))) ? `${entry} with Extism's Host` : undefined;
    },

    tools: (folder) => tools(folder, title),
    build(request) {
      if (request.mode === 'development') return buildSource(request);
      return isModuleContract(request.project.contract)
        ? buildWithExtismJs(request)
        : buildComponent(request);
    },
    check: checkProject,
    bindings: (project) =>
      isModuleContract(project.contract) ? writeExtismTypes(project) : writeTypes(project),
    prepare: (project) =>
      isModuleContract(project.contract) ? writeMissingExtismTypes(project) : writeMissingTypes(project),
    dispose: disposeBundlers,

    // A method of a class or an object, a property that is a function, or a function; TypeScript's types may stand there, too.
    definition: ({ interface: owner, name }) => ({
      start: new RegExp(
        `(?<![\\w$.])${owner === '' && name.includes('_') ? name : camelCase(name)}\\s*(?:[=:]\\s*(?:async\\b\\s*)?(?:function\\b[\\s\\w$]*)?)?\\(`,
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
  const [tsc, spidermonkey] = await Promise.all([findTsc(folder), findSpidermonkey(folder)]);
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
      name: 'componentize-js',
      found: spidermonkey !== undefined,
      ...spidermonkey,
      range: '0.18 or later',
      neededBy: `release builds of ${title} plugins with SpiderMonkey ("engine" in hotplug.json)`,
      optional: true,
      install: spidermonkeyInstall,
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
    ...(await extismTools()),
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
  const diagnostics = [...result.diagnostics, ...target.warnings];
  report(request, diagnostics);
  if (!result.ok) return failed(undefined, diagnostics);
  bundler.warm();
  const path = join(outputFolder(project, 'development'), 'plugin.js');
  // The map first: who sees the new source finds its map.
  await replaceFile(`${path}.map`, result.bundle.map);
  await replaceFile(path, result.bundle.code);
  const { interpreter } = target;
  return {
    ok: true,
    artifact: { kind: 'source', path, ...(interpreter === undefined ? {} : { interpreter }) },
    diagnostics,
  };
}

/** What development builds of a project are bundled for and run in. */
interface DevelopmentTarget {
  readonly world: JavaScriptWorld;
  /** Absolute path; undefined where the host knows it: the interpreter of a contract is shipped. */
  readonly interpreter?: string;
  readonly warnings: readonly Diagnostic[];
}

/** What the source is bundled for; a sentence where there is no interpreter and none can be made. */
async function developmentTarget({ project, write }: BuildRequest): Promise<DevelopmentTarget | string> {
  if (isModuleContract(project.contract))
    return { world: extismWorld, interpreter: extismInterpreter(), warnings: [] };
  const shipped = await shippedWorld(project.contract);
  if (shipped !== undefined) return { world: shipped, warnings: [] };
  const component = await projectComponent(project);
  const componentizer = findComponentizer(project.folder);
  if (componentizer === undefined)
    return missing(project, 'componentize-qjs, which makes the interpreter of a world', componentizerInstall);
  const interpreter = await ownInterpreter(component, componentizer, () => {
    write(`Making the interpreter of the world ${component.javaScript.name}, once …\n`);
  });
  return { world: component.javaScript, interpreter, warnings: limitWarnings(project, component) };
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
