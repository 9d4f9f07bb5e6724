import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { UserError } from '../../extension/errors.ts';
import { importedDescribers } from '../../extension/imports/describe.ts';
import { OpenedRecordings } from '../../extension/host/opened.ts';
import { openTrace, type Imported } from '../../extension/imports/open.ts';
import { CallStatus, RecordFlag, RecordKind, type Recording } from '../../extension/recording/record.ts';
import { lifeOf } from '../../extension/replay/choose.ts';
import { crossingRecord } from '../../extension/values/value.ts';
import { printValue } from '../../extension/values/wave.ts';
import { folder } from './recording-fixture.ts';

/** Opens what a file with this text is. */
async function trace(t: TestContext, content: string | Uint8Array): Promise<Imported> {
  const path = join(folder(t), 'trace');
  writeFileSync(path, content);
  const imported = await openTrace(path);
  assert.ok(imported);
  t.after(() => {
    imported.recording.close();
  });
  return imported;
}

const events = (...list: readonly object[]): string => JSON.stringify({ traceEvents: list });

/** A record in few words: `plugin: kind name from+duration summary`, in ms. */
function shown(recording: Recording): readonly string[] {
  const kinds = Object.fromEntries(Object.entries(RecordKind).map(([name, kind]) => [kind, name]));
  return Array.from({ length: recording.count }, (_, index) => {
    const record = recording.at(index);
    const isCall = record.kind === RecordKind.call;
    const time = record.time - recording.info.startedAt - (isCall ? (record.durationMs ?? 0) : 0);
    const took = isCall ? `+${(record.durationMs ?? 0).toFixed(2)}` : '';
    const plugin = recording.info.plugins[record.plugin]?.name ?? '';
    const summary = importedDescribers.describe(record)?.summary ?? '';
    return `${plugin}: ${kinds[record.kind] ?? ''} ${record.name} ${time.toFixed(2)}${took} ${summary}`.trim();
  });
}

test('slices nest, begin where they do, and have their arguments', async (t) => {
  const at = { pid: 1, tid: 2 };
  const { recording, from } = await trace(
    t,
    events(
      {
        ph: 'X',
        name: 'inner',
        ts: 1_100,
        dur: 50.5,
        args: { n: 1, deep: { list: [1, 2], text: 'x' } },
        ...at,
      },
      { ph: 'B', name: 'outer', ts: 1_000, cat: 'a', args: { first: true }, ...at },
      { ph: 'E', ts: 2_000, args: { last: null }, ...at },
      { ph: 'M', name: 'process_name', pid: 1, args: { name: 'Browser' } },
      { ph: 'M', name: 'thread_name', ...at, args: { name: 'Main' } },
      { ph: 'X', name: 'elsewhere', ts: 1_500, dur: 1, pid: 1, tid: 3 },
    ),
  );
  assert.deepEqual(shown(recording), [
    'Browser / Main: call outer 0.00+1.00 first: true, last: null',
    'Browser / Main: call inner 0.10+0.05 n: 1, deep: {list: [1, 2], text: "x"}',
    'Browser / thread 3: call elsewhere 0.50+0.00',
  ]);
  assert.deepEqual(from, { format: 'trace event JSON', notes: [] });
  const values = importedDescribers.values?.(recording.at(1));
  assert.equal(values && printValue(crossingRecord(values)), '{n: 1, deep: {list: [1, 2], text: "x"}}');
  assert.deepEqual(importedDescribers.describe(recording.at(0))?.fields[0], { name: 'category', value: 'a' });
});

test('an array is a trace as well, and may have no end', async (t) => {
  const one = '{"ph":"X","name":"a","ts":1,"dur":1,"pid":1,"tid":1}';
  for (const text of [`[${one}]`, `[${one},\n`, `[${one}\n`, `[${one},]`, `\ufeff  [${one}]`]) {
    const { recording, truncatedAt } = await trace(t, text);
    assert.deepEqual([recording.count, truncatedAt], [1, undefined], text);
  }
});

