/** What differs between two values, per field. */
import { jsonValue, parseJsonTree, type JsonNode } from './json.ts';
import { elementPath, fieldPath } from './path.ts';
import type { ListValue, NamedValue, Value } from './value.ts';
import { printValue } from './wave.ts';

export interface ValueDifference {
  /** As `path.ts` writes it: `packet.samples[3]`. */
  readonly path: string;
  /** In WAVE, JSON as it is; cut where it is long. Undefined where there is nothing on this side. */
  readonly expected?: string;
  readonly actual?: string;
}

/** Elements and JSON fields of one list or object that are told one by one; the rest is counted. */
const LISTED = 16;
/** Differences of one pair of values that are told; the rest is not. */
const MOST = 256;
/** Characters of a long text that are shown, and how many of them stand before its first difference. */
const SHOWN = 400;
const BEFORE = 40;

/** Takes a difference, which is only put into words where it is told; throws {@link enough} where no more are wanted. */
type Report = (difference: () => ValueDifference) => void;

/** Ends a comparison early. */
const enough = new Error('the values differ');

/**
 * What differs, in the order of the fields; empty where nothing does. Floats differ by their bits, but
 * one NaN is like another. JSON is compared by its fields; where only its text differs, that is one
 * difference. Of a list or a JSON object at most 16 differing parts are told, then one entry, whose
 * path ends in `[…]`, counts the rest; in all there are at most 256 and an entry that says so.
 */
export function diffValues(
  expected: Value | undefined,
  actual: Value | undefined,
  path: string,
): readonly ValueDifference[] {
  const found: ValueDifference[] = [];
  toTheEnd(() => {
    compare(expected, actual, path, (difference) => {
      if (found.length === MOST) {
        found.push({ path, expected: '/* more differs */', actual: '/* more differs */' });
        throw enough;
      }
      found.push(difference());
    });
  });
  return found;
}

/** Whether nothing differs. */
export function sameValues(expected: Value | undefined, actual: Value | undefined): boolean {
  return toTheEnd(() => {
    compare(expected, actual, '', () => {
      throw enough;
    });
  });
}

/** Whether the work went to its end. */
function toTheEnd(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error === enough) return false;
    throw error;
  }
}

function compare(expected: Value | undefined, actual: Value | undefined, path: string, report: Report): void {
  if (expected === undefined || actual === undefined) {
    if (expected !== actual) report(() => whole(expected, actual, path));
    return;
  }
  switch (expected.type) {
    case 'string':
      if (actual.type === 'string') compareStrings(expected, actual, path, report);
      else report(() => whole(expected, actual, path));
      return;
    case 'list':
      if (actual.type === 'list') compareLists(expected, actual, path, report);
      else report(() => whole(expected, actual, path));
      return;
    case 'tuple':
      if (actual.type === 'tuple') compareItems(expected.items, actual.items, path, report);
      else report(() => whole(expected, actual, path));
      return;
    case 'record':
      if (actual.type === 'record') compareFields(expected.fields, actual.fields, path, report);
      else report(() => whole(expected, actual, path));
      return;
    case 'variant':
      if (actual.type === 'variant' && actual.name === expected.name)
        comparePayloads(expected, actual, path, report);
      else report(() => whole(expected, actual, path));
      return;
    case 'flags':
    case 'handle':
      if (printValue(expected) !== printValue(actual)) report(() => whole(expected, actual, path));
      return;
    case 'bool':
    case 'char':
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
      if (actual.type !== expected.type || !sameScalar(expected.value, actual.value))
        report(() => whole(expected, actual, path));
  }
}

function sameScalar(a: string | number | bigint | boolean, b: string | number | bigint | boolean): boolean {
  // A u64 may be either kind of number.
  return Object.is(a, b) || (typeof a !== typeof b && String(a) === String(b));
}

