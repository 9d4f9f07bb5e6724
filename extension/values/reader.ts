/** The parts that WAVE text is made of, read one after the other. */
import { UserError } from '../errors.ts';
import { isBig, type NumberType, type Value } from './value.ts';

const SPACE = /(?:\s|\/\/[^\n]*)*/y;
const CUT = /\/\*/y;
const WORD = /[-+.\w]+/y;
const LABEL = /%?[A-Za-z][\w-]*/y;
const NUMBER = /#\d+/y;
const WHOLE = /^[-+]?\d+$/;
const REAL = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const CHARACTER = /\\(?:['"\\tnr]|u\{([0-9a-fA-F]{1,6})\})|[^\\\n]/uy;
const MULTILINE = '"""';
/** Resources are counted from 1, and no host makes more of them. */
const MOST_HANDLES = 2 ** 32 - 1;

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

/** A place in a text; every `read…` steps over what it reads, and throws a UserError that names the place where that is not there. */
export class WaveReader {
  readonly text: string;
  at = 0;
  readonly #advice: () => string;

  /** `advice` says what to write instead, where something is wrong. */
  constructor(text: string, advice: () => string) {
    this.text = text;
    this.#advice = advice;
  }

  /** What stands here. */
  get next(): string {
    return this.text[this.at] ?? '';
  }

  readEnd(): void {
    this.space();
    if (this.at < this.text.length) throw this.expected('the end');
  }

  readBool(): Value {
    const at = this.at;
    const word = this.#take(WORD);
    if (word !== 'true' && word !== 'false') throw this.expected('true or false', at);
    return { type: 'bool', value: word === 'true' };
  }

  readNumber(type: NumberType): Extract<Value, { type: NumberType }> {
    return type === 'f32' || type === 'f64' ? this.#float(type) : this.#whole(type);
  }

  /** A number of unknown type: s64 or u64 where it is whole. */
  readAnyNumber(): Value {
    const at = this.at;
    const word = this.#take(WORD) ?? '';
    const value = word === '-0' ? undefined : wholeIn(word);
    this.at = at;
    const type = (['s64', 'u64'] as const).find(
      (candidate) => value !== undefined && value >= RANGES[candidate][0] && value <= RANGES[candidate][1],
    );
    return this.readNumber(type ?? 'f64');
  }

  #float(type: 'f32' | 'f64'): Extract<Value, { type: NumberType }> {
    const at = this.at;
    const exact = floatOf(this.#take(WORD) ?? '');
    if (exact === undefined) throw this.expected('a number', at);
    const value = type === 'f32' ? Math.fround(exact.value) : exact.value;
    if (exact.finite && !Number.isFinite(value))
      throw this.expected(type === 'f32' ? 'a number below 3.5e38' : 'a number below 1.8e308', at);
    return { type, value };
  }

  #whole(type: WholeType): Extract<Value, { type: NumberType }> {
    const at = this.at;
    const [least, most] = RANGES[type];
    const value = wholeIn(this.#take(WORD) ?? '');
    if (value === undefined || value < least || value > most)
      throw this.expected(`a whole number from ${least.toString()} to ${most.toString()}`, at);
    return { type, value: isBig(type) ? BigInt(value) : Number(value) };
  }

  readString(): string {
    if (this.text.startsWith(MULTILINE, this.at)) return this.#multiline();
    if (!this.skip('"')) throw this.expected('a string in double quotes');
    const parts: string[] = [];
    while (!this.skip('"')) parts.push(this.#character('a closing double quote'));
    return parts.join('');
  }

  #multiline(): string {
    const start = this.at;
    this.at += MULTILINE.length;
    if (!this.skip('\r\n') && !this.skip('\n')) throw this.expected('a line break after """');
    const parts: string[] = [];
    const lines: string[] = [];
    for (;;) {
      if (this.skip('\r\n') || this.skip('\n')) lines.push(parts.splice(0).join(''));
      else if (this.text.startsWith(MULTILINE, this.at)) break;
      else parts.push(this.#character('a closing """'));
    }
    const indent = parts.join('');
    if (lines.length === 0 || /[^ ]/.test(indent))
      throw this.expected('the closing """ on a line of its own');
    this.at += MULTILINE.length;
    if (lines.some((line) => !line.startsWith(indent)))
      throw this.expected('lines that are indented as the closing """ is', start);
    return lines.map((line) => line.slice(indent.length)).join('\n');
  }

  readChar(): Value {
    if (!this.skip("'")) throw this.expected('a character in single quotes');
    if (this.next === "'") throw this.expected('a character');
    const value = this.#character('a character');
    if (!this.skip("'")) throw this.expected('a closing single quote');
    return { type: 'char', value };
  }

  /** One character of a literal, perhaps escaped. */
  #character(otherwise: string): string {
    CHARACTER.lastIndex = this.at;
    const found = CHARACTER.exec(this.text);
    if (found === null) {
      const escaped = this.next === '\\';
      throw this.expected(escaped ? 'one of \\\\ \\" \\\' \\t \\n \\r \\u{…}' : otherwise);
    }
    const [all, hex] = found;
    if (hex !== undefined && parseInt(hex, 16) > 0x10ffff)
      throw this.expected('a character number of at most 10ffff');
    this.at += all.length;
    if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
    if (!all.startsWith('\\')) return all;
    const plain = all.slice(1);
    return { t: '\t', n: '\n', r: '\r' }[plain] ?? plain;
  }

  /** The name of a field or a flag, perhaps in quotes. */
  readLabel(what: string): string {
    if (this.next === '"') return this.readString();
    const word = this.#take(LABEL);
    if (word === undefined) throw this.expected(what);
    return word.replace('%', '');
  }

  /** The name of a case; undefined where the next thing is a value. */
  takeCase(): string | undefined {
    const at = this.at;
    const word = this.#take(LABEL);
    if (word !== undefined && !isKeyword(word)) return word.replace('%', '');
    this.at = at;
    return undefined;
  }

  /** A name as it stands there: a case, `true`, `inf`. */
  takeWord(): string | undefined {
    return this.#take(LABEL);
  }

  /** The number of a resource behind the name of its type: `#3`. */
  takeHandleNumber(): number | undefined {
    const at = this.at;
    const text = this.#take(NUMBER);
    if (text === undefined) return undefined;
    const number = Number(text.slice(1));
    if (number < 1 || number > MOST_HANDLES) throw this.expected('the number of a resource, from 1', at);
    return number;
  }

  readColon(): void {
    this.space();
    if (!this.skip(':')) throw this.expected('":"');
  }

  readOpening(bracket: string, what: string): void {
    if (!this.skip(bracket)) throw this.expected(what);
  }

  /** Steps over the comma before the next item, or over the closing bracket: true for that. */
  skipClosing(bracket: string, items: number): boolean {
    this.space();
    if (items > 0) {
      if (this.skip(bracket)) return true;
      if (!this.skip(',')) throw this.expected(`"," or "${bracket}"`);
      this.space();
    }
    if (this.#take(CUT) !== undefined) {
      this.at -= 2;
      throw this.expected('every element: this text leaves some out');
    }
    return this.skip(bracket);
  }

  /** Steps over `{:}`, a record without fields; it stands at the brace. */
  skipEmptyRecord(): boolean {
    const at = this.at;
    if (this.skip('{')) {
      this.space();
      if (this.skip(':')) {
        this.space();
        if (!this.skip('}')) throw this.expected('"}"');
        return true;
      }
    }
    this.at = at;
    return false;
  }

  space(): void {
    this.#take(SPACE);
  }

  skip(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  /** The error that something else stands here. */
  expected(what: string, at = this.at): UserError {
    const before = this.text.slice(0, at).split('\n');
    const column = `olumn ${(before.at(-1)?.length ?? 0) + 1}`;
    const where = this.text.includes('\n') ? `Line ${before.length}, c${column}` : `C${column}`;
    WORD.lastIndex = at;
    const word = WORD.exec(this.text)?.[0] ?? String.fromCodePoint(this.text.codePointAt(at) ?? 32);
    const found = at >= this.text.length ? 'the end' : JSON.stringify(cut(word, 40));
    return new UserError(`${where}: expected ${what}, found ${found}`, this.#advice());
  }
}

/** A word that is a value and no name. */
export function isKeyword(word: string): boolean {
  return word === 'true' || word === 'false' || word === 'nan' || word === 'inf';
}

/** A text of at most this many characters, and a sign that there is more. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** Short numbers are no bigints: lists have millions of them. */
function wholeIn(word: string): bigint | number | undefined {
  if (!WHOLE.test(word)) return undefined;
  return word.length < 16 ? Number(word) + 0 : BigInt(word.replace('+', ''));
}

/** The number that a word says, and whether it says that it is finite. */
function floatOf(word: string): { readonly value: number; readonly finite: boolean } | undefined {
  if (word === 'nan') return { value: NaN, finite: false };
  if (word === 'inf' || word === '-inf')
    return { value: word === 'inf' ? Infinity : -Infinity, finite: false };
  return REAL.test(word) ? { value: Number(word), finite: true } : undefined;
}
