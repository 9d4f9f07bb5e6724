import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { openFor } from '../../extension/cli/replays.ts';
import { UserError } from '../../extension/errors.ts';
import type { HostApi, HostRequestName } from '../../extension/host/protocol.ts';
import type { ReplayReport } from '../../extension/replay/types.ts';
import { livesOf } from '../../extension/replay/lives.ts';
import { root } from '../../scripts/paths.ts';
import { project } from './editor-status.ts';
import { replayReport } from './replay-report.ts';

const file = join(root, 'templates', 'streamkit', 'c', 'recordings', 'gain.hotplug.mcap');

/** A host that answers every replay with this. */
function answering(report: ReplayReport): { readonly host: HostApi; readonly asked: HostRequestName[] } {
  const asked: HostRequestName[] = [];
  const answers: Partial<Record<HostRequestName, unknown>> = {
    openRecording: { id: 'file-1' },
    replay: { replay: 'replay-1', report },
  };
  const request: HostApi['request'] = (name) => {
    asked.push(name);
    return Promise.resolve(answers[name] as never);
  };
  return { host: { request, on: () => () => undefined, dispose: () => Promise.resolve() }, asked };
}

test('a replay that was stopped is no result, whatever was the same until then', async () => {
  const artifact = { kind: 'component', path: '/plugin.wasm' } as const;
  for (const [report, stopped] of [
    [replayReport(0), false],
    [replayReport(0, { ended: { reason: 'cancelled', event: 0, text: 'The replay was cancelled.' } }), true],
  ] as const) {
    const { host, asked } = answering(report);
    {
      await using open = await openFor(host, file);
      const [life] = livesOf(open.recording);
      assert.ok(life);
      const replay = open.replay(life, { project: project(), artifact }, {});
      if (stopped) await assert.rejects(replay, UserError);
      else assert.equal((await replay).report, report);
    }
    assert.deepEqual(asked, ['openRecording', 'replay', 'closeRecording']);
  }
});
