import type { Diagnostic } from '../../project/project.ts';
import { placeOf, plainLines } from './place.ts';

const placed = /^(.+?)\((\d+),(\d+)\): (error|warning) (TS\d+): (.*)$/;
const unplaced = /^(error|warning) (TS\d+): (.*)$/;

/**
 * Reads what `tsc --pretty false` prints: `src/plugin.ts(3,5): error TS2345: …`. Indented lines below
 * explain the message and become part of it; an error without a file is one of the configuration.
 *
 * @param config file that errors without a place are put at
 */
export function parseTsc(output: string, folder: string, config: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const line of plainLines(output)) {
    const match = placed.exec(line);
    const general = match === null ? unplaced.exec(line) : null;
    if (match !== null) {
      const [, , , , severity, code, message = ''] = match;
      found.push({ severity: severityOf(severity), ...placeOf(match, folder), message, ...codeOf(code) });
    } else if (general !== null) {
      const [, severity, code, message = ''] = general;
      found.push({
        severity: severityOf(severity),
        file: config,
        line: 1,
        column: 1,
        message,
        ...codeOf(code),
      });
    } else if (/^\s+\S/.test(line)) {
      const last = found.pop();
      if (last !== undefined) found.push({ ...last, message: `${last.message} ${line.trim()}` });
    }
  }
  return found;
}

/** Writes a type error as the problem matcher `hotplug-typescript` reads it. */
export function formatTypeError({ file, line, column, severity, code, message }: Diagnostic): string {
  return `${file}:${line}:${column}: ${severity} ${code ?? 'TS'}: ${message}\n`;
}

function severityOf(text: string | undefined): Diagnostic['severity'] {
  return text === 'warning' ? 'warning' : 'error';
}

function codeOf(code: string | undefined): { readonly code?: string } {
  return code === undefined ? {} : { code };
}
