/**
 * Values as trees: what a debugger unfolds, what conditions look up and what edits replace. A variant
 * has the children of its payload; a string with JSON in it has its fields and elements.
 */
import { UserError } from '../errors.ts';
import { jsonValue, parseJsonTree, type JsonNode } from './json.ts';
import { elementPath, fieldPath, parsePath, type Step } from './path.ts';
import {
  isNumberType,
  numberList,
  valueList,
  type ListValue,
  type NamedValue,
  type NumberType,
  type Value,
} from './value.ts';
import { printValue } from './wave.ts';

/** How many children a value has; a value has one kind of them only. */
export interface ChildCount {
  readonly named: number;
  readonly indexed: number;
}

/** What a value has to unfold. */
export function countChildren(value: Value): ChildCount {
  const parts = partsOf(value);
  const count = parts?.count ?? 0;
  return parts?.indexed === true ? { named: 0, indexed: count } : { named: count, indexed: 0 };
}

/** Children in order, `count` of them from number `start` on; those of lists and tuples are named by their index. */
export function childrenOf(value: Value, start = 0, count = Infinity): readonly NamedValue[] {
  const parts = partsOf(value);
  if (parts === undefined) return [];
  const from = Math.max(0, start);
  const length = Math.max(0, Math.min(count, parts.count - from));
  return Array.from({ length }, (_, index) => parts.child(from + index));
}

interface Parts {
  readonly indexed: boolean;
  readonly count: number;
  readonly child: (index: number) => NamedValue;
}

function partsOf(value: Value): Parts | undefined {
  if (value.type === 'record') return partsFrom(value.fields);
  if (value.type === 'variant') return value.value === undefined ? undefined : partsOf(value.value);
  if (value.type === 'tuple') return partsFromItems(value.items);
  if (value.type === 'string' && value.format === 'json') return jsonParts(value.value);
  if (value.type !== 'list') return undefined;
  const child = (index: number): NamedValue => ({ name: String(index), value: value.at(index) });
  return { indexed: true, count: value.length, child };
}

function partsFrom(fields: readonly NamedValue[]): Parts {
  return { indexed: false, count: fields.length, child: (index) => inRange(fields[index], index) };
}

function partsFromItems(items: readonly Value[]): Parts {
  return {
    indexed: true,
    count: items.length,
    child: (index) => ({ name: String(index), value: inRange(items[index], index) }),
  };
}

function jsonParts(text: string): Parts | undefined {
  const node = parseJsonTree(text);
  if (node === undefined) return undefined;
  if (node.kind === 'object') {
    const members = [...new Map(node.members.map((member) => [member.name, member.node]))];
    return {
      indexed: false,
      count: members.length,
      child: (index) => {
        const [name, member] = inRange(members[index], index);
        return { name, value: jsonValue(text, member) };
      },
    };
  }
  if (node.kind !== 'array') return undefined;
  return {
    indexed: true,
    count: node.items.length,
    child: (index) => ({
      name: String(index),
      value: jsonValue(text, inRange(node.items[index], index)),
    }),
  };
}

function inRange<T>(part: T | undefined, index: number): T {
  if (part === undefined) throw new RangeError(`There is no child ${index}.`);
  return part;
}

/**
 * The value at a path such as `packet.data.event_type` or `samples[3]`; undefined where there is
 * none. The name of a variant's case may stand in the path, and `length` at its end asks for the
 * length of a list. Throws a UserError where the path cannot be read.
 */
export function at(value: Value, path: string | readonly Step[]): Value | undefined {
  let here: Value | undefined = value;
  for (const step of typeof path === 'string' ? parsePath(path) : path) {
    if (here === undefined) return undefined;
    here = stepInto(here, step);
  }
  return here;
}

function stepInto(value: Value, step: Step): Value | undefined {
  if (value.type === 'record') return value.fields.find((field) => field.name === step)?.value;
  if (value.type === 'tuple') return typeof step === 'number' ? value.items[step] : undefined;
  if (value.type === 'string' && value.format === 'json') return stepIntoJson(value.value, step);
  if (value.type === 'variant' && value.value !== undefined)
    return stepInto(value.value, step) ?? (step === value.name ? value.value : undefined);
  if (value.type !== 'list') return undefined;
  if (step === 'length') return { type: 'u32', value: value.length };
  return isIndex(step, value.length) ? value.at(step) : undefined;
}

function stepIntoJson(text: string, step: Step): Value | undefined {
  const node = parseJsonTree(text);
  const part = node === undefined ? undefined : jsonPart(node, step);
  if (part !== undefined) return jsonValue(text, part);
  return node?.kind === 'array' && step === 'length' ? { type: 'u32', value: node.items.length } : undefined;
}

