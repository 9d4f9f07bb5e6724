/**
 * What calls a plugin when each call depends on what came of the one before: a host that gives a parser
 * the bytes it has not consumed yet.
 */
import type { CallStatus } from '../recording/record.ts';
import type { StreamSpec } from '../project/project.ts';
import type { Contract, EncodedEvent } from './contract.ts';

/** Bytes of a file that a recording refers to instead of holding them. */
export interface DataReference {
  /** Relative to the project's folder with `/` where it lies below it, else its name alone. */
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  /** SHA-256 of these bytes, in hex. */
  readonly sha256: string;
}

/** An event with the bytes that its payload refers to, where it does. */
export interface ProducedEvent extends EncodedEvent {
  readonly data?: Uint8Array;
}

/** What came of a call. */
export interface Answer {
  readonly status: CallStatus;
  /** What went wrong where the status is not ok. */
  readonly text: string;
  /** What the export gave, as the contract encodes it. */
  readonly result?: Uint8Array;
}

/** Something odd that a run met, once or for the nth time. */
export interface RunNote {
  readonly severity: 'error' | 'warning' | 'info';
  /** Whose doing it is. */
  readonly fault: 'plugin' | 'host' | 'input';
  /** What happened and where: call, offset in the input. One sentence. */
  readonly text: string;
  /** What to do next. */
  readonly advice: string;
}

/** How far a run is. */
export interface RunProgress {
  /** Name of the input. */
  readonly title: string;
  /** Bytes that the plugin has done with, and those that it was given and that were dropped. */
  readonly bytes: number;
  readonly skipped: number;
  /** Undefined where the end is not known. */
  readonly total?: number;
  readonly calls: number;
  /** Rows that came of it so far; 0 for a plugin that gives bytes. */
  readonly rows: number;
}

/** What a run that got to an end, or that the plugin or the input ended, came to. */
export interface RunFigures {
  /** Milliseconds since the Unix epoch: when the run ended. */
  readonly at: number;
  /** Calls of `parse` or `read`. */
  readonly calls: number;
  /** Bytes that the plugin had done with, or that it gave. */
  readonly bytes: number;
  /** Rows that came of it; 0 for a byte source. */
  readonly rows: number;
  readonly durationMs: number;
}

/** Makes the calls of one run, from the beginning of its input to the end. */
export interface Producer {
  /**
   * The next call, given what came of the last one; undefined at the first. Resolves with undefined when the
   * run is over. Throws a UserError where it cannot go on: an input that cannot be read, an answer that ends
   * the run. Rejects with the signal's reason when that is given while it waits for input.
   */
  next(answer: Answer | undefined, signal: AbortSignal): Promise<ProducedEvent | undefined>;
  readonly progress: RunProgress;
  /** Every kind of thing that was odd, the first time it happened, with how often it did. */
  readonly notes: readonly (RunNote & { readonly times: number })[];
  /** Ends reading. */
  close(): Promise<void>;
}

/** Whether a run loses nothing and says what the real host would lose, or does as that one does. */
export type RunRules = 'strict' | 'like-host';

/** A plugin that another one takes its bytes from. */
export interface SourcePlugin {
  readonly name: string;
  call(event: ProducedEvent): Promise<Answer | undefined>;
}

/** What a stream is opened with. */
export interface RunContext {
  readonly contract: Contract;
  /** Name of the plugin. */
  readonly plugin: string;
  /** The project's: what references in a recording are relative to. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /**
   * Has a fresh instance of another plugin, by the folder of its project, and gives how to call it: undefined
   * is the answer where that instance is gone. Throws a UserError where it cannot be started.
   */
  readonly source: (folder: string) => Promise<SourcePlugin>;
}

/** Opens a stream at its beginning. Throws a UserError where it cannot be read, or where the contract has no use for it. */
export type OpenRun = (spec: StreamSpec, context: RunContext) => Promise<Producer>;
