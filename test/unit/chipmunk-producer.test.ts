import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ParserProducer } from '../../extension/contracts/chipmunk/producer.ts';
import { UserError } from '../../extension/errors.ts';
import { CallStatus } from '../../extension/recording/record.ts';
import { FILE_BUFFERING, PACKET_BUFFERING, SOCKET_BUFFERING } from '../../extension/inputs/buffering.ts';
import { openPcap } from '../../extension/inputs/pcap.ts';
import { openPlugin } from '../../extension/inputs/plugin-bytes.ts';
import { encodeError } from '../../extension/contracts/chipmunk/result.ts';
import { openBytes } from '../../extension/inputs/bytes.ts';
import type { Buffering } from '../../extension/inputs/byte-source.ts';
import {
  drive,
  never,
  ok,
  scripted,
  type Parser,
  type Reply,
  type ScriptedPiece,
} from './chipmunk-producer-fixture.ts';
import { datagram, ethernet, pcap } from './pcap-fixture.ts';
import { write } from './inputs-fixture.ts';
import { runUpstream } from './chipmunk-producer-upstream.ts';

const incomplete: Reply = { case: 'incomplete' };
const error: Reply = { case: 'parse', message: 'no frame' };

function likeHost(pieces: readonly ScriptedPiece[], buffering: Buffering = FILE_BUFFERING): ParserProducer {
  return new ParserProducer(scripted(pieces, buffering, !buffering.cutsOff), {
    rules: 'like-host',
    title: 'plugin',
  });
}

function strictly(pieces: readonly ScriptedPiece[], buffering: Buffering = FILE_BUFFERING): ParserProducer {
  return new ParserProducer(scripted(pieces, buffering, !buffering.cutsOff), {
    rules: 'strict',
    title: 'plugin',
  });
}

function text(value: string): ScriptedPiece[] {
  return [{ bytes: Buffer.from(value) }];
}

function messageOf(error: unknown): string {
  assert.ok(error instanceof UserError, String(error));
  return error.message;
}

/** Frames: a length byte, then so many bytes. */
const frames: Parser = ({ slice }) => {
  const consumed: number[] = [];
  let at = 0;
  while (at < slice.length) {
    const size = 1 + slice.readUInt8(at);
    if (at + size > slice.length) break;
    consumed.push(size);
    at += size;
  }
  return consumed.length === 0 ? incomplete : ok(...consumed);
};

const small: Buffering = { capacity: 16, enough: 4, cutsOff: false };
const packets: Buffering = { capacity: 16, enough: 0, cutsOff: true };
const sockets: Buffering = { capacity: 16, enough: 17, atOnce: 5, cutsOff: false };

const reply: fc.Arbitrary<Reply> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(fc.record({ consumed: fc.nat(7), text: fc.constantFrom('row', undefined) }), { maxLength: 3 })
      .map((items): Reply => ({
        case: 'ok',
        items: items.map(({ consumed, text: row }) =>
          row === undefined ? { consumed } : { consumed, text: row },
        ),
      })),
  },
  { weight: 4, arbitrary: fc.constant(incomplete) },
  { weight: 4, arbitrary: fc.constant(error) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Reply>({ case: 'eof' }, { case: 'unrecoverable', message: 'broken' }),
  },
);

const script = fc.record({
  pieces: fc.array(
    fc.record({
      bytes: fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
      timestamp: fc.option(fc.nat(1000).map(BigInt), { nil: undefined }),
      skipped: fc.nat(400),
    }),
    { maxLength: 12 },
  ),
  replies: fc.array(reply, { minLength: 1, maxLength: 40 }),
  /** What is given when the script is over. */
  last: fc.oneof(fc.constantFrom(incomplete, error, ok(), ok(1), ok(3))),
  buffering: fc.constantFrom(small, packets, sockets),
});

