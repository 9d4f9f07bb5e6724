/** JSON texts by their parts: where each stands, so that one can be read, compared or replaced and the rest stays as it is. */
import type { Value } from './value.ts';

export interface JsonNode {
  /** `deep`: an object or array that lies deeper than anybody looks; its text is left whole. */
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'bool' | 'null' | 'deep';
  /** Offsets into the text. */
  readonly start: number;
  readonly end: number;
  /** Of an object, in order; the last of equal names counts. */
  readonly members: readonly JsonMember[];
  /** Of an array. */
  readonly items: readonly JsonNode[];
}

export interface JsonMember {
  readonly name: string;
  readonly node: JsonNode;
}

const DEEPEST = 500;
const NONE: readonly never[] = [];

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** A text of so many characters is asked for again and again while one looks at what is in it. */
const LONG = 1 << 16;
const MOST_KEPT = 4;
/** The last of the long texts, the newest last; for as long as there is room. */
const kept: { readonly text: string; readonly node: WeakRef<JsonNode> }[] = [];

/** Reads a JSON text; undefined where it is not one. */
export function parseJsonTree(text: string): JsonNode | undefined {
  if (text.length < LONG) return readTree(text);
  const known = kept.find((one) => one.text === text)?.node.deref();
  if (known !== undefined) return known;
  const node = readTree(text);
  if (node === undefined) return undefined;
  kept.push({ text, node: new WeakRef(node) });
  if (kept.length > MOST_KEPT) kept.shift();
  return node;
}

function readTree(text: string): JsonNode | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  return readNode(text, skipSpace(text, 0), 0);
}

/** Whether the text is a JSON object or array. */
export function isJsonStructure(text: string): boolean {
  const first = text.charCodeAt(skipSpace(text, 0));
  if (first !== OPEN_OBJECT && first !== OPEN_LIST) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

// What follows reads text that JSON.parse took, so it need not check.

function readNode(text: string, start: number, depth: number): JsonNode {
  const leaf = (kind: JsonNode['kind'], end: number): JsonNode => ({
    kind,
    start,
    end,
    members: NONE,
    items: NONE,
  });
  switch (text.charAt(start)) {
    case '"':
      return leaf('string', endOfString(text, start));
    case 't':
      return leaf('bool', start + 4);
    case 'f':
      return leaf('bool', start + 5);
    case 'n':
      return leaf('null', start + 4);
    case '{':
      return depth === DEEPEST ? leaf('deep', endOfStructure(text, start)) : readObject(text, start, depth);
    case '[':
      return depth === DEEPEST ? leaf('deep', endOfStructure(text, start)) : readArray(text, start, depth);
    default:
      return leaf('number', endOfNumber(text, start));
  }
}

function readObject(text: string, start: number, depth: number): JsonNode {
  const members: JsonMember[] = [];
  let at = skipSpace(text, start + 1);
  while (text.charCodeAt(at) !== CLOSE_OBJECT) {
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
    const nameEnd = endOfString(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    at = skipSpace(text, nameEnd);
    if (text.charCodeAt(at) === COLON) at = skipSpace(text, at + 1);
    const node = readNode(text, at, depth + 1);
    members.push({ name, node });
    at = skipSpace(text, node.end);
  }
  return { kind: 'object', start, end: at + 1, members, items: NONE };
}

function readArray(text: string, start: number, depth: number): JsonNode {
  const items: JsonNode[] = [];
  let at = skipSpace(text, start + 1);
  while (text.charCodeAt(at) !== CLOSE_LIST) {
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
    const node = readNode(text, at, depth + 1);
    items.push(node);
    at = skipSpace(text, node.end);
  }
  return { kind: 'array', start, end: at + 1, members: NONE, items };
}

function skipSpace(text: string, at: number): number {
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13;
}

/** Offset behind the string that starts here; the end of the text where it is not closed. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    at += code === BACKSLASH ? 2 : 1;
  }
  return text.length;
}

/** Offset behind the object or array that starts here; the end of the text where it is not closed. */
export function endOfStructure(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    if (code === OPEN_OBJECT || code === OPEN_LIST) depth++;
    if ((code === CLOSE_OBJECT || code === CLOSE_LIST) && --depth === 0) return at + 1;
    at++;
  }
  return text.length;
}

const NUMBER = /[-+.\dEe]*/y;

function endOfNumber(text: string, start: number): number {
  NUMBER.lastIndex = start;
  return start + (NUMBER.exec(text)?.[0].length ?? 0);
}

/** A part of a JSON text as a value: numbers are f64, null is a case, objects and arrays are JSON texts again. */
export function jsonValue(text: string, node: JsonNode): Value {
  const source = text.slice(node.start, node.end);
  switch (node.kind) {
    case 'string':
      return { type: 'string', value: JSON.parse(source) as string };
    case 'number':
      return { type: 'f64', value: Number(source) };
    case 'bool':
      return { type: 'bool', value: source === 'true' };
    case 'null':
      return { type: 'variant', name: 'null' };
    case 'object':
    case 'array':
    case 'deep':
      return { type: 'string', value: source, format: 'json' };
  }
}

/** The same JSON without space between its parts. */
export function compactJson(text: string): string {
  return tokens(text)
    .filter((token) => token.trim() !== '')
    .join('');
}

/**
 * JSON on several lines, each after the first indented by `indent` and by its depth; undefined where
 * the text has space between its parts, which would be lost.
 */
export function indentJson(text: string, indent: string): string | undefined {
  const all = tokens(text);
  const lines: string[] = [];
  let depth = 0;
  const line = (): string => `\n${indent}${'  '.repeat(depth)}`;
  for (const [index, token] of all.entries()) {
    if (token.trim() === '') return undefined;
    if (token === '{' || token === '[') {
      const next = all[index + 1];
      depth++;
      lines.push(token, next === '}' || next === ']' ? '' : line());
    } else if (token === '}' || token === ']') {
      const before = all[index - 1];
      depth--;
      lines.push(before === '{' || before === '[' ? '' : line(), token);
    } else if (token === ',') {
      lines.push(token, line());
    } else {
      lines.push(token === ':' ? ': ' : token);
    }
  }
  return lines.join('');
}

const WORD = /[^\s{}[\],:"]+|\s+|./y;

/** Strings, brackets, commas, colons, words and the space between them. */
function tokens(text: string): string[] {
  const found: string[] = [];
  let at = 0;
  while (at < text.length) {
    WORD.lastIndex = at;
    const end =
      text.charCodeAt(at) === QUOTE ? endOfString(text, at) : at + (WORD.exec(text)?.[0].length ?? 1);
    found.push(text.slice(at, end));
    at = end;
  }
  return found;
}
