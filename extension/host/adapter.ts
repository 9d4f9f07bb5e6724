import type { GuestAbi } from './abi.ts';
import type { Boundary } from './boundary.ts';
import type { Binding } from './contract.ts';
import type { Frame } from './ring.ts';
import type { KeptState, StateParts } from './state.ts';

/** A component after instantiation, as a contract's adapter needs it. */
export interface LoadedComponent {
  /** The exports as jco lifts them: interface name without version → object. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** Exports of every core instance, in the order of instantiation. */
  readonly core: readonly WebAssembly.Exports[];
  /** Watches the calls into this instance; those that do not go through {@link exports} have to use it. */
  readonly abi: GuestAbi;
  /** The representation that the guest gave the resource it made last: what methods of it take as `self`. */
  readonly lastResource: () => number | undefined;
  /** Its linear memories and mutable globals. */
  readonly state: StateParts;
}

/** How a call that came back ended. */
export type Outcome =
  | {
      readonly ok: true;
      /** What the export gave, as the contract encodes it. */
      readonly result?: Uint8Array;
    }
  | {
      readonly ok: false;
      /** The error that the plugin gave. */
      readonly message: string;
      /** What the real host would show; undefined where it would go on with the instance. */
      readonly stateText: string | undefined;
      /** Its author wants to know, although the instance goes on. */
      readonly reported?: true;
    };

/**
 * The half of a contract that runs inside the worker. One adapter serves one instance. A trap in
 * any call is an exception that passes through; the worker turns it into a report.
 */
export interface ContractAdapter {
  /** Gets ready what takes its time, before anything is instantiated. */
  prepare?(): Promise<void>;
  /**
   * The contract's import objects, keyed by interface name without version; `provided` are those that
   * every plugin gets.
   */
  imports(provided: ImportObjects): ImportObjects;
  /**
   * Instantiates a plugin that is a core module, with what the contract runs it with, and gives its exports;
   * undefined where the contract's plugins are components.
   */
  instantiateModule?(
    moduleOf: (name: string) => WebAssembly.Module,
    instantiateCore: InstantiateCore,
  ): Readonly<Record<string, unknown>>;
  /** State of the instance that the adapter holds for it, beside its memories and globals. */
  readonly kept?: KeptState;
  /** Asks a throwaway instance what it is; undefined where the contract has nothing to ask. */
  metadata?(component: LoadedComponent): unknown;
  /** Begins the instance's life; undefined where it has begun when it is instantiated. */
  start?(component: LoadedComponent, params: string | undefined): void;
  /** Takes an instance that {@link start} does not begin. */
  take?(component: LoadedComponent): void;
  /** The name under which the call of an event of this name is recorded. */
  callOf(event: string): string;
  /** Takes the bytes that the next event refers to: they are there until that one was handed over. */
  data?(bytes: Uint8Array): void;
  /** Hands one event over; its name is resolved from the frame by the worker. */
  deliver(name: string, frame: Frame): Outcome;
  /** Hands a control message over (StreamKit: new parameters). */
  control(name: string, frame: Frame): Outcome;
  /** Ends the instance in good order; undefined where there is nothing to call. */
  stop?(): void;
  /** What the real host would show where this call traps. */
  trapText(call: string, message: string): string;
}

/** Instantiates a core module, so that its calls are watched and its state can be kept. */
export type InstantiateCore = (
  module: WebAssembly.Module,
  imports?: WebAssembly.Imports,
) => WebAssembly.Instance;

/** Import objects by interface name without version. */
export type ImportObjects = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What an adapter is made with. */
export interface AdapterContext {
  readonly boundary: Boundary;
  /** The node's name, which error texts carry. */
  readonly node: string;
  /** {@link Contract.binding}, as the host process has it. */
  readonly binding: Binding | undefined;
  /** Milliseconds that a call may take; any time where absent. */
  readonly deadlineMs?: number | undefined;
  /** What a throwaway instance said of itself; undefined while that one is asked. */
  readonly metadata: unknown;
  /** Already normalised by the contract. */
  readonly params: string | undefined;
  /** A folder that may be made for this instance and is removed with it: an absolute path. */
  readonly temporary: string;
}

export type AdapterFactory = (context: AdapterContext) => ContractAdapter;
