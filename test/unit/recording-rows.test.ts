import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Describers } from '../../extension/recording/describe.ts';
import type { LiveRecording } from '../../extension/recording/live.ts';
import type { Row, RowKind, RowWindow } from '../../extension/recording/query.ts';
import { CallStatus, encodeCall, RecordFlag, RecordKind } from '../../extension/recording/record.ts';
import type { Lifecycle, RawRecord, Recording } from '../../extension/recording/record.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import { Rows } from '../../extension/recording/rows.ts';
import { Deadline } from '../../extension/recording/rows/deadline.ts';
import { Look } from '../../extension/recording/rows/look.ts';
import { Matches } from '../../extension/recording/rows/matches.ts';
import { RecordSet } from '../../extension/recording/rows/record-set.ts';
import { Shapes } from '../../extension/recording/rows/shapes.ts';
import { TelemetryKinds } from '../../extension/recording/rows/telemetry-kinds.ts';
import { parse } from '../../extension/recording/filter/index.ts';
import { add, folder, live, records, STARTED_AT } from './recording-fixture.ts';

const utf8 = new TextEncoder();
const KINDS: readonly RowKind[] = ['event', 'call', 'hostCall', 'lifecycle', 'effect', 'log', 'telemetry'];

/** A contract whose payloads are text; effects that start with `T` are telemetry, lines with `W` are warnings. */
const describers: Describers = (() => {
  const text = (record: RawRecord): string => new TextDecoder().decode(record.payload);
  return {
    describe: (record) =>
      record.kind === RecordKind.call
        ? undefined
        : { summary: text(record), fields: [{ name: 'text', value: text(record) }] },
    telemetry: (record) =>
      text(record).startsWith('T')
        ? { eventType: 'vad.speech', latencyMs: 3, turnId: text(record).slice(1), data: '{}' }
        : undefined,
    // What the summary of telemetry says beside its payload.
    wordingOf: () => ['vad', 'speech'],
    level: (record) => {
      if ((record.flags & RecordFlag.log) === 0) return undefined;
      return text(record).startsWith('W') ? 'warn' : 'info';
    },
  };
})();

type Part = Partial<Omit<RawRecord, 'payload'>> & { readonly payload?: Uint8Array | string };

function put(recording: LiveRecording, record: Part): number {
  const payload =
    typeof record.payload === 'string' ? utf8.encode(record.payload) : (record.payload ?? new Uint8Array(0));
  return add(recording, {
    kind: RecordKind.event,
    plugin: 0,
    name: 'in',
    time: STARTED_AT,
    event: 0,
    flags: 0,
    ...record,
    payload,
  });
}

function call(durationMs: number, status: CallStatus = CallStatus.ok, text = ''): Part {
  return { kind: RecordKind.call, name: 'process', payload: encodeCall({ durationMs, status, text }) };
}

function lifecycle(of: Lifecycle): Part {
  return { kind: RecordKind.lifecycle, name: of.change, payload: JSON.stringify(of) };
}

/** The whole answer: asked again until it is complete. */
function wholeWindow(rows: Rows, query: Partial<Parameters<Rows['window']>[0]>): RowWindow {
  for (;;) {
    const window = rows.window({ filter: '', first: 0, count: 10_000, ...query });
    if (window.complete) return window;
  }
}

function found(recording: LiveRecording, filter: string): readonly number[] {
  return wholeWindow(new Rows(recording, describers), { filter }).rows.map(({ record }) => record);
}

/** One of each kind. */
function everything(recording: LiveRecording): void {
  const { hostCall } = RecordKind;
  put(recording, { payload: 'e', event: 1 });
  put(recording, { ...call(1.5), event: 1 });
  put(recording, { kind: hostCall, name: 'now', payload: '1', durationMs: 7 });
  put(recording, {
    kind: hostCall,
    name: 'a:b/host@1.0.0#send',
    flags: RecordFlag.effect,
    payload: 'packet',
  });
  put(recording, { kind: hostCall, name: 'a:b/host@1.0.0#send', flags: RecordFlag.effect, payload: 'T1' });
  put(recording, { kind: hostCall, name: 'log', flags: RecordFlag.log, payload: 'hello' });
  put(recording, { kind: RecordKind.output, name: 'stderr', payload: 'panicked\n', time: STARTED_AT + 1500 });
  put(recording, { kind: RecordKind.memory, payload: new Uint8Array(8) });
  put(recording, lifecycle({ change: 'running', text: 'Running', durationMs: 20 }));
  put(recording, { kind: RecordKind.counter, name: 'queue', payload: new Uint8Array(8) });
  put(recording, { ...call(0.5, CallStatus.trap, 'unreachable'), plugin: 1, event: 2 });
  put(recording, { kind: hostCall, name: 'log', flags: RecordFlag.log, payload: 'Watch out', plugin: 1 });
  put(recording, lifecycle({ change: 'failed', text: 'Failed: it', report: {} }));
}

