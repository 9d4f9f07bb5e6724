import type { Range } from './range.ts';

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
    return steps.find((step) => step >= rough) ?? 1440 * perMinute;
  }
  const power = 10 ** Math.floor(Math.log10(rough));
  return ([1, 2, 5].find((digit) => digit * power >= rough * 0.999999) ?? 10) * power;
}

/** Ticks at round times, at least this many pixels apart. */
export function ticks(range: Range, width: number, apart: number): Tick[] {
  const step = tickStep(range.to - range.from, width / apart);
  const found: Tick[] = [];
  for (let index = Math.max(0, Math.ceil(range.from / step)); index * step <= range.to; index += 1) {
    const time = index * step;
    found.push({ time, label: tickLabel(time, step) });
  }
  return found;
}

/** Seconds with as many digits as the step needs; minutes from one on. */
export function tickLabel(time: number, step: number): string {
  const digits = Math.min(9, Math.max(0, -Math.floor(Math.log10(step / 1000) + 1e-9)));
  const seconds = time / 1000;
  if (seconds < 60) return `${seconds.toFixed(digits)} s`;
  const minutes = Math.floor(seconds / 60 + 1e-9);
  const rest = Math.max(0, seconds - minutes * 60).toFixed(digits);
  return `${minutes}:${rest.padStart(digits === 0 ? 2 : digits + 3, '0')}`;
}
