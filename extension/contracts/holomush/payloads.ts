/** Events and answers as they are recorded: by their fields. */
import type { NamedValue, Value } from '../../values/value.ts';
import { valueList } from '../../values/value.ts';
import type { WitField, WitType } from '../../wit/model.ts';
import { PayloadEncoder, type Decoded } from '../custom/encoding.ts';
import { textOf, wholeOf } from '../read.ts';
import type { MushEvent } from './event.ts';
import type { EmitEvent, RefusedEmit } from './response.ts';

const STRING: WitType = { kind: 'string' };
const field = (name: string, type: WitType = STRING): WitField => ({ name, type });
const text = (value: string): Value => ({ type: 'string', value });

const EVENT: WitType = {
  kind: 'record',
  fields: [
    field('id'),
    field('stream'),
    field('type'),
    field('timestamp', { kind: 's64' }),
    field('actor_kind', { kind: 'u8' }),
    field('actor_id'),
    field('payload'),
  ],
};
const EMITTED: WitType = {
  kind: 'record',
  fields: [field('stream'), field('type'), field('payload')],
};
const REFUSED: WitType = {
  kind: 'record',
  fields: [field('index', { kind: 'u32' }), field('message')],
};
const RESPONSE: WitType = {
  kind: 'record',
  fields: [
    field('events', { kind: 'list', element: EMITTED }),
    field('refused', { kind: 'list', element: REFUSED }),
  ],
};

const events = new PayloadEncoder({ params: [{ name: 'event', type: EVENT }] });
const responses = new PayloadEncoder({ params: [], result: RESPONSE });

export function encodeMushEvent(event: MushEvent): Uint8Array {
  const fields: readonly NamedValue[] = [
    { name: 'id', value: text(event.id) },
    { name: 'stream', value: text(event.stream) },
    { name: 'type', value: text(event.type) },
    { name: 'timestamp', value: { type: 's64', value: BigInt(event.timestamp) } },
    { name: 'actor_kind', value: { type: 'u8', value: event.actorKind } },
    { name: 'actor_id', value: text(event.actorId) },
    { name: 'payload', value: text(event.payload) },
  ];
  return events.encode({ params: [{ type: 'record', fields }] });
}

/** Undefined for a payload that is no event of this contract. */
export function mushEventOf(decoded: Decoded | undefined): MushEvent | undefined {
  const [value] = decoded?.params ?? [];
  if (value?.type !== 'record') return undefined;
  const of = (name: string): Value | undefined => value.fields.find((one) => one.name === name)?.value;
  const timestamp = of('timestamp');
  return {
    id: textOf(of('id'), 'event.id'),
    stream: textOf(of('stream'), 'event.stream'),
    type: textOf(of('type'), 'event.type'),
    timestamp: timestamp !== undefined && 'value' in timestamp ? Number(timestamp.value) : 0,
    actorKind: wholeOf(of('actor_kind'), 255, 'event.actor_kind'),
    actorId: textOf(of('actor_id'), 'event.actor_id'),
    payload: textOf(of('payload'), 'event.payload'),
  };
}

export interface Response {
  readonly events: readonly EmitEvent[];
  readonly refused: readonly RefusedEmit[];
}

export function encodeResponse({ events: emitted, refused }: Response): Uint8Array {
  const list = (items: readonly (readonly NamedValue[])[]): Value =>
    valueList(
      'record',
      items.map((fields) => ({ type: 'record', fields })),
    );
  const result: Value = {
    type: 'record',
    fields: [
      {
        name: 'events',
        value: list(
          emitted.map(({ stream, type, payload }) => [
            { name: 'stream', value: text(stream) },
            { name: 'type', value: text(type) },
            { name: 'payload', value: text(payload) },
          ]),
        ),
      },
      {
        name: 'refused',
        value: list(
          refused.map(({ index, message }) => [
            { name: 'index', value: { type: 'u32', value: index } },
            { name: 'message', value: text(message) },
          ]),
        ),
      },
    ],
  };
  return responses.encode({ params: [], result });
}

/** What a call gave; undefined for a result that is none of this contract. */
export function responseOf(decoded: Decoded | undefined): Response | undefined {
  const result = decoded?.result;
  if (result?.type !== 'record') return undefined;
  const [emitted, refused] = ['events', 'refused'].map((name) => {
    const list = result.fields.find((one) => one.name === name)?.value;
    return list?.type === 'list' ? Array.from({ length: list.length }, (_, index) => list.at(index)) : [];
  });
  return {
    events: (emitted ?? []).map((one) => ({
      stream: fieldText(one, 'stream'),
      type: fieldText(one, 'type'),
      payload: fieldText(one, 'payload'),
    })),
    refused: (refused ?? []).map((one) => ({
      index: Number(fieldText(one, 'index')),
      message: fieldText(one, 'message'),
    })),
  };
}

function fieldText(value: Value, name: string): string {
  const found = value.type === 'record' ? value.fields.find((one) => one.name === name)?.value : undefined;
  return found?.type === 'string' || found?.type === 'u32' ? String(found.value) : '';
}
