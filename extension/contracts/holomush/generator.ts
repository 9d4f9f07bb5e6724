/** Events for load and for comparisons: what happens in a small MUSH, the same for the same seed. */
import { UserError } from '../../errors.ts';
import { ACTOR, type MushEvent } from './event.ts';
import { goJson } from './text.ts';
import { UlidSource } from './ulid.ts';

export interface Population {
  /** At least 1. */
  readonly characters: number;
  /** At least 1; nobody moves where there is only one. */
  readonly rooms: number;
  /** Any whole number; another one gives other events. */
  readonly seed: number;
}

/** 2025-01-18T10:10:00Z, the time of the event in HoloMUSH's authoring guide. */
const START = 1_737_195_000_000;
const LONGEST_PAUSE_MS = 400;

const SAID = [
  'hello',
  'Is anybody here?',
  'I have seen this door before; it was not red then.',
  '<b>look</b> & listen',
  'He said "wait", and I waited.',
  'Grüße aus dem Süden 🐉',
  'C:\\games\\mush\ttabs and\nlines',
  '5 > 3 && 3 < 5',
  '',
];
const POSED = ['waves.', 'opens the <iron> door.', 'looks up & smiles.', "shakes Ada's hand.", '踊る'];
const ANNOUNCED = ['The bell rings.', 'It begins to rain.', 'Restart in 5 minutes & counting.'];

/**
 * Endless. Characters speak, pose and move between rooms (a `leave` there, an `arrive` here), the system
 * announces to all, and now and then a plugin speaks. Timestamps go up by up to 400 ms; ids are ULIDs of them.
 * Throws a UserError for a number that is none of its kind.
 */
export function* generateEvents({ characters, rooms, seed }: Population): Generator<MushEvent, never> {
  requireWhole('characters', characters, 1);
  requireWhole('rooms', rooms, 1);
  requireWhole('seed', seed, Number.MIN_SAFE_INTEGER);
  const below = numbersOf(seed);
  const ids = new UlidSource((bytes) => bytes.forEach((_, index) => (bytes[index] = below(256))));
  const roomOf = Array.from({ length: characters }, () => below(rooms));
  const pick = (texts: readonly string[]): string => texts[below(texts.length)] ?? '';
  let timestamp = START;
  const event = (
    type: string,
    stream: string,
    actorKind: number,
    actorId: string,
    payload: object,
  ): MushEvent => ({
    id: ids.next(timestamp),
    stream,
    type,
    timestamp,
    actorKind,
    actorId,
    payload: goJson(payload),
  });

  for (;;) {
    timestamp += below(LONGEST_PAUSE_MS + 1);
    const character = below(characters);
    const room = roomOf[character] ?? 0;
    const name = `player${character + 1}`;
    const chance = below(100);
    if (chance < 55) {
      yield event('say', streamOf(room), ACTOR.character, name, { message: pick(SAID) });
    } else if (chance < 75) {
      yield event('pose', streamOf(room), ACTOR.character, name, { message: pick(POSED) });
    } else if (chance < 93) {
      if (rooms === 1) continue;
      const next = (room + 1 + below(rooms - 1)) % rooms;
      roomOf[character] = next;
      yield event('leave', streamOf(room), ACTOR.character, name, { character_id: name });
      yield event('arrive', streamOf(next), ACTOR.character, name, { character_id: name });
    } else if (chance < 98) {
      yield event('system', 'global:announcements', ACTOR.system, 'system', { message: pick(ANNOUNCED) });
    } else {
      yield event('say', streamOf(room), ACTOR.plugin, 'parrot', { message: `Echo: ${pick(SAID)}` });
    }
  }
}

function streamOf(room: number): string {
  return `location:room${room + 1}`;
}

function requireWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new UserError(
    `${name}: is ${value}, not a whole number${least === 1 ? ' of at least 1' : ''}`,
    'Write one, 10 for example.',
  );
}

/** Whole numbers below what is asked for (mulberry32), the same for the same seed. */
function numbersOf(seed: number): (below: number) => number {
  // Seeds beyond 32 bits give their upper half into it, too.
  let state = (seed ^ Math.floor(seed / 2 ** 32)) | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
