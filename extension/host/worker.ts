/**
 * The thread that a plugin instance runs in. It is started ahead of time as a spare, gets one
 * component to prepare, and from `run` on blocks on shared memory between events: it is woken by
 * the doorbell, hands control messages over before events, and stops at a boundary when told to.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { adapters } from '../contracts/adapters.ts';
import { messageOf } from '../errors.ts';
import { CALL_RESULT, CallStatus, RecordFlag, RecordKind } from '../recording/record.ts';
import { GuestFault } from '../wasm/fault.ts';
import type { ContractAdapter, LoadedComponent, Outcome } from './adapter.ts';
import { UnrecordedCall } from './answers.ts';
import { Boundary } from './boundary.ts';
import type { DevSource } from './dev-source.ts';
import { compileAhead, importScript, instantiate } from './load.ts';
import {
  BULK,
  InputFrame,
  LOOK_AT_END,
  type FromWorker,
  type PrepareInstance,
  type ToWorker,
  type WorkerFailure,
} from './messages.ts';
import { RingReader, type Frame } from './ring.ts';
import { Checkpoints } from './state.ts';
import { StubError } from './stub-error.ts';
import { epochNow, Figure, Phase, Word } from './shared.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts runs as a worker thread only');
Error.stackTraceLimit = 64;

/** Shortest time between two calls that failed and are told of, in ms. */
const FAULTS_MS = 500;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function post(message: FromWorker): void {
  port?.postMessage(message);
}

/** A call that trapped, with the call's name. */
class Trap extends Error {
  readonly call: string;
  constructor(call: string, cause: unknown) {
    super(messageOf(cause), { cause });
    this.call = call;
  }
}

let instance: Instance | undefined;

port.on('message', (message: ToWorker) => {
  switch (message.type) {
    case 'warm':
      // A script that cannot be imported is reported when it is wanted.
      void importScript(message.script)
        .then(compileAhead)
        .catch(() => undefined);
      break;
    case 'prepare':
      void prepare(message);
      break;
    case 'run':
      instance?.run();
      break;
  }
});
post({ type: 'spare' });

async function prepare(request: PrepareInstance): Promise<void> {
  if (request.waitMs !== undefined) await wait(request.waitMs);
  const started = performance.now();
  const made = new Instance(request);
  try {
    await made.prepare();
  } catch (error) {
    const trap = error instanceof Trap ? error : new Trap('instantiate', error);
    made.fail(failureKind(trap.cause, 'start'), trap);
    return;
  }
  instance = made;
  post({
    type: 'ready',
    metadata: made.metadata,
    memoryBytes: made.memoryBytes(),
    durationMs: performance.now() - started,
  });
}

function failureKind(cause: unknown, otherwise: 'trap' | 'start'): WorkerFailure['kind'] {
  if (cause instanceof StubError) return 'stub';
  return cause instanceof UnrecordedCall ? 'unrecorded' : otherwise;
}

/** What the number of an event's name stands for. */
interface EventName {
  readonly name: string;
  /** The export that takes it, and that name's number in this worker's records. */
  readonly call: string;
  readonly callName: number;
}

class Instance {
  readonly #request: PrepareInstance;
  readonly #boundary: Boundary;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #numbers: Float64Array<SharedArrayBuffer>;
  readonly #events: RingReader;
  readonly #control: RingReader;
  readonly #eventNames = new Map<number, EventName>();
  readonly #controlNames = new Map<number, string>();
  readonly #controlName: number;
  readonly #memoryName: number;
  readonly #callPayload = new Uint8Array(9);
  readonly #callView = new DataView(this.#callPayload.buffer);
  #adapter: ContractAdapter | undefined;
  #component: LoadedComponent | undefined;
  #scriptStack: string | undefined;
  #checkpoints: Checkpoints | undefined;
  /** The memory is wanted when the next event was answered. */
  #lookAtEnd = false;
  #memory = 0;
  /** When a call that failed was told of. */
  #faulted = -Infinity;
  #ended = false;
  metadata: unknown;

