/**
 * What a plugin's worker and the host process know of each other without a message: where the
 * worker is, and what the host wants of it. The worker blocks between events, so nothing else
 * would reach it.
 */
export interface SharedState {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly numbers: Float64Array<SharedArrayBuffer>;
}

/** Indexes into {@link SharedState.words}. */
export const Word = {
  /** Changes whenever the host has something for the worker. */
  doorbell: 0,
  /** 1 while the worker waits for the doorbell. */
  asleep: 1,
  /** 1: the worker stops taking events at the next boundary. */
  pause: 2,
  /** One of {@link Phase}. */
  phase: 3,
  /** Number of the last event that the worker took. */
  taken: 4,
  /** Calls that came back, modulo 2^32. */
  calls: 5,
} as const;

/** Indexes into {@link SharedState.numbers}. */
export const Figure = {
  /** When the current call began, in ms since the Unix epoch; 0 outside of a call. */
  callStarted: 0,
  /** Size of the linear memory in bytes. */
  memory: 1,
} as const;

export const Phase = { preparing: 0, running: 1, paused: 2, ended: 3 } as const;

/** Makes the block for one worker. */
export function createSharedState(): SharedState {
  return {
    words: new Int32Array(new SharedArrayBuffer(32)),
    numbers: new Float64Array(new SharedArrayBuffer(32)),
  };
}

/** Tells the worker to look: rings the doorbell. */
export function ring(state: SharedState): void {
  Atomics.add(state.words, Word.doorbell, 1);
  if (Atomics.load(state.words, Word.asleep) !== 0) Atomics.notify(state.words, Word.doorbell);
}

const origin = performance.timeOrigin;

/** Milliseconds since the Unix epoch with fractions; comparable between threads. */
export function epochNow(): number {
  return origin + performance.now();
}

/** The same for an instant that `performance.now()` gave in this thread. */
export function epochOf(now: number): number {
  return origin + now;
}
