/** One input of a plugin that is called again and again until it is through with it, each time by its last answer. */
import { messageOf, UserError } from '../errors.ts';
import { inputError } from './feeding.ts';
import type { Answer, ProducedEvent, Producer, RunFigures } from './produce.ts';
import type { InputStatus } from './protocol.ts';

/** The plugin as a run needs it. */
export interface Driven {
  /** An instance runs that was given no event yet. */
  readonly isFresh: boolean;
  /** An instance runs, or will by itself. */
  readonly runs: boolean;
  /** Has a fresh instance take over; {@link Run.begin} is called when it has. */
  restart(): Promise<void>;
  /** Makes a call; resolves with undefined where the instance was replaced before it answered. */
  exchange(event: ProducedEvent): Promise<Answer | undefined>;
  /** Resolves when what came of every call is recorded; with what went wrong where that is not so. */
  settled(): Promise<string | undefined>;
}

export interface RunOptions {
  readonly plugin: Driven;
  /** What the input is called before it is open. */
  readonly title: string;
  /** Opens the input at its beginning. */
  readonly open: (signal: AbortSignal) => Promise<Producer>;
  readonly progress: (status: InputStatus) => void;
  readonly failed: (error: UserError) => void;
  /** SHA-256 in hex of the component that runs now; undefined where it runs a source. */
  readonly binary: () => string | undefined;
  /** The input is through, or the plugin failed with it; not where somebody ended reading. */
  readonly ended: (binary: string, figures: RunFigures) => void;
}

/** What a run began with, and when, by the clock of `performance`. */
interface Began {
  readonly binary: string | undefined;
  readonly at: number;
}

export class Run {
  readonly #options: RunOptions;
  #going: AbortController | undefined;
  #stopped = false;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  /** Begins with the instance that runs, or one that is made now; where there is none, with the next one. */
  async start(): Promise<void> {
    const { plugin } = this.#options;
    if (plugin.isFresh) this.begin();
    else if (plugin.runs) await plugin.restart();
  }

  /** A fresh instance runs: the input is given from its beginning. */
  begin(): void {
    if (this.#stopped) return;
    this.#going?.abort();
    const going = new AbortController();
    this.#going = going;
    void this.#go(going.signal);
  }

  /** Ends reading; the plugin finishes the call that it is in. */
  stop(): void {
    this.#stopped = true;
    this.#going?.abort();
  }

  async #go(signal: AbortSignal): Promise<void> {
    const { title, open, progress, failed, binary } = this.#options;
    // A plugin that traps is gone when the run ends.
    const began: Began = { binary: binary(), at: performance.now() };
    let producer: Producer | undefined;
    try {
      producer = await open(signal);
      const isOver = await this.#drive(producer, signal);
      const failure = await this.#options.plugin.settled();
      if (failure !== undefined)
        throw new UserError(`${producer.progress.title}: ${failure}`, 'Look at the failure of the plugin.');
      // A fresh instance has begun its own, and says how far it is.
      if (!signal.aborted || this.#stopped) progress(statusOf(producer, isOver ? 'done' : 'stopped'));
      if (isOver) this.#note(producer, began);
    } catch (error) {
      if (!signal.aborted || this.#stopped)
        progress(
          statusOf(producer ?? notOpened(title), signal.aborted ? 'stopped' : 'failed', messageOf(error)),
        );
      if (signal.aborted) return;
      if (producer !== undefined) this.#note(producer, began);
      failed(inputError(error));
    } finally {
      await producer?.close();
    }
  }

  #note({ progress: { calls, bytes, rows } }: Producer, { binary, at }: Began): void {
    if (binary === undefined) return;
    const durationMs = performance.now() - at;
    this.#options.ended(binary, { at: Date.now(), calls, bytes, rows, durationMs });
  }

  /** Whether the plugin is through with it; false where the instance was replaced or reading was ended. */
  async #drive(producer: Producer, signal: AbortSignal): Promise<boolean> {
    const { plugin, progress } = this.#options;
    let answer: Answer | undefined;
    while (!signal.aborted) {
      progress(statusOf(producer, 'running'));
      const event = await producer.next(answer, signal);
      if (event === undefined) return true;
      answer = await plugin.exchange(event);
      if (answer === undefined) return false;
    }
    return false;
  }
}

/** An input of which nothing was read. */
function notOpened(title: string): Pick<Producer, 'progress' | 'notes'> {
  return { progress: { title, calls: 0, bytes: 0, skipped: 0, rows: 0 }, notes: [] };
}

function statusOf(
  { progress, notes }: Pick<Producer, 'progress' | 'notes'>,
  state: NonNullable<InputStatus['run']>['state'],
  failure?: string,
): InputStatus {
  const { title, calls, bytes, skipped, total } = progress;
  return {
    title,
    sent: calls,
    running: state === 'running',
    run: {
      state,
      bytes,
      skipped,
      ...(total === undefined ? {} : { totalBytes: total }),
      notes,
      ...(failure === undefined ? {} : { failure }),
    },
  };
}
