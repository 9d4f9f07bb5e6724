/** HoloMUSH's bus: streams by pattern, events of plugins with fresh ids. */
import type { BusMessage, BusRules } from '../../host/contract.ts';
import { decodeCall, RecordKind, type RawRecord } from '../../recording/record.ts';
import { decodePayload } from '../typed/encoding.ts';
import { ACTOR, readEvent, wireJson, type MushEvent } from './event.ts';
import { emittedId } from './links.ts';
import { matchPattern, Subscriptions } from './patterns.ts';
import { emitOf, encodeMushEvent, refusedOf } from './payloads.ts';
import { newUlid } from './ulid.ts';

/** The export that takes every event. */
export const HANDLER = 'handle_event';

export const bus: BusRules = {
  subscriptions: () => new Subscriptions<string>(),
  matches: matchPattern,
  publish: (event) => messageOf(readEvent(event)),
  emitted: (record: RawRecord, plugin) => {
    const { kind, payload } = record;
    if (kind === RecordKind.call) {
      const { result } = decodeCall(payload);
      return { events: [], refused: result === undefined ? [] : refusedOf(decodePayload(result)) };
    }
    const emitted = emitOf(decodePayload(payload));
    if (emitted === undefined) return { events: [], refused: [] };
    const timestamp = Date.now();
    const id = freshId(record);
    const event = { ...emitted, id, timestamp, actorKind: ACTOR.plugin, actorId: plugin };
    return { events: [messageOf(event)], refused: [] };
  },
};

/** Ids that were given lately. */
const given = new Set<string>();
const MOST_GIVEN = 256;

/** Two events that were emitted at the very same instant are two; the recording knows the way of the first. */
function freshId(record: RawRecord): string {
  const made = emittedId(record);
  const id = given.has(made) ? newUlid(Math.floor(record.time)) : made;
  given.add(id);
  if (given.size > MOST_GIVEN)
    for (const oldest of given.keys()) if (given.size > MOST_GIVEN) given.delete(oldest);
  return id;
}

function messageOf(event: MushEvent): BusMessage {
  return {
    id: event.id,
    stream: event.stream,
    event: wireJson(event),
    encoded: { name: HANDLER, payload: encodeMushEvent(event) },
  };
}
