/** What a row's cells say. Needs no page. */
import { visible } from '../../extension/recording/visible.ts';
import { formatBytes, formatClock, formatDelta, formatDuration, formatTime } from '../format.ts';
import { labelOf } from '../kinds.ts';
import type { Row } from '../protocol.ts';
import type { ColumnId } from './columns.ts';

/** Characters of a text that a cell gets: more than any screen is wide. */
export const longestText = 1000;

/** The text of a cell; kind, name and summary have more than text and are drawn by {@link RowView}. */
export function cellText(column: ColumnId, row: Row, above: Row | undefined, startedAt?: number): string {
  switch (column) {
    case 'time':
      return formatTime(row.time);
    case 'delta':
      return above === undefined ? '' : formatDelta(row.time - above.time);
    case 'clock':
      return startedAt === undefined ? '' : formatClock(startedAt + row.time);
    case 'plugin':
      return shortText(row.plugin);
    case 'kind':
      return labelOf(row.kind);
    case 'event':
      return row.event > 0 ? String(row.event) : '';
    case 'level':
      return row.level ?? '';
    case 'name':
      return shortText(row.name);
    case 'summary':
      return shortText(row.summary);
    case 'duration':
      return row.durationMs === undefined ? '' : formatDuration(row.durationMs);
    case 'size':
      return row.size > 0 ? formatBytes(row.size) : '';
  }
}

/** Names and summaries are a plugin's own: control characters show as signs, and long ones are cut. */
export function shortText(text: string): string {
  return visible(text.length > longestText ? `${text.slice(0, longestText)}…` : text);
}

/** Whether a row of a grouped list stands below its event's row. */
export function isMember(row: Row): boolean {
  return row.group === undefined && row.event > 0 && row.kind !== 'event';
}
