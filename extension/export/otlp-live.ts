/**
 * Spans and logs of a recording that grows, to a collector: OTLP over HTTP
 * (https://opentelemetry.io/docs/specs/otlp/#otlphttp). The recording itself is what waits: nothing is held back for
 * the collector's sake, and nobody who records waits for it. What cannot be delivered is dropped, counted and told.
 */
import { messageOf, UserError } from '../errors.ts';
import type { Describers } from '../recording/describe.ts';
import { LiveRecording } from '../recording/live.ts';
import type { Recording } from '../recording/record.ts';
import type { Choice } from './choice.ts';
import { clockOf } from './clock.ts';
import { TURN } from './encode.ts';
import { OtelBatches } from './otlp-batches.ts';
import { logsJson, tracesJson } from './otlp-json.ts';
import type { Signal } from './otlp-file.ts';
import { writeLogs, writeTraces } from './otlp-protobuf.ts';
import { OtlpPost, type OtlpEndpoint } from './otlp-post.ts';
import { OtelTranslator, type OtelLog, type OtelSpan } from './otlp.ts';
import { Story } from './story.ts';
import { Waiting } from './waiting.ts';
import { WireWriter } from './wire.ts';

/** Spans or logs in one request, as OpenTelemetry's own batch processors have it. */
const BATCH = 512;
/** Milliseconds after which less than that is sent, and an event that nothing came of any more is over. */
const PATIENCE = 1000;
/** Records that may wait; earlier ones are skipped. */
const MOST_BEHIND = 1_000_000;
/** Milliseconds that {@link OtlpLive.close} gives to what was not delivered yet. */
const LAST_CHANCE = 5000;

export interface OtlpLiveOptions {
  readonly recording: Recording;
  readonly describers: Describers;
  /** Which of it is sent; all of it where absent. */
  readonly choice?: Choice;
  readonly endpoint: OtlpEndpoint;
  /** Hotplug's own version. */
  readonly version: string;
  /** The first record that is sent; 0 where absent. */
  readonly from?: number;
  /** Records that may wait to be sent, where it is not one that is finished; {@link MOST_BEHIND} where absent. */
  readonly mostBehind?: number;
  /** Told of every change of the status, at most once a request. */
  readonly onStatus?: (status: OtlpStatus) => void;
}

export interface OtlpStatus {
  /** `sending` also where nothing is there to send. `failed`: the recording cannot be read any more. */
  readonly state: 'sending' | 'retrying' | 'failed' | 'closed';
  /** What the collector took. */
  readonly spans: number;
  readonly logs: number;
  /** Spans and logs that it refused, or that could not be delivered. */
  readonly dropped: number;
  /** Records that were skipped because too many waited. */
  readonly skipped: number;
  /** What went wrong last; undefined where all is well. */
  readonly problem?: string;
}

export class OtlpLive {
  readonly #options: OtlpLiveOptions;
  readonly #story: Story;
  readonly #spans: OtelBatches<OtelSpan>;
  readonly #logs: OtelBatches<OtelLog>;
  readonly #post: OtlpPost;
  readonly #waiting = new Waiting();
  readonly #release: () => void;
  readonly #run: Promise<void>;
  #next: number;
  #closing = false;
  #finishing = false;
  #status: OtlpStatus = { state: 'sending', spans: 0, logs: 0, dropped: 0, skipped: 0 };

