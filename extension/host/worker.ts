/**
 * The thread that a plugin instance runs in. It is started ahead of time as a spare, gets one
 * component to prepare, and from `run` on blocks on shared memory between events: it is woken by
 * the doorbell, hands control messages over before events, and stops at a boundary when told to.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { adapters } from '../contracts/adapters.ts';
import { messageOf } from '../errors.ts';
import { CallStatus, RecordFlag, RecordKind } from '../recording/record.ts';
import type { ContractAdapter, LoadedComponent, Outcome } from './adapter.ts';
import { UnrecordedCall } from './answers.ts';
import { Boundary } from './boundary.ts';
import type { DevSource } from './dev-source.ts';
import { importScript, instantiate } from './load.ts';
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
import { epochNow, Figure, Phase, Word } from './shared.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts runs as a worker thread only');
Error.stackTraceLimit = 64;

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
      void importScript(message.script).catch(() => undefined);
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
    made.fail(trap.cause instanceof UnrecordedCall ? 'unrecorded' : 'start', trap);
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

class Instance {
  readonly #request: PrepareInstance;
  readonly #boundary: Boundary;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #numbers: Float64Array<SharedArrayBuffer>;
  readonly #events: RingReader;
  readonly #control: RingReader;
  readonly #eventNames = new Map<number, string>();
  readonly #controlNames = new Map<number, string>();
  readonly #processName: number;
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
  #ended = false;
  metadata: unknown;

  constructor(request: PrepareInstance) {
    this.#request = request;
    this.#boundary = new Boundary(request.records, request.replay);
    this.#words = request.state.words;
    this.#numbers = request.state.numbers;
    this.#events = new RingReader(request.events);
    this.#control = new RingReader(request.control);
    this.#processName = this.#boundary.name('process');
    this.#controlName = this.#boundary.name('update-params');
    this.#memoryName = this.#boundary.name('memory');
  }

  /** Asks a throwaway instance for its metadata, then makes and starts the instance that stays. */
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
    this.metadata = this.#call(
      'metadata',
      () => asked.metadata(instantiate(make, modules, asked, this.#boundary, dev)),
      (metadata) => JSON.stringify(metadata ?? null),
    );
    const adapter = this.#makeAdapter(this.metadata);
    this.#adapter = adapter;
    const component = this.#named('instantiate', () =>
      instantiate(make, modules, adapter, this.#boundary, dev),
    );
    this.#component = component;
    this.#call('constructor', () => {
      adapter.start(component, this.#request.params);
    });
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
      metadata,
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
    this.#numbers[Figure.callStarted] = now;
    return now;
  }

  #end(name: number, started: number, status: CallStatus, text: string): void {
    this.#numbers[Figure.callStarted] = 0;
    this.#boundary.flushOutput();
    const now = epochNow();
    Atomics.add(this.#words, Word.calls, 1);
    if (this.#boundary.muted) return;
    this.#callView.setFloat64(0, now - started, true);
    this.#callView.setUint8(8, status);
    const { ring, event, stage } = this.#boundary;
    if (text === '') {
      const at = ring.reserve(RecordKind.call, stage, name, now, event, 9);
      ring.bytes.set(this.#callPayload, at);
      ring.commit();
      return;
    }
    this.#boundary.record(RecordKind.call, 0, name, Buffer.concat([this.#callPayload, encoder.encode(text)]));
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
        this.#eventNames.set(frame.name, decoder.decode(frame.payload));
        break;
      case InputFrame.answers:
        this.#boundary.answers?.load(frame.payload);
        break;
      case InputFrame.restore:
        post({ type: 'restored', event: this.#checkpoints?.restore(frame.event) });
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

  /** Hands an event over that came through the ring of events. */
  #handOver(frame: Frame): void {
    const name = this.#eventNames.get(frame.name) ?? '';
    const { event } = frame;
    Atomics.store(this.#words, Word.taken, event);
    this.#boundary.muted = frame.kind === InputFrame.rebuild;
    const started = performance.now();
    if ((frame.flags & RecordFlag.control) !== 0) {
      this.#deliver(frame, this.#controlName, 'update-params', (adapter, taken) =>
        adapter.control(name, taken),
      );
    } else {
      this.#deliver(frame, this.#processName, 'process', (adapter, taken) => adapter.deliver(name, taken));
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
      this.fail(error instanceof UnrecordedCall ? 'unrecorded' : 'trap', new Trap(call, error));
      return;
    }
    this.#end(
      callName,
      started,
      outcome.ok ? CallStatus.ok : CallStatus.error,
      outcome.ok ? '' : outcome.message,
    );
    this.#noteMemory();
    this.#boundary.event = 0;
    if (!outcome.ok)
      this.fail('error', new Trap(call, new Error(outcome.message)), outcome.stateText, frame.event);
  }

  #stop(): void {
    let cleanupError: string | undefined;
    this.#boundary.stage = RecordFlag.ending;
    try {
      this.#call('cleanup', () => {
        this.#adapter?.stop();
      });
    } catch (error) {
      cleanupError = messageOf(error);
    }
    this.#ended = true;
    post({ type: 'ended', cleanupError });
  }

  /** Tells the host process of a failure; the instance takes nothing more. */
  fail(kind: WorkerFailure['kind'], trap: Trap, stateText?: string, event = this.#boundary.event): void {
    this.#ended = true;
    const cause = trap.cause;
    post({
      type: 'failed',
      failure: {
        kind,
        call: trap.call,
        message: trap.message,
        stack: kind === 'error' || !(cause instanceof Error) ? '' : (cause.stack ?? ''),
        stateText: stateText ?? this.#adapter?.trapText(trap.call, trap.message) ?? trap.message,
        event,
        scriptStack: this.#scriptStack,
        memoryBytes: this.memoryBytes(),
      },
    });
  }
}
