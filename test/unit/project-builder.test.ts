import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { join } from 'node:path';
import test from 'node:test';
import { Builder, type BuilderOptions } from '../../extension/project/builder.ts';
import type { BuildStamp } from '../../extension/project/project.ts';
import { readStamp } from '../../extension/project/stamp.ts';
import type { BuildRequest, BuildResult } from '../../extension/toolchains/toolchain.ts';
import { projectAt, temporaryFolder, until } from './project-fixture.ts';

const noDefinition = (): never => {
  throw new Error('there is no WIT');
};

/** Builds that end when the test says so. */
class FakeToolchain {
  readonly sources = [];
  readonly outputs = [];
  readonly running: { request: BuildRequest; end: (result: BuildResult) => void }[] = [];

  definition = noDefinition;

  build(request: BuildRequest): Promise<BuildResult> {
    return new Promise((resolve) => {
      this.running.push({ request, end: resolve });
      request.signal.addEventListener('abort', () => resolve({ ok: false, diagnostics: [] }));
    });
  }

  async end(number: number, folder: string): Promise<void> {
    await until(() => this.running.length > number, `build ${number}`);
    this.running[number]?.end({
      ok: true,
      artifact: { kind: 'component', path: join(folder, 'p.wasm') },
      diagnostics: [],
    });
  }
}

function options(
  folder: string,
  toolchain: BuilderOptions['toolchain'],
  more: Partial<BuilderOptions> = {},
): BuilderOptions {
  return {
    project: projectAt(folder),
    toolchain,
    write: () => undefined,
    ...more,
  };
}

test('a build writes its stamp at the start and at the end', async (t) => {
  const folder = await temporaryFolder(t);
  const toolchain = new FakeToolchain();
  const told: string[] = [];
  const builder = new Builder(
    options(folder, toolchain, { onStamp: ({ serial, status }) => told.push(`${serial} ${status}`) }),
  );
  const done = builder.build('development', { savedAt: 5 });
  await until(() => toolchain.running.length === 1, 'the build');
  assert.equal((await readStamp(folder))?.status, 'building');
  await toolchain.end(0, folder);
  const stamp = await done;
  assert.deepEqual(await readStamp(folder), stamp);
  assert.equal(stamp.status, 'ok');
  assert.equal(stamp.savedAt, 5);
  assert.ok(stamp.finishedAt !== undefined && stamp.finishedAt >= stamp.startedAt);
  const next = builder.build('release');
  await toolchain.end(1, folder);
  assert.equal((await next).serial, 2);
  assert.deepEqual(told, ['1 building', '1 ok', '2 building', '2 ok']);
});

test('requests during a build make exactly one more build, with the last cause', async (t) => {
  const folder = await temporaryFolder(t);
  const toolchain = new FakeToolchain();
  const builder = new Builder(options(folder, toolchain));
  const together = [
    builder.build('development', { savedAt: 1 }),
    builder.build('development', { savedAt: 2 }),
  ];
  await until(() => toolchain.running.length === 1, 'the first build');
  const later = [3, 4, 5].map((savedAt) => builder.build('development', { savedAt }));
  await toolchain.end(0, folder);
  await toolchain.end(1, folder);
  const stamps = await Promise.all([...together, ...later]);
  assert.deepEqual(
    stamps.map(({ serial, savedAt }) => [serial, savedAt]),
    [
      [1, 2],
      [1, 2],
      [2, 5],
      [2, 5],
      [2, 5],
    ],
  );
  await setImmediate();
  assert.equal(toolchain.running.length, 2);
});

test('a toolchain that fails or throws leaves a failed stamp, and the next build works', async (t) => {
  const folder = await temporaryFolder(t);
  let calls = 0;
  const toolchain = {
    sources: [],
    outputs: [],
    definition: noDefinition,
    build(): Promise<BuildResult> {
      calls++;
      if (calls === 1) return Promise.reject(new Error('broken'));
      return Promise.resolve({ ok: false, diagnostics: [], failure: 'cargo is missing' });
    },
  };
  const builder = new Builder(options(folder, toolchain));
  assert.match((await builder.build('release')).failure ?? '', /broken/);
  const stamp: BuildStamp = await builder.build('release');
  assert.deepEqual([stamp.serial, stamp.status, stamp.failure], [2, 'failed', 'cargo is missing']);
});

test('dispose ends the running build and leaves no stamp at "building"', async (t) => {
  const folder = await temporaryFolder(t);
  const toolchain = new FakeToolchain();
  const builder = new Builder(options(folder, toolchain));
  const done = builder.build('development');
  await until(() => toolchain.running.length === 1, 'the build');
  await builder.dispose();
  assert.equal((await done).failure, 'The build was stopped.');
  assert.equal((await readStamp(folder))?.status, 'failed');
  await assert.rejects(builder.build('development'));
});

test('the command of hotplug.json replaces the toolchain and must leave its artifact', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'out.wasm');
  let output = '';
  const building = (development: readonly string[], artifact = path): Builder =>
    new Builder(
      options(folder, new FakeToolchain(), {
        project: projectAt(folder, {
          build: { development, release: [process.execPath, '--version'] },
          artifact: { development: artifact },
        }),
        write: (text) => (output += text),
      }),
    );
  const script = "console.log('made'); require('node:fs').writeFileSync('out.wasm', '')";
  const good = building([process.execPath, '-e', script]);
  assert.deepEqual((await good.build('development')).artifact, { kind: 'component', path });
  assert.equal(output, 'made\n');
  assert.match((await good.build('release')).failure ?? '', /does not say what file it leaves/);
  const failureOf = async (builder: Builder): Promise<string> =>
    (await builder.build('development')).failure ?? '';
  assert.match(
    await failureOf(building([process.execPath, '-e', script], join(folder, 'no.wasm'))),
    /left no file .*no\.wasm/,
  );
  assert.match(
    await failureOf(building([process.execPath, '-e', 'process.exit(3)'])),
    /ended with exit code 3\.$/,
  );
  assert.match(
    await failureOf(building(['no-such-program-here'])),
    /"no-such-program-here" .* cannot be run/,
  );
});
