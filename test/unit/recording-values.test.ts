import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { streamkit } from '../../extension/contracts/streamkit/index.ts';
import { UserError } from '../../extension/errors.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import type { Describers } from '../../extension/recording/describe.ts';
import { detailOf, rowOf } from '../../extension/recording/describe.ts';
import type { LiveRecording } from '../../extension/recording/live.ts';
import { RecordFlag, RecordKind } from '../../extension/recording/record.ts';
import { valueJson } from '../../extension/recording/value-json.ts';
import { copyOf, differencesOf, valuesOf } from '../../extension/recording/value-view.ts';
import { encodeLog } from '../../extension/contracts/streamkit/packet.ts';
import { crossingRecord, numberList, valueList, type Value } from '../../extension/values/value.ts';
import { parseValue } from '../../extension/values/parse.ts';
import { printValue } from '../../extension/values/wave.ts';
import { add, live, STARTED_AT } from './recording-fixture.ts';

function put(recording: LiveRecording, event: EventJson): number {
  const { name, payload } = streamkit.encodeEvent(event);
  return add(recording, {
    kind: RecordKind.event,
    plugin: 0,
    name,
    time: STARTED_AT,
    event: 1,
    flags: 0,
    payload,
  });
}

const custom = { custom: { typeId: 'x', data: { a: [1, { b: 'two' }], 'odd name': null } } };

describe('values of a record', () => {
  it('are pages of a tree, by paths', () => {
    using recording = live();
    const record = put(recording, { packet: custom });
    const page = (path?: string, first = 0, count = 10): readonly (readonly unknown[])[] =>
      valuesOf(
        recording,
        { record, first, count, ...(path === undefined ? {} : { path }) },
        streamkit,
      ).nodes.map(({ name, path: at, type, text, children }) => [name, at, type, text, children]);
    assert.deepEqual(
      page().map(([name, , type, , children]) => [name, type, children]),
      [
        ['pin', 'string', 0],
        ['packet', 'variant', 3],
      ],
    );
    assert.deepEqual(page('packet')[2], [
      'data',
      'packet.data',
      'json',
      '{"a":[1,{"b":"two"}],"odd name":null}',
      2,
    ]);
    assert.deepEqual(page('packet.data'), [
      ['a', 'packet.data.a', 'json', '[1,{"b":"two"}]', 2],
      ['odd name', 'packet.data["odd name"]', 'variant', 'null', 0],
    ]);
    assert.deepEqual(page('packet.data.a', 1), [['1', 'packet.data.a[1]', 'json', '{"b":"two"}', 1]]);
    assert.deepEqual(page('packet.data.a', 7), []);
  });

  it('are read a page at a time where they are many', () => {
    using recording = live();
    const samples = Array.from({ length: 100_000 }, (_, index) => index / 8);
    const record = put(recording, { packet: { audio: { samples } } });
    const page = valuesOf(
      recording,
      { record, path: 'packet.samples', first: 99_998, count: 5000 },
      streamkit,
    );
    assert.deepEqual([page.total, page.first], [100_000, 99_998]);
    assert.deepEqual(
      page.nodes.map(({ path, text, type }) => [path, text, type]),
      [
        ['packet.samples[99998]', '12499.75', 'f32'],
        ['packet.samples[99999]', '12499.875', 'f32'],
      ],
    );
    const all = valuesOf(recording, { record, path: 'packet.samples', first: 0, count: 100_000 }, streamkit);
    assert.equal(all.nodes.length, 1000);
  });

  it('have short texts that nothing in them can turn around', () => {
    using recording = live();
    const record = put(recording, { packet: { text: `\u202e${'x'.repeat(1_000_000)}` } });
    const [, packet] = valuesOf(recording, { record, first: 0, count: 2 }, streamkit).nodes;
    assert.match(packet?.text ?? '', /^text\("⟨U\+202E⟩x+…$/);
    assert.ok((packet?.text.length ?? 0) < 320);
  });

  it('are refused where there are none', () => {
    using recording = live();
    const record = put(recording, { packet: { text: 'a' } });
    const line = add(recording, { ...recording.at(record), kind: RecordKind.output, name: 'stdout' });
    assert.throws(
      () => valuesOf(recording, { record, path: 'packet.no', first: 0, count: 1 }, streamkit),
      UserError,
    );
    assert.throws(() => valuesOf(recording, { record, path: '[', first: 0, count: 1 }, streamkit), UserError);
    assert.throws(() => valuesOf(recording, { record: line, first: 0, count: 1 }, streamkit), UserError);
    assert.throws(() => valuesOf(recording, { record: 99, first: 0, count: 1 }, streamkit), RangeError);
  });
});

describe('a copy of a record', () => {
  it('is JSON, WAVE or a command', () => {
    using recording = live();
    const record = put(recording, { packet: custom });
    assert.deepEqual(JSON.parse(copyOf(recording, record, undefined, 'json', streamkit)), {
      pin: 'in',
      packet: { custom: { 'type-id': 'x', encoding: 'json', data: custom.custom.data } },
    });
    assert.equal(copyOf(recording, record, 'packet.data.a[1].b', 'json', streamkit), '"two"');
    assert.equal(copyOf(recording, record, 'packet.data.a[1].b', 'wave', streamkit), '"two"');
    const crossing = streamkit.values(recording.at(record));
    assert.ok(crossing !== undefined);
    const whole = crossingRecord(crossing);
    const wave = copyOf(recording, record, undefined, 'wave', streamkit);
    assert.equal(printValue(parseValue(wave, whole)), wave);
    assert.match(
      copyOf(recording, record, undefined, 'command', streamkit),
      /^hotplug run --development --event '\{"pin":"in","packet":\{.*\}\}'$/,
    );
  });

  it('is refused where a record has no such form', () => {
    using recording = live();
    const record = put(recording, { packet: custom });
    const call = add(recording, { ...recording.at(record), kind: RecordKind.hostCall, name: 'send-output' });
    assert.throws(() => copyOf(recording, call, undefined, 'command', streamkit), /no command/);
    assert.throws(() => copyOf(recording, record, 'packet.no', 'json', streamkit), /no packet\.no/);
  });
});

describe('differences of records', () => {
  it('are those of their values', () => {
    using recording = live();
    const before = put(recording, { packet: { text: 'a' } });
    const after = put(recording, { packet: { text: 'b' } });
    assert.deepEqual(differencesOf(recording, before, after, streamkit), {
      fields: [{ path: 'packet', before: 'text("a")', after: 'text("b")' }],
      more: 0,
    });
    assert.deepEqual(differencesOf(recording, before, before, streamkit), { fields: [], more: 0 });
  });

  it('are cut where they are many', () => {
    using recording = live();
    const before = put(recording, { packet: { custom: { typeId: 'x', data: many(0) } } });
    const after = put(recording, { packet: { custom: { typeId: 'x', data: many(1) } } });
    const { fields, more } = differencesOf(recording, before, after, streamkit);
    assert.equal(fields.length, 100);
    assert.ok(more > 0);
  });
});

/** Objects with more differences than are listed. */
function many(value: number): EventJson {
  const inner = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`i${index}`, value]));
  return Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`o${index}`, inner]));
}

