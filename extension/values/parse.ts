/** Reads WAVE text that a person wrote. */
import { UserError } from '../errors.ts';
import { compactJson, endOfStructure, isJsonStructure } from './json.ts';
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

const DEEPEST = 200;
const SPACE = /(?:\s|\/\/[^\n]*)*/y;
const CUT = /\/\*/y;
const WORD = /[-+.\w]+/y;
const LABEL = /%?[A-Za-z][\w-]*/y;
const WHOLE = /^[-+]?\d+$/;
const REAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const CHARACTER = /\\(?:['"\\tnr]|u\{([0-9a-fA-F]{1,6})\})|[^\\\n]/uy;
const MULTILINE = '"""';

type WholeType = Exclude<NumberType, 'f32' | 'f64'>;

/** Smallest and largest whole number of a type. */
const RANGES: Readonly<Record<WholeType, readonly [bigint, bigint]>> = {
  u8: [0n, 0xffn],
  u16: [0n, 0xffffn],
  u32: [0n, 0xffffffffn],
  u64: [0n, 2n ** 64n - 1n],
  s8: [-0x80n, 0x7fn],
  s16: [-0x8000n, 0x7fffn],
  s32: [-0x80000000n, 0x7fffffffn],
  s64: [-(2n ** 63n), 2n ** 63n - 1n],
};

/**
 * Reads WAVE text as a value of the same type as `like`. Beside WAVE it takes JSON objects and arrays
 * where a string holds JSON. A value says nothing of the cases it is not, so the payload of another
 * case gets the type it looks like: s64, f64, string, bool, list, record.
 * Throws a UserError that names the position and what was expected there.
 */
export function parseValue(text: string, like: Value): Value {
  const parser = new Parser(text, like);
  const value = parser.value(like, 0);
  parser.end();
  return value;
}

class Parser {
  readonly #text: string;
  readonly #like: Value;
  #at = 0;

  constructor(text: string, like: Value) {
    this.#text = text;
    this.#like = like;
  }

  /** A value of the type of `like`; of the type that it looks like where there is none. */
  value(like: Value | undefined, depth: number): Value {
    this.#space();
    if (depth > DEEPEST) throw this.#expected(`at most ${DEEPEST} values within each other`);
    if (like === undefined) return this.#anything(depth);
    switch (like.type) {
      case 'bool':
        return this.#bool();
      case 'char':
        return { type: 'char', value: this.#char() };
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
      case 'f32':
      case 'f64':
        return this.#float(like.type);
      case 'u8':
      case 'u16':
      case 'u32':
      case 'u64':
      case 's8':
      case 's16':
      case 's32':
      case 's64':
        return this.#whole(like.type);
    }
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) throw this.#expected('the end');
  }

  #bool(): Value {
    const at = this.#at;
    const word = this.#take(WORD);
    if (word !== 'true' && word !== 'false') throw this.#expected('true or false', at);
    return { type: 'bool', value: word === 'true' };
  }

  #float(type: 'f32' | 'f64'): Value {
    const at = this.#at;
    const exact = floatOf(this.#take(WORD) ?? '');
    if (exact === undefined) throw this.#expected('a number', at);
    const value = type === 'f32' ? Math.fround(exact.value) : exact.value;
    if (exact.finite && !Number.isFinite(value))
      throw this.#expected(type === 'f32' ? 'a number below 3.5e38' : 'a number below 1.8e308', at);
    return { type, value };
  }

  #whole(type: WholeType): Value {
    const at = this.#at;
    const [least, most] = RANGES[type];
    const value = wholeIn(this.#take(WORD) ?? '');
    if (value === undefined || value < least || value > most)
      throw this.#expected(`a whole number from ${least.toString()} to ${most.toString()}`, at);
    return { type, value: isBig(type) ? value : Number(value) };
  }

  /** A number of unknown type. */
  #number(): Value {
    const at = this.#at;
    const word = this.#take(WORD) ?? '';
    const value = word === '-0' ? undefined : wholeIn(word);
    this.#at = at;
    const type = (['s64', 'u64'] as const).find(
      (candidate) => value !== undefined && value >= RANGES[candidate][0] && value <= RANGES[candidate][1],
    );
    return type === undefined ? this.#float('f64') : this.#whole(type);
  }

  #stringLike(format: 'json' | undefined): Value {
    const kept = format === undefined ? {} : { format };
    const next = this.#text[this.#at];
    if (format === undefined || (next !== '{' && next !== '['))
      return { type: 'string', value: this.#string(), ...kept };
    const end = endOfStructure(this.#text, this.#at);
    const json = this.#text.slice(this.#at, end);
    if (!isJsonStructure(json)) throw this.#expected('JSON, or a string literal');
    this.#at = end;
    return { type: 'string', value: compactJson(json), ...kept };
  }

  #string(): string {
    if (this.#text.startsWith(MULTILINE, this.#at)) return this.#multiline();
    if (!this.#skip('"')) throw this.#expected('a string in double quotes');
    const parts: string[] = [];
    while (!this.#skip('"')) parts.push(this.#character('a closing double quote'));
    return parts.join('');
  }

  #multiline(): string {
    const start = this.#at;
    this.#at += MULTILINE.length;
    if (!this.#skip('\r\n') && !this.#skip('\n')) throw this.#expected('a line break after """');
    const parts: string[] = [];
    const lines: string[] = [];
    for (;;) {
      if (this.#skip('\r\n') || this.#skip('\n')) lines.push(parts.splice(0).join(''));
      else if (this.#text.startsWith(MULTILINE, this.#at)) break;
      else parts.push(this.#character('a closing """'));
    }
    const indent = parts.join('');
    if (lines.length === 0 || /[^ ]/.test(indent))
      throw this.#expected('the closing """ on a line of its own');
    this.#at += MULTILINE.length;
    if (lines.some((line) => !line.startsWith(indent)))
      throw this.#expected('lines that are indented as the closing """ is', start);
    return lines.map((line) => line.slice(indent.length)).join('\n');
  }

  #char(): string {
    if (!this.#skip("'")) throw this.#expected('a character in single quotes');
    if (this.#text[this.#at] === "'") throw this.#expected('a character');
    const value = this.#character('a character');
    if (!this.#skip("'")) throw this.#expected('a closing single quote');
    return value;
  }

  /** One character of a literal, perhaps escaped. */
  #character(otherwise: string): string {
    CHARACTER.lastIndex = this.#at;
    const found = CHARACTER.exec(this.#text);
    if (found === null) {
      const escaped = this.#text[this.#at] === '\\';
      throw this.#expected(escaped ? 'one of \\\\ \\" \\\' \\t \\n \\r \\u{…}' : otherwise);
    }
    const [all, hex] = found;
    if (hex !== undefined && parseInt(hex, 16) > 0x10ffff)
      throw this.#expected('a character number of at most 10ffff');
    this.#at += all.length;
    if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
    if (!all.startsWith('\\')) return all;
    const plain = all.slice(1);
    return { t: '\t', n: '\n', r: '\r' }[plain] ?? plain;
  }

  #list(like: ListValue | undefined, depth: number): Value {
    const items: Value[] = [];
    this.#open('[', 'a list in brackets');
    while (!this.#close(']', items.length))
      items.push(this.value(like === undefined ? undefined : elementOf(like, items.length), depth + 1));
    const type = like?.element ?? items[0]?.type ?? 'string';
    return isNumberType(type) && !isBig(type) && items.every((item) => item.type === type)
      ? numberList(type, items.map(numberIn))
      : valueList(type, items);
  }

  #tuple(like: readonly Value[] | undefined, depth: number): Value {
    const items: Value[] = [];
    this.#open('(', 'a tuple in parentheses');
    while (!this.#close(')', items.length)) {
      if (items.length === like?.length) throw this.#expected(`no more than ${like.length} values`);
      items.push(this.value(like?.[items.length], depth + 1));
    }
    if (like !== undefined && items.length < like.length) {
      this.#at--;
      throw this.#expected(`${like.length} values, not ${items.length}`);
    }
    return { type: 'tuple', items };
  }

  #record(like: readonly NamedValue[], depth: number): Value {
    const found = new Map<string, Value>();
    this.#open('{', 'a record in braces');
    this.#space();
    if (this.#skip(':')) {
      this.#space();
      if (!this.#skip('}')) throw this.#expected('"}"');
    } else {
      while (!this.#close('}', found.size)) {
        const at = this.#at;
        const name = this.#label('the name of a field');
        const field = like.find((candidate) => candidate.name === name);
        const names = like.map((candidate) => candidate.name).join(', ');
        if (field === undefined) throw this.#expected(`one of the fields ${names}`, at);
        if (found.has(name)) throw this.#expected(`"${name}" once only`, at);
        this.#colon();
        found.set(name, this.value(field.value, depth + 1));
      }
    }
    const fields = like.map(({ name, value }) => {
      const given = found.get(name) ?? (isOption(value) ? NONE : undefined);
      if (given !== undefined) return { name, value: given };
      this.#at--;
      throw this.#expected(`the field "${name}"`);
    });
    return { type: 'record', fields };
  }

  #variant(like: Extract<Value, { type: 'variant' }>, depth: number): Value {
    const at = this.#at;
    const name = this.#case();
    if (name !== undefined) {
      const value = this.#payload(name === like.name ? like.value : undefined, depth);
      if (name === like.name && like.value !== undefined && value === undefined)
        throw this.#expected(`"(" and the value of ${name}`);
      return { type: 'variant', name, ...(value === undefined ? {} : { value }) };
    }
    // The payload of some and ok may stand alone.
    this.#at = at;
    const flat = like.name === 'some' || like.name === 'ok' ? like.value !== undefined : like.name === 'none';
    if (flat) {
      const value = this.value(like.value, depth + 1);
      return { type: 'variant', name: like.name === 'none' ? 'some' : like.name, value };
    }
    throw this.#expected(`a case such as ${printValue(like, { most: 3 })}`);
  }

  /** The name of a case; undefined where the next thing is a value. */
  #case(): string | undefined {
    const word = this.#take(LABEL);
    return word === undefined || isKeyword(word) ? undefined : word.replace('%', '');
  }

  #payload(like: Value | undefined, depth: number): Value | undefined {
    const at = this.#at;
    this.#space();
    if (!this.#skip('(')) {
      this.#at = at;
      return undefined;
    }
    const value = this.value(like, depth + 1);
    this.#space();
    if (!this.#skip(')')) throw this.#expected('")"');
    return value;
  }

  #flags(): Value {
    const set: string[] = [];
    this.#open('{', 'flags in braces');
    while (!this.#close('}', set.length)) set.push(this.#label('the name of a flag'));
    return { type: 'flags', set };
  }

  #anything(depth: number): Value {
    const next = this.#text[this.#at] ?? '';
    if (next === '"') return { type: 'string', value: this.#string() };
    if (next === "'") return { type: 'char', value: this.#char() };
    if (next === '[') return this.#list(undefined, depth);
    if (next === '(') return this.#tuple(undefined, depth);
    if (next === '{') return this.#fieldsOrFlags(depth);
    if (/[-+.\d]/.test(next)) return this.#number();
    const word = this.#take(LABEL);
    if (word === undefined) throw this.#expected('a value');
    if (word === 'true' || word === 'false') return { type: 'bool', value: word === 'true' };
    if (isKeyword(word)) return { type: 'f64', value: word === 'nan' ? NaN : Infinity };
    const value = this.#payload(undefined, depth);
    return { type: 'variant', name: word.replace('%', ''), ...(value === undefined ? {} : { value }) };
  }

  #fieldsOrFlags(depth: number): Value {
    const start = this.#at;
    this.#skip('{');
    this.#space();
    const empty = this.#skip(':');
    if (!empty) {
      if (this.#text[this.#at] !== '}') this.#label('a name');
      this.#space();
    }
    const flags = !empty && this.#text[this.#at] !== ':';
    this.#at = start;
    if (flags) return this.#flags();
    const fields: NamedValue[] = [];
    this.#skip('{');
    this.#space();
    if (this.#skip(':')) {
      this.#space();
      if (!this.#skip('}')) throw this.#expected('"}"');
      return { type: 'record', fields };
    }
    while (!this.#close('}', fields.length)) {
      const at = this.#at;
      const name = this.#label('the name of a field');
      if (fields.some((field) => field.name === name)) throw this.#expected(`"${name}" once only`, at);
      this.#colon();
      fields.push({ name, value: this.value(undefined, depth + 1) });
    }
    return { type: 'record', fields };
  }

  #label(what: string): string {
    if (this.#text[this.#at] === '"') return this.#string();
    const word = this.#take(LABEL);
    if (word === undefined) throw this.#expected(what);
    return word.replace('%', '');
  }

  #colon(): void {
    this.#space();
    if (!this.#skip(':')) throw this.#expected('":"');
  }

  #open(bracket: string, what: string): void {
    if (!this.#skip(bracket)) throw this.#expected(what);
  }

  /** Steps over the comma before the next item, or over the closing bracket. */
  #close(bracket: string, items: number): boolean {
    this.#space();
    if (items > 0) {
      if (this.#skip(bracket)) return true;
      if (!this.#skip(',')) throw this.#expected(`"," or "${bracket}"`);
      this.#space();
    }
    if (this.#take(CUT) !== undefined) {
      this.#at -= 2;
      throw this.#expected('every element: this text leaves some out');
    }
    return this.#skip(bracket);
  }

  #space(): void {
    this.#take(SPACE);
  }

  #skip(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #expected(what: string, at = this.#at): UserError {
    const before = this.#text.slice(0, at).split('\n');
    const column = `olumn ${(before.at(-1)?.length ?? 0) + 1}`;
    const where = this.#text.includes('\n') ? `Line ${before.length}, c${column}` : `C${column}`;
    WORD.lastIndex = at;
    const word = WORD.exec(this.#text)?.[0] ?? String.fromCodePoint(this.#text.codePointAt(at) ?? 32);
    const found = at >= this.#text.length ? 'the end' : JSON.stringify(cut(word, 40));
    return new UserError(
      `${where}: expected ${what}, found ${found}`,
      `Write it as the present value is written: ${cut(printValue(this.#like, { most: 3 }), 200)}`,
    );
  }
}

const NONE: Value = { type: 'variant', name: 'none' };

function isOption(value: Value): boolean {
  return value.type === 'variant' && (value.name === 'none' || value.name === 'some');
}

function isKeyword(word: string): boolean {
  return word === 'true' || word === 'false' || word === 'nan' || word === 'inf';
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
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

function isBig(type: NumberType): boolean {
  return type === 'u64' || type === 's64';
}

function wholeIn(word: string): bigint | undefined {
  return WHOLE.test(word) ? BigInt(word.replace('+', '')) : undefined;
}

/** The number that a word says, and whether it says that it is finite. */
function floatOf(word: string): { readonly value: number; readonly finite: boolean } | undefined {
  if (word === 'nan') return { value: NaN, finite: false };
  if (word === 'inf' || word === '-inf')
    return { value: word === 'inf' ? Infinity : -Infinity, finite: false };
  return REAL.test(word) ? { value: Number(word), finite: true } : undefined;
}
