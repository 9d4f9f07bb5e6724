/**
 * Takes out of values what must not be recorded. A rule is a name or a path:
 *
 * - `password`: every field of that name, at any depth, in values and in JSON texts. The names of
 *   pins, imports, exports and variants' cases count as fields around what they carry.
 * - `packet.custom.data.token`: from the top of an event or call, step by step. The name of the pin,
 *   import or export may stand before it, that of a case may be left out; `*` is any one field, or
 *   every element of a list; a name that is no plain one stands in brackets: `data["odd name"]`.
 *
 * What is taken out keeps its type: strings become `[redacted]`, numbers 0, true false; lists keep
 * their length, records their fields, variants their case. In JSON, objects and arrays become empty
 * and null stays.
 */
import { messageOf, UserError } from '../errors.ts';
import { isJsonStructure, parseJsonTree, type JsonNode } from './json.ts';
import { parsePath, type Step } from './path.ts';
import { isNumberType, numberList, valueList, type NamedValue, type Value } from './value.ts';

export const REDACTED = '[redacted]';
const ANY = '*';

type Path = readonly string[];

/** Rules that were read: see {@link readRules}. */
export interface Redaction {
  /** Rules that are a name. */
  readonly names: ReadonlySet<string>;
  /** Rules that are a path of two steps or more. */
  readonly paths: readonly Path[];
  /** One of these is in a JSON text that has a field which a rule names; undefined where any text may have one. */
  readonly needles: readonly Buffer[] | undefined;
}

/** Reads one rule. Throws a UserError that says what is wrong with it. */
export function readRule(rule: string): Path {
  const steps = stepsOf(rule).map((step) => {
    if (typeof step === 'string') return step;
    throw new UserError(
      `"${rule}" has the number of an element`,
      `Write ${ANY} for every element: packet.data.list.${ANY}.token.`,
    );
  });
  if (steps.every((step) => step === ANY)) throw new UserError(`"${rule}" names no field`, FORM);
  return steps;
}

const FORM = 'Write the name of a field, such as password, or a path, such as packet.data.token.';

function stepsOf(rule: string): readonly Step[] {
  try {
    return parsePath(rule);
  } catch (error) {
    throw new UserError(messageOf(error), FORM, { cause: error });
  }
}

/** Reads all rules, once for a recording. Throws a UserError that says what is wrong with one of them. */
export function readRules(rules: readonly string[]): Redaction {
  const paths = rules.map(readRule);
  const last = paths.map((path) => path.at(-1) ?? ANY);
  return {
    names: new Set(paths.flatMap(([name, ...rest]) => (name === undefined || rest.length > 0 ? [] : [name]))),
    paths: paths.filter((path) => path.length > 1),
    needles: last.includes(ANY) ? undefined : [...last.map((name) => Buffer.from(name)), ESCAPE],
  };
}

/** Names in JSON may be written with escapes; then only reading it tells. */
const ESCAPE = Buffer.from('\\');

/** Whether a JSON text may have a field that a rule names: a quick look at its UTF-8 bytes. */
export function mayName(utf8: Uint8Array, { needles }: Redaction): boolean {
  if (needles === undefined) return true;
  const bytes = Buffer.from(utf8.buffer, utf8.byteOffset, utf8.byteLength);
  return needles.some((needle) => bytes.includes(needle));
}

/**
 * Takes out of one event or call what the rules name; `around` is its pin, import or export.
 * Undefined where they name nothing in it.
 */
export function redactFields(
  fields: readonly NamedValue[],
  around: string,
  redaction: Redaction,
): readonly NamedValue[] | undefined {
  const top: Place = { names: redaction.names, paths: redaction.paths };
  const within = stepInto(top, (first) => first === around, around);
  if (within === 'all') return fields.map(({ name, value }) => ({ name, value: blank(value) }));
  const redacted = redactRecord(fields, both(top, within));
  return redacted === fields ? undefined : redacted;
}

/**
 * Takes out of JSON parameters what the rules name, as out of a field `params`. Undefined where they
 * name nothing in it.
 */
export function redactParams(json: string, redaction: Redaction): string | undefined {
  const params: Value = { type: 'string', value: json, format: 'json' };
  const [field] = redactFields([{ name: 'params', value: params }], 'update-params', redaction) ?? [];
  return field?.value.type === 'string' ? field.value.value : undefined;
}

/** Where the walk is: the names, and what is left of the paths that led here. */
interface Place {
  readonly names: ReadonlySet<string>;
  readonly paths: readonly Path[];
}

/** A step into a part; `all` where a rule names just that part. */
function stepInto(
  { names, paths }: Place,
  matches: (first: string) => boolean,
  name: string | undefined,
): Place | 'all' {
  if (name !== undefined && names.has(name)) return 'all';
  const left: Path[] = [];
  for (const [first, ...rest] of paths) {
    if (first === undefined || !matches(first)) continue;
    if (rest.length === 0) return 'all';
    left.push(rest);
  }
  return { names, paths: left };
}

function intoField(place: Place, name: string): Place | 'all' {
  return stepInto(place, (first) => first === name || first === ANY, name);
}