function jsonPart(node: JsonNode, step: Step): JsonNode | undefined {
  return typeof step === 'number'
    ? node.items[step]
    : node.members.findLast((member) => member.name === step)?.node;
}

function isIndex(step: Step, length: number): step is number {
  return typeof step === 'number' && step < length;
}

/**
 * The value with another one at a path; nothing that was there changes. In JSON the rest of the text
 * stays as it is. Throws a UserError where the path leads nowhere, and where JSON has no form for the
 * new value.
 */
export function withAt(value: Value, path: string | readonly Step[], replacement: Value): Value {
  const steps = typeof path === 'string' ? parsePath(path) : path;
  return replaceAt(value, steps, '', replacement);
}

function replaceAt(value: Value, steps: readonly Step[], path: string, replacement: Value): Value {
  const [step, ...rest] = steps;
  if (step === undefined) return replacement;
  const inner = typeof step === 'number' ? elementPath(path, step) : fieldPath(path, step);
  const replaced =
    value.type === 'variant' && value.value !== undefined && stepInto(value.value, step) !== undefined
      ? { ...value, value: replaceAt(value.value, steps, path, replacement) }
      : withPart(value, step, inner, (child) => replaceAt(child, rest, inner, replacement));
  if (replaced !== undefined) return replaced;
  throw new UserError(
    `There is no ${inner}.`,
    `Name a part of ${printValue(value, { most: 3, plainJson: true }).slice(0, 200)}`,
  );
}

/** The value with one of its parts replaced; undefined where it has no such part. */
function withPart(
  value: Value,
  step: Step,
  path: string,
  replace: (child: Value) => Value,
): Value | undefined {
  if (value.type === 'record') {
    const index = value.fields.findIndex((field) => field.name === step);
    const field = value.fields[index];
    if (field === undefined) return undefined;
    return { ...value, fields: value.fields.with(index, { ...field, value: replace(field.value) }) };
  }
  if (value.type === 'tuple') {
    if (!isIndex(step, value.items.length)) return undefined;
    return { ...value, items: value.items.map((item, index) => (index === step ? replace(item) : item)) };
  }
  if (value.type === 'variant')
    return step === value.name && value.value !== undefined
      ? { ...value, value: replace(value.value) }
      : undefined;
  if (value.type === 'string' && value.format === 'json') {
    const node = parseJsonTree(value.value);
    const part = node === undefined ? undefined : jsonPart(node, step);
    if (part === undefined) return undefined;
    const text = jsonOf(replace(jsonValue(value.value, part)), path);
    return { ...value, value: value.value.slice(0, part.start) + text + value.value.slice(part.end) };
  }
  return value.type === 'list' && isIndex(step, value.length)
    ? withElement(value, step, replace(value.at(step)))
    : undefined;
}

function withElement(list: ListValue, index: number, element: Value): Value {
  if (list.numbers !== undefined && isNumberType(list.element) && element.type === list.element) {
    const numbers = Array.from(list.numbers);
    numbers[index] = Number(element.value);
    return numberList(list.element, numbers);
  }
  const items = Array.from({ length: list.length }, (_, other) =>
    other === index ? element : list.at(other),
  );
  return valueList(list.element, items);
}

/** A value as JSON text. */
function jsonOf(value: Value, path: string): string {
  if (value.type === 'string' && value.format === 'json' && parseJsonTree(value.value) !== undefined)
    return value.value;
  if (value.type === 'string' || value.type === 'char') return JSON.stringify(value.value);
  if (value.type === 'bool') return String(value.value);
  if (value.type === 'record') {
    const fields = value.fields.map(
      ({ name, value: field }) => `${JSON.stringify(name)}:${jsonOf(field, fieldPath(path, name))}`,
    );
    return `{${fields.join(',')}}`;
  }
  if (value.type === 'list' || value.type === 'tuple') {
    const items = childrenOf(value).map((child, index) => jsonOf(child.value, elementPath(path, index)));
    return `[${items.join(',')}]`;
  }
  const none = value.type === 'variant' && (value.name === 'null' || value.name === 'none');
  if (none && value.value === undefined) return 'null';
  if (isNumber(value) && Number.isFinite(Number(value.value))) return printValue(value);
  throw new UserError(
    `${path}: JSON has no form for ${printValue(value, { most: 3 })}`,
    'Write a number, a string, true, false, null, a list or a record.',
  );
}

function isNumber(value: Value): value is Extract<Value, { type: NumberType }> {
  return isNumberType(value.type);
}
