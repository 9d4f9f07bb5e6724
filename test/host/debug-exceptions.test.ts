import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { artifact, debugTest, goldenTest } from './debugged.ts';

const live = { recording: 'live', artifact };

/** The component with another text in its log lines: a build that does something else. */
async function changedBuild(folder: string): Promise<string> {
  const bytes = await readFile(artifact);
  const at = bytes.indexOf('a line of sixty bytes');
  assert.ok(at > 0, 'the component has the text');
  bytes.write('a LINE of sixty bytes', at);
  const path = join(folder, 'changed.wasm');
  await writeFile(path, bytes);
  return path;
}

goldenTest(
  'a failure of the plugin stops at its end, with what the plugin wrote',
  'debug-trap',
  ['echo a', 'echo b', 'panic on purpose'],
  async (client) => {
    await client.launch(live);
    await client.request('setExceptionBreakpoints', { filters: ['trap'] });
    await client.refused('exceptionInfo', { threadId: 1 });
    await client.move('continue');
    await client.stack();
    await client.request('exceptionInfo', { threadId: 1 });
    await client.move('next');
    await client.move('stepBack');
    await client.move('continue');
    await client.request('setExceptionBreakpoints', { filters: [] });
    await client.move('reverseContinue');
    await client.move('continue');
  },
);

debugTest(
  'an error of the export call is a failure, too',
  ['echo a', 'fail for a reason'],
  async (client) => {
    await client.launch({ ...live, stopOnEntry: false });
    assert.deepEqual(await client.stack(), ['process:3', 'event 2 in:1']);
    const info = await client.request<{ readonly exceptionId: string; readonly description: string }>(
      'exceptionInfo',
      {
        threadId: 1,
      },
    );
    assert.equal(info.exceptionId, 'error');
    assert.match(info.description, /process returned an error: for a reason/);
  },
);

debugTest('conditions of failures are over what failed', ['echo a', 'fail for a reason'], async (client) => {
  await client.launch(live);
  const condition = 'outcome.includes("other")';
  const options = [{ filterId: 'trap', condition }];
  await client.request('setExceptionBreakpoints', { filters: [], filterOptions: options });
  assert.equal((await client.move('continue')).reason, 'end');
  await client.move('reverseContinue');
  const matching = [{ filterId: 'trap', condition: 'outcome.includes("reason") && event.packet.text != ""' }];
  await client.request('setExceptionBreakpoints', { filters: [], filterOptions: matching });
  assert.equal((await client.move('continue')).reason, 'exception');
});

goldenTest(
  'against another build it stops at the first difference, and says what differs',
  'debug-difference',
  ['echo a', 'log 2', 'echo b', 'log 1'],
  async (client, hosted) => {
    const changed = await changedBuild(hosted.folder);
    await client.launch({ ...live, artifact: changed });
    await client.move('continue');
    await client.stack();
    await client.request('exceptionInfo', { threadId: 1 });
    await client.scope('Recorded');
    await client.move('continue');
    await client.move('reverseContinue');
    const options = [{ filterId: 'difference', condition: 'difference.event > 2 || event.number == 4' }];
    await client.request('setExceptionBreakpoints', { filters: [], filterOptions: options });
    await client.move('continue');
    await client.stack();
  },
);
