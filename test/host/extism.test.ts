/** Plugins for Extism: a module of real C, run with Extism's own kernel. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { contracts } from '../../extension/contracts/index.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import type { ProjectConfig } from '../../extension/project/project.ts';
import { decodeCall } from '../../extension/recording/record.ts';
import { printValue } from '../../extension/values/wave.ts';
import { moduleBytes } from '../unit/wasm-module.ts';
import { hotplug } from './cli-process.ts';
import { extismPlugin } from './extism-plugin.ts';
import { Hosted } from './hosted.ts';

/** A hosted plugin with what its calls gave. */
class Extism implements AsyncDisposable {
  readonly hosted: Hosted;

  private constructor(hosted: Hosted) {
    this.hosted = hosted;
  }

  static async start(path: string, config: ProjectConfig = {}, deadlineMs?: number): Promise<Extism> {
    const hosted = await Hosted.create();
    const project = {
      folder: hosted.folder,
      name: 'tested',
      contract: 'extism',
      language: 'c',
      recognisedBy: 'test',
      config,
    } as const;
    await hosted.start(
      { kind: 'module', path },
      { project, ...(deadlineMs === undefined ? {} : { deadlineMs }) },
    );
    return new Extism(hosted);
  }

  /** Calls an export, and gives its output in WAVE or what it failed with. */
  async call(call: string, input: EventJson = {}): Promise<string> {
    await this.hosted.host.request('send', { plugin: this.hosted.id, events: [{ call, ...input }] });
    await this.hosted.settled();
    const result = this.results(call).at(-1);
    assert.ok(result !== undefined, call);
    return result;
  }

