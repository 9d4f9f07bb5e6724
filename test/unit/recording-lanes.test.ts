import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Lanes } from '../../extension/recording/lanes.ts';
import { SliceFlag, type LaneWindow } from '../../extension/recording/query.ts';
import { CallStatus, RecordKind, type Recording } from '../../extension/recording/record.ts';
import { live, plugin, records, add, STARTED_AT } from './recording-fixture.ts';
import { describers, lanesOf, listed, NOTHING, sum, Writer } from './recording-lanes-fixture.ts';

const { error, trap, open } = SliceFlag;

describe('lanes', () => {
  it('nest an event, its calls and their host calls; the others lie where they happened', () => {
    using recording = live();
    const gain = new Writer(recording);
    gain.event(1, 1);
    gain.hostCall(2, 1, 1);
    gain.effect(3, 1, 0.5);
    gain.telemetry(4, 1, 'vad.speech');
    gain.log(5, 1, 'error');
    gain.output(6, 1);
    gain.call(10, 1, 9, CallStatus.trap);
    new Writer(recording, 1).lifecycle(12, 'failed', { report: { kind: 'trap' } });
    gain.lifecycle(20, 'build-finished', { durationMs: 5 });
    const window = new Lanes(recording, describers).query({ buckets: 1000 });
    assert.deepEqual([window.from, window.to, window.duration, window.indexed], [0, 20, 20, 1]);
    const found = window.slices.map((slices) => {
      const lane = window.lanes.find(({ id }) => id === slices.lane);
      return [lane?.group, lane?.kind, lane?.name, lane?.count, lane?.errors, ...listed(window, slices)];
    });
    assert.deepEqual(found, [
      [
        'gain',
        'calls',
        '',
        6,
        2,
        [0, 1, 10, 0, 'in', error | trap],
        [1, 1, 10, 6, 'process', error | trap],
        [2, 2, 3, 1, 'now', 0],
        [2, 3, 3.5, 2, 'send', 0],
        [2, 4, 4, 3, 'send', 0],
        [2, 5, 5, 4, 'log', 0],
      ],
      ['gain', 'effects', '', 1, 0, [0, 3, 3.5, 2, 'send', 0]],
      ['gain', 'telemetry', 'vad.speech', 1, 0, [0, 4, 4, 3, 'vad.speech', 0]],
      ['gain', 'logs', '', 2, 1, [0, 5, 5, 4, 'error', error], [0, 6, 6, 5, 'stderr', 0]],
      ['gain', 'lifecycle', '', 1, 0, [0, 15, 20, 8, 'build-finished', 0]],
      ['vad', 'lifecycle', '', 1, 1, [0, 12, 12, 7, 'failed (trap)', error | trap]],
    ]);
  });

  it('give what overlaps rows of its own, and no more rows than there are', () => {
    using recording = live();
    const gain = new Writer(recording);
    gain.call(100, 0, 100);
    for (let at = 0; at < 100; at++) gain.call(50 + at / 1000, 0, 40);
    gain.call(300, 0, 1);
    const window = new Lanes(recording, describers).query({ buckets: 16_384 });
    const [calls] = lanesOf(window, 'calls');
    assert.ok(calls !== undefined);
    assert.equal(calls.lane.rows, 16);
    assert.equal(Math.max(...calls.slices.row), 15);
    assert.equal(sum(calls.slices.count), 102);
    const [first] = listed(window, calls.slices);
    assert.deepEqual(first, [0, 0, 100, 0, 'process', 0]);
  });

  it('show an event that goes on as open, to where the recording ends', () => {
    using recording = live();
    const gain = new Writer(recording);
    gain.event(1, 1);
    gain.hostCall(5, 1);
    const lanes = new Lanes(recording, describers);
    new Writer(recording, 1).output(30, 0);
    const shown = (): unknown => {
      const window = lanes.query({ buckets: 1000 });
      const [calls] = lanesOf(window, 'calls');
      return calls === undefined ? [] : listed(window, calls.slices)[0];
    };
    assert.deepEqual(shown(), [0, 1, 30, 0, 'in', open]);
    gain.call(40, 1, 38);
    assert.deepEqual(shown(), [0, 1, 40, 0, 'in', 0]);
    gain.event(50, 2);
    gain.event(60, 3);
    const window = lanes.query({ buckets: 1000 });
    const [calls] = lanesOf(window, 'calls');
    assert.ok(calls !== undefined);
    assert.deepEqual(
      listed(window, calls.slices).filter((slice) => (slice as unknown[])[0] === 0),
      [
        [0, 1, 40, 0, 'in', 0],
        [0, 50, 50, 4, 'in', open],
        [0, 60, 60, 5, 'in', open],
      ],
    );
  });

  it('end an event whose call never came back where its plugin was ended', () => {
    using recording = live();
    const gain = new Writer(recording);
    gain.event(1, 1);
    gain.call(2, 1, 1);
    gain.lifecycle(3, 'stopped');
    gain.event(4, 2);
    gain.hostCall(5, 2);
    gain.lifecycle(9, 'failed', { report: { kind: 'timeout' } });
    gain.output(20, 0);
    const window = new Lanes(recording, describers).query({ buckets: 1000 });
    const [calls] = lanesOf(window, 'calls');
    assert.deepEqual(calls && listed(window, calls.slices), [
      [0, 1, 2, 0, 'in', 0],
      [0, 4, 9, 3, 'in', error],
      [1, 1, 2, 1, 'process', 0],
      [2, 5, 5, 4, 'now', 0],
    ]);
    assert.equal(calls?.lane.errors, 1);
  });

  it('count every record once and show every failure, however they are looked at and however the recording grew', () => {
    fc.assert(
      fc.property(
        fc.array(records, { maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom('plugin', 'turn', 'correlation'),
        (list, buckets, grouping) => {
          using recording = live();
          const odd = { ...describers, telemetry: () => undefined };
          const grown = new Lanes(recording, odd);
          for (const [at, record] of list.entries()) {
            add(recording, record);
            if (at % 7 === 0) grown.query({ buckets, grouping });
          }
          const atOnce = new Lanes(recording, odd).query({ buckets, grouping });
          assert.deepEqual({ ...grown.query({ buckets, grouping }), version: 0 }, { ...atOnce, version: 0 });
          for (const lane of atOnce.lanes) {
            const slices = atOnce.slices.find((one) => one.lane === lane.id);
            if (slices === undefined) continue;
            assert.equal(sum(slices.count), lane.count, `${lane.kind} ${lane.name}`);
            assert.equal(
              slices.flags.some((flags) => (flags & error) !== 0),
              lane.errors > 0,
            );
            for (let at = 1; at < slices.length; at++) {
              const isNextRow = (slices.row[at] ?? 0) > (slices.row[at - 1] ?? 0);
              assert.ok(isNextRow || (slices.from[at] ?? 0) >= (slices.from[at - 1] ?? 0));
            }
          }
          if (grouping !== 'plugin') return;
          const { event, call, hostCall } = RecordKind;
          const nested: readonly number[] = [event, call, hostCall];
          const expected = list.filter(({ kind }) => nested.includes(kind)).length;
          assert.equal(sum(lanesOf(atOnce, 'calls').map(({ lane }) => lane.count)), expected);
        },
      ),
    );
  });

  it('say which plugins were given events in more than one life, the last one first', () => {
    using recording = live();
    const [gain, vad] = [new Writer(recording, 0), new Writer(recording, 1)];
    const lanes = new Lanes(recording, describers);
    const reloaded = (): readonly string[] => lanes.query({ buckets: 1 }).reloaded;
    for (const [at, plugin] of [gain, vad].entries()) {
      plugin.lifecycle(at, 'running');
      plugin.event(at + 1, 1);
    }
    gain.lifecycle(10, 'reload-failed');
    gain.event(11, 2);
    gain.lifecycle(12, 'reloaded', { rebuilt: 2 });
    gain.event(13, 3);
    assert.deepEqual(reloaded(), []);
    gain.lifecycle(20, 'reloaded');
    assert.deepEqual(reloaded(), [], 'a life without events is none to compare');
    gain.event(21, 4);
    assert.deepEqual(reloaded(), ['gain']);
    vad.lifecycle(30, 'failed');
    vad.lifecycle(31, 'running');
    vad.event(32, 2);
    assert.deepEqual(reloaded(), ['vad', 'gain']);
    assert.deepEqual(lanes.query({ buckets: 1, grouping: 'turn' }).reloaded, ['vad', 'gain']);
  });

  it('survive clocks that run backwards or jump a year, and durations that are none', () => {
    using recording = live();
    const gain = new Writer(recording);
    const year = 31_536_000_000;
    for (const [at, time] of [10, 5, year, 20, -year, 30].entries()) {
      gain.event(time, at + 1);
      gain.call(time + 1, at + 1, at % 2 === 0 ? -5 : NaN, at === 3 ? CallStatus.error : CallStatus.ok);
    }
    const lanes = new Lanes(recording, describers);
    for (const buckets of [1, 10, 10_000]) {
      const window = lanes.query({ buckets });
      assert.equal(window.duration, year + 1);
      const [calls] = lanesOf(window, 'calls');
      assert.ok(calls !== undefined);
      assert.equal(sum(calls.slices.count), 12);
      assert.ok(calls.slices.flags.some((flags) => (flags & error) !== 0));
      assert.equal(calls.lane.rows, 2);
    }
    const part = lanes.query({ from: 19, to: 22, buckets: 100 });
    assert.equal(sum(lanesOf(part, 'calls')[0]?.slices.count ?? []), 2);
  });

  it('hold a great many records of one instant in a few slices', () => {
    using recording = live();
    const gain = new Writer(recording);
    const count = 50_000;
    for (let at = 1; at <= count; at++) gain.call(3, at, 0, at === 40_000 ? CallStatus.error : CallStatus.ok);
    const window = new Lanes(recording, describers);
    let shown = window.query({ buckets: 100 });
    while (shown.indexed < 1) shown = window.query({ buckets: 100 });
    const [calls] = lanesOf(shown, 'calls');
    assert.deepEqual(calls && [[...calls.slices.count], [...calls.slices.record]], [[count], [39_999]]);
  });

  it('give the contents of the lanes that are asked for, and keep what is told of the others', () => {
    using recording = live();
    const plugins = 2500;
    for (let at = 2; at < plugins; at++) recording.addPlugin(plugin(`plugin ${at}`));
    for (let at = 0; at < plugins; at++) {
      const writer = new Writer(recording, at);
      writer.telemetry(at, 0, 'a');
      writer.telemetry(at, 0, 'b');
      writer.output(at, 0);
    }
    const lanes = new Lanes(recording, describers);
    const step = (): LaneWindow => lanes.query({ buckets: 100, lanes: [] });
    let all = step();
    while (all.indexed < 1) all = step();
    assert.ok(all.lanes.length >= 10_000);
    assert.deepEqual([all.slices.length, all.counters.length], [0, 0]);
    const again = step();
    assert.ok(again.lanes.every((lane, at) => lane === all.lanes[at]));
    const wanted = all.lanes.filter(({ group }) => group === 'plugin 2000').map(({ id }) => id);
    const some = lanes.query({ buckets: 100, lanes: [...wanted, 1e9] });
    assert.deepEqual(new Set([...some.slices, ...some.counters].map(({ lane }) => lane)), new Set(wanted));
    new Writer(recording, 7).output(9999, 0);
    const changed = (since: number): unknown => {
      const window = lanes.query({ buckets: 100, lanes: [], since });
      const { length } = window.lanes;
      const shown = window.lanes.map(({ group, kind, count }) => [group, kind, count]);
      return length > 10 ? length : [window.version > since, ...shown];
    };
    assert.deepEqual(changed(all.version), [true, ['plugin 7', 'logs', 2]]);
    const { version } = step();
    assert.deepEqual(changed(version), [false]);
    new Writer(recording, 7).effect(9999, 0);
    assert.equal(changed(version), all.lanes.length + 1, 'where lanes came, all of them are told');
    assert.equal(changed(1e9), all.lanes.length + 1);
  });

  it('of names without number share a lane, and no name is anything but text', () => {
    using recording = live();
    const gain = new Writer(recording);
    for (let at = 0; at < 2000; at++) gain.telemetry(at, 0, `type ${at}`, { numbers: [['n', at]] });
    gain.event(3000, 1, `a\u202eb\n${'x'.repeat(5000)}`);
    const lanes = new Lanes(recording, describers);
    let window = lanes.query({ buckets: 10_000 });
    while (window.indexed < 1) window = lanes.query({ buckets: 10_000 });
    const telemetry = lanesOf(window, 'telemetry');
    assert.ok(telemetry.length <= 513);
    assert.equal(sum(telemetry.map(({ lane }) => lane.count)), 2000);
    assert.equal(sum(telemetry.flatMap(({ slices }) => [...slices.count])), 2000);
    assert.ok(telemetry.some(({ lane }) => lane.name === '…' && lane.count > 1000));
    const name = window.names.find((text) => text.startsWith('a'));
    assert.ok(name?.startsWith('a⟨U+202E⟩b␊xx') === true && name.length < 250);
  });

  it('say where a record is drawn', () => {
    using recording = live();
    const gain = new Writer(recording);
    const vad = new Writer(recording, 1);
    const event = gain.event(1, 1);
    const log = gain.log(2, 1);
    const effect = gain.effect(3, 1, 1);
    const telemetry = gain.telemetry(5, 1, 'x');
    const call = gain.call(10, 1, 9);
    const life = vad.lifecycle(11, 'running');
    const memory = vad.memory(12, 1);
    const going = vad.event(13, 1);
    const lanes = new Lanes(recording, describers);
    const window = lanes.query({ buckets: 10 });
    const place = (record: number): unknown => {
      const found = lanes.place(record);
      const lane = window.lanes.find(({ id }) => id === found?.lane);
      return found && [found.plugin, lane?.kind, found.row, found.time];
    };
    assert.deepEqual([event, log, effect, telemetry, call, life, memory, going].map(place), [
      ['gain', 'calls', 0, 1],
      ['gain', 'logs', 0, 2],
      ['gain', 'calls', 2, 3],
      ['gain', 'telemetry', 0, 5],
      ['gain', 'calls', 1, 1],
      ['vad', 'lifecycle', 0, 11],
      undefined,
      ['vad', 'calls', 0, 13],
    ]);
    assert.deepEqual([lanes.place(-1), lanes.place(99), lanes.place(NaN)], [undefined, undefined, undefined]);
  });

  it('are there bit by bit where a recording is large', () => {
    const slow: Recording = {
      info: {
        version: 1,
        contract: 'streamkit',
        startedAt: STARTED_AT,
        tools: {},
        plugins: [plugin('gain')],
      },
      count: 10_000_000,
      at: (index) => ({
        kind: RecordKind.output,
        plugin: 0,
        name: 'stdout',
        time: STARTED_AT + index,
        event: 0,
        flags: 0,
        payload: NOTHING,
      }),
    };
    const lanes = new Lanes(slow, describers);
    const first = lanes.query({ buckets: 10 });
    assert.ok(first.indexed > 0 && first.indexed < 1);
    assert.equal(lanes.step(1), true);
    const second = lanes.query({ buckets: 10 });
    assert.ok(second.indexed > first.indexed && second.duration > first.duration);
    assert.equal(sum(second.slices[0]?.count ?? []), Math.round(second.indexed * slow.count));
  });

  it('of a file that is still read say how much is known, and how long it will be', () => {
    using recording = live();
    const gain = new Writer(recording);
    gain.output(10, 0);
    const reading: Recording = {
      info: recording.info,
      count: 1,
      at: (index) => recording.at(index),
      indexed: 0.25,
      expected: { count: 4, durationMs: 40 },
    };
    const window = new Lanes(reading, describers).query({ buckets: 10 });
    assert.deepEqual([window.indexed, window.duration, window.to], [0.25, 40, 40]);
  });

  it('of an empty recording are none', () => {
    using recording = live();
    const lanes = new Lanes(recording, describers);
    const window = lanes.query({ buckets: 100 });
    assert.deepEqual([window.duration, window.lanes, window.slices, window.counters], [0, [], [], []]);
    assert.deepEqual([window.indexed, lanes.step(1)], [1, false]);
  });
});
