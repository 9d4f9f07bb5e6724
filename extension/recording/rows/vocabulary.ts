import type { Vocabulary } from '../query.ts';
import type { Recording } from '../record.ts';
import type { Shapes } from './shapes.ts';
import type { TelemetryKinds } from './telemetry-kinds.ts';

/** Names of each sort. */
const MOST = 300;
/** Characters of a name that somebody would choose from a list. */
const LONGEST = 200;

export function vocabularyOf(recording: Recording, shapes: Shapes, kinds: TelemetryKinds): Vocabulary {
  const plugins = new Map<string, number>(recording.info.plugins.map(({ name }) => [name, 0]));
  const names = new Map<string, number>();
  for (const { row, plugin, name, count } of shapes.list) {
    if (row === undefined) continue;
    plugins.set(plugin, (plugins.get(plugin) ?? 0) + count);
    names.set(name, (names.get(name) ?? 0) + count);
  }
  return { plugins: frequent(plugins), names: frequent(names), types: frequent(kinds.types) };
}

/** The most frequent first; equally frequent ones by their names. */
function frequent(counts: ReadonlyMap<string, number>): readonly string[] {
  return [...counts]
    .filter(([name]) => name.length <= LONGEST)
    .sort(([a, more], [b, less]) => less - more || (a < b ? -1 : 1))
    .slice(0, MOST)
    .map(([name]) => name);
}
