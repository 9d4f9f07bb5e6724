/** `bench_config.toml` of Chipmunk's own tooling: a plugin and the values that it is started with. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse, TomlError } from 'smol-toml';
import { messageOf, UserError } from '../../errors.ts';
import type { ConfigValues } from './config.ts';

/** What such a file is called in a plugin's project. */
export const BENCH_CONFIG = 'bench_config.toml';

/** A run's configuration. Paths are absolute: in the file they are relative to its folder. */
export interface BenchConfig {
  /** The component; undefined where the file names none. */
  readonly binary?: string;
  readonly values: ConfigValues;
}

/** Reads such a file. Throws a UserError that names the file and the place in it. */
export async function readBenchConfig(file: string): Promise<BenchConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(
      `${file} cannot be read: ${messageOf(error)}`,
      'Check that it is there and that you may read it.',
      { cause: error },
    );
  }
  return benchConfigOf(text, file);
}

/** Reads the text of such a file. */
export function benchConfigOf(text: string, file: string): BenchConfig {
  const content = parsed(text, file);
  const folder = dirname(file);
  const { binary_path: binary, config = [] } = content;
  if (binary !== undefined && typeof binary !== 'string')
    throw mistake(file, 'binary_path', 'the path of a component');
  if (!Array.isArray(config)) throw mistake(file, 'config', 'a list of tables: [[config]]');
  const values = new Map<string, unknown>();
  for (const [index, item] of (config as readonly unknown[]).entries()) {
    const at = `config[${index}]`;
    const id = isTable(item) ? item['id'] : undefined;
    if (!isTable(item) || typeof id !== 'string') throw mistake(file, `${at}.id`, 'a text');
    if (values.has(id)) throw mistake(file, `${at}.id`, `given once, and "${id}" is there twice`);
    const mistakeAt = (field: string, wanted: string): UserError => mistake(file, `${at}.${field}`, wanted);
    values.set(id, valueOf(item['value'], folder, mistakeAt));
  }
  return {
    ...(binary === undefined ? {} : { binary: resolve(folder, binary) }),
    values: Object.fromEntries(values),
  };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';

/** The names that serde gives the kinds of values, and what each takes. */
const kinds: Readonly<Record<string, readonly [wanted: string, is: (value: unknown) => boolean]>> = {
  Boolean: ['true or false', (value) => typeof value === 'boolean'],
  Integer: ['a whole number', (value) => isNumber(value) && Number.isInteger(value)],
  Float: ['a number', isNumber],
  Text: ['a text', isText],
  Dropdown: ['a text', isText],
  Directories: ['a list of paths', isTexts],
  Files: ['a list of paths', isTexts],
};

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function valueOf(
  value: unknown,
  folder: string,
  mistakeAt: (field: string, wanted: string) => UserError,
): unknown {
  const [entry, ...more] = isTable(value) ? Object.entries(value) : [];
  const known = entry === undefined ? undefined : kinds[entry[0]];
  if (entry === undefined || known === undefined || more.length > 0)
    throw mistakeAt('value', `one of ${Object.keys(kinds).join(', ')}: value.Text = "…"`);
  const [kind, given] = entry;
  const [wanted, is] = known;
  if (!is(given)) throw mistakeAt(`value.${kind}`, wanted);
  return isTexts(given) ? given.map((path) => resolve(folder, path)) : given;
}

function parsed(text: string, file: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text);
  } catch (error) {
    const place = error instanceof TomlError ? `${file}:${error.line}:${error.column}` : file;
    const [what = ''] = messageOf(error).split('\n');
    throw new UserError(`${place}: ${what}`, 'Correct the TOML there.', { cause: error });
  }
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mistake(file: string, field: string, wanted: string): UserError {
  return new UserError(`${file}: "${field}" must be ${wanted}`, `Correct "${field}" there.`);
}
