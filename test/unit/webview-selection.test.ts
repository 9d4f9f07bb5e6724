import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Lane, LaneWindow } from '../../extension/recording/query.ts';
import type { Selection, SliceRef } from '../../webview/timeline/model/model.ts';
import { inWindow, placeIn, stretchOf } from '../../webview/timeline/model/selection.ts';

const lane: Lane = { id: 1, group: 'gain', kind: 'calls', name: '', rows: 1, count: 9, errors: 0 };

/** A window with one slice from 100 to 150 that stands for so many records, the first of them 7. */
function windowOf(count: number): LaneWindow {
  return {
    from: 0,
    to: 1000,
    duration: 1000,
    startedAt: 0,
    indexed: 1,
    lanes: [lane],
    version: 1,
    slices: [
      {
        lane: lane.id,
        length: 1,
        from: Float64Array.of(100),
        to: Float64Array.of(150),
        row: Uint8Array.of(0),
        count: Uint32Array.of(count),
        record: Uint32Array.of(7),
        name: Uint32Array.of(0),
        flags: Uint8Array.of(0),
      },
    ],
    counters: [],
    names: ['process'],
    reloaded: [],
  };
}

function sliceOf(count: number): SliceRef {
  return { lane, from: 100, to: 150, row: 0, count, record: 7, name: 'process', flags: 0 };
}

const chosen: Selection = { record: 7, time: 101, place: { lane: 1, row: 0 } };

describe('a selection in a new window', () => {
  it('is the slice of its own', () => {
    const { slice, time } = inWindow(chosen, windowOf(1), lane, false);
    assert.deepEqual([slice, time], [sliceOf(1), 100]);
  });

  it('is in a slice of many only where a slice was chosen', () => {
    const among = { ...chosen, record: 8 };
    assert.deepEqual(inWindow({ ...among, slice: sliceOf(1) }, windowOf(3), lane, false), among);
    assert.deepEqual(inWindow(among, windowOf(3), lane, true).slice, { ...sliceOf(3), record: 8 });
  });

  it('stays as it is where the window has nothing of it', () => {
    const elsewhere = { ...chosen, record: 9, time: 500 };
    assert.equal(inWindow(elsewhere, windowOf(1), lane, true), elsewhere);
    assert.equal(inWindow(chosen, windowOf(1), { ...lane, id: 2 }, true), chosen);
    const nowhere = { record: 7, time: 101 };
    assert.equal(inWindow(nowhere, windowOf(1), lane, true), nowhere);
  });
});

describe('the stretch of a selection', () => {
  it('is that of its slice', () => {
    assert.deepEqual(stretchOf({ ...chosen, slice: sliceOf(1) }), { from: 100, to: 150 });
    assert.deepEqual(stretchOf({ ...chosen, time: 100, slice: sliceOf(3) }), { from: 100, to: 150 });
  });

  it('is that of the record where it only lies in a slice of many', () => {
    assert.deepEqual(stretchOf({ ...chosen, slice: sliceOf(3) }), { from: 101, to: 101 });
  });

  it('is nowhere as long as its time is not known', () => {
    assert.equal(stretchOf({ record: 7, time: NaN }), undefined);
  });
});

describe('the place of a selection in a lane', () => {
  it('is that of its slice, else of its record', () => {
    assert.deepEqual(placeIn(lane, chosen), { record: 7, from: 101, row: 0 });
    assert.equal(placeIn(lane, { ...chosen, slice: sliceOf(1) })?.from, 100);
  });

  it('is none in another lane, and where its time is not known', () => {
    assert.equal(placeIn({ ...lane, id: 2 }, chosen), undefined);
    assert.equal(placeIn(lane, { ...chosen, time: NaN }), undefined);
    assert.equal(placeIn(lane, undefined), undefined);
  });
});
