/** A plugin's configuration: the form that it asks for, and the values that it is started with. */
import { isAbsolute, resolve } from 'node:path';
import { UserError } from '../../errors.ts';

/** `config-schema-type`, as jco lifts it. */
export type SchemaType =
  | { readonly tag: 'boolean'; readonly val: boolean }
  | { readonly tag: 'integer' | 'float'; readonly val: number }
  | { readonly tag: 'text'; readonly val: string }
  | { readonly tag: 'directories' }
  /** Extensions that the dialog offers. */
  | { readonly tag: 'files'; readonly val: readonly string[] }
  /** The options, and the default. */
  | { readonly tag: 'dropdown'; readonly val: readonly [readonly string[], string] };

/** `config-schema-item`. */
export interface SchemaItem {
  readonly id: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly inputType: SchemaType;
}

/** `config-item`, as jco lowers it. */
export interface ConfigItem {
  readonly id: string;
  readonly value:
    | { readonly tag: 'boolean'; readonly val: boolean }
    | { readonly tag: 'integer' | 'float'; readonly val: number }
    | { readonly tag: 'text' | 'dropdown'; readonly val: string }
    | { readonly tag: 'directories' | 'files'; readonly val: readonly string[] };
}

/** Values by the ids of the schema, as `hotplug.json` has them. */
export type ConfigValues = Readonly<Record<string, unknown>>;

const INTEGER = { least: -(2 ** 31), most: 2 ** 31 - 1 };

/** The value of an item where nobody chose one: Chipmunk's defaults. */
export function defaultOf(type: SchemaType): ConfigItem['value'] {
  switch (type.tag) {
    case 'boolean':
      return type;
    case 'integer':
    case 'float':
      return type;
    case 'text':
      return type;
    case 'directories':
    case 'files':
      return { tag: type.tag, val: [] };
    case 'dropdown': {
      const [options, preferred] = type.val;
      return { tag: 'dropdown', val: options.includes(preferred) ? preferred : (options[0] ?? preferred) };
    }
  }
}

/**
 * What `init` is given: a value for each item of the schema, in its order. Paths become absolute, from
 * `folder`. Throws a UserError that names the item where a value does not fit it, or where there is no such item.
 */
export function configItems(
  schemas: readonly SchemaItem[],
  values: ConfigValues,
  folder: string,
): readonly ConfigItem[] {
  const unknown = Object.keys(values).find((id) => !schemas.some((item) => item.id === id));
  if (unknown !== undefined) {
    throw new UserError(
      `The plugin has no configuration "${unknown}"; it has ${schemas.length === 0 ? 'none' : schemas.map(({ id }) => id).join(', ')}.`,
      'Correct "params" in hotplug.json, or the form.',
    );
  }
  return schemas.map(({ id, inputType }) => ({
    id,
    value: Object.hasOwn(values, id) ? valueOf(id, inputType, values[id], folder) : defaultOf(inputType),
  }));
}

function valueOf(id: string, type: SchemaType, given: unknown, folder: string): ConfigItem['value'] {
  switch (type.tag) {
    case 'boolean':
      return typeof given === 'boolean' ? { tag: 'boolean', val: given } : misfit(id, given, 'true or false');
    case 'integer':
      return typeof given === 'number' &&
        Number.isInteger(given) &&
        given >= INTEGER.least &&
        given <= INTEGER.most
        ? { tag: 'integer', val: given }
        : misfit(id, given, 'a whole number of 32 bits');
    case 'float':
      return typeof given === 'number' && Number.isFinite(given) && Number.isFinite(Math.fround(given))
        ? { tag: 'float', val: given }
        : misfit(id, given, 'a number');
    case 'text':
      return typeof given === 'string' ? { tag: 'text', val: given } : misfit(id, given, 'a text');
    case 'directories':
    case 'files':
      return { tag: type.tag, val: pathsOf(id, given, folder) };
    case 'dropdown': {
      const [options] = type.val;
      return typeof given === 'string' && options.includes(given)
        ? { tag: 'dropdown', val: given }
        : misfit(id, given, `one of ${options.map((option) => JSON.stringify(option)).join(', ')}`);
    }
  }
}

function pathsOf(id: string, given: unknown, folder: string): readonly string[] {
  if (!Array.isArray(given) || !given.every((path) => typeof path === 'string' && path !== ''))
    return misfit(id, given, 'a list of paths');
  const paths = given.map((path: string) => (isAbsolute(path) ? path : resolve(folder, path)));
  return [...new Set(paths)];
}

function misfit(id: string, given: unknown, wanted: string): never {
  const text = JSON.stringify(given);
  throw new UserError(
    `The configuration "${id}" is ${text.length > 80 ? `${text.slice(0, 80)}…` : text}, and it has to be ${wanted}.`,
    'Correct "params" in hotplug.json, or the form.',
  );
}

/** Reads parameters as JSON text. Throws a UserError where they are no object. */
export function readParams(params: string | undefined): ConfigValues {
  if (params === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(params);
  } catch (error) {
    throw notAnObject(error);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notAnObject();
  return value as ConfigValues;
}

function notAnObject(cause?: unknown): UserError {
  return new UserError(
    'The configuration is not a JSON object.',
    'Write the values by the ids of the plugin\'s configuration: {"separator": ";"}.',
    { cause },
  );
}
