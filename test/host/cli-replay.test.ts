/** Recordings as tests: what a user sees of `hotplug test` and `hotplug replay`. */
import assert from 'node:assert/strict';
import { copyFile, cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import test, { before, type TestContext } from 'node:test';
import type { TestResult } from '../../extension/cli/tests.ts';
import type { LanguageId } from '../../extension/project/project.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import { livesOf } from '../../extension/replay/lives.ts';
import type { ReplayReport } from '../../extension/replay/types.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { root } from '../../scripts/paths.ts';
import { hotplug, Hotplug, temporaryFolder } from './cli-process.ts';
import { missingTools } from '../../extension/toolchains/install.ts';

const fixture = join(root, 'test', 'fixtures', 'rust-plugin');
// Dependencies take a minute to build; the test plugin has the same ones.
process.env['CARGO_TARGET_DIR'] = join(fixture, 'target');

before(async () => {
  await buildInterpreters();
});

/** A new project; undefined after skipping the test because a tool is missing. */
async function newProject(t: TestContext, language: LanguageId): Promise<string | undefined> {
  const missing = missingTools(await toolchains[language].tools(undefined));
  if (missing.length > 0 && language !== 'javascript') {
    t.skip(`${language}: ${missing.map(({ name }) => name).join(', ')} not found`);
    return undefined;
  }
  const parent = await temporaryFolder(t);
  const { folder } = await scaffold({ contract: 'streamkit', language, name: 'my-own', parent });
  if (language === 'rust') await copyFile(join(fixture, 'Cargo.lock'), join(folder, 'Cargo.lock'));
  return folder;
}

async function javascript(t: TestContext): Promise<string> {
  const folder = await newProject(t, 'javascript');
  assert.ok(folder !== undefined);
  return folder;
}

async function replace(file: string, find: string, replacement: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  assert.ok(text.includes(find), find);
  await writeFile(file, text.replace(find, replacement));
}

interface TestOutput {
  readonly ok: boolean;
  readonly tests: readonly TestResult[];
  readonly error?: { readonly message: string; readonly advice: string };
}

const factors: Readonly<Record<LanguageId, { file: string; find: string; replace: string }>> = {
  javascript: { file: 'src/plugin.js', find: 'this.gainDb / 20', replace: 'this.gainDb / 10' },
  typescript: { file: 'src/plugin.ts', find: 'this.gainDb / 20', replace: 'this.gainDb / 10' },
  rust: { file: 'src/lib.rs', find: 'self.gain_db.get() / 20.0', replace: 'self.gain_db.get() / 10.0' },
  c: { file: 'src/plugin.c', find: 'gain_db / 20.0f', replace: 'gain_db / 10.0f' },
  go: {
    file: 'export_streamkit_plugin_node/plugin.go',
    find: 'node.gainDb/20',
    replace: 'node.gainDb/10',
  },
  python: { file: 'src/node.py', find: 'self.gain_db / 20', replace: 'self.gain_db / 10' },
};

for (const language of ['javascript', 'typescript', 'rust', 'c', 'go', 'python'] as const) {
  void test(`${language}: a new project passes its test, and fails it when it does something else`, async (t) => {
    const folder = await newProject(t, language);
    if (folder === undefined) return;
    const good = await hotplug('test', folder);
    assert.equal(good.code, 0, good.stdout + good.stderr);
    assert.match(good.stdout, /^PASS gain: same, 7 events \(\d+ ms\)$/m);
    assert.ok(good.stdout.endsWith('1 passed, 0 failed\n'));

    const change = factors[language];
    await replace(join(folder, change.file), change.find, change.replace);
    const bad = await hotplug('test', folder);
    assert.equal(bad.code, 1, bad.stdout + bad.stderr);
    assert.match(bad.stdout, /^FAIL gain: 4 of 7 events differ \(\d+ ms\)$/m);
    assert.ok(
      bad.stdout.includes('\n  event 7 (in)\n    send-output packet.samples[0]: expected 7.5, actual 75\n'),
    );
    assert.ok(bad.stdout.endsWith('0 passed, 1 failed\n'));

    const accepted = await hotplug('test', folder, '--accept', '--no-build');
    assert.equal(accepted.code, 0, accepted.stdout + accepted.stderr);
    assert.match(accepted.stdout, /^ACCEPTED gain /m);
    assert.deepEqual(await readdir(join(folder, 'recordings')), ['gain.hotplug.mcap']);
    const after = await hotplug('test', folder, '--no-build');
    assert.equal(after.code, 0, after.stdout + after.stderr);
  });
}

void test('a recording of run is a test, whichever mode it was built in', async (t) => {
  const folder = await javascript(t);
  const events = join(folder, 'samples', 'events.jsonl');
  const file = join(folder, 'recordings', 'more.hotplug.mcap');
  const run = await hotplug('run', folder, '--input', events, '--record', file);
  assert.equal(run.code, 0, run.stdout + run.stderr);
  const { code, stdout } = await hotplug('test', folder, '--recording', 'more', '--json');
  assert.equal(code, 0, stdout);
  const { ok, tests } = JSON.parse(stdout) as TestOutput;
  assert.deepEqual(
    [ok, tests.map(({ name, ok }) => [name, ok]), tests[0]?.reports[0]?.events],
    [true, [['more', true]], { total: 3, same: 3, different: 0, notReplayed: 0 }],
  );
});

void test('with --json there are the reports and the texts of what differs', async (t) => {
  const folder = await javascript(t);
  await cp(join(folder, 'recordings', 'gain.hotplug.mcap'), join(folder, 'recordings', 'twice.hotplug.mcap'));
  await writeFile(join(folder, 'recordings', 'broken.hotplug.mcap'), 'no recording');
  const change = factors.javascript;
  await replace(join(folder, change.file), change.find, change.replace);
  const junit = join(folder, 'junit.xml');
  const { code, stdout } = await hotplug('test', folder, '--json', '--junit', junit);
  assert.equal(code, 2, stdout);
  const { ok, tests } = JSON.parse(stdout) as TestOutput;
  assert.equal(ok, false);
  assert.deepEqual(
    tests.map((one) => [one.name, one.ok, one.events.map(({ event, pin }) => `${event} ${pin ?? ''}`)]),
    [
      ['broken', false, []],
      ['gain', false, ['1 in', '3 in', '5 in', '7 in']],
      ['twice', false, ['1 in', '3 in', '5 in', '7 in']],
    ],
  );
  const [broken, gain] = tests;
  assert.match(broken?.error?.message ?? '', /broken\.hotplug\.mcap is not a recording/);
  const last = gain?.events.at(-1);
  assert.match(last?.expected ?? '', /samples: \[7\.5\]/);
  assert.match(last?.actual ?? '', /samples: \[75\]/);
  assert.equal(last?.text, 'send-output packet.samples[0]: expected 7.5, actual 75');
  const xml = await readFile(junit, 'utf8');
  assert.ok(xml.includes('<testsuite name="my-own" tests="3" failures="2" errors="1"'), xml);
});

void test('nothing is accepted that ends the plugin before the recording does', async (t) => {
  const folder = await javascript(t);
  const file = join(folder, 'recordings', 'gain.hotplug.mcap');
  const before = await readFile(file);
  await replace(
    join(folder, 'src', 'plugin.js'),
    'const { samples } = packet.val;',
    "const { samples } = packet.val; if (this.packets === 2) throw new Error('out of paint');",
  );
  const bad = await hotplug('test', folder);
  assert.equal(bad.code, 1, bad.stdout + bad.stderr);
  assert.match(bad.stdout, /^FAIL gain: ended with an error at event 3; 4 events not replayed/m);
  assert.match(bad.stdout, /out of paint/);
  const { code, stdout } = await hotplug('test', folder, '--accept', '--no-build');
  assert.equal(code, 2, stdout);
  assert.match(stdout, /4 events after it would be lost/);
  assert.deepEqual(await readFile(file), before);
  assert.deepEqual(await readdir(join(folder, 'recordings')), ['gain.hotplug.mcap']);
});

void test('every life of a recording is tested, and accepted', async (t) => {
  const folder = await javascript(t);
  const file = join(folder, 'recordings', 'gain.hotplug.mcap');
  await rm(file);
  const dev = new Hotplug([
    'dev',
    folder,
    '--record',
    file,
    '--input',
    join(folder, 'samples', 'events.jsonl'),
  ]);
  t.after(() => dev.child.kill('SIGKILL'));
  let at = await dev.prints('plugin::wasm::my-own: Running');
  at = await dev.prints(/send-output[^]*send-output[^]*send-output/, at);
  await replace(join(folder, 'src', 'plugin.js'), 'this.gainDb / 20', 'this.gainDb / 10');
  await dev.prints('reloaded', at);
  dev.child.kill('SIGINT');
  assert.equal((await dev.ended).code, 0);
  using recorded = await openRecording(file);
  assert.ok(livesOf(recorded).some(({ events }) => events.length === 3));
  const { code, stdout } = await hotplug('test', folder, '--json');
  assert.equal(code, 1, stdout);
  const [result] = (JSON.parse(stdout) as TestOutput).tests;
  assert.equal(result?.reports.length, livesOf(recorded).filter(({ events }) => events.length > 0).length);
  assert.equal((await hotplug('test', folder, '--accept', '--no-build')).code, 0);
  assert.equal((await hotplug('test', folder, '--no-build')).code, 0);
});

interface ReplayOutput {
  readonly ok: boolean;
  readonly reports: readonly ReplayReport[];
}

void test('replay finds the project of a recording, and takes others', async (t) => {
  const folder = await javascript(t);
  const file = join(folder, 'recordings', 'gain.hotplug.mcap');
  const same = await hotplug('replay', file);
  assert.equal(same.code, 0, same.stdout + same.stderr);
  assert.match(same.stdout, /^gain\.hotplug\.mcap: same, 7 events$/m);
  const { code, stdout } = await hotplug('replay', file, '--json', '--set', '7:packet.samples=[0.5, 0.25]');
  assert.equal(code, 1, stdout);
  const { ok, reports } = JSON.parse(stdout) as ReplayOutput;
  assert.deepEqual([ok, reports[0]?.events.different, reports[0]?.events.same], [false, 1, 6]);
  assert.deepEqual(
    reports[0]?.differences.map(({ event, path, expected, actual }) => [event, path, expected, actual]),
    [
      [7, 'packet.samples.length', '1', '2'],
      [7, 'packet.samples[0]', '7.5', '5'],
    ],
  );
  const elsewhere = join(folder, 'elsewhere');
  await mkdir(elsewhere);
  await cp(file, join(elsewhere, 'copy.hotplug.mcap'));
  const some = await hotplug(
    'replay',
    join(elsewhere, 'copy.hotplug.mcap'),
    '--against',
    folder,
    '--events',
    '2',
  );
  assert.equal(some.code, 0, some.stdout + some.stderr);
  assert.match(some.stdout, /The first 2 of 7 events were replayed/);
});

void test('what cannot be replayed ends with 2 and says what to do', async (t) => {
  const folder = await javascript(t);
  const file = join(folder, 'recordings', 'gain.hotplug.mcap');
  const empty = join(folder, 'recordings', 'empty.hotplug.mcap');
  const run = await hotplug(
    'run',
    folder,
    '--development',
    '--seconds',
    '0.1',
    '--input',
    join(folder, 'none.jsonl'),
  );
  assert.equal(run.code, 2);
  await writeFile(join(folder, 'none.jsonl'), '');
  await hotplug('run', folder, '--development', '--input', join(folder, 'none.jsonl'), '--record', empty);
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['replay', join(folder, 'nothing.mcap')], /nothing\.mcap does not exist/],
    [['replay', join(folder, 'samples', 'tone.wav'), '--against', folder], /tone\.wav is not a recording/],
    [['replay', empty], /has no events/],
    [['replay', file, '--plugin', 'other'], /no plugin "other".*\n.*It has my-own/],
    [['replay', file, '--life', '3'], /no life 3/],
    [['replay', file, '--life', '1.5'], /--life must be a whole number/],
    [['replay', file, '--unrecorded', 'maybe'], /--unrecorded must be one of stop, default, live/],
    [['replay', file, '--set', 'packet=1'], /is not EVENT:FIELD=WAVE/],
    [['replay', file, '--set', '99:packet.text="x"'], /no event 99.*\n.*1 to 7/],
    [['replay', file, '--set', '1:packet.nothing=1'], /no field "packet\.nothing"/],
    [['replay', file, '--set', '1:packet.samples=loud'], /event 1, packet\.samples = loud: .*expected/],
    [
      ['replay', file, '--against', join(root, 'vendor', 'wasi_snapshot_preview1.reactor.wasm')],
      /core module/,
    ],
    [['replay', file, '--against', join(folder, 'samples')], /is not a plugin project/],
    [['test', folder, '--recording', 'other'], /no recording "other".*\n.*It has empty, gain/],
    [['test', join(folder, 'samples')], /is not a plugin project/],
  ];
  for (const [argv, message] of wrong) {
    const { code, stdout, stderr } = await hotplug(...argv);
    assert.equal(code, 2, `${argv.join(' ')}\n${stdout}${stderr}`);
    assert.match(stderr, message, argv.join(' '));
    assert.match(stderr, /^ {2}what to do: \S/m);
  }
  await rm(join(folder, 'recordings'), { recursive: true });
  const none = await hotplug('test', folder);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /has no recordings to test with\n.*hotplug run --development --record/);
  await replace(
    join(folder, 'src', 'plugin.js'),
    'const { samples } = packet.val;',
    'const { samples = packet.val;',
  );
  await mkdir(join(folder, 'recordings'));
  await cp(join(root, 'templates', 'streamkit', 'javascript', 'recordings'), join(folder, 'recordings'), {
    recursive: true,
  });
  assert.equal((await hotplug('test', folder)).code, 1);
});
