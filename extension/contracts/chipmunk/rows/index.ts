/** Where the rows of a plugin's last run are: per call, how many came before it; read from the heads of results. */
import { decodeLifecycle } from '../../../recording/lifecycle.ts';
import type { ResultPart } from '../../../host/result-view.ts';
import {
  callResult,
  CallStatus,
  decodeCall,
  decodeCallTime,
  headOf,
  RecordFlag,
  RecordKind,
  type RecordHead,
} from '../../../recording/record.ts';
import { decodeParse, PARSE, type ParseEvent } from '../event.ts';
import { metadataOf, type Columns } from '../metadata.ts';
import { HEAD, piecesOf, readAnswer, ROWS } from '../result.ts';
import { Numbers } from './numbers.ts';

const NO_COLUMNS: Columns = { columns: [], minWidth: 0, maxWidth: 0 };
const METADATA = 'metadata';
const NOT_OF_A_RUN = RecordFlag.starting | RecordFlag.ending | RecordFlag.rebuilding | RecordFlag.control;

/** A call that gave rows, or an error that is shown in their place. */
export interface RowCall {
  /** Number of its first row, and how many it gave. */
  readonly first: number;
  readonly count: number;
  /** Which recording its record is in, and its index there. */
  readonly part: number;
  readonly record: number;
  readonly isError: boolean;
  /** Where its slice lies in the stream, and how long it was. */
  readonly offset: number;
  readonly length: number;
  /** How many loads there were until then. */
  readonly loads: number;
}

interface Part extends ResultPart {
  /** The record to look at next. */
  next: number;
  isGone: boolean;
  /** Lets the recording go; the newest one is not held. */
  release?: () => void;
}

/** The calls and loads of one run. */
class Calls {
  readonly first = new Numbers();
  readonly part = new Numbers();
  readonly record = new Numbers();
  readonly errors = new Numbers();
  readonly offset = new Numbers();
  readonly length = new Numbers();
  readonly loads = new Numbers();
  rows = 0;
}

class Loads {
  readonly at = new Numbers();
  readonly length = new Numbers();
  readonly part = new Numbers();
  readonly record = new Numbers();
}

export class RunIndex {
  readonly #parts: Part[] = [];
  #calls = new Calls();
  #loads = new Loads();
  #run = 0;
  #columns: Columns = NO_COLUMNS;
  /** What the newest instance said before it ran; it may never run. */
  #asked: Columns = NO_COLUMNS;
  /** The event without an answer yet. */
  #open: { readonly number: number; readonly event: ParseEvent } | undefined;
  #scanned = 0;

  constructor(part: ResultPart) {
    this.#parts.push({ ...part, next: 0, isGone: false });
  }

  get run(): number {
    return this.#run;
  }

  get rows(): number {
    return this.#calls.rows;
  }

  get columns(): Columns {
    return this.#columns;
  }

  /** Everything that is recorded was looked at. */
  get isComplete(): boolean {
    return this.#parts.every(({ isGone, next, recording }) => isGone || next >= recording.count);
  }

  /** Goes on in another recording; `release` lets the one before go. */
  continueIn(part: ResultPart, release: () => void): void {
    const last = this.#parts.at(-1);
    if (last !== undefined) last.release = release;
    this.#parts.push({ ...part, next: 0, isGone: false });
  }

  /** The recording of a part; undefined where it was removed. */
  part(index: number): ResultPart | undefined {
    const part = this.#parts[index];
    return part === undefined || part.isGone ? undefined : part;
  }

  /** The part is the recording that is written, or the only one. */
  isNewest(part: number): boolean {
    return part === this.#parts.length - 1;
  }

  forget(isGone: (part: ResultPart) => boolean): void {
    for (const part of this.#parts.slice(0, -1)) {
      if (!part.isGone && isGone(part)) letGo(part);
    }
  }

