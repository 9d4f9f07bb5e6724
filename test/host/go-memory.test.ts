/** Memory that a host asks of a Go plugin: what it puts there is copied in time, and the memory is used again. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import type { Artifact, Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { go } from '../../extension/toolchains/go.ts';
import { root } from '../../scripts/paths.ts';
import { Hosted } from './hosted.ts';
import { missingTools } from '../../extension/toolchains/install.ts';

interface Plugin {
  readonly project: Project;
  readonly artifact: Artifact;
}

let made: Promise<Plugin> | undefined;
let folder = '';

after(async () => {
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

async function build(): Promise<Plugin> {
  folder = await mkdtemp(join(tmpdir(), 'hotplug-go-memory-'));
  await cp(join(root, 'test', 'fixtures', 'go-memory'), folder, { recursive: true });
  const project = await recognise(folder);
  assert.ok(project);
  let output = '';
  const write = (text: string): void => void (output += text);
  const { signal } = new AbortController();
  const result = await go.build({ project, mode: 'development', signal, write });
  assert.ok(result.ok, output);
  return { project, artifact: result.artifact };
}

/** Calls exports of a new instance, and says how large its memory is. */
async function withPlugin(
  t: TestContext,
  run: (
    call: (name: string, ...args: readonly (string | number)[]) => Promise<string>,
    memory: () => Promise<number>,
  ) => Promise<void>,
): Promise<void> {
  const missing = missingTools(await go.tools(undefined));
  if (missing.length > 0) {
    t.skip(`go: ${missing.map(({ name }) => name).join(', ')} not found`);
    return;
  }
  const { project, artifact } = await (made ??= build());
  await using hosted = await Hosted.create();
  await hosted.start(artifact, { project });
  const call = async (name: string, ...args: readonly (string | number)[]): Promise<string> => {
    const request = { plugin: hosted.id, call: `test:memory/api@1.0.0#${name}`, args: args.map(String) };
    const { ok, text } = await hosted.host.request('callExport', request);
    assert.ok(ok, text);
    return text;
  };
  await run(call, async () => (await hosted.status()).memoryBytes);
}

const MEBIBYTE = 1024 * 1024;

void test('results of the host take their memory once, however often they come', async (t) => {
  await withPlugin(t, async (call, memory) => {
    // Go's collector runs for the first time at 4 MiB.
    assert.equal(await call('pull', 400, 20_000), '8000000');
    const before = await memory();
    for (let round = 0; round < 3; round++) assert.equal(await call('pull', 400, 20_000), '8000000');
    assert.ok((await memory()) - before < MEBIBYTE, `memory grew from ${before} to ${await memory()}`);

    assert.equal(await call('pull', 8, 2 * MEBIBYTE), String(16 * MEBIBYTE));
    const large = await memory();
    assert.equal(await call('pull', 16, 2 * MEBIBYTE), String(32 * MEBIBYTE));
    assert.ok((await memory()) - large < 4 * MEBIBYTE, `memory grew from ${large} to ${await memory()}`);
  });
});

void test('goroutines that call the host at the same time each get what they asked for', async (t) => {
  await withPlugin(t, async (call) => {
    let expected = 0;
    for (let worker = 0; worker < 20; worker++)
      for (let at = 0; at < 40; at++) expected += ((at % 7) + 1) * (300 + worker);
    assert.equal(await call('concurrent', 20, 40, 300), String(expected));
  });
});

void test('the host may ask for memory at every depth of the stack', async (t) => {
  await withPlugin(t, async (call) => {
    for (let depth = 0; depth < 120; depth++) {
      // The text is longer each time, so that there is often too little memory for it.
      const length = 1000 + depth * 5000;
      assert.equal(await call('deep', depth, length), String(length));
    }
  });
});

void test('what a plugin keeps of its arguments stays what it was', async (t) => {
  await withPlugin(t, async (call) => {
    assert.equal(await call('keep', '"one"', '[1, 2]'), '["one[1 2]"]');
    assert.equal(await call('keep', '"two"', '[3]'), '["one[1 2]", "two[3]"]');
    await call('pull', 100, 1000);
    assert.equal(await call('keep', '"ü"', '[]'), '["one[1 2]", "two[3]", "ü[]"]');
  });
});
