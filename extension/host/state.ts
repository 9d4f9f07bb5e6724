/** The state of an instance between two calls: its memories and its mutable globals. */
import { GLOBAL_EXPORT } from '../wasm/globals.ts';

const PAGE = 16_384;

/** What an instance's state is made of. */
export interface StateParts {
  readonly memories: readonly WebAssembly.Memory[];
  readonly globals: readonly WebAssembly.Global[];
  readonly kept?: KeptState;
}

/** State that is outside of the instance: what the host keeps for it from one call to the next. */
export interface KeptState {
  copy(): unknown;
  /** Takes what `copy` gave; it may be taken again. */
  restore(copy: unknown): void;
}

/** A copy of a state. Pages that did not change since an earlier copy are shared with it. */
interface Copy {
  /** Number of the last event that the state has seen. */
  readonly event: number;
  readonly memories: readonly (readonly Uint8Array[])[];
  readonly globals: readonly unknown[];
  readonly kept: unknown;
  /** Bytes of the pages that no earlier copy has. */
  readonly bytes: number;
}

/** Finds the parts in the exports of an instance's core modules. */
export function statePartsOf(core: readonly WebAssembly.Exports[]): StateParts {
  const memories = new Set<WebAssembly.Memory>();
  const globals: WebAssembly.Global[] = [];
  for (const exports of core) {
    for (const [name, value] of Object.entries(exports)) {
      if (value instanceof WebAssembly.Memory) memories.add(value);
      if (value instanceof WebAssembly.Global && name.startsWith(GLOBAL_EXPORT)) globals.push(value);
    }
  }
  return { memories: [...memories], globals };
}

/** Most bytes that copies take, and the milliseconds of running between two of them at first. */
const MOST_BYTES = 192 << 20;
const FIRST_INTERVAL_MS = 10;

/**
 * Copies of one instance's state as it goes through a replay, to go back to. They are made every few
 * milliseconds of running; when they take too much memory every second one is dropped, and they are
 * made half as often. A state can be brought back as long as no memory has grown since: WebAssembly
 * has no way to make one smaller.
 */
export class Checkpoints {
  readonly #parts: StateParts;
  #copies: Copy[] = [];
  #bytes = 0;
  #intervalMs = FIRST_INTERVAL_MS;
  #runningMs = 0;

  constructor(parts: StateParts) {
    this.#parts = parts;
    this.#add(0);
  }

  /** Says that an event was answered within `durationMs`; keeps the state where it is time to. */
  answered(event: number, durationMs: number): void {
    this.#runningMs += durationMs;
    if (this.#runningMs < this.#intervalMs) return;
    this.#runningMs = 0;
    if (event > (this.#copies.at(-1)?.event ?? 0)) this.#add(event);
  }

  /** Goes back to the newest state that has not seen an event after `event`; undefined where there is none. */
  restore(event: number): number | undefined {
    const copy = this.#copies.findLast((one) => one.event <= event);
    if (copy === undefined) return undefined;
    const { memories, globals } = this.#parts;
    const grown = memories.some(
      (memory, index) => memory.buffer.byteLength !== sizeOf(copy.memories[index] ?? []),
    );
    if (grown) return undefined;
    memories.forEach((memory, index) => {
      const bytes = new Uint8Array(memory.buffer);
      for (const [page, kept] of (copy.memories[index] ?? []).entries()) {
        const at = page * PAGE;
        if (!same(bytes, at, kept)) bytes.set(kept, at);
      }
    });
    globals.forEach((global, index) => {
      global.value = copy.globals[index];
    });
    this.#parts.kept?.restore(copy.kept);
    this.#runningMs = 0;
    return copy.event;
  }

  #add(event: number): void {
    const last = this.#copies.at(-1);
    let bytes = 0;
    const memories = this.#parts.memories.map((memory, index) => {
      const now = new Uint8Array(memory.buffer);
      const before = last?.memories[index] ?? [];
      const pages: Uint8Array[] = [];
      for (let at = 0; at < now.length; at += PAGE) {
        const kept = before[pages.length];
        if (kept !== undefined && same(now, at, kept)) {
          pages.push(kept);
        } else {
          pages.push(now.slice(at, at + PAGE));
          bytes += PAGE;
        }
      }
      return pages;
    });
    const globals = this.#parts.globals.map((global): unknown => global.value);
    this.#copies.push({ event, memories, globals, kept: this.#parts.kept?.copy(), bytes });
    this.#bytes += bytes;
    if (this.#bytes > MOST_BYTES) this.#thin();
  }

  #thin(): void {
    this.#copies = this.#copies.filter((_, index) => index % 2 === 0);
    this.#intervalMs *= 2;
    const kept = new Set(this.#copies.flatMap(({ memories }) => memories.flat()));
    this.#bytes = kept.size * PAGE;
  }
}

function sizeOf(pages: readonly Uint8Array[]): number {
  return pages.reduce((sum, page) => sum + page.length, 0);
}

function same(bytes: Uint8Array, at: number, page: Uint8Array): boolean {
  return Buffer.compare(bytes.subarray(at, at + page.length), page) === 0;
}
