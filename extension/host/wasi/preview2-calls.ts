/** Calls of WASI 0.2 about files: each is recorded, and in a replay answered from the recording. */
import type { Boundary } from '../boundary.ts';
import { Refusal } from './preview2-codes.ts';
import { wasiError } from './preview2-streams.ts';

/** One call. */
export interface FileCall<T> {
  /** `wasi:filesystem/types#[method]descriptor.stat` */
  readonly name: string;
  readonly args: readonly unknown[];
  /** Throws a Refusal. */
  readonly live: () => T;
  /** What `written` gave, after JSON: u64 are texts and bytes `{hex}`. */
  readonly read: (json: unknown) => T;
  /** What is recorded of the result; the result itself where absent. */
  readonly written?: (result: T) => unknown;
  /** The error that the bindings understand; a code of `wasi:filesystem/types` where absent. */
  readonly fail?: (code: string) => Error;
}

/** What stands in a recording. */
type Result = { readonly ok: unknown } | { readonly err: string };

const decoder = new TextDecoder();

export class FileCalls {
  readonly #boundary: Boundary;
  /** The recording was made with files: what it does not answer was not asked. */
  #wasGranted = false;

  constructor(boundary: Boundary) {
    this.#boundary = boundary;
  }

  get replaying(): boolean {
    return this.#boundary.replaying;
  }

  make<T>({ name, args, live, read, written, fail = wasiError }: FileCall<T>): T {
    const boundary = this.#boundary;
    const made = performance.now();
    if (boundary.replaying) {
      const result = this.#recorded(name) ?? this.#unrecorded(name);
      boundary.wasi(name, args, result, made);
      if ('err' in result) throw fail(result.err);
      return read(result.ok);
    }
    let value: T;
    try {
      value = live();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      boundary.wasi(name, args, { err: error.message }, made);
      throw fail(error.message);
    }
    // What is not recorded need not be hashed either.
    if (!boundary.muted)
      boundary.wasi(name, args, { ok: (written?.(value) ?? value ?? null) as unknown }, made);
    return value;
  }

  /** What the plugin was granted when it was recorded; undefined where that was nothing. */
  granted<T>({ name, read }: Pick<FileCall<T>, 'name' | 'read'>): T | undefined {
    const made = performance.now();
    const result = this.#recorded(name);
    if (result === undefined) {
      if (this.#wasGranted) this.#unrecorded(name);
      return undefined;
    }
    this.#boundary.wasi(name, [], result, made);
    return 'ok' in result ? read(result.ok) : undefined;
  }

  #recorded(name: string): Result | undefined {
    const payload = this.#boundary.answers?.take(name, '');
    if (payload === undefined) return undefined;
    this.#wasGranted = true;
    const { result } = JSON.parse(decoder.decode(payload)) as { readonly result?: Result };
    return result;
  }

  /** Throws where the replay is to end here. */
  #unrecorded(name: string): Result {
    this.#boundary.answers?.missing(name);
    return { err: 'access' };
  }
}
