/** Builds the plugin of test/fixtures/rust-plugin, and makes builds of it that differ. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../scripts/paths.ts';
import { run } from '../scripts/spawn.ts';
import { rust } from '../extension/toolchains/rust.ts';

const folder = join(root, 'test', 'fixtures', 'rust-plugin');
const MARKER = 'HOTPLUG-MARKER-';

/** Says what is missing to build the plugin; undefined where nothing is. */
export async function missingForTestPlugin(): Promise<string | undefined> {
  const missing = (await rust.tools(folder)).filter(({ found }) => !found);
  return missing.length === 0 ? undefined : `Rust: ${missing.map(({ name }) => name).join(', ')} not found`;
}

/** Builds the component and gives its path: `small` is a stripped release build, `debug` a development build. */
export async function buildTestPlugin(size: 'small' | 'debug'): Promise<string> {
  const release = size === 'small' ? ['--release'] : [];
  const argv = ['build', '--locked', '--target', 'wasm32-wasip2', ...release];
  const { code, output } = await run('cargo', argv, { cwd: folder, quiet: true });
  if (code !== 0) throw new Error(`cargo could not build the test plugin\n${output}`);
  return join(folder, 'target', 'wasm32-wasip2', size === 'small' ? 'release' : 'debug', 'test_plugin.wasm');
}

/** The bytes of {@link buildTestPlugin}'s component. */
export async function testPluginBytes(size: 'small' | 'debug'): Promise<Uint8Array> {
  return await readFile(await buildTestPlugin(size));
}

/** The same build with another number in its data, so that nothing that is cached by content fits it. */
export function numbered(component: Uint8Array, number: number): Uint8Array {
  const copy = Buffer.from(component);
  let found = 0;
  for (let at = copy.indexOf(MARKER); at >= 0; at = copy.indexOf(MARKER, at + 1)) {
    copy.write(String(number).padStart(17, '0'), at + MARKER.length, 'latin1');
    found++;
  }
  if (found === 0) throw new Error('the component has no marker');
  return copy;
}
