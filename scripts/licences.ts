import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dist, root } from './paths.ts';

/** Packages whose files are shipped as they are or are inside of something shipped, not in a bundle. */
const shippedWhole = [
  '@bytecodealliance/jco-transpile',
  '@bytecodealliance/preview2-shim',
  'componentize-qjs',
  'esbuild-wasm',
];

/** The package that a bundled file belongs to: `node_modules/@scope/name/...`. */
function packageOf(input: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input.replaceAll('\\', '/'))?.[1];
}

async function licenceOf(name: string): Promise<string> {
  const folder = join(root, 'node_modules', name);
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const field = (key: string): string =>
    typeof manifest === 'object' && manifest !== null && key in manifest
      ? String(Reflect.get(manifest, key))
      : 'unknown';
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return [`${name} ${field('version')} (${field('license')})`, ...texts.map((text) => text.trim())].join(
    '\n\n',
  );
}

/** Writes dist/THIRD_PARTY_LICENSES.txt from the files that went into the bundles; gives the packages' names. */
export async function writeLicences(inputs: readonly string[]): Promise<readonly string[]> {
  const bundled = inputs.map(packageOf).filter((name) => name !== undefined);
  const names = [...new Set([...bundled, ...shippedWhole])].sort();
  const parts = await Promise.all(names.map(licenceOf));
  const text = `Hotplug includes the following third-party software.\n\n${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
  await writeFile(join(dist, 'THIRD_PARTY_LICENSES.txt'), text);
  return names;
}
