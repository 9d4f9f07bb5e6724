/** Finds out what a binary is: from the cache, else by compiling it and asking a throwaway instance. */
import { stat } from 'node:fs/promises';
import { messageOf, UserError } from '../errors.ts';
import type { MetadataCache } from './cache.ts';
import { factsOf, factsOfFailure, type BinaryFacts, type Inspect } from './facts.ts';

export interface Asked {
  /** SHA-256 in hex. */
  readonly hash: string;
  readonly facts: BinaryFacts;
  /** Nothing of it was compiled or run. */
  readonly cached: boolean;
}

/** Components that are asked at the same time; each has threads of its own. */
const TOGETHER = 2;

/**
 * Asks about the binaries of one listing. Whatever is wrong with a binary is in its facts; rejects where the
 * file cannot be read, or goes on changing.
 */
export class Asker {
  readonly #cache: MetadataCache;
  readonly #inspect: Inspect;
  /** The same binary in two folders is asked once. */
  readonly #asking = new Map<string, Promise<BinaryFacts>>();
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(cache: MetadataCache, inspect: Inspect) {
    this.#cache = cache;
    this.#inspect = inspect;
  }

  async ask(path: string): Promise<Asked> {
    for (let tries = 0; tries < 3; tries++) {
      const before = await stat(path);
      const hash = await this.#cache.hashOf(path);
      const known = this.#cache.factsOf(hash);
      if (known !== undefined) return { hash, facts: known, cached: true };
      const asking = this.#asking.get(hash) ?? this.#look(path);
      this.#asking.set(hash, asking);
      const facts = await asking.finally(() => this.#asking.delete(hash));
      const after = await stat(path);
      // What was asked has to be what was hashed.
      if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) continue;
      this.#cache.note(hash, facts);
      return { hash, facts, cached: false };
    }
    throw new UserError(`${path} changes while it is read.`, 'Wait until whatever writes it is done.');
  }

  async #look(path: string): Promise<BinaryFacts> {
    if (this.#running >= TOGETHER) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return factsOf(await this.#inspect(path));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return factsOfFailure(path, messageOf(error), error.advice);
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }
}
