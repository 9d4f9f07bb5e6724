import type { Range } from '../model/range.ts';

export interface Tick {
  readonly time: number;
  readonly label: string;
}

const perMinute = 60_000;

/** Round steps from microseconds to hours, in ms. */
function tickStep(span: number, most: number): number {
  const rough = span / Math.max(1, most);
  if (rough > 500) {
    const steps = [1000, 2000, 5000, 10_000, 15_000, 30_000].concat(
      [1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * perMinute),
    );
    // Beyond a day, whole days: a recording whose clock jumped may be a year long.
    return steps.find((step) => step >= rough) ?? Math.ceil(rough / (1440 * perMinute)) * 1440 * perMinute;
  }
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5].find((digit) => digit * power >= rough * 0.999999) ?? 10) * power;
}

/** Ticks at round times of the recording, at least this many pixels apart. */
export function ticks(range: Range, width: number, apart: number): Tick[] {
  return ticksFrom(range, width, apart, 0).map(([time, step]) => ({ time, label: tickLabel(time, step) }));
}

/**
 * Ticks at round times of the clock on the wall. `startedAt` is the recording's start in ms since the Unix
 * epoch, `offset` what that clock is ahead of UTC, in ms.
 */
export function wallTicks(
  range: Range,
  width: number,
  apart: number,
  startedAt: number,
  offset: number,
): Tick[] {
  const phase = (((startedAt + offset) % (1440 * perMinute)) + 1440 * perMinute) % (1440 * perMinute);
  return ticksFrom(range, width, apart, phase).map(([time, step]) => ({
    time,
    label: wallLabel(time + phase, step),
  }));
}

/** Times at whole steps of a clock that shows `phase` when the recording begins, each with the step. */
function ticksFrom(
  range: Range,
  width: number,
  apart: number,
  phase: number,
): [time: number, step: number][] {
  const span = range.to - range.from;
  if (!(span > 0) || !Number.isFinite(span) || width <= 0) return [];
  const step = tickStep(span, width / apart);
  const found: [number, number][] = [];
  const first = Math.ceil((Math.max(0, range.from) + phase) / step);
  // Not by adding up: a step far below the time's precision would never arrive.
  const last = Math.min(Math.floor((range.to + phase) / step), first + width);
  for (let index = first; index <= last; index += 1) found.push([index * step - phase, step]);
  return found;
}

function digitsOf(step: number): number {
  return Math.min(9, Math.max(0, -Math.floor(Math.log10(step / 1000) + 1e-9)));
}

/** Seconds with as many digits as the step needs; minutes from one on. */
export function tickLabel(time: number, step: number): string {
  const digits = digitsOf(step);
  const seconds = time / 1000;
  if (seconds < 60) return `${seconds.toFixed(digits)} s`;
  const minutes = Math.floor(seconds / 60 + 1e-9);
  const rest = Math.max(0, seconds - minutes * 60).toFixed(digits);
  return `${minutes}:${rest.padStart(digits === 0 ? 2 : digits + 3, '0')}`;
}

/** `14:03:07.250`: ms since midnight with as many digits as the step needs. */
function wallLabel(ms: number, step: number): string {
  const digits = digitsOf(step);
  const seconds = ms / 1000;
  const day = Math.floor(seconds / 60 + 1e-9);
  const [hour, minute] = [Math.floor(day / 60) % 24, day % 60];
  const rest = Math.max(0, seconds - day * 60).toFixed(digits);
  return `${two(hour)}:${two(minute)}:${rest.padStart(digits === 0 ? 2 : digits + 3, '0')}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
