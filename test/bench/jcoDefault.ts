/** The peer: the same component through jco's default bindings, in this process, without recording. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { Boundary } from '../../extension/host/boundary.ts';
import { createRing } from '../../extension/host/ring.ts';
import { wasiImports } from '../../extension/host/wasi/preview2.ts';

interface Node {
  readonly NodeInstance: new (params?: string) => { process(pin: string, packet: unknown): void };
}

export interface DefaultPlugin {
  process(packet: unknown): void;
  readonly calls: () => number;
}

/** Instantiates a StreamKit component as `jco transpile --instantiation sync` gives it. */
export async function jcoDefault(component: Uint8Array, folder: string): Promise<DefaultPlugin> {
  const { files } = await transpileBytes(component, {
    name: 'peer',
    instantiation: 'sync',
    wasiShim: false,
    base64Cutoff: 0,
  });
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) {
    if (!name.includes('/')) await writeFile(join(folder, name), bytes);
  }
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const script: unknown = await import(pathToFileURL(join(folder, 'peer.js')).href);
  let calls = 0;
  const count = (): undefined => {
    calls++;
    return undefined;
  };
  const wasi = wasiImports(new Boundary(createRing(1 << 20)));
  const imports = { ...wasi, 'streamkit:plugin/host': { log: count, sendOutput: count } };
  const instantiate = functionOf(script, 'instantiate');
  const exports = instantiate(
    (name: string) => new WebAssembly.Module(files[name] ?? new Uint8Array()),
    imports,
  );
  const node = nodeOf(exports);
  const instance = new node.NodeInstance();
  return {
    process: (packet) => {
      instance.process('in', packet);
    },
    calls: () => calls,
  };
}

function functionOf(value: unknown, name: string): (...args: unknown[]) => unknown {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  if (typeof found !== 'function') throw new Error(`no function ${name}`);
  return (...args) => Reflect.apply(found, undefined, args) as unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'NodeInstance' in value;
}

function nodeOf(exports: unknown): Node {
  const node: unknown =
    typeof exports === 'object' && exports !== null ? Reflect.get(exports, 'node') : undefined;
  if (!isNode(node)) throw new Error('the component has no node');
  return node;
}
