/** What plugins and those who publish do wrong on HoloMUSH's bus: said clearly, nothing else lost, nobody else affected. */
import assert from 'node:assert/strict';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { UserError } from '../../extension/errors.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import { CallStatus } from '../../extension/recording/record.ts';
import { moduleBytes, type ModuleParts } from '../unit/wasm-module.ts';
import { extismPlugin } from './extism-plugin.ts';
import { eventually, Hosted } from './hosted.ts';
import { Mush, say } from './mush.ts';

const good = { stream: 'location:room1', type: 'say', payload: '{}' };

test('an event that is none is refused with its field, and nothing of the same message goes out', async (t) => {
  const opened = await Mush.open(t);
  if (opened === undefined) return;
  await using mush = opened;
  await mush.add('one', 'quiet');
  const wrong: readonly (readonly [EventJson, RegExp])[] = [
    [{}, /^stream: /],
    [{ ...good, stream: 5 }, /^stream: .*not a text/],
    [{ ...good, type: null }, /^type: .*not a text/],
    [{ ...good, payload: '{"message": ' }, /^payload: /],
    [{ ...good, payload: 7 }, /^payload: /],
    [{ ...good, payload: ['a'] }, /^payload: /],
    [{ ...good, actor_kind: 256 }, /^actor_kind: /],
    [{ ...good, actor_kind: 'character' }, /^actor_kind: /],
    [{ ...good, actor_id: {} }, /^actor_id: /],
    [{ ...good, timestamp: '2026-01-01' }, /^timestamp: /],
    [{ ...good, timestamp: 1.5 }, /^timestamp: /],
    [{ ...good, timestamp: Number.NaN }, /^timestamp: /],
    [{ ...good, timestamp: 2 ** 53 }, /^timestamp: .*no longer exact/],
    [{ ...good, timestamp: -(2 ** 60) }, /^timestamp: /],
    [{ ...good, actorKind: 0 }, /^actorKind: is no field of an event/],
  ];
  for (const [event, message] of wrong) {
    await assert.rejects(mush.publish(say('before'), event), (error) => {
      assert.ok(error instanceof UserError, String(error));
      assert.match(error.message, message);
      assert.notEqual(error.advice, '');
      return true;
    });
  }
  assert.deepEqual(await mush.entries(), []);
  const edges = [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  await mush.publish(...edges.map((timestamp) => ({ ...good, timestamp, actor_kind: 255 })));
  const calls = await mush.calls('one', edges.length);
  assert.ok(calls.every(({ status }) => status === CallStatus.ok));
  assert.deepEqual(
    (await mush.entries()).map(({ event }) => event['timestamp']),
    edges,
  );
});

test('a payload of 10 MB arrives whole', async (t) => {
  const opened = await Mush.open(t);
  if (opened === undefined) return;
  await using mush = opened;
  await mush.add('mirror', 'wire');
  const text = 'x'.repeat(10 * 1024 * 1024);
  await mush.publish(say(text), say('small'));
  const calls = await mush.calls('mirror', 2);
  assert.ok(calls.every(({ status }) => status === CallStatus.ok));
  const said = mush.of('mirror', 'hostCall').filter(({ payload }) => payload.length > text.length);
  assert.equal(said.length, 1);
  assert.ok(Buffer.from(said[0]?.payload ?? []).includes(text));
});

test('10,000 events in one answer reach who waits for them, and drop where there is no room', async (t) => {
  const opened = await Mush.open(t);
  if (opened === undefined) return;
  await using mush = opened;
  await mush.add('many', 'many');
  await mush.add('patient', 'quiet', { subscriptions: ['many:*'], inbox: { full: 'wait' } });
  await mush.add('hasty', 'forever', { subscriptions: ['many:*'], inbox: { size: 10 } }, 60_000);
  await mush.add('aside', 'quiet', { subscriptions: ['location:*'] });
  const [event] = await mush.publish(say('go'));
  const calls = await mush.calls('patient', 10_000);
  assert.equal(calls.length, 10_000);
  assert.ok(calls.every(({ status }) => status === CallStatus.ok));
  assert.equal((await mush.calls('aside', 1))[0]?.status, CallStatus.ok);
  const statuses = await mush.hosted.host.request('list', undefined);
  const status = (name: string): (typeof statuses)[number] | undefined =>
    statuses.find((one) => one.name === name);
  assert.equal(status('patient')?.bus?.dropped, 0);
  const hasty = status('hasty');
  // What it did not drop waits for it, but for the one that it works on.
  assert.ok((hasty?.bus?.dropped ?? 0) > 9000);
  assert.equal((hasty?.bus?.dropped ?? 0) + (hasty?.waiting ?? 0) + (hasty?.events ?? 0), 10_000);
  const entries = await mush.entries();
  assert.ok(entries.length >= 5000);
  assert.ok(entries.every(({ stopped, origin }) => stopped === undefined && origin === event?.id));
});

test('a plugin that traps on every event is skipped each time, and the one beside it hears all', async (t) => {
  const opened = await Mush.open(t);
  if (opened === undefined) return;
  await using mush = opened;
  await mush.add('broken', 'trap');
  await mush.add('sound', 'loud', { inbox: { full: 'wait' } });
  const events = 8;
  await mush.publish(...Array.from({ length: events }, (_, index) => say(String(index), 'location:room9')));
  // What the sound one answers with goes to both as well, and round to itself until that is stopped.
  await mush.hosted.host.request('subscribe', { plugin: mush.id('sound'), patterns: [] });
  const calls = await mush.calls('sound', events);
  assert.ok(calls.every(({ status }) => status === CallStatus.ok));
  const failures = await eventually('each of them', () => {
    const found = mush.hosted
      .lifecycle()
      .filter(({ change, text }) => change === 'failed' && text.includes('handle_event'));
    return found.length >= events ? found : undefined;
  });
  assert.match(failures[0]?.text ?? '', /handle_event/);
  const [status] = await mush.hosted.host.request('list', undefined);
  assert.match(status?.lastError?.what ?? '', /handle_event/);
  assert.notEqual(status?.lastError?.advice, '');
  // It still takes what comes.
  await mush.hosted.host.request('publish', { contract: 'holomush', events: [say('again')] });
  await eventually(
    'one more',
    () => mush.hosted.lifecycle().filter(({ change }) => change === 'failed').length > events || undefined,
  );
});

test('who waits for room is let go when the plugin does not come back', async (t) => {
  const opened = await Mush.open(t);
  const built = await extismPlugin(t);
  if (opened === undefined || built === undefined) return;
  await using mush = opened;
  const path = join(mush.hosted.folder, 'gone.wasm');
  await copyFile(built, path);
  await mush.add('gone', 'forever', { inbox: { size: 2, full: 'wait' } }, 500, path);
  await rm(path);
  // More than its inbox and what is handed to its instance ahead.
  const entries = await mush.publish(...Array.from({ length: 400 }, (_, index) => say(String(index))));
  assert.equal(entries.length, 400);
  assert.equal(entries.at(-1)?.deliveries[0]?.outcome, 'absent');
  const [status] = await mush.hosted.host.request('list', undefined);
  assert.equal(status?.state, 'failed');
  assert.match(status.lastError?.what ?? '', /gone\.wasm cannot be read/);
});

/** What the host says of a module that the test lays down: when it is started, and after one event. */
async function said(parts: ModuleParts): Promise<{ what: string; advice: string; state: string }> {
  await using hosted = await Hosted.create();
  const path = join(hosted.folder, 'odd.wasm');
  await writeFile(path, moduleBytes(parts));
  const project = {
    folder: hosted.folder,
    name: 'odd',
    contract: 'holomush',
    language: 'c',
    recognisedBy: 'test',
    config: { subscriptions: ['*'] },
  } as const;
  const status = await hosted.start({ kind: 'module', path }, { project });
  if (status.state !== 'failed') {
    await hosted.host.request('publish', { contract: 'holomush', events: [good] });
    await hosted.reach('the error', ({ lastError }) => lastError !== undefined);
  }
  const { lastError, state } = await hosted.status();
  assert.ok(lastError);
  return { what: lastError.what, advice: lastError.advice, state };
}

const CALL_FIRST = [0x42, 0x05, 0x10, 0x00, 0x1a, 0x41, 0x00];

for (const [title, parts, what, advice] of [
  [
    'a memory above the cap',
    { exports: { handle_event: '-> i32' }, pages: 4097 },
    /odd\.wasm wants 256\.06 MiB of memory to start with, and the contract grants 256 MiB/,
    /static data smaller/,
  ],
  ['a start function that traps', { exports: { handle_event: '-> i32' }, start: [0x00] }, /unreachable/, /./],
  [
    'an export that is not there',
    { exports: { on_event: '-> i32' } },
    /odd\.wasm exports no function handle_event; it exports on_event/,
    /export_name\("handle_event"\)/,
  ],
  [
    'a memory that it wants from the host',
    { imports: [['env#memory', Uint8Array.of(2, 0, 1)]], exports: { handle_event: '-> i32' } },
    /odd\.wasm imports the memory env#memory, and Extism hosts give functions alone/,
    /--import-memory/,
  ],
  [
    'a call of a function that nothing answers',
    {
      imports: [['extism:host/user#greet', 'i64 -> i64']],
      exports: { handle_event: '-> i32' },
      code: CALL_FIRST,
    },
    /called extism:host\/user#greet, and nothing answers/,
    /"host": \{ "answers": \{ "extism:host\/user#greet": \["an answer"\] \} \}/,
  ],
  [
    'WASI without a memory',
    {
      imports: [
        ['wasi_snapshot_preview1#sched_yield', '-> i32'],
        ['wasi_snapshot_preview1#random_get', 'i32 i32 -> i32'],
      ],
      exports: { handle_event: '-> i32' },
      code: [0x41, 0x00, 0x41, 0x08, 0x10, 0x01],
    },
    /exports no memory/,
    /./,
  ],
] as const satisfies readonly (readonly [string, ModuleParts, RegExp, RegExp])[]) {
  test(`${title}: the cause and what to do`, async () => {
    const found = await said(parts);
    assert.match(found.what, what);
    assert.match(found.advice, advice);
  });
}