/** Without the properties that are undefined. */
function piecesOf(
  pieces: readonly { bytes: Buffer; timestamp: bigint | undefined; skipped: number }[],
): ScriptedPiece[] {
  return pieces.map(({ bytes, timestamp, skipped }) => ({
    bytes,
    skipped,
    ...(timestamp === undefined ? {} : { timestamp }),
  }));
}

test('like-host runs make the calls of the real host, byte for byte', async () => {
  let spins = 0;
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(script, async ({ pieces: raw, replies, last, buffering }) => {
      const pieces = piecesOf(raw);
      const parser: Parser = (_call, index) => replies[index] ?? last;
      const expected = runUpstream(pieces, buffering, parser);
      const producer = likeHost(pieces, buffering);
      const { calls, error: thrown } = await drive(producer, parser);
      assert.equal(calls.length, expected.calls.length);
      for (const [index, call] of calls.entries()) {
        assert.deepEqual(call.slice, expected.calls[index]?.slice);
        assert.equal(call.timestamp, expected.calls[index]?.timestamp);
      }
      assert.equal(producer.progress.skipped, expected.dropped);
      assert.equal(producer.progress.calls, calls.length);
      const isError = !['eof', 'end', 'spin'].includes(expected.end);
      if (isError) assert.ok(messageOf(thrown).endsWith(`: ${expected.end}`), messageOf(thrown));
      else assert.equal(thrown, undefined);
      if (expected.end === 'spin') {
        spins++;
        assert.ok(producer.notes.some((note) => note.text.includes('for ever')));
      }
      ends.add(expected.end.slice(0, 20));
    }),
    { numRuns: 1500, seed: 7 },
  );
  assert.ok(spins > 0 && ends.size >= 5, [...ends].join());
});

/** Rows of a reply: an item without a text has no value. */
function rowsIn(reply: Reply): number {
  return reply.case === 'ok' ? reply.items.filter(({ text }) => text !== undefined).length : 0;
}

test('strict runs end, and every byte is consumed or noted', async () => {
  await fc.assert(
    fc.asyncProperty(script, async ({ pieces: raw, replies, last, buffering }) => {
      const pieces = piecesOf(raw);
      const all = Buffer.concat(pieces.map(({ bytes }) => bytes));
      const given: Reply[] = [];
      const parser: Parser = ({ slice }, index) => {
        const wanted = replies[index] ?? last;
        // Most plugins consume no more than they are given; those that do are a test of their own.
        let left = slice.length;
        const one: Reply =
          wanted.case !== 'ok'
            ? wanted
            : {
                case: 'ok',
                items: wanted.items.map((item) => {
                  const consumed = Math.min(item.consumed, left);
                  left -= consumed;
                  return { ...item, consumed };
                }),
              };
        given.push(one);
        return one;
      };
      const producer = strictly(pieces, buffering);
      const { calls, error: thrown } = await drive(producer, parser);
      // Every call begins where the bytes before it were consumed or dropped, and has what follows there.
      let offset = 0;
      let dropped = 0;
      for (const [index, call] of calls.entries()) {
        assert.equal(call.offset, offset);
        assert.deepEqual(call.slice, all.subarray(offset, offset + call.slice.length));
        const one = given[index];
        if (one?.case === 'ok') offset += one.items.reduce((sum, item) => sum + item.consumed, 0);
        if (one?.case === 'parse' && !(thrown !== undefined && index === calls.length - 1)) {
          offset++;
          dropped++;
        }
      }
      const notes = producer.notes;
      assert.equal(notes.find(({ text: note }) => note.includes('a byte was dropped'))?.times ?? 0, dropped);
      assert.deepEqual(producer.progress, {
        title: 'scripted',
        bytes: offset - dropped,
        skipped: dropped,
        calls: calls.length,
        rows: given.reduce((sum, one) => sum + rowsIn(one), 0),
      });
      if (thrown !== undefined) {
        messageOf(thrown);
        return;
      }
      const ending = given.at(-1)?.case;
      const rest = calls.at(-1)?.slice.length ?? 0;
      if (ending === 'eof')
        assert.ok(notes.some(({ text: note }) => note.includes(`eof with ${rest} bytes left`)));
      else if (ending === 'incomplete') {
        assert.equal(offset + rest, all.length);
        assert.ok(notes.some(({ text: note }) => note.includes(`the last ${rest} bytes were incomplete`)));
      } else assert.equal(offset, all.length);
    }),
    { numRuns: 1500, seed: 7 },
  );
});