function compareFields(
  expected: readonly NamedValue[],
  actual: readonly NamedValue[],
  path: string,
  report: Report,
): void {
  for (const { name, value } of expected) {
    const other = actual.find((field) => field.name === name)?.value;
    compare(value, other, fieldPath(path, name), report);
  }
  for (const { name, value } of actual) {
    if (!expected.some((field) => field.name === name))
      compare(undefined, value, fieldPath(path, name), report);
  }
}

/** The payloads of one case. One that differs as a whole is shown with the case around it. */
function comparePayloads(
  expected: Extract<Value, { type: 'variant' }>,
  actual: Extract<Value, { type: 'variant' }>,
  path: string,
  report: Report,
): void {
  const around = (text: string | undefined): string =>
    text === undefined ? expected.name : `${expected.name}(${text})`;
  compare(expected.value, actual.value, path, (difference) => {
    report(() => {
      const found = difference();
      if (found.path !== path) return found;
      return { path, expected: around(found.expected), actual: around(found.actual) };
    });
  });
}

function compareItems(
  expected: readonly Value[],
  actual: readonly Value[],
  path: string,
  report: Report,
): void {
  for (let index = 0; index < Math.max(expected.length, actual.length); index++)
    compare(expected[index], actual[index], elementPath(path, index), report);
}

function compareLists(expected: ListValue, actual: ListValue, path: string, report: Report): void {
  if (expected.length !== actual.length) report(() => lengths(expected.length, actual.length, path));
  const shared = Math.min(expected.length, actual.length);
  const { numbers: a } = expected;
  const { numbers: b } = actual;
  if (a !== undefined && b !== undefined && expected.element === actual.element) {
    // Of numbers past the shorter list's end the length says enough.
    compareEach(shared, path, report, (index, told) => {
      if (!Object.is(a[index], b[index]))
        told(() => whole(expected.at(index), actual.at(index), elementPath(path, index)));
    });
    return;
  }
  compareEach(Math.max(expected.length, actual.length), path, report, (index, told) => {
    const a = index < expected.length ? expected.at(index) : undefined;
    const b = index < actual.length ? actual.at(index) : undefined;
    compare(a, b, elementPath(path, index), told);
  });
}

/** Compares parts by index; of those that differ it tells the first ones and counts the others. */
function compareEach(
  count: number,
  path: string,
  report: Report,
  each: (index: number, told: Report) => void,
): void {
  let differing = 0;
  for (let index = 0; index < count; index++) {
    const found = { count: 0 };
    each(index, (difference) => {
      found.count++;
      if (differing < LISTED) report(difference);
    });
    if (found.count > 0) differing++;
  }
  const more = differing - LISTED;
  if (more > 0) {
    const text = `/* ${more} more ${more === 1 ? 'differs' : 'differ'} */`;
    report(() => ({ path: `${path}[…]`, expected: text, actual: text }));
  }
}

function lengths(expected: number, actual: number, path: string): ValueDifference {
  return { path: fieldPath(path, 'length'), expected: String(expected), actual: String(actual) };
}

function compareStrings(
  expected: Extract<Value, { type: 'string' }>,
  actual: Extract<Value, { type: 'string' }>,
  path: string,
  report: Report,
): void {
  if (expected.value === actual.value) return;
  const before = expected.format === 'json' ? parseJsonTree(expected.value) : undefined;
  const after = actual.format === 'json' ? parseJsonTree(actual.value) : undefined;
  if (before !== undefined && after !== undefined) {
    const found = { count: 0 };
    const told: Report = (difference) => {
      found.count++;
      report(difference);
    };
    compareJson({ text: expected.value, node: before }, { text: actual.value, node: after }, path, told);
    if (found.count > 0) return;
    // The same fields in another order, with other space, other escapes.
  }
  report(() => {
    const [a, b] = windows(expected.value, actual.value);
    return {
      path,
      expected: printValue({ type: 'string', value: a }),
      actual: printValue({ type: 'string', value: b }),
    };
  });
}

