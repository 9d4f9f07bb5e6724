import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeParse, PARSE, type Load } from '../../extension/contracts/chipmunk/event.ts';
import {
  encodeError,
  encodeItems,
  HEAD,
  ROWS,
  writeHead,
  type ParsedItem,
} from '../../extension/contracts/chipmunk/result.ts';
import { ParserRows } from '../../extension/contracts/chipmunk/rows/view.ts';
import { LiveRecording } from '../../extension/recording/live.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import { CallStatus, encodeCall, RecordFlag, RecordKind } from '../../extension/recording/record.ts';
import type { ResultFilter, ResultRow, ResultWindow } from '../../extension/recording/results.ts';
import { visible } from '../../extension/recording/visible.ts';
import { folder, plugin } from './recording-fixture.ts';

const nowhere = { folders: [], files: [] };
const encoder = new TextEncoder();
const columns = ['Time', 'Level', 'Message'].map((caption) => ({ caption, description: '', width: 100 }));

/** A recording of a parser as the host makes it. */
class Made {
  readonly recording: LiveRecording;
  #event = 0;

  constructor(path?: string) {
    this.recording = new LiveRecording({ path, contract: 'hotplug' });
    this.recording.addPlugin({ ...plugin('log'), contract: 'chipmunk-parser' });
  }

  add(kind: RecordKind, name: string, payload: Uint8Array, flags = 0, event = this.#event): number {
    return this.recording.append(0, kind, name, Date.now(), event, flags, payload);
  }

  lifecycle(change: string, text = change): void {
    this.add(RecordKind.lifecycle, change, encoder.encode(JSON.stringify({ text })), 0, 0);
  }

  begin(shown: readonly unknown[] = columns, change = 'running'): void {
    const metadata = {
      version: {},
      schemas: [],
      columns: { columns: shown, minWidth: 300, maxWidth: 20 },
    };
    const call = encodeCall({ durationMs: 1, status: CallStatus.ok, text: JSON.stringify(metadata) });
    this.add(RecordKind.call, 'metadata', call, RecordFlag.starting, 0);
    this.lifecycle(change);
  }

  event(offset: number, length: number, load?: Load): void {
    this.#event++;
    this.add(RecordKind.event, PARSE, encodeParse({ offset, length, timestamp: undefined, load }));
  }

  answer(result: Uint8Array): number {
    const call = encodeCall({ durationMs: 1, status: CallStatus.ok, text: '', result });
    return this.add(RecordKind.call, PARSE, call);
  }

  /** As a result of many rows is recorded. */
  pieces(pieces: readonly (readonly ParsedItem[])[]): void {
    for (const items of pieces) this.add(RecordKind.hostCall, ROWS, encodeItems(items));
    const head = new Uint8Array(HEAD);
    writeHead(head, { items: 0, valued: 0, rows: 0, consumed: 0, words: 0 });
    new DataView(head.buffer).setUint32(28, pieces.length, true);
    this.answer(head);
  }
}

function line(text: string, consumed = text.length + 1): ParsedItem {
  return { consumed: BigInt(consumed), message: text, attachment: undefined };
}

function made(t: Parameters<typeof folder>[0]): { readonly of: Made; readonly rows: ParserRows } {
  const of = new Made(join(folder(t), 'live.mcap'));
  t.after(() => {
    of.recording.close();
  });
  return { of, rows: new ParserRows('log', { recording: of.recording, plugin: 0 }) };
}

async function windowOf(
  rows: ParserRows,
  from = 0,
  count = 2000,
  filter?: ResultFilter,
): Promise<ResultWindow> {
  for (;;) {
    const window = await rows.window({ from, count, ...(filter === undefined ? {} : { filter }) });
    if (window.isComplete) return window;
  }
}

const textsOf = (rows: readonly ResultRow[]): (readonly string[])[] => rows.map(({ cells }) => cells);

