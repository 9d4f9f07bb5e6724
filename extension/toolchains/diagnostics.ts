import { isAbsolute, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Diagnostic } from '../project/project.ts';

const severities: Readonly<Record<string, Diagnostic['severity']>> = {
  error: 'error',
  'fatal error': 'error',
  warning: 'warning',
  note: 'info',
};

const rustcTitle = /^(error|warning)(?:\[([A-Z]\d+)\])?: (.*)$/;
const rustcPlace = /^\s*--> (.*?):(\d+):(\d+)$/;
const lineFormat = /^(.+?):(\d+):(\d+): (fatal error|error|warning|note): (.*)$/;

/**
 * Reads rustc's and cargo's human output. Messages without a place ("could not compile") say nothing
 * that the others do not; they are left out.
 *
 * @param folder what relative paths are relative to: the Cargo workspace's root
 */
export function parseRustc(output: string, folder: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  let title: RegExpExecArray | null = null;
  for (const line of lines(output)) {
    const nextTitle = rustcTitle.exec(line);
    if (nextTitle !== null) {
      title = nextTitle;
      continue;
    }
    const place = title === null ? null : rustcPlace.exec(line);
    if (title === null || place === null) continue;
    found.push({
      severity: severities[title[1] ?? ''] ?? 'error',
      ...position(place, folder),
      message: title[3] ?? '',
      ...(title[2] === undefined ? {} : { code: title[2] }),
    });
    // Further `-->` lines below the same title belong to its notes.
    title = null;
  }
  return found;
}

/**
 * Reads `file:line:column: error: text` lines: clang's and gcc's form, and the one in which Hotplug
 * prints what the JavaScript bundler found. clang's notes explain the message before them and stay
 * out of the list; a warning's flag becomes its code.
 */
export function parseLineFormat(output: string, folder: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const line of lines(output)) {
    const match = lineFormat.exec(line);
    const severity = severities[match?.[4] ?? ''];
    if (match === null || severity === undefined || severity === 'info') continue;
    const text = match[5] ?? '';
    const flag = / \[-W(?:error,-W)?([\w-]+(?:=\w+)?)\]$/.exec(text);
    found.push({
      severity,
      ...position(match, folder),
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

/** Makes the paths in rustc's `-->` lines absolute: the editor does not know what they are relative to. */
export function absoluteRustcPlaces(text: string, folder: string): string {
  return text.replaceAll(
    /^(\s*--> )(.*?)(:\d+:\d+)$/gm,
    (_all, arrow: string, file: string, place: string) =>
      isAbsolute(file) ? `${arrow}${file}${place}` : `${arrow}${resolve(folder, file)}${place}`,
  );
}

function lines(output: string): string[] {
  return stripVTControlCharacters(output).split(/\r?\n/);
}

function position(match: RegExpExecArray, folder: string): Pick<Diagnostic, 'file' | 'line' | 'column'> {
  return { file: resolve(folder, match[1] ?? ''), line: Number(match[2]), column: Number(match[3]) };
}
