import { isAbsolute, resolve } from 'node:path';
import type { Diagnostic } from '../../project/project.ts';
import { plainLines } from './place.ts';

/**
 * `./plugin.go:3:5: text`, also from `go vet` and of go.mod; the column may be missing. Below the chain of
 * imports that led to it, and below a first mistake, such a line is indented.
 */
const place =
  /^(\t?)(?:vet: )?((?:[A-Za-z]:)?[^:\t]*(?:\.go|go\.mod|go\.work|go\.sum)):(\d+)(?::(\d+))?: (.*)$/;
/** An indented line that says more about the mistake above it, and is none itself. */
const more = 'other declaration of ';

/**
 * Reads what `go build` and `go vet` print. Lines without a place (`# package`, `too many errors`) are left
 * out, and so is advice below a message but for the command that it names.
 *
 * @param folder what relative paths are relative to: where go ran
 */
export function parseGo(
  output: string,
  folder: string,
  severity: Diagnostic['severity'] = 'error',
): Diagnostic[] {
  const found: Diagnostic[] = [];
  let advised = false;
  for (const line of plainLines(output)) {
    const [, indent, file, row, column, message = ''] = place.exec(line) ?? [];
    if (file === undefined) {
      const last = found.at(-1);
      // `no required module provides package x; to add it:` and the command in the next line.
      if (advised && last !== undefined && line.startsWith('\tgo ')) {
        found[found.length - 1] = { ...last, message: `${last.message} ${line.trim()}` };
      }
      advised = false;
      continue;
    }
    if (indent !== '' && message.startsWith(more)) continue;
    advised = /; to add(?: it)?:$/.test(message);
    found.push({
      severity,
      file: resolve(folder, file),
      line: Number(row),
      column: column === undefined ? 1 : Number(column),
      message,
    });
  }
  return found;
}

/** Makes the paths in go's lines absolute and unindents them: the editor does not know what they are relative to. */
export function absoluteGoPlaces(line: string, folder: string): string {
  const [, indent, file, row, column, message = ''] = place.exec(line.replace(/\r?\n$/, '')) ?? [];
  if (file === undefined || row === undefined || (indent !== '' && message.startsWith(more))) return line;
  const path = isAbsolute(file) ? file : resolve(folder, file);
  return `${path}:${row}${column === undefined ? '' : `:${column}`}: ${message}\n`;
}

/** Writes what vet found as the problem matcher `hotplug-go-vet` reads it. */
export function formatVet({ file, line, column, message }: Diagnostic): string {
  return `${file}:${line}:${column}: vet: ${message}\n`;
}

/** Why go failed where no message has a place: its own words, without the names of packages above them. */
export function goFailure(output: string): string | undefined {
  const lines = plainLines(output).filter((line) => line.trim() !== '' && !line.startsWith('# '));
  return lines.length === 0 ? undefined : lines.slice(0, 8).join('\n');
}