test('a file that was cut off says where, and shows what is before', async (t) => {
  const one = '{"ph":"X","name":"ä","ts":1,"dur":1,"pid":1,"tid":1}';
  const whole = Buffer.from(`{"traceEvents":[${one},${one}`);
  const cut = Buffer.concat([whole, Buffer.from(',{"ph":"X","na')]);
  const { recording, truncatedAt } = await trace(t, cut);
  assert.deepEqual([recording.count, truncatedAt], [2, whole.length]);
  const packed = gzipSync(
    events(...Array.from({ length: 20_000 }, (_, ts) => ({ ph: 'i', name: `${Math.sin(ts)}`, ts }))),
  );
  const short = await trace(t, packed.subarray(0, packed.length >> 1));
  assert.ok(short.recording.count > 1000 && short.recording.count < 20_000);
  assert.notEqual(short.truncatedAt, undefined);
});

test('counters, instants and asynchronous slices', async (t) => {
  const { recording } = await trace(
    t,
    gzipSync(
      events(
        { ph: 'C', name: 'memory', pid: 1, ts: 1_000, args: { used: 12, free: '3.5', text: 'none' } },
        { ph: 'i', name: 'mark', pid: 1, tid: 1, ts: 1_100, args: { why: 'x' } },
        { ph: 'b', name: 'load', cat: 'net', id: '0x1', pid: 1, tid: 1, ts: 1_200, args: { url: 'u' } },
        { ph: 'b', name: 'part', cat: 'net', id: '0x1', pid: 1, tid: 1, ts: 1_300 },
        { ph: 'b', name: 'load', cat: 'net', id: '0x2', pid: 1, tid: 1, ts: 1_250 },
        { ph: 'e', name: 'part', cat: 'net', id: '0x1', pid: 1, tid: 1, ts: 1_400 },
        { ph: 'e', name: 'load', cat: 'net', id: '0x1', pid: 1, tid: 1, ts: 1_900, args: { status: 200 } },
      ),
    ),
  );
  const samples = [0, 1].map((index) => recording.at(index));
  assert.deepEqual(
    samples.map(({ kind, name, payload }) => [kind, name, Buffer.from(payload).readDoubleLE()]),
    [
      [RecordKind.counter, 'memory used', 12],
      [RecordKind.counter, 'memory free', 3.5],
    ],
  );
  const telemetry = [2, 3, 4, 5].map((index) => importedDescribers.telemetry(recording.at(index)));
  assert.deepEqual(
    telemetry.map((one) => [one?.eventType, one?.data, one?.spanId]),
    [
      ['mark', '{"why":"x"}', undefined],
      ['load', '{"url":"u","status":200}', 'net:0x1'],
      // Its end is not in the trace: it is as long as that.
      ['load', '{}', 'net:0x2'],
      ['part', '{}', 'net:0x1'],
    ],
  );
  const took = telemetry.map((one) => one?.latencyMs?.toFixed(3));
  assert.deepEqual(took, [undefined, '0.700', '0.650', '0.100']);
});

test('arrows go from slice to slice', async (t) => {
  const flow = { name: 'go', cat: 'f', id: 7 };
  const { recording, from } = await trace(
    t,
    events(
      { ph: 'X', name: 'sends', pid: 1, tid: 1, ts: 10, dur: 10 },
      { ph: 's', ...flow, pid: 1, tid: 1, ts: 15 },
      { ph: 'X', name: 'passes on', pid: 1, tid: 2, ts: 30, dur: 10 },
      { ph: 't', ...flow, pid: 1, tid: 2, ts: 30 },
      { ph: 'f', ...flow, pid: 1, tid: 3, ts: 45 },
      { ph: 'X', name: 'gets', pid: 1, tid: 3, ts: 50, dur: 10 },
      { ph: 'f', bp: 'e', name: 'lost', id: 1, pid: 1, tid: 3, ts: 55 },
    ),
  );
  const links = Array.from({ length: recording.count }, (_, index) =>
    importedDescribers.links?.(recording.at(index)),
  );
  assert.equal(links.length, 3);
  const [sends, passes, gets] = links;
  assert.deepEqual([sends?.takes, gets?.gives], [undefined, undefined]);
  assert.ok(sends?.gives !== undefined && sends.gives === passes?.takes);
  assert.ok(passes.gives !== undefined && passes.gives === gets?.takes && passes.gives !== passes.takes);
  assert.deepEqual(from.notes, ['Ends of arrows that never began are left out: 1.']);
});

