import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeWire, encodeWire, type MushEvent } from '../../extension/contracts/holomush/event.ts';
import { generateEvents, type Population } from '../../extension/contracts/holomush/generator.ts';
import { isUlid } from '../../extension/contracts/holomush/ulid.ts';
import { UserError } from '../../extension/errors.ts';

function take(population: Population, count: number): readonly MushEvent[] {
  return generateEvents(population).take(count).toArray();
}

const TOWN = { characters: 20, rooms: 5, seed: 6 };

test('the same seed gives the same events, another one others', () => {
  assert.deepEqual(take(TOWN, 500), take(TOWN, 500));
  for (const seed of [7, -6, 6 + 2 ** 32]) assert.notDeepEqual(take({ ...TOWN, seed }, 500), take(TOWN, 500));
});

test('events are whole, in time and in the order of their ids', () => {
  const events = take(TOWN, 2000);
  for (const event of events) assert.deepEqual(decodeWire(encodeWire(event)), event);
  assert.ok(events.every(({ id }) => isUlid(id)));
  const ids = events.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)].toSorted());
  const times = events.map(({ timestamp }) => timestamp);
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
});

test('everything that a MUSH has happens, in every room, to everybody', () => {
  const events = take(TOWN, 3000);
  const seen = (key: (event: MushEvent) => string | number): unknown =>
    [...new Set(events.map(key))].toSorted();
  assert.deepEqual(
    seen(({ type }) => type),
    ['arrive', 'leave', 'pose', 'say', 'system'],
  );
  assert.deepEqual(
    seen(({ actorKind }) => actorKind),
    [0, 1, 2],
  );
  assert.deepEqual(
    seen(({ stream }) => stream),
    ['global:announcements', ...['1', '2', '3', '4', '5'].map((room) => `location:room${room}`)],
  );
  assert.equal(
    new Set(events.filter(({ actorKind }) => actorKind === 0).map(({ actorId }) => actorId)).size,
    20,
  );
});

test('characters act in the room that they are in', () => {
  const roomOf = new Map<string, string>();
  for (const { type, stream, actorKind, actorId, payload } of take(TOWN, 3000)) {
    if (actorKind !== 0) continue;
    if (type === 'leave' || type === 'arrive')
      assert.deepEqual(JSON.parse(payload), { character_id: actorId });
    const known = roomOf.get(actorId);
    if (type === 'arrive') assert.notEqual(known, stream);
    else if (known !== undefined) assert.equal(stream, known);
    roomOf.set(actorId, stream);
  }
});

test('in a single room nobody moves', () => {
  const types = new Set(take({ characters: 1, rooms: 1, seed: 0 }, 500).map(({ type }) => type));
  assert.deepEqual([...types].toSorted(), ['pose', 'say', 'system']);
});

for (const [name, population] of [
  ['characters', { ...TOWN, characters: 0 }],
  ['characters', { ...TOWN, characters: 1.5 }],
  ['rooms', { ...TOWN, rooms: -1 }],
  ['seed', { ...TOWN, seed: NaN }],
] as const) {
  test(`${name} of ${population[name]} are refused`, () => {
    assert.throws(
      () => take(population, 1),
      (error) =>
        error instanceof UserError && error.message.startsWith(`${name}: is ${population[name]}, not`),
    );
  });
}
