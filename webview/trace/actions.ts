import type { FromPanel, RecordDetail, Row } from '../protocol.ts';
import { t } from '../text.ts';
import { keyFor } from '../keys.ts';
import { traceKeys } from './keys.ts';
import type { MenuEntries, MenuItem } from './popup.ts';
import { labelOf } from '../kinds.ts';
import { isMember, shortText } from './cells.ts';

/** What can be done with one row, of whatever it is asked: menu, detail or key. */
export interface RowDeeds {
  /** An event can be sent to the plugin that runs. */
  readonly canSend: boolean;
  /** Plugins may be run: not in Restricted Mode. */
  readonly canRun: boolean;
  /** A record that waits to be compared with another one. */
  readonly marked: number | undefined;
  post(message: FromPanel): void;
  copyText(row: Row): void;
  copy(record: number, format: 'json' | 'wave' | 'command'): void;
  /** Adds to the filter what the row has in this field. */
  filterBy(field: 'plugin' | 'kind' | 'fn' | 'event' | 'level', value: string): void;
  showOnTimeline(record: number): void;
  mark(record: number): void;
  compareWithMarked(record: number): void;
  toggleGroup(row: Row): void;
  toParent(row: Row): void;
}

/** Replaying, testing and stopping are of an event, or of what it led to. */
export function canReplay(row: Row, { canRun }: Pick<RowDeeds, 'canRun'>): boolean {
  return canRun && row.event > 0;
}

/** The debugger of recordings stops at events and at host calls. */
export function canBreak(row: Row, deeds: Pick<RowDeeds, 'canRun'>): boolean {
  return canReplay(row, deeds) && ['event', 'hostCall', 'effect', 'telemetry'].includes(row.kind);
}

/** The menu of a row. */
export function rowEntries(row: Row, deeds: RowDeeds, source?: RecordDetail['source']): MenuEntries {
  const { record } = row;
  const entries: (MenuItem | 'line' | undefined)[] = [
    row.group === undefined || row.group.rows === 0
      ? undefined
      : {
          label: row.group.open ? t('Collapse') : t('Expand'),
          key: row.group.open ? '←' : '→',
          run: () => deeds.toggleGroup(row),
        },
    isMember(row) ? { label: t('Go to Its Event'), run: () => deeds.toParent(row) } : undefined,
    source === undefined
      ? undefined
      : { label: t('Go to Source'), run: () => deeds.post({ type: 'openSource', ...source }) },
    { label: t('Show on the Timeline'), ...key('openTimeline'), run: () => deeds.showOnTimeline(record) },
    'line',
    ...runEntries(row, deeds),
    'line',
    {
      label: deeds.marked === record ? t('Do Not Compare This') : t('Mark to Compare'),
      ...key('markForDiff'),
      run: () => deeds.mark(record),
    },
    deeds.marked === undefined || deeds.marked === record
      ? undefined
      : { label: t('Compare with Marked'), run: () => deeds.compareWithMarked(record) },
    'line',
    { label: t('Copy Row'), ...key('copyRow'), run: () => deeds.copyText(row) },
    { label: t('Copy as JSON'), run: () => deeds.copy(record, 'json') },
    { label: t('Copy as WAVE'), run: () => deeds.copy(record, 'wave') },
    row.kind === 'event'
      ? { label: t('Copy as Command'), run: () => deeds.copy(record, 'command') }
      : undefined,
    'line',
    ...filterEntries(row, deeds),
  ];
  return tidy(entries);
}

function runEntries(row: Row, deeds: RowDeeds): (MenuItem | undefined)[] {
  const { record, plugin } = row;
  const replay = canReplay(row, deeds);
  const act = (action: 'replayFrom' | 'makeTest' | 'breakHere'): (() => void) => {
    return () => deeds.post({ type: 'act', action, record });
  };
  return [
    replay ? { label: t('Replay from Here'), run: act('replayFrom') } : undefined,
    canBreak(row, deeds) ? { label: t('Break Here'), run: act('breakHere') } : undefined,
    replay ? { label: t('Make a Test of This'), run: act('makeTest') } : undefined,
    row.kind === 'event' && deeds.canSend
      ? { label: t('Send Again'), run: () => deeds.post({ type: 'sendAgain', plugin, record }) }
      : undefined,
  ];
}

function filterEntries(row: Row, deeds: RowDeeds): (MenuItem | undefined)[] {
  const by = (field: Parameters<RowDeeds['filterBy']>[0], value: string, shown = value): MenuItem => ({
    label: t('Filter by {0}', `${field}:${shortText(shown)}`),
    run: () => deeds.filterBy(field, value),
  });
  return [
    by('plugin', row.plugin),
    by('kind', row.kind, labelOf(row.kind)),
    by('fn', row.name),
    row.event > 0 ? by('event', String(row.event)) : undefined,
    row.level === undefined ? undefined : by('level', row.level),
  ];
}

function key(action: 'openTimeline' | 'markForDiff' | 'copyRow'): { key?: string } {
  const found = keyFor(traceKeys(), action);
  return found === undefined ? {} : { key: found };
}

/** Without what is not offered, and with lines only between groups. */
function tidy(entries: readonly (MenuItem | 'line' | undefined)[]): MenuEntries {
  const kept = entries.filter((entry) => entry !== undefined);
  return kept.filter(
    (entry, at) => entry !== 'line' || (at > 0 && at < kept.length - 1 && kept[at - 1] !== 'line'),
  );
}
