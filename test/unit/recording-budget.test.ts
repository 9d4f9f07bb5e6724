import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepWithin } from '../../extension/recording/budget.ts';

void test('the oldest recordings go first, and nothing that is not one goes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-budget-'));
  try {
    for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
      const path = join(folder, `${name}.hotplug.mcap`);
      await writeFile(path, new Uint8Array(100));
      await utimes(path, 1000 + index, 1000 + index);
    }
    await writeFile(join(folder, 'notes.txt'), new Uint8Array(1000));
    await keepWithin(folder, 250);
    assert.deepEqual((await readdir(folder)).sort(), ['c.hotplug.mcap', 'd.hotplug.mcap', 'notes.txt']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
