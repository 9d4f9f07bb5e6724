/** HoloMUSH's bus: streams by pattern, events of plugins with fresh ids. */
import type { BusMessage, BusRules } from '../../host/contract.ts';
import { decodeCall, type RawRecord } from '../../recording/record.ts';
import { decodePayload } from '../custom/encoding.ts';
import { ACTOR, readEvent, wireJson, type MushEvent } from './event.ts';
import { matchPattern, Subscriptions } from './patterns.ts';
import { encodeMushEvent, responseOf } from './payloads.ts';
import { newUlid } from './ulid.ts';

/** The export that takes every event. */
export const HANDLER = 'handle_event';

export const bus: BusRules = {
  subscriptions: () => new Subscriptions<string>(),
  matches: matchPattern,
  publish: (event) => messageOf(readEvent(event)),
  emitted: (call: RawRecord, plugin) => {
    const { result } = decodeCall(call.payload);
    const response = result === undefined ? undefined : responseOf(decodePayload(result));
    if (response === undefined) return { events: [], refused: [] };
    const timestamp = Date.now();
    return {
      events: response.events.map((emitted) =>
        messageOf({
          ...emitted,
          id: newUlid(timestamp),
          timestamp,
          actorKind: ACTOR.plugin,
          actorId: plugin,
        }),
      ),
      refused: response.refused.map(({ message }) => message),
    };
  },
};

function messageOf(event: MushEvent): BusMessage {
  return {
    id: event.id,
    stream: event.stream,
    event: wireJson(event),
    encoded: { name: HANDLER, payload: encodeMushEvent(event) },
  };
}
