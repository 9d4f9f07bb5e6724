/**
 * Extism's kernel: the module that holds inputs, outputs and what passes between a plugin and its host, the
 * same bytes that go-sdk and libextism run plugins with (`vendor/README.md`). Handles are offsets in its
 * memory; a plugin's loads and stores go from module to module.
 */
import { GuestFault } from '../../wasm/fault.ts';

type Handle = bigint;

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly alloc: (length: bigint) => Handle;
  readonly free: (handle: Handle) => void;
  readonly length: (handle: Handle) => bigint;
  readonly input_set: (handle: Handle, length: bigint) => void;
  readonly output_length: () => bigint;
  readonly output_offset: () => Handle;
  readonly error_get: () => Handle;
  readonly reset: () => void;
}

/** Functions of `extism:host/env` that are the kernel's own. */
const OWN = [
  'alloc',
  'free',
  'length',
  'length_unsafe',
  'load_u8',
  'load_u64',
  'store_u8',
  'store_u64',
  'input_load_u8',
  'input_load_u64',
  'input_set',
  'input_length',
  'input_offset',
  'output_set',
  'output_length',
  'output_offset',
  'error_set',
  'error_get',
  'reset',
  'memory_bytes',
] as const;

/** The handle of nothing. */
export const NONE = 0n;
const decoder = new TextDecoder();

export class Kernel {
  readonly #exports: Exports;
  /** The part of `extism:host/env` that needs no host. */
  readonly imports: Readonly<WebAssembly.Exports>;

  constructor(exports: WebAssembly.Exports) {
    this.#exports = exports as unknown as Exports;
    this.imports = Object.fromEntries(
      OWN.flatMap((name) => {
        const own = exports[name];
        return own === undefined ? [] : [[name, own]];
      }),
    );
  }

  /** Begins a call: forgets everything of the one before, and copies its input. */
  begin(input: Uint8Array): void {
    this.#exports.reset();
    const handle = this.write(input);
    this.#exports.input_set(handle, BigInt(input.length));
  }

  /** A copy of what the plugin set as output, exactly from where it said, as long as it said; undefined where it set nothing. */
  output(): Uint8Array | undefined {
    const length = this.#exports.output_length();
    return length === 0n ? undefined : this.#copy(this.#exports.output_offset(), length);
  }

  /** The text of the error that the plugin set. */
  error(): string | undefined {
    const handle = this.#exports.error_get();
    return handle === NONE ? undefined : this.text(handle);
  }

  /** A copy of a block. */
  read(handle: Handle): Uint8Array {
    return this.#copy(handle, this.#exports.length(handle));
  }

  text(handle: Handle): string {
    return decoder.decode(this.read(handle));
  }

  /** Puts bytes into a new block. Throws where the kernel's memory is full. */
  write(bytes: Uint8Array): Handle {
    const handle = this.#exports.alloc(BigInt(bytes.length));
    if (bytes.length === 0) return handle;
    if (handle === NONE) throw new WebAssembly.RuntimeError(`there is no memory for ${bytes.length} bytes`);
    new Uint8Array(this.#exports.memory.buffer).set(bytes, Number(handle));
    return handle;
  }

  free(handle: Handle): void {
    if (handle !== NONE) this.#exports.free(handle);
  }

  #copy(handle: Handle, length: bigint): Uint8Array {
    const start = Number(BigInt.asUintN(64, handle));
    const end = start + Number(BigInt.asUintN(64, length));
    const { buffer } = this.#exports.memory;
    // The kernel lets lengths pass that go round the end of a number.
    if (end > buffer.byteLength)
      throw new GuestFault('out of bounds memory access', {
        what: `the plugin set an output of ${BigInt.asUintN(64, length)} bytes, which are not there`,
        advice: 'Look at the length that it gives to output_set: the other hosts fail such a call, too.',
      });
    return new Uint8Array(buffer.slice(start, end));
  }
}
