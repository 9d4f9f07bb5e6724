import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openWorkbench } from './harness/workbench.ts';
import { javascript } from './language.ts';
import { walkThrough } from './loop.ts';

test('a JavaScript plugin, from the palette to an endless loop', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-editor-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  await using session = await openWorkbench({});
  try {
    await walkThrough(t, { session, parent, shots: 'javascript' }, javascript);
  } finally {
    await session.screenshot('javascript-last');
  }
});
