/** What differs between two records, as the pane that compares them lists it. Needs no page. */
import { formatBytes, formatDuration } from '../format.ts';
import { labelOf } from '../kinds.ts';
import type { RecordDetail, RecordDifferences } from '../protocol.ts';
import { t } from '../text.ts';

export interface Difference {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What the rows themselves show differently. */
function rowDifferences(before: RecordDetail, after: RecordDetail): readonly Difference[] {
  const status = ({ status }: RecordDetail): string => (status === 'ok' ? t('ok') : t('failed'));
  const all: readonly Difference[] = [
    { path: t('Plugin'), before: before.plugin, after: after.plugin },
    { path: t('Kind'), before: labelOf(before.kind), after: labelOf(after.kind) },
    { path: t('Name'), before: before.name, after: after.name },
    { path: t('Summary'), before: before.summary, after: after.summary },
    { path: t('Outcome'), before: status(before), after: status(after) },
    { path: t('Level'), before: before.level, after: after.level },
    { path: t('Duration'), before: durationOf(before), after: durationOf(after) },
    { path: t('Size'), before: formatBytes(before.size), after: formatBytes(after.size) },
  ];
  return all.filter((one) => one.before !== one.after);
}

function durationOf({ durationMs }: RecordDetail): string | undefined {
  return durationMs === undefined ? undefined : formatDuration(durationMs);
}

/** What the described fields of two records say differently; of several with one name, each by its number. */
export function fieldDifferences(
  before: RecordDetail['fields'],
  after: RecordDetail['fields'],
): readonly Difference[] {
  const [a, b] = [named(before), named(after)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((path) => ({ path, before: a.get(path), after: b.get(path) }))
    .filter((one) => one.before !== one.after);
}

function named(fields: RecordDetail['fields']): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  const seen = new Map<string, number>();
  for (const { name, value } of fields) {
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    all.set(nth === 1 ? name : `${name} (${nth})`, value);
  }
  return all;
}

/** Everything that differs: the rows, and their values or, where they have none, their fields. */
export function allDifferences(
  before: RecordDetail,
  after: RecordDetail,
  values: RecordDifferences | undefined,
): readonly Difference[] {
  return [
    ...rowDifferences(before, after),
    ...(values?.fields ?? fieldDifferences(before.fields, after.fields)),
  ];
}
