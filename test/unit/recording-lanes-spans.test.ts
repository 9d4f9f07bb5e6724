import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Describers } from '../../extension/recording/describe.ts';
import { Lanes } from '../../extension/recording/lanes.ts';
import { OpenSpans } from '../../extension/recording/lanes/open-spans.ts';
import { spanNameOf } from '../../extension/recording/lanes/span-names.ts';
import { TelemetrySpans } from '../../extension/recording/lanes/telemetry-spans.ts';
import { SliceFlag, type LaneGrouping } from '../../extension/recording/query.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { live } from './recording-fixture.ts';
import { describers, lanesOf, listed, sum, Writer } from './recording-lanes-fixture.ts';

const { error, open, cut } = SliceFlag;

/** What stands in each lane of spans: row, from, to, flags. */
function spansOf(lanes: Lanes, grouping: LaneGrouping = 'plugin'): Record<string, unknown> {
  const window = lanes.query({ buckets: 10_000, grouping });
  return Object.fromEntries(
    lanesOf(window, 'spans').map(({ lane, slices }) => [
      `${lane.group} ${lane.name}`,
      listed(window, slices).map((slice) => {
        const [row, from, to, , , flags] = slice as unknown[];
        return [row, from, to, flags];
      }),
    ]),
  );
}

describe('spans of telemetry', () => {
  it('last from their beginning to their end, by dots and underscores, and as long as they say', () => {
    using recording = live();
    const gain = new Writer(recording);
    gain.telemetry(1, 1, 'vad.speech_start');
    gain.telemetry(2, 1, 'tts.start');
    gain.telemetry(5, 1, 'vad.speech_end');
    gain.telemetry(6, 1, 'tts.done');
    gain.telemetry(10, 1, 'stt.result', { latencyMs: 3 });
    gain.telemetry(11, 1, 'audio.level');
    gain.telemetry(12, 1, 'llm.request.start', { spanId: 'a' });
    gain.telemetry(20, 1, 'llm.request', { spanId: 'a', latencyMs: 7 });
    gain.telemetry(21, 1, 'job.start');
    gain.telemetry(25, 1, 'job.failed');
    assert.deepEqual(spansOf(new Lanes(recording, describers)), {
      'gain job': [[0, 21, 25, error]],
      'gain llm.request': [[0, 12, 20, 0]],
      'gain stt.result': [[0, 7, 10, 0]],
      'gain tts': [[0, 2, 6, 0]],
      'gain vad.speech': [[0, 1, 5, 0]],
    });
  });

  it('find their beginnings by span id, then by correlation, then by order, each in a row of its own', () => {
    using recording = live();
    const gain = new Writer(recording);
    gain.telemetry(1, 1, 'x.start', { spanId: 'a', correlationId: 'c' });
    gain.telemetry(2, 1, 'x.start', { spanId: 'b', correlationId: 'd' });
    gain.telemetry(3, 1, 'x.start', { correlationId: 'e' });
    gain.telemetry(4, 1, 'x.start');
    new Writer(recording, 1).telemetry(4, 1, 'x.start');
    gain.telemetry(10, 1, 'x.end', { spanId: 'a' });
    gain.telemetry(11, 1, 'x.end', { correlationId: 'd' });
    gain.telemetry(12, 1, 'x.end', { spanId: 'unknown', correlationId: 'e' });
    gain.telemetry(13, 1, 'x.end');
    assert.deepEqual(spansOf(new Lanes(recording, describers)), {
      'gain x': [
        [0, 1, 10, 0],
        [1, 2, 11, 0],
        [2, 3, 12, 0],
        [3, 4, 13, 0],
      ],
      'vad x': [[0, 4, 13, open]],
    });
  });

  it('that end with another id than they began with do not end', () => {
    using recording = live();
    const gain = new Writer(recording);
    gain.telemetry(1, 1, 'x.start', { spanId: 'a' });
    gain.telemetry(5, 1, 'x.end', { spanId: 'b' });
    gain.output(9, 0);
    assert.deepEqual(spansOf(new Lanes(recording, describers)), {
      'gain x': [
        [0, 1, 9, open],
        [1, 5, 5, cut],
      ],
    });
  });

  it('without an end are open, without a beginning cut; both as far as the recording goes', () => {
    using recording = live();
    const gain = new Writer(recording);
    gain.telemetry(4, 1, 'early.end');
    gain.telemetry(6, 1, 'early.end');
    gain.telemetry(7, 1, 'late.start');
    gain.telemetry(8, 1, 'y.result');
    const lanes = new Lanes(recording, describers);
    assert.deepEqual(spansOf(lanes), {
      'gain early': [
        [0, 0, 4, cut],
        [0, 6, 6, cut],
      ],
      'gain late': [[0, 7, 8, open]],
    });
    gain.output(20, 0);
    assert.deepEqual(spansOf(lanes)['gain late'], [[0, 7, 20, open]]);
    gain.telemetry(30, 1, 'late.stop');
    assert.deepEqual(spansOf(lanes)['gain late'], [[0, 7, 30, 0]]);
  });

  it('that never end by the thousand are all counted', () => {
    using recording = live();
    const gain = new Writer(recording);
    for (let at = 0; at < 3000; at++) gain.telemetry(at, 1, 'x.start', { spanId: `${at}` });
    const lanes = new Lanes(recording, describers);
    let window = lanes.query({ buckets: 100 });
    while (window.indexed < 1) window = lanes.query({ buckets: 100 });
    const [spans] = lanesOf(window, 'spans');
    assert.ok(spans !== undefined);
    assert.equal(spans.lane.count, 3000);
    assert.equal(sum(spans.slices.count), 3000);
    assert.ok(spans.slices.flags.every((flags) => flags === open));
  });

  it('are named by what their event types have in common', () => {
    assert.deepEqual(spanNameOf('llm.request.start'), { role: 'start', name: 'llm.request' });
    assert.deepEqual(spanNameOf('restart'), {
      role: 'end',
      names: ['restart'],
      failed: false,
      isSure: false,
    });
    const ends = { role: 'end', names: ['a_b', 'a_b.complete'], failed: false, isSure: true };
    assert.deepEqual(spanNameOf('a_b.complete'), ends);
  });
});

