/** What crosses the boundary of an Extism plugin: bytes, shown as text where they are text. */
import type { Value } from '../../values/value.ts';
import { numberList } from '../../values/value.ts';
import type { WitField, WitType } from '../../wit/model.ts';
import { PayloadEncoder } from '../typed/encoding.ts';

export const TEXT: WitType = { kind: 'string' };
const BYTES: WitType = { kind: 'list', element: { kind: 'u8' } };

/** A value with its type. */
export interface Typed {
  readonly type: WitType;
  readonly value: Value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

export function text(value: string): Typed {
  return { type: TEXT, value: { type: 'string', value } };
}

/** Bytes as text where they are UTF-8, as numbers else. */
export function content(bytes: Uint8Array): Typed {
  try {
    return text(utf8.decode(bytes));
  } catch {
    return { type: BYTES, value: numberList('u8', bytes.slice()) };
  }
}

export function optional(one: Typed | undefined): Typed {
  return one === undefined
    ? { type: { kind: 'option', some: TEXT }, value: { type: 'variant', name: 'none' } }
    : {
        type: { kind: 'option', some: one.type },
        value: { type: 'variant', name: 'some', value: one.value },
      };
}

/** The bytes of what {@link content} or {@link optional} gave; undefined for none and for other values. */
export function bytesOf(value: Value | undefined): Uint8Array | undefined {
  if (value?.type === 'variant') return bytesOf(value.value);
  if (value?.type === 'string') return encoder.encode(value.value);
  if (value?.type !== 'list' || value.element !== 'u8') return undefined;
  return Uint8Array.from({ length: value.length }, (_, index) => {
    const element = value.at(index);
    return 'value' in element ? Number(element.value) : 0;
  });
}

const encoders = new Map<string, PayloadEncoder>();
/** Encoders that are kept: functions with their types. */
const KEPT = 256;

/** The payload of an event, of the result of a call, or of a host call. */
export function payloadOf(params: Readonly<Record<string, Typed>>, result?: Typed): Uint8Array {
  const fields: WitField[] = Object.entries(params).map(([name, { type }]) => ({ name, type }));
  const key = JSON.stringify([fields, result?.type]);
  const encoder =
    encoders.get(key) ?? new PayloadEncoder({ params: fields, ...(result && { result: result.type }) });
  if (encoders.size < KEPT) encoders.set(key, encoder);
  return encoder.encode({ params: Object.values(params).map(({ value }) => value), result: result?.value });
}
