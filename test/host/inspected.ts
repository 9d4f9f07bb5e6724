/** The CLI under Node's inspector, its worker threads reached as VS Code's JavaScript debugger reaches them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Debugger } from 'node:inspector';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { assetPath } from '../../extension/assets.ts';

type Json = Readonly<Record<string, unknown>>;

interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Json;
  readonly result?: Json;
  readonly error?: { readonly message: string };
}

/** A WebAssembly module that a thread has loaded. */
export type Script = Debugger.ScriptParsedEventDataType & {
  readonly debugSymbols?: readonly { readonly type: string }[];
};

/** One thread of the process. */
export class Thread {
  readonly scripts: Script[] = [];
  readonly #send: (message: string) => Promise<unknown>;
  readonly #asked = new Map<number, PromiseWithResolvers<Json>>();
  readonly #heard: (thread: Thread, method: string, params: Json) => void;
  #next = 1;

  constructor(
    send: (message: string) => Promise<unknown>,
    heard: (thread: Thread, method: string, params: Json) => void,
  ) {
    this.#send = send;
    this.#heard = heard;
  }

  /** Rejects with what the inspector says is wrong. */
  async ask<T = Json>(method: string, params: object = {}): Promise<T> {
    const id = this.#next++;
    const answer = Promise.withResolvers<Json>();
    this.#asked.set(id, answer);
    await this.#send(JSON.stringify({ id, method, params }));
    return (await answer.promise) as T;
  }

  take(text: string): void {
    const { id, method, params = {}, result = {}, error } = JSON.parse(text) as Answer;
    if (id !== undefined) {
      const asked = this.#asked.get(id);
      if (error === undefined) asked?.resolve(result);
      else asked?.reject(new Error(error.message));
    } else if (method !== undefined) {
      if (method === 'Debugger.scriptParsed') this.scripts.push(params as unknown as Script);
      this.#heard(this, method, params);
    }
  }
}

/** `hotplug …` from the sources; nothing of it runs before it is inspected. */
export class Inspected implements AsyncDisposable {
  readonly threads: Thread[] = [];
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #socket: WebSocket;
  readonly #pauses: { thread: Thread; paused: Debugger.PausedEventDataType }[] = [];
  #changed: (() => void) | undefined;

  private constructor(child: ChildProcess, socket: WebSocket) {
    this.child = child;
    this.#socket = socket;
  }

  static async start(...argv: readonly string[]): Promise<Inspected> {
    const main = assetPath('extension', 'cli', 'main.ts');
    const child = spawn(process.execPath, ['--inspect-brk=127.0.0.1:0', main, ...argv], {
      env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const socket = new WebSocket(await addressOf(child));
    const inspected = new Inspected(child, socket);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (inspected.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (inspected.stderr += text));
    child.on('exit', () => inspected.#changed?.());
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => {
        resolve();
      });
      socket.addEventListener('error', () => {
        reject(new Error('the inspector does not answer'));
      });
    });
    await inspected.#attach();
    return inspected;
  }

  /** The next stop of a worker thread; fails where the process ends or half a minute goes by before one. */
  async paused(): Promise<{ thread: Thread; paused: Debugger.PausedEventDataType }> {
    const found = await this.#eventually('a stop', () => this.#pauses.shift());
    return found;
  }

  /** The worker threads' modules with debug information of their own, as they come. */
  async scripts(count: number): Promise<readonly (readonly [Thread, Script])[]> {
    return await this.#eventually(`${count} modules with debug information`, () => {
      const found = this.threads.flatMap((thread) =>
        thread.scripts
          .filter(({ debugSymbols }) => debugSymbols?.some(({ type }) => type === 'EmbeddedDWARF') === true)
          .map((script) => [thread, script] as const),
      );
      return found.length >= count ? found : undefined;
    });
  }

  /** Waits for the end of the process, and gives its exit code. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null) {
      const closing = setInterval(() => {
        if (this.#isOver) this.#socket.close();
      }, 20);
      await once(this.child, 'exit');
      clearInterval(closing);
    }
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.close();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  /** Node waits at its end for who inspects it. */
  get #isOver(): boolean {
    return this.child.exitCode !== null || this.stderr.includes('Waiting for the debugger to disconnect');
  }

  async #attach(): Promise<void> {
    const workers = new Map<string, Thread>();
    const main = new Thread(
      (message) => {
        this.#socket.send(message);
        return Promise.resolve();
      },
      (_thread, method, params) => {
        const sessionId = String(params['sessionId']);
        if (method === 'NodeWorker.attachedToWorker') {
          const worker = new Thread(
            (message) => main.ask('NodeWorker.sendMessageToWorker', { sessionId, message }),
            (thread, said, more) => {
              const paused = more as unknown as Debugger.PausedEventDataType;
              // The first line of the thread, because the process was told to wait at its own.
              if (paused.reason === 'Break on start') void thread.ask('Debugger.resume');
              else if (said === 'Debugger.paused') this.#pauses.push({ thread, paused });
              this.#changed?.();
            },
          );
          workers.set(sessionId, worker);
          this.threads.push(worker);
          void worker
            .ask('Debugger.enable')
            .then(() => worker.ask('Runtime.runIfWaitingForDebugger'))
            .catch(() => undefined);
        } else if (method === 'NodeWorker.receivedMessageFromWorker') {
          workers.get(sessionId)?.take(String(params['message']));
        } else if (method === 'Debugger.paused') {
          // The first line of the program.
          void main.ask('Debugger.resume');
        }
      },
    );
    this.#socket.addEventListener('message', ({ data }) => {
      main.take(String(data));
    });
    await main.ask('NodeWorker.enable', { waitForDebuggerOnStart: true });
    await main.ask('Debugger.enable');
    await main.ask('Runtime.runIfWaitingForDebugger');
  }

  async #eventually<T>(what: string, look: () => T | undefined): Promise<T> {
    const until = performance.now() + 30_000;
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.#isOver || performance.now() > until)
        throw new Error(`waited in vain for ${what}:\n${this.stdout}\n${this.stderr}`);
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
        setTimeout(resolve, 500);
      });
    }
  }
}

/** Where the process says that it can be inspected. */
async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stderr === null) throw new Error('there is no stderr');
  const lines = createInterface(child.stderr);
  let said = '';
  for await (const line of lines) {
    const address = /^Debugger listening on (ws:\S+)$/.exec(line)?.[1];
    said += `${line}\n`;
    if (address !== undefined) return address;
  }
  throw new Error(`the inspector did not start:\n${said}`);
}
