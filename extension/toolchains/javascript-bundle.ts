import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BuildContext, BuildOptions, BuildResult, Message, Plugin } from 'esbuild-wasm';
import type { Diagnostic } from '../project/project.ts';
import { consoleSource, stdioSource } from './javascript-console.ts';
import type { ReleaseModules } from './javascript-entry.ts';
import { exportHint, type JavaScriptWorld } from './javascript-world.ts';

const consoleModule = 'hotplug:console';
const entryModule = 'hotplug:entry';
const nativeNamespace = 'hotplug:native';

/** What is bundled, and what for. */
export interface BundleRequest {
  /** The project's folder. */
  readonly folder: string;
  /** Absolute path of the source file that exports what the world demands. */
  readonly entry: string;
  readonly world: JavaScriptWorld;
  /** The modules around the plugin in a release build; a development build has them in its interpreter. */
  readonly release?: ReleaseModules;
  /** For extism-js: a module of the old kind, with nothing around the plugin, for an older QuickJS. */
  readonly commonjs?: true;
}

export interface Bundle {
  readonly code: string;
  /** Source map as JSON. */
  readonly map: string;
}

export type BundleResult =
  | { readonly ok: true; readonly bundle: Bundle; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * V8 optimises esbuild's WebAssembly while it runs; before that, a bundle takes several hundred
 * milliseconds. These many bundles that nobody needs get the first save past it.
 */
const warmUpBundles = 8;

/** Bundles one entry again and again; esbuild keeps what it knows between two calls. */
export class Bundler {
  readonly request: BundleRequest;
  readonly #context: BuildContext;
  #warming: Promise<void> | undefined;
  #stopWarming = false;

  private constructor(request: BundleRequest, context: BuildContext) {
    this.request = request;
    this.#context = context;
  }

  /**
   * For development it gives the body of a function of `$imports` that returns the module's exports,
   * for a release an ES module that imports the interfaces of the world and exports what it demands.
   */
  static async create(request: BundleRequest): Promise<Bundler> {
    // Loading it reads 100 KB of JavaScript and starts a process: only where JavaScript is built.
    const { context } = await import('esbuild-wasm');
    return new Bundler(request, await context(options(request)));
  }

  /** Starts to prepare for fast bundles, once; a bundle that is wanted ends it. */
  warm(): void {
    this.#warming ??= this.#warmUp();
  }

  async #warmUp(): Promise<void> {
    const { build } = await import('esbuild-wasm');
    for (let round = 0; round < warmUpBundles && !this.#stopWarming; round++) {
      // Not a rebuild: that would take everything from the cache.
      const failed = await build(options(this.request)).then(
        () => false,
        () => true,
      );
      if (failed) return;
    }
  }

  async bundle(): Promise<BundleResult> {
    if (this.#warming !== undefined) this.#stopWarming = true;
    const result = await this.#context.rebuild().catch((error: unknown) => {
      if (isFailure(error)) return error;
      throw error;
    });
    const { errors, warnings } = result;
    const diagnostics = [
      ...errors.map((message) => this.#diagnostic(message, 'error')),
      ...warnings.map((message) => this.#diagnostic(message, 'warning')),
    ];
    const files = 'outputFiles' in result ? (result.outputFiles ?? []) : [];
    const code = files.find(({ path }) => path.endsWith('.js'))?.text;
    const map = files.find(({ path }) => path.endsWith('.map'))?.text;
    if (errors.length > 0 || code === undefined || map === undefined) return { ok: false, diagnostics };
    return { ok: true, bundle: { code, map }, diagnostics };
  }

  async dispose(): Promise<void> {
    this.#stopWarming = true;
    await this.#warming;
    await this.#context.dispose();
  }

  #diagnostic(message: Message, severity: Diagnostic['severity']): Diagnostic {
    const { location, text } = message;
    const { entry, folder, world } = this.request;
    if (location === null || location.file.startsWith('hotplug:')) {
      const missing = /^No matching export in .* for import "(.+)"$/.exec(text)?.[1];
      const shape = world.exports.find(({ name }) => name === missing);
      const explained =
        shape === undefined ? text : `The plugin exports no "${shape.name}": ${exportHint(shape)}`;
      return { severity, file: entry, line: 1, column: 1, message: explained };
    }
    // esbuild counts columns from 0 in UTF-8 bytes, editors from 1 in UTF-16 units.
    const before = Buffer.from(location.lineText, 'utf8').subarray(0, location.column).toString('utf8');
    return {
      severity,
      file: join(folder, location.file),
      line: location.line,
      column: before.length + 1,
      message: text,
      ...(message.id === '' ? {} : { code: message.id }),
    };
  }
}

