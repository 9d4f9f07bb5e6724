/** Typed values of records: pages of their trees, texts for the clipboard, and what differs between two. */
import { UserError } from '../errors.ts';
import { diffValues } from '../values/diff.ts';
import { elementPath, fieldPath } from '../values/path.ts';
import { at, childrenOf, countChildren } from '../values/tree.ts';
import { crossingRecord, type NamedValue, type Value } from '../values/value.ts';
import { printValue } from '../values/wave.ts';
import type { Describers } from './describe.ts';
import type { CopyFormat, RecordDifferences, ValueNode, ValuePage, ValueQuery } from './query.ts';
import type { RawRecord, Recording } from './record.ts';
import { shownName } from './lanes/names.ts';
import { commandLine } from './shell.ts';
import { valueJson } from './value-json.ts';
import { visible } from './visible.ts';

/** Children of one page. */
const MOST_NODES = 1000;
/** Elements and characters of the text of a node. */
const BRIEF = 16;
const WIDTH = 300;
/** Characters that a clipboard is given. */
const MOST_COPIED = 64 << 20;
/** Differences that are listed. */
const MOST_DIFFERENCES = 100;

/**
 * Children of a value, a page at a time. Throws a RangeError where there is no such record, and a UserError
 * where it has no values or the path leads nowhere.
 */
export function valuesOf(recording: Recording, query: ValueQuery, describers: Describers): ValuePage {
  const path = query.path ?? '';
  const value = partOf(recording.at(query.record), path, describers);
  const { named, indexed } = countChildren(value);
  const total = named + indexed;
  const first = Math.min(Math.max(0, Math.floor(query.first)), total);
  const count = Math.min(Math.max(0, Math.floor(query.count)), MOST_NODES);
  const children = childrenOf(value, first, count);
  const nodes = children.map((child, index) => nodeOf(child, childPath(path, child, first + index, indexed)));
  return { total, first, nodes };
}

function childPath(path: string, { name }: NamedValue, index: number, indexed: number): string {
  return indexed > 0 ? elementPath(path, index) : fieldPath(path, name);
}

function nodeOf({ name, value }: NamedValue, path: string): ValueNode {
  const { named, indexed } = countChildren(value);
  return {
    name: shownName(name),
    path,
    type: visible(typeName(value)),
    text: textOf(value),
    children: named + indexed,
  };
}

function textOf(value: Value): string {
  const text = printValue(shortened(value), { most: BRIEF, plainJson: true });
  return visible(text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text);
}

/** A long text is cut before it is written out, where that is all there is. */
function shortened(value: Value): Value {
  if (value.type !== 'string' || value.value.length <= 2 * WIDTH) return value;
  return { type: 'string', value: value.value.slice(0, 2 * WIDTH) };
}

/** The name of a value's type, as far as the value knows it. */
function typeName(value: Value): string {
  if (value.type === 'list') return `list<${value.element}>`;
  if (value.type === 'handle') return value.resource;
  if (value.type === 'string' && value.format === 'json') return 'json';
  return value.type;
}

/**
 * A value as text: as JSON (see `value-json.ts`), as WAVE, or as a command line for a POSIX shell that gives
 * the plugin the same event again, for which the path does not count. Throws a RangeError where there is no such
 * record, and a UserError where it has no such form.
 */
export function copyOf(
  recording: Recording,
  index: number,
  path: string | undefined,
  format: CopyFormat,
  describers: Describers,
): string {
  const record = recording.at(index);
  if (format === 'command') {
    const command = describers.command?.(record);
    if (command !== undefined) return commandLine(command);
    throw new UserError(
      'There is no command that does this again.',
      'Copy a command from an event of a plugin that `hotplug run` can be given; other records come of events.',
    );
  }
  const value = partOf(record, path ?? '', describers);
  const text = writtenAs(format, value);
  if (text !== undefined && text.length <= MOST_COPIED) return text;
  throw new UserError(
    `${path === undefined || path === '' ? record.name : path} is too long for the clipboard.`,
    'Copy a part of it, or export the recording as JSON Lines.',
  );
}

/** Undefined where no string is as long. */
function writtenAs(format: 'json' | 'wave', value: Value): string | undefined {
  try {
    return format === 'json' ? JSON.stringify(valueJson(value), undefined, 2) : printValue(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What differs in the values of two records, field by field. Throws as {@link valuesOf} does. */
export function differencesOf(
  recording: Recording,
  before: number,
  after: number,
  describers: Describers,
): RecordDifferences {
  // What `at` gives is valid until it is asked again, and lists may read later.
  const [a, b] = [before, after].map((index) => {
    const record = recording.at(index);
    return wholeOf({ ...record, payload: record.payload.slice() }, describers);
  });
  const found = diffValues(a, b, '');
  return {
    fields: found.slice(0, MOST_DIFFERENCES).map(({ path, expected, actual }) => ({
      path,
      before: expected === undefined ? undefined : visible(expected),
      after: actual === undefined ? undefined : visible(actual),
    })),
    more: Math.max(0, found.length - MOST_DIFFERENCES),
  };
}

function partOf(record: RawRecord, path: string, describers: Describers): Value {
  const value = at(wholeOf(record, describers), path);
  if (value !== undefined) return value;
  throw new UserError(`${record.name} has no ${path}.`, 'Choose a value that the tree shows.');
}

/** Everything that a record holds, as one record value. */
function wholeOf(record: RawRecord, describers: Describers): Value {
  const crossing = describers.values?.(record);
  if (crossing !== undefined) return crossingRecord(crossing);
  throw new UserError(
    `${record.name} has no typed values.`,
    'Choose an event, a host call, or a call that gave something.',
  );
}