test('frames come whole through any pieces with strict rules', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }),
      fc.constantFrom(small, packets, sockets),
      async (contents, sizes, buffering) => {
        const stream = Buffer.concat(contents.flatMap((content) => [Buffer.of(content.length), content]));
        const pieces: ScriptedPiece[] = [];
        for (let at = 0, index = 0; at < stream.length; index++) {
          const size = sizes[index % sizes.length] ?? 1;
          pieces.push({ bytes: stream.subarray(at, at + size) });
          at += size;
        }
        const producer = strictly(pieces, buffering);
        const { error: thrown } = await drive(producer, frames);
        assert.equal(thrown, undefined);
        assert.equal(producer.progress.bytes, stream.length);
        assert.equal(producer.progress.skipped, 0);
      },
    ),
    { numRuns: 300, seed: 7 },
  );
});

test('a full buffer that is not moved loses bytes like the host, and none with strict rules', async () => {
  // A frame of 5 bytes begins 11 before the end of a buffer of 16, of which 5 stay and 4 would be few enough.
  const stream = Buffer.concat([Buffer.alloc(11, 0), Buffer.of(9), Buffer.alloc(9, 0), Buffer.alloc(20, 0)]);
  const host = likeHost([{ bytes: stream }], small);
  await drive(host, frames);
  assert.ok(host.progress.skipped > 0);
  assert.ok(
    host.notes.some(({ fault, text: note }) => fault === 'host' && note.includes('no room for more')),
  );
  const strict = strictly([{ bytes: stream }], small);
  assert.equal((await drive(strict, frames)).error, undefined);
  assert.deepEqual(strict.progress, {
    title: 'scripted',
    bytes: 41,
    skipped: 0,
    calls: strict.progress.calls,
    rows: 32,
  });
  const [note] = strict.notes;
  assert.equal(note?.fault, 'host');
  assert.match(
    note.text,
    /^plugin, call 2 of parse at offset 11 of scripted: 5 bytes were incomplete; .* dropped 2 bytes/,
  );
});

test('the limits are those of the real host', async () => {
  const zeros = [{ bytes: Buffer.alloc(5000) }];
  const initial = await drive(likeHost(zeros), () => error);
  assert.equal(initial.calls.length, 1026);
  assert.match(
    messageOf(initial.error),
    /^plugin, call 1026 of parse at offset 1025 of scripted: Aborting session/,
  );
  // With an item before, it is the number of errors in a row.
  const errors = await drive(likeHost(zeros), (_call, index) => (index === 0 ? ok(1) : error));
  assert.equal(errors.calls.length, 2002);
  assert.match(
    messageOf(errors.error),
    /more than 2000 recoverable parse errors consecutively\. Parse Error: no frame$/,
  );
  const ends = await drive(likeHost(zeros), () => incomplete);
  assert.equal(ends.calls.length, 51);
  assert.match(messageOf(ends.error), /more than 50 recoverable incomplete errors consecutively$/);
  // One counter for both.
  const both = await drive(likeHost(zeros), (_call, index) => (index < 51 ? error : incomplete));
  assert.equal(both.calls.length, 52);
  assert.match(messageOf(both.error), /50 recoverable incomplete/);

  assert.match(
    messageOf((await drive(strictly(zeros), () => error)).error),
    /the first 1025 bytes gave nothing but parse errors/,
  );
  const strict = await drive(strictly(zeros), (_call, index) => (index === 0 ? ok(1) : error));
  assert.match(messageOf(strict.error), /more than 2000 recoverable parse errors/);
});

