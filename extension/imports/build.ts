/** Makes a recording of the events of a trace. */
import { setImmediate } from 'node:timers/promises';
import { LiveRecording } from '../recording/live.ts';
import { CallStatus, encodeCall, RecordFlag, RecordKind } from '../recording/record.ts';
import { importError } from './errors.ts';
import type { Notes } from './notes.ts';
import { orderOf } from './order.ts';
import { pair, type Paired } from './pair.ts';
import { decodePayload, encodePayload, IMPORTED, type ImportedPayload } from './payload.ts';
import { PieceKind, type Pieces } from './pieces.ts';
import type { Placed, Tracks } from './tracks.ts';

/** Records that are written before others get their turn in the process. */
const AT_A_TIME = 5000;
/** Times since the Unix epoch in ms: between 2001 and 2100. Others count from something that nobody knows. */
const EPOCH = { from: 1e12, to: 4.1e12 } as const;
const NOTHING = new Uint8Array();

/**
 * A temporary recording, which is removed when it is closed. Each record stands where it begins, so that what
 * is called comes after what called it. Throws a UserError where the trace is empty or the disk is full.
 */
export async function build(
  path: string,
  format: string,
  pieces: Pieces,
  tracks: Tracks,
  notes: Notes,
): Promise<LiveRecording> {
  if (pieces.count === 0) throw importError.empty(path);
  const order = await orderOf(pieces);
  const paired = await pair(pieces, order, notes);
  const used = new Set<number>();
  for (let piece = 0; piece < pieces.count; piece++) used.add(pieces.trackOf(piece));
  const placed = tracks.place(used);
  if (placed.sharing > 0)
    notes.add(
      `${placed.sharing} threads are too many to have each its own place and share "everything else"`,
    );
  const first = pieces.timeOf(order[0] ?? 0);
  const isReal = first >= EPOCH.from && first <= EPOCH.to;
  const recording = new LiveRecording({
    contract: IMPORTED,
    startedAt: isReal ? Math.floor(first) : 0,
    tools: { 'imported from': format },
  });
  try {
    for (const name of placed.plugins)
      recording.addPlugin({
        name,
        contract: IMPORTED,
        language: '',
        limits: { memoryBytes: 0, deadlineMs: 0 },
      });
    const writer = new Writer(recording, pieces, placed, paired, isReal ? 0 : first);
    for (const [count, piece] of order.entries()) {
      writer.write(piece);
      if (count % AT_A_TIME !== AT_A_TIME - 1) continue;
      if (recording.failure !== undefined) throw importError.cannotKeep(path, recording.failure);
      await setImmediate();
    }
    recording.flush();
    return recording;
  } catch (error) {
    recording.close();
    throw error;
  }
}

class Writer {
  readonly #recording: LiveRecording;
  readonly #pieces: Pieces;
  readonly #placed: Placed;
  readonly #paired: Paired;
  /** What the trace's times count from, where that is nothing real. */
  readonly #base: number;
  readonly #number = new Uint8Array(8);
  readonly #view = new DataView(this.#number.buffer);

  constructor(recording: LiveRecording, pieces: Pieces, placed: Placed, paired: Paired, base: number) {
    this.#recording = recording;
    this.#pieces = pieces;
    this.#placed = placed;
    this.#paired = paired;
    this.#base = base;
  }

  write(piece: number): void {
    const pieces = this.#pieces;
    const time = pieces.timeOf(piece) - this.#base;
    const amount = pieces.amountOf(piece);
    switch (pieces.kindOf(piece)) {
      case PieceKind.begin:
      case PieceKind.slice:
      case PieceKind.span:
        this.#call(piece, time, amount);
        break;
      case PieceKind.asyncBegin:
        this.#append(
          piece,
          RecordKind.hostCall,
          time + amount,
          RecordFlag.effect,
          this.#payload(piece, { tookMs: amount }),
        );
        break;
      case PieceKind.instant:
        this.#append(piece, RecordKind.hostCall, time, RecordFlag.effect, this.#payload(piece));
        break;
      case PieceKind.log:
        this.#append(piece, RecordKind.hostCall, time, RecordFlag.log, this.#payload(piece));
        break;
      case PieceKind.counter:
        this.#view.setFloat64(0, amount, true);
        this.#append(piece, RecordKind.counter, time, 0, this.#number);
        break;
      case PieceKind.flowOut:
      case PieceKind.flowStep:
      case PieceKind.flowIn:
        if (this.#paired.arrows.has(piece))
          this.#append(piece, RecordKind.hostCall, time, RecordFlag.effect, this.#payload(piece));
        break;
      case PieceKind.end:
      case PieceKind.asyncEnd:
        break;
    }
  }

  /** A call's time is when it came back. */
  #call(piece: number, time: number, durationMs: number): void {
    const result = this.#payload(piece);
    const failed = this.#pieces.kindOf(piece) === PieceKind.span && decodePayload(result).failed === true;
    const status = failed ? CallStatus.error : CallStatus.ok;
    const payload = encodeCall({ durationMs, status, text: '', result });
    this.#append(piece, RecordKind.call, time + durationMs, 0, payload);
  }

  /** What the file says of a piece, and what was found out about it. */
  #payload(piece: number, more: ImportedPayload = {}): Uint8Array {
    const { arrows, endings, unfinished } = this.#paired;
    const ends = arrows.get(piece);
    const ending = endings.get(piece);
    const { thread } = this.#placed.tracks[this.#pieces.trackOf(piece)] ?? {};
    const isUnfinished = unfinished.has(piece);
    if (
      ends === undefined &&
      ending === undefined &&
      thread === undefined &&
      !isUnfinished &&
      more.tookMs === undefined
    )
      return this.#pieces.payloadOf(piece);
    const own = decodePayload(this.#pieces.payloadOf(piece));
    const last = ending === undefined ? {} : decodePayload(this.#pieces.payloadOf(ending));
    return encodePayload({
      ...own,
      ...argumentsOf(own.args, last.args),
      ...(thread === undefined ? {} : { thread }),
      ...(isUnfinished ? { unfinished: true } : {}),
      ...ends,
      ...more,
    });
  }

  #append(piece: number, kind: RecordKind, time: number, flags: number, payload: Uint8Array = NOTHING): void {
    const plugin = this.#placed.tracks[this.#pieces.trackOf(piece)]?.plugin ?? 0;
    this.#recording.append(plugin, kind, this.#pieces.nameOf(piece), time, 0, flags, payload);
  }
}

/** What the beginning and the end of a slice were given, together. */
function argumentsOf(first: unknown, last: unknown): Pick<ImportedPayload, 'args'> {
  const isPlain = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isPlain(first) && isPlain(last)) return { args: { ...first, ...last } };
  const args = last ?? first;
  return args === undefined ? {} : { args };
}
