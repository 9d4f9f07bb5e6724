/** Golden transcripts: what was said and answered, as files in `golden/` that are compared as a whole. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const folder = join(import.meta.dirname, 'golden');

/** Compares with `golden/NAME.txt`; with UPDATE_GOLDEN=1 the file is written instead. */
export async function matchGolden(name: string, text: string): Promise<void> {
  const file = join(folder, `${name}.txt`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return;
  }
  const expected = await readFile(file, 'utf8').catch(() => '');
  assert.equal(text, expected, `${file} says something else; UPDATE_GOLDEN=1 writes it anew`);
}

/** JSON as indented lines, `name: value`; objects without anything in them are left out. */
export function outline(value: unknown, indent = '  '): string {
  if (typeof value !== 'object' || value === null) return `${indent}${JSON.stringify(value)}\n`;
  if (Array.isArray(value)) return value.map((item) => listItem(item, indent)).join('');
  return entries(value)
    .map(([name, part]) => {
      if (typeof part !== 'object' || part === null) return `${indent}${name}: ${JSON.stringify(part)}\n`;
      if (isFlat(part)) return `${indent}${name}: ${flat(part)}\n`;
      return `${indent}${name}:\n${outline(part, `${indent}  `)}`;
    })
    .join('');
}

function entries(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, part]) => part !== undefined);
}

function listItem(item: unknown, indent: string): string {
  if (typeof item !== 'object' || item === null || isFlat(item)) return `${indent}- ${flat(item)}\n`;
  return `${indent}-\n${outline(item, `${indent}  `)}`;
}

/** Whether it is short enough for one line. */
function isFlat(value: object): boolean {
  const text = flat(value);
  return text.length < 160 || entries(value).every(([, part]) => typeof part !== 'object');
}

function flat(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flat).join(', ')}]`;
  return `{ ${entries(value)
    .map(([name, part]) => `${name}: ${flat(part)}`)
    .join(', ')} }`;
}
