/** Arguments and attributes of foreign traces as typed values. */
import { isObject } from '../recording/lifecycle.ts';
import { numberList, valueList, type NamedValue, type Value } from '../values/value.ts';

/** Values in values are shown so deep; what lies deeper is JSON text. */
const DEEPEST = 60;

/** A value of JSON: numbers are f64, objects records, null a case. */
function valueOfJson(json: unknown, depth = 0): Value {
  if (typeof json === 'string') return { type: 'string', value: json };
  if (typeof json === 'number') return { type: 'f64', value: json };
  if (typeof json === 'boolean') return { type: 'bool', value: json };
  if (typeof json !== 'object' || json === null) return { type: 'variant', name: 'null' };
  if (depth >= DEEPEST) return { type: 'string', value: JSON.stringify(json), format: 'json' };
  if (!Array.isArray(json)) return { type: 'record', fields: fieldsOfJson(json, depth + 1) };
  return listOf(json.map((item) => valueOfJson(item, depth + 1)));
}

/** The members of an object; one field `value` for anything else that is there. */
export function fieldsOfJson(json: unknown, depth = 0): readonly NamedValue[] {
  if (json === undefined) return [];
  if (!isObject(json)) return [{ name: 'value', value: valueOfJson(json, depth) }];
  return Object.entries(json).map(([name, value]) => ({ name, value: valueOfJson(value, depth) }));
}

/** OTLP's list of attributes. */
export function fieldsOfAttributes(attributes: unknown, depth = 0): readonly NamedValue[] {
  if (!Array.isArray(attributes)) return fieldsOfJson(attributes);
  return attributes.filter(isObject).map(({ key, value }) => ({
    name: typeof key === 'string' ? key : '',
    value: valueOfAny(value, depth),
  }));
}

/** OTLP's AnyValue, which says its type itself. */
export function valueOfAny(any: unknown, depth = 0): Value {
  if (!isObject(any)) return valueOfJson(any, depth);
  if (depth >= DEEPEST) return { type: 'string', value: JSON.stringify(any), format: 'json' };
  const { stringValue, boolValue, intValue, doubleValue, arrayValue, kvlistValue, bytesValue } = any;
  if (typeof stringValue === 'string') return { type: 'string', value: stringValue };
  if (typeof boolValue === 'boolean') return { type: 'bool', value: boolValue };
  if (typeof intValue === 'string' || typeof intValue === 'number') {
    const whole = wholeOf(intValue);
    return whole === undefined ? valueOfJson(intValue) : { type: 's64', value: whole };
  }
  // JSON has no infinities: Protocol Buffers write them as texts.
  if (typeof doubleValue === 'number' || typeof doubleValue === 'string')
    return { type: 'f64', value: Number(doubleValue) };
  if (isObject(arrayValue)) {
    const { values } = arrayValue;
    return listOf(Array.isArray(values) ? values.map((item) => valueOfAny(item, depth + 1)) : []);
  }
  if (isObject(kvlistValue))
    return { type: 'record', fields: fieldsOfAttributes(kvlistValue['values'] ?? [], depth + 1) };
  if (typeof bytesValue === 'string') return numberList('u8', Buffer.from(bytesValue, 'base64'));
  return { type: 'variant', name: 'null' };
}

function wholeOf(int: string | number): bigint | undefined {
  try {
    return BigInt.asIntN(64, BigInt(int));
  } catch {
    return undefined;
  }
}

function listOf(items: readonly Value[]): Value {
  const [first] = items;
  const type = first?.type;
  if (type === 'f64' && items.every((item) => item.type === 'f64'))
    return numberList(
      'f64',
      items.map((item) => ('value' in item ? Number(item.value) : 0)),
    );
  const isAlike = type !== undefined && items.every((item) => item.type === type);
  return valueList(isAlike ? type : 'value', items);
}
