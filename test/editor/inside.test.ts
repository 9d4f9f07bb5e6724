import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { nodeBundle } from '../../scripts/bundles.ts';
import { cache, root } from '../../scripts/paths.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { runInside } from './harness/workbench.ts';

test('inside the extension host: activation, commands and tasks', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-inside-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  const { folder } = await scaffold({
    contract: 'streamkit',
    language: 'javascript',
    name: 'my-gain',
    parent,
  });
  const tests = join(cache, 'editor-tests', 'activation.mjs');
  const source = join(root, 'test', 'editor', 'inside', 'activation.ts');
  await build({ ...nodeBundle, entryPoints: [source], outfile: tests });
  const { passed, log } = await runInside({ folder, tests });
  assert.ok(passed, log.join('\n'));
  t.diagnostic(log.find((line) => line.includes('activated in')) ?? '');
});
