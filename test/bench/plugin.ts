/** Builds the benchmarks' plugin, and makes builds of it that differ. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../scripts/spawn.ts';
import { root } from '../../scripts/paths.ts';

const folder = join(root, 'test', 'bench', 'plugin');
const MARKER = 'HOTPLUG-MARKER-';

/** The plugin's component: `small` is a stripped release build, `debug` a development build. */
export async function benchPlugin(size: 'small' | 'debug'): Promise<Uint8Array> {
  const release = size === 'small' ? ['--release'] : [];
  const { code } = await run('cargo', ['build', '--target', 'wasm32-wasip2', ...release], { cwd: folder });
  if (code !== 0) throw new Error('cargo could not build the benchmarks’ plugin');
  const profile = size === 'small' ? 'release' : 'debug';
  return await readFile(join(folder, 'target', 'wasm32-wasip2', profile, 'bench_plugin.wasm'));
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