describe('rows', () => {
  it('are of the kind that their flags and payload make them', () => {
    using recording = live();
    everything(recording);
    const window = wholeWindow(new Rows(recording, describers), {});
    assert.deepEqual(
      window.rows.map(({ record, kind, summary }) => [record, kind, summary]),
      [
        [0, 'event', 'e'],
        [1, 'call', 'ok'],
        [2, 'hostCall', '1'],
        [3, 'effect', 'packet'],
        [4, 'telemetry', 'vad.speech (3 ms) {}'],
        [5, 'log', 'hello'],
        [6, 'log', 'panicked'],
        [8, 'lifecycle', 'Running'],
        [10, 'call', 'unreachable'],
        [11, 'log', 'Watch out'],
        [12, 'lifecycle', 'Failed: it'],
      ],
    );
    assert.deepEqual([window.matching, window.total, window.first], [11, 11, 0]);
    assert.deepEqual(
      window.rows.map(({ durationMs }) => durationMs),
      [undefined, 1.5, 7, undefined, undefined, undefined, undefined, 20, 0.5, undefined, undefined],
    );
    assert.deepEqual(
      window.rows.filter(({ status }) => status === 'error').map(({ record }) => record),
      [10, 12],
    );
    assert.deepEqual(
      window.rows.map(({ level }) => level).filter((level) => level !== undefined),
      ['info', 'warn', 'warn'],
    );
    assert.equal(window.rows[0]?.size, 1);
  });

  for (const [filter, expected] of [
    ['plugin:vad', [10, 11]],
    ['plugin:V*', [10, 11]],
    ['plugin:va', []],
    ['kind:call,event', [0, 1, 10]],
    ['kind:effect', [3]],
    ['kind:telemetry', [4]],
    ['kind:effect,telemetry', [3, 4]],
    ['kind:log -plugin:vad', [5, 6]],
    ['fn:send', [3, 4]],
    ['fn:a:b/host@1.0.0#send', [3, 4]],
    ['fn:a:b/*#s*d', [3, 4]],
    ['status:error', [10, 12]],
    ['status:trap', [10]],
    ['-status:error kind:call', [1]],
    ['duration:>1ms', [1, 2, 8]],
    ['duration:500us', [10]],
    ['duration:1..8', [1, 2]],
    ['level:warn', [6, 11]],
    ['level:info', [5, 6, 11]],
    ['level:error', []],
    ['event:1', [0, 1]],
    ['event:>1', [10]],
    ['time:>1s', [6]],
    ['time:1.5s', [6]],
    ['size:9b', [1, 6, 11]],
    ['type:vad.*', [4]],
    ['type:other', []],
    ['turn:1', [4]],
    ['turn:2', []],
    ['payload:UNREACH*le', [10]],
    ['unreachable', [10]],
    ['PACK', [3]],
    ['vad', [4, 10, 11]],
    ['"watch out"', [11]],
    ['-gain', [10, 11]],
  ] as const) {
    it(`of ${filter}`, () => {
      using recording = live();
      everything(recording);
      assert.deepEqual(found(recording, filter), expected);
      recording.flush();
      assert.deepEqual(found(recording, filter), expected);
    });
  }

  it('of a filter with a mistake are those of what could be understood', () => {
    using recording = live();
    everything(recording);
    const window = wholeWindow(new Rows(recording, describers), { filter: 'kind:cal plugin:vad' });
    assert.deepEqual([window.matching, window.problem?.start, window.problem?.end], [2, 5, 8]);
  });

  it('have summaries on one line that nothing in them can turn around', () => {
    using recording = live();
    put(recording, { payload: `a\nb\u202e${'x'.repeat(10_000_000)}` });
    const [row] = wholeWindow(new Rows(recording, describers), {}).rows;
    assert.match(row?.summary ?? '', /^a␊b⟨U\+202E⟩x{390,400}…$/);
    assert.equal(row?.size, 10_000_006);
  });

  const filters = fc
    .array(
      fc.constantFrom(
        'IN',
        'gain',
        '-vad',
        'T',
        'kind:call,log',
        '-kind:effect',
        'kind:telemetry',
        'plugin:gain',
        'fn:p*',
        'status:error',
        'duration:>1ms',
        'level:warn',
        'event:>100',
        '-event:..100',
        'time:<500ms',
        'size:>10b',
        'payload:a',
        'process',
        '-speech',
        'unreachable',
      ),
      { maxLength: 3 },
    )
    .map((terms) => terms.join(' '));

  it('of any filter are the same whether they were there at once or came in, in windows and one by one', () => {
    fc.assert(
      fc.property(
        fc.array(records),
        fc.array(records),
        filters,
        fc.nat(20),
        fc.oneof(fc.nat(30), fc.constant('end' as const)),
        (before, after, filter, count, first) => {
          using recording = live();
          const rows = new Rows(recording, describers);
          for (const record of before) add(recording, record);
          rows.window({ filter, first: 0, count: 5 });
          // What is in the file is searched by its chunks, what is still open is not.
          if (count % 2 === 0) recording.flush();
          for (const record of after) add(recording, record);
          if (count % 3 === 0) recording.flush();
          const whole = wholeWindow(new Rows(recording, describers), {}).rows;
          const expected = whole.filter((row) => passes(row, recording.at(row.record), filter));
          const window = wholeWindow(rows, { filter, first, count });
          const start =
            first === 'end' ? Math.max(0, expected.length - count) : Math.min(first, expected.length);
          assert.deepEqual(window, {
            matching: expected.length,
            total: whole.length,
            complete: true,
            first: start,
            rows: expected.slice(start, start + count),
          });
          assertSearches(rows, filter, recording.count, expected);
          assertHits(rows, filter, expected);
        },
      ),
    );
  });

  it('of each kind add up to all', () => {
    fc.assert(
      fc.property(fc.array(records), (list) => {
        using recording = live();
        for (const record of list) add(recording, record);
        const rows = new Rows(recording, describers);
        const count = (filter: string): number => wholeWindow(rows, { filter, count: 0 }).matching;
        const total = count('');
        assert.equal(
          KINDS.map((kind) => count(`kind:${kind}`)).reduce((sum, n) => sum + n, 0),
          total,
        );
        assert.equal(count('plugin:gain') + count('plugin:vad'), total);
        assert.equal(count('kind:call -kind:call'), 0);
      }),
    );
  });

  it('are found in whatever order and however little time there is', () => {
    fc.assert(
      fc.property(
        fc.array(records, { maxLength: 100 }),
        filters,
        fc.nat(100),
        fc.boolean(),
        (list, filter, from, up) => {
          using recording = live();
          // More than one block, and the parts of a block that one look at the clock covers.
          for (let round = 0; round < 25 && list.length > 0; round++) {
            for (const record of list) add(recording, record);
          }
          const matches = matchesOf(recording, filter);
          const order = { from: from * 25, by: up ? 1 : -1 } as const;
          let calls = 0;
          while (!matches.isComplete) {
            matches.scan(order, new Deadline(-1));
            assert.ok(++calls <= recording.count);
          }
          const atOnce = matchesOf(recording, filter);
          atOnce.scan({ from: 0, by: 1 }, new Deadline(Infinity));
          assert.deepEqual(
            [...matches.found.between(0, recording.count)],
            [...atOnce.found.between(0, recording.count)],
          );
        },
      ),
      { numRuns: 10 },
    );
  });

  it('of a file are those that it was made of, chunk by chunk', async (t) => {
    using recording = live();
    for (let index = 0; index < 5000; index++) {
      const flags = RecordFlag.log;
      put(recording, { kind: RecordKind.hostCall, name: 'log', flags, payload: `line ${index} of WORDS` });
      if (index % 700 === 0) recording.flush();
      if (index % 1000 === 999) put(recording, { payload: 'Here it IS, a neeDle' });
    }
    const file = join(folder(t), 'saved.mcap');
    recording.save(file);
    using opened = await openRecording(file);
    assert.equal(opened.count, recording.count);
    for (const filter of [
      'needle',
      'payload:needle',
      '-words',
      'needle "here it"',
      'needl*words',
      'words line kind:log',
    ]) {
      const expected = found(recording, filter);
      const records = wholeWindow(new Rows(opened, describers), { filter }).rows.map(({ record }) => record);
      assert.deepEqual(records, expected, filter);
      assert.equal(expected.length, filter.includes('kind:log') ? 5000 : filter === 'needl*words' ? 0 : 5);
    }
  });

  it('are found by what their heads say without a payload being read', () => {
    using recording = live();
    for (let size = 0; size < 50; size++) put(recording, { payload: 'x'.repeat(size), event: size });
    const unread: Recording = {
      info: recording.info,
      count: recording.count,
      at: (index) => assert.fail(`the payload of record ${index} was read`),
      head: (index) => recording.head(index),
    };
    const query = { filter: 'size:>40 event:..45', first: 0, count: 0 };
    assert.equal(new Rows(unread, describers).window(query).matching, 5);
  });

  it('whose payload the contract cannot read say so and hide nothing', () => {
    using recording = live();
    put(recording, { payload: 'x' });
    put(recording, { kind: RecordKind.hostCall, flags: RecordFlag.effect | RecordFlag.log });
    put(recording, lifecycle({ change: 'failed', text: '' }));
    const fail = (): never => {
      throw new Error('bad bytes');
    };
    const rows = new Rows(recording, { describe: fail, telemetry: fail, level: fail, values: fail });
    assert.deepEqual(
      wholeWindow(rows, {}).rows.map(({ summary }) => summary),
      ['1 bytes, not readable', '0 bytes, not readable', 'failed'],
    );
    assert.equal(wholeWindow(rows, { filter: 'level:trace' }).matching, 0);
    assert.equal(wholeWindow(rows, { filter: 'type:*' }).matching, 0);
  });

  it('know the names that occur, the most frequent first', () => {
    using recording = live();
    everything(recording);
    const { plugins, names, types } = new Rows(recording, describers).vocabulary();
    assert.deepEqual(plugins, ['gain', 'vad']);
    assert.deepEqual(names.slice(0, 3), ['a:b/host@1.0.0#send', 'log', 'process']);
    assert.ok(!names.includes('queue'));
    assert.deepEqual(types, ['vad.speech']);
  });
});

