import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { nodeBundle } from '../../scripts/bundles.ts';
import { LiveRecording } from '../../extension/recording/live.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { cache, root } from '../../scripts/paths.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { runInside } from './harness/workbench.ts';

/** A module of `inside/` as the extension host can load it. */
async function bundled(name: string): Promise<string> {
  const outfile = join(cache, 'editor-tests', `${name}.mjs`);
  const source = join(root, 'test', 'editor', 'inside', `${name}.ts`);
  await build({ ...nodeBundle, entryPoints: [source], outfile });
  return outfile;
}

test('inside the extension host: activation, commands and tasks', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-inside-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  const { folder } = await scaffold({
    contract: 'streamkit',
    language: 'javascript',
    name: 'my-gain',
    parent,
  });
  const { passed, log } = await runInside({ folder, tests: await bundled('activation') });
  assert.ok(passed, log.join('\n'));
  t.diagnostic(log.find((line) => line.includes('activated in')) ?? '');
});

test('inside the extension host: recordings that are shown, replaced, damaged, and of no disk', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-inside-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const [name, events] of [
    ['first', 3],
    ['second', 5],
    ['third', 7],
  ] as const) {
    const recording = new LiveRecording({
      path: join(folder, `${name}.hotplug.mcap`),
      contract: 'streamkit',
    });
    const limits = { memoryBytes: 64 << 20, deadlineMs: 5000 };
    recording.addPlugin({ name: 'gain', contract: 'streamkit', language: 'rust', limits });
    for (let event = 1; event <= events; event += 1)
      recording.append(0, RecordKind.event, 'in', Date.now(), event, 0, new Uint8Array(8));
    recording.close();
  }
  await copyFile(join(folder, 'first.hotplug.mcap'), join(folder, 'other.mcap'));
  const foreign = await readFile(join(folder, 'first.hotplug.mcap'));
  foreign.write('rosplug', foreign.indexOf('hotplug'));
  await writeFile(join(folder, 'foreign.hotplug.mcap'), foreign);
  const { passed, log } = await runInside({ folder, tests: await bundled('recordings') });
  assert.ok(passed, log.join('\n'));
});

test('inside the extension host: a live recording that is full is followed by the next', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-inside-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const { passed, log } = await runInside({ folder, tests: await bundled('live') });
  assert.ok(passed, log.join('\n'));
});