void test('rows, skipped items, files and errors are in their places', async (t) => {
  const { of, rows } = made(t);
  of.begin();
  of.event(0, 40);
  const file = {
    name: 'core.bin',
    size: 3n,
    createdDate: undefined,
    modifiedDate: '2026',
    messages: [0n],
    data: Uint8Array.of(1, 2, 3),
  };
  of.answer(
    encodeItems([
      line('1\u0004INFO\u0004one', 10),
      { consumed: 5n, message: undefined, attachment: undefined },
      { consumed: 7n, message: ['2', 'WARN', 'two'], attachment: file },
      { consumed: 4n, message: undefined, attachment: file },
    ]),
  );
  of.event(26, 14);
  of.answer(encodeError('incomplete'));
  of.event(26, 14);
  of.answer(encodeError('parse', 'no line'));
  of.event(27, 13);
  of.add(RecordKind.call, PARSE, encodeCall({ durationMs: 1, status: CallStatus.trap, text: 'unreachable' }));
  of.lifecycle('failed', 'it trapped');
  const { total, rows: shown, columns: captions, minWidth, maxWidth } = await windowOf(rows);
  assert.equal(total, 5);
  assert.deepEqual(
    shown.map(({ kind, cells, offset, length }) => [kind, cells.join('|'), offset, length]),
    [
      ['message', '1|INFO|one', 0, 10],
      ['message', '2|WARN|two', 15, 7],
      ['attachment', 'core.bin', 22, 4],
      ['error', 'parse: no line', 26, 14],
      ['error', 'unreachable', 27, 13],
    ],
  );
  assert.deepEqual(shown[1]?.attachment, { name: 'core.bin', size: 3 });
  assert.equal(captions.length, 3);
  assert.deepEqual([minWidth, maxWidth], [20, 300], 'swapped, as the real host does');
  const saved = join(folder(t), 'core.bin');
  assert.equal(await rows.saveAttachment(2, saved), 3);
  assert.deepEqual([...readFileSync(saved)], [1, 2, 3]);
  await assert.rejects(rows.saveAttachment(0, saved), { name: 'UserError' });
});

void test('a call that never came back is an error in its place', async (t) => {
  const { of, rows } = made(t);
  of.begin();
  of.event(5, 10);
  of.lifecycle('failed', 'parse took longer than 5000 ms');
  const { rows: shown } = await windowOf(rows);
  assert.deepEqual(textsOf(shown), [['parse took longer than 5000 ms']]);
  assert.deepEqual([shown[0]?.kind, shown[0]?.offset], ['error', 5]);
});

void test('only the last run is shown, with the columns of its instance, and a reload that failed is none', async (t) => {
  const { of, rows } = made(t);
  of.begin();
  of.event(0, 10);
  of.answer(encodeItems([line('a')]));
  const first = await windowOf(rows);
  of.begin([], 'reload-failed');
  of.event(2, 10);
  of.answer(encodeItems([line('b')]));
  const second = await windowOf(rows);
  assert.deepEqual([second.run, textsOf(second.rows)], [first.run, [['a'], ['b']]]);
  assert.equal(second.columns.length, 3);
  of.begin([{ caption: 'All', description: '', width: -1 }], 'reloaded');
  of.event(0, 10);
  of.answer(encodeItems([line('c')]));
  const third = await windowOf(rows);
  assert.equal(third.run, first.run + 1);
  assert.deepEqual(textsOf(third.rows), [['c']]);
  assert.deepEqual(
    third.columns.map(({ caption }) => caption),
    ['All'],
  );
});

