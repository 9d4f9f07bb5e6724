/** Reads WAVE text that a person wrote. */
import { compactJson, endOfStructure, isJsonStructure } from './json.ts';
import { cut, isKeyword, WaveReader } from './reader.ts';
import {
  isBig,
  isNumberType,
  numberList,
  valueList,
  type ListValue,
  type NamedValue,
  type Value,
} from './value.ts';
import { printValue } from './wave.ts';

/** Values within each other. */
export const DEEPEST = 200;

/**
 * Reads WAVE text as a value of the same type as `like`. Beside WAVE it takes JSON objects and arrays
 * where a string holds JSON, and `name#1` for a resource. A value says nothing of the cases it is not,
 * so the payload of another case gets the type it looks like: s64, f64, string, bool, list, record.
 * Throws a UserError that names the position and what was expected there.
 */
export function parseValue(text: string, like: Value): Value {
  const reader = new WaveReader(
    text,
    () => `Write it as the present value is written: ${cut(printValue(like, { most: 3 }), 200)}`,
  );
  const value = new Parser(reader).value(like, 0);
  reader.readEnd();
  return value;
}

class Parser {
  readonly #reader: WaveReader;

  constructor(reader: WaveReader) {
    this.#reader = reader;
  }

  /** A value of the type of `like`; of the type that it looks like where there is none. */
  value(like: Value | undefined, depth: number): Value {
    const reader = this.#reader;
    reader.space();
    if (depth > DEEPEST) throw reader.expected(`at most ${DEEPEST} values within each other`);
    if (like === undefined) return this.#anything(depth);
    switch (like.type) {
      case 'bool':
        return reader.readBool();
      case 'char':
        return reader.readChar();
      case 'string':
        return this.#stringLike(like.format);
      case 'list':
        return this.#list(like, depth);
      case 'tuple':
        return this.#tuple(like.items, depth);
      case 'record':
        return this.#record(like.fields, depth);
      case 'variant':
        return this.#variant(like, depth);
      case 'flags':
        return this.#flags();
      case 'handle':
        return this.#handle(like.resource);
      case 'f32':
      case 'f64':
      case 'u8':
      case 'u16':
      case 'u32':
      case 'u64':
      case 's8':
      case 's16':
      case 's32':
      case 's64':
        return reader.readNumber(like.type);
    }
  }

