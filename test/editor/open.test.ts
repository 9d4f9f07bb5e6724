import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { dist, node } from '../../scripts/paths.ts';
import { mustRun } from '../../scripts/spawn.ts';
import { eventually } from './harness/eventually.ts';
import { openWorkbench } from './harness/workbench.ts';

test('a project that was built before is started and fed when it is opened, as npm start does', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-open-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  const { folder } = await scaffold({ contract: 'streamkit', language: 'javascript', name: 'gain', parent });
  await mustRun(node, [join(dist, 'cli.js'), 'build', folder], { quiet: true });
  await using session = await openWorkbench({ folder, settings: { 'hotplug.startOnOpen': true } });
  await session.openView('Hotplug');
  try {
    await eventually('the input has been handled', () => session.treeRows(), {
      until: (rows) => rows.some((row) => row.includes('Events: 500 handled')),
    });
  } finally {
    await session.screenshot('open');
  }
});
