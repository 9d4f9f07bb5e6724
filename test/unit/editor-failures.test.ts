import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFreshStart, isNewFailure, reportLines } from '../../extension/editor/failureReport.ts';
import { report, status } from './editor-status.ts';

test('each failure is new once', () => {
  const failed = status({ state: 'failed', lastError: report() });
  assert.ok(isNewFailure(status(), failed));
  assert.ok(isNewFailure(undefined, failed));
  assert.ok(!isNewFailure(failed, { ...failed, events: 121 }));
  assert.ok(!isNewFailure(undefined, status()));
});

test('the same failure after a restart is new again', () => {
  const failed = status({ state: 'failed', lastError: report() });
  const running = status({ state: 'running', lastError: report() });
  assert.ok(!isNewFailure(failed, running));
  assert.ok(isNewFailure(running, failed));
});

test('a reload, a stop and a cleared error make the marked place meaningless', () => {
  const failed = status({ state: 'failed', lastError: report() });
  assert.ok(isFreshStart(failed, { ...failed, reloads: 1 }));
  assert.ok(isFreshStart(failed, status()));
  assert.ok(isFreshStart(failed, { ...failed, state: 'stopped' }));
  assert.ok(!isFreshStart(failed, { ...failed, events: 121 }));
  assert.ok(!isFreshStart(undefined, failed));
});

test('the report has everything that is known, in order', () => {
  assert.deepEqual(reportLines('gain', report()), [
    'gain: The plugin panicked',
    '  what to do: Correct it and save.',
    '  state: Failed: Runtime error: Plugin process failed: panicked',
    '  in the call: process',
    '  at event 3 (in): 960 samples',
    '  stderr:',
    "    thread 'main' panicked at src/lib.rs:12:5:",
    '    no samples',
    '  stack, innermost first:',
    '    core::panicking::panic (/rustc/abc/library/core/src/panicking.rs:60)',
    '    gain::process (/home/me/gain/src/lib.rs:12:5)',
    '  last 1 host calls, oldest first:',
    '    log info "start"',
  ]);
});