  /** Begins at once. Throws a UserError where the endpoint is no HTTP address. */
  constructor(options: OtlpLiveOptions) {
    const { recording, describers, choice = {}, endpoint, version } = options;
    this.#options = options;
    this.#post = new OtlpPost(endpoint, (problem) => {
      this.#tell({ state: 'retrying', problem });
    });
    this.#next = options.from ?? 0;
    this.#spans = new OtelBatches(recording.info, version);
    this.#logs = new OtelBatches(recording.info, version);
    const translator = new OtelTranslator(recording.info, clockOf(recording.info.startedAt), {
      span: this.#spans.add,
      log: this.#logs.add,
    });
    this.#story = new Story(recording, describers, choice, (item) => {
      translator.item(item);
    });
    this.#release = this.#follow(recording);
    this.#run = this.#work();
  }

  get status(): OtlpStatus {
    return this.#status;
  }

  /** Sends what is left, for `patience` milliseconds at most. Never rejects. */
  async close(patience = LAST_CHANCE): Promise<OtlpStatus> {
    if (!this.#closing) {
      this.#closing = true;
      this.#post.endAfter(patience);
      this.#waiting.wake();
    }
    await this.#run;
    return this.#status;
  }

  /** Sends all of a recording that is finished; ends where a request could not be delivered. Never rejects. */
  async finish(): Promise<OtlpStatus> {
    this.#closing = true;
    this.#finishing = true;
    this.#waiting.wake();
    await this.#run;
    return this.#status;
  }

  #follow(recording: Recording): () => void {
    const release = recording instanceof LiveRecording ? recording.hold() : undefined;
    const stop = recording.onGrow?.(() => {
      this.#waiting.wake();
    });
    return () => {
      stop?.();
      release?.();
    };
  }

  async #work(): Promise<void> {
    try {
      for (;;) {
        const isMore = this.#read();
        await this.#send(BATCH);
        if (isMore) {
          await this.#waiting.turn();
          continue;
        }
        if (this.#closing) break;
        if (await this.#waiting.wait(PATIENCE)) continue;
        this.#story.settle();
        await this.#send(1);
        // Nothing to do until there is more.
        if (this.#next >= this.#options.recording.count && !this.#isClosing()) await this.#waiting.wait();
      }
      this.#story.end();
      await this.#send(1);
      this.#tell({ ...this.#status, state: 'closed' });
    } catch (error) {
      this.#tell({ ...this.#status, state: 'failed', problem: messageOf(error) });
    } finally {
      this.#release();
    }
  }

  /** It may be closed while something is waited for, which the compiler does not know. */
  #isClosing(): boolean {
    return this.#closing;
  }

  /** Looks at some of the records that nobody looked at; false where none is left. */
  #read(): boolean {
    const { recording, mostBehind = MOST_BEHIND } = this.#options;
    const { count } = recording;
    if (!this.#finishing && count - this.#next > mostBehind) {
      const skipped = count - mostBehind - this.#next;
      this.#next += skipped;
      this.#tell({ ...this.#status, skipped: this.#status.skipped + skipped });
    }
    const end = Math.min(count, this.#next + TURN);
    while (this.#next < end) this.#story.add(this.#next++);
    return this.#next < count;
  }

  async #send(least: number): Promise<void> {
    const { version } = this.#options;
    const isJson = this.#post.encoding === 'json';
    const write = (fill: (out: WireWriter) => void): Uint8Array => {
      const out = new WireWriter();
      fill(out);
      return out.take();
    };
    if (this.#spans.count >= least) {
      const { count } = this.#spans;
      const groups = this.#spans.take();
      const body = isJson
        ? tracesJson(groups, version)
        : write((out) => {
            writeTraces(out, groups, version);
          });
      await this.#deliver('traces', body, count);
    }
    if (this.#logs.count >= least) {
      const { count } = this.#logs;
      const groups = this.#logs.take();
      const body = isJson
        ? logsJson(groups, version)
        : write((out) => {
            writeLogs(out, groups, version);
          });
      await this.#deliver('logs', body, count);
    }
  }

  async #deliver(signal: Signal, body: string | Uint8Array, count: number): Promise<void> {
    const { rejected, problem } = await this.#post.send(signal, body, count);
    const { spans, logs, dropped, skipped } = this.#status;
    const taken = count - rejected;
    this.#tell({
      state: 'sending',
      spans: signal === 'traces' ? spans + taken : spans,
      logs: signal === 'logs' ? logs + taken : logs,
      dropped: dropped + rejected,
      skipped,
      ...(problem === undefined ? {} : { problem }),
    });
    if (this.#finishing && rejected === count && problem !== undefined)
      throw new UserError(problem, 'Look at the address, at its headers and at the collector itself.');
  }

  #tell(status: Partial<OtlpStatus> & Pick<OtlpStatus, 'state'>): void {
    const { problem: _, ...before } = this.#status;
    this.#status = { ...before, ...status };
    this.#options.onStatus?.(this.#status);
  }
}
