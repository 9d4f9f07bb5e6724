/** Files of ours that other processes may read and write at the same time. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissing } from '../project/config.ts';

/** Writes aside and renames: who reads the file has the old one or the new one, whoever else writes it. */
export async function replaceFile(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const aside = `${path}.${process.pid}-${randomUUID()}`;
  try {
    await writeFile(aside, content);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
}

/** A JSON file as it is read: `damaged` where there is something else. */
export type ReadJson = { readonly value: unknown } | 'missing' | 'damaged';

/** Reads JSON that a program wrote; what cannot be read or understood counts as damaged. */
export async function readJson(path: string): Promise<ReadJson> {
  try {
    return { value: JSON.parse(await readFile(path, 'utf8')) as unknown };
  } catch (error) {
    return isMissing(error) ? 'missing' : 'damaged';
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a list of which each item is of this shape. */
export function isListOf<T>(value: unknown, is: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every((item) => is(item));
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A number of at least 0 that counts something. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

/** Whether a field is absent or of this shape. */
export function isOptional<T>(value: unknown, is: (item: unknown) => item is T): value is T | undefined {
  return value === undefined || is(value);
}
