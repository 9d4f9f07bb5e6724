import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BuildContext, BuildOptions, BuildResult, Message, Plugin } from 'esbuild-wasm';
import type { BuildMode, Diagnostic } from '../project/project.ts';
import { consoleSource } from './javascript-console.ts';

/** What plugins import to talk to their host, with or without the version. */
const hostImport = /^streamkit:plugin\/host(?:@0\.1\.0)?$/;
const hostModule = 'streamkit:plugin/host@0.1.0';
const consoleModule = 'hotplug:console';
const entryModule = 'hotplug:entry';

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
  readonly entry: string;
  readonly #folder: string;
  readonly #context: BuildContext;
  #warming: Promise<void> | undefined;
  #stopWarming = false;

  private constructor(folder: string, entry: string, context: BuildContext) {
    this.#folder = folder;
    this.entry = entry;
    this.#context = context;
  }

  /**
   * `development` gives the body of a function of `$host` that returns the module's exports;
   * `release` an ES module that imports the host.
   *
   * @param entry absolute path of the source file that exports `node`
   */
  static async create(folder: string, entry: string, mode: BuildMode): Promise<Bundler> {
    // Loading it reads 100 KB of JavaScript and starts a process: only where JavaScript is built.
    const { context } = await import('esbuild-wasm');
    return new Bundler(folder, entry, await context(options(folder, entry, mode)));
  }

  /** Starts to prepare for fast bundles, once; a bundle that is wanted ends it. */
  warm(): void {
    this.#warming ??= this.#warmUp();
  }

  async #warmUp(): Promise<void> {
    const { build } = await import('esbuild-wasm');
    for (let round = 0; round < warmUpBundles && !this.#stopWarming; round++) {
      // Not a rebuild: that would take everything from the cache.
      const failed = await build(options(this.#folder, this.entry, 'development')).then(
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
    if (location === null || location.file.startsWith(entryModule)) {
      const missing = text.startsWith('No matching export');
      const explained = missing
        ? 'The plugin exports no "node": export const node = { metadata, NodeInstance }'
        : text;
      return { severity, file: this.entry, line: 1, column: 1, message: explained };
    }
    // esbuild counts columns from 0 in UTF-8 bytes, editors from 1 in UTF-16 units.
    const before = Buffer.from(location.lineText, 'utf8').subarray(0, location.column).toString('utf8');
    return {
      severity,
      file: join(this.#folder, location.file),
      line: location.line,
      column: before.length + 1,
      message: text,
      ...(message.id === '' ? {} : { code: message.id }),
    };
  }
}

function options(folder: string, entry: string, mode: BuildMode): BuildOptions {
  const development = mode === 'development';
  return {
    absWorkingDir: folder,
    entryPoints: [entryModule],
    // Never written by esbuild; the map's paths are relative to it.
    outfile: join(folder, '.hotplug', development ? 'dev' : 'release', 'plugin.js'),
    write: false,
    bundle: true,
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import', 'default'],
    // What QuickJS understands.
    target: 'es2023',
    charset: 'utf8',
    sourcemap: 'external',
    logLevel: 'silent',
    plugins: [plugin(entry, development)],
    ...(development
      ? { format: 'iife', globalName: 'plugin$', footer: { js: 'return plugin$;' } }
      : { format: 'esm' }),
  };
}

function plugin(entry: string, development: boolean): Plugin {
  const contents: Readonly<Record<string, string>> = {
    // The console first: the plugin's modules may write to it while they load.
    [entryModule]: `import ${JSON.stringify(consoleModule)}; export { node } from ${JSON.stringify(entry)};`,
    [consoleModule]: consoleSource,
    [hostModule]: 'module.exports = $host;',
  };
  return {
    name: 'hotplug',
    setup(build) {
      build.onResolve({ filter: /^hotplug:/ }, ({ path }) => ({ path, namespace: path }));
      build.onResolve({ filter: hostImport }, () =>
        development ? { path: hostModule, namespace: hostModule } : { path: hostModule, external: true },
      );
      // esbuild's own resolver reads every folder from here to the root, which in WebAssembly takes
      // longer than all the rest; a module that is named exactly needs no search.
      build.onResolve({ filter: /^(?:\.{1,2}\/|\/).*\.m?js$/ }, ({ path, resolveDir }) => {
        const file = resolve(resolveDir, path);
        return existsSync(file) ? { path: file } : undefined;
      });
      build.onLoad({ filter: /\.m?js$/, namespace: 'file' }, async ({ path }) => ({
        contents: await readFile(path, 'utf8'),
        loader: 'js',
      }));
      for (const [name, text] of Object.entries(contents)) {
        build.onLoad({ filter: /.*/, namespace: name }, () => ({
          contents: text,
          resolveDir: build.initialOptions.absWorkingDir ?? '.',
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