test('strict rules only note what the host would end for where nothing has to end', async () => {
  const pieces = Array.from({ length: 60 }, () => ({ bytes: Buffer.alloc(100, 7) }));
  const producer = strictly(pieces, SOCKET_BUFFERING);
  const { error: thrown } = await drive(producer, ({ slice }) =>
    slice.length < 6000 ? incomplete : ok(6000),
  );
  assert.equal(thrown, undefined);
  assert.equal(producer.progress.bytes, 6000);
  const [note] = producer.notes;
  assert.equal(note?.times, 9);
  assert.match(note.text, /call 51 .* more than 50 times in a row; the real host would have ended the run/);
});

test('no progress is a spin like the host, and an error of the plugin with strict rules', async () => {
  const producer = likeHost(text('abc'));
  const { calls, error: thrown } = await drive(producer, () => ok());
  assert.equal(thrown, undefined);
  assert.equal(calls.length, 1000);
  assert.match(producer.notes[0]?.text ?? '', /consumed nothing in 1000 calls.*for ever/);
  const none = await drive(strictly(text('abc')), () => ok());
  assert.match(
    messageOf(none.error),
    /^plugin, call 1 of parse at offset 0 of scripted: the parser gave no items; the real host/,
  );
  const zero = await drive(strictly(text('abc')), (_call, index) => (index === 0 ? ok(1) : ok(0)));
  assert.match(messageOf(zero.error), /call 2 of parse at offset 1 .* 1 items that consumed nothing/);
});

test('more consumed than given is clamped like the host, and an error of the plugin with strict rules', async () => {
  const producer = likeHost(text('abc'));
  assert.equal((await drive(producer, () => ok(2, 5))).error, undefined);
  assert.deepEqual([producer.progress.bytes, producer.progress.calls], [3, 1]);
  assert.match(producer.notes[0]?.text ?? '', /consumed 7 bytes of the 3/);
  const strict = await drive(strictly(text('abc')), () => ok(2, 5));
  assert.match(messageOf(strict.error), /consumed 7 bytes of the 3 that were given/);
});

test('the end of a message that is missing is dropped like the host, and noted with strict rules', async () => {
  const stream = [{ bytes: Buffer.of(1, 9, 4, 1, 2) }];
  const host = likeHost(stream);
  const { calls } = await drive(host, frames);
  assert.deepEqual(
    calls.map(({ offset, slice }) => [offset, slice.length]),
    [
      [0, 5],
      [2, 3],
      [3, 2],
    ],
  );
  assert.equal(host.progress.skipped, 1);
  const strict = strictly(stream);
  // Once more with the same bytes, for a parser that can make something of the end.
  assert.deepEqual(
    (await drive(strict, frames)).calls.map(({ offset, slice }) => [offset, slice.length]),
    [
      [0, 5],
      [2, 3],
      [2, 3],
    ],
  );
  assert.match(
    strict.notes[0]?.text ?? '',
    /call 3 of parse at offset 2 .*: the last 3 bytes were incomplete/,
  );
});

test('eof, unrecoverable and a call that failed end the run', async () => {
  for (const make of [likeHost, strictly]) {
    const eof = make(text('abc'));
    const { calls } = await drive(eof, (_call, index) => (index === 0 ? ok(1) : { case: 'eof' }));
    assert.equal(calls.length, 2);
    assert.match(eof.notes[0]?.text ?? '', /said eof with 2 bytes left/);
    const broken = await drive(make(text('abc')), () => ({
      case: 'unrecoverable',
      message: 'no such version',
    }));
    assert.match(
      messageOf(broken.error),
      /^plugin, call 1 of parse at offset 0 of scripted: no such version$/,
    );
    const trap = make(text('abc'));
    await trap.next(undefined, never);
    await assert.rejects(
      trap.next({ status: CallStatus.trap, text: 'unreachable' }, never),
      /call 1 of parse .*unreachable$/,
    );
    assert.equal(await trap.next(undefined, never), undefined);
  }
});