test('whatever is odd is counted and the rest is shown', async (t) => {
  const at = { pid: 1, tid: 1 };
  const { recording, from } = await trace(
    t,
    JSON.stringify([
      'text',
      null,
      { ph: 'X', name: 'no time', ...at },
      { ph: 'X', name: 'far', ts: 1e18, ...at },
      { ph: 'E', ts: 0, ...at },
      { ph: 'N', name: 'object', ts: 0, ...at },
      { ph: 'X', name: 'negative', ts: -5000, dur: -1, ...at },
      { ph: 'X', name: 'a\u0000b\u202e<b>', ts: '1000', dur: 8.64e16, ...at },
      { ph: 'B', name: 'a year later', ts: 3.15e13, ...at },
      { ph: 'C', name: 'none', ts: 0, args: {}, ...at },
    ]),
  );
  assert.deepEqual(shown(recording), [
    'process 1: call negative 0.00+0.00',
    'process 1: call a\u0000b\u202e<b> 6.00+0.00',
    'process 1: call a year later 31500000005.00+0.00 (no end)',
  ]);
  assert.deepEqual(from.notes, [
    'Events that are no objects are left out: 2 (the first is event 1).',
    'Events without a time ("ts") are left out: 1 (event 3).',
    'Events whose time is centuries away are left out: 1 (event 4).',
    'Events of the kind "N" are not shown: 1 (event 6).',
    'Events whose duration cannot be are shown without one: 2 (the first is event 7).',
    'Counters without a number are left out: 1 (event 10).',
    'Ends of what never began are left out: 1.',
  ]);
});

test('ten thousand threads are shown, the last ones together', async (t) => {
  const { recording, from } = await trace(
    t,
    JSON.stringify(
      Array.from({ length: 10_000 }, (_, tid) => ({
        ph: 'X',
        name: 'f',
        ts: tid,
        dur: 1,
        pid: tid >> 4,
        tid,
      })),
    ),
  );
  assert.equal(recording.count, 10_000);
  assert.equal(recording.info.plugins.length, 8001);
  assert.match(from.notes.join(), /^2000 threads are too many/);
  const last = recording.at(9999);
  assert.equal(recording.info.plugins[last.plugin]?.name, 'everything else');
  assert.deepEqual(importedDescribers.describe(last)?.fields, [
    { name: 'thread', value: 'process 624 / thread 9999' },
  ]);
});

test('processes of one name are kept apart by their ids, services of one name are one', async (t) => {
  const names = [1, 2].map((pid) => ({ ph: 'M', name: 'process_name', pid, args: { name: 'tab' } }));
  const slices = [1, 2].map((pid) => ({ ph: 'X', name: 'f', ts: pid, dur: 1, pid, tid: 1 }));
  const chrome = await trace(t, events(...names, ...slices));
  assert.deepEqual(
    chrome.recording.info.plugins.map(({ name }) => name),
    ['tab (1)', 'tab (2)'],
  );
  const otlp = await trace(t, `${spans('shop', { name: 'a' })}\r\n${spans('shop', { name: 'b' })}\n`);
  assert.deepEqual(
    otlp.recording.info.plugins.map(({ name }) => name),
    ['shop'],
  );
});

function resource(service: string): object {
  return { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
}

/** A line of OTLP JSON with a span of a service. */
function spans(service: string, ...list: readonly object[]): string {
  const times = { startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000001000000000' };
  const all = list.map((span) => ({ ...times, ...span }));
  // The resource may come last.
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: all }], resource: resource(service) }] });
}

