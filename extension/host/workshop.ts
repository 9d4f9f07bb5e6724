/** Keeps what makes a reload quick: a thread that prepares components and a spare worker that waits. */
import type { Worker } from 'node:worker_threads';
import { UserError } from '../errors.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import type { FromPreparer, ToPreparer } from './preparer.ts';
import type { PreparedComponent, PrepareRequest } from './prepare.ts';
import { startThread } from './threads.ts';

interface Waiting {
  readonly resolve: (prepared: PreparedComponent) => void;
  readonly reject: (error: Error) => void;
}

/** One per host. */
export class Workshop {
  #preparer: Worker | undefined;
  #spare: Promise<Worker> | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  /** The script that was wanted last; the next spare imports it ahead. */
  #script: string | undefined;
  #disposed = false;

  /** Starts both threads ahead of their first use. */
  warm(): void {
    this.#startPreparer();
    this.#spare ??= startSpare();
  }

  /** Prepares a component in the other thread. Rejects with a UserError for whatever is wrong with it. */
  prepare(request: PrepareRequest): Promise<PreparedComponent> {
    if (this.#disposed) return Promise.reject(ended());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, {
        resolve: (prepared) => {
          this.#script = prepared.script;
          resolve(prepared);
        },
        reject,
      });
      this.#startPreparer().postMessage({ id, request } satisfies ToPreparer);
    });
  }

  /** A worker that is started and idle; the next one is started at once. */
  async takeWorker(): Promise<Worker> {
    if (this.#disposed) throw ended();
    const spare = this.#spare ?? startSpare();
    this.#spare = undefined;
    const worker = await spare;
    // The next spare must not compete with the reload that wants this one.
    setTimeout(() => {
      if (!this.#disposed) this.#spare ??= startSpare(this.#script);
    }, 100).unref();
    return worker;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    const spare = await this.#spare;
    await Promise.all([spare?.terminate(), this.#preparer?.terminate()]);
  }

  #startPreparer(): Worker {
    if (this.#preparer !== undefined) return this.#preparer;
    const preparer = startThread('preparer');
    preparer.unref();
    preparer.on('message', (message: FromPreparer) => {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.ok) waiting?.resolve(message.prepared);
      else waiting?.reject(new UserError(message.message, message.advice));
    });
    const lost = (cause: unknown): void => {
      if (this.#preparer === preparer) this.#preparer = undefined;
      const error = new UserError(
        'The thread that prepares components ended.',
        'Build again; the thread is started anew.',
        { cause },
      );
      for (const waiting of this.#waiting.values()) waiting.reject(error);
      this.#waiting.clear();
    };
    preparer.on('error', lost);
    preparer.on('exit', lost);
    this.#preparer = preparer;
    return preparer;
  }
}

/** A thread that is started now would be ended by nobody. */
function ended(): UserError {
  return new UserError('The host has ended.', 'Start the plugin again.');
}

async function startSpare(script?: string): Promise<Worker> {
  const worker = startThread('worker');
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (message: FromWorker) => {
      worker.off('error', reject);
      if (message.type === 'spare') resolve();
      else reject(new Error(`a new worker said ${message.type}`));
    });
  });
  worker.unref();
  if (script !== undefined) worker.postMessage({ type: 'warm', script } satisfies ToWorker);
  return worker;
}
