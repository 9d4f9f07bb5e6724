/** One running instance of a plugin, seen from the host process: its worker, its rings, its end. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { BoundaryFrame } from './boundary.ts';
import { BULK, InputFrame, type FromWorker, type PrepareInstance, type WorkerFailure } from './messages.ts';
import { createRing, RingReader, RingWriter, type Frame } from './ring.ts';
import { createSharedState, epochNow, Figure, Phase, ring, Word, type SharedState } from './shared.ts';

const MEBIBYTE = 1024 * 1024;
const EVENTS_RING = 4 * MEBIBYTE;
const CONTROL_RING = MEBIBYTE;
const RECORDS_RING = 4 * MEBIBYTE;
/** Milliseconds that a drained ring is left alone, so that one wake-up serves many records. */
const DRAIN_PAUSE = 2;

const NOTHING = new Uint8Array();
/** Bytes of room beside an event's payload: its name, and a frame for its data. */
const MARGIN = 4096;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

export type InstanceRequest = Omit<
  PrepareInstance,
  'type' | 'events' | 'control' | 'records' | 'state' | 'bulk' | 'temporary'
>;

export interface InstanceListener {
  /** A record came out; the frame is valid during the call only. */
  record(name: string, frame: Frame): void;
  /** A batch of records was read. */
  drained(): void;
  failed(failure: WorkerFailure): void;
  /** What a call gives, ahead of its record: what the next one depends on. */
  answer?(event: number, payload: Uint8Array): void;
  /** A call failed, and the instance goes on. */
  faulted?(failure: WorkerFailure): void;
  /** A replay's worker went back to an earlier state; see {@link Instance.restore}. */
  restored?(event: number | undefined): void;
  /** A copy of the memory that {@link Instance.look} asked for. */
  memory?(bytes: Uint8Array): void;
  /** The worker ended without a word: it was killed, or V8 ran out of memory. */
  lost(reason: string): void;
}

export interface Ready {
  readonly metadata: unknown;
  readonly durationMs: number;
}

export class Instance {
  readonly #worker: Worker;
  readonly #listener: InstanceListener;
  readonly #state: SharedState = createSharedState();
  readonly #events = createRing(EVENTS_RING);
  readonly #control = createRing(CONTROL_RING);
  readonly #records = createRing(RECORDS_RING);
  readonly #eventWriter: RingWriter;
  readonly #controlWriter: RingWriter;
  readonly #reader: RingReader;
  readonly #names = new Map<number, string>();
  readonly #eventNames = new Map<string, number>();
  readonly #controlNames = new Map<string, number>();
  readonly #bulk: MessagePort;
  readonly #bulkEnd: MessagePort;
  /** Somebody waits for each record: none is left for the next wake-up. */
  eager = false;
  readonly #temporary = join(tmpdir(), `hotplug-${randomUUID()}`);
  #ready = false;
  #ended = false;
  #draining = false;
  #giveUp: ((failure: WorkerFailure) => void) | undefined;
  #onEnd: ((cleanupError: string | undefined) => void) | undefined;

