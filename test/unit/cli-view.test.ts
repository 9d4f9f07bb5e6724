import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut, lineOf, widthOf } from '../../extension/cli/columns.ts';
import { stretchOf } from '../../extension/cli/stretch.ts';
import { columnsFor, duration, rowLine, statsLines, titleLine } from '../../extension/cli/view-rows.ts';
import { UserError } from '../../extension/errors.ts';
import type { Row } from '../../extension/recording/query.ts';

const plain = (_: string, text: string): string => text;

const row: Row = {
  record: 3,
  kind: 'call',
  plugin: 'gain',
  time: 1234.5678,
  event: 2,
  name: 'streamkit:plugin/node@0.1.0#process',
  summary: 'ok',
  status: 'ok',
  durationMs: 0.25,
  size: 9,
};

test('a cell is cut by how wide it looks', () => {
  assert.equal(cut('gain', 4), 'gain');
  assert.equal(cut('gains', 4), 'gai…');
  assert.equal(cut('日本語', 5), '日本…');
  assert.equal(cut('日本語', 6), '日本語');
  assert.equal(cut('e\u0301'.repeat(6), 4), `${'e\u0301'.repeat(3)}…`);
  for (const text of ['👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 'مرحبا بالعالم', 'a\u0301\u0302'.repeat(9), 'ｗｉｄｅ wide'])
    for (let width = 2; width < 12; width++)
      assert.ok(widthOf(cut(text, width)) <= width, `${text} in ${width}`);
  const long = 'x'.repeat(10_000_000);
  assert.equal(cut(long, 10), `${'x'.repeat(9)}…`);
  assert.equal(cut(long, Infinity), long);
});

test('columns stand below each other whatever is in them, and nothing in a cell is obeyed', () => {
  const columns = [{ width: 6 }, { width: 4, align: 'right' }, { width: undefined }] as const;
  const lines = [
    ['gain', '1', 'first'],
    ['日本', '22', 'second\nline'],
    ['much too long', '12345', '\u001b[31mred'],
  ].map((cells) => lineOf(cells, columns, 30));
  assert.deepEqual(lines, ['gain       1  first', '日本      22  second␊line', 'much …  123…  ␛[31mred']);
  assert.equal(lineOf(['gain', '1', 'a summary that has no end'], columns, 24), 'gain       1  a summary…');
  assert.equal(
    lineOf(['much too long', '12345', 'x'.repeat(200)], columns, Infinity),
    `much too long  12345  ${'x'.repeat(200)}`,
  );
});

test('a row says what it is without its colours', () => {
  const narrow = columnsFor(['gain', 'a plugin with a name that is long'], 80);
  assert.equal(
    titleLine(narrow, 80, plain),
    '   time (ms)     plugin        kind       name                took  summary',
  );
  const wide = columnsFor(['gain'], 120);
  assert.equal(
    rowLine(row, wide, 120, plain, false),
    '    1234.568     gain    call       process                     0.250 ms  ok',
  );
  assert.equal(
    rowLine({ ...row, status: 'error', summary: 'trap' }, wide, 120, plain, true),
    '    1234.568  !  gain    call         process                   0.250 ms  trap',
  );
  const marked = rowLine(
    { ...row, status: 'error' },
    wide,
    120,
    (style, text) => `<${style}>${text}</>`,
    false,
  );
  assert.match(marked, /<red>process<\/>/);
});

test('durations are as exact as they are short', () => {
  assert.deepEqual([0.0123, 9.9999, 12.34, 61_000].map(duration), [
    '0.012 ms',
    '10.000 ms',
    '12.3 ms',
    '61.00 s',
  ]);
});

test('figures come with the longest first', () => {
  const times = { selfMs: 1, p50: 1, p95: 2, p99: 3, longestMs: 4, longest: 7 };
  const lines = statsLines(
    {
      from: 0,
      to: 1000,
      count: 12,
      errors: 1,
      functions: [
        { plugin: 'gain', kind: 'hostCall', name: 'a#short', count: 2, errors: 0, totalMs: 1, ...times },
        { plugin: 'gain', kind: 'call', name: 'process', count: 10, errors: 1, totalMs: 2000, ...times },
      ],
      counters: [{ lane: 1, name: 'memory', least: 1, mean: 1.5, most: 2, last: 2 }],
    },
    Infinity,
    plain,
  );
  assert.equal(lines.length, 5);
  assert.equal(lines[0], '12 records from 0.000 to 1000.000 ms, 1 failed');
  assert.match(lines[2] ?? '', /^ +10 +1 +2\.00 s .*call {7}gain process$/);
  assert.match(lines[3] ?? '', /gain short$/);
  assert.equal(lines[4], 'memory: 1 to 2, 1.50000 on average, 2 at the end');
});

test('a stretch of time is checked', () => {
  assert.deepEqual(stretchOf('1.5s', undefined), { from: 1500 });
  assert.deepEqual(stretchOf(undefined, '2'), { to: 2 });
  assert.throws(() => stretchOf('soon', undefined), UserError);
  assert.throws(() => stretchOf('2s', '1s'), /is later than/);
});
