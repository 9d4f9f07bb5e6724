/**
 * Trace events as Chrome, Perfetto and many others write them as JSON:
 * https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 */
import { isObject } from '../recording/lifecycle.ts';
import type { Notes } from './notes.ts';
import type { ImportedPayload } from './payload.ts';
import { PieceKind, type Pieces } from './pieces.ts';
import type { Tracks } from './tracks.ts';

/** Microseconds from its zero that a time may be away: three centuries; no clock means more. */
const FARTHEST = 9e15;

type Event = Readonly<Record<string, unknown>>;

export class ChromeEvents {
  readonly #pieces: Pieces;
  readonly #tracks: Tracks;
  readonly #notes: Notes;
  #count = 0;

  constructor(pieces: Pieces, tracks: Tracks, notes: Notes) {
    this.#pieces = pieces;
    this.#tracks = tracks;
    this.#notes = notes;
  }

  /** Takes the next event of the file. */
  take(event: unknown): void {
    const number = ++this.#count;
    if (!isObject(event)) {
      this.#notes.add('Events that are no objects are left out', number);
      return;
    }
    const phase = textOf(event['ph']) ?? '';
    const [group, thread] = [textOf(event['pid']) ?? '', textOf(event['tid']) ?? ''];
    if (phase === 'M') {
      this.#name(event, group, thread);
      return;
    }
    const time = this.#time(event['ts'], number);
    if (time === undefined) return;
    const add = (kind: PieceKind, payload: ImportedPayload, amount = 0, track?: number): void => {
      this.#pieces.add({
        kind,
        track: track ?? this.#tracks.of(group, thread),
        name: textOf(event['name']) ?? '',
        time,
        amount,
        payload,
      });
    };
    switch (phase) {
      case 'B':
        add(PieceKind.begin, payloadOf(event));
        break;
      case 'E':
        add(PieceKind.end, payloadOf(event));
        break;
      case 'X':
        add(PieceKind.slice, payloadOf(event), this.#duration(event['dur'], number));
        break;
      case 'i':
      case 'I':
      case 'R':
        add(
          PieceKind.instant,
          payloadOf(event),
          0,
          event['s'] === 'p' || event['s'] === 'g' ? this.#tracks.of(group) : undefined,
        );
        break;
      case 'C':
        this.#counters(event, group, time, number);
        break;
      case 'b':
      case 'S':
        add(PieceKind.asyncBegin, { ...payloadOf(event), id: idOf(event, group) }, 0, this.#tracks.of(group));
        break;
      case 'e':
      case 'F':
        add(PieceKind.asyncEnd, { ...payloadOf(event), id: idOf(event, group) }, 0, this.#tracks.of(group));
        break;
      case 'n':
      case 'T':
      case 'p':
        add(PieceKind.instant, { ...payloadOf(event), id: idOf(event, group) }, 0, this.#tracks.of(group));
        break;
      case 's':
        add(PieceKind.flowOut, { id: flowOf(event, group) });
        break;
      case 't':
        add(PieceKind.flowStep, { id: flowOf(event, group) });
        break;
      case 'f':
        // Without a binding point the arrow goes to the next slice that begins.
        add(PieceKind.flowIn, { id: flowOf(event, group) }, event['bp'] === 'e' ? 1 : 0);
        break;
      default:
        this.#notes.add(`Events of the kind ${JSON.stringify(phase.slice(0, 8))} are not shown`, number);
    }
  }

  #name(event: Event, group: string, thread: string): void {
    const args = isObject(event['args']) ? event['args'] : {};
    const name = textOf(args['name']);
    const sort = numberOf(args['sort_index']);
    switch (event['name']) {
      case 'process_name':
        if (name !== undefined && name !== '') this.#tracks.nameGroup(group, { name });
        break;
      case 'thread_name':
        if (name !== undefined && name !== '') this.#tracks.nameThread(group, thread, { name });
        break;
      case 'process_sort_index':
        if (sort !== undefined) this.#tracks.nameGroup(group, { sort });
        break;
      case 'thread_sort_index':
        if (sort !== undefined) this.#tracks.nameThread(group, thread, { sort });
        break;
    }
  }

  /** Each number in the arguments is a counter of its own. */
  #counters(event: Event, group: string, time: number, number: number): void {
    const args = isObject(event['args']) ? Object.entries(event['args']) : [];
    const id = textOf(event['id']);
    const name = `${textOf(event['name']) ?? ''}${id === undefined ? '' : `[${id}]`}`;
    let found = false;
    for (const [series, value] of args) {
      const amount = numberOf(value);
      if (amount === undefined) continue;
      found = true;
      this.#pieces.add({
        kind: PieceKind.counter,
        track: this.#tracks.of(group),
        name: args.length === 1 && (series === 'value' || series === name) ? name : `${name} ${series}`,
        time,
        amount,
        payload: {},
      });
    }
    if (!found) this.#notes.add('Counters without a number are left out', number);
  }

  /** Milliseconds; undefined where there is no time that can be one. */
  #time(ts: unknown, number: number): number | undefined {
    const time = numberOf(ts);
    if (time === undefined) this.#notes.add('Events without a time ("ts") are left out', number);
    else if (Math.abs(time) > FARTHEST)
      this.#notes.add('Events whose time is centuries away are left out', number);
    else return time / 1000;
    return undefined;
  }

  #duration(dur: unknown, number: number): number {
    const duration = numberOf(dur) ?? 0;
    if (duration >= 0 && duration <= FARTHEST) return duration / 1000;
    this.#notes.add('Events whose duration cannot be are shown without one', number);
    return 0;
  }
}

function payloadOf(event: Event): ImportedPayload {
  const { cat, args } = event;
  return {
    ...(typeof cat === 'string' && cat !== '' ? { category: cat } : {}),
    ...(args === undefined || (isObject(args) && Object.keys(args).length === 0) ? {} : { args }),
  };
}

/** What an asynchronous event belongs to: ids are of a category, and of a process where they say so. */
function idOf(event: Event, group: string): string {
  const { id, id2, cat } = event;
  const scope = textOf(event['scope']) ?? textOf(cat) ?? '';
  if (isObject(id2)) {
    const local = textOf(id2['local']);
    return local === undefined ? `${scope}:${textOf(id2['global']) ?? ''}` : `${scope}:${group}:${local}`;
  }
  return `${scope}:${textOf(id) ?? ''}`;
}

function flowOf(event: Event, group: string): string {
  return `${idOf(event, group)}:${textOf(event['name']) ?? ''}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

/** A finite number; some tools write them as texts. */
function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}
