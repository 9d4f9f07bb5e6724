import assert from 'node:assert/strict';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { artifact, debugTest, goldenTest } from './debugged.ts';
import { lines } from './debugging.ts';

const live = { recording: 'live', artifact };
const custom = {
  custom: { typeId: 'test/event@1', data: { event_type: 'speech', at: { start: 1, end: 2 } } },
};
const audio = {
  audio: { sampleRate: 48_000, channels: 1, samples: Array.from({ length: 1000 }, (_, n) => n / 8) },
};

goldenTest(
  'scopes and variables of events, host calls and export calls',
  'debug-variables',
  [custom, 'log 1', 'clock'],
  async (client) => {
    await client.launch({ ...live, stopOnDifference: false });
    const [, , packet] = await client.scope('Event');
    const fields = await client.variables(packet?.variablesReference ?? 0);
    const data = fields.find(({ name }) => name === 'data');
    await client.variables(data?.variablesReference ?? 0);
    await client.move('stepIn');
    for (const scope of ['Host call', 'Event', 'Recorded']) await client.scope(scope);
    await client.scope('Event', 2);
    await client.move('stepIn');
    await client.scope('Call');
    await client.scope('Instance');
    await client.move('next');
    await client.move('stepIn');
    await client.scope('Host call');
    await client.move('next');
    await client.move('stepIn');
    await client.scope('Host call');
    await client.refused('scopes', { frameId: 12 });
    await client.refused('variables', { variablesReference: 4 });
  },
);

debugTest('long lists are paged', [audio], async (client) => {
  await client.launch(live);
  const [, , packet] = await client.scope('Event');
  assert.equal(packet?.type, 'variant');
  const samples = (await client.variables(packet.variablesReference)).find(({ name }) => name === 'samples');
  assert.equal(samples?.type, 'list<f32>');
  assert.equal(samples.indexedVariables, 1000);
  assert.equal(samples.value, '[0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, /* 992 more */]');
  const page = await client.variables(samples.variablesReference, {
    filter: 'indexed',
    start: 500,
    count: 3,
  });
  assert.deepEqual(lines(page), ['[500] = 62.5', '[501] = 62.625', '[502] = 62.75']);
  assert.equal(page[0]?.evaluateName, 'event.packet.samples[500]');
  const named = await client.variables(samples.variablesReference, { filter: 'named' });
  assert.deepEqual(named, []);
});

goldenTest(
  'expressions are evaluated for watches, hovers, the console and the clipboard',
  'debug-evaluate',
  [custom, audio],
  async (client) => {
    await client.launch(live);
    const evaluate = async (expression: string, context = 'watch'): Promise<void> => {
      await client.ask('evaluate', { expression, context, frameId: 1 });
    };
    await evaluate('packet');
    await evaluate('packet.data.at.end + 1', 'hover');
    await evaluate('packet.type_id.startsWith("test/") ? pin : 0');
    await evaluate('event.number == 1 && !(packet == "text")');
    await evaluate('packet.data', 'clipboard');
    await evaluate('samples', 'hover');
    await evaluate('packet.nothing');
    await evaluate('packet.type-id - 1');
    await evaluate('pin.constructor');
    await evaluate('process.exit()');
    await evaluate('');
    await client.move('next');
    await evaluate('packet.samples');
    await evaluate('packet.samples.length * 2 % 7');
    await evaluate('packet.sample-rate / packet["channels"]');
    await evaluate('packet.samples[packet.samples.length-1]');
    await evaluate('packet.samples[1000]');
    await evaluate('packet.samples.includes(0.125)');
    await evaluate('copy packet.sample-rate', 'repl');
    await client.move('stepIn');
    await evaluate('call.name + " " + pin-name + " " + event.pin');
    await evaluate('result');
    await evaluate('result == "ok"');
    await evaluate('outcome');
    await client.move('stepIn');
    await evaluate('outcome');
    const complete = async (text: string): Promise<void> => {
      await client.request('completions', { text, column: text.length + 1, frameId: 1 });
    };
    await complete('pa');
    await complete('packet.sa');
    await complete('1 + event.packet.samples.');
    await complete('nothing.');
  },
);

debugTest(
  'the linear memory is that of the place where one stands',
  ['echo a', 'echo b', 'echo c'],
  async (client) => {
    await client.launch(live);
    const [memory] = (await client.scope('Instance')).filter(({ name }) => name === 'memory');
    const memoryReference = memory?.memoryReference ?? '';
    const read = async (offset: number, count: number): Promise<DebugProtocol.ReadMemoryResponse['body']> =>
      await client.request('readMemory', { memoryReference, offset, count });
    const beginning = await read(0, 16);
    assert.equal(beginning?.unreadableBytes, 16, 'nothing is kept of what was before the first event');
    await client.move('next');
    const first = Buffer.from((await read(0, 1 << 21))?.data ?? '', 'base64');
    assert.ok(first.length >= 65_536 && first.length % 65_536 === 0, 'whole pages');
    assert.ok(first.includes('HOTPLUG-MARKER'), 'it is the memory of the plugin');
    await client.move('stepIn');
    assert.equal(
      client.events.filter(({ event }) => event === 'memory').length,
      2,
      'a new one for each stop',
    );
    const inside = Buffer.from((await read(0, 1 << 21))?.data ?? '', 'base64');
    assert.notDeepEqual(inside, first, 'the event has left its traces');
    await client.move('stepBack');
    assert.deepEqual(
      Buffer.from((await read(0, 1 << 21))?.data ?? '', 'base64'),
      first,
      'and back it is as it was',
    );
    const end = await read(first.length - 8, 64);
    assert.equal(end?.unreadableBytes, 56);
    assert.match(
      await client.refused('readMemory', { memoryReference: 'x', count: 1 }),
      /There is no memory "x"/,
    );
    assert.equal((await client.move('continue')).reason, 'end', 'and it goes on from there');
  },
);
