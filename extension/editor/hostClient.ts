import type { ChildProcess } from 'node:child_process';

import { UserError } from '../errors.ts';
import type {
  FromHost,
  HostApi,
  HostEventName,
  HostEvents,
  HostRequestName,
  HostRequests,
  ToHost,
} from '../host/protocol.ts';
import { t } from '../../webview/text.ts';

/** How a host process ended. */
export interface HostExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines that it wrote to stderr. */
  readonly stderr: string;
}

export interface HostClientOptions {
  /** Forks the host process with an IPC channel and pipes for its output. */
  readonly fork: () => ChildProcess;
  /** Called when a process takes requests: the first, and each that is forked after one ended. */
  readonly onReady?: () => void;
  /** Called when the process ends without having been asked to, after every request has been rejected. */
  readonly onExit: (exit: HostExit) => void;
  /** What the process writes by itself, line by line. */
  readonly onOutput: (line: string) => void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

const STDERR_KEPT = 4000;
const GRACE_MS = 2000;
const LAST_WORDS_MS = 500;

/**
 * The host process as seen from the editor. It is forked at the first request and again at the
 * first request after it ended; a request that is under way when it ends is rejected.
 */
export class HostClient implements HostApi {
  readonly #options: HostClientOptions;
  readonly #listeners = new Map<HostEventName, Set<(data: never) => void>>();
  #connection: Connection | undefined;
  #disposed = false;

  constructor(options: HostClientOptions) {
    this.#options = options;
  }

  /** True from the first request until the process ends. */
  get alive(): boolean {
    return this.#connection !== undefined;
  }

  /** The process id, for tests and for the log. */
  get pid(): number | undefined {
    return this.#connection?.child.pid;
  }

  async request<K extends HostRequestName>(
    name: K,
    params: HostRequests[K]['params'],
  ): Promise<HostRequests[K]['result']> {
    if (this.#disposed)
      throw new UserError(t('Hotplug is shutting down.'), t('Reload the window to start it again.'));
    this.#connection ??= this.#connect();
    // The host answers each request with the result type that protocol.ts gives it.
    return (await this.#connection.request(name, params)) as HostRequests[K]['result'];
  }

  on<K extends HostEventName>(name: K, listener: (data: HostEvents[K]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await this.#connection?.end();
  }

  #connect(): Connection {
    const connection = new Connection(this.#options, {
      ready: () => this.#options.onReady?.(),
      event: (name, data) => {
        for (const listener of this.#listeners.get(name) ?? []) (listener as (data: unknown) => void)(data);
      },
      exit: (exit) => {
        if (this.#connection === connection) this.#connection = undefined;
        if (!this.#disposed) this.#options.onExit(exit);
      },
    });
    return connection;
  }
}

interface ConnectionEvents {
  readonly ready: () => void;
  readonly event: (name: HostEventName, data: unknown) => void;
  readonly exit: (exit: HostExit) => void;
}

/** One life of the process. */
class Connection {
  readonly child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #ready = Promise.withResolvers<undefined>();
  readonly #closed = Promise.withResolvers<undefined>();
  #nextId = 1;
  #stderr = '';
  #over = false;

  constructor(options: HostClientOptions, events: ConnectionEvents) {
    this.child = options.fork();
    this.#ready.promise.catch(() => undefined);
    this.child.on('message', (message) => this.#receive(message as FromHost, events));
    const ended = (code: number | null, signal: string | null): void => {
      if (this.#over) return;
      this.#over = true;
      const exit = { code, signal, stderr: this.#stderr.trim() };
      this.#rejectAll(exit);
      this.#closed.resolve(undefined);
      events.exit(exit);
    };
    this.child.on('error', (error) => {
      this.#stderr += `${error.message}\n`;
      if (this.child.pid === undefined) ended(null, null);
    });
    // Not 'close': Node never emits it after disconnect() (seen in 20 and 24).
    this.child.on('exit', (code, signal) => {
      void lastWords(this.child).then(() => ended(code, signal));
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      let rest = '';
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) options.onOutput(line);
      });
    }
  }

  async request<K extends HostRequestName>(request: K, params: HostRequests[K]['params']): Promise<unknown> {
    await this.#ready.promise;
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#pending.set(id, { resolve, reject });
    this.child.send({ id, request, params } satisfies Record<keyof ToHost, unknown>, (error) => {
      if (error !== null && this.#pending.delete(id)) reject(lostHost(undefined, error));
    });
    return promise;
  }

  /** Closes the channel, which asks the host to stop, and ends the process where it does not. */
  async end(): Promise<void> {
    if (this.child.connected) this.child.disconnect();
    const timer = setTimeout(() => this.child.kill('SIGKILL'), GRACE_MS);
    await this.#closed.promise;
    clearTimeout(timer);
  }

  #receive(message: FromHost, events: ConnectionEvents): void {
    if ('ready' in message) {
      this.#ready.resolve(undefined);
      events.ready();
    } else if ('event' in message) {
      events.event(message.event, message.data);
    } else {
      const pending = this.#pending.get(message.id);
      this.#pending.delete(message.id);
      if (message.ok) pending?.resolve(message.result);
      else pending?.reject(new UserError(message.message, message.advice));
    }
  }

  #rejectAll(exit: HostExit): void {
    const error = lostHost(exit);
    this.#ready.reject(error);
    for (const pending of this.#pending.values()) pending.reject(error);
    this.#pending.clear();
  }
}

/** Resolves when everything that the process wrote has been read, or soon after where somebody else holds its pipes. */
async function lastWords({ stdout, stderr }: ChildProcess): Promise<void> {
  const ends = [stdout, stderr]
    .filter((stream) => stream?.closed === false)
    .map((stream) => new Promise((resolve) => stream?.once('close', resolve)));
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), LAST_WORDS_MS);
  await Promise.race([Promise.all(ends), promise]);
  clearTimeout(timer);
}

function lostHost(exit: HostExit | undefined, cause?: Error): UserError {
  return new UserError(
    exit === undefined
      ? t('The process that runs the plugins ended before it answered.')
      : t('The process that runs the plugins ended {0} before it answered.', exitText(exit)),
    t('It is started again by itself; repeat the action, and see the log for why it ended.'),
    cause === undefined ? {} : { cause },
  );
}

/** `with code 1`, `by signal SIGKILL`. */
export function exitText(exit: Pick<HostExit, 'code' | 'signal'>): string {
  if (exit.signal !== null) return t('by signal {0}', exit.signal);
  return exit.code === null ? t('before it started') : t('with code {0}', exit.code);
}
