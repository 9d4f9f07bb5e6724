import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { assetPath } from '../../extension/assets.ts';
import { LiveRecording } from '../../extension/recording/live.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { root } from '../../scripts/paths.ts';
import { hotplug, temporaryFolder } from './cli-process.ts';

const recording = join(root, 'templates', 'streamkit', 'c', 'recordings', 'gain.hotplug.mcap');

interface Shown {
  readonly ok: boolean;
  readonly rows: readonly {
    readonly kind: string;
    readonly event: number;
    readonly name: string;
    readonly time: number;
  }[];
  readonly stats?: { readonly functions: readonly { readonly name: string; readonly count: number }[] };
  readonly imported?: { readonly format: string };
  readonly truncatedAt?: number;
}

async function json(...argv: readonly string[]): Promise<Shown> {
  const { code, stdout, stderr } = await hotplug('view', ...argv, '--json');
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Shown;
}

void test('a recording is printed row by row', async () => {
  const { code, stdout, stderr } = await hotplug('view', recording);
  assert.equal(code, 0, stderr);
  const lines = stdout.trimEnd().split('\n');
  assert.match(lines[0] ?? '', /^ +time \(ms\) +plugin +kind +name +took +summary$/);
  const { rows } = await json(recording);
  assert.equal(lines.length, rows.length + 2);
  assert.equal(lines.at(-1), `${rows.length} rows`);
  assert.match(stdout, /effect +send-output +out ← audio 8 samples/);
  const narrow = await hotplug('view', recording, '--width', '60');
  for (const line of narrow.stdout.split('\n')) assert.ok(line.length <= 60, line);
});

void test('filter, stretch and event choose rows', async () => {
  const all = await json(recording);
  const calls = await json(recording, '--filter', 'kind:call fn:process');
  assert.deepEqual(new Set(calls.rows.map(({ kind, name }) => `${kind} ${name}`)), new Set(['call process']));
  const event = await json(recording, '--event', '2');
  assert.ok(event.rows.length > 1 && event.rows.every((row) => row.event === 2));
  const [from, to] = [all.rows[5]?.time ?? 0, all.rows[8]?.time ?? 0];
  const stretch = await json(recording, '--from', `${from}`, '--to', `${to}ms`, '--filter=-kind:log');
  assert.ok(stretch.rows.length >= 2 && stretch.rows.length < all.rows.length);
  assert.ok(stretch.rows.every(({ time }) => time >= from && time <= to));
  const { stdout } = await hotplug('view', recording, '--filter', 'kind:event');
  assert.match(stdout, new RegExp(`\n6 of ${all.rows.length} rows|\n\\d+ of ${all.rows.length} rows`));
});

void test('the rows of an event stand below it', async () => {
  const { stdout } = await hotplug('view', recording, '--grouped');
  assert.match(stdout, /event {6}in .*\n.*effect {7}send-output .*\n.*call {9}process /);
  const flat = await json(recording);
  const grouped = await json(recording, '--grouped');
  assert.equal(grouped.rows.length, flat.rows.length);
});

void test('figures are at the end', async () => {
  const { stats } = await json(recording, '--stats');
  assert.equal(stats?.functions.find(({ name }) => name === 'process')?.count, 6);
  const { stdout } = await hotplug('view', recording, '--stats');
  assert.match(stdout, /count +failed +total +self +p50 +p95 +p99 +longest +kind +function\n/);
});

void test('what a plugin wrote does nothing to the terminal', async (t) => {
  const path = join(await temporaryFolder(t), 'odd.hotplug.mcap');
  using made = new LiveRecording({ path, contract: 'streamkit', startedAt: 0 });
  const limits = { memoryBytes: 0, deadlineMs: 0 };
  made.addPlugin({ name: 'bad\u001b[2Jname', contract: 'streamkit', language: 'rust', limits });
  made.append(0, RecordKind.output, 'stdout', 1, 0, 0, Buffer.from('\u001b]0;title\u0007\r\u009bx\u202e'));
  made.close();
  const { stdout, code } = await hotplug('view', path);
  assert.equal(code, 0);
  // eslint-disable-next-line no-control-regex -- They are what must not be there.
  assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  assert.match(stdout, /bad␛\[2Jname/);
});

void test('a file that was cut off is shown up to the cut, one that is none is refused', async (t) => {
  const folder = await temporaryFolder(t);
  const whole = await readFile(recording);
  const cut = join(folder, 'cut.mcap');
  await writeFile(cut, whole.subarray(0, whole.length - 40));
  const shown = await json(cut);
  assert.ok(shown.rows.length > 0 && (shown.truncatedAt ?? 0) > 0);
  assert.match((await hotplug('view', cut)).stdout, /was cut off; this is what is there up to byte \d+\./);
  const text = join(folder, 'text.mcap');
  await writeFile(text, 'nothing of ours');
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[text], /is not a recording/],
    [[join(folder, 'missing')], /cannot be opened/],
    [[recording, '--filter', 'kidn:call'], /--filter, character 1: There is no field "kidn"/],
    [[recording, '--from', 'soon'], /--from must be a time/],
    [[recording, '--from', '2s', '--to', '1s'], /is later than/],
    [[], /<recording> is missing/],
  ];
  for (const [argv, said] of cases) {
    const { code, stdout, stderr } = await hotplug('view', ...argv);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, said);
    assert.match(stderr, /^error: .*\n {2}what to do: .*\n$/);
  }
  const refused = await hotplug('view', recording, '--filter', 'kidn:call', '--json');
  assert.equal((JSON.parse(refused.stdout) as Shown).ok, false);
});

void test('traces of other tools are shown the same way', async (t) => {
  const path = join(await temporaryFolder(t), 'profile');
  const events = [
    { ph: 'M', name: 'process_name', pid: 1, args: { name: 'Browser' } },
    { ph: 'X', name: 'parse', pid: 1, tid: 1, ts: 1000, dur: 500, args: { file: 'a.js' } },
    { ph: 'X', name: 'timeless', pid: 1, tid: 1 },
  ];
  await writeFile(path, gzipSync(JSON.stringify({ traceEvents: events })));
  const { stdout, code } = await hotplug('view', path);
  assert.equal(code, 0);
  assert.match(stdout, /Browser +call +parse +0\.500 ms +file: "a\.js"\n/);
  assert.match(stdout, /Imported from trace event JSON: it can be looked at, not replayed\.\n/);
  assert.match(stdout, /Events without a time \("ts"\) are left out: 1 \(event 3\)\./);
  assert.equal((await json(path)).imported?.format, 'trace event JSON');
});

void test('who reads a part of it has had enough', async (t) => {
  const path = join(await temporaryFolder(t), 'long.hotplug.mcap');
  using made = new LiveRecording({ path, contract: 'streamkit', startedAt: 0 });
  const limits = { memoryBytes: 0, deadlineMs: 0 };
  made.addPlugin({ name: 'gain', contract: 'streamkit', language: 'rust', limits });
  const line = Buffer.from('x'.repeat(100));
  for (let time = 0; time < 20_000; time++) made.append(0, RecordKind.output, 'stdout', time, 0, 0, line);
  made.close();
  const child = spawn(process.execPath, [assetPath('extension', 'cli', 'main.ts'), 'view', path], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  // One that fails at once prints nothing.
  await Promise.race([once(child.stdout, 'data'), ended]);
  child.stdout.destroy();
  const [code] = await ended;
  assert.deepEqual([code, said], [0, '']);
});
