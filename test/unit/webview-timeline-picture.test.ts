import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Lane, LaneKind, LaneSlices, LaneWindow } from '../../extension/recording/query.ts';
import { Boxes } from '../../webview/timeline/picture/boxes.ts';
import type { Colours } from '../../webview/timeline/picture/colours.ts';
import { formatValue, scaleOf, shareOf, valueAt } from '../../webview/timeline/model/counters.ts';
import { LanePainter, sliceBox, stepsIn } from '../../webview/timeline/picture/draw.ts';
import {
  comparedGroup,
  heights,
  laneIds,
  layout,
  totalHeight,
  trackAt,
  tracksBetween,
} from '../../webview/timeline/model/layout.ts';
import { columnValue, dragged, gripAt, viewBox } from '../../webview/timeline/picture/minimap.ts';
import { sliceAt } from '../../webview/timeline/picture/pick.ts';
import { clampRange, fitRange, orderedRange, soundTime, spanOf } from '../../webview/timeline/model/range.ts';
import { cut } from '../../webview/timeline/picture/renderer.ts';
import type { Renderer } from '../../webview/timeline/picture/renderer.ts';
import { columnsOf, Flag, neighbour, sliceWith } from '../../webview/timeline/model/slices.ts';
import { covers, mergedLanes, windowQuery } from '../../webview/timeline/model/source.ts';
import { svgFile, svgRenderer } from '../../webview/timeline/picture/svg.ts';
import { ticks, wallTicks } from '../../webview/timeline/picture/ticks.ts';

type Column = readonly [
  from: number,
  to: number,
  row?: number,
  flags?: number,
  name?: number,
  count?: number,
];

function slicesOf(lane: number, columns: readonly Column[]): LaneSlices {
  return {
    lane,
    length: columns.length,
    from: Float64Array.from(columns, ([from]) => from),
    to: Float64Array.from(columns, ([, to]) => to),
    row: Uint8Array.from(columns, ([, , row = 0]) => row),
    count: Uint32Array.from(columns, ([, , , , , count = 1]) => count),
    record: Uint32Array.from(columns, (_, index) => index),
    name: Uint32Array.from(columns, ([, , , , name = 0]) => name),
    flags: Uint8Array.from(columns, ([, , , flags = 0]) => flags),
  };
}

function laneOf(id: number, kind: LaneKind = 'calls', group = 'gain', more: Partial<Lane> = {}): Lane {
  return { id, group, kind, name: '', rows: 1, count: 1, errors: 0, ...more };
}

function windowOf(lanes: readonly Lane[], slices: readonly LaneSlices[], names = ['process']): LaneWindow {
  return {
    from: 0,
    to: 1000,
    duration: 1000,
    startedAt: 0,
    indexed: 1,
    lanes,
    version: 1,
    slices,
    counters: [],
    reloaded: [],
    names,
  };
}

const colours: Colours = {
  highContrast: false,
  font: 'sans-serif',
  background: '#000',
  text: '#fff',
  dim: '#999',
  line: '#444',
  stripe: '#222',
  error: '#f00',
  marker: '#00f',
  hover: '#888',
  range: '#008',
  hit: '#fa0',
  note: '#ff0',
  lanes: {
    calls: '#0a0',
    effects: '#0aa',
    spans: '#a0a',
    telemetry: '#aa0',
    logs: '#aaa',
    lifecycle: '#550',
    counter: '#055',
  },
};

/** Keeps what is drawn, in order. */
class Kept implements Renderer {
  readonly fills: { readonly colour: string; readonly boxes: number[][] }[] = [];
  readonly texts: string[] = [];
  readonly marked: number[][] = [];
  readonly others: string[] = [];
  begin(): void {
    this.others.push('begin');
  }
  fill(colour: string, boxes: Boxes): void {
    if (boxes.count > 0) this.fills.push({ colour, boxes: listOf(boxes) });
  }
  pattern(): void {
    this.others.push('pattern');
  }
  outline(): void {
    this.others.push('outline');
  }
  marks(_colour: string, boxes: Boxes): void {
    this.marked.push(...listOf(boxes));
  }
  line(): void {
    this.others.push('line');
  }
  area(): void {
    this.others.push('area');
  }
  arrow(): void {
    this.others.push('arrow');
  }
  text(_colour: string, text: string): void {
    this.texts.push(text);
  }

  of(colour: string): number[][] {
    return this.fills.filter((fill) => fill.colour === colour).flatMap(({ boxes }) => boxes);
  }
}

