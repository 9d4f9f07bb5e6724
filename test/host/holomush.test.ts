/** HoloMUSH's bus, with real plugins on it: who hears what, what they answer, and what stops a circle. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contracts } from '../../extension/contracts/index.ts';
import type { BusEntry } from '../../extension/host/protocol.ts';
import { CallStatus } from '../../extension/recording/record.ts';
import { Mush, say } from './mush.ts';

test('an event reaches every plugin that subscribes to its stream, once; answers are events of a plugin', async (t) => {
  const opened = await Mush.open(t);
  if (opened === undefined) return;
  await using mush = opened;
  await mush.add('loud', 'loud', { subscriptions: ['location:room2'] });
  await mush.add('twice', 'quiet', { subscriptions: ['location:*', 'location:room1', '*'] });
  await mush.add('deaf', 'quiet', { subscriptions: ['global:*', 'loc?tion:*', 'location:*1'] });
  const [told] = await mush.publish(say('hello', 'location:room2'));
  await Promise.all([mush.calls('loud', 1), mush.calls('twice', 2)]);
  const [first, second] = await mush.entries();
  assert.deepEqual(
    first?.deliveries.map(({ plugin, pattern, outcome }) => [plugin, pattern, outcome]),
    [
      ['loud', 'location:room2', 'queued'],
      ['twice', 'location:*', 'queued'],
    ],
  );
  assert.equal(second?.from, 'loud');
  assert.equal(second.hops, 1);
  assert.equal(second.origin, told?.id);
  assert.equal(second.event['actor_kind'], 2);
  assert.equal(second.event['actor_id'], 'loud');
  assert.match(String(second.event['id']), /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
  assert.deepEqual(JSON.parse(String(second.event['payload'])), { message: 'loud' });

  const reasons = await mush.reasons(told?.id ?? '');
  assert.deepEqual(
    reasons.map(({ plugin, reached, text }) => [plugin, reached, text]),
    [
      ['loud', true, 'It reached loud by the pattern "location:room2".'],
      ['twice', true, 'It reached twice by the pattern "location:*".'],
      [
        'deaf',
        false,
        'None of the patterns of deaf matches "location:room2": "global:*", "loc?tion:*", "location:*1". In "loc?tion:*" only a * at the end stands for more.',
      ],
    ],
  );
  await assert.rejects(mush.reasons('nothing'), /The bus has no event nothing/);
});

test('the recording ties what a plugin emits to the event that others get of it', async (t) => {
  const opened = await Mush.open(t);
  if (opened === undefined) return;
  await using mush = opened;
  await mush.add('loud', 'loud', { subscriptions: ['location:room2'] });
  await mush.add('quiet', 'quiet', { subscriptions: ['location:*'] });
  await mush.publish(say('hello', 'location:room2'));
  await Promise.all([mush.calls('loud', 1), mush.calls('quiet', 2)]);
  const { host } = mush.hosted;
  const { rows } = await host.request('rows', {
    recording: 'live',
    query: { filter: 'kind:event plugin:loud', first: 0, count: 1 },
  });
  const flows = await host.request('flows', { recording: 'live', record: rows[0]?.record ?? -1 });
  assert.deepEqual(
    flows.map(({ from, to, kind }) => [from.plugin, to.plugin, kind]),
    [
      ['loud', 'loud', 'made'],
      ['loud', 'quiet', 'delivered'],
    ],
  );
  const [made, delivered] = flows;
  assert.ok(made !== undefined && delivered !== undefined);
  assert.equal(made.to.record, delivered.from.record);
  assert.deepEqual(await host.request('flows', { recording: 'live', record: delivered.to.record }), [
    delivered,
    made,
  ]);
});

test('what a plugin gets is byte for byte what HoloMUSH sends', async (t) => {
  const opened = await Mush.open(t);
  if (opened === undefined) return;
  await using mush = opened;
  await mush.add('mirror', 'wire');
  await mush.publish({
    id: '01JHXYZ123ABC456DEF789GHJK',
    stream: 'location:room1',
    type: 'say',
    timestamp: 1_737_195_000_000,
    actor_kind: 0,
    actor_id: 'ann',
    payload: '{"message": "<b> & \u2028"}',
  });
  await mush.calls('mirror', 1);
  const said = mush.of('mirror', 'hostCall').filter(({ name }) => name.endsWith('#log_info'));
  const [message] = said
    .slice(-1)
    .map((record) => contracts['holomush']?.values(record)?.arguments[1]?.value);
  assert.deepEqual(message, {
    type: 'string',
    value:
      '{"id":"01JHXYZ123ABC456DEF789GHJK","stream":"location:room1","type":"say","timestamp":1737195000000,"actor_kind":0,"actor_id":"ann","payload":"{\\"message\\": \\"\\u003cb\\u003e \\u0026 \\u2028\\"}"}',
  });
});

test('nothing, an empty object and an empty list are no answer; what is wrong is said with its field', async (t) => {
  const opened = await Mush.open(t);
  if (opened === undefined) return;
  await using mush = opened;
  const wrong: Readonly<Record<string, RegExp>> = {
    quiet: /^$/,
    'empty object': /^$/,
    'empty list': /^$/,
    'not json': /^output: is not JSON/,
    'wrong type': /^events\[0\]\.stream: /,
    'some refused': /^$/,
  };
  for (const mode of Object.keys(wrong)) await mush.add(mode, mode);
  await mush.publish(say('hello'));
  for (const [mode, message] of Object.entries(wrong)) {
    const [call] = await mush.calls(mode, 1);
    assert.match(call?.text ?? '', message, mode);
    const ok = message.source === '^$';
    assert.equal(call?.status, ok ? CallStatus.ok : CallStatus.error, mode);
  }
  const emitted = (await mush.entries()).filter(({ from }) => from !== undefined);
  assert.deepEqual(
    emitted.map(({ from, stream }) => [from, stream]),
    [['some refused', 'global:b']],
  );
  const notes = mush.logs.filter(({ source }) => source === 'host').map(({ text }) => text);
  assert.equal(notes.length, 2, notes.join('\n'));
  assert.match(notes[0] ?? '', /^events\[0\]\.stream: /);
  assert.match(notes[1] ?? '', /^events\[1\]\.payload: /);
});

test('events come one at a time and in order, whatever the others do', async (t) => {
  const opened = await Mush.open(t);
  if (opened === undefined) return;
  await using mush = opened;
  await mush.add('serial', 'quiet', { inbox: { full: 'wait', size: 10 } });
  const events = Array.from({ length: 300 }, (_, index) => say(String(index)));
  await Promise.all([0, 1, 2].map((part) => mush.publish(...events.slice(part * 100, part * 100 + 100))));
  const calls = await mush.calls('serial', 300);
  assert.ok(calls.every(({ status }) => status === CallStatus.ok));
  // Of each who publishes, in the order in which that was done.
  const heard = mush.of('serial', 'event').map((record) => {
    const [event] = contracts['holomush']?.values(record)?.arguments ?? [];
    const payload =
      event?.value.type === 'record'
        ? event.value.fields.find(({ name }) => name === 'payload')?.value
        : undefined;
    const { message } = JSON.parse(payload?.type === 'string' ? payload.value : '{}') as { message?: string };
    return Number(message);
  });
  for (const part of [0, 1, 2]) {
    const own = heard.filter((number) => Math.floor(number / 100) === part);
    assert.deepEqual(
      own,
      [...own].sort((a, b) => a - b),
    );
    assert.equal(own.length, 100);
  }
  assert.equal((await mush.hosted.host.request('list', undefined))[0]?.bus?.dropped, 0);
});

test('a call past its deadline is ended; its event is skipped, and the plugin gets the next one', async (t) => {
  const opened = await Mush.open(t);
  if (opened === undefined) return;
  await using mush = opened;
  await mush.add('stuck', 'forever', {}, 200);
  await mush.add('free', 'quiet');
  await mush.publish(say('one'), say('two'));
  await mush.calls('free', 2);
  const end = performance.now() + 30_000;
  while (mush.hosted.lifecycle().filter(({ change }) => change === 'restarted').length < 2) {
    assert.ok(performance.now() < end, 'two calls are ended');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal(mush.of('stuck', 'event').length, 2);
  const failures = mush.hosted.lifecycle().filter(({ change }) => change === 'failed');
  assert.equal(failures.length, 2);
  assert.match(failures[0]?.text ?? '', /200 ms/);
});

test('a circle of answers is stopped, and both plugins are named', async (t) => {
  const opened = await Mush.open(t);
  if (opened === undefined) return;
  await using mush = opened;
  await mush.add('left', 'loud');
  await mush.add('right', 'loud');
  await mush.publish(say('hello'));
  const end = performance.now() + 30_000;
  let stopped: readonly BusEntry[] = [];
  while (stopped.length === 0) {
    assert.ok(performance.now() < end, 'the guard stops it');
    await new Promise((resolve) => setTimeout(resolve, 20));
    stopped = (await mush.entries()).filter((entry) => entry.stopped !== undefined);
  }
  assert.match(
    stopped[0]?.stopped ?? '',
    /^(left|right)( and (left|right) answer each other| answers its own events)/,
  );
  // It comes to rest.
  let before = -1;
  while (before !== (await mush.entries()).length) {
    before = (await mush.entries()).length;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  assert.ok((await mush.entries()).every(({ hops, stopped: why }) => hops <= 8 || why !== undefined));
});

test('a full inbox drops, and says how often', async (t) => {
  const opened = await Mush.open(t);
  if (opened === undefined) return;
  await using mush = opened;
  await mush.add('slow', 'forever', { inbox: { size: 5 } }, 60_000);
  await mush.add('patient', 'quiet', { inbox: { size: 5, full: 'wait' } });
  const entries = await mush.publish(...Array.from({ length: 1000 }, (_, index) => say(String(index))));
  await mush.calls('patient', 1000);
  const [slow] = await mush.hosted.host.request('list', undefined);
  const dropped = entries.filter(({ deliveries }) => deliveries[0]?.outcome === 'dropped').length;
  assert.ok(dropped > 0);
  assert.equal(slow?.bus?.dropped, dropped);
  const last = entries.at(-1);
  const [reason] = await mush.reasons(last?.id ?? '');
  assert.match(reason?.text ?? '', /its inbox was full: it was dropped/);
});
