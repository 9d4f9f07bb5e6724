import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Diagnostic } from '../../project/project.ts';

/** What compilers call a message, and what it is in the list of problems. */
export const severities: Readonly<Record<string, Diagnostic['severity']>> = {
  error: 'error',
  'fatal error': 'error',
  warning: 'warning',
  note: 'info',
};

/** A program's output as lines, without colours and Windows line ends. */
export function plainLines(output: string): string[] {
  return stripVTControlCharacters(output).split(/\r?\n/);
}

/** The place that the first three groups of a match name: file, line, column. */
export function placeOf(
  match: RegExpExecArray,
  folder: string,
): Pick<Diagnostic, 'file' | 'line' | 'column'> {
  return { file: resolve(folder, match[1] ?? ''), line: Number(match[2]), column: Number(match[3]) };
}
