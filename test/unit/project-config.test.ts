import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { UserError } from '../../extension/errors.ts';
import { languageIds } from '../../extension/project/languages.ts';
import { checkConfig, readConfig } from '../../extension/project/config.ts';
import { temporaryFolder, writeFiles } from './project-fixture.ts';

const folder = join(import.meta.dirname, 'some-project');

function refusal(value: unknown): string {
  try {
    checkConfig(value, folder);
  } catch (error) {
    assert.ok(error instanceof UserError);
    assert.ok(error.advice.length > 0);
    return error.message.replace(join(folder, 'hotplug.json'), 'hotplug.json');
  }
  throw new assert.AssertionError({ message: 'it was accepted' });
}

test('every field is read and paths become absolute, the entry relative', () => {
  const { config, findings } = checkConfig(
    {
      $schema: './hotplug.schema.json',
      name: 'gain',
      contract: 'streamkit',
      language: 'rust',
      entry: 'src/plugin.js',
      build: { development: ['make', 'dev'], release: ['make'] },
      artifact: { development: 'out/dev.wasm', release: 'out/plugin.wasm' },
      watch: { include: ['src/**'], exclude: ['src/generated/**'] },
      params: { gain: 2 },
      input: { kind: 'wav', file: '../shared/tone.wav', pin: 'in', realTime: true, loop: false },
      reload: { state: 'rebuild' },
      record: { redact: ['password', 'packet.data.token'] },
      deadlineMs: 100,
    },
    folder,
  );
  assert.deepEqual(findings, []);
  assert.deepEqual(config.record, { redact: ['password', 'packet.data.token'] });
  assert.equal(config.entry, join('src', 'plugin.js'));
  assert.equal(config.artifact?.release, join(folder, 'out', 'plugin.wasm'));
  assert.deepEqual(config.input, {
    kind: 'wav',
    file: join(folder, '..', 'shared', 'tone.wav'),
    pin: 'in',
    realTime: true,
    loop: false,
  });
  assert.deepEqual(config.build, { development: ['make', 'dev'], release: ['make'] });
  assert.deepEqual(config.params, { gain: 2 });
});

test('a wrong type names the field', () => {
  assert.equal(refusal([]), 'hotplug.json: its content must be an object');
  assert.equal(refusal({ name: '' }), 'hotplug.json: "name" must be a text that is not empty');
  assert.equal(
    refusal({ language: 'cobol' }),
    `hotplug.json: "language" must be one of ${languageIds.map((id) => `"${id}"`).join(', ')}`,
  );
  assert.equal(
    refusal({ build: { release: 'make' } }),
    'hotplug.json: "build.release" must be a list of texts',
  );
  assert.equal(
    refusal({ build: { release: [] } }),
    'hotplug.json: "build.release" must be a list of the program and its arguments',
  );
  assert.equal(
    refusal({ watch: { include: ['src/**', 1] } }),
    'hotplug.json: "watch.include[1]" must be a text that is not empty',
  );
  assert.equal(refusal({ deadlineMs: 0 }), 'hotplug.json: "deadlineMs" must be a number above 0');
  assert.equal(refusal({ input: { file: 'a.wav' } }), 'hotplug.json: "input.kind" must be given');
  assert.equal(refusal({ input: { kind: 'wav' } }), 'hotplug.json: "input.file" must be given');
  assert.equal(
    refusal({ input: { kind: 'wav', file: 'a.wav', loop: 1 } }),
    'hotplug.json: "input.loop" must be true or false',
  );
  assert.equal(
    refusal({ reload: { state: 'keep' } }),
    'hotplug.json: "reload.state" must be one of "fresh", "rebuild"',
  );
});

test('a redaction rule that would do nothing is refused, not ignored', () => {
  const refused = (rule: unknown): string => refusal({ record: { redact: ['password', rule] } });
  assert.equal(refused(''), 'hotplug.json: "record.redact[1]" must be a text that is not empty');
  assert.equal(refused(1), 'hotplug.json: "record.redact[1]" must be a text that is not empty');
  assert.equal(refused('*'), 'hotplug.json: "record.redact[1]": "*" names no field');
  assert.equal(refused('a[3].b'), 'hotplug.json: "record.redact[1]": "a[3].b" has the number of an element');
  assert.equal(
    refused('packet..token'),
    'hotplug.json: "record.redact[1]": Column 7 of "packet..token": expected a name, .name, [0] or ["name"]',
  );
  assert.equal(
    refusal({ record: { redact: 'password' } }),
    'hotplug.json: "record.redact" must be a list of texts',
  );
});