void test('what Chipmunk makes of a row is noted', async (t) => {
  const { of, rows } = made(t);
  of.begin();
  of.event(0, 20);
  of.answer(
    encodeItems([
      line('a\nb\nc', 1),
      { consumed: 1n, message: ['a\u0004b', 'c'], attachment: undefined },
      { consumed: 1n, message: ['1', '2', '3', '4'], attachment: undefined },
      line('fine', 1),
      line('greedy', 30),
    ]),
  );
  const { rows: shown } = await windowOf(rows);
  const notes = shown.map(({ note = '' }) => note);
  assert.match(notes[0] ?? '', /makes 3 rows/);
  assert.match(notes[1] ?? '', /U\+0004/);
  assert.match(notes[2] ?? '', /4 cells, and the plugin 3 columns/);
  assert.equal(notes[3], '');
  assert.match(notes[4] ?? '', /consumed 34 bytes until here, and was given 20/);
});

void test('long cells are cut in a window, at a whole character, and whole in a file', async (t) => {
  const { of, rows } = made(t);
  of.begin([]);
  of.event(0, 20);
  const long = `x${'é'.repeat(1 << 20)}`;
  of.answer(encodeItems([line(long, 1)]));
  const { rows: shown } = await windowOf(rows);
  assert.equal(shown[0]?.isCut, true);
  assert.equal(shown[0].cells[0], long.slice(0, 2048));
  const file = join(folder(t), 'rows.jsonl');
  assert.deepEqual(await rows.save(file, 'jsonl', undefined), {
    rows: 1,
    bytes: readFileSync(file).length,
    left: 0,
  });
  assert.deepEqual((JSON.parse(readFileSync(file, 'utf8')) as ResultRow).cells, [long]);
});

void test('the bytes of a row come from the loads of its run, inline or by reference', async (t) => {
  const { of, rows } = made(t);
  const place = folder(t);
  const bytes = Uint8Array.from({ length: 200 }, (_, at) => at);
  const piece = bytes.subarray(100);
  writeFileSync(join(place, 'a.log'), bytes);
  const sha256 = createHash('sha256').update(piece).digest('hex');
  of.begin([]);
  of.event(0, 100, { at: 0, length: 100, from: bytes.subarray(0, 100) });
  of.answer(encodeItems([line('a', 90)]));
  of.event(90, 110, {
    at: 100,
    length: 100,
    from: { file: 'a.log', offset: 100, length: 100, sha256 },
  });
  of.answer(encodeItems([line('b', 50), line('c', 60)]));
  const places = { folders: [place], files: [] };
  const first = await rows.detail(0, places);
  assert.deepEqual([...first.bytes.bytes], [...bytes.subarray(0, 90)]);
  const second = await rows.detail(1, places);
  assert.deepEqual([second.bytes.offset, second.bytes.length], [90, 50]);
  assert.deepEqual([...second.bytes.bytes], [...bytes.subarray(90, 140)]);
  assert.deepEqual([...(await rows.detail(2, places)).bytes.bytes], [...bytes.subarray(140)]);
  writeFileSync(join(place, 'a.log'), bytes.toReversed());
  assert.match((await rows.detail(1, places)).bytes.missing ?? '', /not what it was/);
  assert.match((await rows.detail(1, nowhere)).bytes.missing ?? '', /cannot be found/);
  await assert.rejects(rows.detail(3, places), { name: 'UserError' });
});

void test('a run goes on in the next recording, and what was removed is said to be', async (t) => {
  const place = folder(t);
  const first = new Made(join(place, '1.mcap'));
  first.begin();
  first.event(0, 10);
  first.answer(encodeItems([line('a'), line('b')]));
  const rows = new ParserRows('log', { recording: first.recording, plugin: 0 });
  const second = new Made(join(place, '2.mcap'));
  t.after(() => {
    second.recording.close();
  });
  rows.continueIn({ recording: second.recording, plugin: 0 }, first.recording.hold());
  first.recording.close();
  second.lifecycle('continued');
  second.event(4, 10);
  second.answer(encodeItems([line('c')]));
  const { rows: shown } = await windowOf(rows);
  assert.deepEqual(textsOf(shown), [['a'], ['b'], ['c']]);
  assert.deepEqual(
    shown.map(({ record }) => record >= 0),
    [false, false, true],
  );
  rows.forget((recording) => recording === first.recording);
  const { total, rows: left } = await windowOf(rows);
  assert.equal(total, 3);
  assert.deepEqual(textsOf(left), [['(no longer kept)'], ['(no longer kept)'], ['c']]);
  assert.throws(() => first.recording.at(0), /was closed/);
  second.begin();
  assert.equal((await windowOf(rows)).total, 0);
});

