import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordFlag } from '../../extension/recording/record.ts';
import { buildTestPlugin, missingForTestPlugin } from '../testPlugin.ts';
import { Hosted } from './hosted.ts';

const missing = await missingForTestPlugin();
const component = {
  kind: 'component',
  path: missing === undefined ? await buildTestPlugin('small') : '',
} as const;
let hosted: Hosted;

function hostTest(name: string, body: () => Promise<void>): void {
  void test(name, async (t) => {
    if (missing !== undefined) {
      t.skip(missing);
      return;
    }
    await using fresh = await Hosted.create();
    hosted = fresh;
    await body();
  });
}

hostTest('a plugin gets its packets and sends them on, changed', async () => {
  const status = await hosted.start(component, { params: '{"gain":0.5}' });
  assert.equal(status.state, 'running');
  assert.equal(status.kind, 'plugin::wasm::test_plugin');
  await hosted.send({ audio: { sampleRate: 48_000, channels: 1, samples: [1, -1, 0.25] } });
  await hosted.settled();
  const [first] = hosted.sent().filter(({ error }) => error === undefined);
  assert.deepEqual(first?.packet, {
    tag: 'audio',
    sampleRate: 48_000,
    channels: 1,
    samples: Float32Array.from([0.5, -0.5, 0.125]),
  });
});

hostTest('every kind of packet arrives as it was sent', async () => {
  await hosted.start(component);
  await hosted.send(
    { text: 'echo grüße, 世界' },
    { binary: Buffer.from([0, 1, 255]).toString('base64') },
    { custom: { typeId: 'a/b@1', data: { event_type: 'x', n: 1 } } },
  );
  await hosted.settled();
  const [, text, binary, custom] = hosted.sent();
  assert.deepEqual(text?.packet, { tag: 'text', text: 'grüße, 世界' });
  assert.deepEqual(binary?.packet, { tag: 'binary', bytes: Uint8Array.from([0, 1, 255]) });
  assert.deepEqual(custom?.packet, { tag: 'custom', typeId: 'a/b@1', data: '{"event_type":"x","n":1}' });
});

hostTest('a packet larger than the rings arrives whole', async () => {
  await hosted.start(component);
  const bytes = Buffer.alloc(6 * 1024 * 1024, 7);
  await hosted.send({ binary: bytes.toString('base64') });
  await hosted.settled();
  const packet = hosted.sent().at(-1)?.packet;
  assert.equal(packet?.tag === 'binary' && Buffer.compare(packet.bytes, bytes) === 0, true);
});

hostTest('send-output answers as the real host does', async () => {
  const status = await hosted.start(component);
  await hosted.tell('custom {"a":1}', 'custom {broken');
  const failed = await hosted.reach('the failure', ({ state }) => state === 'failed');
  assert.match(failed.stateText, /^Failed: Runtime error: Plugin process failed: Invalid custom JSON: /);
  assert.match(JSON.stringify(hosted.sent()[0]), /Output sender not initialized/);
  assert.equal(status.findings.length, 0);
});

hostTest('an unknown output pin is refused by its name', async () => {
  await hosted.start(component);
  await hosted.tell('pin elsewhere');
  const failed = await hosted.reach('the failure', ({ state }) => state === 'failed');
  assert.equal(
    failed.stateText,
    "Failed: Runtime error: Plugin process failed: unknown output pin 'elsewhere' on node 'tested'",
  );
});

hostTest(
  'an error from process ends the node without a cleanup, and what waits stays for the next',
  async () => {
    await hosted.start(component);
    await hosted.send({ text: 'fail on purpose' }, { text: 'echo after' });
    const failed = await hosted.reach('the failure', ({ state }) => state === 'failed');
    assert.equal(failed.stateText, 'Failed: Runtime error: Plugin process failed: on purpose');
    assert.equal(failed.waiting, 1);
    assert.equal(
      hosted.records('hostCall').some(({ name }) => name === 'log'),
      false,
    );
    await hosted.host.request('restart', { plugin: hosted.id });
    await hosted.settled();
    assert.deepEqual(hosted.texts().slice(-1), ['after']);
  },
);

hostTest('control comes before inputs, and a refused update ends the node', async () => {
  await hosted.start(component);
  await hosted.host.request('updateParams', { plugin: hosted.id, params: '{"gain":2}' });
  await hosted.send({ audio: { sampleRate: 48_000, channels: 1, samples: [0.25] } });
  await hosted.settled();
  const packet = hosted.sent().at(-1)?.packet;
  assert.equal(packet?.tag === 'audio' ? packet.samples[0] : undefined, 0.5);
  await hosted.host.request('updateParams', { plugin: hosted.id, params: '{"volume":2}' });
  const failed = await hosted.reach('the failure', ({ state }) => state === 'failed');
  assert.equal(
    failed.stateText,
    'Failed: Configuration error: Plugin rejected params update: no gain in the parameters',
  );
});

hostTest('parameters are checked against the schema of the plugin, and passed on all the same', async () => {
  const status = await hosted.start(component, { params: '{ "gain": -1 }' });
  assert.equal(status.state, 'running');
  assert.match(status.findings[0]?.message ?? '', /^Parameter gain must be >= 0/);
});

hostTest('stop runs the cleanup', async () => {
  await hosted.start(component);
  await hosted.host.request('stop', { plugin: hosted.id });
  assert.equal((await hosted.status()).state, 'stopped');
  assert.equal(hosted.records('call').at(-1)?.name, 'cleanup');
});

hostTest('a plugin sees no environment, files or network', async () => {
  await hosted.start(component);
  await hosted.tell('environment');
  assert.deepEqual(hosted.texts().slice(-1), ['env 0 args 0 file false dir "/" net false']);
});

hostTest('clocks cross the boundary and are recorded', async () => {
  await hosted.start(component);
  await hosted.tell('clock', 'sleep');
  const wasi = hosted.records('hostCall').filter(({ flags }) => (flags & RecordFlag.wasi) !== 0);
  assert.equal(
    wasi.some(({ name }) => name === 'wasi:clocks/wall-clock#now'),
    true,
  );
  const seconds = Number(hosted.texts().at(-1));
  assert.equal(Math.abs(seconds - Date.now() / 1000) < 60, true);
});

hostTest('stderr is recorded in whole lines with its event', async () => {
  await hosted.start(component);
  await hosted.tell('print two');
  const text = hosted
    .records('output')
    .map(({ payload }) => new TextDecoder().decode(payload))
    .join('');
  assert.equal(text, 'one line\nand two\n');
  assert.equal(hosted.records('output')[0]?.event, 1);
});

hostTest('a thousand events and a hundred thousand host calls are all recorded, in order', async () => {
  await hosted.start(component);
  await hosted.send(...Array.from({ length: 1000 }, (_, index) => ({ text: `echo ${index}` })));
  await hosted.send({ text: 'log 100000' });
  await hosted.settled();
  assert.deepEqual(
    hosted.texts().slice(1),
    Array.from({ length: 1000 }, (_, index) => String(index)),
  );
  assert.equal(hosted.records('hostCall').filter(({ name }) => name === 'log').length, 100_000);
});
