/** Control characters as signs that can be seen, so that nothing which a plugin wrote is interpreted. */

/** C0, DEL, C1, line separators, and what turns the direction of writing around. */
// eslint-disable-next-line no-control-regex -- They are what is looked for.
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const PICTURES = 0x2400;
const DELETE = 0x7f;

/** The text with a sign in place of each such character: `␊` for a newline, `⟨U+202E⟩` where there is no sign. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(PICTURES + code);
    if (code === DELETE) return '\u2421';
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}

/** A text of several lines with signs in the same places; lines and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(LINE, visible);
}

/** What lies between the ends of lines and tabs; a carriage return ends a line only with a newline. */
const LINE = /(?:[^\r\n\t]|\r(?!\n))+/g;

/** JSON that means the same, with such characters as escapes: JSON itself does so with those of C0 only. */
export function visibleJson(json: string): string {
  return json.replace(
    BEYOND_C0,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const BEYOND_C0 = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
