import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Nesting, type Nestable, type Nested } from '../../extension/recording/lanes/nesting.ts';

/** What comes out, each slice as its record, from and to, indented by its depth. */
function nested(...records: readonly Omit<Nestable, 'record'>[]): string[] {
  const told: string[] = [];
  const nesting = new Nesting((slices) => {
    for (const { record, from, to, depth } of slices)
      told.push(`${'  '.repeat(depth)}${record} ${from}-${to}`);
  });
  for (const [record, one] of records.entries()) nesting.add({ record, ...one });
  nesting.flush();
  return told;
}

function event(number: number, from: number): Omit<Nestable, 'record'> {
  return { kind: 'event', event: number, from, to: from };
}

function call(number: number, from: number, to: number): Omit<Nestable, 'record'> {
  return { kind: 'call', event: number, from, to };
}

function hostCall(number: number, from: number, to = from): Omit<Nestable, 'record'> {
  return { kind: 'hostCall', event: number, from, to };
}

describe('slices', () => {
  it('are an event, its calls, and what these made', () => {
    assert.deepEqual(
      nested(event(1, 10), hostCall(1, 11, 12), hostCall(1, 14), call(1, 10, 15), event(2, 20)),
      ['0 10-15', '  3 10-15', '    1 11-12', '    2 14-14', '4 20-20'],
    );
  });

  it('are of several calls of one event, and of calls that did not end', () => {
    assert.deepEqual(nested(event(1, 0), call(1, 0, 2), hostCall(1, 3), call(1, 3, 4), hostCall(1, 6, 7)), [
      '0 0-7',
      '  1 0-2',
      '  3 3-4',
      '    2 3-3',
      '  4 6-7',
    ]);
  });

  it('are cut to what they are in', () => {
    assert.deepEqual(nested(event(1, 10), hostCall(1, 11, 99), call(1, 9, 15)), [
      '0 10-15',
      '  2 10-15',
      '    1 11-15',
    ]);
  });

  it('of an event that begins before the last one ended are moved, their length kept', () => {
    assert.deepEqual(nested(event(1, 100), call(1, 100, 110), event(2, 5), hostCall(2, 7), call(2, 5, 9)), [
      '0 100-110',
      '  1 100-110',
      '2 110-114',
      '  4 110-114',
      '    3 112-112',
    ]);
  });

  it('outside of events lie in each other by their times, in whatever order they come', () => {
    const outer = ['0 0-9', '  1 1-4', '    2 2-3', '  3 5-9'];
    assert.deepEqual(nested(call(0, 0, 9), call(0, 1, 4), hostCall(0, 2, 3), call(0, 5, 9)), outer);
    assert.deepEqual(nested(hostCall(0, 2, 3), call(0, 1, 4), call(0, 5, 9), call(0, 0, 9)), [
      '3 0-9',
      '  1 1-4',
      '    0 2-3',
      '  2 5-9',
    ]);
  });

  it('nest whatever the times are, and none is lost', () => {
    const time = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.double({ min: -1e18, max: 1e18, noNaN: true }));
    const record = fc
      .record({
        kind: fc.constantFrom('event', 'call', 'hostCall'),
        event: fc.integer({ min: 0, max: 3 }),
        from: time,
        lasts: fc.nat(20),
      })
      .map(({ lasts, ...one }) => ({ ...one, to: one.kind === 'event' ? one.from : one.from + lasts }));
    fc.assert(
      fc.property(fc.array(record), (records) => {
        let count = 0;
        let before = -Infinity;
        const nesting = new Nesting((slices) => {
          const open: Nested[] = [];
          count += slices.length;
          for (const slice of slices) {
            assert.ok(slice.from <= slice.to);
            while ((open.at(-1)?.depth ?? -1) >= slice.depth) before = open.pop()?.to ?? before;
            const outer = open.at(-1);
            assert.equal(slice.depth, (outer?.depth ?? -1) + 1);
            assert.ok(slice.from >= (outer?.from ?? before) && slice.to <= (outer?.to ?? Infinity));
            open.push(slice);
          }
          before = open[0]?.to ?? before;
        });
        for (const [index, one] of records.entries()) nesting.add({ record: index, ...one });
        nesting.flush();
        assert.equal(count, records.length);
      }),
    );
  });

  it('that lie too deep in each other stand beside each other', () => {
    const deep = Array.from({ length: 2000 }, (_, index) => call(1, 2000 - index, 2000 + index));
    const told = nested(event(1, 0), ...deep);
    assert.equal(told.length, 2001);
    assert.ok(Math.max(...told.map((line) => line.search(/\S/) / 2)) < 300);
  });
});