function options(request: BundleRequest): BuildOptions {
  const { folder, release, commonjs } = request;
  const folderName = release === undefined && commonjs === undefined ? 'dev' : 'release';
  return {
    absWorkingDir: folder,
    entryPoints: [entryModule],
    // Never written by esbuild; the map's paths are relative to it.
    outfile: join(folder, '.hotplug', folderName, 'plugin.js'),
    write: false,
    bundle: true,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import', 'default'],
    // What QuickJS understands.
    target: commonjs === undefined ? 'es2023' : 'es2020',
    charset: 'utf8',
    sourcemap: 'external',
    logLevel: 'silent',
    plugins: [plugin(request)],
    ...(commonjs !== undefined
      ? { format: 'cjs' }
      : release === undefined
        ? { format: 'iife', globalName: 'plugin$', footer: { js: 'return plugin$;' } }
        : { format: 'esm' }),
  };
}

/** The modules that are no files, by their names. */
function virtualModules({
  entry,
  world,
  release,
  commonjs,
}: BundleRequest): Readonly<Record<string, string>> {
  if (commonjs !== undefined) return { [entryModule]: `export * from ${JSON.stringify(entry)};` };
  const console = consoleSource(world.console, { deferred: release !== undefined });
  const stdio = { 'hotplug:stdio': stdioSource(world.stdio) };
  const empty = Object.fromEntries(world.typeModules.map((name) => [name, 'export {};']));
  if (release !== undefined) {
    return {
      ...empty,
      ...stdio,
      ...release.imports,
      [entryModule]: release.entry,
      [consoleModule]: console,
      'hotplug:boundary': release.boundary,
      'hotplug:globals': release.globals,
    };
  }
  if (world.script === true) {
    const all = `import * as plugin from ${JSON.stringify(entry)}; export { plugin };`;
    return { ...empty, [entryModule]: all };
  }
  const names = world.exports.map(({ name }) => name).join(', ');
  return {
    ...empty,
    ...stdio,
    ...Object.fromEntries(
      world.modules.map((name) => [name, `module.exports = $imports[${JSON.stringify(name)}];`]),
    ),
    // The console first: the plugin's modules may write to it while they load.
    [entryModule]: `import ${JSON.stringify(consoleModule)}; export { ${names} } from ${JSON.stringify(entry)};`,
    [consoleModule]: console,
  };
}

/** Something like `streamkit:plugin/host@0.1.0`, which no package of npm is called. */
const witName = /^[\w-]+:[\w:/-]+(?:@.*)?$/;

function plugin(request: BundleRequest): Plugin {
  const virtual = virtualModules(request);
  const { world, folder } = request;
  return {
    name: 'hotplug',
    setup(build) {
      // What a module of an import imports is the engine's, perhaps by another name.
      build.onResolve({ filter: /.*/, namespace: nativeNamespace }, ({ path }) =>
        path.startsWith('hotplug:') ? undefined : { path, external: true },
      );
      build.onResolve({ filter: witName }, ({ path, namespace }) => {
        if (path in virtual) return { path, namespace: path.startsWith('hotplug:') ? path : nativeNamespace };
        const found = Object.keys(virtual).find((name) => name.split('@')[0] === path);
        if (found !== undefined) return { path: found, namespace: nativeNamespace };
        if (namespace === 'hotplug:globals') return { path, external: true };
        const all = world.modules.length === 0 ? 'nothing' : world.modules.join(', ');
        return path.includes('/') && !path.startsWith('node:')
          ? { errors: [{ text: `The world ${world.name} has no ${path}; it imports ${all}` }] }
          : undefined;
      });
      build.onResolve({ filter: /^[\w-]+$/ }, ({ path, namespace }) => {
        if (namespace === 'hotplug:globals') return { path, external: true };
        return world.modules.includes(path) ? { path, namespace: nativeNamespace } : undefined;
      });
      // esbuild's own resolver reads every folder from here to the root, which in WebAssembly takes
      // longer than all the rest; a module that is named exactly needs no search.
      build.onResolve({ filter: /^(?:\.{1,2}\/|\/).*\.[mc]?[jt]s$/ }, ({ path, resolveDir }) => {
        const file = resolve(resolveDir, path);
        return existsSync(file) ? { path: file } : undefined;
      });
      build.onLoad({ filter: /\.m?js$/, namespace: 'file' }, async ({ path }) => ({
        contents: await readFile(path, 'utf8'),
        loader: 'js',
      }));
      build.onLoad({ filter: /.*/, namespace: nativeNamespace }, ({ path }) => ({
        contents: virtual[path] ?? '',
        resolveDir: folder,
        loader: 'js',
      }));
      for (const [name, text] of Object.entries(virtual)) {
        if (!name.startsWith('hotplug:')) continue;
        build.onLoad({ filter: /.*/, namespace: name }, () => ({
          contents: text,
          resolveDir: folder,
          loader: 'js',
        }));
      }
    },
  };
}

/** A failed build is thrown as an error that carries its messages. */
function isFailure(error: unknown): error is Pick<BuildResult, 'errors' | 'warnings'> {
  return error instanceof Error && 'errors' in error && 'warnings' in error;
}
