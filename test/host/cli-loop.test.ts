import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { before, type TestContext } from 'node:test';
import { assetPath } from '../../extension/assets.ts';
import { readStamp } from '../../extension/project/stamp.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { hotplug, startHotplug, temporaryFolder } from './cli-process.ts';

before(async () => {
  await buildInterpreters();
});

interface Project {
  readonly folder: string;
  readonly source: string;
  readonly tone: string;
  readonly replace: (find: string, replacement: string) => Promise<void>;
}

async function project(t: TestContext): Promise<Project> {
  const parent = await temporaryFolder(t);
  const { folder } = await scaffold({
    contract: 'streamkit',
    language: 'javascript',
    name: 'my-gain',
    parent,
  });
  const source = join(folder, 'src', 'plugin.js');
  return {
    folder,
    source,
    tone: join(folder, 'samples', 'tone.wav'),
    replace: async (find, replacement) => {
      const text = await readFile(source, 'utf8');
      assert.ok(text.includes(find), find);
      await writeFile(source, text.replace(find, replacement));
    },
  };
}

const started = '[hotplug] build started\n';
const finished = /\[hotplug\] build finished in \d+ ms\n/;
const failed = '[hotplug] build failed\n';
const right = 'const { samples } = packet.val;';
const wrong = 'const { samples = packet.val;';

void test('watch builds at once and on every save, and ends in good order', async (t) => {
  const { folder, source, replace } = await project(t);
  const watch = startHotplug(t, 'watch', folder);
  let at = await watch.prints(started);
  at = await watch.prints(finished, at);
  await replace(right, wrong);
  at = await watch.prints(started, at);
  at = await watch.prints(`${source}:`, at);
  at = await watch.prints(failed, at);
  assert.equal((await readStamp(folder))?.diagnostics[0]?.file, source);
  await replace(wrong, right);
  at = await watch.prints(started, at);
  at = await watch.prints(finished, at);
  const config = join(folder, 'hotplug.json');
  const text = await readFile(config, 'utf8');
  await writeFile(config, '{');
  at = await watch.prints('it ends too early', at);
  await writeFile(config, text);
  await watch.prints(finished, at);
  watch.child.kill('SIGTERM');
  const { code, stderr } = await watch.ended;
  assert.equal(code, 0);
  assert.equal(stderr, '');
});

void test('watch ends when whoever started it is gone', async (t) => {
  const { folder } = await project(t);
  // The parent prints the pid of the watch and is then killed.
  const script = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, process.argv.slice(1), { stdio: 'ignore' });
    console.log(child.pid);
    setInterval(() => {}, 1e6);`;
  const cli = assetPath('extension', 'cli', 'main.ts');
  const parent = spawn(process.execPath, ['-e', script, '--', cli, 'watch', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once('data', (text) => resolve(Number(text))),
  );
  await until(async () => (await readStamp(folder))?.status === 'ok');
  parent.kill('SIGKILL');
  await until(() => !isAlive(pid));
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

void test('build says what it left, and fails with the line of the mistake', async (t) => {
  const { folder, source, replace } = await project(t);
  const good = await hotplug('build', folder, '--json');
  assert.equal(good.code, 0, good.stderr);
  const result = JSON.parse(good.stdout) as {
    ok: boolean;
    mode: string;
    artifact: { kind: string; path: string };
  };
  assert.deepEqual([result.ok, result.mode, result.artifact.kind], [true, 'development', 'source']);
  assert.ok((await stat(result.artifact.path)).isFile());
  await replace(right, wrong);
  const bad = await hotplug('build', folder);
  assert.equal(bad.code, 1);
  assert.ok(bad.stdout.includes(`${source}:`), bad.stdout);
  assert.ok(bad.stdout.endsWith(failed), bad.stdout);
});

interface RunResult {
  readonly ok: boolean;
  readonly kind: string;
  readonly events: number;
  readonly effects: number;
  readonly errors: number;
  readonly msPerEvent: { readonly p50: number; readonly p95: number };
  readonly recording: string;
}

void test('run feeds a WAV to its end and writes the recording', async (t) => {
  const { folder, tone } = await project(t);
  const recording = join(folder, 'out.mcap');
  const first = await hotplug(
    'run',
    folder,
    '--development',
    '--input',
    tone,
    '--record',
    recording,
    '--json',
  );
  assert.equal(first.code, 0, first.stderr);
  const result = JSON.parse(first.stdout) as RunResult;
  assert.deepEqual(
    [result.ok, result.kind, result.events, result.errors],
    [true, 'plugin::wasm::my-gain', 500, 0],
  );
  assert.ok(result.effects >= 500);
  assert.ok(result.msPerEvent.p50 > 0 && result.msPerEvent.p95 >= result.msPerEvent.p50);
  assert.deepEqual([result.recording, (await stat(recording)).size > 10_000], [recording, true]);
});

void test('a recording of run is an input of run', async (t) => {
  const { folder, tone } = await project(t);
  const recording = join(folder, 'out.mcap');
  const first = await hotplug('run', folder, '--development', '--input', tone, '--record', recording);
  assert.equal(first.code, 0, first.stderr);
  const again = await hotplug('run', folder, '--development', '--input', recording, '--json');
  assert.equal(again.code, 0, again.stderr);
  assert.equal((JSON.parse(again.stdout) as RunResult).events, 500);
});

void test('run ends with 1 and the report where the plugin fails', async (t) => {
  const { folder, tone, replace } = await project(t);
  await replace(right, `throw new Error('out of paint'); ${right}`);
  const { code, stdout } = await hotplug('run', folder, '--development', '--input', tone);
  assert.equal(code, 1, stdout);
  assert.match(stdout, /^failed: /m);
  assert.match(stdout, /out of paint/);
  assert.match(stdout, /event 1 \(in\)/);
});

void test('run ends with 2 for parameters and inputs that are none', async (t) => {
  const { folder } = await project(t);
  const fake = join(folder, 'fake.wav');
  await writeFile(fake, 'this is not audio');
  const wav = await hotplug('run', folder, '--development', '--input', fake);
  assert.equal(wav.code, 2, wav.stdout);
  assert.match(wav.stderr, /fake\.wav is not a WAV file.*\n {2}what to do: /);
  const missing = await hotplug('run', folder, '--development', '--input', join(folder, 'missing.wav'));
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /missing\.wav does not exist/);
  const other = await hotplug('run', folder, '--input', join(folder, 'hotplug.json'));
  assert.equal(other.code, 2);
  assert.match(other.stderr, /is not an input that Hotplug reads/);
});

void test('dev hosts, traces, reloads on save and ends with what it did', async (t) => {
  const { folder, replace, tone } = await project(t);
  const dev = startHotplug(t, 'dev', folder, '--input', tone, '--real-time');
  let at = await dev.prints('plugin::wasm::my-gain: Running');
  at = await dev.prints('send-output out', at);
  await replace(right, wrong);
  at = await dev.prints(failed, at);
  at = await dev.prints('send-output out', at);
  await replace(wrong, `${right} // again`);
  at = await dev.prints(/reloaded in \d+ ms \(reload 1\)/, at);
  at = await dev.prints(/^replay of the run before: same, \d+ events$/m, at);
  await dev.prints('send-output out', at);
  await replace(right, `${right} samples[0] = 0.5;`);
  await dev.prints(
    /^replay of the run before: (\d+) of \1 events differ\n {2}First difference: event \d/m,
    at,
  );
  dev.child.kill('SIGINT');
  const { code, stderr } = await dev.ended;
  assert.equal(code, 0, stderr);
});
