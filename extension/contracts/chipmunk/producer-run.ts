/** What the two rules of a run share: its state, and the errors that end it. */
import { UserError } from '../../errors.ts';
import type { StreamBuffer } from './producer-buffer.ts';
import type { RunNotes } from './producer-notes.ts';
import type { ParseAnswer } from './result.ts';

/** What the rules want next; what came of it is in {@link Run}. */
export type Step = 'load' | 'parse';

/** The decisions of a run: ends where the run does, throws a UserError where it fails. */
export type Rules = Generator<Step, void, void>;

/** What came of the last load. */
export interface Loaded {
  /** Bytes that are new in the buffer. */
  readonly length: number;
  /** Bytes that the source read past. */
  readonly skipped: number;
  /** The source has no more, for now at least. */
  readonly ended: boolean;
}

export interface Run {
  readonly buffer: StreamBuffer;
  readonly notes: RunNotes;
  loaded: Loaded;
  answer: ParseAnswer;
  /** Calls so far. */
  calls: number;
  /** Messages that came of them. */
  rows: number;
  /** Bytes that were dropped. */
  dropped: number;
  /** `parser, call 3 of parse at offset 120 of app.log`. */
  readonly where: string;
}

/** An error of the plugin's that ends the run. */
export function endOfRun(run: Run, text: string, advice: string): UserError {
  return new UserError(`${run.where}: ${text}`, advice);
}

export const Advice = {
  unrecoverable: 'The plugin gave up: see its log and its code for the reason, or choose another input.',
  format: 'Check that the input is of the format that the plugin reads, and its configuration.',
  errors: 'Let the plugin skip what it cannot read by consuming it as an item without a value.',
  incomplete:
    'Give `incomplete` only where more bytes help, and let the last message of an input end without its separator.',
  progress: 'Consume at least a byte with every answer, or give `incomplete`.',
  over: 'Let the items consume together at most the bytes that were given.',
  eof: 'Give `eof` only where nothing after it is wanted.',
} as const;
