import type { BuildOptions, Plugin } from 'esbuild';
import { dist, root } from './paths.ts';

/** CommonJS dependencies inside an ES module bundle still call `require` for Node's own modules. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);";

/** Packages with native code that a bundle never reaches: the code paths that would are not used. */
const neverReached = ['@bytecodealliance/jco-node-fs', 'componentize-qjs', 'binaryen'];

/** jco imports a native minifier at its top although only its `minify` option, which we never set, uses it. */
const withoutMinifier: Plugin = {
  name: 'without-minifier',
  setup(build) {
    build.onResolve({ filter: /^oxc-minify$/ }, (args) => ({ path: args.path, namespace: 'absent' }));
    build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
      contents: "export function minify() { throw new Error('Minifying is not part of this bundle.'); }",
    }));
  },
};

/** esbuild-wasm finds its files next to itself, so it is shipped as a folder and not bundled. */
const esbuildBeside: Plugin = {
  name: 'esbuild-beside',
  setup(build) {
    build.onResolve({ filter: /^esbuild-wasm$/ }, () => ({
      path: './esbuild-wasm/lib/main.js',
      external: true,
    }));
  },
};

/** What every bundle that runs in Node has in common. */
export const nodeBundle: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'warning',
  banner: { js: requireBanner },
  external: ['vscode', ...neverReached],
  plugins: [withoutMinifier, esbuildBeside],
};

/**
 * The bundles of the extension, the command line and the host process: what becomes dist/NAME.js.
 * The extension and the plugin worker start often and stand alone; the others share chunks. What is
 * imported only when it is needed becomes a chunk, too, so that starting reads little.
 */
export const nodeBundles: readonly BuildOptions[] = [
  { main: 'extension/main.ts' },
  { worker: 'extension/host/worker.ts', fetcher: 'extension/host/fetcher.ts' },
  { cli: 'extension/cli/main.ts', host: 'extension/host/process.ts', preparer: 'extension/host/preparer.ts' },
].map((entryPoints) => ({
  ...nodeBundle,
  entryPoints,
  outdir: dist,
  splitting: true,
  chunkNames: 'chunk-[hash]',
}));
