/** How often a process that keeps ending is started again: at once at first, then slower, then not at all. */
export interface RestartPolicy {
  /** Delay in ms before the next start; undefined when it has ended too often to go on. */
  next(nowMs: number): number | undefined;
  /** Forgets earlier ends: the user asked for a new start. */
  reset(): void;
}

/** At most `limit` ends within `windowMs`; the delay doubles from `firstMs` with each. */
export function restartPolicy(limit = 5, windowMs = 60_000, firstMs = 200): RestartPolicy {
  let ends: readonly number[] = [];
  return {
    next(nowMs) {
      ends = [...ends.filter((end) => nowMs - end < windowMs), nowMs];
      return ends.length > limit ? undefined : firstMs * 2 ** (ends.length - 1);
    },
    reset() {
      ends = [];
    },
  };
}
