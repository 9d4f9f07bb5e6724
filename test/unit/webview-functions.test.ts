import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functionsCsv, sortedFunctions } from '../../webview/timeline/functions.ts';
import type { FunctionStats } from '../../webview/protocol.ts';

function stats(name: string, totalMs: number): FunctionStats {
  return {
    plugin: 'gain',
    kind: 'hostCall',
    name,
    count: 2,
    errors: 0,
    totalMs,
    selfMs: 1.5,
    p50: 1,
    p95: 2,
    p99: 2,
    longestMs: 2,
    longest: 7,
  };
}

test('functions go by any column, by name where they are the same in it', () => {
  const all = [stats('b', 1), stats('c', 5), stats('a', 1)];
  const names = (by: 'totalMs' | 'name', descending: boolean): string[] =>
    sortedFunctions(all, { by, descending }).map(({ name }) => name);
  assert.deepEqual(names('totalMs', true), ['c', 'a', 'b']);
  assert.deepEqual(names('totalMs', false), ['a', 'b', 'c']);
  assert.deepEqual(names('name', true), ['c', 'b', 'a']);
});

test('functions are copied as CSV that no program reads otherwise', () => {
  const [head, first, second] = functionsCsv([stats('say "x", y', 3), stats('=cmd()', 1)]).split('\r\n');
  assert.equal(head, 'name,totalMs,longestMs,selfMs,count,errors,p50Ms,p95Ms,p99Ms,plugin,kind');
  assert.equal(first, '"say ""x"", y",3,2,1.5,2,0,1,2,2,gain,hostCall');
  assert.equal(second, "'=cmd(),1,2,1.5,2,0,1,2,2,gain,hostCall");
});
