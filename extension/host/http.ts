/** HTTP for a plugin's thread, which stands still until the answer is there: another thread asks for it. */
import { MessageChannel, receiveMessageOnPort, type MessagePort, type Worker } from 'node:worker_threads';
import { startThread } from './threads.ts';

/** Milliseconds beyond the limit that the other thread has to say that it is over. */
const GRACE_MS = 250;

export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  /** Patterns of the hosts to which it may be redirected, see {@link ./hosts.ts isGranted}. */
  readonly hosts: readonly string[];
  /** Bytes of the answer's body that are taken at most. */
  readonly mostBytes: number;
  /** Milliseconds until the whole answer has to be there. */
  readonly limitMs: number;
}

/** What is sent to the other thread. */
export interface HttpTask extends HttpRequest {
  /** Takes the answer; then `done` is 1. */
  readonly port: MessagePort;
  readonly done: Int32Array<SharedArrayBuffer>;
}

export type HttpProblem = 'redirected' | 'timed-out' | 'too-large' | 'failed';

export type HttpAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      /** Names in lower case. */
      readonly headers: readonly (readonly [name: string, value: string])[];
      readonly body: Uint8Array;
    }
  /** `detail`: the address, or for `failed` what went wrong. */
  | { readonly ok: false; readonly problem: HttpProblem; readonly detail: string };

let thread: Worker | undefined;

/** Asks, and blocks the calling thread until there is an answer. */
export function requestHttp(request: HttpRequest): HttpAnswer {
  const { port1, port2 } = new MessageChannel();
  const done = new Int32Array(new SharedArrayBuffer(4));
  // It ends with the thread that started it.
  thread ??= startThread('fetcher');
  thread.unref();
  thread.postMessage({ ...request, port: port2, done } satisfies HttpTask, [port2]);
  Atomics.wait(done, 0, 0, request.limitMs + GRACE_MS);
  const message = receiveMessageOnPort(port1)?.message as HttpAnswer | undefined;
  port1.close();
  if (message !== undefined) return message;
  void thread.terminate();
  thread = undefined;
  return { ok: false, problem: 'timed-out', detail: request.url };
}