describe('telemetry', () => {
  it('says in its name what the host cut, and is a failure where something was lost', () => {
    using recording = live();
    const gain = new Writer(recording);
    gain.telemetry(1, 1, 'text.received', { note: 'truncated' });
    gain.telemetry(2, 1, 'telemetry.health', { note: '3 dropped', lost: true });
    const window = new Lanes(recording, describers).query({ buckets: 1000 });
    assert.deepEqual(
      lanesOf(window, 'telemetry').map(({ lane, slices }) => [
        lane.name,
        lane.errors,
        listed(window, slices),
      ]),
      [
        ['telemetry.health', 1, [[0, 2, 2, 1, 'telemetry.health (3 dropped)', error]]],
        ['text.received', 0, [[0, 1, 1, 0, 'text.received (truncated)', 0]]],
      ],
    );
  });

  it('that the host drops says so, and is counted', () => {
    using recording = live();
    const gain = new Writer(recording);
    for (const time of [0, 300, 600, 999, 1000, 1001, 1002, 1003])
      gain.telemetry(time, 1, 'audio.level', { mostPerSecond: 3 });
    gain.telemetry(1004, 1, 'other', { mostPerSecond: 3 });
    const window = new Lanes(recording, describers).query({ buckets: 10_000 });
    const [level] = lanesOf(window, 'telemetry');
    assert.deepEqual(
      [...(level?.slices.name ?? [])].map((name) => window.names[name]?.includes('over 3 a second')),
      [false, false, false, true, false, false, false, true],
    );
    const lane = window.lanes.find(({ name }) => name === 'telemetry over the limit');
    assert.deepEqual(window.counters.find((one) => one.lane === lane?.id)?.high, new Float64Array([1, 2]));
  });

  it('has its numbers as counters', () => {
    using recording = live();
    const gain = new Writer(recording);
    for (let at = 0; at < 3; at++) gain.telemetry(at, 1, 'audio.level', { numbers: [['rms', at * 2]] });
    const { lanes, counters } = new Lanes(recording, describers).query({ buckets: 1000 });
    const lane = lanes.find(({ name }) => name === 'audio.level.rms');
    const counter = counters.find((one) => one.lane === lane?.id);
    assert.deepEqual([lane?.kind, lane?.unit, lane?.count], ['counter', 'number', 3]);
    assert.deepEqual(
      [counter?.times, counter?.high].map((list) => [...(list ?? [])]),
      [
        [0, 1, 2],
        [0, 2, 4],
      ],
    );
  });
});

