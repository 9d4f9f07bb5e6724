/** Goes through a run in either direction until there is reason to stop. */
import type { Logged, Stop, StopFinder } from './finder.ts';
import { comparePlaces, type Place } from './place.ts';
import type { Run } from './run.ts';

/** Why one stands where one does. */
export type Arrival =
  | { readonly kind: 'stop'; readonly place: Place; readonly stops: readonly Stop[] }
  /** The place that was gone to. */
  | { readonly kind: 'there'; readonly place: Place }
  /** There is nothing beyond. */
  | { readonly kind: 'end' | 'beginning'; readonly place: Place }
  | { readonly kind: 'interrupted'; readonly place: Place };

export interface Seek {
  readonly run: Run;
  readonly from: Place;
  /** Stops for no reason before this place; to the end of the run where absent. */
  readonly to?: Place | undefined;
  /** Asked anew for each event: breakpoints may change meanwhile. */
  readonly finder: () => StopFinder;
  readonly signal: AbortSignal;
  readonly logged?: (logged: Logged) => void;
  readonly progress?: (position: number) => void;
}

/** Events that are run ahead of the one that is looked at. */
const BATCH = 512;
/** Events between two looks at what else there is to do. */
const BREATH = 128;

/** Goes forwards, running what was not run yet. */
export async function seekForwards(seek: Seek): Promise<Arrival> {
  const { run, from, to, finder, signal } = seek;
  const isBeyond = (place: Place): boolean => to !== undefined && comparePlaces(place, to) > 0;
  for (let { position } = from; position < run.length; position++) {
    if (to !== undefined && position > to.position) return { kind: 'there', place: to };
    const ahead = to === undefined ? position + BATCH : Math.min(position + BATCH, to.position + 1);
    if (!(await reach(run, position, ahead, signal))) break;
    const look = finder();
    await prepare(look, position, signal);
    const { stops, logged } = look.at(position);
    const later = ({ place }: { place: Place }): boolean =>
      comparePlaces(place, from) > 0 && !isBeyond(place);
    const next = stops.filter(later);
    const [stop] = next;
    for (const message of logged.filter(later)) {
      if (stop === undefined || comparePlaces(message.place, stop.place) <= 0) seek.logged?.(message);
    }
    if (stop !== undefined) return arriveAt(stop, next);
    if (to?.position === position) return { kind: 'there', place: to };
    await pass(seek, position);
    if (signal.aborted) return { kind: 'interrupted', place: { position, step: 0 } };
  }
  const last = run.last(Math.max(0, Math.min(run.execution.done, run.length) - 1));
  if (signal.aborted && run.execution.done < run.length && run.execution.ended === undefined)
    return { kind: 'interrupted', place: { position: last.position, step: 0 } };
  return { kind: 'end', place: last };
}

/** Goes backwards over what was run. */
export async function seekBackwards(seek: Seek): Promise<Arrival> {
  const { from, to, finder, signal } = seek;
  for (let { position } = from; position >= 0; position--) {
    const look = finder();
    await prepare(look, position, signal);
    const stops = look
      .at(position)
      .stops.filter(
        ({ place }) => comparePlaces(place, from) < 0 && (to === undefined || comparePlaces(place, to) >= 0),
      );
    const stop = stops.at(-1);
    if (stop !== undefined) return arriveAt(stop, stops);
    if (to?.position === position) return { kind: 'there', place: to };
    await pass(seek, position);
    if (signal.aborted) return { kind: 'interrupted', place: { position, step: 0 } };
  }
  return { kind: 'beginning', place: { position: 0, step: 0 } };
}

/** Stands at the place of a stop, for all the reasons that are there. */
function arriveAt({ place }: Stop, stops: readonly Stop[]): Arrival {
  return { kind: 'stop', place, stops: stops.filter((stop) => comparePlaces(stop.place, place) === 0) };
}

/** Goes past an event: every so often says how far it is, and lets others have their turn. */
async function pass(seek: Seek, position: number): Promise<void> {
  if (position % BREATH !== 0) return;
  seek.progress?.(position);
  await breathe();
}

/** Runs events until this one was run; false where it cannot be. */
async function reach(run: Run, position: number, ahead: number, signal: AbortSignal): Promise<boolean> {
  const { execution, branch } = run;
  if (execution.done <= position) await execution.advance(ahead, signal);
  // A branch is compared with what it branches off.
  if (branch !== undefined && branch.parent.execution.done <= position)
    await branch.parent.execution.advance(ahead, signal);
  return execution.done > position;
}

async function prepare(finder: StopFinder, position: number, signal: AbortSignal): Promise<void> {
  for (let left = finder.unprepared(position + 1); left > 0 && !signal.aborted; left--) {
    finder.prepare(position + 1 - left);
    if (left % BREATH === 0) await breathe();
  }
}

async function breathe(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
