import { readFile } from 'node:fs/promises';
import { componentEmbed, componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';
import { assetPath } from '../../extension/assets.ts';

/** The StreamKit package without the WASI imports, whose packages would have to be there, too. */
async function streamkitWit(): Promise<string> {
  const text = await readFile(assetPath('wit', 'streamkit', 'plugin.wit'), 'utf8');
  return text.replace(/^\s*include wasi:.*$/m, '');
}

/** A component of this WIT package whose every export traps. */
export async function trappingComponent(change: (wit: string) => string = (wit) => wit): Promise<Uint8Array> {
  const witSource = change(await streamkitWit());
  return await componentNew(await componentEmbed({ witSource, world: 'plugin', dummy: true }));
}

/** A component of a world that has nothing to do with plugins. */
export async function otherWorld(): Promise<Uint8Array> {
  const witSource = 'package shop:till;\nworld till { import total: func() -> u32; }';
  return await componentNew(await componentEmbed({ witSource, world: 'till', dummy: true }));
}

/** The smallest core module. */
export const coreModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