function matchesOf(recording: LiveRecording, filter: string): Matches {
  const look = new Look(recording, describers, new TelemetryKinds(describers));
  return new Matches(recording, new Shapes(recording), look, parse(filter));
}

/** The language once more, for the words that the properties use. */
function passes(row: Row, { payload }: RawRecord, filter: string): boolean {
  return filter
    .split(' ')
    .filter((term) => term !== '')
    .every((term) => {
      const negated = term.startsWith('-');
      return passesTerm(row, payload, negated ? term.slice(1) : term) !== negated;
    });
}

function passesTerm(row: Row, payload: Uint8Array, term: string): boolean {
  switch (term) {
    case 'kind:call,log':
      return row.kind === 'call' || row.kind === 'log';
    case 'kind:effect':
    case 'kind:telemetry':
      return `kind:${row.kind}` === term;
    case 'plugin:gain':
      return row.plugin === 'gain';
    case 'fn:p*':
      return /^p|#p[^#]*$/i.test(row.name);
    case 'status:error':
      return row.status === 'error';
    case 'duration:>1ms':
      return row.durationMs !== undefined && Math.fround(row.durationMs) > 1;
    case 'level:warn':
      return row.level === 'warn';
    case 'event:>100':
      return row.event > 100;
    case 'event:..100':
      return row.event <= 100;
    case 'time:<500ms':
      return row.time < 500;
    case 'size:>10b':
      return row.size > 10;
    case 'payload:a':
      return payload.includes(97) || payload.includes(65);
    default:
      return [row.plugin, row.name, row.summary].some((text) =>
        text.toLowerCase().includes(term.toLowerCase()),
      );
  }
}

