/** Finds where a source defines a function, for languages that write bodies in braces or indent them. */

/** How a language writes the definition of one function. */
export type Definition = BracedDefinition | IndentedDefinition;

interface BracedDefinition {
  /** What stands before its parameters, up to and with their parenthesis. It has the flag `g`. */
  readonly start: RegExp;
  /** All that may stand between the parenthesis that closes the parameters and the brace of the body. */
  readonly rest: RegExp;
  /** Strings and characters, in which no code stands. */
  readonly literals: RegExp;
  /** A definition inside of such a block counts more than one that is not. */
  readonly within?: RegExp;
}

/** Python: the body is what is indented more than the line that begins the definition. */
interface IndentedDefinition {
  readonly indented: true;
  /** What stands before its parameters, from the beginning of the line, up to and with their parenthesis. It has the flags `g` and `m`. */
  readonly start: RegExp;
  /** The line that begins a block: a definition in one counts more than one that is not. Flags as above. */
  readonly within: RegExp;
}

/** Offsets into a source, in UTF-16 code units; each end is after the last character. */
export interface FoundDefinition {
  /** From its first word to the brace that ends the body, or the end of its last line. */
  readonly start: number;
  readonly end: number;
  /** Between the body's braces, or from the colon on. */
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

/** The definition in this source; undefined where it has none. Calls, declarations and comments are none. */
export function findDefinition(text: string, definition: Definition): FoundDefinition | undefined {
  if ('indented' in definition) return findIndented(text, definition);
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

/** What of Python is no code: strings, those of several lines first, and comments. */
const pythonNoCode =
  /("""|''')(?:\\[^]|(?!\1)[^\\])*(?:\1|$)|"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?|#[^\n]*/g;

function findIndented(text: string, { start, within }: IndentedDefinition): FoundDefinition | undefined {
  const code = text.replace(pythonNoCode, spaces);
  const found = [...code.matchAll(start)].flatMap((match) => {
    const close = matching(code, match.index + match[0].length - 1, '(', ')');
    const colon = close === undefined ? undefined : colonAfter(code, close);
    if (colon === undefined) return [];
    const indent = /^[ \t]*/.exec(match[0])?.[0].length ?? 0;
    const end = blockEnd(code, colon, indent);
    return [{ start: match.index + indent, end, bodyStart: colon + 1, bodyEnd: end }];
  });
  const blocks = [...code.matchAll(within)].map((match) => {
    const colon = colonAfter(code, match.index + match[0].length - 1) ?? code.length;
    return { from: match.index, to: blockEnd(code, colon, /^[ \t]*/.exec(match[0])?.[0].length ?? 0) };
  });
  return found.find((one) => blocks.some(({ from, to }) => from < one.start && one.end <= to)) ?? found[0];
}

/** Position of the colon that begins a block; brackets before it have their own. */
function colonAfter(code: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from + 1; at < code.length; at++) {
    const char = code[at] ?? '';
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    else if (char === ':' && depth <= 0) return at;
    else if (char === '\n' && depth <= 0 && code[at - 1] !== '\\') return undefined;
  }
  return undefined;
}

/** End of the last line of a block: the first line that is indented no more than this, outside of brackets, is after it. */
function blockEnd(code: string, colon: number, indent: number): number {
  let end = lineEnd(code, colon);
  let depth = depthOf(code.slice(colon, end));
  if (code.slice(colon + 1, end).trim() === '') end = colon + 1;
  for (let at = lineEnd(code, colon) + 1; at < code.length; at = lineEnd(code, at) + 1) {
    const line = code.slice(at, lineEnd(code, at));
    if (line.trim() === '') continue;
    if (depth <= 0 && line.length - line.trimStart().length <= indent) break;
    depth += depthOf(line);
    end = at + line.trimEnd().length;
  }
  return end;
}

function lineEnd(code: string, from: number): number {
  const end = code.indexOf('\n', from);
  return end < 0 ? code.length : end;
}

/** How many more brackets open than close. */
function depthOf(code: string): number {
  return (code.match(/[([{]/g) ?? []).length - (code.match(/[)\]}]/g) ?? []).length;
}

function spaces(piece: string): string {
  return piece.replace(/[^\n]/g, ' ');
}

/** The source with comments and literals as spaces: every offset stays. */
function codeOf(text: string, literals: RegExp): string {
  const noCode = new RegExp(`//[^\\n]*|/\\*[^]*?(?:\\*/|$)|${literals.source}`, 'g');
  return text.replace(noCode, spaces);
}

/** A name of WIT in C and Rust: `node-instance` is `node_instance`. */
export function snakeCase(name: string): string {
  return name.replace(/[^a-z0-9]+/gi, '_');
}

/** A name of WIT in JavaScript: `update-params` is `updateParams`. */
export function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
