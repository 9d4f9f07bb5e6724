import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { commands } from '../../extension/cli/commands.ts';
import { hotplug, temporaryFolder } from './cli-process.ts';

void test('the help names every command, and every command has its own', async () => {
  const { code, stdout } = await hotplug('--help');
  assert.equal(code, 0);
  for (const { name, summary } of commands)
    assert.match(stdout, new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'm'));
  const results = await Promise.all(commands.map(({ name }) => hotplug(name, '--help')));
  for (const [index, { code: own, stdout: text }] of results.entries()) {
    assert.equal(own, 0);
    assert.equal(text, commands[index]?.help);
  }
});

void test('a wrong use ends with 2, two lines and no stack', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'hotplug.json'), '{ "name": }');
  const cases: readonly [readonly string[], RegExp][] = [
    [['fly'], /^error: "fly" is not a command/],
    [['new'], /<contract> is missing/],
    [['new', 'streamkit', 'cobol', 'gain', '--in', folder], /no streamkit template for the language "cobol"/],
    [['new', 'streamkit', 'c', 'Gain', '--in', folder], /starts with a small letter/],
    [['build', '--fast'], /Unknown option '--fast'/],
    [['build', join(folder, 'missing')], /missing does not exist/],
    [['build', folder], /hotplug\.json, line 1, column 11: not valid JSON: a value is missing/],
    [['watch', import.meta.dirname], /is not a plugin project that Hotplug knows/],
    [['run', folder, '--seconds', 'soon'], /--seconds must be a number/],
    [['run', folder, '--params', '{"gain":'], /--params, line 1, column 9: not valid JSON/],
    [['inspect', folder], /is a folder/],
    [['inspect', join(folder, 'missing.wasm')], /missing\.wasm does not exist/],
  ];
  for (const [argv, expected] of cases) {
    const { code, stdout, stderr } = await hotplug(...argv);
    assert.equal(code, 2, stderr);
    assert.equal(stdout, '');
    assert.match(stderr, expected);
    assert.match(stderr, /^error: .*\n {2}what to do: .*\n$/);
  }
  assert.deepEqual(await readdir(folder), ['hotplug.json']);
});

void test('with --json an error is an object on stdout', async () => {
  const { code, stdout, stderr } = await hotplug('build', '/no/such/folder', '--json');
  assert.equal(code, 2);
  const { ok, error } = JSON.parse(stdout) as { ok: boolean; error: { message: string; advice: string } };
  assert.equal(ok, false);
  assert.match(error.message, /no.such.folder/);
  assert.ok(stderr.includes(error.advice));
});

void test('new makes a project, once', async (t) => {
  const folder = await temporaryFolder(t);
  const { code, stdout } = await hotplug(
    'new',
    'streamkit',
    'javascript',
    'my-gain',
    '--in',
    folder,
    '--json',
  );
  assert.equal(code, 0);
  const made = JSON.parse(stdout) as { ok: boolean; folder: string; files: readonly string[] };
  assert.deepEqual([made.ok, made.folder], [true, join(folder, 'my-gain')]);
  assert.ok(made.files.includes('hotplug.json'));
  const again = await hotplug('new', 'streamkit', 'javascript', 'my-gain', '--in', folder);
  assert.equal(again.code, 2);
  assert.match(again.stderr, /already exists/);
});

void test('doctor says of each tool whether it is there, or how to install it', async () => {
  const { code, stdout, stderr } = await hotplug('doctor', '--json');
  const { ok, languages } = JSON.parse(stdout) as {
    ok: boolean;
    languages: readonly {
      language: string;
      complete: boolean;
      tools: readonly { name: string; found: boolean; install: readonly string[] }[];
    }[];
  };
  assert.equal(code, ok ? 0 : 1);
  assert.equal(
    ok,
    languages.some(({ complete }) => complete),
  );
  assert.deepEqual(languages.map(({ language }) => language).sort(), ['c', 'javascript', 'rust']);
  for (const { tools, complete } of languages) {
    assert.equal(
      complete,
      tools.every(({ found }) => found),
    );
    for (const { name, found, install } of tools) {
      assert.ok(stderr.includes(name), name);
      assert.ok(found || install.length > 0, name);
    }
  }
});
