/** Changes one field of a JSON file that a person wrote, and nothing else of it. */
import { UserError } from '../errors.ts';
import { parseJson } from './json.ts';

/**
 * The text of a JSON object with this field set; everything else stays as it was written. `value` is JSON text.
 * Throws a UserError that names the source where the text is not a JSON object.
 */
export function withField(text: string, name: string, value: string, source: string): string {
  const parsed = parseJson(text, source);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new UserError(`${source}: its content must be an object`, 'Write an object in braces.');
  const fields = fieldsOf(text);
  // Where a name stands twice, the last one counts.
  const known = fields.findLast((field) => field.name === name);
  if (known !== undefined) return text.slice(0, known.valueStart) + value + text.slice(known.valueEnd);
  const last = fields.at(-1);
  const member = `${JSON.stringify(name)}: ${value}`;
  if (last === undefined) {
    const open = text.indexOf('{');
    const close = text.lastIndexOf('}');
    return `${text.slice(0, open)}{\n  ${member}\n}${text.slice(close + 1)}`;
  }
  const line = text.slice(text.lastIndexOf('\n', last.start) + 1, last.start);
  const onOwnLine = line.trim() === '' && text.lastIndexOf('\n', last.start) >= 0;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const between = onOwnLine ? `,${end}${line}` : ', ';
  return text.slice(0, last.valueEnd) + between + member + text.slice(last.valueEnd);
}

interface Field {
  readonly name: string;
  /** Offset of the name's first quote. */
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

const STRING = /"(?:[^"\\]|\\.)*"/y;

/** Of the outermost object of a text that is JSON. */
function fieldsOf(text: string): readonly Field[] {
  const fields: Field[] = [];
  let at = text.indexOf('{') + 1;
  for (;;) {
    at = past(text, at, /[\s,]*/y);
    if (text[at] !== '"') return fields;
    const start = at;
    const nameEnd = past(text, at, STRING);
    const valueStart = past(text, nameEnd, /\s*:\s*/y);
    at = pastValue(text, valueStart);
    const name: unknown = JSON.parse(text.slice(start, nameEnd));
    fields.push({ name: String(name), start, valueStart, valueEnd: at });
  }
}

function past(text: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at;
  return at + (pattern.exec(text)?.[0].length ?? 0);
}

function pastValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  do {
    const next = text[at];
    if (next === '"') at = past(text, at, STRING);
    else if (next === '{' || next === '[') [depth, at] = [depth + 1, at + 1];
    else if (next === '}' || next === ']') [depth, at] = [depth - 1, at + 1];
    else at = Math.max(at + 1, past(text, at, depth === 0 ? /[^\s,\]}"{[]+/y : /[^\]}"{[]+/y));
  } while (depth > 0 && at < text.length);
  return at;
}
