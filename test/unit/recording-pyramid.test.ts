import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Pyramid } from '../../extension/recording/pyramid.ts';
import { SliceFlag } from '../../extension/recording/query.ts';

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly error: boolean;
}

/** Mostly in order, as records are, with some long ones, some that come late, and clocks that jump. */
const entries: fc.Arbitrary<readonly Stretch[]> = fc
  .array(
    fc.record({
      step: fc.oneof(
        fc.integer({ min: -3, max: 10 }),
        fc.constant(0),
        fc.constantFrom(-5000, 31_536_000_000),
      ),
      length: fc.oneof(fc.constant(0), fc.nat(3), fc.nat(300)),
      error: fc.boolean(),
    }),
    { maxLength: 700 },
  )
  .map((list) => {
    let to = 0;
    return list.map(({ step, length, error }) => {
      to += step;
      return { from: to - length, to, error };
    });
  });

function pyramidOf(list: readonly Stretch[]): Pyramid {
  const pyramid = new Pyramid();
  for (const { from, to, error } of list) pyramid.add(from, to - from, error ? SliceFlag.error : 0);
  return pyramid;
}

describe('a pyramid of spans', () => {
  it('counts every entry in the window once and hides no error, at every zoom', () => {
    fc.assert(
      fc.property(
        entries,
        fc.integer({ min: -50, max: 3000 }),
        fc.oneof(fc.nat(3000), fc.constant(1e12)),
        fc.oneof(fc.nat(400), fc.constant(1e12)),
        (list, from, length, width) => {
          const pyramid = pyramidOf(list);
          const to = from + length;
          const inside = list.filter((entry) => entry.to >= from && entry.from <= to);
          const spans = pyramid.spans(from, to, width);
          assert.equal(
            spans.reduce((sum, { count }) => sum + count, 0),
            inside.length,
          );
          for (const span of spans) {
            if (span.count > 1) assert.ok(span.to - span.from <= width);
            assert.equal(
              list[span.entry]?.error,
              (span.flags & SliceFlag.error) !== 0,
              'an error is shown by one that failed',
            );
          }
          for (const entry of inside.filter(({ error }) => error)) {
            assert.ok(
              spans.some(
                (span) =>
                  (span.flags & SliceFlag.error) !== 0 && span.from <= entry.from && span.to >= entry.to,
              ),
            );
          }
        },
      ),
    );
  });

  it('shows the longest of what it merges where nothing failed, and the first that failed where something did', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5), fc.boolean()), { minLength: 1, maxLength: 300 }), (list) => {
        const pyramid = pyramidOf(list.map(([length, error]) => ({ from: 0, to: length, error })));
        const [span] = pyramid.spans(0, 10, 10);
        const failed = list.findIndex(([, error]) => error);
        const longest = Math.max(...list.map(([length]) => length));
        assert.equal(span?.entry, failed < 0 ? list.findIndex(([length]) => length === longest) : failed);
      }),
    );
  });

  it('gives few spans however many entries there are', () => {
    const pyramid = new Pyramid();
    const count = 100_000;
    for (let entry = 0; entry < count; entry++)
      pyramid.add(entry, 0.5, entry === 77_777 ? SliceFlag.error : 0);
    for (const buckets of [1, 10, 1000]) {
      const spans = pyramid.spans(0, count, count / buckets);
      assert.ok(spans.length <= 2 * buckets + 1, `${spans.length} spans for ${buckets} buckets`);
      assert.deepEqual(
        spans.filter(({ flags }) => flags !== 0).map(({ entry }) => entry),
        [77_777],
      );
    }
    assert.deepEqual(
      pyramid.spans(500, 502.1, 0).map(({ entry }) => entry),
      [500, 501, 502],
    );
  });

  it('gives few spans of ten thousand that lie over each other without an end, and loses none of them', () => {
    const pyramid = new Pyramid();
    const count = 300_000;
    for (let entry = 0; entry < count; entry++) pyramid.add(entry, entry % 2 === 0 ? Infinity : 1, 0);
    const spans = pyramid.spans(0, Infinity, 10);
    assert.ok(spans.length < count, `${spans.length} spans`);
    assert.equal(
      spans.reduce((sum, span) => sum + span.count, 0),
      count,
    );
  });

  it('goes through what begins in a stretch, and sorts it into buckets', () => {
    fc.assert(
      fc.property(
        entries,
        fc.integer({ min: -50, max: 3000 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 4 }),
        (list, from, length, buckets, largest) => {
          const pyramid = pyramidOf(list);
          const to = from + length;
          const expected = list.flatMap((entry, at) => (entry.from >= from && entry.from <= to ? [at] : []));
          const found: number[] = [];
          pyramid.beginning(from, to, (entry) => found.push(entry));
          assert.deepEqual(found, expected);
          const sorted: number[] = [];
          pyramid.buckets(from, to, buckets, largest, (bucket, level, node) => {
            assert.ok(level <= largest);
            for (let entry = node << (3 * level); entry < (node + 1) << (3 * level); entry++) {
              const its = list[entry];
              assert.ok(its !== undefined);
              assert.equal(bucket, Math.min(buckets - 1, Math.floor(((its.from - from) / length) * buckets)));
              sorted.push(entry);
            }
          });
          assert.deepEqual(sorted, expected);
        },
      ),
    );
  });
});