describe('values as JSON', () => {
  for (const [value, expected] of [
    [{ type: 'u64', value: 5n }, 5],
    [{ type: 'u64', value: 2n ** 63n }, '9223372036854775808'],
    [{ type: 's64', value: -(2n ** 60n) }, '-1152921504606846976'],
    [{ type: 'f64', value: NaN }, 'nan'],
    [{ type: 'f32', value: Math.fround(0.1) }, 0.1],
    [{ type: 'f64', value: -Infinity }, '-inf'],
    [numberList('u8', [0, 255]), [0, 255]],
    [valueList('string', [{ type: 'string', value: 'a' }]), ['a']],
    [{ type: 'tuple', items: [{ type: 'bool', value: true }] }, [true]],
    [{ type: 'variant', name: 'none' }, null],
    [{ type: 'variant', name: 'some', value: { type: 'char', value: 'x' } }, 'x'],
    [{ type: 'variant', name: 'some', value: { type: 'variant', name: 'none' } }, { some: null }],
    [{ type: 'variant', name: 'err', value: { type: 'string', value: 'e' } }, { err: 'e' }],
    [{ type: 'variant', name: 'red' }, 'red'],
    [{ type: 'flags', set: ['a', 'b'] }, ['a', 'b']],
    [{ type: 'handle', resource: 'bucket', number: 2 }, 'bucket#2'],
    [{ type: 'string', value: '{"a":1}', format: 'json' }, { a: 1 }],
    [{ type: 'string', value: '{"a":1}' }, '{"a":1}'],
  ] as const satisfies readonly (readonly [Value, unknown])[]) {
    it(`${printValue(value)} is ${JSON.stringify(expected)}`, () => {
      assert.deepEqual(JSON.parse(JSON.stringify(valueJson(value))), expected);
    });
  }

  it('have fields of any name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const value: Value = { type: 'record', fields: [{ name, value: { type: 'u8', value: 1 } }] };
        assert.equal(JSON.stringify(valueJson(value)), `{${JSON.stringify(name)}:1}`);
      }),
    );
    const value: Value = { type: 'record', fields: [{ name: '__proto__', value: { type: 'u8', value: 1 } }] };
    assert.equal(JSON.stringify(valueJson(value)), '{"__proto__":1}');
  });
});

describe('rows of long payloads', () => {
  const long = 'x'.repeat(1_000_000);

  it('say how long they are and show their beginning', () => {
    using recording = live();
    const record = put(recording, { packet: { text: long } });
    const row = rowOf(recording, record, streamkit);
    assert.ok(row !== undefined);
    assert.equal(row.size, 1_000_016);
    assert.match(row.summary, /^text "x{200}…"$/);
    assert.equal(detailOf(recording, record, streamkit)?.fields[1]?.value.length, 1_000_008);
  });

  it('of the log have their level, and a detail has the whole line', () => {
    using recording = live();
    const line = add(recording, {
      kind: RecordKind.hostCall,
      plugin: 0,
      name: 'log',
      time: STARTED_AT,
      event: 0,
      flags: RecordFlag.log,
      payload: encodeLog('warn', long),
    });
    const row = rowOf(recording, line, streamkit);
    assert.ok(row !== undefined);
    assert.equal(row.level, 'warn');
    assert.match(row.summary, /^warn: x{394}…$/);
    assert.equal(detailOf(recording, line, streamkit)?.fields[1]?.value, long);
  });

  it('are told by what describes them without putting fields together', () => {
    using recording = live();
    const record = put(recording, { packet: { text: 'a' } });
    const describers: Describers = {
      describe: () => ({
        summary: 'brief',
        get fields(): never {
          throw new Error('nobody asked for fields');
        },
      }),
      telemetry: () => undefined,
    };
    assert.equal(rowOf(recording, record, describers)?.summary, 'brief');
  });
});
