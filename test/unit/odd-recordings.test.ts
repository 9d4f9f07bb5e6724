/** Whatever a recording holds: every question is answered or refused, completely, in bounded bytes and with nothing that is obeyed. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { serialize } from 'node:v8';
import { contracts } from '../../extension/contracts/index.ts';
import { UserError } from '../../extension/errors.ts';
import { formatNames, formats, piecesOf, type ExportFormat } from '../../extension/export/formats.ts';
import { describersOf } from '../../extension/host/describers.ts';
import { openTrace } from '../../extension/imports/open.ts';
import { LIST_NAME } from '../../extension/recording/describe.ts';
import type { LaneGrouping, LaneWindow, Row, ValuePage } from '../../extension/recording/query.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import type { Recording } from '../../extension/recording/record.ts';
import { candidate } from '../../extension/recording/row-kind.ts';
import { headOf, RecordKind } from '../../extension/recording/record.ts';
import { RecordingView } from '../../extension/recording/view.ts';
import { visible, visibleJson, visibleLines } from '../../extension/recording/visible.ts';
import { folder } from './recording-fixture.ts';
import {
  bigPayloads,
  crowd,
  manyLanes,
  markup,
  oddDurations,
  oddNames,
  oddPayloads,
  oddTexts,
  oddTimes,
  Odd,
} from './odd-recordings.ts';

/** Bytes of an answer on its way to a page: a row whatever its payload and its names are. */
const ROW_BYTES = 12_000;
/** A detail: a text of 2²⁰ characters, its name and short fields. */
const DETAIL_BYTES = 4 << 20;
/** A node of a page of values, and what paths may have beside it. */
const NODE_BYTES = 8000;

const groupings: readonly LaneGrouping[] = ['plugin', 'turn', 'correlation'];

/** What nobody may be given as text to show, but for the ends of lines and tabs. */
// eslint-disable-next-line no-control-regex -- They are what must not be there.
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

function shows(text: string): void {
  assert.doesNotMatch(text, OBEYED);
}

function sizeOf(answer: unknown): number {
  return serialize(answer).length;
}

/** The answer, or undefined where the question is refused as it should be. */
function asked<T>(question: () => T): T | undefined {
  try {
    return question();
  } catch (error) {
    const isMeant =
      error instanceof UserError ||
      (error instanceof RangeError && /^(Record|There is no record) /.test(error.message));
    assert.ok(isMeant, error instanceof Error ? error.stack : String(error));
    return undefined;
  }
}

function viewOf(recording: Recording): RecordingView {
  return new RecordingView(recording, describersOf(recording, contracts));
}

/** Every row of a filter, from the first page to the last. */
function rowsOf(view: RecordingView, filter: string): readonly Row[] {
  const rows: Row[] = [];
  for (;;) {
    const window = view.rows({ filter, first: rows.length, count: 500 });
    assert.ok(sizeOf(window) <= 500 + ROW_BYTES * Math.max(1, window.rows.length));
    rows.push(...window.rows);
    if (window.complete && rows.length >= window.matching) return rows;
  }
}

/** A list of all records that are rows, each once, with nothing in its texts that is obeyed. */
function checkRows(recording: Recording, view: RecordingView): void {
  const rows = rowsOf(view, '');
  const expected = Array.from({ length: recording.count }, (_, index) => index).filter(
    (index) => candidate(headOf(recording, index)) !== undefined,
  );
  assert.deepEqual(
    rows.map(({ record }) => record),
    expected,
  );
  for (const { summary, time, durationMs, name, plugin } of rows) {
    shows(summary);
    assert.ok(Number.isFinite(time) && (durationMs === undefined || durationMs >= 0));
    assert.ok(name.length <= LIST_NAME + 1 && plugin.length <= LIST_NAME + 1);
  }
}

function checkSearches(view: RecordingView): void {
  for (const filter of [
    '',
    'line',
    'kind:telemetry',
    'duration:>0',
    'payload:zzz',
    'fn:*n*',
    `"${markup}"`,
  ]) {
    const found = rowsOf(view, filter).map(({ record }) => record);
    const window = view.rows({ filter, first: 'end', count: 10 });
    assert.equal(window.matching, found.length);
    const forward = view.search({ filter, from: -1, by: 1 });
    assert.equal(forward.record, found[0]);
    assert.equal(view.search({ filter, from: Infinity, by: -1 }).record, found.at(-1));
    assert.ok(forward.time === undefined || Number.isFinite(forward.time));
    for (const [from, to, buckets] of [
      [0, 1000, 100],
      [-1e300, 1e300, 7],
      [NaN, NaN, NaN],
      [5, 5, 1e9],
      [5, -5, 10],
    ] as const) {
      const hits = view.hits({ filter, from, to, buckets });
      assert.equal(hits.matching, found.length);
      assert.ok(sizeOf(hits) < 100_000);
    }
    let window2 = view.rows({ filter, first: 0, count: 100, grouped: { open: [...found, NaN, -1, 1e9] } });
    while (!window2.complete)
      window2 = view.rows({ filter, first: 0, count: 100, grouped: { open: [...found, NaN, -1, 1e9] } });
  }
  assert.ok(sizeOf(view.vocabulary()) < 500_000);
}

