/** Where exports stand in the text of a WIT file that may have been edited since its WIT was read. */
import type { WorldExports } from './exports.ts';

export interface ExportLine {
  /** Whole name of the export. */
  readonly export: string;
  /** Counted from 0. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** The lines of a file, relative to `wit/` with `/`, at which its exports are declared. */
export function exportLines(
  text: string,
  file: string,
  { places }: Pick<WorldExports, 'places'>,
): readonly ExportLine[] {
  const lines = text.split('\n');
  return places
    .filter(({ place }) => place.file === file)
    .flatMap(({ export: one, name, place }) => {
      const declaration = declarationOf(name);
      const found = nearest(lines, place.line - 1, declaration);
      if (found === undefined) return [];
      const at = declaration.exec(lines[found] ?? '');
      if (at === null) return [];
      return [{ export: one, line: found, start: at.index, end: at.index + at[0].length }];
    });
}

/** `count:`, `%list:`, `constructor(`. A name of WIT is letters, digits and hyphens. */
function declarationOf(name: string): RegExp {
  return name === 'constructor'
    ? /\bconstructor\b(?=\s*\()/
    : new RegExp(`(?<![\\w%-])%?${name}(?=\\s*(?::|$))`);
}

/** The matching line that is next to this one. */
function nearest(lines: readonly string[], line: number, pattern: RegExp): number | undefined {
  for (let distance = 0; distance <= lines.length; distance++) {
    const found = [line - distance, line + distance].find((at) => pattern.test(codeOf(lines[at] ?? '')));
    if (found !== undefined) return found;
  }
  return undefined;
}

function codeOf(line: string): string {
  return line.replace(/\/\/.*$/, '');
}
