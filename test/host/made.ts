/**
 * StreamKit plugins written by hand in WebAssembly's text form, for what no compiler makes: an
 * allocator that calls the host, values that no type has.
 */
import { componentEmbed, componentNew, parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { readFile } from 'node:fs/promises';
import { assetPath } from '../../extension/assets.ts';

/** Parts of the plugin, as WebAssembly text; what is absent does nothing and succeeds. */
export interface Parts {
  /** More imports; `$log` and `$send` are there. With some of WASI preview 1 the component gets its adapter. */
  readonly imports?: string;
  /** More functions, globals and data. */
  readonly more?: string;
  /** Before `cabi_realloc` allocates: `$old`, `$old_size`, `$align`, `$size` are its parameters. */
  readonly realloc?: string;
  /** What `cabi_realloc` gives; the next aligned place where absent. */
  readonly allocated?: string;
  readonly construct?: string;
  /** Parameters `$self`, `$pin`, `$pin_len`, `$tag`, `$a` to `$e`; a local `$i`. Leaves nothing. */
  readonly process?: string;
  /** What `process` gives: where its result is; 64 where absent, which says ok. */
  readonly result?: string;
  readonly postProcess?: string;
  readonly cleanup?: string;
  /** What the metadata say, in 40 bytes at 16: hex. */
  readonly metadata?: string;
}

/** `log` on level info of a text of one letter. */
export const LOG = '(call $log (i32.const 1) (i32.const 240) (i32.const 1))';

/** Where the texts `out` and `now` are: a pin that there is, and one that there is not. */
export const OUT = 209;
export const NOW = 220;

/** Sends a packet: a text of one letter where nothing else is said, its result to 128. */
export function send({
  pin = OUT,
  tag = 1,
  words = [240, 1],
  result = 128,
}: {
  readonly pin?: number;
  /** The case of the packet, and the flat values that its cases share. */
  readonly tag?: number;
  readonly words?: readonly number[];
  readonly result?: number;
} = {}): string {
  const flat = [0, 1, 2, 3, 4].map((index) => words[index] ?? 0);
  const values = [pin, 3, tag, ...flat, result].map((value) => `(i32.const ${value})`);
  return `(call $send ${values.join(' ')})`;
}

/** Data at an address: bytes in hex. */
export function data(at: number, hex: string): string {
  return `(data (i32.const ${at}) "${bytes(hex)}")`;
}

const PREVIEW1 = 'wasi_snapshot_preview1';
const NODE = 'streamkit:plugin/node@0.1.0';

/**
 * Memory: 16 metadata, 64 a result that is ok, 96 one that is an error, 128 room for results of
 * imports, 200 texts, 4096 and up the heap.
 */
function moduleText(parts: Parts): string {
  return `(module
  (import "streamkit:plugin/host@0.1.0" "log" (func $log (param i32 i32 i32)))
  (import "streamkit:plugin/host@0.1.0" "send-output"
    (func $send (param i32 i32 i32 i32 i32 i32 i32 i32 i32)))
  (import "[export]${NODE}" "[resource-new]node-instance" (func $new (param i32) (result i32)))
  ${parts.imports ?? ''}
  (memory (export "memory") 2)
  (global $heap (mut i32) (i32.const 4096))
  ${parts.more ?? ''}
  (func $realloc (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32)
    (result i32) (local $at i32)
    ${parts.realloc ?? ''}
    ${
      parts.allocated ??
      `(local.set $at (i32.and (i32.add (global.get $heap) (i32.const 15)) (i32.const -16)))
       (global.set $heap (i32.add (local.get $at) (local.get $size)))
       (if (i32.gt_u (global.get $heap) (i32.const 100000)) (then (global.set $heap (i32.const 4096))))
       (local.get $at)`
    })
  (func (export "${NODE}#metadata") (result i32) (i32.const 16))
  (func (export "${NODE}#[constructor]node-instance") (param $some i32) (param $text i32) (param $length i32)
    (result i32)
    ${parts.construct ?? ''}
    (call $new (i32.const 1)))
  (func (export "${NODE}#[method]node-instance.process") (param $self i32) (param $pin i32) (param $pin_len i32)
    (param $tag i32) (param $a i32) (param $b i32) (param $c i32) (param $d i32) (param $e i32) (result i32)
    (local $i i32)
    ${parts.process ?? ''}
    ${parts.result ?? '(i32.const 64)'})
  (func (export "cabi_post_${NODE}#[method]node-instance.process") (param i32)
    ${parts.postProcess ?? ''})
  (func (export "${NODE}#[method]node-instance.update-params")
    (param $self i32) (param $some i32) (param $text i32) (param $length i32) (result i32)
    (i32.const 64))
  (func (export "${NODE}#[method]node-instance.cleanup") (param $self i32)
    ${parts.cleanup ?? ''})
  ${data(16, parts.metadata ?? metadata)}
  ${data(96, '01000000 c8000000 05000000')}
  (data (i32.const 200) "error{}--out-in-nowhere-abc-ABCDEFGHIJKLabcd")
  ${data(256, 'd1000000 03000000 05000000 00000000 00000000')})`;
}

/** kind "abc", no inputs, one output "out" that takes anything, parameters {}, no categories. */
const metadata = 'e0000000 03000000 00000000 00000000 00010000 01000000 cd000000 02000000 00000000 00000000';

function bytes(hex: string): string {
  return hex.replaceAll(' ', '').replace(/../g, '\\$&');
}

/** Makes the component of StreamKit's WIT. */
export async function madeComponent(
  parts: Parts,
  stringEncoding: 'utf8' | 'utf16' = 'utf8',
): Promise<Uint8Array> {
  const binary = await parse(moduleText(parts));
  const core = await componentEmbed({ binary, ...(await witOf(parts)), world: 'plugin', stringEncoding });
  if (parts.imports?.includes(PREVIEW1) !== true) return await componentNew(core);
  const adapter = await readFile(assetPath('vendor', 'wasi_snapshot_preview1.reactor.wasm'));
  return await componentNew(core, [[PREVIEW1, adapter]]);
}

/** StreamKit's WIT; without that of WASI where it is not needed, which is quicker. */
async function witOf({ imports = '' }: Parts): Promise<{ witPath: string } | { witSource: string }> {
  if (imports.includes('wasi:') || imports.includes(PREVIEW1))
    return { witPath: assetPath('wit', 'streamkit') };
  const wit = await readFile(assetPath('wit', 'streamkit', 'plugin.wit'), 'utf8');
  return { witSource: wit.replace(/^\s*include wasi:.*$/m, '') };
}
