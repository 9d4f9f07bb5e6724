/** Times of exports: whole nanoseconds, so that what nests still nests after it was written as text. */

/** 2⁶³ − 1: readers keep times as int64. */
const LATEST = 0x7fff_ffff_ffff_ffffn;

/** Nanoseconds in two hundred years: farther from the start nothing is told to be. */
const FARTHEST = 7e18;

/** Turns a recording's times into whole nanoseconds. */
export interface Clock {
  /** Nanoseconds since the recording's start of a time in milliseconds since the Unix epoch; 0 for what is no number. */
  since(time: number): number;
  /** Nanoseconds since the Unix epoch of nanoseconds since the start, at least 0. */
  epoch(since: number): bigint;
}

export function clockOf(startedAt: number): Clock {
  const start = Number.isFinite(startedAt) ? startedAt : 0;
  const base = BigInt(Math.round(start * 1000)) * 1000n;
  return {
    since: (time) =>
      Number.isFinite(time) ? Math.min(Math.max(-FARTHEST, Math.round((time - start) * 1e6)), FARTHEST) : 0,
    epoch: (since) => {
      const time = base + BigInt(since);
      return time < 0n ? 0n : time > LATEST ? LATEST : time;
    },
  };
}

/** Nanoseconds as a decimal number of a larger unit, exactly: of 1,500 with 3 digits `1.500`. */
export function decimal(nanoseconds: number, digits: 3 | 6): string {
  const text = BigInt(nanoseconds).toString();
  const sign = text.startsWith('-') ? '-' : '';
  const figures = text.slice(sign.length).padStart(digits + 1, '0');
  return `${sign}${figures.slice(0, -digits)}.${figures.slice(-digits)}`;
}

/** A duration as it can have been: undefined for what is no number, 0 for what is below. */
export function durationOf(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined || !Number.isFinite(milliseconds) ? undefined : Math.max(0, milliseconds);
}