  #stringLike(format: 'json' | undefined): Value {
    const reader = this.#reader;
    const kept = format === undefined ? {} : { format };
    if (format === undefined || (reader.next !== '{' && reader.next !== '['))
      return { type: 'string', value: reader.readString(), ...kept };
    const end = endOfStructure(reader.text, reader.at);
    const json = reader.text.slice(reader.at, end);
    if (!isJsonStructure(json)) throw reader.expected('JSON, or a string literal');
    reader.at = end;
    return { type: 'string', value: compactJson(json), ...kept };
  }

  #list(like: ListValue | undefined, depth: number): Value {
    const items: Value[] = [];
    this.#reader.readOpening('[', 'a list in brackets');
    while (!this.#reader.skipClosing(']', items.length))
      items.push(this.value(like === undefined ? undefined : elementOf(like, items.length), depth + 1));
    return listOf(like?.element ?? items[0]?.type ?? 'string', items);
  }

  #tuple(like: readonly Value[] | undefined, depth: number): Value {
    const reader = this.#reader;
    const items: Value[] = [];
    reader.readOpening('(', 'a tuple in parentheses');
    while (!reader.skipClosing(')', items.length)) {
      if (items.length === like?.length) throw reader.expected(`no more than ${like.length} values`);
      items.push(this.value(like?.[items.length], depth + 1));
    }
    if (like !== undefined && items.length < like.length)
      throw reader.expected(`${like.length} values, not ${items.length}`, reader.at - 1);
    return { type: 'tuple', items };
  }

  #record(like: readonly NamedValue[], depth: number): Value {
    const reader = this.#reader;
    const found = new Map<string, Value>();
    if (!reader.skipEmptyRecord()) {
      reader.readOpening('{', 'a record in braces');
      while (!reader.skipClosing('}', found.size)) {
        const at = reader.at;
        const name = reader.readLabel('the name of a field');
        const field = like.find((candidate) => candidate.name === name);
        const names = like.map((candidate) => candidate.name).join(', ');
        if (field === undefined) throw reader.expected(`one of the fields ${names}`, at);
        if (found.has(name)) throw reader.expected(`"${name}" once only`, at);
        reader.readColon();
        found.set(name, this.value(field.value, depth + 1));
      }
    }
    const fields = like.map(({ name, value }) => {
      const given = found.get(name) ?? (isOption(value) ? NONE : undefined);
      if (given !== undefined) return { name, value: given };
      throw reader.expected(`the field "${name}"`, reader.at - 1);
    });
    return { type: 'record', fields };
  }

  #variant(like: Extract<Value, { type: 'variant' }>, depth: number): Value {
    const reader = this.#reader;
    const name = reader.takeCase();
    if (name !== undefined) {
      const value = this.#payload(name === like.name ? like.value : undefined, depth);
      if (name === like.name && like.value !== undefined && value === undefined)
        throw reader.expected(`"(" and the value of ${name}`);
      return { type: 'variant', name, ...(value === undefined ? {} : { value }) };
    }
    // The payload of some and ok may stand alone.
    const flat = like.name === 'some' || like.name === 'ok' ? like.value !== undefined : like.name === 'none';
    if (flat) {
      const value = this.value(like.value, depth + 1);
      return { type: 'variant', name: like.name === 'none' ? 'some' : like.name, value };
    }
    throw reader.expected(`a case such as ${printValue(like, { most: 3 })}`);
  }

  #payload(like: Value | undefined, depth: number): Value | undefined {
    const reader = this.#reader;
    const at = reader.at;
    reader.space();
    if (!reader.skip('(')) {
      reader.at = at;
      return undefined;
    }
    const value = this.value(like, depth + 1);
    reader.space();
    if (!reader.skip(')')) throw reader.expected('")"');
    return value;
  }

  #flags(): Value {
    const reader = this.#reader;
    const set: string[] = [];
    reader.readOpening('{', 'flags in braces');
    while (!reader.skipClosing('}', set.length)) set.push(reader.readLabel('the name of a flag'));
    return { type: 'flags', set };
  }

  #handle(resource: string): Value {
    const reader = this.#reader;
    const at = reader.at;
    if (reader.takeCase() !== resource) throw reader.expected(`a ${resource}, such as ${resource}#1`, at);
    return { type: 'handle', resource, number: reader.takeHandleNumber() ?? 0 };
  }

  #anything(depth: number): Value {
    const reader = this.#reader;
    const { next } = reader;
    if (next === '"') return { type: 'string', value: reader.readString() };
    if (next === "'") return reader.readChar();
    if (next === '[') return this.#list(undefined, depth);
    if (next === '(') return this.#tuple(undefined, depth);
    if (next === '{') return this.#fieldsOrFlags(depth);
    if (/[-+.\d]/.test(next)) return reader.readAnyNumber();
    const word = reader.takeWord();
    if (word === undefined) throw reader.expected('a value');
    if (word === 'true' || word === 'false') return { type: 'bool', value: word === 'true' };
    if (isKeyword(word)) return { type: 'f64', value: word === 'nan' ? NaN : Infinity };
    const name = word.replace('%', '');
    const number = reader.takeHandleNumber();
    if (number !== undefined) return { type: 'handle', resource: name, number };
    const value = this.#payload(undefined, depth);
    return { type: 'variant', name, ...(value === undefined ? {} : { value }) };
  }

  #fieldsOrFlags(depth: number): Value {
    const reader = this.#reader;
    if (reader.skipEmptyRecord()) return { type: 'record', fields: [] };
    const start = reader.at;
    reader.skip('{');
    reader.space();
    if (reader.next !== '}') reader.readLabel('a name');
    reader.space();
    const flags = reader.next !== ':';
    reader.at = start;
    if (flags) return this.#flags();
    const fields: NamedValue[] = [];
    reader.skip('{');
    while (!reader.skipClosing('}', fields.length)) {
      const at = reader.at;
      const name = reader.readLabel('the name of a field');
      if (fields.some((field) => field.name === name)) throw reader.expected(`"${name}" once only`, at);
      reader.readColon();
      fields.push({ name, value: this.value(undefined, depth + 1) });
    }
    return { type: 'record', fields };
  }
}

const NONE: Value = { type: 'variant', name: 'none' };

function isOption(value: Value): boolean {
  return value.type === 'variant' && (value.name === 'none' || value.name === 'some');
}

/** A list of these elements; of numbers over an array of them where float64 holds them. */
export function listOf(element: string, items: readonly Value[]): ListValue {
  return isNumberType(element) && !isBig(element) && items.every((item) => item.type === element)
    ? numberList(element, items.map(numberIn))
    : valueList(element, items);
}

/** A value with the type of an element of a list; undefined where only the elements themselves would tell. */
function elementOf(list: ListValue, index: number): Value | undefined {
  if (isNumberType(list.element)) return { type: list.element, value: 0 };
  if (list.length > 0) return list.at(index < list.length ? index : 0);
  if (list.element === 'string' || list.element === 'char') return { type: list.element, value: '' };
  return list.element === 'bool' ? { type: 'bool', value: false } : undefined;
}

function numberIn(value: Value): number {
  return 'value' in value ? Number(value.value) : NaN;
}