  constructor(worker: Worker, listener: InstanceListener) {
    this.#worker = worker;
    this.#listener = listener;
    const wake = (): void => {
      ring(this.#state);
    };
    this.#eventWriter = new RingWriter(this.#events, wake);
    this.#controlWriter = new RingWriter(this.#control, wake);
    this.#reader = new RingReader(this.#records);
    const { port1, port2 } = new MessageChannel();
    this.#bulk = port1;
    this.#bulkEnd = port2;
    port1.unref();
    new RingReader(this.#events).setSleeping(true);
    new RingReader(this.#control).setSleeping(true);
  }

  /** Makes the instance in its worker. Resolves when it is ready to take events, or with its failure. */
  prepare(request: InstanceRequest): Promise<Ready | WorkerFailure> {
    return new Promise((resolve) => {
      this.#giveUp = resolve;
      this.#worker.on('message', (message: FromWorker) => {
        this.#drain();
        if (message.type === 'ready') {
          this.#ready = true;
          resolve({ metadata: message.metadata, durationMs: message.durationMs });
        }
        if (message.type === 'failed') {
          if (!this.#ready) resolve(message.failure);
          else this.#listener.failed(message.failure);
        }
        if (message.type === 'faulted') this.#listener.faulted?.(message.failure);
        if (message.type === 'restored') this.#listener.restored?.(message.event);
        if (message.type === 'memory') this.#listener.memory?.(message.bytes);
        if (message.type === 'ended') this.#onEnd?.(message.cleanupError);
      });
      const lost = (reason: string): void => {
        if (this.#ended) return;
        this.#ended = true;
        this.#drain();
        resolve(startFailure('instantiate', reason));
        this.#listener.lost(reason);
        this.#onEnd?.(reason);
      };
      this.#worker.on('error', (error) => {
        lost(error instanceof Error ? error.message : String(error));
      });
      this.#worker.on('exit', (code) => {
        lost(`its worker ended with code ${code}`);
      });
      void this.#follow();
      this.#worker.postMessage(
        {
          type: 'prepare',
          ...request,
          events: this.#events,
          control: this.#control,
          records: this.#records,
          state: this.#state,
          bulk: this.#bulkEnd,
          temporary: this.#temporary,
        } satisfies PrepareInstance,
        [this.#bulkEnd],
      );
    });
  }

  /** Answers {@link prepare} with this failure where it has not answered yet; the worker is the caller's to end. */
  giveUp(failure: WorkerFailure): void {
    this.#giveUp?.(failure);
  }

  /** Lets the worker take events; from here on it blocks on shared memory. */
  run(): void {
    this.#worker.postMessage({ type: 'run' });
  }

  /** Puts an event into the worker's ring; false where there is no room now. */
  offer(
    name: string,
    number: number,
    payload: Uint8Array,
    kind: 'event' | 'rebuild' = 'event',
    flags = 0,
    data?: Uint8Array,
  ): boolean {
    if (data !== undefined && !this.#offerData(payload, data)) return false;
    return this.#put(this.#eventWriter, this.#eventNames, name, number, payload, InputFrame[kind], flags);
  }

  /** Puts a control message into its own ring, which the worker reads first; false where there is no room now. */
  offerControl(name: string, number: number, payload: Uint8Array): boolean {
    return this.#put(this.#controlWriter, this.#controlNames, name, number, payload, InputFrame.control, 0);
  }

  /** Hands over what an event refers to, where there will be room for the event, too: the worker's from then on. */
  #offerData(payload: Uint8Array, data: Uint8Array): boolean {
    const writer = this.#eventWriter;
    if (!writer.fits(Math.min(payload.length, writer.largest) + MARGIN)) return false;
    this.#bulk.postMessage(data, data.buffer instanceof ArrayBuffer ? [data.buffer] : []);
    writer.write(InputFrame.data, BULK, 0, 0, 0, NOTHING);
    return true;
  }

  /** Puts the recorded answers to the host calls of the next event into the ring; false where there is no room now. */
  offerAnswers(answers: Uint8Array): boolean {
    return this.#put(this.#eventWriter, this.#eventNames, '', 0, answers, InputFrame.answers, 0);
  }

  /** Makes a replay's worker go back to the newest kept state that has seen no event after this one. */
  restore(event: number): boolean {
    return this.#put(this.#eventWriter, this.#eventNames, '', event, NOTHING, InputFrame.restore, 0);
  }

  /** Asks for the memory at a host call of the next event, by its position in the event, or `LOOK_AT_END`. */
  look(hostCall: number): boolean {
    return this.#put(this.#eventWriter, this.#eventNames, '', hostCall, NOTHING, InputFrame.look, 0);
  }

  #put(
    writer: RingWriter,
    names: Map<string, number>,
    name: string,
    number: number,
    payload: Uint8Array,
    kind: number,
    flags: number,
  ): boolean {
    const bulk = payload.length > writer.largest;
    if (!writer.fits(bulk ? 0 : payload.length) || !writer.fits(name.length * 3 + 256)) return false;
    let id = names.get(name);
    if (id === undefined) {
      id = names.size;
      names.set(name, id);
      writer.write(InputFrame.name, 0, id, 0, 0, encoder.encode(name));
    }
    if (bulk) {
      this.#bulk.postMessage(payload);
      writer.write(kind, flags | BULK, id, 0, number, NOTHING);
    } else {
      writer.write(kind, flags, id, 0, number, payload);
    }
    return true;
  }

  /** Number of the last event that the worker took. */
  get taken(): number {
    return Atomics.load(this.#state.words, Word.taken) >>> 0;
  }

  get calls(): number {
    return Atomics.load(this.#state.words, Word.calls) >>> 0;
  }

  get memoryBytes(): number {
    return this.#state.numbers[Figure.memory] ?? 0;
  }

  /** Milliseconds that the current call has been running; 0 outside of one. */
  callAge(): number {
    const started = this.#state.numbers[Figure.callStarted] ?? 0;
    return started === 0 ? 0 : epochNow() - started;
  }

  get alive(): boolean {
    return !this.#ended;
  }

  /** Stops taking events at the next boundary; resolves when the worker stands there, or has ended. */
  async pause(): Promise<void> {
    const { words } = this.#state;
    Atomics.store(words, Word.pause, 1);
    ring(this.#state);
    for (;;) {
      const phase = Atomics.load(words, Word.phase);
      if (phase === Phase.paused || phase === Phase.ended || this.#ended) return;
      const change = Atomics.waitAsync(words, Word.phase, phase, 20);
      if (change.async) await change.value;
    }
  }

  /** Takes events again after {@link pause}. */
  resume(): void {
    Atomics.store(this.#state.words, Word.pause, 0);
    ring(this.#state);
  }

  /** Ends the instance in good order, in a replay with recorded answers; resolves with the text of a trap in its cleanup, if there was one. */
  async stop(answers?: Uint8Array): Promise<string | undefined> {
    if (this.#ended) return undefined;
    const end = new Promise<string | undefined>((resolve) => (this.#onEnd = resolve));
    if (answers !== undefined) this.#controlWriter.write(InputFrame.answers, 0, 0, 0, 0, answers);
    this.#controlWriter.write(InputFrame.stop, 0, 0, 0, 0, new Uint8Array());
    const cleanupError = await end;
    await this.terminate();
    return cleanupError;
  }

  /** Ends the worker wherever it is; what it recorded until then is read. */
  async terminate(): Promise<void> {
    this.#ended = true;
    await this.#worker.terminate();
    this.#bulk.close();
    this.#drain();
    await rm(this.#temporary, { recursive: true, force: true });
    // Whoever waits for an end in good order waits for one that does not come any more.
    this.#onEnd?.(undefined);
  }

  /** Reads records as they come, until the end. */
  async #follow(): Promise<void> {
    while (!this.#ended) {
      this.#drain();
      this.#reader.setSleeping(true);
      await this.#reader.wait(500);
      this.#reader.setSleeping(false);
      if (!this.eager) await new Promise((resolve) => setTimeout(resolve, DRAIN_PAUSE));
    }
    this.#drain();
  }

  /** Reads everything that is in the ring now. */
  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    let any = false;
    try {
      for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) {
        any = true;
        if (frame.kind === BoundaryFrame.name) this.#names.set(frame.name, decoder.decode(frame.payload));
        else if (frame.kind === BoundaryFrame.answer)
          this.#listener.answer?.(frame.event, frame.payload.slice());
        else this.#listener.record(this.#names.get(frame.name) ?? '', frame);
        this.#reader.release();
      }
    } finally {
      this.#draining = false;
    }
    if (any) this.#listener.drained();
  }

  /** Reads what is there without waiting for the next wake-up. */
  flush(): void {
    this.#drain();
  }
}

/** The failure of an instance that never became ready, for a reason that its worker did not give. */
export function startFailure(call: string, reason: string): WorkerFailure {
  return {
    kind: 'start',
    call,
    message: reason,
    stack: '',
    stateText: `Configuration error: Failed to instantiate plugin: ${reason}`,
    event: 0,
    scriptStack: undefined,
    memoryBytes: 0,
  };
}
