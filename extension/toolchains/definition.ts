/** Finds where a source defines a function, for languages that write bodies in braces. */

/** How a language writes the definition of one function. */
export interface Definition {
  /** What stands before its parameters, up to and with their parenthesis. It has the flag `g`. */
  readonly start: RegExp;
  /** All that may stand between the parenthesis that closes the parameters and the brace of the body. */
  readonly rest: RegExp;
  /** Strings and characters, in which no code stands. */
  readonly literals: RegExp;
  /** A definition inside of such a block counts more than one that is not. */
  readonly within?: RegExp;
}

/** Offsets into a source, in UTF-16 code units; each end is after the last character. */
export interface FoundDefinition {
  /** From its first word to the brace that ends the body. */
  readonly start: number;
  readonly end: number;
  /** Between the body's braces. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

/** The definition in this source; undefined where it has none. Calls, declarations and comments are none. */
export function findDefinition(text: string, definition: Definition): FoundDefinition | undefined {
  const code = codeOf(text, definition.literals);
  const found = [...code.matchAll(definition.start)].flatMap((match) => {
    const one = definitionAt(code, match, definition.rest);
    return one === undefined ? [] : [one];
  });
  const blocks = definition.within === undefined ? [] : blocksOf(code, definition.within);
  return found.find((one) => blocks.some(({ from, to }) => from < one.start && one.end < to)) ?? found[0];
}

function definitionAt(code: string, match: RegExpExecArray, rest: RegExp): FoundDefinition | undefined {
  const open = match.index + match[0].length - 1;
  const close = matching(code, open, '(', ')');
  if (close === undefined) return undefined;
  const brace = code.indexOf('{', close);
  if (brace < 0 || !rest.test(code.slice(close + 1, brace))) return undefined;
  const end = matching(code, brace, '{', '}') ?? code.length;
  return { start: match.index, end: Math.min(end + 1, code.length), bodyStart: brace + 1, bodyEnd: end };
}

function blocksOf(code: string, head: RegExp): readonly { readonly from: number; readonly to: number }[] {
  return [...code.matchAll(head)].map((match) => {
    const from = code.indexOf('{', match.index);
    return { from, to: from < 0 ? -1 : (matching(code, from, '{', '}') ?? code.length) };
  });
}

/** Position of what closes the bracket that opens here. */
function matching(code: string, open: number, opens: string, closes: string): number | undefined {
  let depth = 0;
  for (let at = open; at < code.length; at++) {
    if (code[at] === opens) depth++;
    else if (code[at] === closes && --depth === 0) return at;
  }
  return undefined;
}

/** The source with comments and literals as spaces: every offset stays. */
function codeOf(text: string, literals: RegExp): string {
  const noCode = new RegExp(`//[^\\n]*|/\\*[^]*?(?:\\*/|$)|${literals.source}`, 'g');
  return text.replace(noCode, (piece) => piece.replace(/[^\n]/g, ' '));
}

/** A name of WIT in C and Rust: `node-instance` is `node_instance`. */
export function snakeCase(name: string): string {
  return name.replace(/[^a-z0-9]+/gi, '_');
}

/** A name of WIT in JavaScript: `update-params` is `updateParams`. */
export function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
