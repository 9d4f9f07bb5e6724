import type { BuildOptions, Plugin } from 'esbuild';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
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
  external: neverReached,
  plugins: [withoutMinifier, esbuildBeside],
};

interface Entry {
  readonly source: string;
  readonly target: string;
  readonly options?: BuildOptions;
}

const entries: readonly Entry[] = [
  { source: 'extension/main.ts', target: 'main.js', options: { external: ['vscode', ...neverReached] } },
  { source: 'extension/cli/main.ts', target: 'cli.js' },
  { source: 'extension/host/process.ts', target: 'host.js' },
  { source: 'extension/host/worker.ts', target: 'worker.js' },
  { source: 'extension/host/preparer.ts', target: 'preparer.js' },
];

/** The bundles of the extension and the command line, and which of their sources are missing. */
export function nodeBundles(): {
  readonly bundles: readonly BuildOptions[];
  readonly missing: readonly string[];
} {
  const isThere = ({ source }: Entry): boolean => existsSync(join(root, source));
  return {
    bundles: entries.filter(isThere).map(({ source, target, options }) => ({
      ...nodeBundle,
      ...options,
      entryPoints: [source],
      outfile: join(dist, target),
    })),
    missing: entries.filter((entry) => !isThere(entry)).map(({ source }) => source),
  };
}
