/** Events of HoloMUSH's bus: as people write them, and as they go to a plugin. */
import { messageOf, UserError } from '../../errors.ts';
import type { EventJson } from '../../host/contract.ts';
import { goJson, isObject, kindOf, readJson, readText } from './text.ts';
import { newUlid } from './ulid.ts';

export interface MushEvent {
  /** A ULID where HoloMUSH made it; any text is taken, as HoloMUSH does. */
  readonly id: string;
  readonly stream: string;
  /** `say`, `pose`, `arrive`, `leave`, `system` or any other. */
  readonly type: string;
  /** Unix milliseconds; whole, and no larger than a number can hold exactly. */
  readonly timestamp: number;
  /** One of {@link ACTOR}; any other whole number up to 255 is unknown, and passes. */
  readonly actorKind: number;
  readonly actorId: string;
  /** JSON text. */
  readonly payload: string;
}

/** Who an event is of. */
export const ACTOR = { character: 0, system: 1, plugin: 2 } as const;

/** The names on the wire, in the order in which Go writes them. */
const FIELDS = ['id', 'stream', 'type', 'timestamp', 'actor_kind', 'actor_id', 'payload'] as const;
type Field = (typeof FIELDS)[number];

const FORM =
  'Write {"stream": "location:room1", "type": "say", "payload": {"message": "hello"}}; "id", "timestamp", "actor_kind" and "actor_id" may be left out.';
const WIRE = `A plugin gets an object of ${FIELDS.map((field) => `"${field}"`).join(', ')}, all of them.`;

/**
 * Reads an event as people write it: the names of the wire, of which `id` (a fresh ULID), `timestamp` (now),
 * `actor_kind` (0) and `actor_id` (empty) may be left out; the payload is an object or a JSON text. Throws a
 * UserError that names the field.
 */
export function readEvent(event: EventJson): MushEvent {
  const now = Date.now();
  const { payload } = event;
  const text = isObject(payload) ? { ...event, payload: payloadText(payload) } : event;
  return fieldsOf(
    { id: newUlid(now), timestamp: now, actor_kind: ACTOR.character, actor_id: '', ...text },
    FORM,
  );
}

/** The event with the names of the wire. */
export function wireJson(event: MushEvent): EventJson {
  const { id, stream, type, timestamp, payload } = event;
  return { id, stream, type, timestamp, actor_kind: event.actorKind, actor_id: event.actorId, payload };
}

/** The event as a plugin gets it: byte for byte what Go's `json.Marshal` makes of HoloMUSH's struct. */
export function encodeWire(event: MushEvent): Uint8Array {
  return new TextEncoder().encode(goJson(wireJson(event)));
}

/** The inverse of {@link encodeWire}. Throws a UserError that names the place or the field. */
export function decodeWire(bytes: Uint8Array): MushEvent {
  const read = readText(bytes);
  if ('invalidAt' in read) throw new UserError(`event: is not UTF-8 text at byte ${read.invalidAt}`, WIRE);
  const json = readJson(read.text);
  if ('problem' in json) throw new UserError(`event: is not JSON: ${json.problem}`, WIRE);
  if (!isObject(json.value)) throw new UserError(`event: is ${kindOf(json.value)}, not an object`, WIRE);
  return fieldsOf(json.value, WIRE);
}

function fieldsOf(event: EventJson, advice: string): MushEvent {
  for (const name of Object.keys(event)) {
    if (!FIELDS.some((field) => field === name))
      throw new UserError(`${name}: is no field of an event`, `Its fields are ${FIELDS.join(', ')}.`);
  }
  return {
    id: textOf(event, 'id', advice),
    stream: textOf(event, 'stream', advice),
    type: textOf(event, 'type', advice),
    timestamp: timestampOf(event, advice),
    actorKind: actorKindOf(event, advice),
    actorId: textOf(event, 'actor_id', advice),
    payload: payloadOf(event, advice),
  };
}

/** Halves of surrogate pairs become U+FFFD, as in Go's decoder. */
function textOf(event: EventJson, field: Field, advice: string): string {
  const value = event[field];
  if (typeof value !== 'string') throw misfit(field, value, 'a text', advice);
  return value.toWellFormed();
}

function timestampOf(event: EventJson, advice: string): number {
  const value = event['timestamp'];
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw misfit('timestamp', value, 'a whole number of Unix milliseconds', advice);
  if (!Number.isSafeInteger(value)) {
    throw new UserError(
      `timestamp: ${value} is beyond ±${Number.MAX_SAFE_INTEGER}, where numbers are no longer exact`,
      'Write Unix milliseconds, 1737195000000 for example; seconds, microseconds and dates are something else.',
    );
  }
  // There is no negative zero in Go's integers.
  return value + 0;
}

function actorKindOf(event: EventJson, advice: string): number {
  const value = event['actor_kind'];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xff) return value + 0;
  throw misfit(
    'actor_kind',
    value,
    'a whole number from 0 to 255: 0 is a character, 1 the system, 2 a plugin',
    advice,
  );
}

function payloadOf(event: EventJson, advice: string): string {
  const text = event['payload'];
  if (typeof text !== 'string') throw misfit('payload', text, 'JSON text', advice);
  const json = readJson(text);
  if ('problem' in json) throw new UserError(`payload: is not JSON text: ${json.problem}`, advice);
  return text.toWellFormed();
}

function payloadText(payload: object): string {
  try {
    return goJson(payload);
  } catch (error) {
    throw new UserError(`payload: cannot be written as JSON: ${messageOf(error)}`, FORM, { cause: error });
  }
}

function misfit(field: Field, value: unknown, due: string, advice: string): UserError {
  const what = value === undefined ? 'is missing; it has to be' : `is ${kindOf(value)}, not`;
  return new UserError(`${field}: ${what} ${due}`, advice);
}
