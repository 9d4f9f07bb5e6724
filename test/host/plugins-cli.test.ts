import assert from 'node:assert/strict';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { hotplug, temporaryFolder } from './cli-process.ts';
import { coreModule, makeByteSource, makeParser } from './plugins-made.ts';

interface Told {
  readonly ok: boolean;
  readonly plugins: readonly {
    readonly name: string;
    readonly kind: string;
    readonly state: string;
    readonly reason?: string;
    readonly title: string;
    readonly pluginVersion?: string;
    readonly schemas: readonly { readonly id: string; readonly inputType: unknown }[];
    readonly columns?: { readonly columns: readonly { readonly caption: string }[] };
    readonly permissions: readonly { readonly name: string }[];
    readonly log: readonly { readonly text: string }[];
  }[];
}

async function told(code: number, ...argv: readonly string[]): Promise<Told> {
  const ended = await hotplug('plugins', ...argv, '--json');
  assert.equal(ended.code, code, ended.stderr);
  return JSON.parse(ended.stdout) as Told;
}

void test('really built plugins are added, listed, replaced, disabled, removed and brought back', async (t) => {
  const home = await temporaryFolder(t);
  const made = await temporaryFolder(t);
  const at = (name: string): string => join(made, name);
  const where = ['--home', home] as const;
  await writeFile(at('lines.wasm'), await makeParser());
  await writeFile(at('lines.toml'), 'title = "Lines"');
  await writeFile(at('reader.wasm'), await makeByteSource());
  await told(0, 'add', at('lines.wasm'), ...where);
  await told(0, 'add', at('reader.wasm'), ...where);
  const { plugins } = await told(0, 'list', ...where);
  const [lines, reader] = plugins;
  assert.deepEqual(
    plugins.map(({ kind, name, state, title, pluginVersion }) => [kind, name, state, title, pluginVersion]),
    [
      ['parser', 'lines', 'valid', 'Lines', '1.2.3'],
      // It cannot be started without a file: what it is, it says before that.
      ['bytesource', 'reader', 'valid', 'reader', '0.0.1'],
    ],
  );
  assert.deepEqual(lines?.schemas[1]?.inputType, { tag: 'float', val: 1.5 });
  assert.deepEqual(
    lines.columns?.columns.map(({ caption }) => caption),
    ['Time'],
  );
  assert.ok(lines.permissions.some(({ name }) => name === 'files'));
  assert.ok(lines.log.some(({ text }) => text === 'Reading plugin info from cache'));
  assert.deepEqual(
    reader?.schemas.map(({ id }) => id),
    ['input'],
  );
  const again = await hotplug('plugins', 'add', at('lines.wasm'), ...where);
  assert.equal(again.code, 2);
  assert.match(
    again.stderr,
    /^error: Installed plugin with the same name already exist\. Name: 'lines'\n.*replace/,
  );
  await told(0, 'disable', 'lines', ...where);
  assert.equal((await told(0, 'show', 'lines', ...where)).plugins[0]?.state, 'disabled');
  await told(0, 'remove', 'reader', ...where);
  await told(0, 'undo', ...where);
  await told(0, 'undo', ...where);
  assert.deepEqual(
    (await told(0, 'list', ...where)).plugins.map(({ state }) => state),
    ['valid', 'valid'],
  );
  const { stdout } = await hotplug('plugins', 'cache', ...where);
  assert.match(stdout, /2 plugins known by their hash/);
  assert.equal(
    (await told(0, 'check', 'lines', ...where)).plugins[0]?.log[1]?.text,
    'Metadata file found and load',
  );
  await told(0, 'cache', 'clear', ...where);
  assert.match((await hotplug('plugins', 'cache', ...where)).stdout, /0 plugins known/);
});

