import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { dist, root } from './paths.ts';

const modules = join(root, 'node_modules');

/** Files that bundled dependencies load from beside themselves (`new URL('./x', import.meta.url)`). */
const besideBundles = [
  '@bytecodealliance/jco-transpile/vendor/js-component-bindgen-component.core.wasm',
  '@bytecodealliance/jco-transpile/vendor/js-component-bindgen-component.core2.wasm',
  '@bytecodealliance/jco-transpile/vendor/wasm-tools.core.wasm',
  '@bytecodealliance/jco-transpile/vendor/wasm-tools.core2.wasm',
  '@bytecodealliance/preview2-shim/dist/io/worker-thread.bundle.js',
];

/** What esbuild-wasm needs to run, in its own folder: it looks for its files relative to lib/main.js. */
const esbuildFiles = [
  'package.json',
  'LICENSE.md',
  'esbuild.wasm',
  'wasm_exec.js',
  'wasm_exec_node.js',
  'bin/esbuild',
];

async function copyIfChanged(from: string, to: string): Promise<void> {
  const [source, target] = await Promise.all([stat(from), stat(to).catch(() => undefined)]);
  if (target?.size === source.size && target.mtimeMs === source.mtimeMs) return;
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { preserveTimestamps: true });
}

/**
 * esbuild-wasm starts its WebAssembly in a child process by the name `node`, which is not on the PATH of
 * most people who have VS Code; the program that runs us is one (Electron with ELECTRON_RUN_AS_NODE).
 */
async function copyEsbuild(): Promise<void> {
  const from = join(modules, 'esbuild-wasm');
  const to = join(dist, 'esbuild-wasm');
  await Promise.all(esbuildFiles.map((file) => copyIfChanged(join(from, file), join(to, file))));
  const source = await readFile(join(from, 'lib', 'main.js'), 'utf8');
  const call = 'return ["node", [path2.join(__dirname, "..", "bin", "esbuild")]]';
  if (!source.includes(call)) throw new Error('esbuild-wasm changed how it starts: adapt scripts/assets.ts.');
  await mkdir(join(to, 'lib'), { recursive: true });
  await writeFile(
    join(to, 'lib', 'main.js'),
    source.replace(call, call.replace('"node"', 'process.execPath')),
  );
}

/** Copies what the bundles load at run time beside them into dist/. */
export async function copyAssets(): Promise<void> {
  await mkdir(dist, { recursive: true });
  await Promise.all([
    ...besideBundles.map((file) => copyIfChanged(join(modules, file), join(dist, basename(file)))),
    copyEsbuild(),
  ]);
}
