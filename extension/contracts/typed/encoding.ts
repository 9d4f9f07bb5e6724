/**
 * What crosses the boundary of a component of any world, as bytes that say themselves what they are: the
 * types of the parameters and of the result, then the values. Recordings are read without the WIT.
 *
 * A payload is: byte version (1); count length of the signature; the signature; the values of the
 * parameters in order, and that of the result. A signature is: count of parameters, each as text name and
 * type; byte whether there is a result; its type. A type is a byte (its place in `signature.ts`) and what that one
 * needs. Counts are LEB128, texts have the count of their bytes before them, numbers are little-endian.
 */
import type { WitType } from '../../wit/model.ts';
import { casesOf, elementName, resourceName, unsupported } from '../../values/type.ts';
import {
  isBig,
  isNumberType,
  numberList,
  valueList,
  type Crossing,
  type NumberType,
  type Value,
} from '../../values/value.ts';
import { ByteReader, ByteWriter, DamagedBytes } from './bytes.ts';

import { readSignature, signatureBytes, type Signature } from './signature.ts';

const VERSION = 1;
/** Signatures that were read and are kept: a recording has few, and many records of each. */
const KEPT = 256;

/** The values of what a signature describes. */
export interface Values {
  readonly params: readonly Value[];
  readonly result?: Value | undefined;
}

/** A payload as it was read. */
export interface Decoded extends Values {
  readonly signature: Signature;
  /** Equal for equal signatures. */
  readonly key: string;
}

/** What payloads are put together in; {@link ByteWriter.take} copies. */
const shared = new ByteWriter();

/** Encodes payloads of one signature; the signature is laid down once. Throws a UserError for types that have no values here. */
export class PayloadEncoder {
  readonly signature: Signature;
  readonly #head: Uint8Array;
  readonly key: string;

  constructor(signature: Signature) {
    this.signature = signature;
    const types = signatureBytes(signature);
    this.key = keyOf(types);
    const writer = new ByteWriter();
    writer.byte(VERSION);
    writer.count(types.length);
    writer.bytes(types);
    this.#head = writer.take();
  }

