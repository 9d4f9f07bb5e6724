import { Answers, type ReplayAnswers } from './answers.ts';
import { RingWriter, type RingMemory } from './ring.ts';
import { epochNow, epochOf } from './shared.ts';
import { RecordFlag, RecordKind } from '../recording/record.ts';

/** Frame kinds in a worker's outgoing ring beside the record kinds. */
export const BoundaryFrame = {
  /** Gives the frame's `name` number a text. */
  name: 250,
  /** What the host's next step depends on, ahead of what is recorded of the call. */
  answer: 251,
} as const;

/** Flag of an event's frame whose payload is not in the ring, because the host process still holds it. */
export const HELD = 128;

const NEWLINE = 10;
const encoder = new TextEncoder();

/** The recorder inside the worker: everything that crosses the plugin's boundary passes here. */
export class Boundary {
  readonly ring: RingWriter;
  readonly #names = new Map<string, number>();
  readonly #held = { stdout: new Array<Uint8Array>(), stderr: new Array<Uint8Array>() };
  /** Number of the event that the plugin works on; 0 outside of any. */
  event = 0;
  /** Nothing is recorded, because an earlier instance's inputs are replayed to rebuild its state. */
  muted = false;
  /** Flags of every record: {@link RecordFlag.starting} or {@link RecordFlag.ending}. */
  stage = 0;
  /** Recorded answers; undefined where the host answers. */
  readonly answers: Answers | undefined;
  #untilWatched = 0;
  #watched: (() => void) | undefined;
  /** When what {@link reserve} made room for began, by the clock of `performance`. */
  #made = 0;

  constructor(memory: RingMemory, replay?: ReplayAnswers) {
    this.ring = new RingWriter(memory);
    this.answers = replay === undefined ? undefined : new Answers(replay);
  }

  /** The number that stands for a name in this worker's frames. */
  name(text: string): number {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    const id = this.#names.size;
    if (id > 0xffff) throw new RangeError('A plugin used more than 65,536 different names.');
    this.#names.set(text, id);
    this.ring.write(BoundaryFrame.name, 0, id, 0, 0, encoder.encode(text));
    return id;
  }

  /**
   * Makes room for a record of a host call, and answers where its payload goes in the ring's bytes;
   * {@link commit} publishes it. `made`: when the plugin made the call, by `performance.now()`. The
   * caller has seen that nothing is muted and that the payload is not larger than `ring.largest`.
   */
  reserve(flags: number, name: number, payload: number, made = performance.now()): number {
    this.#noteHostCall();
    this.#made = made;
    return this.ring.reserve(
      RecordKind.hostCall,
      flags | this.stage,
      name,
      epochOf(made),
      this.event,
      payload,
    );
  }

  /** Publishes the host call that room was made for: it comes back now. */
  commit(): void {
    this.ring.commit(performance.now() - this.#made);
  }

  /** Calls `then` at the host call with this position in the event that comes next, counted from 0. */
  watch(hostCall: number, then: () => void): void {
    this.#untilWatched = hostCall;
    this.#watched = then;
  }

  /** What the plugin waits for has happened: the recording has what came of it. */
  get replaying(): boolean {
    return this.answers !== undefined && (this.muted || !this.answers.isLive);
  }

  /** Gives {@link watch} up; true where the host call did not come. */
  unwatch(): boolean {
    const waiting = this.#watched !== undefined;
    this.#watched = undefined;
    return waiting;
  }

  #noteHostCall(): void {
    if (this.#watched === undefined || this.#untilWatched-- > 0) return;
    const watched = this.#watched;
    this.#watched = undefined;
    watched();
  }

  /**
   * The answer to a host call: the recorded one in a replay, where there is one; else what `live` or,
   * by the replay's policy, `fallback` answers. `read` turns recorded bytes into the answer.
   */
  answer<T>(name: string, key: string, read: (bytes: Uint8Array) => T, live: () => T, fallback: () => T): T {
    const { answers } = this;
    if (answers === undefined) return live();
    const recorded = answers.take(name, key);
    if (recorded !== undefined) return read(recorded);
    return answers.missing(name) === 'live' ? live() : fallback();
  }

  /** Tells the host process what the present call gives before it is recorded, so that it can make the next one ready. */
  answerEarly(payload: Uint8Array): void {
    if (this.muted) return;
    this.ring.write(BoundaryFrame.answer, 0, 0, 0, this.event, payload);
  }

  /**
   * Records a payload that exists as bytes already. `made`: when a host call that comes back now was
   * made, by `performance.now()`; what happens in an instant has none.
   */
  record(kind: RecordKind, flags: number, name: number, payload: Uint8Array, made?: number): void {
    if (this.muted) return;
    if (kind === RecordKind.hostCall) this.#noteHostCall();
    const time = made === undefined ? epochNow() : epochOf(made);
    this.ring.write(kind, flags | this.stage, name, time, this.event, payload, made);
  }

  /** Records that the event which the plugin works on was handed over; the host process has its payload. */
  eventTaken(name: number): void {
    if (this.muted) return;
    this.ring.reserve(RecordKind.event, HELD, name, epochNow(), this.event, 0);
    this.ring.commit();
  }

  /** Collects what the plugin writes; whole lines are recorded at once, the rest at {@link flushOutput}. */
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    if (this.muted) return;
    const held = this.#held[stream];
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end === 0) {
      held.push(bytes.slice());
      return;
    }
    this.record(RecordKind.output, 0, this.name(stream), Buffer.concat([...held, bytes.subarray(0, end)]));
    held.length = 0;
    if (end < bytes.length) held.push(bytes.slice(end));
  }

  /** Records what was written since the last line's end: at the end of a call. */
  flushOutput(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const held = this.#held[stream];
      if (held.length === 0) continue;
      this.record(RecordKind.output, 0, this.name(stream), Buffer.concat(held));
      held.length = 0;
    }
  }

  /** Records a WASI call that was made at `made`, by `performance.now()`: arguments and result as JSON text. */
  wasi(name: string, args: readonly unknown[], result: unknown, made: number): void {
    if (this.muted) return;
    const text = JSON.stringify({ args, result }, (_key, value: unknown) => jsonValue(value));
    this.record(RecordKind.hostCall, RecordFlag.wasi, this.name(name), encoder.encode(text), made);
  }
}

function jsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint32Array) return Array.from(value);
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString('hex') };
  return value;
}
