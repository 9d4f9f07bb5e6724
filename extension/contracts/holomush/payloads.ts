/** Events and answers as they are recorded: by their fields. */
import type { NamedValue, Value } from '../../values/value.ts';
import { valueList } from '../../values/value.ts';
import type { WitField, WitType } from '../../wit/model.ts';
import { PayloadEncoder, type Decoded } from '../typed/encoding.ts';
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
const REFUSED: WitType = {
  kind: 'list',
  element: { kind: 'record', fields: [field('index', { kind: 'u32' }), field('message')] },
};

const events = new PayloadEncoder({ params: [{ name: 'event', type: EVENT }] });
const emits = new PayloadEncoder({ params: [field('stream'), field('type'), field('payload')] });
const refusals = new PayloadEncoder({ params: [], result: REFUSED });

/** Name of the record of an event that a plugin answers with. */
export const EMIT = 'emit';

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

export function encodeEmit({ stream, type, payload }: EmitEvent): Uint8Array {
  return emits.encode({ params: [text(stream), text(type), text(payload)] });
}

/** Undefined for a payload that is none. */
export function emitOf(decoded: Decoded | undefined): EmitEvent | undefined {
  const [stream, type, payload] = decoded?.params ?? [];
  if (stream?.type !== 'string' || type?.type !== 'string' || payload?.type !== 'string') return undefined;
  return { stream: stream.value, type: type.value, payload: payload.value };
}

/** What a call gave where some of its events were refused. */
export function encodeRefused(refused: readonly RefusedEmit[]): Uint8Array {
  const items = refused.map(({ index, message }): Value => ({
    type: 'record',
    fields: [
      { name: 'index', value: { type: 'u32', value: index } },
      { name: 'message', value: text(message) },
    ],
  }));
  return refusals.encode({ params: [], result: valueList('record', items) });
}

/** The sentences of {@link encodeRefused}; none for other results. */
export function refusedOf(decoded: Decoded | undefined): readonly string[] {
  const result = decoded?.result;
  if (result?.type !== 'list') return [];
  return Array.from({ length: result.length }, (_, index) => result.at(index)).flatMap((one) => {
    const message =
      one.type === 'record' ? one.fields.find(({ name }) => name === 'message')?.value : undefined;
    return message?.type === 'string' ? [message.value] : [];
  });
}