function intoElement(place: Place): Place | 'all' {
  return stepInto(place, (first) => first === ANY, undefined);
}

/** The place of a part whose name may be in a path or left out. */
function both(outer: Place, inner: Place): Place {
  return inner.paths.length === 0 ? outer : { names: outer.names, paths: [...outer.paths, ...inner.paths] };
}

/** The same fields where nothing is taken out of them. */
function redactRecord(fields: readonly NamedValue[], place: Place): readonly NamedValue[] {
  const redacted = fields.map((field) => {
    const value = redactPart(field.value, intoField(place, field.name));
    return value === field.value ? field : { name: field.name, value };
  });
  return redacted.every((field, index) => field === fields[index]) ? fields : redacted;
}

/** A part after a step into it. */
function redactPart(value: Value, place: Place | 'all'): Value {
  return place === 'all' ? blank(value) : redactValue(value, place);
}

/** The same value where nothing is taken out of it. */
function redactValue(value: Value, place: Place): Value {
  if (value.type === 'record') {
    const fields = redactRecord(value.fields, place);
    return fields === value.fields ? value : { type: 'record', fields };
  }
  if (value.type === 'variant' && value.value !== undefined) {
    const within = stepInto(place, (first) => first === value.name, value.name);
    const payload = within === 'all' ? blank(value.value) : redactValue(value.value, both(place, within));
    return payload === value.value ? value : { ...value, value: payload };
  }
  if (value.type === 'string') {
    const text = redactText(value.value, place);
    return text === undefined ? value : { ...value, value: text };
  }
  if (value.type === 'tuple') {
    const items = redactItems(value.items, place);
    return items === value.items ? value : { type: 'tuple', items };
  }
  if (value.type !== 'list') return value;
  const within = intoElement(place);
  if (within === 'all') return blank(value);
  // Elements that have no parts have none to take out.
  if (isNumberType(value.element) || value.element === 'bool' || value.element === 'char') return value;
  const items = Array.from({ length: value.length }, (_, index) => value.at(index));
  const redacted = redactItems(items, place);
  return redacted === items ? value : valueList(value.element, redacted);
}

function redactItems(items: readonly Value[], place: Place): readonly Value[] {
  const within = intoElement(place);
  const redacted = items.map((item) => redactPart(item, within));
  return redacted.every((item, index) => item === items[index]) ? items : redacted;
}

/** A text that is a JSON object or array, without what the rules name in it; undefined where that is nothing. */
function redactText(text: string, place: Place): string | undefined {
  const tree = isJsonStructure(text) ? parseJsonTree(text) : undefined;
  if (tree === undefined) return undefined;
  const cuts: JsonNode[] = [];
  collectCuts(tree, place, cuts);
  if (cuts.length === 0) return undefined;
  let from = 0;
  const kept = cuts.map((cut) => {
    const before = text.slice(from, cut.start);
    from = cut.end;
    return before + blankJson(text, cut);
  });
  return kept.join('') + text.slice(from);
}

/** Finds the parts that are named, in their order. */
function collectCuts(node: JsonNode, place: Place, cuts: JsonNode[]): void {
  // What is too deep to look into is taken out.
  if (node.kind === 'deep' && (place.names.size > 0 || place.paths.length > 0)) cuts.push(node);
  const visit = (part: JsonNode, within: Place | 'all'): void => {
    if (within === 'all') cuts.push(part);
    else collectCuts(part, within, cuts);
  };
  for (const { name, node: member } of node.members) visit(member, intoField(place, name));
  const within = node.items.length > 0 ? intoElement(place) : place;
  for (const item of node.items) visit(item, within);
}

function blankJson(text: string, node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return JSON.stringify(REDACTED);
    case 'number':
      return '0';
    case 'bool':
      return 'false';
    case 'null':
      return 'null';
    case 'object':
      return '{}';
    case 'array':
      return '[]';
    case 'deep':
      return text[node.start] === '{' ? '{}' : '[]';
  }
}

/** A value of the same type with nothing in it. */
function blank(value: Value): Value {
  if (value.type === 'string') return { ...value, value: blankText(value.value, value.format) };
  if (value.type === 'char') return { ...value, value: '*' };
  if (value.type === 'bool') return { ...value, value: false };
  if (value.type === 'flags') return { ...value, set: [] };
  // Its number is the host's own, and says nothing.
  if (value.type === 'handle') return value;
  if (value.type === 'tuple') return { ...value, items: value.items.map(blank) };
  if (value.type === 'record')
    return {
      ...value,
      fields: value.fields.map((field) => ({ name: field.name, value: blank(field.value) })),
    };
  if (value.type === 'variant')
    return value.value === undefined ? value : { ...value, value: blank(value.value) };
  if (value.type !== 'list') return { ...value, value: typeof value.value === 'bigint' ? 0n : 0 };
  return value.numbers !== undefined && isNumberType(value.element)
    ? numberList(value.element, new Float64Array(value.length))
    : { ...value, at: (index) => blank(value.at(index)) };
}

function blankText(text: string, format: 'json' | undefined): string {
  const node = format === 'json' ? parseJsonTree(text) : undefined;
  return node === undefined ? REDACTED : blankJson(text, node);
}
