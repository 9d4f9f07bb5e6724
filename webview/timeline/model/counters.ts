/** Counters' values as text, at a time, and the scale that they are drawn on. */
import { formatBytes, formatCount, formatDuration } from '../../format.ts';
import type { CounterUnit, CounterWindow } from '../../protocol.ts';

/** The last value at or before a time: the highest of its bucket. Undefined before the first. */
export function valueAt(counter: CounterWindow | undefined, time: number): number | undefined {
  if (counter === undefined) return undefined;
  let [low, high] = [0, counter.times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((counter.times[middle] ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  const value = counter.high[low - 1];
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

export function formatValue(value: number, unit: CounterUnit | undefined): string {
  if (!Number.isFinite(value)) return '–';
  switch (unit) {
    case 'bytes':
      return value < 0 ? `−${formatBytes(-value)}` : formatBytes(value);
    case 'milliseconds':
      if (value === 0) return '0 ms';
      return value < 0 ? `−${formatDuration(-value)}` : formatDuration(value);
    case 'per second':
      return `${formatNumber(value)}/s`;
    case 'number':
    case undefined:
      return formatNumber(value);
  }
}

/** Whole numbers with groups of digits, others with three significant digits. */
function formatNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e12) return formatCount(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 0.001) return value.toExponential(2);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** From the bottom of a chart to its top. Zero is on it, so that heights can be compared. */
export interface Scale {
  readonly bottom: number;
  readonly top: number;
}

/** The scale of a whole recording, so that a curve keeps its height while the view moves. */
export function scaleOf(counter: { readonly least: number; readonly most: number }): Scale {
  const least = Number.isFinite(counter.least) ? counter.least : 0;
  const most = Number.isFinite(counter.most) ? counter.most : 0;
  const bottom = Math.min(0, least);
  const top = Math.max(0, most);
  return top - bottom > 0 ? { bottom, top } : { bottom, top: bottom + 1 };
}

/** How far from the bottom of the scale, from 0 to 1; outside of it where the value is. */
export function shareOf(value: number, scale: Scale): number {
  const share = (value - scale.bottom) / (scale.top - scale.bottom);
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}
