import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { keepWithin, liveName } from '../../extension/recording/budget.ts';

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'hotplug-budget-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Writes files of 100 bytes, each newer than the one before. */
function write(into: string, names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    const path = join(into, name);
    writeFileSync(path, new Uint8Array(100));
    utimesSync(path, 1000 + index, 1000 + index);
  }
}

const ending = '.hotplug.mcap';

void test('the oldest recordings go first, and nothing that is not one goes', async (t) => {
  const recordings = folder(t);
  write(recordings, [`a${ending}`, `b${ending}`, `c${ending}`, `d${ending}`]);
  writeFileSync(join(recordings, 'notes.txt'), new Uint8Array(1000));
  assert.equal(await keepWithin(recordings, 250), 200);
  assert.deepEqual(readdirSync(recordings).sort(), [`c${ending}`, `d${ending}`, 'notes.txt']);
});

void test('what is being written stays and counts, by this process and by others', async (t) => {
  const recordings = folder(t);
  const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
  t.after(() => other.kill('SIGKILL'));
  await once(other, 'spawn');
  const ended = spawn(process.execPath, ['-e', '']);
  await once(ended, 'exit');
  const at = new Date(1_790_000_000_000);
  const [own, theirs, older, gone] = [
    liveName(at, process.pid, 1),
    liveName(at, other.pid ?? 0, 2),
    liveName(at, other.pid ?? 0, 1),
    liveName(at, ended.pid ?? 0, 1),
  ];
  assert.match(own, /^2026-09-21T14-13-20-000Z-\d+\.hotplug\.mcap$/);
  write(recordings, [own, older, theirs, gone, `new${ending}`]);
  assert.equal(await keepWithin(recordings, 350, [join(recordings, own)]), 300);
  assert.deepEqual(readdirSync(recordings).sort(), [own, theirs, `new${ending}`].sort());
  // Even where nothing is to be kept.
  assert.equal(await keepWithin(recordings, 0, [join(recordings, own)]), 200);
  assert.deepEqual(readdirSync(recordings).sort(), [own, theirs].sort());
});
