/** Makes the calls of `parse` of one run: from a source of bytes, by the rules of the real host or by strict ones. */
import { UserError } from '../../errors.ts';
import type { Answer, ProducedEvent, Producer, RunNote, RunProgress, RunRules } from '../../host/produce.ts';
import type { ByteSource, Piece } from '../../inputs/byte-source.ts';
import { encodeParse, PARSE, type Load } from './event.ts';
import { StreamBuffer } from './producer-buffer.ts';
import { likeHost } from './producer-like-host.ts';
import { RunNotes, sourceNotes } from './producer-notes.ts';
import type { Loaded, Rules, Run, Step } from './producer-run.ts';
import { strict } from './producer-strict.ts';
import { readAnswer } from './result.ts';

export interface ParserOptions {
  readonly rules: RunRules;
  /** Name of the plugin, for errors and notes. */
  readonly title: string;
}

export class ParserProducer implements Producer {
  readonly #source: ByteSource;
  readonly #options: ParserOptions;
  readonly #run: Run;
  readonly #rules: Rules;
  /** What the rules wait for; undefined before the first and after the last step. */
  #step: Step | undefined;
  #isOver = false;
  #timestamp: bigint | undefined;
  /** What was read since the last call. */
  #load: (Load & { readonly data: Uint8Array | undefined }) | undefined;

  constructor(source: ByteSource, options: ParserOptions) {
    this.#source = source;
    this.#options = options;
    const buffer = new StreamBuffer(source.buffering);
    this.#run = {
      buffer,
      notes: new RunNotes(),
      loaded: { length: 0, skipped: 0, ended: false },
      answer: { case: 'eof', message: '' },
      calls: 0,
      rows: 0,
      dropped: 0,
      get where() {
        return `${options.title}, call ${this.calls} of parse at offset ${buffer.position} of ${source.title}`;
      },
    };
    this.#rules = options.rules === 'strict' ? strict(this.#run) : likeHost(this.#run);
  }

  get progress(): RunProgress {
    const { buffer, calls, rows, dropped } = this.#run;
    const { title, total } = this.#source;
    return {
      title,
      bytes: buffer.position - dropped,
      skipped: dropped,
      ...(total === undefined ? {} : { total }),
      calls,
      rows,
    };
  }

  get notes(): readonly (RunNote & { readonly times: number })[] {
    return [...this.#run.notes.list, ...sourceNotes(this.#source.notes)];
  }

  async next(answer: Answer | undefined, signal: AbortSignal): Promise<ProducedEvent | undefined> {
    if (this.#isOver) return undefined;
    try {
      if (this.#step === 'parse') this.#take(answer);
      // A load that was broken off is done again.
      for (;;) {
        if (this.#step === 'load') await this.#read(signal);
        const { value, done } = this.#rules.next();
        if (done === true) break;
        this.#step = value;
        if (value === 'parse') return this.#event();
      }
    } catch (error) {
      if (signal.aborted && error === signal.reason) throw error;
      this.#isOver = true;
      throw error;
    }
    this.#isOver = true;
    return undefined;
  }

  close(): Promise<void> {
    this.#isOver = true;
    return this.#source.close();
  }

  /** Reads what the last call gave; throws where it did not come back with an answer. */
  #take(answer: Answer | undefined): void {
    const read = answer?.result === undefined ? undefined : readAnswer(answer.result);
    if (read !== undefined) {
      this.#run.answer = read;
      if (read.case === 'ok') this.#run.rows += read.rows;
      return;
    }
    const said = answer === undefined || answer.text === '' ? 'it gave no answer' : answer.text;
    const text = this.#options.rules === 'strict' ? said : `Call parse on the plugin failed. Error: ${said}`;
    throw new UserError(
      `${this.#run.where}: ${text}`,
      'Look at the failure; the same input runs into it again.',
    );
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { buffer } = this.#run;
    const isStrict = this.#options.rules === 'strict';
    const room = isStrict ? buffer.roomForMore() : buffer.roomLikeHost();
    const piece = room === 0 ? undefined : await this.#source.read(room, signal);
    const isFull = room === 0;
    this.#run.loaded =
      piece === undefined
        ? { length: 0, skipped: 0, ended: !isFull }
        : this.#add(piece, isStrict || !buffer.figures.cutsOff ? piece.bytes.length : buffer.room);
  }

  /** Adds as much of a piece as is kept. */
  #add({ bytes, timestamp, reference, skipped = 0 }: Piece, kept: number): Loaded {
    const { buffer } = this.#run;
    if (timestamp !== undefined) this.#timestamp = timestamp;
    const lost = bytes.length - Math.min(bytes.length, kept);
    if (lost > 0) this.#noteCut(lost, `the host cut ${lost} bytes of a packet of ${bytes.length}`, 'error');
    else if (buffer.figures.cutsOff && bytes.length > buffer.room) {
      const over = bytes.length - buffer.room;
      this.#noteCut(
        over,
        `the real host would have cut ${over} bytes of a packet of ${bytes.length}`,
        'warning',
      );
    }
    const data = lost === 0 ? bytes : bytes.subarray(0, kept);
    const at = buffer.add(data.length);
    if (data.length > 0) {
      const referred = lost === 0 ? reference : undefined;
      this.#load = {
        at,
        length: data.length,
        from: referred ?? data,
        data: referred === undefined ? undefined : data,
      };
    }
    return { length: data.length, skipped, ended: false };
  }

  #noteCut(bytes: number, text: string, severity: RunNote['severity']): void {
    const { buffer, notes } = this.#run;
    const at = buffer.position + buffer.available;
    notes.add(
      'cut',
      () => ({
        severity,
        fault: 'host',
        text: `${this.#source.title}: ${text}, at offset ${at}: its buffer of ${buffer.figures.capacity} bytes was full.`,
        advice: 'Let the parser consume what it was given, as many messages in a call as there are.',
      }),
      bytes,
    );
  }

  #event(): ProducedEvent {
    const { buffer } = this.#run;
    const load = this.#load;
    this.#load = undefined;
    this.#run.calls++;
    const payload = encodeParse({
      offset: buffer.position,
      length: buffer.available,
      timestamp: this.#timestamp,
      load,
    });
    return { name: PARSE, payload, ...(load?.data === undefined ? {} : { data: load.data }) };
  }
}
