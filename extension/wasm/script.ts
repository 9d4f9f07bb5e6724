import { SourceMap, type SourceMapPayload } from 'node:module';
import path from 'node:path';
import type { GuestFrame } from '../host/report.ts';

const FRAME = /^\s*at (?:(?<name>.*) \((?<inner>.*)\)|(?<bare>.*))$/;
/** SpiderMonkey's form. */
const OTHER_FRAME = /^\s*(?<name>[^@]*)@(?<bare>.*:\d+:\d+)$/;
/** What the bundler's own modules are called in its maps. */
const GENERATED = 'hotplug:';
const POSITION = /^(?<file>.*?):(?<line>\d+)(?::(?<column>\d+))?$/;

/**
 * What engines call a bundle, and how many lines they put before it: QuickJS the source that came through
 * `new Function`, which is how the interpreter components run a development bundle; QuickJS and
 * SpiderMonkey the source of a release build.
 */
const BUNDLES: Readonly<Record<string, number>> = { '<input>': 2, '/plugin.js': 0, 'plugin.js': 0 };

/**
 * The frames of a stack of QuickJS or SpiderMonkey, innermost first, in the sources that the bundle was made of where its
 * source map (JSON text) tells. `mapFolder` is where the map's relative sources start: the folder of the
 * bundle. Frames outside of the author's sources, the interpreter's own, have a name and no file.
 */
export function explainScriptStack(
  stack: string,
  map: string | undefined,
  mapFolder?: string,
): readonly GuestFrame[] {
  const source = map === undefined ? undefined : readMap(map);
  return stack.split('\n').flatMap((line) => {
    const { name, inner, bare } = (FRAME.exec(line) ?? OTHER_FRAME.exec(line))?.groups ?? {};
    const place = inner ?? bare;
    if (place === undefined) return [];
    const position = POSITION.exec(place)?.groups;
    const bundle = position?.['file'] ?? '';
    const before = BUNDLES[bundle];
    if (position === undefined || before === undefined) return [{ function: name ?? place }];
    const found = {
      file: bundle,
      line: Math.max(1, Number(position['line']) - before),
      column: position['column'] === undefined ? undefined : Number(position['column']),
    };
    const { file, line: row, column } = (source && original(source, found, mapFolder)) ?? found;
    // Modules that are no files: what is generated around a plugin.
    if (file.includes(GENERATED)) return [{ function: name ?? '' }];
    return [{ function: name ?? '', file, line: row, ...(column !== undefined && { column }) }];
  });
}

interface Position {
  readonly file: string;
  /** Both counted from 1. */
  readonly line: number;
  readonly column: number | undefined;
}

function original(
  map: SourceMap,
  { line, column }: Position,
  folder: string | undefined,
): Position | undefined {
  const row = line - 1;
  // Without a column the line's last mapping is as good as its first, and sure to be on the line.
  const entry = map.findEntry(row, column === undefined ? Number.MAX_SAFE_INTEGER : column - 1);
  if (!('originalSource' in entry) || entry.generatedLine !== row) return undefined;
  const file = entry.originalSource;
  return {
    file: folder === undefined || /^\w+:\/\//.test(file) ? file : path.resolve(folder, file),
    line: entry.originalLine + 1,
    column: column === undefined ? undefined : entry.originalColumn + 1,
  };
}

/** A map that cannot be read leaves the positions as they are in the bundle. */
function readMap(text: string): SourceMap | undefined {
  try {
    const payload: unknown = JSON.parse(text);
    return isPayload(payload) ? new SourceMap(payload) : undefined;
  } catch {
    return undefined;
  }
}

function isPayload(value: unknown): value is SourceMapPayload {
  return (
    typeof value === 'object' && value !== null && 'mappings' in value && typeof value.mappings === 'string'
  );
}