function listOf(boxes: Boxes): number[][] {
  return Array.from({ length: boxes.count }, (_, at) => [...boxes.data.subarray(at * 4, at * 4 + 4)]);
}

function draw(lane: Lane, columns: readonly Column[], view = { from: 0, to: 1000 }, width = 1000): Kept {
  const kept = new Kept();
  const slices = slicesOf(lane.id, columns);
  const window = windowOf([lane], [slices], ['process', 'x'.repeat(10_000)]);
  new LanePainter().draw(kept, {
    width,
    height: 400,
    top: 0,
    view,
    ticks: [],
    tracks: layout({ lanes: [lane], known: new Map(), otherwise: '', collapsed: new Set() }),
    window,
    columns: columnsOf(window),
    counters: new Map(),
    duration: 1000,
    colours,
    lane: undefined,
  });
  return kept;
}

describe('lanes as they are drawn', () => {
  it('draws failures last, at least two pixels wide, each with its mark', () => {
    const all: Column[] = Array.from({ length: 500 }, (_, at) => [
      at * 2,
      at * 2,
      0,
      at === 250 ? Flag.error : 0,
    ]);
    const kept = draw(laneOf(1), all, { from: 0, to: 100_000 });
    const failed = kept.of(colours.error);
    assert.equal(failed.length, 1, 'one of five hundred in ten pixels still shows');
    assert.ok((failed[0]?.[2] ?? 0) >= 2);
    assert.equal(kept.marked.length, 1);
    const order = kept.fills.map(({ colour }) => colour);
    assert.ok(order.lastIndexOf(colours.error) > order.lastIndexOf(colours.lanes.calls));
  });

  it('fills the same pixels once', () => {
    const crowded: Column[] = Array.from({ length: 10_000 }, (_, at) => [at / 1000, at / 1000]);
    const boxes = draw(laneOf(1), crowded).of(colours.lanes.calls);
    assert.equal(boxes.length, 1);
    assert.ok((boxes[0]?.[2] ?? 0) >= 10);
  });

  it('puts nested slices into rows below each other', () => {
    const kept = draw(laneOf(1, 'calls', 'gain', { rows: 3 }), [
      [0, 500, 0],
      [100, 400, 1],
      [200, 300, 2],
    ]);
    const tops = kept.of(colours.lanes.calls).map(([, y]) => y);
    assert.equal(new Set(tops).size, 3);
    assert.equal(kept.texts.filter((text) => text === 'process').length, 3);
  });

  it('fills what has no row of its own once, however much there is', () => {
    const open: Column[] = Array.from({ length: 2000 }, (_, at) => [at / 4, 1000, 31, Flag.open]);
    const kept = draw(laneOf(1, 'spans', 'gain', { rows: 32 }), open);
    assert.equal(kept.of(colours.lanes.spans).length, 1);
    assert.deepEqual(kept.texts, []);
  });

  it('draws what is no number nowhere, and what runs backwards where it begins', () => {
    const odd: Column[] = [
      [NaN, 10],
      [10, NaN],
      [Infinity, Infinity],
      [-Infinity, 5],
      [500, 400],
      [20, 1e18],
    ];
    const boxes = draw(laneOf(1), odd).of(colours.lanes.calls);
    for (const [x = NaN, , w = NaN] of boxes) {
      assert.ok(Number.isFinite(x) && x >= -10, `x ${x}`);
      assert.ok(w > 0 && w <= 1020, `width ${w}`);
    }
    assert.ok(boxes.some(([x]) => x === 500));
  });

  it('shows how an end is missing', () => {
    const torn = draw(laneOf(1), [[100, 600, 0, Flag.open | Flag.cut]]).of(colours.background);
    assert.equal(torn.length, 4);
    assert.ok(torn.some(([x = 0]) => x < 110) && torn.some(([x = 0]) => x > 580));
  });

  it('writes names only where they fit', () => {
    assert.deepEqual(draw(laneOf(1), [[0, 20]]).texts, []);
    assert.deepEqual(draw(laneOf(1), [[0, 200, 0, 0, 0, 3]]).texts, ['3 × process']);
  });

  it('keeps far ends near the picture', () => {
    const [x, w] = sliceBox(-1e15, 1e15, 0, 'calls', { from: 0, to: 0.001 }, 1000);
    assert.deepEqual([x, w], [-8, 1016]);
  });

  it('cuts text between letters', () => {
    assert.equal(cut('process', 40, 50), 'process');
    assert.equal(cut('process', 70, 40), 'pro…');
    assert.equal(cut('process', 70, 10), '');
    assert.ok(cut('🎵'.repeat(50), 500, 100).isWellFormed());
    assert.ok(cut('x'.repeat(10_000_000), 6e7, 100).length < 30);
  });
});