  dispose(): void {
    for (const part of this.#parts) letGo(part);
  }

  /** Looks at what is new, until `isOver` says that it is enough for now; true where nothing is left. */
  read(isOver: () => boolean): boolean {
    // A part that was let go of had been looked at, or is looked at no more.
    for (; this.#scanned < this.#parts.length; this.#scanned++) {
      const part = this.#parts[this.#scanned];
      if (part === undefined || part.isGone) continue;
      for (; part.next < part.recording.count; part.next++) {
        if (isOver()) return false;
        const head = headOf(part.recording, part.next);
        if (head.plugin === part.plugin) this.#look(head, part, this.#scanned);
      }
      if (this.#scanned === this.#parts.length - 1) break;
    }
    return true;
  }

  /** The call that gave this row. */
  callOf(row: number): { readonly index: number; readonly call: RowCall } | undefined {
    if (row < 0 || row >= this.#calls.rows) return undefined;
    const index = this.#calls.first.lastUpTo(row);
    const call = this.call(index);
    return call === undefined ? undefined : { index, call };
  }

  /** The call with this index, from 0, among those that gave something to show. */
  call(index: number): RowCall | undefined {
    const calls = this.#calls;
    if (index < 0 || index >= calls.first.length) return undefined;
    const first = calls.first.at(index);
    const end = index + 1 < calls.first.length ? calls.first.at(index + 1) : calls.rows;
    return {
      first,
      count: end - first,
      part: calls.part.at(index),
      record: calls.record.at(index),
      isError: calls.errors.at(index) === 1,
      offset: calls.offset.at(index),
      length: calls.length.at(index),
      loads: calls.loads.at(index),
    };
  }

  /** Where the pieces are recorded that hold these bytes as they were at this call, in order. */
  loadsOf(
    { loads }: RowCall,
    from: number,
    to: number,
  ): readonly { readonly part: number; readonly record: number }[] {
    const found: { readonly part: number; readonly record: number }[] = [];
    const { at, length, part, record } = this.#loads;
    let before = to;
    for (let index = loads - 1; index >= 0; index--) {
      // Another stream, or what lies before.
      if (at.at(index) > before) break;
      before = at.at(index);
      if (before < to && before + length.at(index) > from)
        found.unshift({ part: part.at(index), record: record.at(index) });
      if (before <= from) break;
    }
    return found;
  }

  #look(head: RecordHead, part: Part, number: number): void {
    const { recording, next } = part;
    if (head.kind === RecordKind.lifecycle) {
      this.#change(head.name, number, next);
    } else if (head.kind === RecordKind.call && head.name === METADATA) {
      if ((head.flags & RecordFlag.starting) !== 0)
        this.#asked = columnsIn(decodeCall(recording.at(next).payload).text);
    } else if ((head.flags & NOT_OF_A_RUN) !== 0) {
      return;
    } else if (head.kind === RecordKind.hostCall && head.name === ROWS) {
      this.#piece(head, part, number);
    } else if (head.name !== PARSE) {
      return;
    } else if (head.kind === RecordKind.event) {
      const event = decodeParse(recording.at(next).payload);
      if (event === undefined) return;
      const { load, ...slice } = event;
      // The bytes stay in the recording.
      this.#open = { number: head.event, event: { ...slice, load: undefined } };
      if (load === undefined) return;
      const loads = this.#loads;
      loads.at.push(load.at);
      loads.length.push(load.length);
      loads.part.push(number);
      loads.record.push(next);
    } else if (head.kind === RecordKind.call) {
      this.#answered(head, part, number);
    }
  }

  /** A part of what a call gives, recorded before it. */
  #piece({ event }: RecordHead, { recording, next }: Part, number: number): void {
    const { payload } = recording.at(next);
    const answer = payload.length < HEAD ? undefined : readAnswer(payload.subarray(0, HEAD));
    if (answer?.case !== 'ok') return;
    const open = this.#open?.number === event ? this.#open : undefined;
    this.#add(answer.valued, false, open?.event, number, next);
    if (open === undefined) return;
    const { offset, length } = open.event;
    const passed = Math.min(answer.consumed, length);
    this.#open = { ...open, event: { ...open.event, offset: offset + passed, length: length - passed } };
  }

  #answered({ event }: RecordHead, { recording, next }: Part, number: number): void {
    const { payload } = recording.at(next);
    const slice = this.#open?.number === event ? this.#open.event : undefined;
    this.#open = undefined;
    const result = callResult(payload);
    // No more than the head: the text of an error is not needed here.
    const answer = result === undefined ? undefined : readAnswer(result.subarray(0, HEAD));
    if (answer?.case === 'ok' && result !== undefined && piecesOf(result) > 0) return;
    if (answer?.case === 'ok') this.#add(answer.valued, false, slice, number, next);
    else if (answer?.case === 'parse' || answer?.case === 'unrecoverable')
      this.#add(1, true, slice, number, next);
    else if (answer === undefined && decodeCallTime(payload).status !== CallStatus.ok)
      this.#add(1, true, slice, number, next);
  }

  #add(count: number, isError: boolean, slice: ParseEvent | undefined, part: number, record: number): void {
    if (count === 0) return;
    const calls = this.#calls;
    calls.first.push(calls.rows);
    calls.part.push(part);
    calls.record.push(record);
    calls.errors.push(isError ? 1 : 0);
    calls.offset.push(slice?.offset ?? 0);
    calls.length.push(slice?.length ?? 0);
    calls.loads.push(this.#loads.at.length);
    calls.rows += count;
  }

  #change(change: string, part: number, record: number): void {
    if (change === 'running' || change === 'reloaded' || change === 'restarted') {
      this.#calls = new Calls();
      this.#loads = new Loads();
      this.#columns = this.#asked;
      this.#open = undefined;
      this.#run++;
      // Nothing of this run is in the recordings before.
      for (const before of this.#parts.slice(0, part)) letGo(before);
    } else if (change === 'failed' && this.#open !== undefined) {
      // A call that never came back.
      this.#add(1, true, this.#open.event, part, record);
      this.#open = undefined;
    }
  }
}

function letGo(part: Part): void {
  if (part.isGone) return;
  part.isGone = true;
  part.release?.();
}

/** What an error is called, whose place is a record of kind call or lifecycle. */
export function errorText(kind: RecordKind, payload: Uint8Array): string {
  if (kind === RecordKind.lifecycle) return decodeLifecycle(payload).text;
  const { text, result } = decodeCall(payload);
  const answer = result === undefined ? undefined : readAnswer(result);
  return answer === undefined || answer.case === 'ok' ? text : `${answer.case}: ${answer.message}`;
}

function columnsIn(json: string): Columns {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    return NO_COLUMNS;
  }
  const columns = metadataOf(raw)?.columns;
  return columns !== undefined && Array.isArray(columns.columns) ? columns : NO_COLUMNS;
}