test('spans and logs of OTLP, an object a line', async (t) => {
  const attributes = [
    { key: 'whole', value: { intValue: '9007199254740993' } },
    { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { boolValue: true }] } } },
    { key: 'bytes', value: { bytesValue: 'AQI=' } },
    { key: 'nothing', value: {} },
  ];
  const logs = {
    resourceLogs: [
      {
        resource: resource('shop'),
        scopeLogs: [
          {
            logRecords: [
              {
                timeUnixNano: '1700000000250000000',
                severityNumber: 13,
                body: { stringValue: 'careful' },
                traceId: 'aa',
              },
              { body: { stringValue: 'when?' } },
            ],
          },
        ],
      },
    ],
  };
  const { recording, from } = await trace(
    t,
    [
      spans('shop', {
        name: 'GET',
        traceId: 'aa',
        spanId: '01',
        attributes,
        status: { code: 2, message: 'no' },
        events: [{ name: 'exception', timeUnixNano: '1700000000100000000' }],
      }),
      spans('db', {
        name: 'SELECT',
        traceId: 'aa',
        spanId: '02',
        parentSpanId: '01',
        startTimeUnixNano: '1700000000200000000',
        endTimeUnixNano: '1700000000300000000',
      }),
      JSON.stringify(logs),
    ].join('\n'),
  );
  assert.deepEqual(from, { format: 'OTLP JSON', notes: ['Logs without a time are left out: 1 (event 4).'] });
  assert.equal(recording.info.startedAt, 1_700_000_000_000);
  assert.deepEqual(shown(recording), [
    'shop: call GET 0.00+1000.00 no whole: 9007199254740993, list: ["a", true], bytes: [1, 2], nothing: null',
    'shop: hostCall exception 100.00',
    'db: call SELECT 200.00+100.00',
    'shop: hostCall log 250.00 warn: careful',
  ]);
  assert.equal(recording.at(0).status, CallStatus.error);
  assert.equal(
    importedDescribers.links?.(recording.at(0))?.gives,
    importedDescribers.links?.(recording.at(2))?.takes,
  );
  assert.equal(importedDescribers.telemetry(recording.at(1))?.correlationId, 'aa');
  const log = recording.at(3);
  assert.equal(log.flags, RecordFlag.log);
  assert.equal(importedDescribers.level?.(log), 'warn');
});

