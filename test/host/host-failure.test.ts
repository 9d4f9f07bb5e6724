import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PluginStatus } from '../../extension/host/protocol.ts';
import type { FailureReport } from '../../extension/host/report.ts';
import { buildTestPlugin, missingForTestPlugin } from '../testPlugin.ts';
import { Hosted } from './hosted.ts';

const missing = await missingForTestPlugin();
const path = missing === undefined ? await buildTestPlugin('debug') : '';

/** Makes the plugin fail by a command, and gives its report; then restarts it, which must work. */
async function failure(
  command: string,
  deadlineMs = 10_000,
): Promise<{ report: FailureReport; status: PluginStatus }> {
  await using hosted = await Hosted.create();
  await hosted.start({ kind: 'component', path }, { deadlineMs });
  await hosted.tell('log 12');
  await hosted.send({ text: command });
  const status = await hosted.reach('the failure', ({ state }) => state === 'failed');
  const report = status.lastError;
  assert.ok(report !== undefined);
  assert.equal(report.hostCalls.length, 10);
  assert.equal(report.event?.summary, `text "${command}"`);
  await hosted.host.request('restart', { plugin: hosted.id });
  await hosted.tell('echo again');
  assert.deepEqual(hosted.texts().slice(-1), ['again']);
  return { report, status: await hosted.status() };
}

const skip = missing ?? false;

void test('a panic is reported with its text, its line and its event', { skip }, async () => {
  const { report, status } = await failure('panic now');
  assert.equal(report.kind, 'trap');
  assert.match(report.what, /^process panicked: told to panic: now \(src\/lib\.rs:\d+:\d+\)$/);
  assert.match(report.stateText, /^Runtime error: Plugin process error \(WASM trap\/panic\): /);
  assert.match(report.stderr, /told to panic: now/);
  const own = report.frames.find(({ file }) => file?.endsWith('src/lib.rs') === true);
  assert.equal(typeof own?.line, 'number');
  assert.equal(status.state, 'running');
  assert.equal(status.lastError, undefined);
});

void test('a loop is ended at the deadline', { skip }, async () => {
  const { report } = await failure('loop', 300);
  assert.equal(report.kind, 'timeout');
  assert.equal(report.what, 'process did not return within 300 ms; the call was ended.');
});

void test('a plugin that grabs memory runs into the cap of 64 MiB', { skip }, async () => {
  const { report } = await failure('grab');
  assert.equal(report.kind, 'memory');
  assert.match(
    report.what,
    /ran out of its 64 MiB of memory in process: memory allocation of \d+ bytes failed/,
  );
});

void test('endless recursion is a trap, not a crash', { skip }, async () => {
  const { report } = await failure('recurse');
  assert.equal(report.kind, 'trap');
});

void test('exit ends the call only', { skip }, async () => {
  const { report } = await failure('exit');
  assert.match(report.what, /the plugin called exit/);
});

void test('a constructor that traps is reported and nothing runs', { skip }, async () => {
  await using hosted = await Hosted.create();
  const status = await hosted.start({ kind: 'component', path }, { params: '"trap"' });
  assert.equal(status.state, 'failed');
  assert.match(status.lastError?.what ?? '', /constructor failed: constructed to trap/);
  assert.match(status.stateText, /^Failed: Configuration error: Plugin construct error: /);
});

void test('memory that grows with every event is noticed', { skip }, async () => {
  await using hosted = await Hosted.create();
  await hosted.start({ kind: 'component', path });
  for (let round = 0; round < 15; round++) await hosted.tell(...Array.from({ length: 100 }, () => 'leak'));
  const status = await hosted.reach('the finding', ({ findings }) => findings.length > 0);
  assert.match(status.findings[0]?.message ?? '', /^Memory grows steadily: \d+ bytes an event/);
});
