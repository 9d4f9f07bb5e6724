/**
 * Where a text stops being JSON. Nothing here calls itself, and no pattern runs over a whole text: what plugins
 * write may be 10 MB long or a million brackets deep.
 */

export interface JsonProblem {
  /** Code units before the first one that no JSON text could have there. */
  readonly offset: number;
  readonly what: string;
}

const QUOTE = 34;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const NINE = 57;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const ESCAPED = /["\\/bfnrt]/;
const HEXADECIMAL = /[\da-fA-F]/;
const WORDS = ['true', 'false', 'null'];

/** What may stand at a place, spaces left aside; `first` and `name or end` are right behind an opening bracket. */
type Expected = 'value' | 'first' | 'name' | 'name or end' | 'after';

/** The first problem of a text; undefined where it is JSON. */
export function jsonProblem(text: string): JsonProblem | undefined {
  const closers: number[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    at = skipSpace(text, at);
    const code = text.charCodeAt(at);
    const closer = closers.at(-1);
    if (expected === 'after' && closer === undefined)
      return at < text.length ? problem(text, at, 'there is more after the end') : undefined;
    if (code === closer && expected !== 'value' && expected !== 'name') {
      closers.pop();
      expected = 'after';
      at++;
      continue;
    }
    if (expected === 'after') {
      if (code !== COMMA)
        return problem(text, at, `a comma or "${String.fromCharCode(closer ?? 0)}" is missing`);
      expected = closer === CLOSE_OBJECT ? 'name' : 'value';
      at++;
      continue;
    }
    if (expected === 'name' || expected === 'name or end') {
      const end = readName(text, at);
      if (typeof end !== 'number') return end;
      expected = 'value';
      at = end;
      continue;
    }
    if (code === OPEN_OBJECT || code === OPEN_LIST) {
      closers.push(code === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST);
      expected = code === OPEN_OBJECT ? 'name or end' : 'first';
      at++;
      continue;
    }
    const end = readLeaf(text, at);
    if (typeof end !== 'number') return end;
    expected = 'after';
    at = end;
  }
}

/** Line, column and byte of an offset, all as editors and hosts count them. */
export function placeOf(text: string, offset: number): string {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0 && end < offset; end = text.indexOf('\n', start)) {
    line++;
    start = end + 1;
  }
  return `line ${line}, column ${offset - start + 1} (byte ${Buffer.byteLength(text.slice(0, offset))})`;
}

// Each reader gives the offset behind its part, or the problem.

function readName(text: string, start: number): number | JsonProblem {
  if (text.charCodeAt(start) !== QUOTE) return problem(text, start, 'a name in double quotes is missing');
  const end = readString(text, start);
  if (typeof end !== 'number') return end;
  const at = skipSpace(text, end);
  return text.charCodeAt(at) === COLON ? at + 1 : problem(text, at, 'a colon is missing');
}

function readLeaf(text: string, at: number): number | JsonProblem {
  const code = text.charCodeAt(at);
  if (code === QUOTE) return readString(text, at);
  if (code === MINUS || isDigit(code)) return readNumber(text, at);
  const word = WORDS.find((one) => one.charCodeAt(0) === code);
  if (word === undefined) return problem(text, at, 'a value is missing');
  for (let index = 1; index < word.length; index++) {
    if (text.charCodeAt(at + index) !== word.charCodeAt(index))
      return problem(text, at + index, `a value is missing; is it "${word}"?`);
  }
  return at + word.length;
}

function readString(text: string, start: number): number | JsonProblem {
  let at = start + 1;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code < 0x20) return problem(text, at, 'a control character inside of a text; write it escaped');
    if (code !== BACKSLASH) continue;
    at++;
    if (text[at] !== 'u') {
      if (!ESCAPED.test(text.charAt(at))) return problem(text, at, 'no escape of JSON');
      continue;
    }
    for (let index = 0; index < 4; index++) {
      at++;
      if (!HEXADECIMAL.test(text.charAt(at)))
        return problem(text, at, 'four hexadecimal digits are due after \\u');
    }
  }
  return problem(text, at, 'a text is not closed');
}

function readNumber(text: string, start: number): number | JsonProblem {
  let at = text.charCodeAt(start) === MINUS ? start + 1 : start;
  if (!isDigit(text.charCodeAt(at))) return problem(text, at, 'a digit is missing');
  at = text.charCodeAt(at) === ZERO ? at + 1 : skipDigits(text, at);
  if (text.charCodeAt(at) === DOT) {
    at++;
    if (!isDigit(text.charCodeAt(at))) return problem(text, at, 'a digit is missing');
    at = skipDigits(text, at);
  }
  if (text[at] === 'e' || text[at] === 'E') {
    at++;
    if (text.charCodeAt(at) === PLUS || text.charCodeAt(at) === MINUS) at++;
    if (!isDigit(text.charCodeAt(at))) return problem(text, at, 'a digit is missing');
    at = skipDigits(text, at);
  }
  return at;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return at;
    at++;
  }
}

function skipDigits(text: string, start: number): number {
  let at = start;
  while (isDigit(text.charCodeAt(at))) at++;
  return at;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

function problem(text: string, at: number, what: string): JsonProblem {
  const offset = Math.min(at, text.length);
  return { offset, what: offset === text.length ? 'it ends too early' : what };
}