  /** The values are of the signature's types. */
  encode(values: Values): Uint8Array {
    // One at a time: nothing in here encodes another payload.
    shared.clear();
    const writer = shared;
    writer.bytes(this.#head);
    const { params, result } = this.signature;
    for (const [index, { type }] of params.entries()) writeValue(writer, given(values.params[index]), type);
    if (result !== undefined) writeValue(writer, given(values.result), result);
    return writer.take();
  }
}

function given(value: Value | undefined): Value {
  if (value === undefined) throw new TypeError('a value is missing');
  return value;
}

/**
 * Reads a payload; undefined where it is not one, or damaged. What it gives does not share the payload's memory.
 * Of each text no more than `mostOfText` bytes are read.
 */
export function decodePayload(payload: Uint8Array, mostOfText = Infinity): Decoded | undefined {
  try {
    const reader = new ByteReader(payload, mostOfText);
    if (reader.byte() !== VERSION) return undefined;
    const types = reader.bytes(reader.count());
    const key = keyOf(types);
    const signature = knownSignature(key, types);
    const params = signature.params.map(({ type }) => readValue(reader, type));
    const result = signature.result === undefined ? undefined : readValue(reader, signature.result);
    if (reader.left > 0) return undefined;
    return { signature, key, params, result };
  } catch (error) {
    if (error instanceof DamagedBytes) return undefined;
    throw error;
  }
}

/** The values of a payload with the names of the parameters. */
export function crossingOf({ signature, params, result }: Decoded): Crossing {
  const named = signature.params.map(({ name }, index) => ({ name, value: given(params[index]) }));
  return { arguments: named, ...(result === undefined ? {} : { result }) };
}

function keyOf(types: Uint8Array): string {
  return Buffer.from(types.buffer, types.byteOffset, types.byteLength).toString('latin1');
}

const known = new Map<string, Signature>();

function knownSignature(key: string, types: Uint8Array): Signature {
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  const signature = readSignature(types);
  known.set(key, signature);
  const [oldest] = known.keys();
  if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
  return signature;
}

function mismatch(value: Value, type: WitType): TypeError {
  return new TypeError(`a ${value.type} is no ${type.kind}`);
}

/** Writes a value that fits its type. */
function writeValue(writer: ByteWriter, value: Value, type: WitType): void {
  switch (type.kind) {
    case 'bool':
      writer.byte(value.type === 'bool' && value.value ? 1 : 0);
      return;
    case 'char':
      if (value.type !== 'char') throw mismatch(value, type);
      writer.u32(value.value.codePointAt(0) ?? 0);
      return;
    case 'string':
      if (value.type !== 'string') throw mismatch(value, type);
      writer.text(value.value);
      return;
    case 'list':
      if (value.type !== 'list') throw mismatch(value, type);
      if (type.length === undefined) writer.count(value.length);
      writeElements(writer, value, type.element);
      return;
    case 'tuple':
      if (value.type !== 'tuple') throw mismatch(value, type);
      for (const [index, item] of type.items.entries()) writeValue(writer, given(value.items[index]), item);
      return;
    case 'record':
      if (value.type !== 'record') throw mismatch(value, type);
      for (const [index, field] of type.fields.entries())
        writeValue(writer, given(value.fields[index]?.value), field.type);
      return;
    case 'variant':
    case 'enum':
    case 'option':
    case 'result': {
      const cases = casesOf(type);
      const index = value.type === 'variant' ? cases.findIndex(({ name }) => name === value.name) : -1;
      const found = cases[index];
      if (value.type !== 'variant' || found === undefined) throw mismatch(value, type);
      writer.count(index);
      if (found.type !== undefined) writeValue(writer, given(value.value), found.type);
      return;
    }
    case 'flags':
      if (value.type !== 'flags') throw mismatch(value, type);
      for (let first = 0; first < type.flags.length; first += 8) {
        const bits = type.flags
          .slice(first, first + 8)
          .reduce((sum, name, bit) => (value.set.includes(name) ? sum | (1 << bit) : sum), 0);
        writer.byte(bits);
      }
      return;
    case 'own':
    case 'borrow':
      if (value.type !== 'handle') throw mismatch(value, type);
      writer.count(value.number);
      return;
    case 'future':
    case 'stream':
    case 'error-context':
      throw unsupported(type);
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 's8':
    case 's16':
    case 's32':
    case 's64':
    case 'f32':
    case 'f64':
      if (!isNumberType(value.type) || !('value' in value)) throw mismatch(value, type);
      writeNumber(writer, type.kind, value.value as number | bigint);
  }
}

function writeElements(writer: ByteWriter, list: Extract<Value, { type: 'list' }>, element: WitType): void {
  const { numbers } = list;
  const { kind } = element;
  if (numbers !== undefined && isNumberType(kind)) {
    if (kind === 'u8' && numbers instanceof Uint8Array) writer.bytes(numbers);
    else for (let index = 0; index < list.length; index++) writeNumber(writer, kind, numbers[index] ?? 0);
    return;
  }
  for (let index = 0; index < list.length; index++) writeValue(writer, list.at(index), element);
}

function writeNumber(writer: ByteWriter, kind: NumberType, value: number | bigint): void {
  switch (kind) {
    case 'u8':
    case 's8':
      writer.byte(Number(value) & 0xff);
      return;
    case 'u16':
    case 's16':
      writer.u16(Number(value));
      return;
    case 'u32':
    case 's32':
      writer.u32(Number(value));
      return;
    case 'u64':
    case 's64':
      writer.u64(BigInt(value));
      return;
    case 'f32':
      writer.f32(Number(value));
      return;
    case 'f64':
      writer.f64(Number(value));
  }
}

function readValue(reader: ByteReader, type: WitType): Value {
  switch (type.kind) {
    case 'bool': {
      const byte = reader.byte();
      if (byte > 1) throw new DamagedBytes('a bool is 0 or 1');
      return { type: 'bool', value: byte === 1 };
    }
    case 'char': {
      const code = reader.u32();
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        throw new DamagedBytes('this is no character');
      return { type: 'char', value: String.fromCodePoint(code) };
    }
    case 'string':
      return { type: 'string', value: reader.text() };
    case 'list':
      return readList(reader, type);
    case 'tuple':
      return { type: 'tuple', items: type.items.map((item) => readValue(reader, item)) };
    case 'record':
      return {
        type: 'record',
        fields: type.fields.map((field) => ({ name: field.name, value: readValue(reader, field.type) })),
      };
    case 'variant':
    case 'enum':
    case 'option':
    case 'result': {
      const found = casesOf(type)[reader.count()];
      if (found === undefined) throw new DamagedBytes('there is no such case');
      if (found.type === undefined) return { type: 'variant', name: found.name };
      return { type: 'variant', name: found.name, value: readValue(reader, found.type) };
    }
    case 'flags': {
      const bytes = reader.bytes(Math.ceil(type.flags.length / 8));
      const isSet = (index: number): boolean => (((bytes[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
      return { type: 'flags', set: type.flags.filter((_, index) => isSet(index)) };
    }
    case 'own':
    case 'borrow':
      return { type: 'handle', resource: resourceName(type.resource), number: reader.count() };
    case 'future':
    case 'stream':
    case 'error-context':
      throw new DamagedBytes('this type has no values');
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 's8':
    case 's16':
    case 's32':
    case 's64':
    case 'f32':
    case 'f64':
      return { type: type.kind, value: readNumber(reader, type.kind) };
  }
}

/** Bytes of a number. */
const SIZES: Readonly<Record<NumberType, number>> = {
  u8: 1,
  s8: 1,
  u16: 2,
  s16: 2,
  u32: 4,
  s32: 4,
  f32: 4,
  u64: 8,
  s64: 8,
  f64: 8,
};

function readList(reader: ByteReader, { element, length }: Extract<WitType, { kind: 'list' }>): Value {
  const count = length ?? reader.count();
  const { kind } = element;
  // Every element takes a byte at least: what pretends to be longer is refused before room is made for it.
  if (count * (isNumberType(kind) ? SIZES[kind] : 1) > reader.left)
    throw new DamagedBytes('a list is too long');
  if (isNumberType(kind) && !isBig(kind)) return numberList(kind, readNumbers(reader, kind, count));
  return valueList(
    elementName(element),
    Array.from({ length: count }, () => readValue(reader, element)),
  );
}

function readNumbers(reader: ByteReader, kind: NumberType, count: number): ArrayLike<number> {
  const bytes = new Uint8Array(reader.bytes(count * SIZES[kind]));
  // What runs Hotplug is little-endian, as WebAssembly is.
  switch (kind) {
    case 's8':
      return new Int8Array(bytes.buffer);
    case 'u16':
      return new Uint16Array(bytes.buffer);
    case 's16':
      return new Int16Array(bytes.buffer);
    case 'u32':
      return new Uint32Array(bytes.buffer);
    case 's32':
      return new Int32Array(bytes.buffer);
    case 'f32':
      return new Float32Array(bytes.buffer);
    case 'f64':
      return new Float64Array(bytes.buffer);
    case 'u8':
    case 'u64':
    case 's64':
      return bytes;
  }
}

function readNumber(reader: ByteReader, kind: NumberType): number | bigint {
  switch (kind) {
    case 'u8':
      return reader.byte();
    case 's8':
      return (reader.byte() << 24) >> 24;
    case 'u16':
      return reader.u16();
    case 's16':
      return (reader.u16() << 16) >> 16;
    case 'u32':
      return reader.u32();
    case 's32':
      return reader.u32() | 0;
    case 'u64':
      return reader.u64();
    case 's64':
      return BigInt.asIntN(64, reader.u64());
    case 'f32':
      return reader.f32();
    case 'f64':
      return reader.f64();
  }
}
