// Builds vendor/wit-tool.wasm from tools/wit, which takes Rust with the target wasm32-unknown-unknown:
//
//     rustup target add wasm32-unknown-unknown
//     node scripts/wit-tool.ts
//
// The file is committed, so that nobody else needs Rust to build Hotplug.
import { componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { readSections, withCustomSection } from '../extension/wasm/sections.ts';
import { crateLicences, linkedCrates } from './crate-licences.ts';
import { cache, root } from './paths.ts';
import { main, step } from './progress.ts';
import { mustRun } from './spawn.ts';

const sources = join(root, 'tools', 'wit');
const target = 'wasm32-unknown-unknown';
/** The custom section that says what the file was built from. */
const SOURCES_SECTION = 'hotplug-sources';

/** The committed component. */
export const witToolFile: string = join(root, 'vendor', 'wit-tool.wasm');

/** SHA-256 in hex of what the component is built from: names and contents of the files in tools/wit. */
export async function witToolSources(): Promise<string> {
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(sources.length + 1))
    .filter((path) => !path.startsWith(`target${sep}`));
  const hash = createHash('sha256');
  for (const path of paths.sort()) {
    const text = await readFile(join(sources, path), 'utf8');
    hash.update(JSON.stringify([path.replaceAll(sep, '/'), text.replaceAll('\r\n', '\n')]));
  }
  return hash.digest('hex');
}

/** The hash of the sources that the committed component was built from, as it says itself. */
export async function witToolBuiltFrom(): Promise<string> {
  const bytes = await readFile(witToolFile);
  const section = readSections(bytes, witToolFile).find(({ name }) => name === SOURCES_SECTION);
  if (section === undefined) throw new Error(`${witToolFile} does not say what it was built from.`);
  return bytes.toString('utf8', section.dataStart, section.end);
}

await main(import.meta, async () => {
  const folder = join(cache, 'wit-tool');
  const argv = ['build', '--release', '--locked', '--target', target, '--target-dir', folder];
  // Places in the crates are in messages of panics; where this machine keeps them is not to be.
  const registries = new Set((await linkedCrates(sources, target)).map((crate) => dirname(crate.folder)));
  const remap = [...registries].map((registry) => `--remap-path-prefix=${registry}${sep}=`);
  const env = { CARGO_ENCODED_RUSTFLAGS: remap.join('\x1f') };
  await step('Compiling tools/wit', () => mustRun('cargo', argv, { cwd: sources, env }));
  const core = await readFile(join(folder, target, 'release', 'hotplug_wit_tool.wasm'));
  const component = await componentNew(core, []);
  const named = withCustomSection(component, SOURCES_SECTION, Buffer.from(await witToolSources()));
  await writeFile(witToolFile, named);
  const licences = join(root, 'vendor', 'wit-tool-licences.txt');
  await writeFile(licences, await crateLicences(sources, target));
  console.log(`${witToolFile}: ${named.length} bytes`);
  return 0;
});