  constructor(request: PrepareInstance) {
    this.#request = request;
    this.#boundary = new Boundary(request.records, request.replay);
    this.#words = request.state.words;
    this.#numbers = request.state.numbers;
    this.#events = new RingReader(request.events);
    this.#control = new RingReader(request.control);
    this.#controlName = this.#boundary.name('update-params');
    this.#memoryName = this.#boundary.name('memory');
  }

  /** Asks a throwaway instance for its metadata where there is some, then makes and starts the instance that stays. */
  async prepare(): Promise<void> {
    const make = await importScript(this.#request.script);
    const { modules, replay, source } = this.#request;
    const dev: DevSource = {
      source,
      report: (stack) => {
        this.#scriptStack = stack;
      },
    };
    this.#boundary.stage = RecordFlag.starting;
    const asked = this.#makeAdapter(undefined);
    if (asked.metadata !== undefined) {
      this.metadata = this.#call(
        'metadata',
        () => asked.metadata?.(instantiate(make, modules, asked, this.#boundary, dev)),
        (metadata) => JSON.stringify(metadata ?? null),
      );
    }
    const adapter = this.#makeAdapter(this.metadata);
    this.#adapter = adapter;
    await adapter.prepare?.();
    const made = (): LoadedComponent => instantiate(make, modules, adapter, this.#boundary, dev);
    // Where there is a call that starts it, that one and the metadata's are the ones that are timed.
    const component =
      adapter.start === undefined ? this.#call('instantiate', made) : this.#named('instantiate', made);
    this.#component = component;
    if (adapter.start === undefined) adapter.take?.(component);
    else this.#call('constructor', () => adapter.start?.(component, this.#request.params));
    this.#noteMemory();
    this.#boundary.stage = 0;
    this.#boundary.answers?.clear();
    if (replay?.checkpoints === true) this.#checkpoints = new Checkpoints(component.state);
  }

  #makeAdapter(metadata: unknown): ContractAdapter {
    const factory = adapters[this.#request.contract];
    if (factory === undefined) throw new Error(`there is no contract ${this.#request.contract}`);
    return factory({
      boundary: this.#boundary,
      node: this.#request.node,
      binding: this.#request.binding,
      deadlineMs: this.#request.deadlineMs,
      metadata,
      params: this.#request.params,
      temporary: this.#request.temporary,
    });
  }

  memoryBytes(): number {
    const memories = this.#component?.state.memories ?? [];
    return memories.reduce((bytes, memory) => bytes + memory.buffer.byteLength, 0);
  }

  #named<T>(call: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw new Trap(call, error);
    }
  }

  /** A call outside of the event loop: timed, watched and recorded, with its result where `textOf` gives one. */
  #call<T>(name: string, action: () => T, textOf?: (result: T) => string): T {
    const started = this.#begin();
    try {
      const result = action();
      this.#end(this.#boundary.name(name), started, CallStatus.ok, textOf?.(result) ?? '');
      return result;
    } catch (error) {
      this.#end(this.#boundary.name(name), started, CallStatus.trap, messageOf(error));
      throw new Trap(name, error);
    }
  }

