import assert from 'node:assert/strict';
import test from 'node:test';
import { junitXml } from '../../extension/cli/junit.ts';
import type { TestResult } from '../../extension/cli/tests.ts';
import { parseXml } from './xml.ts';
import { replayReport } from './replay-report.ts';

function result(more: Partial<TestResult>): TestResult {
  return {
    name: 'gain',
    file: '/project/recordings/gain.hotplug.mcap',
    ok: true,
    durationMs: 1500,
    reports: [],
    events: [],
    ...more,
  };
}

const nasty = 'a < b && "c" > \'d\' ]]> \u0000\u001b[31m \ud800 \r\n\té 🎚';
const readable = 'a < b && "c" > \'d\' ]]> \ufffd\ufffd[31m \ufffd \r\n\té 🎚';

test('results are read back from the XML as they were', () => {
  const different = replayReport(1);
  const event = { report: 0, event: 2, pin: 'in', expected: '', actual: '', text: nasty };
  const document = parseXml(
    junitXml(nasty, [
      result({}),
      result({ name: nasty, ok: false, reports: [different], events: [event, { ...event, event: 0 }] }),
      result({ name: 'bad', ok: false, error: { message: nasty, advice: nasty } }),
    ]),
  );
  assert.equal(document.name, 'testsuites');
  const [suite] = document.children;
  assert.deepEqual(
    [
      suite?.attributes['name'],
      suite?.attributes['tests'],
      suite?.attributes['failures'],
      suite?.attributes['errors'],
    ],
    [readable, '3', '1', '1'],
  );
  assert.equal(suite?.attributes['time'], '4.500');
  const [passed, failed, bad] = suite.children;
  assert.deepEqual(
    [passed?.attributes['name'], passed?.attributes['time'], passed?.children],
    ['gain', '1.500', []],
  );
  assert.equal(failed?.attributes['name'], readable);
  const [failure] = failed.children;
  assert.deepEqual([failure?.name, failure?.attributes['message']], ['failure', '1 of 400 events differs']);
  assert.equal(failure?.text, `event 2 (in)\n${readable}\n\noutside of events\n${readable}`);
  assert.ok(bad !== undefined);
  const [error] = bad.children;
  assert.deepEqual([error?.name, error?.attributes['message'], error?.text], ['error', readable, readable]);
});

test('no results are a suite of none', () => {
  const [suite] = parseXml(junitXml('mine', [])).children;
  assert.deepEqual([suite?.attributes['tests'], suite?.children], ['0', []]);
});

test('a leak is a failure that says what is lost', () => {
  const leak = { bytes: 524_288, events: 40_000, text: 'memory grew by 512 KiB' };
  const document = parseXml(junitXml('p', [result({ ok: false, leak, reports: [replayReport(0)] })]));
  const failure = document.children[0]?.children[0]?.children[0];
  assert.deepEqual([failure?.name, failure?.attributes['message']], ['failure', leak.text]);
});
