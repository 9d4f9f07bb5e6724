import { componentEmbed, componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';
import { join } from 'node:path';
import { readWitFolder, resolveWit, type WitFile } from '../../extension/wit/tool.ts';
import type { WitWorld } from '../../extension/wit/model.ts';

/** The WIT of a proposal in test/fixtures/wit. */
export function proposal(name: 'keyvalue' | 'config' | 'http'): Promise<readonly WitFile[]> {
  return readWitFolder(join(import.meta.dirname, '..', 'fixtures', 'wit', name));
}

/** One file as a package. */
export function witText(text: string): readonly WitFile[] {
  return [{ path: 'test.wit', text }];
}

/** The one world, or the named one, of a package in one file. */
export async function worldOf(text: string, name?: string): Promise<WitWorld> {
  const { worlds } = await resolveWit(witText(text));
  const world = name === undefined ? worlds[0] : worlds.find((one) => one.name === name);
  if (world === undefined) throw new Error(`no world ${name ?? ''} in ${text}`);
  return world;
}

/** A component that does nothing, built from this WIT. */
export async function componentOf(witSource: string, world: string): Promise<Uint8Array> {
  return componentNew(await componentEmbed({ witSource, world, dummy: true }));
}
