/** Reads values that a person may have edited; what does not fit is a UserError that names the field. */
import { UserError } from '../errors.ts';
import type { ListValue, NamedValue, Value } from '../values/value.ts';

/** The error for a value that the contract cannot take at this place. */
export function misfit(path: string, expected: string): UserError {
  return new UserError(`${path}: must be ${expected}`, 'Write a value of the type that was there before.');
}

/** The field with this name, wherever it stands. */
export function fieldOf(fields: readonly NamedValue[], name: string, path: string): Value {
  const found = fields.find((field) => field.name === name);
  if (found === undefined) throw misfit(path, 'given');
  return found.value;
}

/** The fields of a record. */
export function recordOf(value: Value | undefined, path: string): readonly NamedValue[] {
  if (value?.type !== 'record') throw misfit(path, 'a record');
  return value.fields;
}

/** The text of a string. */
export function textOf(value: Value | undefined, path: string): string {
  if (value?.type !== 'string') throw misfit(path, 'a string');
  return value.value;
}

/** A whole number from 0 to `largest`. */
export function wholeOf(value: Value | undefined, largest: number, path: string): number {
  const number = numberOf(value);
  if (number === undefined || !Number.isInteger(number) || number < 0 || number > largest)
    throw misfit(path, `a whole number from 0 to ${largest}`);
  return number;
}

/** A whole number from 0 to 2⁶⁴ − 1. */
export function bigOf(value: Value | undefined, path: string): bigint {
  const number = value !== undefined && 'value' in value ? value.value : undefined;
  if (typeof number === 'bigint' && number === BigInt.asUintN(64, number)) return number;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return BigInt(number);
  throw misfit(path, 'a whole number from 0 to 18446744073709551615');
}

/** A list of bytes. */
export function bytesOf(value: Value | undefined, path: string): Uint8Array {
  const list = listOf(value, path);
  if (list.element === 'u8' && list.numbers !== undefined) return Uint8Array.from(list.numbers);
  const bytes = new Uint8Array(list.length);
  for (let index = 0; index < list.length; index++)
    bytes[index] = wholeOf(list.at(index), 0xff, `${path}[${index}]`);
  return bytes;
}

/** A list of float32 numbers. */
export function floatsOf(value: Value | undefined, path: string): Float32Array {
  const list = listOf(value, path);
  const floats = new Float32Array(list.length);
  for (let index = 0; index < list.length; index++) {
    const number = list.numbers?.[index] ?? numberOf(list.at(index));
    if (number === undefined) throw misfit(`${path}[${index}]`, 'a number');
    floats[index] = number;
  }
  return floats;
}

function listOf(value: Value | undefined, path: string): ListValue {
  if (value?.type !== 'list') throw misfit(path, 'a list');
  return value;
}

function numberOf(value: Value | undefined): number | undefined {
  if (value === undefined || !('value' in value)) return undefined;
  return typeof value.value === 'number' || typeof value.value === 'bigint' ? Number(value.value) : undefined;
}
