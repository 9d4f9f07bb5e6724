import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestResult } from '../../extension/cli/tests.ts';
import { recordingNameProblem } from '../../extension/editor/tests/name.ts';
import { outcomesOf, testArguments, type Outcome } from '../../extension/editor/tests/outcome.ts';
import { difference, replayReport } from './replay-report.ts';

function result(changes: Partial<TestResult>): TestResult {
  return { name: 'gain', file: '/p/gain', ok: true, durationMs: 12, reports: [], events: [], ...changes };
}

function read(...tests: readonly TestResult[]): ReadonlyMap<string, Outcome> {
  const stdout = JSON.stringify({ ok: false, tests });
  const outcomes = outcomesOf({ ended: 'exited', stdout, stderr: '' });
  assert.ok(outcomes.kind === 'done');
  return outcomes.tests;
}

const event = {
  report: 0,
  event: 17,
  pin: 'in',
  text: 'send-output packet.samples[0]: expected 0.5, actual 0.25',
  expected: 'before\n',
  actual: 'now\n',
};

test('a recording passes, fails with the diff of each event, or cannot be tested', () => {
  const outcomes = read(
    result({ file: '/p/same', reports: [replayReport(0)] }),
    result({
      file: '/p/other',
      ok: false,
      reports: [replayReport(2)],
      events: [event, { ...event, event: 0 }],
    }),
    result({ file: '/p/bad', ok: false, error: { message: 'It is damaged', advice: 'Restore it.' } }),
    result({ file: '/p/accepted', accepted: true, reports: [replayReport(1)], events: [event] }),
  );
  assert.deepEqual(outcomes.get('/p/same'), { kind: 'passed', durationMs: 12, messages: [] });
  const other = outcomes.get('/p/other');
  assert.equal(other?.kind, 'failed');
  const [summary, first, second, more] = other.messages;
  assert.match(summary?.text ?? '', /^2 of 400 events differ\nFirst difference: event 17: send-output/);
  assert.equal(first?.text, `event 17 (in)\n${event.text}`);
  assert.deepEqual(first.diff, { expected: 'before\n', actual: 'now\n' });
  assert.match(second?.text ?? '', /^event 0|^outside of events/);
  assert.equal(more, undefined);
  assert.deepEqual(outcomes.get('/p/bad'), {
    kind: 'errored',
    durationMs: 12,
    messages: [{ text: 'It is damaged. Restore it.' }],
  });
  assert.deepEqual(outcomes.get('/p/accepted'), { kind: 'passed', durationMs: 12, messages: [] });
});

test('a recording that is the same and leaks fails with what it loses', () => {
  const leak = { bytes: 524_288, events: 40_000, text: 'memory grew by 512 KiB' };
  const outcome = read(result({ ok: false, leak, reports: [replayReport(0)] })).get('/p/gain');
  assert.deepEqual(outcome, {
    kind: 'failed',
    durationMs: 12,
    messages: [{ text: 'Leak: memory grew by 512 KiB.' }],
  });
});

test('events that are not shown are counted, and lives told apart', () => {
  const differences = Array.from({ length: 25 }, (_, index) => difference({ event: index + 1 }));
  const report = replayReport(25, { differences, differenceCount: 25 });
  const [failed] = read(
    result({ ok: false, reports: [replayReport(0), report], events: [{ ...event, report: 1 }] }),
  ).values();
  assert.ok(failed);
  assert.match(failed.messages[1]?.text ?? '', /^event 17 \(in\) of life 2\n/);
  assert.equal(failed.messages.at(-1)?.text, '24 more events that differ');
});

test('a run without results says why', () => {
  const none = (stdout: string, stderr = '', ended: 'exited' | 'missing' = 'exited'): string => {
    const outcomes = outcomesOf({ ended, stdout, stderr });
    assert.ok(outcomes.kind === 'none');
    return outcomes.text;
  };
  assert.match(none('{"ok":false,"failed":"build"}'), /could not be built/);
  assert.equal(none('{"ok":false,"error":{"message":"No","advice":"Do."}}'), 'No. Do.');
  assert.equal(none('{"ok":false,"error":{"message":"No"}}'), 'No.');
  assert.match(none('', 'one\nout of memory\n'), /ended without a result: out of memory$/);
  assert.match(none('', '', 'missing'), /could not be started\.$/);
  assert.match(none('[1'), /ended without a result\.$/);
});

test('the names of recordings are arguments, whatever they start with', () => {
  assert.deepEqual(testArguments('/p', ['a', '-b c'], ['--accept']), [
    'test',
    '/p',
    '--json',
    '--recording=a',
    '--recording=-b c',
    '--accept',
  ]);
});

test('a name of a recording is one of a file everywhere', () => {
  for (const name of ['gain', 'run-1', 'loud and clear', '1.5 dB', 'größer'])
    assert.equal(recordingNameProblem(name, ['other']), undefined, name);
  for (const name of ['', '.hidden', '-x', '../x', 'a/b', 'a\\b', 'a:b', 'ends.', 'x'.repeat(101), 'Other'])
    assert.notEqual(recordingNameProblem(name, ['other']), undefined, name);
});
