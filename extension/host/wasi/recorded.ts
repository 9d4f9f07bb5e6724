/** Functions of WASI whose answers are recorded, and in a replay come from the recording: clocks, random numbers. */
import type { Boundary } from '../boundary.ts';

const decoder = new TextDecoder();

/** Thrown where a plugin ends itself; ends the call as a trap would. */
export class PluginExit extends Error {
  override readonly name = 'PluginExit';
}

export interface RecordedWasi {
  /** A function whose answer is recorded under this name. */
  readonly recorded: <A extends unknown[], R>(
    name: string,
    kind: WasiAnswer<R>,
    live: (...args: A) => R,
  ) => (...args: A) => R;
  /** The same for one that gives so many random bytes. */
  readonly randomBytes: (name: string) => (length: bigint) => Uint8Array;
}

/** Makes them for one instance. */
export function recordedWasi(boundary: Boundary): RecordedWasi {
  const guess = new Guess();
  const recorded: RecordedWasi['recorded'] = (name, kind, live) => {
    return (...args) => {
      const made = performance.now();
      const result = boundary.answer(
        name,
        '',
        (bytes) => guess.keep(name, kind.read(recordedResult(bytes))),
        () => live(...args),
        () => guess.of(name, kind),
      );
      boundary.wasi(name, args, result, made);
      return result;
    };
  };
  return {
    recorded,
    randomBytes: (name) => {
      const bytesOf = recorded(name, bytesAnswer, (length: bigint) => {
        const bytes = new Uint8Array(Number(length));
        for (let at = 0; at < bytes.length; at += 65_536)
          crypto.getRandomValues(bytes.subarray(at, at + 65_536));
        return bytes;
      });
      return (length) => {
        const bytes = bytesOf(length);
        if (bytes.length === Number(length)) return bytes;
        // Another build asks for another number of bytes: what was recorded, and zeros.
        const fitting = new Uint8Array(Number(length));
        fitting.set(bytes.subarray(0, fitting.length));
        return fitting;
      };
    },
  };
}

export function randomU64(): bigint {
  return crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
}

/** How a recorded result becomes a value again, and what stands in where none was recorded. */
export interface WasiAnswer<T> {
  /** The result as the recording's JSON has it; throws where it is something else. */
  readonly read: (json: unknown) => T;
  readonly fallback: T;
}

export const u64Answer: WasiAnswer<bigint> = { read: bigintOf, fallback: 0n };
const bytesAnswer: WasiAnswer<Uint8Array> = {
  read: (json) => Uint8Array.from(Buffer.from(String(field(json, 'hex')), 'hex')),
  fallback: new Uint8Array(),
};
export const timeAnswer: WasiAnswer<{ seconds: bigint; nanoseconds: number }> = {
  read: (json) => ({
    seconds: bigintOf(field(json, 'seconds')),
    nanoseconds: Number(field(json, 'nanoseconds')),
  }),
  fallback: { seconds: 0n, nanoseconds: 0 },
};
export const seedAnswer: WasiAnswer<[bigint, bigint]> = {
  read: (json) => [bigintOf(field(json, '0')), bigintOf(field(json, '1'))],
  fallback: [0n, 0n],
};
export const indexesAnswer: WasiAnswer<Uint32Array> = {
  read: (json) => Uint32Array.from(Array.isArray(json) ? json.map(Number) : []),
  fallback: new Uint32Array([0]),
};
export const flagAnswer: WasiAnswer<boolean> = { read: (json) => json === true, fallback: true };

/** What a call gets that was not recorded: the answer before it, so that clocks do not run backwards. */
class Guess {
  readonly #last = new Map<string, unknown>();
  keep<T>(name: string, value: T): T {
    this.#last.set(name, value);
    return value;
  }
  of<T>(name: string, kind: WasiAnswer<T>): T {
    return this.#last.has(name) ? (this.#last.get(name) as T) : kind.fallback;
  }
}

function recordedResult(bytes: Uint8Array): unknown {
  const call: unknown = JSON.parse(decoder.decode(bytes));
  return field(call, 'result');
}

function field(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null
    ? (json as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function bigintOf(json: unknown): bigint {
  return typeof json === 'string' || typeof json === 'number' ? BigInt(json) : 0n;
}
