/** The parts that a filter's text is made of. Every text has them: whatever is odd belongs to a value. */

export interface Word {
  readonly start: number;
  readonly end: number;
  readonly negated: boolean;
  /** What stands before the colon, with its place; undefined for a plain word. */
  readonly field?: { readonly name: string; readonly start: number; readonly end: number };
  /** One for a plain word, at least one for a field. */
  readonly values: readonly Written[];
}

/** A value as it is written. */
export interface Written {
  readonly start: number;
  readonly end: number;
  /** Quoted and plain pieces in order; `a*"b c"` has two. */
  readonly pieces: readonly { readonly text: string; readonly quoted: boolean }[];
  /** A quote was opened and not closed. */
  readonly open: boolean;
}

const FIELD = /([a-z][\w-]*):/iy;
const SPACE = /\s/;

/** The words of a text, in order; they do not overlap. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && SPACE.test(text.charAt(at))) at++;
    if (at >= text.length) return words;
    const word = wordAt(text, at);
    words.push(word);
    at = word.end;
  }
}

function wordAt(text: string, start: number): Word {
  const negated = text.charAt(start) === '-';
  const begin = negated ? start + 1 : start;
  FIELD.lastIndex = begin;
  const name = FIELD.exec(text)?.[1];
  if (name === undefined) {
    const value = valueAt(text, begin, false);
    return { start, end: value.end, negated, values: [value] };
  }
  const field = { name, start: begin, end: begin + name.length };
  const values = [valueAt(text, field.end + 1, true)];
  let end = values[0]?.end ?? field.end;
  while (text.charAt(end) === ',') {
    const value = valueAt(text, end + 1, true);
    values.push(value);
    end = value.end;
  }
  return { start, end, negated, field, values };
}

/** A value: up to a space, or a comma where there may be several. */
function valueAt(text: string, start: number, listed: boolean): Written {
  const pieces: { text: string; quoted: boolean }[] = [];
  let plain = '';
  let at = start;
  let open = false;
  const push = (): void => {
    if (plain !== '') pieces.push({ text: plain, quoted: false });
    plain = '';
  };
  while (at < text.length) {
    const character = text.charAt(at);
    if (SPACE.test(character) || (listed && character === ',')) break;
    // A quote within a word is a part of it: 3" is three inches.
    if (character === '"' && (at === start || text.charAt(at - 1) === '*')) {
      push();
      const quoted = quotedAt(text, at);
      pieces.push({ text: quoted.text, quoted: true });
      at = quoted.end;
      open = quoted.open;
    } else {
      plain += character;
      at++;
    }
  }
  push();
  return { start, end: at, pieces, open };
}

/** What stands in quotes; `\"` and `\\` are a quote and a backslash. */
function quotedAt(text: string, start: number): { text: string; end: number; open: boolean } {
  let inner = '';
  let at = start + 1;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') return { text: inner, end: at + 1, open: false };
    const next = text.charAt(at + 1);
    if (character === '\\' && (next === '"' || next === '\\')) {
      inner += next;
      at += 2;
    } else {
      inner += character;
      at++;
    }
  }
  return { text: inner, end: at, open: true };
}