void test('a saved recording shows its table without the plugin', async (t) => {
  const { of } = made(t);
  of.begin();
  of.event(0, 20);
  of.answer(encodeItems([line('1\u0004INFO\u0004one')]));
  const file = join(folder(t), 'saved.mcap');
  of.recording.save(file);
  using recording = await openRecording(file);
  const window = await windowOf(new ParserRows('log', { recording, plugin: 0 }));
  assert.deepEqual(textsOf(window.rows), [['1', 'INFO', 'one']]);
  assert.equal(window.columns.length, 3);
});

void test('a filter and a search stop at what is newer, and refuse what is no expression', async (t) => {
  const { of, rows } = made(t);
  of.begin([]);
  of.event(0, 20);
  of.answer(encodeItems(Array.from({ length: 50_000 }, (_, at) => line(`row ${at}`, 1))));
  const old = rows.find({ find: { text: 'nowhere' }, from: 0 });
  const found = await rows.find({ find: { text: 'ROW 49999' }, from: 0 });
  assert.deepEqual(found, { position: 49_999 });
  assert.deepEqual(await old, { isCancelled: true });
  assert.deepEqual(await rows.find({ find: { text: 'ROW 4', matchCase: true }, from: 0 }), {});
  // Rows 7, 17, 27, 37: the second of those that have a 7.
  const find = { text: 'w 1\\d$', isRegex: true };
  assert.deepEqual(await rows.find({ find, from: 0, filter: { text: '7' } }), { position: 1 });
  await assert.rejects(rows.window({ from: 0, count: 1, filter: { text: '(', isRegex: true } }), {
    name: 'UserError',
  });
});

void test('an expression that takes forever is ended', async (t) => {
  const { of, rows } = made(t);
  of.begin([]);
  of.event(0, 20);
  of.answer(encodeItems([line('a'.repeat(60), 1)]));
  const filter = { text: '^(a+)+$b', isRegex: true };
  await assert.rejects(rows.window({ from: 0, count: 1, filter }), /takes longer/);
});

void test('files are text, CSV and JSON Lines', async (t) => {
  const { of, rows } = made(t);
  of.begin();
  of.event(0, 100);
  of.answer(
    encodeItems([
      { consumed: 1n, message: ['1', 'a,"b"', 'x\ny'], attachment: undefined },
      { consumed: 1n, message: ['2', '\u001b[31m', '\u202e'], attachment: undefined },
    ]),
  );
  of.event(2, 98);
  of.answer(encodeError('parse', 'no\nline'));
  const file = join(folder(t), 'rows');
  const written = async (format: 'text' | 'csv' | 'jsonl', filter?: ResultFilter): Promise<string> => {
    await rows.save(file, format, filter);
    return readFileSync(file, 'utf8');
  };
  assert.equal(await written('text'), '1\ta,"b"\tx␊y\n2\t␛[31m\t⟨U+202E⟩\n! parse: no␊line\n');
  assert.equal(await written('csv'), 'Time,Level,Message\r\n1,"a,""b""","x\ny"\r\n2,\u001b[31m,\u202e\r\n');
  assert.equal((await rows.save(file, 'csv', undefined)).left, 1);
  const parsed = (await written('jsonl', { text: 'LINE' })).trim().split('\n');
  assert.deepEqual(
    parsed.map((one) => JSON.parse(one) as unknown),
    [{ row: 2, kind: 'error', cells: ['parse: no\nline'], offset: 2, length: 98 }],
  );
  await assert.rejects(rows.save(join(file, 'no', 'folder'), 'text', undefined), { name: 'UserError' });
  assert.equal(existsSync(join(file, 'no')), false);
});

