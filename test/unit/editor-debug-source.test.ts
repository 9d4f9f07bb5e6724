import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { commands } from '../../extension/cli/commands.ts';
import type { Output } from '../../extension/cli/output.ts';
import { sourceLaunch } from '../../extension/editor/debug/sourceLaunch.ts';
import { UserError } from '../../extension/errors.ts';

const launch = {
  name: 'Source of gain',
  recording: '/work/run.hotplug.mcap',
  component: '/work/gain.wasm',
  folder: '/work',
  dist: join('/hotplug', 'dist'),
  executable: '/usr/bin/editor',
};

test('the JavaScript debugger is started on the command line, on a port that is free', () => {
  const made = sourceLaunch({ ...launch, plugin: 'gain' });
  assert.deepEqual(
    [made.type, made.request, made['program'], made['runtimeExecutable'], made['attachSimplePort']],
    ['node', 'launch', join('/hotplug', 'dist', 'cli.js'), '/usr/bin/editor', 0],
  );
  assert.deepEqual(made['args'], [
    'replay',
    '/work/run.hotplug.mcap',
    '--against',
    '/work/gain.wasm',
    '--plugin',
    'gain',
    '--source-level',
    '--wait',
    '2000',
  ]);
  assert.deepEqual(made['env'], { ELECTRON_RUN_AS_NODE: '1', NO_COLOR: '1' });
});

const output: Output = {
  json: false,
  say: () => undefined,
  write: () => undefined,
  result: () => undefined,
  style: (_style, text) => text,
};

test('the command line takes those arguments, and refuses what does not go with them', async () => {
  const replay = commands.find(({ name }) => name === 'replay');
  const [, ...argv] = sourceLaunch(launch)['args'] as readonly string[];
  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    // What is wrong is the file that is not there, and nothing before it.
    [argv, /run\.hotplug\.mcap|gain\.wasm/],
    [['x.mcap', '--wait', '5'], /--wait is for --source-level/],
    [['x.mcap', '--source-level', '--all'], /--source-level replays one life/],
    [['x.mcap', '--source-level', '--wait', '600001'], /--wait must be at most 600000, not 600001/],
    [['x.mcap', '--source-level', '--wait', 'long'], /--wait must be a whole number/],
  ];
  for (const [given, message] of refused) {
    await assert.rejects(
      async () => replay?.run(given, output),
      (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, message);
        return true;
      },
    );
  }
});
