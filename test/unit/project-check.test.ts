import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { Builder } from '../../extension/project/builder.ts';
import type { BuildStamp, Diagnostic } from '../../extension/project/project.ts';
import { followStamp, readStamp } from '../../extension/project/stamp.ts';
import type { BuildRequest, BuildResult } from '../../extension/toolchains/toolchain.ts';
import { projectAt, temporaryFolder, until } from './project-fixture.ts';

const problem: Diagnostic = {
  severity: 'error',
  file: '/p/src/plugin.ts',
  line: 3,
  column: 5,
  message: 'wrong type',
  code: 'TS2345',
};

/** Builds that end at once, and checks that end when the test says so. */
class FakeToolchain {
  readonly sources = [];
  readonly outputs = [];
  readonly checks: { request: BuildRequest; find: (...found: readonly Diagnostic[]) => void }[] = [];
  ok = true;

  definition = (): never => {
    throw new Error('there is no WIT');
  };

  build({ project }: BuildRequest): Promise<BuildResult> {
    const artifact = { kind: 'component', path: join(project.folder, 'p.wasm') } as const;
    return Promise.resolve(
      this.ok ? { ok: true, artifact, diagnostics: [] } : { ok: false, diagnostics: [problem] },
    );
  }

  check = (request: BuildRequest): Promise<readonly Diagnostic[]> =>
    new Promise((resolve) => {
      this.checks.push({
        request,
        find: (...found) => {
          for (const { message } of found) request.write(`${message}\n`);
          resolve(found);
        },
      });
      request.signal.addEventListener('abort', () => resolve([]));
    });
}

test('what a check finds is written as a whole, and belongs to the build that it looked at', async (t) => {
  const folder = await temporaryFolder(t);
  const toolchain = new FakeToolchain();
  let output = '';
  const told: BuildStamp[] = [];
  const builder = new Builder({
    project: projectAt(folder),
    toolchain,
    check: true,
    write: (text) => (output += text),
    onStamp: (stamp) => told.push(stamp),
  });
  const followed: BuildStamp[] = [];
  const follower = followStamp(folder, (stamp) => followed.push(stamp));
  t.after(() => follower.dispose());

  const built = await builder.build('development');
  assert.deepEqual(await readStamp(folder), built);
  assert.deepEqual([built.status, built.diagnostics, output], ['ok', [], '']);
  await until(() => toolchain.checks.length === 1, 'the check');
  toolchain.checks[0]?.find(problem);
  await until(() => followed.at(-1)?.checkedAt !== undefined, 'the stamp of the check');
  assert.equal(output, '[hotplug] check started\nwrong type\n[hotplug] check finished\n');
  const { checkedAt, ...stamp } = followed.at(-1) ?? built;
  assert.ok(checkedAt !== undefined && checkedAt >= (built.finishedAt ?? 0));
  assert.deepEqual(stamp, { ...built, diagnostics: [problem] });
  // No new build has begun or ended.
  assert.deepEqual(
    told.map(({ status }) => status),
    ['building', 'ok'],
  );

  // The next one finds nothing: what was found before goes away.
  await builder.build('development');
  await until(() => toolchain.checks.length === 2, 'the second check');
  toolchain.checks[1]?.find();
  await until(() => output.endsWith('[hotplug] check started\n[hotplug] check finished\n'), 'the frame');
  const before = output;
  await builder.build('development');
  await until(() => toolchain.checks.length === 3, 'the third check');
  toolchain.checks[2]?.find();
  await builder.dispose();
  assert.equal(output, before);
});

test('the next save ends a check, and nothing of it is written', async (t) => {
  const folder = await temporaryFolder(t);
  const toolchain = new FakeToolchain();
  let output = '';
  const builder = new Builder({
    project: projectAt(folder),
    toolchain,
    check: true,
    write: (text) => (output += text),
  });
  await builder.build('development');
  await until(() => toolchain.checks.length === 1, 'the check');
  const second = await builder.build('development');
  assert.equal(toolchain.checks[0]?.request.signal.aborted, true);
  toolchain.checks[0].find(problem);
  await until(() => toolchain.checks.length === 2, 'the second check');
  await builder.dispose();
  assert.equal(toolchain.checks[1]?.request.signal.aborted, true);
  assert.equal(output, '');
  assert.deepEqual(await readStamp(folder), second);
});

test('a build that failed, a release build and a builder that was not asked to are not checked', async (t) => {
  const folder = await temporaryFolder(t);
  const toolchain = new FakeToolchain();
  const project = projectAt(folder);
  const write = (): void => undefined;
  const plain = new Builder({ project, toolchain, write });
  await plain.build('development');
  await plain.dispose();
  const builder = new Builder({ project, toolchain, write, check: true });
  await builder.build('release');
  toolchain.ok = false;
  await builder.build('development');
  await builder.dispose();
  assert.equal(toolchain.checks.length, 0);
});