function assertSearches(rows: Rows, filter: string, count: number, expected: readonly Row[]): void {
  const indexes = expected.map(({ record }) => record);
  for (let from = -1; from <= count; from++) {
    for (const by of [1, -1] as const) {
      const { record, position, time } = rows.search({ filter, from, by });
      const next = by === 1 ? indexes.find((at) => at > from) : indexes.findLast((at) => at < from);
      assert.equal(record, next);
      assert.equal(position, next === undefined ? undefined : indexes.indexOf(next));
      assert.equal(time, expected[position ?? -1]?.time);
    }
  }
}

function assertHits(rows: Rows, filter: string, expected: readonly Row[]): void {
  const { counts, matching } = rows.hits({ filter, from: 100, to: 900, buckets: 4 });
  const bucketed = [0, 1, 2, 3].map(
    (bucket) => expected.filter(({ time }) => Math.floor((time - 100) / 200) === bucket).length,
  );
  assert.deepEqual([...counts], bucketed);
  assert.equal(matching, expected.length);
}

describe('examples of docs/filters.md', () => {
  function recorded(recording: LiveRecording): void {
    const { hostCall } = RecordKind;
    const { log, effect } = RecordFlag;
    const host = 'streamkit:plugin/host@0.1.0';
    put(recording, { event: 17, payload: 'the Sample Rate is 48000' });
    put(recording, { kind: hostCall, name: 'now', event: 17, durationMs: 0.5 });
    put(recording, { kind: hostCall, name: 'http', event: 17, durationMs: 12, payload: '404 not found' });
    put(recording, {
      kind: hostCall,
      name: `${host}#send-output`,
      flags: effect,
      event: 17,
      payload: 'packet',
    });
    put(recording, { kind: hostCall, name: `${host}#emit`, flags: effect, event: 17, payload: 'row' });
    put(recording, { ...call(1), event: 17 });
    put(recording, { ...call(1, CallStatus.error, 'no'), plugin: 1, event: 1 });
    put(recording, { ...call(1, CallStatus.trap, 'unreachable'), plugin: 1, event: 2 });
    put(recording, { kind: hostCall, name: 'log', flags: log, payload: 'Watch', plugin: 1 });
    put(recording, { kind: hostCall, name: 'log', flags: log, payload: 'Watch' });
    put(recording, { kind: hostCall, name: 'log', flags: log, payload: 'fine' });
    put(recording, { kind: hostCall, name: 's', flags: effect, payload: 'T', time: STARTED_AT + 500 });
    put(recording, { kind: hostCall, name: 's', flags: effect, payload: 'T', time: STARTED_AT + 1500 });
    put(recording, lifecycle({ change: 'failed', text: 'not found' }));
  }

  const expected = new Map<string, readonly number[]>([
    ['kind:hostCall duration:>10ms', [2]],
    ['status:error', [6, 7, 13]],
    ['status:trap', [7]],
    ['level:warn -plugin:vad', [9]],
    ['kind:effect fn:send-output', [3]],
    ['type:vad.* time:1s..2s', [12]],
    ['event:17', [0, 1, 2, 3, 4, 5]],
    ['plugin:gain,vad kind:call,event', [0, 5, 6, 7]],
    ['payload:"sample rate"', [0]],
    ['"not found" -kind:lifecycle', [2]],
  ]);

  it('are those that find what they say', () => {
    const text = readFileSync(new URL('../../docs/filters.md', import.meta.url), 'utf8');
    const [, examples = ''] = text.split('## Examples');
    const [table = ''] = examples.split('## What is slow');
    assert.deepEqual(
      [...table.matchAll(/^\| `(.+?)` +\|/gm)].map(([, filter]) => filter),
      [...expected.keys()],
    );
    using recording = live();
    recorded(recording);
    for (const [filter, records] of expected) assert.deepEqual(found(recording, filter), records, filter);
  });
});

