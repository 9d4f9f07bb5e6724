/** A plugin's configuration as the form shows it; the host's own code says what fits. */
import { isAbsolute, relative, resolve, sep } from 'node:path';

import { messageOf } from '../../errors.ts';
import {
  configItems,
  defaultOf,
  type ConfigItem,
  type ConfigValues,
  type SchemaItem,
  type SchemaType,
} from '../../contracts/chipmunk/config.ts';
import type { ConfigField, ConfigInput, ConfigText } from '../../../webview/config/protocol.ts';

/** The fields of the form; paths are relative to the project's folder where they lie in it. */
export function fieldsOf(
  schemas: readonly SchemaItem[],
  values: ConfigValues,
  folder: string,
): readonly ConfigField[] {
  return schemas.map((item): ConfigField => {
    const { id, title, description = '', inputType } = item;
    const isSet = Object.hasOwn(values, id);
    const problem = isSet ? problemOf(item, values[id], folder) : undefined;
    const usual = defaultOf(inputType);
    return {
      id,
      title: title.trim() === '' ? id : title,
      ...(description.trim() === '' ? {} : { description }),
      input: inputOf(inputType),
      value: textOf(isSet ? values[id] : usual.val, inputType),
      defaultText: defaultText(usual),
      isSet,
      ...(problem === undefined ? {} : { problem }),
    };
  });
}

/** Ids that are set and that the plugin does not know. */
export function unknownIn(schemas: readonly SchemaItem[], values: ConfigValues): readonly string[] {
  return Object.keys(values).filter((id) => !schemas.some((item) => item.id === id));
}

/** What is wrong with a value of an item, in the host's words; undefined where nothing is. */
export function problemOf(item: SchemaItem, value: unknown, folder: string): string | undefined {
  try {
    configItems([item], Object.fromEntries([[item.id, value]]), folder);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** The value that was meant by what stands in the form; a number that is none stays the text that it is. */
export function valueOf({ inputType }: SchemaItem, text: ConfigText, folder: string): unknown {
  switch (inputType.tag) {
    case 'integer':
    case 'float': {
      const number = typeof text === 'string' && text.trim() !== '' ? Number(text) : NaN;
      return Number.isFinite(number) ? number : text;
    }
    case 'directories':
    case 'files':
      return isList(text) ? text.map((path) => nearPath(path, folder)) : text;
    case 'boolean':
    case 'text':
    case 'dropdown':
      return text;
  }
}

/** A path as hotplug.json has it: relative to the project where it lies in it, with `/` on every system. */
export function nearPath(path: string, folder: string): string {
  const full = isAbsolute(path) ? path : resolve(folder, path);
  const way = relative(folder, full);
  if (way === '') return '.';
  return isAbsolute(way) || way === '..' || way.startsWith(`..${sep}`) ? full : way.split(sep).join('/');
}

export function withValue(values: ConfigValues, id: string, value: unknown): ConfigValues {
  return Object.fromEntries([...Object.entries(values).filter(([known]) => known !== id), [id, value]]);
}

export function withoutValue(values: ConfigValues, id: string): ConfigValues {
  return Object.fromEntries(Object.entries(values).filter(([known]) => known !== id));
}

/** The values of a `params` field, where it is an object. */
export function valuesOf(params: unknown): ConfigValues {
  return typeof params === 'object' && params !== null && !Array.isArray(params)
    ? (params as ConfigValues)
    : {};
}

function inputOf(type: SchemaType): ConfigInput {
  switch (type.tag) {
    case 'files':
      return { kind: 'files', extensions: type.val };
    case 'dropdown':
      return { kind: 'dropdown', options: type.val[0] };
    case 'boolean':
    case 'integer':
    case 'float':
    case 'text':
    case 'directories':
      return { kind: type.tag };
  }
}

/** As the page has it; a value of another type than the item's is shown as it is. */
function textOf(value: unknown, type: SchemaType): ConfigText {
  switch (type.tag) {
    case 'boolean':
      return value === true;
    case 'directories':
    case 'files':
      return Array.isArray(value) ? value.map(plain) : [];
    case 'float':
      return typeof value === 'number' ? floatText(value) : plain(value);
    case 'integer':
    case 'text':
    case 'dropdown':
      return plain(value);
  }
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function defaultText({ tag, val }: ConfigItem['value']): string {
  switch (tag) {
    case 'boolean':
      return val ? 'on' : 'off';
    case 'integer':
      return String(val);
    case 'float':
      return floatText(val);
    case 'text':
      // Spaces and tabs are to be seen.
      return val === '' ? 'empty' : JSON.stringify(val);
    case 'dropdown':
      return val === '' ? 'empty' : val;
    case 'directories':
    case 'files':
      return 'none';
  }
}

/** The shortest text for a float of 32 bits: 1.55, where its value in 64 bits is 1.5499999523162842. */
function floatText(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return String(short);
  }
  return String(value);
}

function isList(text: ConfigText): text is readonly string[] {
  return Array.isArray(text);
}
