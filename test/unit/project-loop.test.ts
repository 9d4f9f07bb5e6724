import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { BuildLoop } from '../../extension/project/loop.ts';
import type { BuildStamp } from '../../extension/project/project.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import type { Toolchain } from '../../extension/toolchains/toolchain.ts';
import { projectAt, temporaryFolder, until, writeFiles } from './project-fixture.ts';

test('a lock file that the build writes is no save, and one that somebody else writes is', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, { 'src/a.js': '0' });
  const lock = join(folder, 'a.lock');
  const locking: Toolchain = {
    ...toolchains.javascript,
    sources: ['src/**', '*.lock'],
    locks: ['a.lock'],
    build: async () => {
      await writeFile(lock, await readFile(join(folder, 'src', 'a.js')));
      await setTimeout(100); // As compilers do: time for the watch to see it while they still run.
      return { ok: true, artifact: { kind: 'component', path: lock }, diagnostics: [] };
    },
  };
  const builds: BuildStamp[] = [];
  const loop = await BuildLoop.start({
    project: projectAt(folder),
    toolchains: { ...toolchains, javascript: locking },
    recognise: () => Promise.resolve(undefined),
    write: () => undefined,
    onStamp: (stamp) => {
      if (stamp.status !== 'building') builds.push(stamp);
    },
    onProblem: (problem) => assert.fail(String(problem)),
  });
  t.after(() => loop.dispose());
  const built = (count: number, what: string): Promise<void> => until(() => builds.length === count, what);
  await built(1, 'the first build');
  await writeFiles(folder, { 'src/a.js': '1' });
  await built(2, 'the build after a save');
  await setTimeout(300);
  assert.equal(builds.length, 2, 'what a build wrote caused another');
  await writeFile(lock, 'another version');
  await built(3, 'the build after the lock was changed');
});
