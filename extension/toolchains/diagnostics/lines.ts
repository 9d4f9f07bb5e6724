import type { Diagnostic } from '../../project/project.ts';
import { placeOf, plainLines, severities } from './place.ts';

const lineFormat = /^(.+?):(\d+):(\d+): (fatal error|error|warning|note): (.*)$/;

/**
 * Reads `file:line:column: error: text` lines: clang's and gcc's form, and the one in which Hotplug
 * prints what the JavaScript bundler found. clang's notes explain the message before them and stay
 * out of the list; a warning's flag becomes its code.
 */
export function parseLineFormat(output: string, folder: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const line of plainLines(output)) {
    const match = lineFormat.exec(line);
    const severity = severities[match?.[4] ?? ''];
    if (match === null || severity === undefined || severity === 'info') continue;
    const text = match[5] ?? '';
    const flag = / \[-W(?:error,-W)?([\w-]+(?:=\w+)?)\]$/.exec(text);
    found.push({
      severity,
      ...placeOf(match, folder),
      message: flag === null ? text : text.slice(0, flag.index),
      ...(flag?.[1] === undefined ? {} : { code: flag[1] }),
    });
  }
  return found;
}

/** Writes a diagnostic as {@link parseLineFormat} and the problem matchers read it. */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, severity, message } = diagnostic;
  return `${file}:${line}:${column}: ${severity === 'info' ? 'note' : severity}: ${message}\n`;
}