void test('each bad plugin is listed with its reason, a hanging one after its deadline', async (t) => {
  const home = await temporaryFolder(t);
  const folder = join(home, '.chipmunk', 'plugins', 'parsers');
  const plugins: Readonly<Record<string, () => Promise<Uint8Array>>> = {
    hangs: () => makeParser({ version: 'for (;;);' }),
    module: coreModule,
    next: () => makeParser({}, (wit) => wit.replaceAll('0.1.0', '0.2.0')),
    none: () => Promise.resolve(Buffer.from('no component')),
    source: makeByteSource,
    stale: () => makeParser({}, (wit) => wit.replaceAll('min-width: u16', 'min-width: u32')),
    'traps-in-columns': () => makeParser({ render: 'throw new Error("no");' }),
    'traps-in-schemas': () => makeParser({ schemas: 'throw new Error("no");' }),
    'traps-in-version': () => makeParser({ version: 'throw new Error("no");' }),
    twice: () =>
      makeParser({
        schemas: `return [1, 2].map(() => ({ id: 'x', title: 'X', inputType: { tag: 'directories' } }));`,
      }),
  };
  for (const [name, make] of Object.entries(plugins)) {
    await mkdir(join(folder, name), { recursive: true });
    const file = join(folder, name, `${name}.wasm`);
    await writeFile(file, await make());
    await utimes(file, 1e9, 1e9);
  }
  const first = await told(1, 'list', '--home', home);
  const expected: readonly (readonly [name: string, state: string, reason: RegExp])[] = [
    ['hangs', 'invalid', /no answer within 5000 ms/],
    ['module', 'invalid', /Validating the plugin while loading failed\. module\.wasm/],
    ['next', 'unsupported', /Plugin version 0\.2\.0 is not supported$/],
    ['none', 'invalid', /Validating the plugin while loading failed\. none\.wasm/],
    ['source', 'invalid', /Invalid plugin type Byte-Source$/],
    ['stale', 'incompatible', /field min-width is u32 instead of u16/],
    ['traps-in-columns', 'invalid', /The plugin fails in metadata/],
    ['traps-in-schemas', 'invalid', /The plugin fails in metadata/],
    ['traps-in-version', 'invalid', /The plugin fails in metadata/],
    ['twice', 'invalid', /^Configuration ID 'x' is duplicated/],
  ];
  const check = ({ plugins: found }: Told): void => {
    assert.deepEqual(
      found.map(({ name, state }) => [name, state]),
      expected.map(([name, state]) => [name, state]),
    );
    for (const [index, [, , reason]] of expected.entries()) assert.match(found[index]?.reason ?? '', reason);
  };
  check(first);
  const second = await told(1, 'list', '--home', home);
  check(second);
  // Nothing of them is compiled or run again.
  const [, , binary] = second.plugins[0]?.log ?? [];
  assert.match(
    binary?.text ?? '',
    /according to cached data\. Error: The plugin fails in metadata: no answer/,
  );
});

void test('a wrong use ends with 2 and changes nothing', async (t) => {
  const home = await temporaryFolder(t);
  const cases: readonly (readonly [argv: readonly string[], message: RegExp])[] = [
    [['fly'], /"fly" is nothing that can be done with plugins/],
    [['show'], /<what> is missing/],
    [['list', 'x'], /"x" is one argument too many/],
    [['cache', 'x'], /"x" is nothing that can be done with the cache/],
    [['list', '--kind', 'x'], /--kind must be one of parser, bytesource/],
    [['remove', 'x'], /There is no plugin x/],
    [['show', 'x'], /There is no plugin x/],
    [['add', join(home, 'x.wasm')], /does not exist/],
    [['undo'], /There is nothing to undo/],
  ];
  for (const [argv, message] of cases) {
    const { code, stderr, stdout } = await hotplug('plugins', ...argv, '--home', home);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
    assert.equal(stdout, '');
  }
  const { stdout, stderr: said, code } = await hotplug('plugins', '--home', home);
  assert.equal(code, 0, said);
  assert.match(stdout, /^No plugins/);
  assert.deepEqual(
    (await readdir(home)).filter((name) => name !== '.cache'),
    ['.chipmunk'],
  );
});