describe('lanes below each other', () => {
  const lanes = [
    laneOf(7, 'logs'),
    laneOf(3, 'counter', 'gain', { name: 'memory', unit: 'bytes' }),
    laneOf(1, 'calls', 'gain', { rows: 3, errors: 2 }),
    laneOf(9, 'calls', 'gate'),
  ];
  const arranged = (collapsed: string[] = [], compared?: string): ReturnType<typeof layout> =>
    layout({
      lanes,
      known: new Map([['idle', 'stopped']]),
      otherwise: 'recorded',
      collapsed: new Set(collapsed),
      ...(compared === undefined
        ? {}
        : {
            compared: {
              group: compared,
              title: 'the run before',
              lanes: [laneOf(-2, 'calls'), laneOf(-8, 'logs')],
            },
          }),
    });

  it('stand by group in the order of their kinds, without gaps', () => {
    const tracks = arranged();
    const said = tracks.map((track) => (track.type === 'lane' ? track.lane.id : track.group));
    assert.deepEqual(said, ['idle', 'gain', 1, 7, 3, 'gate', 9]);
    let y = 0;
    for (const track of tracks) {
      assert.equal(track.y, y);
      y += track.height;
    }
    assert.equal(totalHeight(tracks), y);
  });

  it('hide when their group is collapsed, which still tells of failures', () => {
    const tracks = arranged(['gain']);
    assert.deepEqual(laneIds(tracks, 0, tracks.length), [9]);
    const gain = tracks.find((track) => track.type === 'group' && track.group === 'gain');
    assert.ok(gain?.type === 'group' && gain.errors === 2 && gain.collapsed);
  });

  it('have a comparison below the plugin that is compared', () => {
    const tracks = arranged([], 'gain').slice(5, 10);
    assert.deepEqual(
      tracks.map((track) => (track.type === 'lane' ? track.lane.id : track.type)),
      ['compared', 'compared', -2, -8, 'group'],
    );
    const closed = arranged([comparedGroup], 'gain').slice(5, 8);
    assert.deepEqual(
      closed.map((track) => track.type),
      ['compared', 'compared', 'group'],
    );
  });

  it('are found by height among ten thousand', () => {
    const many = layout({
      lanes: Array.from({ length: 10_000 }, (_, id) => laneOf(id, 'calls', `p${id}`)),
      known: new Map(),
      otherwise: '',
      collapsed: new Set(),
    });
    assert.equal(many.length, 20_000);
    const middle = many[12_345];
    assert.ok(middle !== undefined);
    assert.equal(trackAt(many, middle.y + 1), 12_345);
    assert.equal(trackAt(many, -1), -1);
    const [first, end] = tracksBetween(many, middle.y, middle.y + 500);
    assert.equal(first, 12_345);
    assert.ok(end - first < 25);
    assert.deepEqual(tracksBetween([], 0, 100), [0, 0]);
  });

  it('never are higher than so many rows', () => {
    const [, track] = layout({
      lanes: [laneOf(1, 'calls', 'gain', { rows: 255 })],
      known: new Map(),
      otherwise: '',
      collapsed: new Set(),
    });
    assert.ok((track?.height ?? Infinity) < 30 * heights.row);
  });
});