  /** What the calls of an export gave. */
  results(call: string): readonly string[] {
    return this.hosted
      .records('call')
      .filter(({ name }) => name === call)
      .map((record) => {
        const { text, result } = decodeCall(record.payload);
        const value = contracts['extism']?.values(record)?.result;
        return result === undefined || value === undefined ? text : printValue(value);
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hosted[Symbol.asyncDispose]();
  }
}

test('inputs and outputs, text and bytes; the output is exactly what was set', async (t) => {
  const path = await extismPlugin(t);
  if (path === undefined) return;
  await using extism = await Extism.start(path);
  assert.equal(await extism.call('echo', { input: 'hello ü' }), '"hello ü"');
  assert.equal(await extism.call('echo', { inputBase64: '/wD+' }), '[255, 0, 254]');
  assert.equal(await extism.call('echo', { input: '' }), '');
  assert.equal(await extism.call('part'), '"cde"');
  assert.equal(await extism.call('nothing'), '');
  const large = 'x'.repeat(10 * 1024 * 1024);
  await extism.hosted.host.request('send', {
    plugin: extism.hosted.id,
    events: [{ call: 'echo', input: large }],
  });
  await extism.hosted.settled();
  const last = extism.hosted.records('call').at(-1);
  assert.ok((last?.payload.length ?? 0) > large.length);
});

test('memory and variables stay from call to call, configuration is given, logs are recorded', async (t) => {
  const path = await extismPlugin(t);
  if (path === undefined) return;
  await using extism = await Extism.start(path, { params: { prefix: 'Echo' } });
  assert.equal(await extism.call('count'), '"1/1"');
  assert.equal(await extism.call('count'), '"2/2"');
  assert.equal(await extism.call('forget'), '');
  assert.equal(await extism.call('count'), '"3/1"');
  assert.equal(await extism.call('prefix'), '"Echo"');
  assert.equal(await extism.call('say', { input: 'a line' }), '');
  const logs = extism.hosted.records('hostCall').filter(({ name }) => name.includes('#log_'));
  assert.deepEqual(
    logs.map((record) => contracts['extism']?.describe(record)?.summary),
    ['info: a line', 'trace: a detail'],
  );
  const [output] = extism.hosted.records('output');
  assert.equal(new TextDecoder().decode(output?.payload), 'to stdout\n');
});

test('an error, a code, a trap and a call without an end', async (t) => {
  const path = await extismPlugin(t);
  if (path === undefined) return;
  await using extism = await Extism.start(path, {}, 300);
  assert.equal(await extism.call('fail'), 'it went wrong');
  assert.match(await extism.call('code'), /^code returned 7 and set no error: libextism fails/);
  assert.equal(await extism.call('missing'), 'the plugin exports no function missing');
  assert.equal(await extism.call('count'), '"1/1"');
  // Each is skipped, and a fresh instance takes what comes after.
  await extism.hosted.host.request('send', {
    plugin: extism.hosted.id,
    events: [{ call: 'trap' }, { call: 'count' }, { call: 'forever' }, { call: 'count' }],
  });
  await extism.hosted.reach(
    'the last event',
    ({ events }) => events === 8 && extism.results('count').length === 3,
  );
  assert.deepEqual(extism.results('count'), ['"1/1"', '"1/1"', '"1/1"']);
  const status = await extism.hosted.status();
  assert.equal(status.state, 'running');
  assert.match(status.lastError?.what ?? '', /forever/);
  assert.deepEqual(
    extism.hosted
      .lifecycle()
      .flatMap(({ change }) => (change === 'failed' || change === 'restarted' ? [change] : [])),
    ['failed', 'restarted', 'failed', 'restarted'],
  );
});

test('100,000 calls leave no more memory than the first hundred', async (t) => {
  const path = await extismPlugin(t);
  if (path === undefined) return;
  await using extism = await Extism.start(path);
  const events = Array.from({ length: 100 }, (_, index) => ({ call: 'echo', input: `event ${index}` }));
  const send = (): Promise<unknown> =>
    extism.hosted.host.request('send', { plugin: extism.hosted.id, events });
  await send();
  await extism.hosted.settled();
  const before = (await extism.hosted.status()).memoryBytes;
  for (let round = 1; round < 1000; round++) await send();
  await extism.hosted.settled();
  const status = await extism.hosted.status();
  assert.equal(status.events, 100_000);
  assert.equal(status.memoryBytes, before);
});

test('an export with parameters, an output that is not there: said, and nothing is made up', async () => {
  await using folder = await Hosted.create();
  const path = join(folder.folder, 'odd.wasm');
  const setOutput = [0x42, 0x08, 0x10, 0x00, 0x42, 0x7f, 0x10, 0x01];
  await writeFile(
    path,
    moduleBytes({
      imports: [
        ['extism:host/env#alloc', 'i64 -> i64'],
        ['extism:host/env#output_set', 'i64 i64'],
      ],
      exports: { endless: '', given: 'i32 i64' },
      code: setOutput,
    }),
  );
  await using extism = await Extism.start(path);
  assert.match(
    await extism.call('given'),
    /^given takes 2 parameters, and Extism hosts call exports without/,
  );
  await extism.hosted.host.request('send', { plugin: extism.hosted.id, events: [{ call: 'endless' }] });
  const { lastError } = await extism.hosted.reach(
    'the trap',
    (status) => status.lastError?.call === 'endless',
  );
  assert.match(lastError?.what ?? '', /an output of 18446744073709551615 bytes, which are not there/);
  assert.match(lastError?.advice ?? '', /output_set/);
});

test('a module is inspected and called from the command line', async (t) => {
  const path = await extismPlugin(t, 'bare');
  if (path === undefined) return;
  const inspected = await hotplug('inspect', path);
  assert.equal(inspected.code, 0, inspected.stderr);
  assert.match(inspected.stdout, /contract +Extism \(extism\)/);
  assert.match(inspected.stdout, /extism:host\/env#alloc \(param i64\) \(result i64\)/);
  const called = await hotplug('run', path, '--call', 'echo', '--args', 'hello there');
  assert.equal(called.stdout.trim(), '"hello there"', called.stderr);
  const fed = await hotplug(
    'run',
    path,
    '--event',
    '{"call":"echo","input":"a"}',
    '--event',
    '{"call":"part"}',
  );
  assert.match(fed.stdout, /^echo → "a"\npart → "cde"$/m, fed.stderr);
  assert.match(fed.stdout, /^2 events,/m);
  const failed = await hotplug('run', path, '--call', 'fail');
  assert.equal(failed.code, 1);
  assert.match(failed.stdout + failed.stderr, /fail returned an error: it went wrong/);
});
