import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from '../../extension/toolchains/find.ts';
import { lineWriter } from '../../extension/toolchains/lines.ts';
import { run } from '../../extension/toolchains/run.ts';

const node = process.execPath;

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hotplug-run-'));
  t.after(() => rm(path, { recursive: true, force: true }));
  return path;
}

test('collects both streams and the exit code, and hands the output on', async (t) => {
  const heard: string[] = [];
  const result = await run([node, '-e', 'console.log("out"); console.error("err"); process.exit(3)'], {
    cwd: await folder(t),
    write: (text, stream) => heard.push(`${stream}: ${text}`),
  });
  assert.deepEqual(result, { ended: 'exited', code: 3, stdout: 'out\n', stderr: 'err\n' });
  assert.deepEqual(heard.sort(), ['stderr: err\n', 'stdout: out\n']);
});

test('arguments reach the program as they are, without a shell', async (t) => {
  const strange = ['a b', '$HOME', '"', '; rm -rf x', '*'];
  const { stdout } = await run([node, '-p', 'JSON.stringify(process.argv.slice(1))', '--', ...strange], {
    cwd: await folder(t),
  });
  assert.deepEqual(JSON.parse(stdout), strange);
});

test('a missing program is an answer, not an exception', async (t) => {
  const result = await run(['there-is-no-such-program', '--version'], { cwd: await folder(t) });
  assert.equal(result.ended, 'missing');
  assert.equal((await run([], { cwd: await folder(t) })).ended, 'missing');
});

test('cancelling ends the whole process tree', { skip: process.platform === 'win32' }, async (t) => {
  const cwd = await folder(t);
  const pidFile = join(cwd, 'pid');
  // A child that has a child of its own, as a compiler driver has its linker.
  const script = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid));
    setInterval(() => {}, 1000);`;
  await writeFile(join(cwd, 'tree.cjs'), script);
  const stop = new AbortController();
  const running = run([node, 'tree.cjs'], { cwd, signal: stop.signal });
  const grandchild = Number(
    await until(async () => (await readFile(pidFile, 'utf8').catch(() => '')) || undefined),
  );
  stop.abort();
  assert.equal((await running).ended, 'cancelled');
  await until(async () => ((await isAlive(grandchild)) ? undefined : true));
  assert.equal((await run([node, '--version'], { cwd, signal: stop.signal })).ended, 'cancelled');
});

test('programs are found on the PATH and in further folders', async () => {
  assert.notEqual(await findProgram(process.platform === 'win32' ? 'cmd' : 'sh'), undefined);
  assert.equal(await findProgram('there-is-no-such-program'), undefined);
  assert.equal(await findProgram('there-is-no-such-program', [tmpdir()]), undefined);
});

test('lines arrive whole, however the text is cut', () => {
  const lines: string[] = [];
  const writer = lineWriter((line) => lines.push(line));
  for (const piece of ['a', 'b\nc', '\n\n', 'rest']) writer.write(piece);
  assert.deepEqual(lines, ['ab\n', 'c\n', '\n']);
  writer.end();
  assert.deepEqual(lines, ['ab\n', 'c\n', '\n', 'rest']);
});

/** A killed process that nobody has waited for yet is still there, as a zombie. */
async function isAlive(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return !status.includes(') Z ');
}

async function until<T>(probe: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    await sleep(20);
  }
}

test(
  'a program may be given time to end in good order',
  { skip: process.platform === 'win32' },
  async (t) => {
    const cwd = await folder(t);
    const script = (end: string): readonly string[] => [
      node,
      '-e',
      `process.on('SIGTERM', () => { console.log('ending'); ${end} }); console.log('ready'); setInterval(() => {}, 1000);`,
    ];
    for (const [end, graceMs] of [
      ['process.exit(0)', 60_000],
      ['', 50],
    ] as const) {
      const stop = new AbortController();
      const { ended, stdout } = await run(script(end), {
        cwd,
        signal: stop.signal,
        graceMs,
        write: (text) => {
          if (text.includes('ready')) stop.abort();
        },
      });
      assert.deepEqual([ended, stdout], ['cancelled', 'ready\nending\n']);
    }
  },
);
