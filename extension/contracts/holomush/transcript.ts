/** What went over the bus, in words, and as lines of an input file. */
import type { EventJson } from '../../host/contract.ts';
import type { BusEntry } from '../../host/protocol.ts';
import { ACTOR } from './event.ts';
import { goJson, isObject, readJson } from './text.ts';

/** An event in words: `ann`, `says "hello"`. */
export interface Told {
  readonly who: string;
  readonly kind: 'character' | 'system' | 'plugin' | 'unknown';
  readonly type: string;
  readonly text: string;
}

/** Something about an event that is not as it should be. */
export interface Mark {
  /** `stopped` by the guard against loops; `dropped` where an inbox was full; `absent` where a plugin did not run. */
  readonly kind: 'stopped' | 'dropped' | 'absent';
  readonly text: string;
}

/** Says what happened. The payload of a type that is not known, or that is otherwise than the guide has it, stays JSON. */
export function tell(event: EventJson): Told {
  const type = textOf(event, 'type');
  const payload = textOf(event, 'payload');
  const kind = kindOf(event['actor_kind']);
  const who = textOf(event, 'actor_id');
  return { who: who === '' ? `(${kind})` : who, kind, type, text: wordsOf(type, payload) };
}

export function marksOf({ stopped, deliveries }: BusEntry): readonly Mark[] {
  const missed = deliveries.flatMap(({ plugin, outcome }): Mark[] => {
    if (outcome === 'dropped') return [{ kind: 'dropped', text: `the inbox of ${plugin} was full` }];
    return outcome === 'absent' ? [{ kind: 'absent', text: `${plugin} did not run` }] : [];
  });
  return stopped === undefined ? missed : [{ kind: 'stopped', text: stopped }, ...missed];
}

/** Names of the plugins that got it. */
export function heardBy({ deliveries }: BusEntry): readonly string[] {
  return deliveries.filter(({ outcome }) => outcome === 'queued').map(({ plugin }) => plugin);
}

/**
 * The event as a line of an input file (JSON Lines). It gets another id and the time at which it is played; the
 * payload is an object where that is the same text again.
 */
export function inputLine({ event }: BusEntry): string {
  const { stream, type, actor_kind, actor_id, payload } = event;
  return JSON.stringify({ stream, type, actor_kind, actor_id, payload: readable(payload) });
}

function readable(payload: unknown): unknown {
  if (typeof payload !== 'string') return payload;
  const json = readJson(payload);
  return 'value' in json && isObject(json.value) && goJson(json.value) === payload ? json.value : payload;
}

function wordsOf(type: string, payload: string): string {
  const json = readJson(payload);
  const fields = 'value' in json && isObject(json.value) ? json.value : {};
  const { message } = fields;
  if (type === 'arrive') return 'arrives';
  if (type === 'leave') return 'leaves';
  if (typeof message !== 'string') return `${type} ${payload}`;
  switch (type) {
    case 'say':
      return `says "${message}"`;
    case 'pose':
      return message;
    case 'system':
      return `announces "${message}"`;
    default:
      return `${type} ${payload}`;
  }
}

function kindOf(actor: unknown): Told['kind'] {
  switch (actor) {
    case ACTOR.character:
      return 'character';
    case ACTOR.system:
      return 'system';
    case ACTOR.plugin:
      return 'plugin';
    default:
      return 'unknown';
  }
}

function textOf(event: EventJson, field: string): string {
  const value = event[field];
  return typeof value === 'string' ? value : '';
}
