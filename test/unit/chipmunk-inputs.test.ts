import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { inputOf } from '../../extension/cli/host.ts';
import { sayRun, type RunSummary } from '../../extension/cli/stream-input.ts';
import { benchConfigOf } from '../../extension/contracts/chipmunk/bench-config.ts';
import { UserError } from '../../extension/errors.ts';
import { streamNamed, streamOfAddress, streamOfFile } from '../../extension/inputs/named.ts';
import { project } from './editor-status.ts';

const parser = project({ contract: 'chipmunk-parser' });
const typed = (input: string | undefined): Parameters<typeof inputOf>[0] => ({
  input,
  realTime: false,
  rules: undefined,
});

test('a file is a stream of its bytes, and a capture is its packets', () => {
  assert.deepEqual(streamOfFile('/logs/app.log'), { kind: 'bytes', file: '/logs/app.log' });
  assert.deepEqual(streamOfFile('/logs/events.jsonl'), { kind: 'bytes', file: '/logs/events.jsonl' });
  assert.deepEqual(streamOfFile('/logs/a.PcapNG'), { kind: 'pcap', file: '/logs/a.PcapNG' });
  assert.deepEqual(streamOfFile('/logs/a.pcap'), { kind: 'pcap', file: '/logs/a.pcap' });
});

test('an address is a host and a port, or a port of this machine', () => {
  assert.deepEqual(streamOfAddress('tcp', 'localhost:5555'), { kind: 'tcp', host: 'localhost', port: 5555 });
  assert.deepEqual(streamOfAddress('tcp', '[::1]:80'), { kind: 'tcp', host: '::1', port: 80 });
  assert.deepEqual(streamOfAddress('udp', ' 5555 '), { kind: 'udp', port: 5555 });
  for (const wrong of ['', 'localhost', 'localhost:', ':1', '0', '65536', 'a:1:2', 'localhost:1x'])
    assert.throws(() => streamOfAddress('udp', wrong), UserError, wrong);
});

test('the command line names every stream', () => {
  assert.deepEqual(streamNamed('-'), { kind: 'stdin' });
  assert.deepEqual(streamNamed('reads'), { kind: 'reads' });
  assert.deepEqual(streamNamed('tcp:127.0.0.1:7'), { kind: 'tcp', host: '127.0.0.1', port: 7 });
  assert.deepEqual(streamNamed('udp:7'), { kind: 'udp', port: 7 });
  assert.deepEqual(streamNamed('byte-source:reader'), { kind: 'byte-source', plugin: resolve('reader') });
  assert.deepEqual(streamNamed('./reads'), { kind: 'bytes', file: resolve('reads') });
  assert.throws(() => streamNamed('byte-source:'), UserError);
  assert.throws(() => streamNamed('tcp:nowhere'), UserError);
});

test('an input is one that the plugin can be given', async () => {
  const here = import.meta.filename;
  assert.deepEqual(await inputOf(typed(here), parser), { kind: 'bytes', file: here });
  assert.deepEqual(await inputOf({ ...typed(here), rules: 'like-host' }, parser), {
    kind: 'bytes',
    file: here,
    rules: 'like-host',
  });
  const own = project({ contract: 'chipmunk-parser', config: { input: { kind: 'tcp', port: 1 } } });
  assert.deepEqual(await inputOf({ ...typed(undefined), rules: 'strict' }, own), {
    kind: 'tcp',
    port: 1,
    rules: 'strict',
  });
  const refused = async (
    input: Parameters<typeof inputOf>[0],
    of: typeof parser,
    text: RegExp,
  ): Promise<void> => {
    await assert.rejects(
      inputOf(input, of),
      (error) => error instanceof UserError && text.test(error.message),
    );
  };
  await refused(typed(import.meta.dirname), parser, /is no file/);
  await refused(typed(`byte-source:${here}`), parser, /is no folder/);
  await refused(typed('/nowhere/at/all.log'), parser, /does not exist/);
  await refused({ ...typed(here), realTime: true }, parser, /no speed/);
  await refused({ ...typed('a.wav'), rules: 'strict' }, project(), /one set of rules/);
});

test('what came of a run is said: figures, what was odd, why it ended', () => {
  const said: string[] = [];
  const run: RunSummary = {
    title: 'app.log (20 B)',
    calls: 3,
    state: 'failed',
    bytes: 12,
    skipped: 2,
    totalBytes: 20,
    rows: 4,
    notes: [
      {
        severity: 'warning',
        fault: 'plugin',
        text: 'parse consumed nothing',
        advice: 'Consume something.',
        times: 2,
      },
    ],
    failure: 'parse: no',
  };
  sayRun(run, {
    json: false,
    say: (line) => void said.push(line),
    write: () => undefined,
    result: () => undefined,
    style: (_, text) => text,
  });
  assert.deepEqual(said, [
    'app.log (20 B): failed after 12 of 20 bytes in 3 calls, 4 rows, 2 bytes skipped',
    'warning: [plugin] parse consumed nothing. Consume something. (2 times)',
    'failed: parse: no',
  ]);
});

const file = resolve('/bench/bench_config.toml');

test("a configuration of Chipmunk's benchmarks gives the plugin and its values", () => {
  const text = `
binary_path = "target/plugin.wasm"
[[config]]
id = "on"
value.Boolean = true
[[config]]
id = "most"
value.Integer = -5
[[config]]
id = "ratio"
value.Float = 1.5
[[config]]
id = "mark"
value.Text = "a \\"quote\\""
[[config]]
id = "folders"
value.Directories = ["../logs", "${resolve('/abs').replaceAll('\\', '\\\\')}"]
[[config]]
id = "files"
value.Files = []
[[config]]
id = "__proto__"
value = { Dropdown = "x" }
`;
  const { binary, values } = benchConfigOf(text, file);
  assert.equal(binary, resolve('/bench/target/plugin.wasm'));
  assert.deepEqual(Object.entries(values), [
    ['on', true],
    ['most', -5],
    ['ratio', 1.5],
    ['mark', 'a "quote"'],
    ['folders', [resolve('/logs'), resolve('/abs')]],
    ['files', []],
    ['__proto__', 'x'],
  ]);
  assert.deepEqual(benchConfigOf('', file), { values: {} });
});

test('a mistake in it names the place', () => {
  const wrong: readonly (readonly [text: string, message: RegExp])[] = [
    ['a = ', /bench_config\.toml:1:\d+: /],
    ['binary_path = 1', /"binary_path" must be the path/],
    ['config = 1', /"config" must be a list/],
    ['[[config]]\nvalue.Text = "x"', /"config\[0\]\.id" must be a text/],
    ['[[config]]\nid = "a"', /"config\[0\]\.value" must be one of Boolean, /],
    ['[[config]]\nid = "a"\nvalue.Word = "x"', /"config\[0\]\.value" must be one of Boolean, /],
    ['[[config]]\nid = "a"\nvalue = { Text = "x", Integer = 1 }', /"config\[0\]\.value" must be one of/],
    ['[[config]]\nid = "a"\nvalue.Integer = 1.5', /"config\[0\]\.value\.Integer" must be a whole number/],
    ['[[config]]\nid = "a"\nvalue.Files = "x"', /"config\[0\]\.value\.Files" must be a list of paths/],
    ['[[config]]\nid = "a"\nvalue.Text = "x"\n[[config]]\nid = "a"\nvalue.Text = "y"', /"a" is there twice/],
  ];
  for (const [text, message] of wrong)
    assert.throws(
      () => benchConfigOf(text, file),
      (error) => error instanceof UserError && message.test(error.message),
      text,
    );
});
