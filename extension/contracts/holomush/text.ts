/** JSON text as a Go host writes and reads it. */
import { isUtf8 } from 'node:buffer';
import { messageOf } from '../../errors.ts';
import { jsonProblem, placeOf } from '../../values/json-syntax.ts';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Text of bytes, or where they stop being UTF-8. A byte order mark stays in the text: no host skips one. */
export function readText(bytes: Uint8Array): { readonly text: string } | { readonly invalidAt: number } {
  const text = utf8.decode(bytes);
  return isUtf8(bytes) ? { text } : { invalidAt: firstInvalid(bytes, text) };
}

const REPLACEMENT = '\ufffd';

/** Decoding put replacement characters in; the first one that is not in the bytes themselves is the place. */
function firstInvalid(bytes: Uint8Array, text: string): number {
  let offset = 0;
  let from = 0;
  for (let at = text.indexOf(REPLACEMENT); at >= 0; at = text.indexOf(REPLACEMENT, from)) {
    offset += Buffer.byteLength(text.slice(from, at));
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return offset;
    offset += 3;
    from = at + 1;
  }
  return offset;
}

/** Value of a JSON text, or what is wrong with it and where. */
export function readJson(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const found = jsonProblem(text);
    if (found === undefined) return { problem: messageOf(error) };
    const excerpt = text.slice(found.offset, found.offset + 20);
    const near = excerpt === '' ? '' : `, at ${JSON.stringify(excerpt)}`;
    return { problem: `${placeOf(text, found.offset)}: ${found.what}${near}` };
  }
}

/** What a value of JSON is, for messages. */
export function kindOf(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'string') return 'a text';
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A value as Go's `json.Marshal` writes it: like `JSON.stringify`, and `<`, `>`, `&`, U+2028 and U+2029 are
 * escaped, so that the text may stand in HTML and in scripts. Half of a surrogate pair, which in Go would be
 * bytes that are not UTF-8, is the escape of U+FFFD. Throws where `JSON.stringify` does.
 */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(OTHER_IN_GO, inGo);
}

// An escaped backslash is taken as a whole, so that no escape is seen where a backslash is data. JSON.stringify
// writes \ud800 to \udfff for halves of pairs only.
const OTHER_IN_GO = /[<>&\u2028\u2029]|\\(?:\\|ud[89a-f][\da-f]{2})/g;

function inGo(found: string): string {
  switch (found) {
    case '\\\\':
      return found;
    case '<':
      return '\\u003c';
    case '>':
      return '\\u003e';
    case '&':
      return '\\u0026';
    case '\u2028':
      return '\\u2028';
    case '\u2029':
      return '\\u2029';
    default:
      return '\\ufffd';
  }
}
