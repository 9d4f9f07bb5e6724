/** Plugins of a WIT of one's own from the command line. */
import assert from 'node:assert/strict';
import { copyFile, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import test, { before, type TestContext } from 'node:test';
import { root } from '../../scripts/paths.ts';
import { hotplug, temporaryFolder } from './cli-process.ts';
import { buildFixture, missingForRust } from './custom-plugins.ts';

const skip = (await missingForRust()) ?? false;
const wit = join(root, 'test', 'fixtures', 'custom', 'everything', 'wit');
let plugin = '';
let changed = '';

before(async () => {
  if (skip !== false) return;
  plugin = await buildFixture('everything');
  changed = await buildFixture('everything', 'changed');
});

test('one export of a component is called, and what it gives is printed', { skip }, async () => {
  const called = await hotplug('run', plugin, '--call', 'exercise', '--args', '"my"', '--args', '0');
  assert.equal(
    called.stdout,
    'ok(["copied 0", "merged 0", "painted None", "count 0", "notified false"])\n',
    called.stderr,
  );
  assert.equal(called.code, 0);
  const negative = await hotplug('run', plugin, '--call', 'longs', '--args', '5', '--args=-3', '--json');
  const { ok, name, result } = JSON.parse(negative.stdout) as Record<string, unknown>;
  assert.deepEqual([ok, name, result], [true, 'example:everything/echo@1.2.0#longs', '(5, -3)']);
});

test('a call that is wrong, and one that fails, are said to be', { skip }, async () => {
  const wrong = await hotplug('run', plugin, '--call', 'longs', '--args', 'five', '--args', '1');
  assert.equal(wrong.code, 2);
  assert.match(
    wrong.stdout + wrong.stderr,
    /"args\[0\]" \(a: u32\): Column 1: expected a whole number from 0 to 4294967295, found "five"/,
  );
  const trapped = await hotplug('run', plugin, '--call', 'panic-now', '--args', '"at last"');
  assert.equal(trapped.code, 1);
  assert.match(trapped.stdout, /panic-now panicked: at last/);
  const gone = await hotplug('run', plugin, '--call', 'counter.value', '--args', 'counter#1');
  assert.equal(gone.code, 1);
  assert.match(gone.stdout, /failed: the plugin has no counter#1; there is none now/);
});

test('a component of any world is inspected with its functions', { skip }, async () => {
  const { code, stdout } = await hotplug('inspect', plugin);
  assert.equal(code, 0);
  assert.match(stdout, /^ +contract +Your own WIT \(custom\)$/m);
  assert.match(stdout, /example:everything\/echo@1\.2\.0#shapes\(v: shape\) -> shape$/m);
  assert.match(stdout, /^ +imports +notify\(message: string, urgent: bool\) -> bool$/m);
});

/** A project whose builds are copies of a component. */
async function project(t: TestContext, component: string): Promise<string> {
  const folder = await temporaryFolder(t);
  await cp(wit, join(folder, 'wit'), { recursive: true });
  await mkdir(join(folder, 'recordings'));
  await copyFile(component, join(folder, 'made.wasm'));
  const copy = [process.execPath, '-e', "fs.copyFileSync('made.wasm', 'plugin.wasm')"];
  const config = {
    name: 'mine',
    contract: 'custom',
    language: 'rust',
    build: { development: copy, release: copy },
    artifact: { development: 'plugin.wasm', release: 'plugin.wasm' },
    host: { stub: 'host.js', answers: { count: ['3'] } },
  };
  await writeFile(join(folder, 'hotplug.json'), JSON.stringify(config));
  await writeFile(join(folder, 'host.js'), "export const notify = (message) => message === 'done';\n");
  return folder;
}

test(
  'a project is run with calls, recorded, tested, and fails its tests where it differs',
  { skip },
  async (t) => {
    const folder = await project(t, plugin);
    const calls = [
      { call: 'exercise', args: ['"my"', '0'] },
      { call: 'longs', args: ['7', '7'] },
      { call: 'counter.constructor', args: ['5'] },
      { call: 'counter.increment', args: ['counter#1', '1'] },
    ];
    const file = join(folder, 'calls.jsonl');
    await writeFile(file, calls.map((call) => `${JSON.stringify(call)}\n`).join(''));
    const record = join(folder, 'recordings', 'mine.hotplug.mcap');
    const ran = await hotplug('run', folder, '--development', '--input', file, '--record', record);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    assert.match(
      ran.stdout,
      /^exercise → ok\(\["copied 0", "merged 0", "painted None", "count 3", "notified true"\]\)$/m,
    );
    assert.match(ran.stdout, /^example:everything\/counters@1\.2\.0#counter\.increment → 6$/m);
    assert.match(ran.stdout, /^4 events/m);

    const same = await hotplug('test', folder);
    assert.equal(same.code, 0, same.stdout + same.stderr);
    assert.match(same.stdout, /PASS mine: same, 4 events/);

    await copyFile(changed, join(folder, 'made.wasm'));
    const differs = await hotplug('test', folder);
    assert.equal(differs.code, 1, differs.stdout);
    assert.match(differs.stdout, /FAIL mine: 2 of 4 events differ/);
    assert.match(differs.stdout, /echo@1\.2\.0#longs gives another result\[0\]: expected 7, actual 8/);

    await copyFile(plugin, join(folder, 'made.wasm'));
    const edited = await hotplug('replay', record, '--against', folder, '--set', '2:a=41');
    assert.match(
      edited.stdout,
      /longs gives another result\[0\]: expected 7, actual 41/,
      edited.stdout + edited.stderr,
    );
  },
);

test('a new project for a WIT has its world, calls and configuration', { skip }, async (t) => {
  const parent = await temporaryFolder(t);
  const made = await hotplug('new', 'custom', 'rust', 'mine', '--wit', wit, '--in', parent);
  assert.equal(made.code, 0, made.stdout + made.stderr);
  const config = JSON.parse(await readFile(join(parent, 'mine', 'hotplug.json'), 'utf8')) as unknown;
  assert.deepEqual(config, {
    name: 'mine',
    contract: 'custom',
    language: 'rust',
    input: { kind: 'jsonl', file: 'calls.jsonl' },
  });
  assert.equal(
    await readFile(join(parent, 'mine', 'wit', 'everything.wit'), 'utf8'),
    await readFile(join(wit, 'everything.wit'), 'utf8'),
  );
  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [['custom', 'rust', 'other'], /A project for your own WIT needs the WIT/],
    [['custom', 'rust', 'other', '--wit', join(parent, 'nowhere')], /nowhere/],
    [['custom', 'rust', 'other', '--wit', wit, '--world', 'nothing'], /has no world "nothing"/],
    [['custom', 'cobol', 'other', '--wit', wit], /no custom template for the language "cobol"/],
    [['streamkit', 'rust', 'other', '--wit', wit], /has a WIT of its own/],
  ];
  for (const [argv, message] of refused) {
    const { code, stdout, stderr } = await hotplug('new', ...argv, '--in', parent);
    assert.equal(code, 2);
    assert.match(stdout + stderr, message);
  }
});
