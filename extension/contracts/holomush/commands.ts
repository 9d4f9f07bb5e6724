/** What people type into a console of a small MUSH, as events of the bus. */
import { UserError } from '../../errors.ts';
import type { EventJson } from '../../host/contract.ts';
import { parseJson } from '../../project/json.ts';
import { ACTOR, readEvent } from './event.ts';
import { isObject } from './text.ts';

/** Who there is and where they stand. */
export interface World {
  /** In the order in which they came. */
  readonly characters: readonly Character[];
  readonly rooms: readonly string[];
  /** Name of the one who does what is typed; one of the characters. */
  readonly acting: string;
}

export interface Character {
  readonly name: string;
  /** One of the rooms. */
  readonly room: string;
}

/** What a line came to. */
export interface Acted {
  readonly world: World;
  /** As people write them: without id and timestamp, unless they were typed. */
  readonly events: readonly EventJson[];
}

export const firstWorld: World = {
  characters: [
    { name: 'ann', room: 'room1' },
    { name: 'bob', room: 'room1' },
  ],
  rooms: ['room1', 'room2'],
  acting: 'ann',
};

/** Where what the system says is heard, as `generator.ts` has it. */
const ANNOUNCEMENTS = 'global:announcements';
const LOCATION = 'location:';
const LONGEST_NAME = 200;

/** What can be typed, a line each, with what it does. */
export const commandHelp: readonly (readonly [string, string])[] = [
  ['say TEXT  or  "TEXT', 'the character speaks in its room'],
  ['pose TEXT  or  :TEXT', 'the character does something: "pose waves"'],
  ['go ROOM', 'the character leaves its room and arrives in another one, which is made where it is new'],
  ['system TEXT', `the system speaks to all, on ${ANNOUNCEMENTS}`],
  ['as NAME', 'who acts from now on; a new character stands in the same room'],
  ['{"stream": …}', 'any event as JSON; id, timestamp, actor_kind and actor_id may be left out'],
];
const ADVICE =
  'Write say TEXT (or "TEXT), pose TEXT (or :TEXT), go ROOM, system TEXT, as NAME, or an event as JSON.';

/** Does a line. An empty one does nothing. Throws a UserError for what is no command or no event. */
export function act(line: string, world: World): Acted {
  const text = line.trim();
  if (text === '') return { world, events: [] };
  if (text.startsWith('{')) return { world, events: [readRaw(text)] };
  const [, verb = '', rest = ''] = /^("|:|\S+)\s*([^]*)$/.exec(text) ?? [];
  const { name, room } = actingIn(world);
  switch (verb.toLowerCase()) {
    case 'say':
    case '"':
      return { world, events: [said('say', name, room, textIn(rest, 'say TEXT'))] };
    case 'pose':
    case ':':
      return { world, events: [said('pose', name, room, textIn(rest, 'pose TEXT'))] };
    case 'system':
      return { world, events: [announced(textIn(rest, 'system TEXT'))] };
    case 'as':
      return { world: become(world, rest), events: [] };
    case 'go':
      return go(world, textIn(rest, 'go ROOM'));
    default:
      throw new UserError(`"${verb}" is no command`, ADVICE);
  }
}

/** The one who acts. */
export function actingIn(world: World): Character {
  const found = world.characters.find(({ name }) => name === world.acting);
  if (found === undefined) throw new UserError(`${world.acting} is nowhere`, 'Choose a character.');
  return found;
}

/** Has another character act; one that is new stands where the one before does. */
export function become(world: World, typed: string): World {
  const name = nameIn(typed, 'a character');
  if (world.characters.some((one) => one.name === name)) return { ...world, acting: name };
  const { room } = actingIn(world);
  return { ...world, acting: name, characters: [...world.characters, { name, room }] };
}

/** Puts the one who acts into a room, without a word on the bus; one that is new is made. */
export function standIn(world: World, typed: string): World {
  const room = roomIn(typed);
  return {
    ...world,
    rooms: world.rooms.includes(room) ? world.rooms : [...world.rooms, room],
    characters: world.characters.map((one) => (one.name === world.acting ? { ...one, room } : one)),
  };
}

function go(world: World, typed: string): Acted {
  const { name, room: from } = actingIn(world);
  const to = roomIn(typed);
  if (to === from) throw new UserError(`${name} is in ${to} already`, 'Name another room.');
  return { world: standIn(world, to), events: [moved('leave', name, from), moved('arrive', name, to)] };
}

function said(type: 'say' | 'pose', name: string, room: string, message: string): EventJson {
  return {
    stream: LOCATION + room,
    type,
    actor_kind: ACTOR.character,
    actor_id: name,
    payload: { message },
  };
}

function moved(type: 'leave' | 'arrive', name: string, room: string): EventJson {
  const payload = { character_id: name };
  return { stream: LOCATION + room, type, actor_kind: ACTOR.character, actor_id: name, payload };
}

function announced(message: string): EventJson {
  return {
    stream: ANNOUNCEMENTS,
    type: 'system',
    actor_kind: ACTOR.system,
    actor_id: 'system',
    payload: { message },
  };
}

function readRaw(text: string): EventJson {
  const event = parseJson(text, 'The event');
  if (!isObject(event)) throw new UserError('An event is an object of JSON', ADVICE);
  // Says what is wrong with it before anything is sent.
  readEvent(event);
  return event;
}

function textIn(rest: string, form: string): string {
  if (rest !== '') return rest;
  throw new UserError(`${form}: there is nothing after the command`, ADVICE);
}

/** Rooms are named with or without what their streams begin with. */
function roomIn(typed: string): string {
  const name = nameIn(typed, 'a room');
  return name.startsWith(LOCATION) ? nameIn(name.slice(LOCATION.length), 'a room') : name;
}

function nameIn(typed: string, what: string): string {
  const name = typed.trim();
  if (name !== '' && name.length <= LONGEST_NAME && !/\p{Cc}/u.test(name)) return name;
  throw new UserError(
    `That is no name of ${what}`,
    `Write one of 1 to ${LONGEST_NAME} characters, room1 or ann for example.`,
  );
}
