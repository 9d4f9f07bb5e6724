/**
 * The real host's loop over a real buffer, written after its source (Chipmunk 4.2.0: bufread, sources,
 * processor/src/producer, plugins_host/src/parser_shared) and as slow as that: what the producer is compared with.
 */
import type { Buffering } from '../../extension/inputs/byte-source.ts';
import type { Parser, Reply, ScriptedPiece, SeenCall } from './chipmunk-producer-fixture.ts';

/** `DeqBuffer` of bufread. */
class DeqBuffer {
  readonly slice: Buffer;
  start = 0;
  end = 0;

  constructor(size: number) {
    this.slice = Buffer.alloc(size);
  }

  get readAvailable(): number {
    return this.end - this.start;
  }

  get writeAvailable(): number {
    return this.slice.length - this.end;
  }

  write(bytes: Buffer): number {
    const size = Math.min(this.writeAvailable, bytes.length);
    bytes.copy(this.slice, this.end, 0, size);
    this.end += size;
    return size;
  }

  consume(size: number): void {
    this.start = Math.min(this.start + size, this.end);
    if (this.start === this.end) [this.start, this.end] = [0, 0];
  }

  flush(): number {
    const moved = this.start;
    this.slice.copy(this.slice, 0, this.start, this.end);
    this.end -= this.start;
    this.start = 0;
    return moved;
  }
}

interface ReloadInfo {
  readonly newly: number;
  readonly skipped: number;
}

export interface UpstreamRun {
  readonly calls: readonly SeenCall[];
  /** The text that ended the run, `eof`, `spin`, or `end`. */
  readonly end: string;
  readonly dropped: number;
}

/** Runs a parser as upstream does, until there is nothing more or it spins. */
export function runUpstream(
  pieces: readonly ScriptedPiece[],
  { capacity, enough, cutsOff, atOnce }: Buffering,
  parser: Parser,
): UpstreamRun {
  const buffer = new DeqBuffer(capacity);
  const rest = pieces.map((piece) => ({ ...piece }));
  const calls: SeenCall[] = [];
  let timestamp: bigint | undefined;
  let errors = 0;
  let produced = 0;
  let dropped = 0;
  let consumedBefore = 0;
  const source = { isDry: false };

  const load = (): ReloadInfo => {
    source.isDry = false;
    if (atOnce !== undefined && buffer.writeAvailable < atOnce) {
      // handle_buff_capacity: almost full where moving the bytes makes no room.
      if (buffer.flush() === 0 || buffer.writeAvailable < atOnce) return { newly: 0, skipped: 0 };
    } else if (!cutsOff && atOnce === undefined && buffer.readAvailable < enough) buffer.flush();
    const [piece] = rest;
    const most = cutsOff ? Infinity : (atOnce ?? buffer.writeAvailable);
    if (most === 0) return { newly: 0, skipped: 0 };
    if (piece === undefined) {
      source.isDry = true;
      return { newly: 0, skipped: 0 };
    }
    const bytes = piece.bytes.subarray(0, most);
    if (bytes.length < piece.bytes.length) rest[0] = { ...piece, bytes: piece.bytes.subarray(bytes.length) };
    else rest.shift();
    timestamp = piece.timestamp ?? timestamp;
    return { newly: buffer.write(bytes), skipped: piece.skipped ?? 0 };
  };

  const parse = (): Reply => {
    const slice = Buffer.from(buffer.slice.subarray(buffer.start, buffer.end));
    const call = { offset: consumedBefore, slice, timestamp };
    calls.push(call);
    const reply = parser(call, calls.length - 1);
    if (reply.case === 'parse' && ++errors > 2000) {
      const message = `Plugin parser returned more than 2000 recoverable parse errors consecutively. Parse Error: ${reply.message}`;
      return { case: 'unrecoverable', message };
    }
    if (reply.case === 'incomplete' && ++errors > 50) {
      const message = 'Plugin parser returned more than 50 recoverable incomplete errors consecutively';
      return { case: 'unrecoverable', message };
    }
    if (reply.case !== 'parse' && reply.case !== 'incomplete') errors = 0;
    return reply;
  };

  const consume = (count: number): void => {
    const before = buffer.readAvailable;
    buffer.consume(count);
    consumedBefore += before - buffer.readAvailable;
  };

  const over = (end: string): UpstreamRun => ({ calls, end, dropped });

  let idle = 0;
  for (;;) {
    // produce_next
    const first = load();
    let skipped = first.skipped;
    if (first.newly > 0) idle = 0;
    const dropAndLoad = (): boolean => {
      consume(1);
      dropped++;
      skipped++;
      if (buffer.readAvailable > 0) return true;
      const more = load();
      skipped += more.skipped;
      return more.newly > 0;
    };
    let isProcessed = false;
    while (buffer.readAvailable > 0) {
      const reply = parse();
      if (reply.case === 'ok') {
        let consumed = 0;
        for (const item of reply.items) {
          consumed += item.consumed;
          if (item.text !== undefined) produced++;
        }
        consume(consumed);
        idle = consumed === 0 ? idle + 1 : 0;
        isProcessed = true;
        break;
      }
      if (reply.case === 'eof') return over('eof');
      if (reply.case === 'unrecoverable') return over(reply.message);
      if (reply.case === 'incomplete') {
        const more = load();
        if (more.newly > 0) skipped += more.skipped;
        else if (!dropAndLoad()) break;
        continue;
      }
      if (produced === 0 && skipped > 1024) {
        return over(`Aborting session due to failing initial parse call with the error: ${reply.message}`);
      }
      if (!dropAndLoad()) break;
    }
    if (!isProcessed && source.isDry) return over('end');
    if (idle >= 1000) return over('spin');
  }
}
