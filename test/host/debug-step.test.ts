import assert from 'node:assert/strict';
import { artifact, debugTest, goldenTest, liveRecords } from './debugged.ts';

const live = { recording: 'live', artifact };

goldenTest(
  'steps go over events and into host calls, both ways, and stop at the ends of history',
  'debug-steps',
  ['echo a', 'log 2', 'echo c'],
  async (client) => {
    await client.launch(live);
    await client.request('threads');
    await client.request('stackTrace', { threadId: 1, startFrame: 0, levels: 20 });
    const steps = [
      ...['stepIn', 'stepIn', 'stepIn', 'stepIn', 'stepBack', 'stepIn', 'stepOut', 'stepOut'],
      ...['next', 'next', 'stepBack', 'stepBack', 'stepBack', 'stepBack', 'stepBack'],
    ];
    for (const step of steps) {
      await client.move(step);
      await client.request('stackTrace', { threadId: 1 });
    }
  },
);

goldenTest(
  'continue goes to the end, reverse continue to the beginning, restart frame to the start of the event',
  'debug-continue',
  ['echo a', 'echo b'],
  async (client) => {
    await client.launch(live);
    await client.move('continue');
    await client.move('stepBack');
    await client.move('restartFrame', { frameId: 3 });
    await client.refused('restartFrame', { frameId: 3 });
    await client.move('continue');
    await client.move('reverseContinue');
    await client.request('terminate', {});
  },
);

goldenTest(
  'the source of a frame has a line for everything that happened with the event',
  'debug-source',
  ['print this', 'clock'],
  async (client) => {
    await client.launch({ ...live, stopOnDifference: false });
    await client.request('stackTrace', { threadId: 1 });
    await client.request('source', { sourceReference: 1, source: { sourceReference: 1 } });
    await client.move('next');
    await client.request('stackTrace', { threadId: 1 });
    await client.request('source', { sourceReference: 2 });
    await client.refused('source', { sourceReference: 99 });
  },
);

goldenTest(
  'a record of the trace is gone to, and each stop says where it is',
  'debug-cursor',
  ['echo a', 'log 3', 'echo c'],
  async (client, hosted) => {
    await client.launch(live);
    await client.move('continue');
    const { rows } = await hosted.host.request('rows', {
      recording: client.recording(),
      query: { filter: '', first: 0, count: 100 },
    });
    assert.ok(rows.length > 5);
    for (const record of [9, 5, 4, 0]) {
      await client.request('hotplug/goTo', { record });
      await client.stopped();
      await client.request('stackTrace', { threadId: 1 });
    }
    const records = liveRecords(hosted);
    for (const record of [records.at(-1), records[9]]) {
      await client.request('hotplug/goTo', { recording: 'live', record });
      await client.stopped();
      await client.stack();
    }
    await client.refused('hotplug/goTo', { record: 4000 });
    await client.refused('hotplug/goTo', { record: 'first' });
  },
);

debugTest(
  'a long run is paused, and goes on from there',
  Array.from({ length: 6000 }, (_, number) => `echo ${number}`),
  async (client) => {
    await client.launch(live);
    await client.request('continue', { threadId: 1 });
    assert.match(
      await client.refused('stackTrace', { threadId: 1 }),
      /The replay is running\. Pause it first\./,
    );
    await client.request('pause', { threadId: 1 });
    assert.equal((await client.stopped()).reason, 'pause');
    const [frame = ''] = await client.stack();
    assert.match(frame, /^event \d+ in:1$/);
    assert.equal((await client.move('continue')).reason, 'end');
    assert.deepEqual(await client.stack(), ['process:4', 'event 6000 in:1']);
  },
);

goldenTest('what cannot be done is refused with what to do', 'debug-refused', ['echo a'], async (client) => {
  await client.refused('threads2');
  await client.refused('continue', { threadId: 1 });
  await client.request('initialize', { adapterID: 'hotplug' });
  await client.refused('configurationDone');
  await client.refused('launch', { recording: 'live', life: 'first' });
  await client.refused('launch', { recording: 'live', unrecorded: 'maybe' });
  await client.refused('launch', { recording: 'live', breakpoints: [{ when: 'true' }] });
  await client.refused('launch', { ...live, breakpoints: [{ event: 'in', when: 'pin ==' }] });
  await client.refused('launch', { recording: 'live' });
  await client.refused('launch', { ...live, recording: '/nowhere/there.hotplug.mcap' });
  await client.refused('launch', { ...live, plugin: 'other' });
  await client.refused('launch', { ...live, life: 7 });
  await client.refused('launch', { recording: 'live', artifact: '/nowhere/plugin.wasm' });
  await client.refused('launch', { recording: 'live', project: '/nowhere' });
});
