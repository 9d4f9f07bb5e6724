/** What the timeline says of slices, stretches and records. Needs no page. */
import { visible } from '../../extension/recording/visible.ts';
import { formatClock, formatCount, formatDuration, formatTime } from '../format.ts';
import { laneKinds, laneLabel } from '../kinds.ts';
import { t } from '../text.ts';
import { otherLifeOf } from './model/mirror.ts';
import type { OtherLife } from './model/mirror.ts';
import type { Clock, Selection, SliceRef } from './model/model.ts';
import type { Range } from './model/range.ts';
import { Flag, failed } from './model/slices.ts';

/** A time as the ruler shows times. */
export function timeText(ms: number, clock: Clock, startedAt: number): string {
  return clock === 'wall' ? formatClock(startedAt + ms) : t('{0} s', formatTime(ms));
}

export function rangeText(range: Range, clock: Clock, startedAt: number): string {
  const [from, to] = [range.from, range.to].map((ms) => timeText(ms, clock, startedAt));
  return t('{0} to {1}', from ?? '', to ?? '');
}

/** What is in view of the recording itself, without the empty margins at its ends. */
export function shownRange({
  target,
  duration,
}: {
  readonly target: Range | undefined;
  readonly duration: number;
}): Range | undefined {
  if (target === undefined) return undefined;
  const from = Math.min(Math.max(0, target.from), duration);
  return { from, to: Math.max(from, Math.min(duration, target.to)) };
}

/** How an entry ended, in a word or two; empty where nothing is to be said. */
export function stateText(flags: number): string {
  if ((flags & Flag.trap) !== 0) return t('trap');
  if ((flags & Flag.error) !== 0) return t('failed');
  if ((flags & Flag.open) !== 0) return t('end not recorded');
  return (flags & Flag.cut) === 0 ? '' : t('beginning not recorded');
}

function recordsText(count: number): string {
  return count === 1 ? t('1 record') : t('{0} records', formatCount(count));
}

/** When a slice began, as the recording that it is of counts. */
function beginText({ from, lane }: Pick<SliceRef, 'from' | 'lane'>, clock: Clock, startedAt: number): string {
  const other = otherLifeOf(lane);
  return t('at {0}', otherText(from, other, clock, startedAt));
}

/** A time that is drawn in the life in view, or in the other one. */
export function otherText(
  time: number,
  other: OtherLife | undefined,
  clock: Clock,
  startedAt: number,
): string {
  return timeText(time - (other?.shift ?? 0), clock, other?.startedAt ?? startedAt);
}

/** Group and lane of a slice: `gain · Calls`. */
export function laneText(lane: SliceRef['lane']): string {
  return `${visible(lane.group)} · ${visible(laneLabel(lane))}`;
}

export interface Said {
  readonly title: string;
  readonly facts: readonly string[];
  readonly failed: boolean;
}

/** The selected record, or the slice that it is part of. */
export function selectionText(selection: Selection, clock: Clock, startedAt: number): Said {
  const { slice, detail, other } = selection;
  const at = t('at {0}', otherText(selection.time, other, clock, startedAt));
  if (detail !== undefined && (slice === undefined || slice.count <= 1)) {
    const facts = [visible(detail.plugin), ...(other === undefined ? [] : [other.title]), at];
    if (detail.durationMs !== undefined) facts.push(formatDuration(detail.durationMs));
    const state = slice === undefined ? '' : stateText(slice.flags);
    const isFailed = detail.status === 'error';
    if (state !== '') facts.push(state);
    else if (isFailed) facts.push(t('failed'));
    if (detail.summary !== '') facts.push(visible(detail.summary).slice(0, 200));
    return { title: visible(detail.name), facts, failed: isFailed };
  }
  if (slice === undefined) return { title: t('Record {0}', selection.record), facts: [at], failed: false };
  return sliceText(slice, clock, startedAt);
}

export function sliceText(slice: SliceRef, clock: Clock, startedAt: number): Said {
  const many = slice.count > 1;
  const length = slice.to - slice.from;
  const state = stateText(slice.flags);
  return {
    title: visible(slice.name),
    facts: [
      many ? recordsText(slice.count) : laneKinds[slice.lane.kind].one,
      laneText(slice.lane),
      beginText(slice, clock, startedAt),
      ...(length > 0 ? [many ? t('over {0}', formatDuration(length)) : formatDuration(length)] : []),
      ...(state === '' ? [] : [state]),
    ],
    failed: (slice.flags & failed) !== 0,
  };
}