test('a timestamp stays until another one comes', async () => {
  const pieces = [
    { bytes: Buffer.of(1), timestamp: 5n },
    { bytes: Buffer.of(2) },
    { bytes: Buffer.of(3), timestamp: 9n },
  ];
  for (const make of [likeHost, strictly]) {
    const { calls } = await drive(make(pieces, PACKET_BUFFERING), () => ok(1));
    assert.deepEqual(
      calls.map(({ timestamp }) => timestamp),
      [5n, 5n, 9n],
    );
  }
});

test('a packet that does not fit is cut like the host, and kept whole with strict rules', async () => {
  const pieces = [{ bytes: Buffer.alloc(9000) }];
  const parser: Parser = ({ slice }) => ok(slice.length);
  const host = likeHost(pieces, PACKET_BUFFERING);
  await drive(host, parser);
  assert.equal(host.progress.bytes, 8192);
  assert.match(host.notes[0]?.text ?? '', /cut 808 bytes of a packet of 9000, at offset 0/);
  assert.equal(host.notes[0]?.times, 808);
  const strict = strictly(pieces, PACKET_BUFFERING);
  await drive(strict, parser);
  assert.equal(strict.progress.bytes, 9000);
  assert.match(strict.notes[0]?.text ?? '', /would have cut 808 bytes/);
});

/** Frames of 60,000 bytes, each with its length in its first four. */
const longFrames: Parser = ({ slice }) => {
  const consumed: number[] = [];
  for (let at = 0; at + 4 <= slice.length;) {
    const size = slice.readUInt32LE(at);
    if (at + size > slice.length) break;
    consumed.push(size);
    at += size;
  }
  return consumed.length === 0 ? incomplete : ok(...consumed);
};

test('25 MB of frames of 60,000 bytes: the host ends at the end of its buffer, a strict run has them all', async () => {
  const frame = Buffer.alloc(60_000, 7);
  frame.writeUInt32LE(frame.length);
  const path = write('.bin', Buffer.concat(Array.from({ length: 436 }, () => frame)));
  const host = new ParserProducer(await openBytes(path), { rules: 'like-host', title: 'plugin' });
  const { calls, error: thrown } = await drive(host, longFrames);
  assert.deepEqual(
    calls.slice(0, 3).map(({ offset, slice }) => [offset, slice.length]),
    [
      [0, 10 * 1024 * 1024],
      [174 * 60_000, 45_760],
      [174 * 60_000 + 1, 45_759],
    ],
  );
  assert.match(
    messageOf(thrown),
    /^plugin, call 52 of parse at offset 10440050 of .*\.bin \(24\.9 MiB\): .*more than 50/,
  );
  assert.match(
    host.notes[0]?.text ?? '',
    /45760 bytes were incomplete and the host's buffer of 10485760 had no room/,
  );
  const strict = new ParserProducer(await openBytes(path), { rules: 'strict', title: 'plugin' });
  assert.equal((await drive(strict, longFrames)).error, undefined);
  assert.equal(strict.progress.bytes, 436 * 60_000);
  assert.deepEqual(
    strict.notes.map(({ fault, times }) => [fault, times]),
    [['host', 2]],
  );
});

test('a message that is longer than the buffer comes whole with strict rules', async () => {
  const frame = Buffer.alloc(35_000_000, 7);
  frame.writeUInt32LE(frame.length);
  const path = write('.bin', frame);
  const strict = new ParserProducer(await openBytes(path), { rules: 'strict', title: 'plugin' });
  const { calls, error: thrown } = await drive(strict, longFrames);
  assert.equal(thrown, undefined);
  assert.deepEqual([strict.progress.bytes, calls.length], [frame.length, 4]);
});

