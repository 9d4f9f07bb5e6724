/** The thread that asks the network for a plugin, whose own thread waits for the answer: started with its first request. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { isGranted } from './hosts.ts';
import type { HttpAnswer, HttpProblem, HttpTask } from './http.ts';

/** As Go's client; libextism's follows five. */
const MOST_REDIRECTS = 10;
const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];
/** Header lines that are for one host alone. */
const PRIVATE = ['authorization', 'cookie', 'proxy-authorization'];

parentPort?.on('message', (task: HttpTask) => {
  void answer(task).then((found) => {
    task.port.postMessage(found);
    Atomics.store(task.done, 0, 1);
    Atomics.notify(task.done, 0);
  });
});

async function answer(task: HttpTask): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(task.limitMs);
  try {
    return await follow(task, signal);
  } catch (error) {
    if (signal.aborted) return problem('timed-out', task.url);
    // What went wrong with the connection is the cause of «fetch failed».
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return problem('failed', messageOf(cause) === '' ? messageOf(error) : messageOf(cause));
  }
}

async function follow(task: HttpTask, signal: AbortSignal): Promise<HttpAnswer> {
  let url = new URL(task.url);
  let { method, body } = task;
  let headers = new Headers(task.headers.map(([name, value]) => [name, value]));
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal,
    });
    const location = response.headers.get('location');
    if (!REDIRECTS.includes(response.status) || location === null) return await read(response, task);
    await response.body?.cancel();
    const next = new URL(location, url);
    if (!isGranted(next.hostname, task.hosts)) return problem('redirected', next.href);
    if (next.origin !== url.origin) {
      headers = new Headers(headers);
      for (const name of PRIVATE) headers.delete(name);
    }
    const asksAnew = response.status === 303 ? method !== 'HEAD' : response.status < 303 && method === 'POST';
    if (asksAnew) {
      method = 'GET';
      body = undefined;
      headers.delete('content-type');
    }
    url = next;
  }
  return problem(
    'failed',
    `${task.url} leads from one address to the next more than ${MOST_REDIRECTS} times`,
  );
}

async function read(response: Response, { url, mostBytes }: HttpTask): Promise<HttpAnswer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body !== null) {
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      // Leaving the loop ends the connection.
      if (size > mostBytes) return problem('too-large', url);
      chunks.push(chunk);
    }
  }
  return { ok: true, status: response.status, headers: [...response.headers], body: Buffer.concat(chunks) };
}

function problem(kind: HttpProblem, detail: string): HttpAnswer {
  return { ok: false, problem: kind, detail };
}