function indexed(view: RecordingView, grouping: LaneGrouping): LaneWindow {
  for (;;) {
    const window = view.lanes({ buckets: 1000, grouping });
    if (window.indexed === 1) return window;
  }
}

function checkWindow(window: LaneWindow): void {
  const ids = new Set(window.lanes.map(({ id }) => id));
  for (const { group, name, count } of window.lanes) {
    shows(group);
    shows(name);
    assert.ok(group.length < 2000 && name.length < 2000 && count >= 0);
  }
  for (const name of window.names) shows(name);
  for (const slices of window.slices) {
    assert.ok(ids.has(slices.lane));
    for (let at = 0; at < slices.length; at++) {
      const [from = NaN, to = NaN] = [slices.from[at], slices.to[at]];
      // A call may have begun before the recording, by no more than a clock can tell.
      assert.ok(from > -1e14 && to >= from && to >= 0 && to < 1e14, `${from} to ${to}`);
      assert.ok((slices.count[at] ?? 0) >= 1 && (slices.name[at] ?? 0) < window.names.length);
    }
  }
  for (const { times, low, high } of window.counters)
    for (const [at, time] of times.entries()) {
      assert.ok(Number.isFinite(time));
      assert.ok(!((low[at] ?? 0) > (high[at] ?? 0)));
    }
}

function checkLanes(recording: Recording, view: RecordingView): void {
  for (const grouping of groupings) {
    const whole = indexed(view, grouping);
    checkWindow(whole);
    assert.ok(Number.isFinite(whole.duration));
    const { duration } = whole;
    const stretches = [
      [0, duration],
      [0, 0],
      [5, 2],
      [NaN, NaN],
      [-Infinity, Infinity],
      [-1e300, 1e300],
      [duration / 2, duration / 2 + 1e-6],
    ] as const;
    for (const [from, to] of stretches) {
      const window = view.lanes({ from, to, buckets: 1e9, grouping });
      assert.equal(window.lanes.length, whole.lanes.length);
      if (Number.isFinite(from) && Number.isFinite(to)) checkWindow(window);
      const stats = view.stats({ from, to, grouping });
      for (const { plugin, name, totalMs, selfMs, p99 } of stats.functions) {
        shows(plugin);
        shows(name);
        for (const figure of [totalMs, selfMs, p99]) assert.ok(figure >= 0 && figure < Infinity);
      }
      for (const { name } of stats.counters) shows(name);
    }
    assert.equal(view.lanes({ buckets: 10, grouping, since: whole.version }).lanes.length, 0);
    if (grouping === 'plugin') checkCount(recording, view, whole);
  }
}

/** No record falls out of the timeline, wherever its time is. */
function checkCount(recording: Recording, view: RecordingView, { lanes }: LaneWindow): void {
  let calls = 0;
  for (let index = 0; index < recording.count; index++) {
    const { kind } = headOf(recording, index);
    if (kind === RecordKind.event || kind === RecordKind.call || kind === RecordKind.hostCall) calls++;
    const place = view.place(index);
    if (place !== undefined) {
      shows(place.plugin);
      assert.ok(place.time > -1e14 && place.time < 1e14);
    }
  }
  const counted = lanes.filter(({ kind }) => kind === 'calls').reduce((sum, { count }) => sum + count, 0);
  assert.equal(counted, calls);
}

/** Details, values, copies, differences and flows of these records. */
function checkRecords(view: RecordingView, records: readonly number[]): void {
  for (const record of [...records, -1, NaN, 0.5, 1e9, Infinity]) {
    const detail = asked(() => view.detail(record));
    if (detail !== undefined) {
      assert.ok(sizeOf(detail) <= DETAIL_BYTES, `${sizeOf(detail)}`);
      shows(detail.summary);
    }
    checkPages(view, record, undefined, 0);
    for (const format of ['json', 'wave', 'command'] as const) {
      const text = asked(() => view.copy(record, undefined, format));
      if (text !== undefined && format === 'json') JSON.parse(text);
    }
    for (const { from, to } of view.flows(record))
      assert.ok(Number.isFinite(from.time) && Number.isFinite(to.time));
    for (const other of records.slice(0, 12)) {
      const differences = asked(() => view.differences(record, other));
      for (const { before = '', after = '' } of differences?.fields ?? []) {
        shows(before);
        shows(after);
      }
    }
  }
}

