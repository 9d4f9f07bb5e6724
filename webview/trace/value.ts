import type { RecordDetail } from '../protocol.ts';

/** Longest JSON that is set on several lines, in characters. */
const longestJson = 200_000;

/** The value as it is shown: JSON objects and arrays that are long are set on several lines. */
export function valueText(value: string): string {
  const first = value.charAt(0);
  if ((first !== '{' && first !== '[') || value.length < 40 || value.length > longestJson) return value;
  try {
    return JSON.stringify(JSON.parse(value), undefined, 2);
  } catch {
    // Not JSON: values of a WIT type are written with the same brackets.
    return value;
  }
}

export interface SourceLine {
  readonly before: string;
  readonly text: string;
  readonly after: string;
  readonly source: NonNullable<RecordDetail['source']>;
}

/** Finds an absolute path with a line number at the end of a stack frame's line. */
export function sourceLine(line: string): SourceLine | undefined {
  if (line.length > 2000) return undefined;
  const found = /(?<![\w:/.])((?:\/|[A-Za-z]:[\\/])[^\s:()"']+):(\d{1,7})(?::(\d{1,5}))?(\)?)\s*$/.exec(line);
  const [, file, row, column] = found ?? [];
  if (found === null || file === undefined || row === undefined) return undefined;
  const text = `${file}:${row}${column === undefined ? '' : `:${column}`}`;
  return {
    before: line.slice(0, found.index),
    text,
    after: line.slice(found.index + text.length),
    source: { file, line: Number(row), ...(column === undefined ? {} : { column: Number(column) }) },
  };
}
