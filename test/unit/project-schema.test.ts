import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import test from 'node:test';
import { assetPath } from '../../extension/assets.ts';
import { UserError } from '../../extension/errors.ts';
import { checkConfig } from '../../extension/project/config.ts';
import { unknownKeywords, violations } from './project-schema.ts';

const schema = JSON.parse(readFileSync(assetPath('schemas', 'hotplug.schema.json'), 'utf8')) as object;
const folder = import.meta.dirname;

test('the schema uses only keywords that this test understands', () => {
  assert.deepEqual(unknownKeywords(schema), []);
});

/** Whether Hotplug takes the value without any remark. */
function accepted(value: unknown): boolean {
  try {
    return checkConfig(value, folder).findings.length === 0;
  } catch (error) {
    assert.ok(error instanceof UserError);
    return false;
  }
}

/** Values for every field: some right, some wrong. */
const samples: readonly unknown[] = [
  {},
  [],
  null,
  'text',
  { $schema: 'x', unknown: 1 },
  ...['name', 'contract', 'language', 'world', 'entry'].flatMap((field) => [
    ...['', 'c', 'rust', 'javascript', 'x', 1, null, []].map((value) => ({ [field]: value })),
  ]),
  ...['build', 'watch', 'artifact', 'reload', 'input'].flatMap((field) => [
    ...[{}, [], 'x', null, { unknown: 1 }].map((value) => ({ [field]: value })),
    ...['development', 'release', 'include', 'exclude', 'state', 'file', 'kind'].flatMap((inner) =>
      [[], ['x'], [''], 'x', '', 'fresh', 'rebuild', 'wav'].map((value) => ({ [field]: { [inner]: value } })),
    ),
  ]),
  ...['wav', 'jsonl', 'recording', 'mp3'].map((kind) => ({ input: { kind, file: 'x' } })),
  ...['bytes', 'pcap', 'stdin', 'tcp', 'udp', 'byte-source', 'reads'].flatMap((kind) => [
    { input: { kind } },
    ...[
      { file: 'x' },
      { file: '' },
      { port: 5555 },
      { port: 65_536 },
      { port: 0 },
      { port: '1' },
      { port: 1, host: 'localhost' },
      { port: 1, host: '' },
      { plugin: '../source' },
      { plugin: 1 },
      { length: 10 },
      { length: 1.5 },
      { file: 'x', follow: true },
      { file: 'x', follow: 1 },
      { file: 'x', legacyTimestamps: false },
      { file: 'x', realTime: true },
      { rules: 'strict' },
      { file: 'x', rules: 'like-host' },
      { file: 'x', rules: 'loose' },
      { port: 1, rules: 'strict' },
      { plugin: 'x', rules: 'strict' },
    ].map((more) => ({ input: { kind, ...more } })),
  ]),
  ...['warn', 'trace', 'all', '', 1, null].map((logLevel) => ({ logLevel })),
  ...[{}, [], 'x', null, { unknown: 1 }, { stub: 'host.js' }, { stub: '' }, { stub: 1 }].map((host) => ({
    host,
  })),
  ...[{}, [], 'x', { open: [] }, { open: ['ok'] }, { open: [''] }, { open: [1] }, { open: 'ok' }].map(
    (answers) => ({
      host: { answers },
    }),
  ),
  ...[true, 'x', 1].flatMap((value) =>
    ['pin', 'realTime', 'loop', 'other'].map((name) => ({
      input: { kind: 'wav', file: 'x', [name]: value },
    })),
  ),
  ...['quickjs', 'spidermonkey', 'v8', '', 1, null].map((engine) => ({ engine })),
  ...['go', 'tinygo', 'gcc', '', 1, null].map((compiler) => ({ compiler })),
  ...[1, 0.5, 0, -1, '1', null].map((deadlineMs) => ({ deadlineMs })),
  ...[{}, [], 'x', { unknown: 1 }].map((inbox) => ({ inbox })),
  ...[1, 100, 0, -1, 1.5, '1', null].map((size) => ({ inbox: { size } })),
  ...['drop-newest', 'drop-oldest', 'wait', 'drop', '', 1, null].map((full) => ({ inbox: { full } })),
  ...[[], ['location:*'], ['*', ''], [1], 'location:*', null].map((subscriptions) => ({ subscriptions })),
  ...[1, null, {}, 'x'].map((params) => ({ params })),
  ...[
    'api.example.org',
    '*.example.org',
    'a[!bc]?',
    '*',
    '127.0.0.1',
    'http://a',
    'a:80',
    'a/b',
    'A',
    '',
    1,
    'a[',
    '[/]',
  ].map((host) => ({ allowedHosts: [host] })),
  ...[{}, 'x', null, []].map((allowedHosts) => ({ allowedHosts })),
  ...['/data', '/', 'data', '', 1, '/a/../b', '/..', '/a..b', '/..a'].flatMap((guest) =>
    ['data', 'ro:data', '../x'].map((name) => ({ allowedPaths: { [name]: guest } })),
  ),
  ...[{}, 'x', null, []].map((allowedPaths) => ({ allowedPaths })),
  ...[{}, [], 'x', { redact: 'password' }, { redact: [1] }, { readct: [] }].map((record) => ({ record })),
  ...[
    ...[
      'password',
      'x-api-key',
      'packet.data.token',
      'a.*.b',
      '*.b',
      'a.*',
      'a["b c"].d',
      '["a.b"]',
      'größe',
    ],
    ...['', '*', '*.*', '.a', 'a.', 'a..b', 'a b', 'a[0]', 'a[]', 'a["b', 'a"b', 'a.["b"]'],
  ].map((rule) => ({ record: { redact: ['password', rule] } })),
];

test('the schema and the reader accept the same files', () => {
  for (const sample of samples) {
    assert.equal(violations(schema, sample).length === 0, accepted(sample), JSON.stringify(sample));
  }
});

test("every template's hotplug.json is right", () => {
  const files = globSync(assetPath('templates', '*', '*', 'hotplug.json'));
  for (const file of files) {
    const value = JSON.parse(
      readFileSync(file, 'utf8').replaceAll(/\{\{(name|snake)\}\}/g, 'gain'),
    ) as unknown;
    assert.deepEqual(violations(schema, value), [], file);
    assert.deepEqual(checkConfig(value, dirname(file)).findings, [], file);
  }
  assert.ok(files.length >= 3, 'one of each language');
});