describe('slices by place and order', () => {
  const nested: readonly Column[] = [
    [0, 100, 0],
    [200, 300, 0],
    [10, 90, 1],
    [20, 30, 2, Flag.error],
    [210, 290, 1],
  ];
  const slices = slicesOf(1, nested);

  it('are gone through by their beginning, from outside in, and back', () => {
    const order: number[] = [];
    let at = neighbour(slices, undefined, 0, 1);
    while (at !== -1) {
      order.push(at);
      at = neighbour(slices, chosen(at), 0, 1);
    }
    assert.deepEqual(order, [0, 2, 3, 1, 4]);
    const back: number[] = [];
    at = neighbour(slices, undefined, 1000, -1);
    while (at !== -1) {
      back.push(at);
      at = neighbour(slices, chosen(at), 0, -1);
    }
    assert.deepEqual(back, [4, 1, 3, 2, 0]);
  });

  function chosen(index: number): { from: number; row: number; record: number } {
    return { from: slices.from[index] ?? 0, row: slices.row[index] ?? 0, record: slices.record[index] ?? 0 };
  }

  it('are found again by record, else by time', () => {
    assert.equal(sliceWith(slices, 3, 0, 2), 3);
    assert.equal(sliceWith(slices, 99, 250, 0), 1);
    assert.equal(sliceWith(slices, 99, 150, 0), -1);
  });

  it('are picked by row, a failed one before others', () => {
    const lane = laneOf(1, 'calls', 'gain', { rows: 3 });
    const window = windowOf([lane], [slices]);
    const tracks = layout({ lanes: [lane], known: new Map(), otherwise: '', collapsed: new Set() });
    const y = heights.group + 4 + 2 * heights.row + 6;
    const pick = (x: number, at: number): number | undefined =>
      sliceAt({ x, y: at }, tracks, window, columnsOf(window), { from: 0, to: 1000 }, 1000)?.slice?.record;
    assert.equal(pick(25, y), 3);
    assert.equal(pick(50, heights.group + 6), 0);
    assert.equal(pick(700, y), undefined);
    assert.equal(pick(25, 3), undefined, 'a group has no slices');
  });
});

describe('counters', () => {
  const counter = {
    lane: 1,
    times: Float64Array.of(0, 10, 20),
    low: Float64Array.of(1, 2, 3),
    high: Float64Array.of(1, 5, NaN),
    least: 1,
    most: 5,
  };

  it('hold their value until the next', () => {
    assert.equal(valueAt(counter, -1), undefined);
    assert.equal(valueAt(counter, 9.9), 1);
    assert.equal(valueAt(counter, 15), 5);
    assert.equal(valueAt(counter, 25), undefined);
    assert.deepEqual(stepsIn(counter, { from: 12, to: 15 }), { first: 1, end: 2 });
  });

  it('are said with their unit', () => {
    assert.equal(formatValue(1_114_112, 'bytes'), '1.06 MiB');
    assert.equal(formatValue(2.5, 'milliseconds'), '2.50 ms');
    assert.equal(formatValue(0, 'milliseconds'), '0 ms');
    assert.equal(formatValue(1234, 'per second'), '1,234/s');
    assert.equal(formatValue(0.25, undefined), '0.250');
    assert.equal(formatValue(NaN, 'bytes'), '–');
  });

  it('are on a scale with zero on it, whatever they are', () => {
    assert.deepEqual(scaleOf({ least: 3, most: 8 }), { bottom: 0, top: 8 });
    assert.deepEqual(scaleOf({ least: -3, most: -1 }), { bottom: -3, top: 0 });
    assert.deepEqual(scaleOf({ least: NaN, most: Infinity }), { bottom: 0, top: 1 });
    assert.equal(shareOf(4, { bottom: 0, top: 8 }), 0.5);
    assert.equal(shareOf(NaN, { bottom: 0, top: 8 }), 0);
  });
});

describe('the time axis', () => {
  it('has round times of the recording', () => {
    const labels = ticks({ from: 0, to: 10_000 }, 1000, 96).map(({ label }) => label);
    assert.deepEqual(labels.slice(0, 3), ['0 s', '1 s', '2 s']);
  });

  it('has round times of the wall, ahead of the start as the clock is', () => {
    const startedAt = Date.UTC(2026, 0, 5, 23, 59, 58, 500);
    const found = wallTicks({ from: 0, to: 4000 }, 400, 96, startedAt, 3_600_000);
    assert.deepEqual(found, [
      { time: 500, label: '00:59:59' },
      { time: 1500, label: '01:00:00' },
      { time: 2500, label: '01:00:01' },
      { time: 3500, label: '01:00:02' },
    ]);
  });

  it('is never longer than what can be drawn', () => {
    for (const to of [NaN, Infinity, -1, 0, 1e-12, 3.2e10, 1e17]) {
      assert.ok(ticks({ from: 0, to }, 1000, 96).length <= 1001);
      assert.ok(ticks({ from: 1e12, to: 1e12 + to }, 1000, 96).length <= 1001);
    }
  });
});