function checkPages(view: RecordingView, record: number, path: string | undefined, depth: number): void {
  const page = asked((): ValuePage =>
    view.values({ record, ...(path === undefined ? {} : { path }), first: 0, count: 1e9 }),
  );
  if (page === undefined) return;
  assert.ok(page.nodes.length <= 1000);
  const paths = page.nodes.reduce((sum, node) => sum + 2 * node.path.length, 0);
  assert.ok(sizeOf(page) <= 500 + paths + NODE_BYTES * page.nodes.length);
  for (const { name, text, type } of page.nodes) {
    shows(name);
    shows(text);
    shows(type);
  }
  for (const node of page.nodes.slice(0, 4)) {
    if (node.children === 0 || depth === 3) continue;
    checkPages(view, record, node.path, depth + 1);
    const last = view.values({ record, path: node.path, first: node.children - 1, count: 5 });
    assert.equal(last.nodes.length, 1);
  }
}

function exported(
  recording: Recording,
  format: ExportFormat,
  view = describersOf(recording, contracts),
): Buffer {
  const pieces: Uint8Array[] = [];
  const source = { recording, describers: view, choice: {}, version: '1.2.3' };
  for (const signal of formats[format].signals ?? ['traces' as const])
    for (const piece of piecesOf(format, source, signal)) if (piece !== undefined) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** Every format; those that are text are Unicode that nothing obeys, those of JSON are JSON. */
async function checkExports(t: TestContext, recording: Recording): Promise<void> {
  const strict = new TextDecoder('utf-8', { fatal: true });
  for (const format of formatNames) {
    const bytes = exported(recording, format);
    if (formats[format].isBinary) continue;
    const text = strict.decode(bytes);
    if (format === 'csv') continue;
    shows(text);
    if (format === 'jsonl' || format === 'otlp-json') {
      const lines = text.trimEnd().split('\n');
      for (const line of lines) JSON.parse(line);
      if (format === 'jsonl') assert.equal(lines.length, recording.count);
    } else JSON.parse(text);
    if (format !== 'chrome' && format !== 'otlp-json') continue;
    await checkImport(t, bytes, formats[format].ending);
  }
}

/** What was exported is opened again, looked at and exported once more. */
async function checkImport(t: TestContext, bytes: Buffer, ending: string): Promise<void> {
  const path = join(folder(t), `again${ending}`);
  writeFileSync(path, bytes);
  const imported = await openTrace(path);
  assert.ok(imported !== undefined, ending);
  using recording = imported.recording;
  assert.ok(recording.count > 0);
  const view = viewOf(recording);
  checkRows(recording, view);
  for (const grouping of groupings) checkWindow(indexed(view, grouping));
  checkRecords(view, [0, Math.floor(recording.count / 2), recording.count - 1]);
  for (const format of formatNames) exported(recording, format);
}

/** Everything, of the recording while it is written and of its file. */
async function check(
  t: TestContext,
  make: (path: string) => Odd,
  { records, exports = true }: { readonly records?: readonly number[]; readonly exports?: boolean } = {},
): Promise<void> {
  const path = join(folder(t), 'odd.hotplug.mcap');
  const odd = make(path);
  const all = records ?? Array.from({ length: odd.recording.count }, (_, index) => index);
  const whole = async (recording: Recording): Promise<void> => {
    const view = viewOf(recording);
    checkRows(recording, view);
    checkSearches(view);
    checkLanes(recording, view);
    checkRecords(view, all);
    if (exports) await checkExports(t, recording);
  };
  checkRows(odd.recording, viewOf(odd.recording));
  odd[Symbol.dispose]();
  using file = await openRecording(path);
  assert.equal(file.truncatedAt, undefined);
  assert.equal(file.count, odd.recording.count);
  await whole(file);
}

test('times that run backwards, jump and are no times', async (t) => {
  await check(t, oddTimes);
});

test('durations that are none, less, no number or without end', async (t) => {
  await check(t, oddDurations);
});

test('numbers that are none, payloads that mean nothing', async (t) => {
  await check(t, oddPayloads);
});

test('odd texts in every place that has one', async (t) => {
  await check(t, (path) => oddNames(Object.values(oddTexts), path));
});

test('every event of a crowd at one instant, and within one millisecond, is there', async (t) => {
  const records = [0, 1, 2, 3, 100_000, 199_999];
  for (const apart of [0, 1 / 200_000])
    await check(t, (path) => crowd(200_000, apart, path), { records, exports: false });
});

test('a crowd at one instant is exported whole', async (t) => {
  using odd = crowd(4000);
  odd.recording.flush();
  await checkExports(t, odd.recording);
});

test('ten thousand lanes: many types, many plugins', async (t) => {
  await check(t, (path) => manyLanes(50, 200, path), { records: [0, 1, 5000] });
  await check(t, (path) => manyLanes(2500, 1, path), { records: [0, 1, 5000], exports: false });
  using odd = manyLanes(2500, 1);
  JSON.parse(exported(odd.recording, 'speedscope').toString());
});

test('payloads of ten megabytes', () => {
  using odd = bigPayloads(10 << 20);
  const { recording } = odd;
  recording.flush();
  const view = viewOf(recording);
  checkRows(recording, view);
  checkLanes(recording, view);
  const window = view.rows({ filter: '', first: 0, count: 100 });
  assert.ok(sizeOf(window) <= 100 * ROW_BYTES);
  assert.equal(view.rows({ filter: 'payload:zzzz', first: 0, count: 10 }).matching, 0);
  for (let record = 0; record < recording.count; record++) {
    const detail = view.detail(record);
    assert.ok(sizeOf(detail) <= DETAIL_BYTES, `${record}: ${sizeOf(detail)}`);
    checkPages(view, record, undefined, 0);
  }
  // What a detail leaves out is counted.
  const [text] = view.detail(4).fields;
  assert.match(text?.value.slice(-60) ?? '', /… \(\d+ more characters\)$/);
  // Elements at the end of a long list are a page like any other.
  const samples = view.values({ record: 1, path: 'packet.samples', first: 2_621_430, count: 100 });
  assert.equal(samples.total, 2_621_440);
  assert.deepEqual(
    samples.nodes.map(({ text }) => text),
    Array.from({ length: 10 }, () => '0.5'),
  );
  const last = view.values({ record: 6, path: 'packet.data.list', first: 1_310_719, count: 5 });
  assert.equal(last.nodes[0]?.path, 'packet.data.list[1310719]');
  const { fields } = view.differences(1, 11);
  assert.deepEqual(fields, [{ path: 'packet.samples[1000]', before: '0.5', after: '1' }]);
  // A copy is whole or is refused with what to do instead.
  assert.equal((JSON.parse(view.copy(1, 'packet.samples', 'json')) as number[]).length, 2_621_440);
  assert.throws(
    () => view.copy(2, undefined, 'json'),
    (error) => error instanceof UserError && error.message.includes('too long'),
  );
});

test('payloads of ten megabytes are exported whole', () => {
  using odd = bigPayloads(10 << 20);
  odd.recording.flush();
  let most = 0;
  let lines = 0;
  for (const format of formatNames)
    for (const piece of piecesOf(format, {
      recording: odd.recording,
      describers: describersOf(odd.recording, contracts),
      choice: {},
      version: '1',
    })) {
      most = Math.max(most, piece?.length ?? 0);
      if (format === 'jsonl' && piece !== undefined) lines += linesIn(piece);
    }
  assert.equal(lines, odd.recording.count);
  // A piece is what one record makes, at most.
  assert.ok(most < 64 << 20, `${most}`);
});

function linesIn(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
  return lines;
}

test('a name of a list is cut, and a detail has all of it', () => {
  using odd = new Odd(['p'.repeat(3000)]);
  odd.event(1, { name: oddTexts.long });
  const view = viewOf(odd.recording);
  const [row] = view.rows({ filter: '', first: 0, count: 1 }).rows;
  assert.equal(row?.name.length, LIST_NAME + 1);
  assert.equal(row.plugin.length, LIST_NAME + 1);
  assert.equal(view.detail(0).name, oddTexts.long);
  assert.equal(view.rows({ filter: `fn:${oddTexts.long}`, first: 0, count: 1 }).matching, 1);
});

test('characters that a terminal obeys: signs in lines, escapes in JSON', () => {
  const text = 'a\u001b[2J\r\n\tb\rc\u009b\u202ed\ud83d\n';
  assert.equal(visibleLines(text), 'a␛[2J\r\n\tb␍c⟨U+009B⟩⟨U+202E⟩d\ud83d\n');
  const json = visibleJson(JSON.stringify({ text }));
  assert.doesNotMatch(json, OBEYED);
  assert.deepEqual(JSON.parse(json), { text });
  for (const odd of Object.values(oddTexts)) shows(visible(odd));
});
