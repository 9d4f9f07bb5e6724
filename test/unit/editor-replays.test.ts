import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lensTitle, replayStatus } from '../../extension/editor/replays/faces.ts';
import { facts, pluginFace, pluginNodes } from '../../extension/editor/treeModel.ts';
import type { Verdict } from '../../extension/replay/verdict.ts';
import { verdictOf, verdictOfReport } from '../../extension/replay/verdict.ts';
import { project, status } from './editor-status.ts';
import { replayReport } from './replay-report.ts';

const same = verdictOfReport(replayReport(0));
const different = verdictOfReport(replayReport(3));
const running = verdictOf({ state: 'running' });
const none = verdictOf({ state: 'none', text: 'Nothing was recorded before this build.' });
const failed = verdictOf({ state: 'failed', text: 'It has no room.' });

test('the status bar says how the replay of one plugin went, with the rest in its tooltip', () => {
  const textOf = (verdict: Verdict): string | undefined => replayStatus([{ name: 'gain', verdict }])?.text;
  assert.equal(textOf(same), '$(check) gain: same, 400 events');
  assert.equal(textOf(different), '$(diff) gain: 3 of 400 events differ');
  assert.equal(textOf(running), '$(sync~spin) gain: replaying');
  assert.equal(textOf(none), '$(circle-slash) gain: nothing to replay');
  assert.equal(textOf(failed), '$(warning) gain: replay failed');
  assert.equal(replayStatus([]), undefined);
  const face = replayStatus([{ name: 'gain', verdict: different }]);
  assert.equal(face?.spoken, 'Replay of the last run, gain: 3 of 400 events differ');
  assert.equal(face.tooltip[1], 'First difference: event 17: send-output packet.samples[0]: 0.5 → 0.25');
});

test('of several plugins the status bar tells what matters most', () => {
  const textOf = (...verdicts: readonly Verdict[]): string | undefined =>
    replayStatus(verdicts.map((verdict, index) => ({ name: `p${index}`, verdict })))?.text;
  assert.equal(textOf(same, different, failed), '$(diff) p1: 3 of 400 events differ');
  assert.equal(textOf(different, different, same), '$(diff) 2 of 3 plugins differ');
  assert.equal(textOf(same, failed), '$(warning) a replay failed');
  assert.equal(textOf(same, running), '$(sync~spin) replaying');
  assert.equal(textOf(same, same, none), '$(check) 2 plugins: same');
  assert.equal(textOf(none, none), '$(circle-slash) nothing to replay');
});

test('the lens above the handler says it, too', () => {
  const titleOf = (verdict: Verdict): string => lensTitle(verdict).replace('\u{a0}', ' ');
  assert.equal(titleOf(same), '$(check) Replay: same, 400 events');
  assert.equal(titleOf(different), '$(diff) Replay: 3 of 400 events differ — show');
  assert.equal(titleOf(running), '$(sync~spin) Replaying …');
  assert.equal(titleOf(none), '$(circle-slash) Nothing to replay');
  assert.equal(titleOf(failed), '$(warning) Replay failed');
});

test('the tree shows the verdict on the plugin that it is on', () => {
  const other = status({ id: 'echo-1', name: 'echo', folder: '/home/me/echo' });
  const [gain, echo] = pluginNodes([project()], [status(), other], ({ id }) =>
    id === 'gain-1' ? different : undefined,
  );
  assert.ok(gain && echo);
  const face = pluginFace(gain);
  assert.equal(face.description, 'Running · replay: 3 of 400 events differ · 1.5 MiB · 50 calls/s');
  assert.equal(face.contextValue, 'plugin.running.differs');
  const fact = facts(gain).find(({ label }) => label === 'Replay');
  assert.deepEqual([fact?.value, fact?.icon, fact?.opens], ['3 of 400 events differ', 'diff', 'replay']);
  assert.match(fact?.tooltip ?? '', /First difference: event 17/);
  assert.ok(!pluginFace(echo).description.includes('replay'));
  assert.ok(facts(echo).every(({ label }) => label !== 'Replay'));

  const [sameNode] = pluginNodes([], [status()], () => same);
  assert.ok(sameNode);
  assert.equal(pluginFace(sameNode).contextValue, 'plugin.running');
  assert.equal(facts(sameNode).find(({ label }) => label === 'Replay')?.opens, undefined);
  const [noneNode] = pluginNodes([], [status()], () => none);
  assert.ok(noneNode);
  assert.equal(pluginFace(noneNode).description, 'Running · 1.5 MiB · 50 calls/s');
});
