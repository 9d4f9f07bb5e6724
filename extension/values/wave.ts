/** Values in WAVE, the component model's text form (https://github.com/bytecodealliance/wasm-tools/tree/main/crates/wasm-wave). */
import { indentJson, isJsonStructure } from './json.ts';
import { isNumberType, type ListValue, type NamedValue, type Value } from './value.ts';

export interface PrintOptions {
  /** Elements of a list that are written; the others are counted in a comment. All where absent. */
  readonly most?: number;
  /** On several lines, a field or element each, as documents and their differences need it. */
  readonly lines?: boolean;
  /**
   * JSON objects and arrays are written as they are, not as string literals: easier on the eye, and
   * read back by `parseValue`, but not WAVE.
   */
  readonly plainJson?: boolean;
}

/** Numbers in one line of a long list. */
const IN_ROW = 8;
const KEYWORDS: ReadonlySet<string> = new Set(['true', 'false', 'nan', 'inf']);
const LABEL = /^[A-Za-z][\w-]*$/;

/** A value as WAVE text. `parseValue` reads it back, unless `most` cut it. */
export function printValue(value: Value, options: PrintOptions = {}): string {
  return print(value, options, '');
}

function print(value: Value, options: PrintOptions, indent: string): string {
  switch (value.type) {
    case 'bool':
      return String(value.value);
    case 'char':
      return `'${escape(value.value, /['\\]|\p{Cc}|\p{Cs}/gu)}'`;
    case 'string':
      return printString(value, options, indent);
    case 'list':
      return printList(value, options, indent);
    case 'tuple':
      return printItems('(', value.items, ')', options, indent);
    case 'record':
      return printFields(value.fields, options, indent);
    case 'variant':
      return printCase(value.name, value.value, options, indent);
    case 'flags':
      return `{${value.set.map(label).join(', ')}}`;
    case 'handle':
      return value.number === 0 ? value.resource : `${value.resource}#${value.number}`;
    case 'f32':
      return printFloat(Number(value.value), shortestFloat32);
    case 'f64':
      return printFloat(Number(value.value), String);
    case 'u8':
    case 'u16':
    case 'u32':
    case 'u64':
    case 's8':
    case 's16':
    case 's32':
    case 's64':
      return String(value.value);
  }
}

function printFloat(value: number, finite: (value: number) => string): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return Object.is(value, -0) ? '-0' : finite(value);
}

/** The shortest number that is this one as a float32. */
function shortestFloat32(value: number): string {
  const exact = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(exact.toPrecision(digits));
    if (Math.fround(short) === exact) return String(short);
  }
  return String(Number(exact.toPrecision(9)));
}

function printString(
  value: Extract<Value, { type: 'string' }>,
  options: PrintOptions,
  indent: string,
): string {
  const { value: text, format } = value;
  if (format === 'json' && options.plainJson === true && isJsonStructure(text)) {
    const plain = indentJson(text, indent);
    if (plain !== undefined) return options.lines === true ? plain : text;
  }
  if (options.lines === true && text.includes('\n')) return multilineString(text, indent);
  return stringLiteral(text);
}

/** A string literal. */
export function stringLiteral(text: string): string {
  return `"${escape(text, /["\\]|\p{Cc}|\p{Cs}/gu)}"`;
}

/** A string literal of several lines: the indentation of its end is not part of it. */
function multilineString(text: string, indent: string): string {
  const pattern = text.includes('"""') ? /["\\]|(?!\n)\p{Cc}|\p{Cs}/gu : /\\|(?!\n)\p{Cc}|\p{Cs}/gu;
  const inner = `\n${indent}  `;
  return `"""${inner}${escape(text, pattern).replaceAll('\n', inner)}${inner}"""`;
}

function escape(text: string, pattern: RegExp): string {
  return text.replace(pattern, (character) => {
    switch (character) {
      case '\\':
      case '"':
      case "'":
        return `\\${character}`;
      case '\n':
        return '\\n';
      case '\r':
        return '\\r';
      case '\t':
        return '\\t';
      default:
        return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
    }
  });
}

function printList(list: ListValue, options: PrintOptions, indent: string): string {
  const shown = Math.min(list.length, options.most ?? list.length);
  const rest = list.length > shown ? [`/* ${list.length - shown} more */`] : [];
  const inner = `${indent}  `;
  const items = Array.from({ length: shown }, (_, index) => print(list.at(index), options, inner));
  const scalar = isNumberType(list.element) || list.element === 'bool' || list.element === 'char';
  if (options.lines !== true || list.length === 0 || (scalar && list.length <= IN_ROW))
    return `[${[...items, ...rest].join(', ')}]`;
  const rows = scalar ? inRows(items) : items;
  return block('[', [...rows.map((row) => `${row},`), ...rest], ']', indent);
}

function inRows(items: readonly string[]): readonly string[] {
  return Array.from({ length: Math.ceil(items.length / IN_ROW) }, (_, row) =>
    items.slice(row * IN_ROW, (row + 1) * IN_ROW).join(', '),
  );
}

function printItems(
  open: string,
  items: readonly Value[],
  close: string,
  options: PrintOptions,
  indent: string,
): string {
  const texts = items.map((item) => print(item, options, `${indent}  `));
  if (options.lines !== true || items.length === 0) return `${open}${texts.join(', ')}${close}`;
  return block(
    open,
    texts.map((text) => `${text},`),
    close,
    indent,
  );
}

function printFields(fields: readonly NamedValue[], options: PrintOptions, indent: string): string {
  if (fields.length === 0) return '{:}';
  const texts = fields.map(({ name, value }) => `${label(name)}: ${print(value, options, `${indent}  `)}`);
  if (options.lines !== true) return `{${texts.join(', ')}}`;
  return block(
    '{',
    texts.map((text) => `${text},`),
    '}',
    indent,
  );
}

function printCase(name: string, value: Value | undefined, options: PrintOptions, indent: string): string {
  const text = KEYWORDS.has(name) ? `%${name}` : name;
  return value === undefined ? text : `${text}(${print(value, options, indent)})`;
}

function block(open: string, lines: readonly string[], close: string, indent: string): string {
  return [open, ...lines.map((line) => `${indent}  ${line}`), `${indent}${close}`].join('\n');
}

/** A name; in quotes where WAVE has no form for it. */
function label(name: string): string {
  return LABEL.test(name) ? name : stringLiteral(name);
}
