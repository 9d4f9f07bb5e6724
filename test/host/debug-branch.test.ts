import assert from 'node:assert/strict';
import { artifact, debugTest, goldenTest } from './debugged.ts';
import { lines } from './debugging.ts';

const live = { recording: 'live', artifact };

goldenTest(
  'another result of a host call takes the plugin another way, in a branch beside the original',
  'debug-branch-result',
  ['echo a', 'clock', 'echo b'],
  async (client) => {
    await client.launch(live);
    await client.move('next');
    await client.move('stepIn');
    const stack = await client.request<{ stackFrames: readonly { id: number }[] }>('stackTrace', {
      threadId: 1,
    });
    const { scopes } = await client.request<{ scopes: readonly { variablesReference: number }[] }>('scopes', {
      frameId: stack.stackFrames[0]?.id,
    });
    const reference = scopes[0]?.variablesReference ?? 0;
    await client.variables(reference);
    await client.request('setVariable', {
      variablesReference: reference,
      name: 'result',
      value: '{seconds: 12, nanoseconds: 5}',
    });
    await client.stack();
    for (const scope of ['Host call', 'Original', 'Recorded']) await client.scope(scope);
    await client.move('stepIn');
    for (const scope of ['Host call', 'Original']) await client.scope(scope);
    await client.request('hotplug/branchText');
    await client.move('continue');
    await client.request('hotplug/discardBranch');
    await client.stopped();
    await client.stack();
    await client.refused('hotplug/discardBranch');
    await client.refused('hotplug/branchText');
  },
);

goldenTest(
  'an error of the host instead of ok ends the plugin in the branch only',
  'debug-branch-error',
  ['echo a', 'echo b', 'echo c'],
  async (client) => {
    await client.launch(live);
    await client.move('next');
    await client.move('stepIn');
    await client.request('setExpression', { expression: 'call.result', value: 'err("the queue is full")' });
    await client.move('continue');
    await client.stack();
    await client.request('exceptionInfo', { threadId: 1 });
    await client.request('hotplug/branchText');
    await client.request('hotplug/discardBranch');
    await client.stopped();
    await client.move('continue');
    await client.stack();
  },
);

goldenTest(
  'another value in an event is a branch, and a branch can branch off again',
  'debug-branch-event',
  ['echo a', 'echo b', 'count', 'count'],
  async (client) => {
    await client.launch(live);
    await client.move('next');
    await client.request('setExpression', { expression: 'packet', value: 'text("log 2")' });
    await client.request('setExpression', { expression: 'packet.text', value: '"log 1"' });
    await client.move('stepIn');
    await client.stack();
    await client.scope('Original');
    await client.move('continue');
    await client.move('continue');
    await client.request('hotplug/discardBranch');
    await client.stopped();
    await client.request('hotplug/discardBranch');
    await client.stopped();
    await client.stack();
  },
);

debugTest(
  'an element of a list and a field of JSON are edited by themselves',
  [
    { audio: { sampleRate: 48_000, channels: 1, samples: [1, 2, 3] } },
    { custom: { typeId: 'a/b@1', data: { n: 1, more: [1, { deep: 'x' }] } } },
  ],
  async (client) => {
    await client.launch(live);
    const child = async (reference: number, name: string): Promise<number> =>
      (await client.variables(reference)).find((one) => one.name === name)?.variablesReference ?? 0;
    const [, , packet] = await client.scope('Event');
    const samples = await child(packet?.variablesReference ?? 0, 'samples');
    await client.request('setVariable', { variablesReference: samples, name: '[1]', value: '0.5' });
    await client.move('stepIn');
    assert.deepEqual(lines(await client.scope('Host call')), [
      'pin-name = "out"',
      'packet = audio({sample-rate: 48000, channels: 1, samples: [1, 0.5, 3]})',
      'result = ok',
    ]);
    await client.move('next');
    await client.request('setExpression', { expression: 'packet.data.more[1].deep', value: '"other"' });
    await client.move('stepIn');
    const sent = (await client.scope('Host call')).find(({ name }) => name === 'packet');
    assert.match(sent?.value ?? '', /\{"n":1,"more":\[1,\{"deep":"other"\}\]\}/);
  },
);

goldenTest(
  'what cannot be edited says so, and nothing is changed',
  'debug-branch-refused',
  ['echo a', 'log 1'],
  async (client) => {
    await client.launch(live);
    await client.refused('setExpression', { expression: 'event.number', value: '4' });
    await client.refused('setExpression', { expression: 'packet', value: 'nonsense(' });
    await client.refused('setExpression', { expression: 'packet', value: 'video("x")' });
    await client.refused('setExpression', { expression: 'packet.text', value: '12' });
    await client.refused('setExpression', { expression: 'packet.text + ""', value: '"x"' });
    await client.move('stepIn');
    await client.refused('setExpression', { expression: 'packet', value: 'text("x")' });
    await client.refused('setExpression', { expression: 'result', value: '12' });
    await client.refused('setVariable', { variablesReference: 12, name: 'result', value: 'ok' });
    await client.move('next');
    await client.move('stepIn');
    await client.refused('setExpression', { expression: 'result', value: 'ok' });
    await client.request('threads');
  },
);
