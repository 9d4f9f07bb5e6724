/** Says where in a run there is reason to stop. */
import { headOf } from '../../recording/record.ts';
import { messageOf } from '../../errors.ts';
import type { Value } from '../../values/value.ts';
import { printValue } from '../../values/wave.ts';
import type { Difference } from '../types.ts';
import { outcomeText, resultOf } from '../compare.ts';
import type { Breakpoint, LogMessage } from './breakpoints.ts';
import { evaluate, isTrue, namesIn, type Names } from './evaluate.ts';
import type { Expression } from './expression.ts';
import { recordsOf } from './names.ts';
import type { Place } from './place.ts';
import type { Run } from './run.ts';
import { callName } from './transcript.ts';

export type Reason =
  | { readonly kind: 'breakpoint'; readonly ids: readonly number[] }
  /** The instance ended here. */
  | { readonly kind: 'trap' }
  /** The first event that does not go as it did before. */
  | { readonly kind: 'difference'; readonly difference: Difference };

export interface Stop {
  readonly place: Place;
  readonly reason: Reason;
}

/** What is stopped at beside breakpoints; a condition that is undefined always holds. */
export interface Filters {
  readonly trap: { readonly condition: Expression | undefined } | undefined;
  readonly difference: { readonly condition: Expression | undefined } | undefined;
}

/** A message of a logpoint. */
export interface Logged {
  readonly place: Place;
  readonly text: string;
}

/** Matches of a breakpoint that counts them, over the events before `seen`. */
interface Count {
  seen: number;
  readonly before: Map<string, number>;
  matches: number;
}

/**
 * Whether a place is one to stop at depends on nothing but the place, so it is the same forwards and
 * backwards: hits are counted, and the first difference is looked for, from the beginning of the life.
 */
export class StopFinder {
  readonly #run: Run;
  readonly #breakpoints: readonly Breakpoint[];
  readonly #filters: Filters;
  readonly #counts = new Map<Breakpoint, Count>();
  #first: Stop | undefined;
  /** Events before this one were searched for the first difference. */
  #searched = 0;

