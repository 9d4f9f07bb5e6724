import assert from 'node:assert/strict';
import { test } from 'node:test';
import { act, actingIn, become, firstWorld, standIn } from '../../extension/contracts/holomush/commands.ts';
import { readEvent } from '../../extension/contracts/holomush/event.ts';
import { inputLine, marksOf, tell } from '../../extension/contracts/holomush/transcript.ts';
import { UserError } from '../../extension/errors.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import type { BusEntry } from '../../extension/host/protocol.ts';

const events = (line: string, world = firstWorld): readonly EventJson[] => act(line, world).events;
const ofAnn = { actor_kind: 0, actor_id: 'ann' };

test('people speak and pose where they are', () => {
  const hello = { stream: 'location:room1', type: 'say', ...ofAnn, payload: { message: 'hello' } };
  for (const line of ['say hello', '"hello', '  SAY   hello ', '" hello'])
    assert.deepEqual(events(line), [hello]);
  const waves = { stream: 'location:room1', type: 'pose', ...ofAnn, payload: { message: 'waves at "bob"' } };
  for (const line of ['pose waves at "bob"', ':waves at "bob"', ': waves at "bob"'])
    assert.deepEqual(events(line), [waves]);
  assert.deepEqual(events(''), []);
  assert.deepEqual(events(' \t'), []);
});

test('going is leaving here and arriving there', () => {
  const { world, events: moved } = act('go room2', firstWorld);
  const payload = { character_id: 'ann' };
  assert.deepEqual(moved, [
    { stream: 'location:room1', type: 'leave', ...ofAnn, payload },
    { stream: 'location:room2', type: 'arrive', ...ofAnn, payload },
  ]);
  assert.equal(actingIn(world).room, 'room2');
  assert.equal(events('"hi', world)[0]?.['stream'], 'location:room2');
  assert.throws(() => act('go location:room2', world), /ann is in room2 already/);
  const far = act('go the red door', world).world;
  assert.deepEqual(far.rooms, ['room1', 'room2', 'the red door']);
  assert.equal(actingIn(act('as bob', far).world).room, 'room1');
});

test('a new character stands where the one before did, and says nothing by that', () => {
  const { world, events: none } = act('as cleo', standIn(firstWorld, 'cellar'));
  assert.deepEqual(none, []);
  assert.deepEqual(actingIn(world), { name: 'cleo', room: 'cellar' });
  assert.equal(world.characters.length, 3);
  assert.equal(become(world, ' cleo ').characters.length, 3);
});

test('the system speaks to all', () => {
  assert.deepEqual(events('system Restart soon'), [
    {
      stream: 'global:announcements',
      type: 'system',
      actor_kind: 1,
      actor_id: 'system',
      payload: { message: 'Restart soon' },
    },
  ]);
});

test('an event is taken as it is typed, and its mistakes are named', () => {
  const event = { stream: 'global:x', type: 'dance', actor_kind: 2, payload: '{"a":1}' };
  assert.deepEqual(events(JSON.stringify(event)), [event]);
  assert.throws(
    () => events('{"stream": 1}'),
    (error: unknown) => {
      return error instanceof UserError && error.message.startsWith('stream: is the number 1');
    },
  );
  assert.throws(() => events('{"stream": "a"'), /The event, line 1, column 15: not valid JSON/);
});

test('what is no command is said with what is', () => {
  for (const line of [
    'dance',
    'say',
    'go',
    'pose   ',
    'as',
    'system',
    '"',
    ':',
    'hello there',
    `as ${'x'.repeat(201)}`,
  ])
    assert.throws(() => act(line, firstWorld), UserError, line);
  assert.throws(() => act('dance', firstWorld), { message: '"dance" is no command', advice: /say TEXT/ });
});

test('whatever is typed gives events that go onto the bus, or a UserError', () => {
  let state = 7;
  const below = (most: number): number => (state = (state * 1_103_515_245 + 12_345) & 0x7fffffff) % most;
  const parts = [
    'say ',
    '"',
    ':',
    'go ',
    'as ',
    'system ',
    '{',
    '}',
    '"a":',
    ' ',
    '\u0000',
    '\ud800',
    '🐉',
    'x',
    '<&>',
    '\n',
  ];
  let world = firstWorld;
  for (let round = 0; round < 5000; round++) {
    const line = Array.from({ length: below(6) }, () => parts[below(parts.length)] ?? '').join('');
    try {
      const acted = act(line, world);
      world = round % 50 === 0 ? firstWorld : acted.world;
      for (const event of acted.events) readEvent(event);
      assert.ok(world.characters.some(({ name }) => name === world.acting));
    } catch (error) {
      assert.ok(error instanceof UserError, `${JSON.stringify(line)}: ${String(error)}`);
    }
  }
});

const entry = (event: EventJson, more: Partial<BusEntry> = {}): BusEntry => ({
  id: 'a',
  stream: 'location:room1',
  event,
  at: 0,
  hops: 0,
  origin: 'a',
  deliveries: [],
  ...more,
});

test('events are told in words, and as they are where they have none', () => {
  const told = (type: string, payload: string, actor_kind = 0, actor_id = 'ann'): string => {
    const { who, kind, text } = tell({ type, payload, actor_kind, actor_id });
    return `${kind} ${who} ${text}`;
  };
  assert.equal(told('say', '{"message":"hello"}'), 'character ann says "hello"');
  assert.equal(told('pose', '{"message":"waves"}'), 'character ann waves');
  assert.equal(told('arrive', '{"character_id":"ann"}'), 'character ann arrives');
  assert.equal(told('leave', '{}'), 'character ann leaves');
  assert.equal(told('system', '{"message":"x"}', 1, 'system'), 'system system announces "x"');
  assert.equal(told('dance', '{"message":1}', 2, ''), 'plugin (plugin) dance {"message":1}');
  assert.equal(told('say', 'null', 9, ''), 'unknown (unknown) say null');
});

test('what went wrong is marked', () => {
  const deliveries = [
    { plugin: 'a', pattern: '*', outcome: 'queued' },
    { plugin: 'b', pattern: '*', outcome: 'dropped' },
    { plugin: 'c', pattern: '*', outcome: 'absent' },
  ] as const;
  assert.deepEqual(
    marksOf(entry({}, { stopped: 'a circle', deliveries })).map(({ kind, text }) => `${kind} ${text}`),
    ['stopped a circle', 'dropped the inbox of b was full', 'absent c did not run'],
  );
  assert.deepEqual(marksOf(entry({})), []);
});

test('a line of an input file is the same event again, but for its id and time', () => {
  for (const payload of [
    '{"message":"\\u003cb\\u003e"}',
    '{ "message": 1 }',
    '[1]',
    '{"n":1.0}',
    '"x"',
    '{"a":{}}',
  ]) {
    const event = { stream: 's', type: 't', actor_kind: 2, actor_id: 'p', payload };
    const line = inputLine(entry({ ...event, id: 'gone', timestamp: 1 }));
    assert.ok(!line.includes('\n') && !line.includes('gone'));
    const again = readEvent(JSON.parse(line) as EventJson);
    assert.deepEqual([again.payload, again.actorKind, again.actorId], [payload, 2, 'p']);
  }
  const readable = inputLine(entry({ payload: '{"message":"hi"}' }));
  assert.equal(readable, '{"payload":{"message":"hi"}}');
});