describe('ranges', () => {
  it('are sound whatever the recording says', () => {
    for (const bad of [NaN, Infinity, -Infinity, -5]) assert.equal(soundTime(bad), 0);
    assert.deepEqual(clampRange({ from: NaN, to: 3 }, 100), fitRange(100));
    assert.ok(spanOf(fitRange(NaN)) > 0);
    assert.deepEqual(orderedRange(5, 2), { from: 2, to: 5 });
  });

  it('are asked for with a skirt, the same while the view moves a little', () => {
    const wanted = { view: undefined, width: 1000, visible: [1], near: [1, 2], grouping: 'plugin' as const };
    const view = { from: 10_000, to: 11_000 };
    const query = windowQuery(wanted, view);
    assert.ok((query.from ?? 0) <= 9000 && (query.to ?? 0) >= 12_000);
    assert.deepEqual(windowQuery(wanted, { from: 10_100, to: 11_100 }), query);
    assert.ok(query.buckets >= 3000 && query.buckets <= 8192);
    assert.deepEqual(query.lanes, [1, 2]);
    const window = { from: query.from ?? 0, to: query.to ?? 0, duration: 1e6 };
    assert.ok(covers(window, 1, view, 1000));
    assert.ok(!covers(window, 1, { from: 13_000, to: 14_000 }, 1000));
    assert.ok(!covers(window, 1, { from: 10_000, to: 10_100 }, 1000), 'too coarse');
    assert.ok(!covers(window, 0.01, view, 1000), 'too fine');
    assert.ok(
      covers({ ...window, duration: 12_000 }, 1, { from: 11_500, to: 14_000 }, 1000),
      'no more there',
    );
  });
});

describe('lanes that changed', () => {
  const known = [laneOf(1), laneOf(2)];

  it('take the place of those that were known', () => {
    assert.equal(mergedLanes(known, []), known);
    const merged = mergedLanes(known, [laneOf(2, 'calls', 'gain', { errors: 3 })]);
    assert.deepEqual(
      merged.map(({ id, errors }) => [id, errors]),
      [
        [1, 0],
        [2, 3],
      ],
    );
  });

  it('come with all others where one is new', () => {
    const told = [laneOf(1), laneOf(3), laneOf(2)];
    assert.equal(mergedLanes(known, told), told);
  });
});

describe('the minimap', () => {
  it('averages nothing away', () => {
    const counts = new Uint32Array(1024);
    counts[700] = 1;
    const shown = Array.from({ length: 100 }, (_, column) => columnValue(counts, 1000, column, 100, 1000));
    assert.equal(shown.filter((count) => count > 0).length, 1);
    const wide = Array.from({ length: 4000 }, (_, column) => columnValue(counts, 1000, column, 4000, 1000));
    assert.ok(wide.filter((count) => count > 0).length >= 3);
    assert.equal(columnValue(counts, 500, 90, 100, 1000), 0, 'nothing is known past its end');
  });

  it('has a box that can be seen and caught', () => {
    const [from, to] = viewBox({ from: 500, to: 500.001 }, 1e6, 1000);
    assert.ok(to - from >= 5);
    assert.equal(gripAt((from + to) / 2, { from: 500, to: 500.001 }, 1e6, 1000), 'move');
    const view = { from: 200, to: 400 };
    assert.equal(gripAt(200, view, 1000, 1000), 'from');
    assert.equal(gripAt(400, view, 1000, 1000), 'to');
    assert.equal(gripAt(300, view, 1000, 1000), 'move');
    assert.equal(gripAt(800, view, 1000, 1000), 'new');
  });

  it('moves the view, one end of it, or makes a new one', () => {
    const view = { from: 200, to: 400 };
    assert.deepEqual(dragged('move', view, 300, 350, 1000, 1000), { from: 250, to: 450 });
    assert.deepEqual(dragged('from', view, 200, 500, 1000, 1000), { from: 400, to: 500 });
    assert.deepEqual(dragged('new', view, 900, 700, 1000, 1000), { from: 700, to: 900 });
  });
});

describe('the picture as SVG', () => {
  it('holds text as text', () => {
    const renderer = svgRenderer('p');
    renderer.begin(100, 50, 'sans');
    renderer.text('#fff', '<script>&"\u0000\ud800', 0, 10, 400);
    const boxes = new Boxes();
    boxes.add(1, 2, NaN, Infinity);
    renderer.fill('#f00', boxes);
    renderer.pattern('#f00', 'dots', boxes);
    const file = svgFile(100, 50, '#000', 'sans', renderer.definitions() + renderer.group(0, 0));
    assert.ok(file.includes('&lt;script&gt;&amp;&quot;\ufffd</text>'));
    assert.ok(!file.includes('<script'));
    assert.ok(!/NaN|Infinity/.test(file));
    assert.match(file, /url\(#p-0\)/);
    assert.match(file, /<pattern id="p-0"/);
  });
});