  /** What the one before has found out of the first difference in the same run still holds. */
  constructor(run: Run, breakpoints: readonly Breakpoint[], filters: Filters, before?: StopFinder) {
    this.#run = run;
    this.#breakpoints = breakpoints;
    this.#filters = filters;
    for (const breakpoint of breakpoints) {
      if (breakpoint.hits !== undefined)
        this.#counts.set(breakpoint, { seen: 0, before: new Map(), matches: 0 });
    }
    const { difference } = filters;
    if (difference === undefined) return;
    this.#searched = run.branch?.place.position ?? 0;
    if (before === undefined || before.#run !== run) return;
    const known = before.#filters.difference;
    if (known !== undefined && known.condition === difference.condition) {
      this.#searched = before.#searched;
      this.#first = before.#first;
    }
  }

  /** How many events before this one are still to be {@link prepare}d. */
  unprepared(position: number): number {
    let least = position;
    for (const { seen } of this.#counts.values()) least = Math.min(least, seen);
    if (this.#filters.difference !== undefined && this.#first === undefined)
      least = Math.min(least, this.#searched);
    return position - least;
  }

  /** Looks at an event in order, for what counts from the beginning. */
  prepare(position: number): void {
    for (const [breakpoint, count] of this.#counts) {
      if (position !== count.seen) continue;
      for (const place of this.#matches(breakpoint, position)) {
        count.matches++;
        count.before.set(keyOf(place), count.matches);
      }
      count.seen++;
    }
    if (this.#filters.difference !== undefined && this.#first === undefined && position === this.#searched) {
      this.#first = this.#differenceAt(position, this.#filters.difference.condition);
      this.#searched++;
    }
  }

  /** Reasons to stop within an event, in order, and what logpoints say on the way. The event was prepared. */
  at(position: number): { readonly stops: readonly Stop[]; readonly logged: readonly Logged[] } {
    const stops: Stop[] = [];
    const logged: Logged[] = [];
    for (const breakpoint of this.#breakpoints) {
      for (const place of this.#matches(breakpoint, position)) {
        const hit = this.#counts.get(breakpoint)?.before.get(keyOf(place));
        if (breakpoint.hits !== undefined && (hit === undefined || !breakpoint.hits(hit))) continue;
        if (breakpoint.log === undefined)
          stops.push({ place, reason: { kind: 'breakpoint', ids: [breakpoint.id] } });
        else logged.push({ place, text: this.#textOf(breakpoint.log, place) });
      }
    }
    const trap = this.#trapAt(position);
    if (trap !== undefined) stops.push(trap);
    if (this.#first?.place.position === position) stops.push(this.#first);
    const order = (one: { place: Place }, other: { place: Place }): number =>
      one.place.step - other.place.step;
    return { stops: stops.sort(order), logged: logged.sort(order) };
  }

  /** Places of an event at which a breakpoint's condition holds. */
  #matches(breakpoint: Breakpoint, position: number): readonly Place[] {
    const { target, condition } = breakpoint;
    const run = this.#run;
    if (target.kind === 'event') {
      const first = run.group(position)?.first;
      if (first === undefined || !target.matches(headOf(run.trace, first).name)) return [];
      const place = { position, step: 0 };
      return this.#holds(condition, place) ? [place] : [];
    }
    const entry = { position, step: 0 };
    const calls = run.hostCalls(position).flatMap((index, at) => {
      const place = { position, step: at + 1 };
      return target.matches(headOf(run.trace, index).name) ? [place] : [];
    });
    const places = target.matches(callName(run, position)) ? [entry, ...calls] : calls;
    return places.filter((place) => this.#holds(condition, place));
  }

  /** A condition over something that is not there, or that makes no sense here, does not hold. */
  #holds(condition: Expression | undefined, place: Place, difference?: Difference): boolean {
    if (condition === undefined) return true;
    try {
      return isTrue(evaluate(condition, this.#names(place, difference)));
    } catch {
      return false;
    }
  }

  #names({ position, step }: Place, difference?: Difference): Names {
    return namesAt(this.#run, { position, step }, difference);
  }

  #textOf(log: LogMessage, place: Place): string {
    const names = this.#names(place);
    return log.map((part) => (typeof part === 'string' ? part : textOf(part, names))).join('');
  }

  #trapAt(position: number): Stop | undefined {
    const { trap } = this.#filters;
    if (trap === undefined || this.#run.endAt(position) === undefined) return undefined;
    const place = this.#run.last(position);
    return this.#holds(trap.condition, place) ? { place, reason: { kind: 'trap' } } : undefined;
  }

  #differenceAt(position: number, condition: Expression | undefined): Stop | undefined {
    for (const difference of this.#run.differences(position)) {
      const place = placeOfDifference(this.#run, position, difference);
      if (this.#holds(condition, place, difference))
        return { place, reason: { kind: 'difference', difference } };
    }
    return undefined;
  }
}

/** Where in an event a difference shows: at the host call, else at the end of the export call. */
function placeOfDifference(run: Run, position: number, { actualRecord }: Difference): Place {
  const step = actualRecord === undefined ? -1 : run.hostCalls(position).indexOf(actualRecord);
  return step < 0 ? run.last(position) : { position, step: step + 1 };
}

/** The names of expressions at a place of a run. */
export function namesAt(run: Run, place: Place, difference?: Difference): Names {
  return namesIn(...recordsAt(run, place, difference));
}

/** The records whose fields are those names. */
export function recordsAt(run: Run, { position, step }: Place, difference?: Difference): readonly Value[] {
  const group = run.group(position);
  if (group?.first === undefined) return [];
  const calls = run.hostCalls(position);
  const call = step === 0 ? undefined : calls[step - 1];
  const { contract } = run.execution.options;
  const ended = step > calls.length ? { recording: run.trace, group } : undefined;
  return recordsOf(
    {
      event: run.record(group.first),
      hostCall: call === undefined ? undefined : run.record(call),
      outcome: ended && outcomeText(ended, contract),
      result: ended && resultOf(ended, contract),
      difference,
    },
    contract,
  );
}

function textOf(expression: Expression, names: Names): string {
  try {
    const value = evaluate(expression, names);
    if (value === undefined) return 'undefined';
    return value.type === 'string' ? value.value : printValue(value, { most: 16, plainJson: true });
  } catch (error) {
    return `<${messageOf(error)}>`;
  }
}

function keyOf({ position, step }: Place): string {
  return `${position}:${step}`;
}