test('what is no trace is refused with the place and what to do', async (t) => {
  const refused = async (content: string | Uint8Array, said: RegExp): Promise<void> => {
    await assert.rejects(trace(t, content), (error) => {
      assert.ok(error instanceof UserError, String(error));
      assert.match(error.message, said);
      assert.notEqual(error.advice, '');
      return true;
    });
  };
  await refused(
    '{"name":"x","version":1}',
    /no trace that Hotplug knows: at its top it has "name", "version"/,
  );
  await refused('{}', /holds no events/);
  await refused('[]', /holds no events/);
  await refused('{"traceEvents":[]}', /holds no events/);
  await refused('[{"ph":"X" "ts":1}]', /cannot be read past offset 11: it is not JSON there/);
  await refused('[{"ph":NaN}]', /cannot be read past offset 7:/);
  await refused(`[${'['.repeat(1000)}`, /500 deep/);
  const packed = gzipSync(events({ ph: 'X', name: 'a', ts: 1 }));
  packed.fill(0xff, 12, 20);
  await refused(packed, /cannot be unpacked/);
  const perfetto = Buffer.from([0x0a, 0x05, 0x50, 0x01, 0x40, 0x01, 0x58]);
  await refused(perfetto, /Perfetto's binary format/);
});

test('a file that is no JSON is left to who reads recordings', async (t) => {
  const path = join(folder(t), 'file');
  for (const content of [
    '',
    'text',
    '\n\nwords',
    Buffer.from([0x89, 0x4d, 0x43, 0x41, 0x50, 0x30, 0x0d, 0x0a]),
  ]) {
    writeFileSync(path, content);
    assert.equal(await openTrace(path), undefined);
  }
  assert.equal(await openTrace(join(path, 'missing')), undefined);
});

test('an import is temporary, and nothing of it is replayed', async (t) => {
  const { recording } = await trace(t, events({ ph: 'X', name: 'a', ts: 1, dur: 1 }));
  assert.throws(() => lifeOf(recording, {}), /imported trace.*not replayed/);
  const kept = dirname(recording.path);
  assert.ok(existsSync(kept));
  recording.close();
  assert.ok(!existsSync(kept));
});

test('events are in the order of their times, however they stand in the file', async (t) => {
  const list = Array.from({ length: 5000 }, (_, at) => ({
    ph: 'i',
    name: String(at),
    ts: Math.floor(Math.abs(Math.sin(at)) * 1000),
    pid: 1,
    tid: 1,
  }));
  const { recording } = await trace(t, JSON.stringify(list));
  const names = Array.from({ length: recording.count }, (_, index) => recording.at(index).name);
  assert.deepEqual(
    names,
    list.toSorted((a, b) => a.ts - b.ts).map(({ name }) => name),
  );
});

test('the host shows it: nested slices, counters, arrows, values', async (t) => {
  const path = join(folder(t), 'trace');
  const flow = { name: 'go', cat: 'f', id: 7 };
  writeFileSync(
    path,
    events(
      { ph: 'X', name: 'takes', pid: 2, tid: 1, ts: 1, dur: 90 },
      { ph: 'X', name: 'outer', pid: 1, tid: 1, ts: 10, dur: 50 },
      { ph: 'X', name: 'inner', pid: 1, tid: 1, ts: 20, dur: 10, args: { n: 1 } },
      { ph: 's', ...flow, pid: 1, tid: 1, ts: 25 },
      { ph: 'f', bp: 'e', ...flow, pid: 2, tid: 1, ts: 40 },
      { ph: 'C', name: 'memory', pid: 1, ts: 30, args: { memory: 5 } },
    ),
  );
  const recordings = new OpenedRecordings({ contracts: {}, grew: () => undefined });
  t.after(() => {
    recordings.dispose();
  });
  const { id, imported, plugins, count } = await recordings.open(path);
  assert.equal(imported?.format, 'trace event JSON');
  assert.deepEqual(
    [plugins.map(({ contract }) => contract), count],
    [['imported', 'imported', 'imported'], 4],
  );
  const view = recordings.view(id);
  const { lanes, slices, counters, names } = view.lanes({ buckets: 100 });
  const calls = lanes.find(({ group, kind }) => group === 'process 1 / thread 1' && kind === 'calls');
  const drawn = slices.find(({ lane }) => lane === calls?.id);
  assert.deepEqual(Array.from(drawn?.row ?? []), [0, 1]);
  assert.deepEqual(
    Array.from(drawn?.name ?? [], (name) => names[name]),
    ['outer', 'inner'],
  );
  const memory = lanes.find(({ name }) => name === 'memory');
  assert.equal(counters.find(({ lane }) => lane === memory?.id)?.most, 5);
  const [inner, takes] = ['inner', 'takes'].map(
    (name) => view.search({ filter: `fn:${name}`, from: -1, by: 1 }).record,
  );
  assert.ok(inner !== undefined && takes !== undefined && takes < inner);
  for (const end of [inner, takes]) {
    const [only, ...more] = view.flows(end);
    assert.deepEqual(
      [only?.from.record, only?.to.record, only?.kind, more.length],
      [inner, takes, 'delivered', 0],
    );
  }
  assert.deepEqual(
    view
      .values({ record: inner, first: 0, count: 9 })
      .nodes.map(({ name, type, text }) => [name, type, text]),
    [['n', 'f64', '1']],
  );
  assert.equal(view.detail(inner).resendable, false);
});