test('a parser that always wants more ends with strict rules before it has everything in memory', async () => {
  const bytes = new Uint8Array(FILE_BUFFERING.capacity);
  const reference = { file: 'endless', offset: 0, length: bytes.length, sha256: '' };
  const source = { ...scripted([], FILE_BUFFERING, true), read: () => Promise.resolve({ bytes, reference }) };
  const producer = new ParserProducer(source, { rules: 'strict', title: 'plugin' });
  const answer = { status: CallStatus.error, text: '', result: encodeError('incomplete') };
  await producer.next(undefined, never);
  for (let call = 1; call < 26; call++) assert.ok(await producer.next(answer, never));
  await assert.rejects(
    producer.next(answer, never),
    /call 26 of parse .* gave incomplete for 272629760 bytes/,
  );
});

test('packets of a capture come with their timestamps, one by one', async () => {
  const path = write(
    '.pcap',
    pcap([
      { bytes: datagram('one'), seconds: 1, fraction: 5000 },
      { bytes: ethernet(Buffer.alloc(28), 0x0806) },
      { bytes: datagram('two'), seconds: 2 },
    ]),
  );
  const parser: Parser = ({ slice }) => ok(slice.length);
  const strict = new ParserProducer(await openPcap(path, { rules: 'strict' }), {
    rules: 'strict',
    title: 'plugin',
  });
  const { calls, error: thrown } = await drive(strict, parser);
  assert.equal(thrown, undefined);
  assert.deepEqual(
    calls.map(({ slice, timestamp }) => [slice.toString(), timestamp]),
    [
      ['one', 1005n],
      ['two', 2000n],
    ],
  );
  assert.match(strict.notes[0]?.text ?? '', /1 packet left out: no IP \(0x0806\); the first is packet 2/);
  const host = new ParserProducer(await openPcap(path, { rules: 'like-host' }), {
    rules: 'like-host',
    title: 'plugin',
  });
  const ended = await drive(host, parser);
  assert.equal(ended.calls.length, 1);
  assert.match(messageOf(ended.error), /packet 2 at offset 85 is an ethernet frame with unknown payload/);
});

test('a byte source of a plugin feeds a parser, by what the rules make of its errors', async () => {
  const given = ['one', 'two'];
  const reader = (): ((length: number) => Promise<Uint8Array>) => {
    const rest = [...given];
    return () => {
      const text = rest.shift();
      return text === undefined
        ? Promise.reject(new Error('disk is gone'))
        : Promise.resolve(Buffer.from(text));
    };
  };
  const parser: Parser = ({ slice }) => ok(slice.length);
  const strict = new ParserProducer(openPlugin(reader(), { rules: 'strict', title: 'files' }), {
    rules: 'strict',
    title: 'plugin',
  });
  assert.equal(
    messageOf((await drive(strict, parser)).error),
    'files, call 3 of read at offset 6: disk is gone',
  );
  const host = new ParserProducer(openPlugin(reader(), { rules: 'like-host', title: 'files' }), {
    rules: 'like-host',
    title: 'plugin',
  });
  assert.equal((await drive(host, parser)).error, undefined);
  assert.equal(host.progress.bytes, 6);
  assert.match(host.notes[0]?.text ?? '', /disk is gone; the host takes this for the end/);
});

test('a read that is broken off is done again', async () => {
  const { promise, resolve } = Promise.withResolvers<{ bytes: Buffer }>();
  let reads = 0;
  const source = {
    ...scripted([], FILE_BUFFERING, true),
    read: async (_most: number, signal: AbortSignal) => {
      if (++reads > 2) return undefined;
      const { promise: aborted, reject } = Promise.withResolvers<never>();
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
      return Promise.race([promise, aborted]);
    },
  };
  const producer = new ParserProducer(source, { rules: 'strict', title: 'plugin' });
  const stop = new AbortController();
  const next = producer.next(undefined, stop.signal);
  stop.abort();
  await assert.rejects(next, { name: 'AbortError' });
  resolve({ bytes: Buffer.from('abc') });
  const { calls } = await drive(producer, () => ok(3));
  assert.equal(calls[0]?.slice.toString(), 'abc');
});
