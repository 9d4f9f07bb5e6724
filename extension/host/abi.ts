/**
 * Rules of the canonical ABI that the engine of the real hosts keeps and neither V8 nor jco's script
 * does; one of these watches one instance. The script calls it where `strict.ts` has put a call.
 */
import { GuestFault } from '../wasm/fault.ts';

/** A core function, from a guest or given to one. */
export type CoreFunction = (...args: number[]) => number;

/** A function that the host calls inside the guest and that may not call back. */
interface Inside {
  /** The guest's export. */
  readonly name: string;
  /** What the host calls it for. */
  readonly purpose: string;
}

const LEAVE_ADVICE =
  'The real host refuses every call to it then. Keep what this function runs free of imports: no log line, clock, random number or environment, and no runtime that starts at the first allocation.';

const FREE = 1 << 30;

/** Modules of imports that are the component's own table of handles, and may be used at any time. */
const ALWAYS = /^\[export\].*#\[resource-rep\]/;

export class GuestAbi {
  /** Set while the guest may not leave: the component model's `may_leave` is false. It stays set after a trap. */
  #inside: Inside | undefined;

  /**
   * The guest's `realloc` as the host calls it: the guest may not leave meanwhile, and the result is
   * checked. `memory` is what it allocates in, where that is known.
   */
  allocator(realloc: CoreFunction, name: string, memory?: () => WebAssembly.Memory): CoreFunction {
    const inside: Inside = { name, purpose: 'to make room for a value' };
    let end = 0;
    return (old = 0, oldSize = 0, align = 1, size = 0) => {
      this.#inside = inside;
      const pointer = realloc(old, oldSize, align, size) >>> 0;
      this.#inside = undefined;
      if ((pointer & (align - 1)) !== 0)
        throw badAllocation('result not aligned', pointer, align, size, name);
      if (pointer + size > end) {
        end = memory?.().buffer.byteLength ?? Infinity;
        if (pointer + size > end) throw badAllocation('beyond end of memory', pointer, align, size, name);
      }
      return pointer;
    };
  }

  /** A function that frees a result after the host has read it: the guest may not leave meanwhile. */
  postReturn(release: CoreFunction, name: string): CoreFunction {
    const inside: Inside = { name, purpose: 'to have a result freed' };
    return (...args) => {
      this.#inside = inside;
      const result = release(...args);
      this.#inside = undefined;
      return result;
    };
  }

  /** The bytes of a list of numbers in the guest's memory, as a copy. */
  list(memory: WebAssembly.Memory, pointer: number, length: number, size: number): ArrayBuffer {
    const start = pointer >>> 0;
    const end = start + (length >>> 0) * size;
    if (end > memory.buffer.byteLength)
      throw new GuestFault('list pointer/length out of bounds of memory', {
        what: `a list of ${length >>> 0} elements at ${start} reaches beyond the end of memory`,
      });
    return memory.buffer.slice(start, end);
  }

  /** The guest's memory for numbers. */
  view(memory: WebAssembly.Memory): DataView {
    return new AlignedView(memory.buffer);
  }

  /**
   * What jco's table of handles has for this handle. The table has two words for each: where the first
   * one has the bit {@link FREE}, nothing has this handle.
   */
  handle(table: readonly number[], handle: number): number {
    const at = (handle >>> 0) * 2;
    const use = table[at];
    const entry = table[at + 1];
    if (handle === 0 || use === undefined || entry === undefined || (use & FREE) !== 0)
      throw new GuestFault(`unknown handle index ${handle >>> 0}`, {
        what: `the plugin used the handle ${handle >>> 0}, which it does not have: unknown handle index`,
        advice:
          'The real host ends the call, too. Look for a resource that is used after it was dropped, or dropped twice.',
      });
    return entry;
  }

  /** An import as the guest gets it. */
  guarded(call: CoreFunction, name: string): CoreFunction {
    if (ALWAYS.test(name)) return call;
    return (...args) => {
      if (this.#inside !== undefined) throw leaving(name, this.#inside);
      return call(...args);
    };
  }
}

/** A view whose numbers lie at multiples of their size, as the canonical ABI has them. */
class AlignedView extends DataView<ArrayBuffer> {
  override getInt16(at: number): number {
    return super.getInt16(aligned(at, 2), true);
  }
  override getUint16(at: number): number {
    return super.getUint16(aligned(at, 2), true);
  }
  override getInt32(at: number): number {
    return super.getInt32(aligned(at, 4), true);
  }
  override getUint32(at: number): number {
    return super.getUint32(aligned(at, 4), true);
  }
  override getFloat32(at: number): number {
    return super.getFloat32(aligned(at, 4), true);
  }
  override getFloat64(at: number): number {
    return super.getFloat64(aligned(at, 8), true);
  }
  override getBigInt64(at: number): bigint {
    return super.getBigInt64(aligned(at, 8), true);
  }
  override getBigUint64(at: number): bigint {
    return super.getBigUint64(aligned(at, 8), true);
  }
  override setInt16(at: number, value: number): void {
    super.setInt16(aligned(at, 2), value, true);
  }
  override setUint16(at: number, value: number): void {
    super.setUint16(aligned(at, 2), value, true);
  }
  override setInt32(at: number, value: number): void {
    super.setInt32(aligned(at, 4), value, true);
  }
  override setUint32(at: number, value: number): void {
    super.setUint32(aligned(at, 4), value, true);
  }
  override setFloat32(at: number, value: number): void {
    super.setFloat32(aligned(at, 4), value, true);
  }
  override setFloat64(at: number, value: number): void {
    super.setFloat64(aligned(at, 8), value, true);
  }
  override setBigInt64(at: number, value: bigint): void {
    super.setBigInt64(aligned(at, 8), value, true);
  }
  override setBigUint64(at: number, value: bigint): void {
    super.setBigUint64(aligned(at, 8), value, true);
  }
}

function aligned(at: number, size: number): number {
  if (at % size !== 0)
    throw new GuestFault('pointer not aligned', {
      what: `a value at ${at >>> 0} is not aligned to ${size} bytes`,
    });
  return at;
}

function leaving(called: string, { name, purpose }: Inside): GuestFault {
  return new GuestFault('wasm trap: cannot leave component instance', {
    what: `the plugin called ${called} while the host ran its ${name} ${purpose}: cannot leave component instance`,
    advice: LEAVE_ADVICE,
  });
}

function badAllocation(how: string, pointer: number, align: number, size: number, name: string): GuestFault {
  return new GuestFault(`realloc return: ${how}`, {
    what: `the plugin's function ${name} gave ${pointer} for ${size} bytes at a multiple of ${align}: ${how}`,
    advice:
      'The real host ends the call, too. Let the allocator keep the alignment that it is asked for, and give nothing beyond the memory that it has grown.',
  });
}
