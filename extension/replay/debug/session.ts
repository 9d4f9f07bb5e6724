/** A debug session: the Debug Adapter Protocol over a replay. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { UserError } from '../../errors.ts';
import type { Contract } from '../../host/contract.ts';
import { CAPABILITIES } from './capabilities.ts';
import { Debuggee, type DebuggeeServices, type Move } from './debuggee.ts';
import { findSubject, readLaunch } from './launch.ts';
import { BreakpointTable } from './table.ts';
import { THREAD, Walk, type Entry, type GoTo } from './walk.ts';
import { asRequest, Wire, type Message } from './wire.ts';

export interface SessionServices extends DebuggeeServices {
  readonly contracts: Readonly<Record<string, Contract>>;
}

type Handler = (args: never, request: DebugProtocol.Request) => unknown;

/** What a handler gives that has answered by itself, because something is to happen after the answer. */
const ANSWERED = Symbol('answered');

/** Requests that do not wait until what goes on has come to its end. */
const ENDING: ReadonlySet<string> = new Set(['pause', 'disconnect', 'terminate']);

export class DebugSession implements AsyncDisposable {
  readonly #id: string;
  readonly #services: SessionServices;
  readonly #wire: Wire;
  readonly #ended: () => void;
  readonly #handlers: Readonly<Record<string, Handler>>;
  readonly #abort = new AbortController();
  readonly #table = new BreakpointTable(() => {
    this.#walk?.stopAt(this.#table);
  });
  #client: Partial<DebugProtocol.InitializeRequestArguments> = {};
  #walk: Walk | undefined;
  #entry: Entry = { stop: true };
  #configured = false;
  #disposed = false;
  /** Requests are answered one after the other. */
  #queue: Promise<void> = Promise.resolve();

  constructor(
    id: string,
    services: SessionServices,
    send: (message: Message) => void,
    ended: () => void = () => undefined,
  ) {
    this.#id = id;
    this.#services = services;
    this.#wire = new Wire(send);
    this.#ended = ended;
    this.#handlers = this.#makeHandlers();
  }

  /** Takes a message of the client. What comes of it goes to `send`; never rejects. */
  async handle(message: unknown): Promise<void> {
    const request = asRequest(message);
    if (request === undefined) return;
    if (ENDING.has(request.command)) this.#walk?.interrupt();
    const turn = this.#queue.then(() => this.#answer(request));
    this.#queue = turn;
    await turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    this.#walk?.interrupt();
    await this.#queue;
    await this.#end();
  }

  async #answer(request: DebugProtocol.Request): Promise<void> {
    const handler = this.#handlers[request.command];
    try {
      if (this.#disposed && !ENDING.has(request.command))
        throw new UserError('The session has ended.', 'Start another one.');
      if (handler === undefined)
        throw new UserError(`Hotplug's debugger has no "${request.command}".`, 'Use another request.');
      const body = await handler((request.arguments ?? {}) as never, request);
      if (body !== ANSWERED) this.#wire.respond(request, body);
    } catch (error) {
      this.#wire.refuse(request, error);
    }
  }

  #makeHandlers(): Readonly<Record<string, Handler>> {
    return {
      initialize: (args: DebugProtocol.InitializeRequestArguments) => {
        this.#client = args;
        this.#table.fromZero = args.linesStartAt1 === false;
        return CAPABILITIES;
      },
      launch: (args: unknown, request) => this.#launch(args, request),
      configurationDone: (_args, request) => this.#begin(request),
      terminate: (_args, request) => this.#terminate(request),
      disconnect: (_args, request) => this.#terminate(request),
      setFunctionBreakpoints: (args: DebugProtocol.SetFunctionBreakpointsArguments) =>
        this.#table.setFunctions(args),
      setBreakpoints: (args: DebugProtocol.SetBreakpointsArguments) => this.#table.setInSource(args),
      setExceptionBreakpoints: (args: DebugProtocol.SetExceptionBreakpointsArguments) =>
        this.#table.setExceptions(args),
      threads: () => ({ threads: [{ id: THREAD, name: this.#walk?.title ?? 'plugin' }] }),
      ...this.#movingHandlers(),
      ...this.#lookingHandlers(),
      ...this.#editingHandlers(),
    };
  }

  #movingHandlers(): Readonly<Record<string, Handler>> {
    const move = (how: Move): Handler => {
      return (_args, request) => {
        const walk = this.#standing();
        this.#wire.respond(request, how === 'continue' ? { allThreadsContinued: true } : undefined);
        walk.move(how);
        return ANSWERED;
      };
    };
    return {
      continue: move('continue'),
      next: move('next'),
      stepIn: move('stepIn'),
      stepOut: move('stepOut'),
      stepBack: move('stepBack'),
      reverseContinue: move('reverseContinue'),
      pause: async (_args, request) => {
        this.#wire.respond(request);
        // That it stopped is said where it arrives.
        this.#walk?.interrupt();
        await this.#walk?.arrived();
        return ANSWERED;
      },
      restartFrame: ({ frameId }: DebugProtocol.RestartFrameArguments, request) => {
        const walk = this.#standing();
        walk.view.frame(frameId);
        this.#wire.respond(request);
        walk.restartEvent();
        return ANSWERED;
      },
      'hotplug/goTo': async (args: GoTo, request) => {
        const walk = this.#standing();
        const place = await walk.placeOf(args);
        this.#wire.respond(request);
        walk.goTo(place);
        return ANSWERED;
      },
    };
  }

  #lookingHandlers(): Readonly<Record<string, Handler>> {
    return {
      stackTrace: (args: DebugProtocol.StackTraceArguments) => this.#standing().view.stackTrace(args),
      scopes: (args: DebugProtocol.ScopesArguments) => this.#standing().view.scopes(args),
      variables: (args: DebugProtocol.VariablesArguments) => this.#standing().view.variables(args),
      evaluate: (args: DebugProtocol.EvaluateArguments) => this.#standing().view.evaluate(args),
      completions: (args: DebugProtocol.CompletionsArguments) => this.#standing().view.completions(args),
      source: (args: DebugProtocol.SourceArguments) => this.#launched().view.source(args),
      exceptionInfo: () => this.#standing().exceptionInfo(),
      readMemory: (args: DebugProtocol.ReadMemoryArguments) => this.#standing().readMemory(args),
    };
  }

  #editingHandlers(): Readonly<Record<string, Handler>> {
    return {
      setVariable: (args: DebugProtocol.SetVariableArguments) => this.#standing().setVariable(args),
      setExpression: (args: DebugProtocol.SetExpressionArguments) => this.#standing().setExpression(args),
      'hotplug/branchText': () => this.#standing().debuggee.branchText(),
      'hotplug/discardBranch': async (_args, request) => {
        const walk = this.#standing();
        const discarded = await walk.debuggee.discardBranch();
        this.#wire.respond(request);
        walk.leftBranch(discarded);
        return ANSWERED;
      },
    };
  }

  async #launch(args: unknown, request: DebugProtocol.Request): Promise<symbol> {
    if (this.#walk !== undefined) throw new UserError('This session runs already.', 'Start another one.');
    const launch = readLaunch(args);
    this.#table.launch(launch);
    const subject = await findSubject(launch, this.#services);
    let debuggee: Debuggee;
    try {
      debuggee = await Debuggee.start(`debug-${this.#id}`, subject, launch, this.#services);
    } catch (error) {
      subject.close();
      throw error;
    }
    await debuggee.begin(this.#abort.signal);
    this.#entry = { stop: launch.stopOnEntry, record: launch.record };
    this.#table.subject = subject;
    this.#walk = new Walk(debuggee, this.#wire, this.#client, this.#abort.signal);
    this.#walk.stopAt(this.#table);
    this.#wire.respond(request);
    this.#walk.introduce();
    // Breakpoints can be set from now on.
    this.#wire.event('initialized');
    return ANSWERED;
  }

  async #begin(request: DebugProtocol.Request): Promise<symbol> {
    const walk = this.#launched();
    this.#wire.respond(request);
    if (this.#configured) return ANSWERED;
    this.#configured = true;
    await walk.begin(this.#entry);
    return ANSWERED;
  }

  async #terminate(request: DebugProtocol.Request): Promise<symbol> {
    await this.#walk?.arrived();
    this.#wire.respond(request);
    if (request.command === 'terminate') this.#wire.event('terminated');
    await this.#end();
    return ANSWERED;
  }

  async #end(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#abort.abort();
    await this.#walk?.[Symbol.asyncDispose]();
    this.#walk = undefined;
    this.#ended();
  }

  #launched(): Walk {
    if (this.#walk === undefined) throw new UserError('Nothing was launched.', 'Launch a recording first.');
    return this.#walk;
  }

  /** Where one stands. Throws a UserError while one moves. */
  #standing(): Walk {
    const walk = this.#launched();
    if (walk.isMoving) throw new UserError('The replay is running.', 'Pause it first.');
    return walk;
  }
}
