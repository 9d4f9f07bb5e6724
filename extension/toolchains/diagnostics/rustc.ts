import { isAbsolute, resolve } from 'node:path';
import type { Diagnostic } from '../../project/project.ts';
import { placeOf, plainLines, severities } from './place.ts';

const rustcTitle = /^(error|warning)(?:\[([A-Z]\d+)\])?: (.*)$/;
const rustcPlace = /^\s*--> (.*?):(\d+):(\d+)$/;

/**
 * Reads rustc's and cargo's human output. Messages without a place ("could not compile") say nothing
 * that the others do not; they are left out.
 *
 * @param folder what relative paths are relative to: the Cargo workspace's root
 */
export function parseRustc(output: string, folder: string): Diagnostic[] {
  const found: Diagnostic[] = [];
  let title: RegExpExecArray | null = null;
  for (const line of plainLines(output)) {
    const nextTitle = rustcTitle.exec(line);
    if (nextTitle !== null) {
      title = nextTitle;
      continue;
    }
    const place = title === null ? null : rustcPlace.exec(line);
    if (title === null || place === null) continue;
    found.push({
      severity: severities[title[1] ?? ''] ?? 'error',
      ...placeOf(place, folder),
      message: title[3] ?? '',
      ...(title[2] === undefined ? {} : { code: title[2] }),
    });
    // Further `-->` lines below the same title belong to its notes.
    title = null;
  }
  return found;
}

/** Makes the paths in rustc's `-->` lines absolute: the editor does not know what they are relative to. */
export function absoluteRustcPlaces(text: string, folder: string): string {
  return text.replaceAll(
    /^(\s*--> )(.*?)(:\d+:\d+)$/gm,
    (_all, arrow: string, file: string, place: string) =>
      isAbsolute(file) ? `${arrow}${file}${place}` : `${arrow}${resolve(folder, file)}${place}`,
  );
}