describe('lanes by turn and by correlation', () => {
  it('have arrows of their own', () => {
    using recording = live();
    const links: Describers['links'] = ({ kind, plugin, payload }) => {
      if (kind === RecordKind.event) return plugin === 1 ? { takes: 'a' } : undefined;
      return plugin === 0 && payload.length === 0 ? { gives: 'a' } : undefined;
    };
    const [gain, vad] = [new Writer(recording, 0), new Writer(recording, 1)];
    gain.event(1, 1);
    gain.telemetry(2, 1, 'x', { turnId: 'turn 1' });
    const sent = gain.effect(3, 1);
    const got = vad.event(4, 1);
    vad.telemetry(5, 1, 'x', { turnId: 'turn 2' });
    vad.call(6, 1, 1);
    const lanes = new Lanes(recording, { ...describers, links });
    for (const grouping of ['plugin', 'turn'] as const) {
      const groups = new Map(lanes.query({ buckets: 1, grouping }).lanes.map(({ id, group }) => [id, group]));
      const [flow] = lanes.flows(sent, grouping).filter(({ kind }) => kind === 'delivered');
      assert.deepEqual([flow?.from.record, flow?.to.record], [sent, got]);
      assert.deepEqual(
        [flow?.from, flow?.to].map((end) => groups.get(end?.lane ?? -1)),
        grouping === 'turn' ? ['turn 1', 'turn 2'] : ['gain', 'vad'],
      );
    }
    // Nothing of it belongs to a correlation, so it is drawn nowhere.
    assert.deepEqual(lanes.flows(sent, 'correlation'), []);
  });

  it('hold the telemetry with the id, and the events, calls and host calls of which it came', () => {
    using recording = live();
    const [gain, vad] = [new Writer(recording), new Writer(recording, 1)];
    gain.event(1, 1);
    vad.event(1.5, 1);
    gain.log(2, 1);
    gain.telemetry(3, 1, 'x.start', { turnId: 'turn 1', correlationId: 'c1' });
    vad.telemetry(3.5, 1, 'x.end', { turnId: 'turn 1' });
    gain.hostCall(4, 1);
    gain.call(5, 1, 4);
    vad.call(6, 1, 4);
    gain.event(7, 2);
    gain.call(8, 2, 1);
    gain.telemetry(9, 0, 'y', { turnId: 'turn 2' });
    vad.event(9.5, 2);
    const lanes = new Lanes(recording, describers);
    const shown = (grouping: LaneGrouping): unknown =>
      lanes
        .query({ buckets: 1000, grouping })
        .lanes.map(({ group, kind, name, count }) => [group, kind, name, count]);
    assert.deepEqual(shown('turn'), [
      ['turn 1', 'calls', '', 8],
      ['turn 1', 'spans', 'x', 1],
      ['turn 1', 'telemetry', 'x.end', 1],
      ['turn 1', 'telemetry', 'x.start', 1],
      ['turn 1', 'logs', '', 1],
      ['turn 2', 'telemetry', 'y', 1],
    ]);
    assert.deepEqual(shown('correlation'), [
      ['c1', 'calls', '', 5],
      ['c1', 'spans', 'x', 1],
      ['c1', 'telemetry', 'x.start', 1],
      ['c1', 'logs', '', 1],
    ]);
    assert.deepEqual(spansOf(lanes, 'turn'), { 'turn 1 x': [[0, 3, 3.5, 0]] });
    assert.deepEqual(lanes.place(0, 'turn')?.plugin, 'gain');
    assert.equal(lanes.place(8, 'turn'), undefined);
  });
});

describe('spans that wait for their ends', () => {
  const ids = {};

  it('are ended by the newest first where nothing tells them apart, in exports as well', () => {
    const spans = new TelemetrySpans(1);
    const add = (record: number, eventType: string): unknown =>
      spans.add({ record, plugin: 0, time: record, telemetry: { eventType, data: '' } });
    add(1, 'x.start');
    add(2, 'x.start');
    assert.deepEqual(add(3, 'x.end'), {
      plugin: 0,
      name: 'x',
      begins: 2,
      ends: 3,
      from: 2,
      to: 3,
      failed: false,
    });
    assert.deepEqual(
      spans.open(9).map(({ begins, to }) => [begins, to]),
      [[1, 9]],
    );
  });

  it('are given up from the oldest on, of one name and of all', () => {
    const one = new OpenSpans<number>();
    for (let at = 0; at < 1024; at++) assert.equal(one.begin({ name: 'x', ids, of: at }), undefined);
    assert.equal(one.begin({ name: 'x', ids, of: 1024 })?.of, 0);
    const many = new OpenSpans<number>();
    for (let at = 0; at < 4096; at++) assert.equal(many.begin({ name: `${at}`, ids, of: at }), undefined);
    assert.equal(many.begin({ name: 'x', ids, of: 4096 })?.of, 0);
    assert.equal(many.end(['0'], ids), undefined);
    assert.equal(many.end(['0', '1'], ids)?.of, 1);
  });
});