/** A part of a JSON text. */
interface Json {
  readonly text: string;
  readonly node: JsonNode;
}

function compareJson(a: Json, b: Json, path: string, report: Report): void {
  const source = sourceOf(a);
  const other = sourceOf(b);
  if (source === other) return;
  if (a.node.kind === 'object' && b.node.kind === 'object') {
    compareObjects(a, b, path, report);
  } else if (a.node.kind === 'array' && b.node.kind === 'array') {
    compareArrays(a, b, path, report);
  } else {
    const strings = a.node.kind === 'string' && b.node.kind === 'string';
    // The same characters may be escaped in two ways.
    if (!strings || JSON.parse(source) !== JSON.parse(other)) report(() => jsonWhole(a, b, path));
  }
}

function compareObjects(a: Json, b: Json, path: string, report: Report): void {
  const before = membersOf(a);
  const after = membersOf(b);
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const name = (index: number): string => names[index] ?? '';
  comparePairs(
    names.length,
    (index) => [before.get(name(index)), after.get(name(index))],
    (index) => fieldPath(path, name(index)),
    path,
    report,
  );
}

function compareArrays(a: Json, b: Json, path: string, report: Report): void {
  const before = a.node.items;
  const after = b.node.items;
  if (before.length !== after.length) report(() => lengths(before.length, after.length, path));
  const part = ({ text }: Json, node: JsonNode | undefined): Json | undefined =>
    node === undefined ? undefined : { text, node };
  comparePairs(
    Math.max(before.length, after.length),
    (index) => [part(a, before[index]), part(b, after[index])],
    (index) => elementPath(path, index),
    path,
    report,
  );
}

function comparePairs(
  count: number,
  pair: (index: number) => readonly [Json | undefined, Json | undefined],
  pathOf: (index: number) => string,
  path: string,
  report: Report,
): void {
  compareEach(count, path, report, (index, told) => {
    const [a, b] = pair(index);
    if (a !== undefined && b !== undefined) compareJson(a, b, pathOf(index), told);
    else told(() => jsonWhole(a, b, pathOf(index)));
  });
}

function membersOf({ text, node }: Json): ReadonlyMap<string, Json> {
  return new Map(node.members.map((member) => [member.name, { text, node: member.node }]));
}

function sourceOf({ text, node }: Json): string {
  return text.slice(node.start, node.end);
}

/** Numbers are shown as they are written: two may differ in nothing else. */
function jsonWhole(a: Json | undefined, b: Json | undefined, path: string): ValueDifference {
  if (a?.node.kind === 'string' && b?.node.kind === 'string')
    return whole(jsonValue(a.text, a.node), jsonValue(b.text, b.node), path);
  const [expected, actual] = windows(a === undefined ? '' : sourceOf(a), b === undefined ? '' : sourceOf(b));
  return {
    path,
    ...(a === undefined ? {} : { expected }),
    ...(b === undefined ? {} : { actual }),
  };
}

/** Both values as texts. */
function whole(expected: Value | undefined, actual: Value | undefined, path: string): ValueDifference {
  const [a, b] = windows(
    expected === undefined ? '' : printValue(expected, { most: LISTED, plainJson: true }),
    actual === undefined ? '' : printValue(actual, { most: LISTED, plainJson: true }),
  );
  return {
    path,
    ...(expected === undefined ? {} : { expected: a }),
    ...(actual === undefined ? {} : { actual: b }),
  };
}

/** The parts of two long texts around the first place where they differ. */
function windows(a: string, b: string): [string, string] {
  if (a.length <= SHOWN && b.length <= SHOWN) return [a, b];
  let first = 0;
  while (first < a.length && a[first] === b[first]) first++;
  const start = Math.max(0, first - BEFORE);
  const part = (text: string): string =>
    `${start > 0 ? '…' : ''}${text.slice(start, start + SHOWN)}${text.length > start + SHOWN ? '…' : ''}`;
  return [part(a), part(b)];
}