describe('grouped rows', () => {
  /** Two plugins whose events go through each other. */
  function interleaved(recording: LiveRecording): void {
    put(recording, { ...lifecycle({ change: 'running', text: '' }) });
    put(recording, { event: 1, payload: 'a' });
    put(recording, { event: 1, plugin: 1, payload: 'b' });
    put(recording, { kind: RecordKind.hostCall, name: 'now', event: 1 });
    put(recording, { kind: RecordKind.memory, event: 1, payload: new Uint8Array(8) });
    put(recording, { ...call(1), event: 1, plugin: 1 });
    put(recording, { ...call(2, CallStatus.error, 'no'), event: 1 });
    put(recording, { kind: RecordKind.output, name: 'stdout', payload: 'loose' });
    put(recording, { event: 2, payload: 'c' });
  }

  function shown(recording: LiveRecording, filter: string, open: readonly number[] = []): unknown {
    const { rows, matching } = wholeWindow(new Rows(recording, describers), { filter, grouped: { open } });
    assert.equal(matching, rows.length);
    return rows.map(({ record, group }) =>
      group === undefined
        ? record
        : `${record}${group.open ? '-' : '+'}${group.rows}${group.error ? '!' : ''}`,
    );
  }

  it('stand below their event, which says how many there are and whether one failed', () => {
    using recording = live();
    interleaved(recording);
    assert.deepEqual(shown(recording, ''), [0, '1+2!', '2+1', 7, '8+0']);
    assert.deepEqual(shown(recording, '', [1, 8, 99]), [0, '1-2!', 3, 6, '2+1', 7, '8+0']);
    assert.deepEqual(shown(recording, '', [2, 1]), [0, '1-2!', 3, 6, '2-1', 5, 7, '8+0']);
  });

  it('keep a group where one of its rows matches, and count those', () => {
    using recording = live();
    interleaved(recording);
    assert.deepEqual(shown(recording, 'kind:call'), ['1+1!', '2+1']);
    assert.deepEqual(shown(recording, 'fn:now', [1]), ['1-1', 3]);
    assert.deepEqual(shown(recording, 'c', [1]), ['1-1!', 6, '2+1', '8+0']);
    assert.deepEqual(shown(recording, 'nowhere'), []);
  });

  it('belong to the last event with their number, where a life began anew', () => {
    using recording = live();
    put(recording, { event: 1 });
    put(recording, { ...call(1), event: 1 });
    put(recording, { event: 1 });
    put(recording, { ...call(1), event: 1 });
    put(recording, { ...call(1), event: 3 });
    assert.deepEqual(shown(recording, ''), ['0+1', '2+1', 4]);
  });

  it('are those of the whole list for any filter, any open groups and any window, also while it grows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(records, fc.nat(3)), { maxLength: 60 }),
        fc.nat(60),
        fc.constantFrom('', 'kind:call', 'plugin:gain', '-kind:event', 'status:error'),
        fc.array(fc.nat(60)),
        fc.nat(30),
        fc.nat(10),
        (list, half, filter, open, first, count) => {
          using recording = live();
          const rows = new Rows(recording, describers);
          for (const [index, [record, event]] of list.entries()) {
            if (index === half) rows.window({ filter, first: 'end', count: 5, grouped: { open } });
            add(recording, { ...record, event });
          }
          const expected = groupedOf(recording, filter, open);
          const window = wholeWindow(rows, { filter, first, count, grouped: { open } });
          assert.equal(window.matching, expected.length);
          assert.deepEqual(
            window.rows.map(({ record }) => record),
            expected.slice(window.first, window.first + count),
          );
          for (const [position, record] of expected.entries()) {
            const result = rows.search({ filter, from: record - 1, by: 1, grouped: { open } });
            if (result.record === record) assert.equal(result.position, position);
          }
        },
      ),
    );
  });

  /** The records of the list, by the rules and without anything clever. */
  function groupedOf(recording: LiveRecording, filter: string, open: readonly number[]): readonly number[] {
    const matching = new Set(found(recording, filter));
    const eventOf = new Map<number, number>();
    const last = new Map<string, number>();
    for (let index = 0; index < recording.count; index++) {
      const { kind, plugin, event } = recording.at(index);
      const key = `${plugin}/${event}`;
      if (kind === RecordKind.event) last.set(key, index);
      else if (event !== 0 && last.has(key)) eventOf.set(index, last.get(key) ?? 0);
    }
    const tops = new Set([...matching].map((index) => eventOf.get(index) ?? index));
    return [...tops]
      .sort((a, b) => a - b)
      .flatMap((top) => [
        top,
        ...(open.includes(top) ? [...matching].filter((index) => eventOf.get(index) === top) : []),
      ]);
  }
});

describe('a set of records', () => {
  it('counts, finds and goes through its members as a sorted list does', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(20_000)), fc.nat(21_000), fc.nat(21_000), (members, a, b) => {
        const set = new RecordSet();
        for (const member of [...members, ...members]) set.add(member);
        const sorted = members.toSorted((x, y) => x - y);
        assert.equal(set.size, sorted.length);
        assert.equal(set.rank(a), sorted.filter((member) => member < a).length);
        assert.equal(set.has(a), sorted.includes(a));
        assert.equal(
          set.next(a, b),
          sorted.find((member) => member >= a && member < b),
        );
        assert.equal(
          set.previous(a, b),
          sorted.findLast((member) => member <= a && member >= b),
        );
        assert.deepEqual(
          [...set.between(a, b)],
          sorted.filter((member) => member >= a && member < b),
        );
        for (const [rank, member] of sorted.entries()) assert.equal(set.select(rank), member);
        assert.equal(set.select(sorted.length), undefined);
      }),
    );
  });
});
