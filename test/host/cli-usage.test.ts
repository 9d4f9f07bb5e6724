import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { commands } from '../../extension/cli/commands.ts';
import { languageIds } from '../../extension/project/languages.ts';
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
    [['run', folder, '--event', '{"pin":'], /--event, line 1, column 8: not valid JSON/],
    [['run', folder, '--event', '[1]'], /--event: is not an object/],
    [['run', folder, '--event', '{}', '--input', 'tone.wav'], /--event and --input at once/],
    [['run', folder, '--event', '{}', '--call', 'echo'], /--event and --call at once/],
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

interface Told {
  readonly ok: boolean;
  readonly hotplug: readonly ToolTold[];
  readonly languages: readonly {
    readonly language: string;
    readonly complete: boolean;
    readonly tools: readonly ToolTold[];
  }[];
}

interface ToolTold {
  readonly name: string;
  readonly found: boolean;
  readonly optional?: boolean;
  readonly neededBy: string;
  readonly install: readonly { readonly on: string; readonly command: string }[];
}

void test('doctor says of each tool whether it is there, what for, and how to install it', async () => {
  const { code, stdout, stderr } = await hotplug('doctor', '--json');
  const { ok, hotplug: own, languages } = JSON.parse(stdout) as Told;
  assert.equal(code, ok ? 0 : 1);
  assert.equal(
    ok,
    languages.some(({ complete }) => complete),
  );
  assert.deepEqual(languages.map(({ language }) => language).sort(), [...languageIds].sort());
  assert.deepEqual(
    own.map(({ name, found }) => [name, found]),
    [['Node', true]],
  );
  for (const { tools, complete } of languages) {
    assert.equal(
      complete,
      tools.every(({ found, optional }) => found || optional === true),
    );
    for (const { name, found, neededBy, install } of tools) {
      assert.ok(stderr.includes(`${name}: `), name);
      assert.ok(stderr.includes(`      for ${neededBy}`), name);
      for (const { command } of install) if (!found) assert.ok(command.length > 0, name);
      assert.ok(found || install.length > 0, name);
    }
  }
});

void test('doctor --all has the commands of every system', async () => {
  const { stdout } = await hotplug('doctor', '--all');
  for (const [where, command] of [
    [' \\(Debian and Ubuntu\\)', 'sudo apt-get install -y clang-19'],
    [' \\(macOS\\)', 'brew install zig'],
    [' \\(Windows\\)', 'winget install zig\\.zig'],
    ['', 'rustup target add wasm32-wasip2'],
  ])
    assert.match(stdout, new RegExp(`^ {6}(?:install it with|or with)${where ?? ''}: ${command ?? ''}`, 'm'));
});
