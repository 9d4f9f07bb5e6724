/** Exports that are called straight on the core instance, with flat arguments. */
import type { LoadedComponent } from '../host/adapter.ts';

const REALLOC = 'cabi_realloc';

type Core = (...args: number[]) => number;
type Realloc = (oldPointer: number, oldSize: number, align: number, size: number) => number;

/** What such a call needs. */
export interface DirectCall {
  readonly call: Core;
  readonly memory: WebAssembly.Memory;
  /** Allocates in the guest, watched. */
  readonly realloc: Realloc;
  /** Frees what the call gave; undefined where there is nothing to free. */
  readonly post: Core | undefined;
}

function isCore(value: unknown): value is Core {
  return typeof value === 'function';
}

/**
 * Finds an export by its name in core modules, `streamkit:plugin/node@0.1.0#[method]node-instance.process`;
 * undefined where this component has it in another shape. `guest` is what lowering functions have seen already.
 */
export function directCall(
  { core, abi }: LoadedComponent,
  name: string,
  guest: { readonly memory?: WebAssembly.Memory; readonly realloc?: Realloc } = {},
): DirectCall | undefined {
  const owner = core.find((exports) => isCore(exports[name]));
  const call = owner?.[name];
  if (owner === undefined || !isCore(call)) return undefined;
  const memory = guest.memory ?? owner['memory'];
  if (!(memory instanceof WebAssembly.Memory)) return undefined;
  const plain = owner[REALLOC];
  const realloc = guest.realloc ?? (isCore(plain) ? abi.allocator(plain, REALLOC, () => memory) : undefined);
  if (realloc === undefined) return undefined;
  const postName = `cabi_post_${name}`;
  const post = owner[postName];
  return { call, memory, realloc, post: isCore(post) ? abi.postReturn(post, postName) : undefined };
}