void test('control characters are signs', () => {
  assert.equal(visible('a\t\u0000\u007f\u0085\u2028b'), 'a␉␀␡⟨U+0085⟩⟨U+2028⟩b');
});

const attachments = fc.record({
  name: fc.string(),
  size: fc.nat().map(BigInt),
  createdDate: fc.option(fc.string(), { nil: undefined }),
  modifiedDate: fc.option(fc.string(), { nil: undefined }),
  messages: fc.array(fc.nat().map(BigInt), { maxLength: 3 }),
  data: fc.uint8Array({ maxLength: 20 }),
});
const texts = fc.string({ unit: 'grapheme', maxLength: 12 });
const items: fc.Arbitrary<ParsedItem> = fc.record({
  consumed: fc.nat({ max: 40 }).map(BigInt),
  message: fc.oneof(fc.constant(undefined), texts, fc.array(texts, { maxLength: 4 })),
  attachment: fc.option(attachments, { nil: undefined, freq: 4 }),
});
/** Sizes around the places that are kept of each result. */
const results = fc.oneof(
  fc.array(items, { maxLength: 12 }),
  fc
    .tuple(fc.array(items, { minLength: 1, maxLength: 5 }), fc.integer({ min: 250, max: 530 }))
    .map(([some, count]) => Array.from({ length: count }, (_, at) => some[at % some.length] ?? line(''))),
);

void test('windows, filters and searches are those of a slow reader', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(results, fc.boolean()), { maxLength: 4 }),
      fc.array(fc.tuple(fc.nat({ max: 2000 }), fc.nat({ max: 40 })), { maxLength: 6 }),
      fc.string({ maxLength: 2 }),
      async (calls, windows, text) => {
        const of = new Made();
        using _recording = of.recording;
        of.begin([]);
        const expected: { readonly cells: readonly string[]; readonly offset: number }[] = [];
        let start = 0;
        for (const [all, inPieces] of calls) {
          of.event(start, 1 << 20);
          if (inPieces) of.pieces([all.slice(0, 300), all.slice(300)]);
          else of.answer(encodeItems(all));
          let offset = start;
          for (const { consumed, message, attachment } of all) {
            const cells = typeof message === 'string' ? [message] : (message ?? [attachment?.name ?? '']);
            if (message !== undefined || attachment !== undefined) expected.push({ cells, offset });
            offset += Number(consumed);
          }
          start += 5;
        }
        const rows = new ParserRows('log', { recording: of.recording, plugin: 0 });
        for (const [from, count] of windows) {
          const window = await windowOf(rows, from, count);
          assert.equal(window.total, expected.length);
          assert.deepEqual(
            window.rows.map(({ cells, offset }) => ({ cells, offset })),
            expected.slice(from, from + count),
          );
        }
        if (text === '') return;
        const all = await windowOf(rows);
        const searched = all.rows.map(({ cells, attachment }) => [...cells, attachment?.name ?? '']);
        const has = searched.map((cells) => cells.some((cell) => cell.includes(text)));
        const filtered = await windowOf(rows, 0, 2000, { text, matchCase: true });
        const wanted = has.flatMap((one, row) => (one && row < 2000 ? [row] : []));
        if (expected.length <= 2000) {
          assert.deepEqual(
            filtered.rows.map(({ row }) => row),
            wanted,
          );
          for (const from of [0, 3, Math.floor(expected.length / 2)]) {
            const forwards = wanted.find((row) => row >= from);
            const backwards = wanted.findLast((row) => row <= from);
            const find = { text, matchCase: true };
            assert.equal((await rows.find({ find, from })).position, forwards);
            assert.equal((await rows.find({ find, from, backwards: true })).position, backwards);
          }
        }
      },
    ),
    { numRuns: 60 },
  );
});