test('hosts and paths are granted as in an Extism manifest', () => {
  const { config, findings } = checkConfig(
    {
      allowedHosts: ['api.example.org', '*.example.org'],
      allowedPaths: { 'ro:data': '/data', '../shared': '/shared' },
    },
    folder,
  );
  assert.deepEqual(findings, []);
  assert.deepEqual(config, {
    allowedHosts: ['api.example.org', '*.example.org'],
    allowedPaths: [
      { host: join(folder, 'data'), guest: '/data', readOnly: true },
      { host: join(folder, '..', 'shared'), guest: '/shared', readOnly: false },
    ],
  });
});

test('a wrong grant is refused by its name', () => {
  const host = 'must be the name of a host in lower case, without scheme, port and path';
  for (const wrong of ['https://example.org', 'example.org:80', 'example.org/path', 'Example.org', 'a b'])
    assert.match(refusal({ allowedHosts: ['a', wrong] }), new RegExp(`"allowedHosts\\[1\\]" ${host}`), wrong);
  assert.match(refusal({ allowedHosts: 'example.org' }), /"allowedHosts" must be a list of texts/);
  assert.match(refusal({ allowedPaths: ['data'] }), /"allowedPaths" must be an object of paths/);
  for (const guest of ['data', '', 1, '/a/../b'])
    assert.match(
      refusal({ allowedPaths: { 'ro:data': guest } }),
      /"allowedPaths\.ro:data" must be the path that/,
    );
  assert.match(
    refusal({ allowedPaths: { 'ro:': '/data' } }),
    /"allowedPaths\.ro:" must be a text that is not empty/,
  );
  assert.match(
    refusal({ allowedPaths: { a: '/data', b: '/data' } }),
    /"allowedPaths" must be .*\/data at most once/,
  );
});

test('an entry or an artifact outside the project is refused', () => {
  for (const path of ['../other.js', 'src/../../other.js', '/etc/passwd', '.', 'a/..']) {
    assert.equal(refusal({ entry: path }), 'hotplug.json: "entry" must be a path inside the project folder');
    assert.equal(
      refusal({ artifact: { release: path } }),
      'hotplug.json: "artifact.release" must be a path inside the project folder',
    );
  }
  assert.equal(checkConfig({ entry: '..plugin.js' }, folder).config.entry, '..plugin.js');
});

test('unknown fields are warnings and are dropped', () => {
  const { config, findings } = checkConfig({ nmae: 'x', reload: { sate: 'fresh' }, __proto__x: 1 }, folder);
  assert.deepEqual(config, { reload: {} });
  assert.deepEqual(
    findings.map((finding) => [finding.severity, /"(.*)" is not/.exec(finding.message)?.[1]]),
    [
      ['warning', 'nmae'],
      ['warning', 'reload.sate'],
      ['warning', '__proto__x'],
    ],
  );
});

test('a folder without the file has no configuration', async (t) => {
  assert.equal(await readConfig(await temporaryFolder(t)), undefined);
});

test('a syntax error names file, line and column', async (t) => {
  const place = await temporaryFolder(t);
  const cases: readonly [string, string][] = [
    ['{\n  "name": "a",\n}', 'line 3, column 1: not valid JSON: a name in double quotes is missing'],
    ['{\n  "name": "a"\n  "entry": "b"}', 'line 3, column 3: not valid JSON: a comma or "}" is missing'],
    ["{ 'name': 1 }", 'line 1, column 3: not valid JSON: a name in double quotes is missing'],
    ['{ "name": nothing }', 'line 1, column 12: not valid JSON: a value is missing; is it "null"?'],
    [
      '{ "name": "a\n" }',
      'line 1, column 13: not valid JSON: a control character inside of a text; write it escaped',
    ],
    ['{ "a": [1, 2 }', 'line 1, column 14: not valid JSON: a comma or "]" is missing'],
    ['{ "a" 1 }', 'line 1, column 7: not valid JSON: a colon is missing'],
    ['{} {}', 'line 1, column 4: not valid JSON: there is more after the end'],
    ['{ "name": ', 'line 1, column 11: not valid JSON: it ends too early'],
    ['', 'line 1, column 1: not valid JSON: it ends too early'],
  ];
  for (const [text, expected] of cases) {
    await writeFiles(place, { 'hotplug.json': text });
    await assert.rejects(
      readConfig(place),
      (error) =>
        error instanceof UserError && error.message === `${join(place, 'hotplug.json')}, ${expected}`,
      text,
    );
  }
  await writeFiles(place, { 'hotplug.json': '\uFEFF{"name":"a"}' });
  assert.equal((await readConfig(place))?.config.name, 'a');
});

test('a broken file of 10 MB and a million brackets are refused as any other', async (t) => {
  const place = await temporaryFolder(t);
  for (const text of [`{"name": "${'x'.repeat(10_000_000)}`, '['.repeat(1_000_000)]) {
    await writeFiles(place, { 'hotplug.json': text });
    await assert.rejects(
      readConfig(place),
      (error) => error instanceof UserError && error.message.endsWith('it ends too early'),
    );
  }
});
