import type { MessagePort } from 'node:worker_threads';
import type { ReplayAnswers } from './answers.ts';
import type { Binding } from './contract.ts';
import type { LoadRequest } from './load.ts';
import type { RingMemory } from './ring.ts';
import type { SharedState } from './shared.ts';

/** Makes a worker prepare an instance; sent once. */
export interface PrepareInstance extends LoadRequest {
  readonly type: 'prepare';
  readonly contract: string;
  /** Name of the node, for error texts. */
  readonly node: string;
  /** Already normalised by the contract. */
  readonly params: string | undefined;
  /** What the contract's half in the worker needs of the project: `Contract.binding`. */
  readonly binding?: Binding | undefined;
  /** Milliseconds that a call may take before the worker is ended; any time where absent. */
  readonly deadlineMs?: number;
  /** Source of an interpreted plugin. */
  readonly source: string | undefined;
  /** Answers host calls from a recording instead of the host. */
  readonly replay?: ReplayAnswers;
  /** A folder that may be made for this instance: an absolute path. */
  readonly temporary: string;
  /** Milliseconds until the plugin runs, for a debugger that has seen its modules by now to set breakpoints in. */
  readonly waitMs?: number;
  /** Events into the worker, control messages into the worker, records out of it. */
  readonly events: RingMemory;
  readonly control: RingMemory;
  readonly records: RingMemory;
  readonly state: SharedState;
  /** Carries payloads that are too large for the ring; their frames have {@link BULK}. */
  readonly bulk: MessagePort;
}

export type ToWorker =
  | PrepareInstance
  | { readonly type: 'run' }
  /** Imports the script that will most likely be wanted. */
  | { readonly type: 'warm'; readonly script: string };

/** Kinds of frames that go into a worker. */
export const InputFrame = {
  /** Defines the frame's name number. */
  name: 1,
  event: 2,
  /** An event of an earlier instance, replayed to rebuild its state. */
  rebuild: 3,
  /** A control message: new parameters. */
  control: 4,
  /** The end: in good order. */
  stop: 5,
  /** Recorded answers to the host calls of the next event, or of the end. */
  answers: 6,
  /** Back to the newest kept state that has not seen any event after this one. */
  restore: 7,
  /** A copy of the memory at the host call with this position in the next event; see {@link LOOK_AT_END}. */
  look: 8,
  /** Bytes that the next event refers to. */
  data: 9,
} as const;

/** Flag of a frame whose payload waits in the bulk port. */
export const BULK = 128;

/** Position in a `look` frame: when the event was answered. */
export const LOOK_AT_END = 0xffffffff;

/** What is known of a failure where it happened. */
export interface WorkerFailure {
  /**
   * `timeout` and `host` are found by the host process: a call past its deadline, a worker that is
   * gone. `unrecorded`: a replay came upon a host call without a recorded answer. `stub`: code of the
   * user's that answers for the host threw; the stack is that one's.
   */
  readonly kind: 'trap' | 'error' | 'start' | 'timeout' | 'host' | 'unrecorded' | 'stub';
  /** The instance takes the next event all the same. */
  readonly goesOn?: true;
  readonly call: string;
  readonly message: string;
  /** JavaScript stack of the trap, with the frames of the guest. */
  readonly stack: string;
  readonly stateText: string;
  readonly event: number;
  /** Stack that an interpreter reported for the exception behind it. */
  readonly scriptStack: string | undefined;
  readonly memoryBytes: number;
  /** What a rule of the component model has to say that the plugin broke; see wasm/fault.ts. */
  readonly fault?: { readonly what: string; readonly advice: string };
}

export type FromWorker =
  | { readonly type: 'spare' }
  /** The instance is made; `metadata` is what a throwaway instance said of itself. */
  | {
      readonly type: 'ready';
      readonly metadata: unknown;
      readonly memoryBytes: number;
      readonly durationMs: number;
    }
  | { readonly type: 'failed'; readonly failure: WorkerFailure }
  /** A call failed, and the instance goes on. Not every one is told where they come thick and fast. */
  | { readonly type: 'faulted'; readonly failure: WorkerFailure }
  /** The instance is in the state after this event (0: before the first); undefined where no state was kept. */
  | { readonly type: 'restored'; readonly event: number | undefined }
  /** What a `look` frame asked for. */
  | { readonly type: 'memory'; readonly bytes: Uint8Array }
  /** The worker reached its end; everything is in the ring. */
  | { readonly type: 'ended'; readonly cleanupError: string | undefined };