  #begin(): number {
    const now = epochNow();
    this.#scriptStack = undefined;
    this.#numbers[Figure.callStarted] = now;
    return now;
  }

  /** Records the end of a call, with the text or the result that belongs to it. */
  #end(name: number, started: number, status: CallStatus, said: string | Uint8Array): void {
    this.#numbers[Figure.callStarted] = 0;
    this.#boundary.flushOutput();
    const now = epochNow();
    Atomics.add(this.#words, Word.calls, 1);
    if (this.#boundary.muted) return;
    this.#callView.setFloat64(0, now - started, true);
    this.#callView.setUint8(8, typeof said === 'string' ? status : status | CALL_RESULT);
    const { ring, event, stage } = this.#boundary;
    if (said === '') {
      const at = ring.reserve(RecordKind.call, stage, name, now, event, 9);
      ring.bytes.set(this.#callPayload, at);
      ring.commit();
      return;
    }
    const rest = typeof said === 'string' ? encoder.encode(said) : said;
    this.#boundary.record(RecordKind.call, 0, name, Buffer.concat([this.#callPayload, rest]));
  }

  #noteMemory(): void {
    const bytes = this.memoryBytes();
    if (bytes === this.#memory) return;
    this.#memory = bytes;
    this.#numbers[Figure.memory] = bytes;
    const payload = new Float64Array([bytes]);
    this.#boundary.record(RecordKind.memory, 0, this.#memoryName, new Uint8Array(payload.buffer));
  }

  /** Takes messages until the end; the thread's event loop stands still meanwhile. */
  run(): void {
    Atomics.store(this.#words, Word.phase, Phase.running);
    while (!this.#ended) {
      const bell = Atomics.load(this.#words, Word.doorbell);
      if (this.#takeControl()) continue;
      if (Atomics.load(this.#words, Word.pause) !== 0) {
        this.#setPhase(Phase.paused);
      } else {
        this.#setPhase(Phase.running);
        if (this.#takeEvent()) continue;
      }
      Atomics.store(this.#words, Word.asleep, 1);
      Atomics.wait(this.#words, Word.doorbell, bell);
      Atomics.store(this.#words, Word.asleep, 0);
    }
    this.#setPhase(Phase.ended);
  }

  #setPhase(phase: number): void {
    if (Atomics.exchange(this.#words, Word.phase, phase) !== phase) Atomics.notify(this.#words, Word.phase);
  }

  /** Puts a payload that was too large for the ring into its frame. */
  #fetch(frame: Frame): Frame {
    if ((frame.flags & BULK) === 0) return frame;
    const received: unknown = receiveMessageOnPort(this.#request.bulk)?.message;
    if (received instanceof Uint8Array) frame.payload = received;
    return frame;
  }

  #takeControl(): boolean {
    const next = this.#control.next();
    if (next === undefined) return false;
    const frame = this.#fetch(next);
    switch (frame.kind) {
      case InputFrame.name:
        this.#controlNames.set(frame.name, decoder.decode(frame.payload));
        break;
      case InputFrame.control:
        this.#deliver(frame, this.#controlName, 'update-params', (adapter, taken) =>
          adapter.control(this.#controlNames.get(taken.name) ?? '', taken),
        );
        break;
      case InputFrame.answers:
        this.#boundary.answers?.load(frame.payload);
        break;
      case InputFrame.stop:
        this.#stop();
        break;
    }
    this.#control.release();
    return true;
  }

  #takeEvent(): boolean {
    const next = this.#events.next();
    if (next === undefined) return false;
    const frame = this.#fetch(next);
    switch (frame.kind) {
      case InputFrame.name:
        this.#eventNames.set(frame.name, this.#eventName(decoder.decode(frame.payload)));
        break;
      case InputFrame.answers:
        this.#boundary.answers?.load(frame.payload);
        break;
      case InputFrame.restore:
        post({ type: 'restored', event: this.#checkpoints?.restore(frame.event) });
        break;
      case InputFrame.data:
        this.#adapter?.data?.(frame.payload);
        break;
      case InputFrame.look:
        this.#look(frame.event);
        break;
      default:
        this.#handOver(frame);
    }
    this.#events.release();
    return true;
  }

  #eventName(name: string): EventName {
    const call = this.#adapter?.callOf(name) ?? name;
    return { name, call, callName: this.#boundary.name(call) };
  }

  /** Hands an event over that came through the ring of events. */
  #handOver(frame: Frame): void {
    const known = this.#eventNames.get(frame.name) ?? this.#eventName('');
    const { name, call, callName } = known;
    const { event } = frame;
    Atomics.store(this.#words, Word.taken, event);
    this.#boundary.muted = frame.kind === InputFrame.rebuild;
    const started = performance.now();
    if ((frame.flags & RecordFlag.control) !== 0) {
      this.#deliver(frame, this.#controlName, 'update-params', (adapter, taken) =>
        adapter.control(name, taken),
      );
    } else {
      this.#deliver(frame, callName, call, (adapter, taken) => adapter.deliver(name, taken));
    }
    this.#boundary.muted = false;
    this.#boundary.event = 0;
    this.#boundary.answers?.clear();
    // A host call that is not made is looked for at the end.
    if (this.#boundary.unwatch() || this.#lookAtEnd) {
      this.#lookAtEnd = false;
      this.#postMemory();
    }
    if (!this.#ended) this.#checkpoints?.answered(event, performance.now() - started);
    // Something may wait for exactly this event.
    if (Atomics.load(this.#words, Word.pause) !== 0) Atomics.notify(this.#words, Word.taken);
  }

  #look(hostCall: number): void {
    if (hostCall === LOOK_AT_END) this.#lookAtEnd = true;
    else this.#boundary.watch(hostCall, () => this.#postMemory());
  }

  /** Sends a copy of the largest linear memory, which is the plugin's own: modules that adapt it have small ones. */
  #postMemory(): void {
    const sizes = this.#component?.state.memories.map(({ buffer }) => buffer.byteLength) ?? [];
    const memory = this.#component?.state.memories[sizes.indexOf(Math.max(...sizes))];
    post({ type: 'memory', bytes: new Uint8Array(memory?.buffer.slice(0) ?? []) });
  }

  #deliver(
    frame: Frame,
    callName: number,
    call: string,
    hand: (adapter: ContractAdapter, frame: Frame) => Outcome,
  ): void {
    const adapter = this.#adapter;
    if (adapter === undefined) return;
    this.#boundary.event = frame.event;
    const started = this.#begin();
    let outcome: Outcome;
    try {
      outcome = hand(adapter, frame);
    } catch (error) {
      this.#end(callName, started, CallStatus.trap, messageOf(error));
      this.#noteMemory();
      this.fail(failureKind(error, 'trap'), new Trap(call, error));
      return;
    }
    if (outcome.ok) this.#end(callName, started, CallStatus.ok, outcome.result ?? '');
    else this.#end(callName, started, CallStatus.error, outcome.message);
    this.#noteMemory();
    this.#boundary.event = 0;
    if (outcome.ok) return;
    const error = new Trap(call, new Error(outcome.message));
    if (outcome.stateText !== undefined) this.fail('error', error, outcome.stateText, frame.event);
    else if (outcome.reported === true) this.#fault(error, frame.event);
  }

  #stop(): void {
    let cleanupError: string | undefined;
    this.#boundary.stage = RecordFlag.ending;
    const adapter = this.#adapter;
    try {
      if (adapter?.stop !== undefined) this.#call('cleanup', () => adapter.stop?.());
    } catch (error) {
      cleanupError = messageOf(error);
    }
    this.#ended = true;
    post({ type: 'ended', cleanupError });
  }

  /** Tells the host process of a failure; the instance takes nothing more. */
  fail(kind: WorkerFailure['kind'], trap: Trap, stateText?: string, event = this.#boundary.event): void {
    this.#ended = true;
    post({ type: 'failed', failure: this.#failure(kind, trap, stateText, event) });
  }

  /** Tells the host process of a call that failed, where the last time is some while ago. */
  #fault(trap: Trap, event: number): void {
    const now = performance.now();
    if (now - this.#faulted < FAULTS_MS) return;
    this.#faulted = now;
    post({ type: 'faulted', failure: { ...this.#failure('error', trap, undefined, event), goesOn: true } });
  }

  #failure(
    kind: WorkerFailure['kind'],
    trap: Trap,
    stateText: string | undefined,
    event: number,
  ): WorkerFailure {
    const cause = trap.cause;
    return {
      kind,
      call: trap.call,
      message: trap.message,
      stack: kind === 'error' || !(cause instanceof Error) ? '' : (cause.stack ?? ''),
      stateText: stateText ?? this.#adapter?.trapText(trap.call, trap.message) ?? trap.message,
      event,
      scriptStack: this.#scriptStack,
      memoryBytes: this.memoryBytes(),
      ...(cause instanceof GuestFault ? { fault: { what: cause.what, advice: cause.advice } } : {}),
    };
  }
}
