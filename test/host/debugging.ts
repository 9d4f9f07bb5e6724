/** A client of a debug session in this process, and the transcript of what goes back and forth. */
import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { root } from '../../scripts/paths.ts';
import { outline } from './golden.ts';
import type { Host } from '../../extension/host/host.ts';

/** A stop, and where. */
export interface Stopped {
  readonly reason: string;
  readonly description?: string;
  readonly text?: string;
  readonly hitBreakpointIds?: readonly number[];
}

let sessions = 0;

export class DebugClient {
  readonly #host: Host;
  readonly #session = `s${++sessions}`;
  readonly #events: DebugProtocol.Event[] = [];
  readonly #responses = new Map<number, (response: DebugProtocol.Response) => void>();
  readonly #waiting = new Set<() => void>();
  readonly #off: () => void;
  readonly #transcript: string[] = [];
  #seq = 1;
  #seen = 0;

  constructor(host: Host) {
    this.#host = host;
    this.#off = host.on('debug', ({ session, message }) => {
      if (session !== this.#session) return;
      const received = message as DebugProtocol.ProtocolMessage;
      if (received.type === 'response') {
        const response = received as DebugProtocol.Response;
        this.#note(
          `< ${response.success ? 'ok' : `refused: ${response.message ?? ''}`}`,
          response.success ? response.body : undefined,
        );
        this.#responses.get(response.request_seq)?.(response);
      } else {
        const event = received as DebugProtocol.Event;
        this.#events.push(event);
        this.#note(`* ${event.event}`, event.body);
      }
      for (const waiting of this.#waiting) waiting();
    });
  }

  /** Everything that was said without being asked, so far. */
  get events(): readonly DebugProtocol.Event[] {
    return this.#events;
  }

  /** The id of the trace that is walked. */
  recording(): string {
    const at = this.#events.findLast(({ event }) => event === 'hotplug/position');
    return (at?.body as { readonly recording: string } | undefined)?.recording ?? '';
  }

  /** Sends a request; the response may say that it failed. */
  async ask(command: string, args?: unknown): Promise<DebugProtocol.Response> {
    const seq = this.#seq++;
    this.#note(`> ${command}`, args);
    const answered = new Promise<DebugProtocol.Response>((resolve) => this.#responses.set(seq, resolve));
    const message = { seq, type: 'request', command, ...(args === undefined ? {} : { arguments: args }) };
    await this.#host.request('debug', { session: this.#session, message });
    return await answered;
  }

  /** Sends a request that is to succeed. */
  async request<T = Record<string, unknown>>(command: string, args?: unknown): Promise<T> {
    const response = await this.ask(command, args);
    assert.ok(response.success, `${command}: ${response.message ?? ''}`);
    return response.body as T;
  }

  /** Sends a request that is to fail, and answers what the user sees. */
  async refused(command: string, args?: unknown): Promise<string> {
    const response = await this.ask(command, args);
    assert.equal(response.success, false, `${command} was to be refused`);
    return response.message ?? '';
  }

  /** The next event of this name that was not taken yet. */
  async next(event: string): Promise<DebugProtocol.Event> {
    const end = performance.now() + 30_000;
    for (;;) {
      const at = this.#events.findIndex((one, index) => index >= this.#seen && one.event === event);
      const found = this.#events[at];
      if (found !== undefined) {
        this.#seen = at + 1;
        return found;
      }
      assert.ok(performance.now() < end, `waited in vain for ${event}`);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(wake, 1000);
        this.#waiting.add(wake);
      });
    }
  }

  /** Sends a request that moves, and waits until it has stopped again. */
  async move(command: string, args: unknown = { threadId: 1 }): Promise<Stopped> {
    await this.request(command, args);
    return await this.stopped();
  }

  async stopped(): Promise<Stopped> {
    const event = (await this.next('stopped')) as DebugProtocol.StoppedEvent;
    const { threadId: _thread, allThreadsStopped: _all, ...stopped } = event.body;
    return stopped;
  }

  /** Starts a session and waits for its first stop. */
  async launch(
    config: Readonly<Record<string, unknown>>,
    before: () => Promise<void> = () => Promise.resolve(),
  ): Promise<Stopped> {
    await this.request('initialize', {
      adapterID: 'hotplug',
      linesStartAt1: true,
      columnsStartAt1: true,
      supportsMemoryEvent: true,
      supportsInvalidatedEvent: true,
    });
    await this.request('launch', config);
    await this.next('initialized');
    await before();
    await this.request('configurationDone');
    return await this.stopped();
  }

  /** Names and lines of the frames, innermost first. */
  async stack(): Promise<readonly string[]> {
    const { stackFrames } = await this.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
      threadId: 1,
    });
    return stackFrames.map(({ name, line }) => `${name}:${line}`);
  }

  /** The variables of a scope of the innermost frame, or of another one: `name = value`. */
  async scope(name: string, frameId?: number): Promise<readonly DebugProtocol.Variable[]> {
    const { stackFrames } = await this.request<DebugProtocol.StackTraceResponse['body']>('stackTrace', {
      threadId: 1,
    });
    const { scopes } = await this.request<DebugProtocol.ScopesResponse['body']>('scopes', {
      frameId: frameId ?? stackFrames[0]?.id,
    });
    const scope = scopes.find((one) => one.name === name);
    assert.ok(scope, `there is no scope ${name}, but ${scopes.map((one) => one.name).join(', ')}`);
    return await this.variables(scope.variablesReference);
  }

  async variables(variablesReference: number, more: object = {}): Promise<readonly DebugProtocol.Variable[]> {
    const args = { variablesReference, ...more };
    return (await this.request<DebugProtocol.VariablesResponse['body']>('variables', args)).variables;
  }

  /** What the debug console shows, so far. */
  output(): readonly string[] {
    return this.#events.flatMap(({ event, body }) =>
      event === 'output' ? [(body as DebugProtocol.OutputEvent['body']).output.trimEnd()] : [],
    );
  }

  /** Everything that was said, in its order; what differs from run to run is replaced. */
  get transcript(): string {
    return this.#transcript.join('');
  }

  #note(what: string, body: unknown): void {
    const text = `${what}\n${body === undefined ? '' : outline(body)}`;
    this.#transcript.push(steady(text, this.#session));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ask('disconnect');
    this.#off();
  }
}

/** `name = value`, one a variable. */
export function lines(variables: readonly DebugProtocol.Variable[]): readonly string[] {
  return variables.map(({ name, value }) => `${name} = ${value}`);
}

/** Leaves out what is another one on each machine and in each run. */
function steady(text: string, session: string): string {
  return text
    .replaceAll(root, '<hotplug>')
    .replaceAll(`debug-${session}-`, 'debug-')
    .replaceAll(/\/\S*\/hotplug-host-\w+/g, '<folder>')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<sha256>')
    .replaceAll(/\b\d+\.\d+ ms\b/g, '<time> ms')
    .replaceAll(/lib\.rs:\d+:\d+/g, 'lib.rs:<line>')
    .replaceAll(/\b1\d{9}\b/g, '<seconds>')
    .replaceAll(/nanoseconds: \d{6,9}\b/g, 'nanoseconds: <nanoseconds>')
    .replaceAll(/\b\d+ bytes\b/g, '<size> bytes');
}
