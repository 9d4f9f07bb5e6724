/** Where one can stand in a life. */

/**
 * A moment within an event: 0 when it was handed over, `n` at its n-th host call, and one more than it
 * has host calls at the end of its export call.
 */
export interface Place {
  /** Position of the event in the life. */
  readonly position: number;
  readonly step: number;
}

export const FIRST: Place = { position: 0, step: 0 };

/** Negative where `one` is earlier. */
export function comparePlaces(one: Place, other: Place): number {
  return one.position - other.position || one.step - other.step;
}
