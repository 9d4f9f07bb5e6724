import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lane, LaneSlices, LaneWindow } from '../../extension/recording/query.ts';
import { joinedWindow, lifeOf, mirroredWindow, otherLifeOf } from '../../webview/timeline/model/mirror.ts';

const both = { plugin: 'gain', events: 2, artifact: 'a' };
const life = lifeOf(
  {
    plugin: 'gain',
    here: { ...both, recording: 'live', life: 1, from: 1000, to: 1500 },
    other: { ...both, recording: 'live', life: 0, from: 200, to: 600 },
    events: 2,
    differing: 0,
    differences: [],
    more: 0,
  },
  'the run before',
);

function laneOf(id: number, kind: Lane['kind'], group = 'gain'): Lane {
  return { id, group, kind, name: '', rows: 1, count: 1, errors: 0 };
}

function slicesOf(lane: number, stretches: readonly (readonly [from: number, to: number])[]): LaneSlices {
  const { length } = stretches;
  return {
    lane,
    length,
    from: Float64Array.from(stretches, ([from]) => from),
    to: Float64Array.from(stretches, ([, to]) => to),
    row: new Uint8Array(length),
    count: new Uint32Array(length).fill(1),
    record: Uint32Array.from(stretches, (_, at) => at),
    name: new Uint32Array(length),
    flags: new Uint8Array(length),
  };
}

function windowOf(more: Partial<LaneWindow>): LaneWindow {
  return {
    from: 0,
    to: 2000,
    duration: 2000,
    startedAt: 7,
    indexed: 1,
    lanes: [],
    version: 1,
    slices: [],
    counters: [],
    names: ['process'],
    reloaded: [],
    ...more,
  };
}

const stretchesOf = (slices: LaneSlices | undefined): unknown =>
  slices === undefined
    ? undefined
    : Array.from({ length: slices.length }, (_, at) => [slices.record[at], slices.from[at], slices.to[at]]);

test('a life begins where the one in view does, and has only what lies in it', () => {
  const times = Float64Array.of(100, 200, 400, 700);
  const window = windowOf({
    lanes: [laneOf(0, 'calls'), laneOf(1, 'lifecycle'), laneOf(2, 'counter'), laneOf(3, 'calls', 'gate')],
    slices: [
      slicesOf(0, [
        [100, 150],
        [190, 210],
        [300, 310],
        [599, 700],
        [601, 602],
      ]),
      slicesOf(1, [
        [150, 200],
        [590, 640],
      ]),
      slicesOf(3, [[300, 310]]),
    ],
    counters: [{ lane: 2, times, low: times, high: times, least: 0, most: 9 }],
  });
  const mirrored = mirroredWindow(window, life);
  assert.deepEqual(
    mirrored.lanes.map(({ id, kind }) => [id, kind]),
    [
      [-1, 'calls'],
      [-2, 'lifecycle'],
      [-3, 'counter'],
    ],
  );
  assert.ok(mirrored.lanes.every((lane) => otherLifeOf(lane) === life));
  assert.equal(otherLifeOf(laneOf(0, 'calls')), undefined);
  const [calls, lifecycle, ...others] = mirrored.slices;
  assert.deepEqual(others, []);
  assert.deepEqual(stretchesOf(calls), [
    [1, 1000, 1010],
    [2, 1100, 1110],
    [3, 1399, 1400],
  ]);
  assert.deepEqual(stretchesOf(lifecycle), [[0, 1000, 1000]], 'the next life is made while this one goes on');
  assert.deepEqual([...(mirrored.counters[0]?.times ?? [])], [1000, 1200]);
});

test('two windows are one, each with its names', () => {
  const own = windowOf({
    names: ['in', 'process'],
    slices: [slicesOf(4, [[0, 1]])],
    lanes: [laneOf(4, 'calls')],
  });
  const other = mirroredWindow(
    windowOf({ names: ['clock'], lanes: [laneOf(0, 'calls')], slices: [slicesOf(0, [[300, 301]])] }),
    life,
  );
  const joined = joinedWindow(own, other);
  assert.deepEqual(
    joined.slices.map(({ lane, name }) => [lane, joined.names[name[0] ?? -1]]),
    [
      [4, 'in'],
      [-1, 'clock'],
    ],
  );
  assert.deepEqual([joined.from, joined.to, joined.lanes], [own.from, own.to, own.lanes]);
});
