/** What a debug session walks through: a replay, its branches, and where one stands. */
import { UserError } from '../../errors.ts';
import type { OpenedRecordings } from '../../host/opened.ts';
import { headOf, RecordKind } from '../../recording/record.ts';
import { Execution, type Bench, type ExecutionOptions } from '../execution.ts';
import { transcriptOf } from '../transcript.ts';
import type { Difference } from '../types.ts';
import { edited, type Edited } from './branch.ts';
import type { Breakpoint } from './breakpoints.ts';
import { StopFinder, type Filters, type Logged, type Stop } from './finder.ts';
import type { Launch, Subject } from './launch.ts';
import { comparePlaces, FIRST, type Place } from './place.ts';
import { Run } from './run.ts';
import { seekBackwards, seekForwards, type Arrival } from './seek.ts';
import type { Editable } from './tree.ts';

export interface DebuggeeServices {
  readonly bench: Bench;
  readonly opened: OpenedRecordings;
}

/** How to move. */
export type Move = 'continue' | 'next' | 'stepIn' | 'stepOut' | 'stepBack' | 'reverseContinue';

export interface Moving {
  readonly signal: AbortSignal;
  readonly logged: (logged: Logged) => void;
  /** Events that were looked at, of how many. */
  readonly progress: (position: number) => void;
}

/** Events of a branch that are run between two looks at how far it is. */
const STRIDE = 5000;
/** Differing events that the text of a branch shows. */
const MOST_EVENTS = 200;

export class Debuggee implements AsyncDisposable {
  readonly subject: Subject;
  readonly #services: DebuggeeServices;
  /** Prefix of the ids of the runs' traces. */
  readonly #name: string;
  readonly #runs: Run[] = [];
  #number = 0;
  #run: Run;
  #breakpoints: readonly Breakpoint[] = [];
  #filters: Filters = { trap: undefined, difference: undefined };
  #finder: StopFinder;
  place: Place = FIRST;

  private constructor(name: string, subject: Subject, services: DebuggeeServices, execution: Execution) {
    this.#name = name;
    this.subject = subject;
    this.#services = services;
    this.#run = this.#add(execution, undefined);
    this.#finder = new StopFinder(this.#run, [], this.#filters);
  }

  /** Starts the replay. Throws a UserError where the plugin cannot be started with what was recorded. */
  static async start(
    name: string,
    subject: Subject,
    launch: Pick<Launch, 'unrecorded'>,
    services: DebuggeeServices,
  ): Promise<Debuggee> {
    const { recording, life, contract, artifact, language, deadlineMs } = subject;
    const execution = await Execution.start({
      bench: services.bench,
      recording,
      life,
      contract,
      artifact,
      language,
      deadlineMs,
      unrecorded: launch.unrecorded,
      checkpoints: true,
    });
    const { ended } = execution;
    if (ended !== undefined) {
      await execution[Symbol.asyncDispose]();
      throw new UserError(
        `The plugin could not be started: ${ended.text}`,
        'Correct what keeps it from starting and build it again.',
      );
    }
    return new Debuggee(name, subject, services, execution);
  }

  /** The run that one stands in. */
  get run(): Run {
    return this.#run;
  }

  /** Takes these breakpoints and filters from the next look on, even while it moves. */
  stopAt(breakpoints: readonly Breakpoint[], filters: Filters): void {
    this.#breakpoints = breakpoints;
    this.#filters = filters;
    this.#finder = new StopFinder(this.#run, breakpoints, filters, this.#finder);
  }

  /** Runs the first event. */
  async begin(signal: AbortSignal): Promise<void> {
    await this.#run.execution.advance(1, signal);
  }

  /** Reasons to stop at the present place, and what logpoints say there. */
  async stopsHere(logged: (logged: Logged) => void): Promise<readonly Stop[]> {
    const { place } = this;
    const to = { position: place.position, step: place.step };
    const from = { position: place.position, step: place.step - 1 };
    const arrival = await seekForwards({
      run: this.#run,
      from,
      to,
      finder: () => this.#finder,
      signal: new AbortController().signal,
      logged,
    });
    return arrival.kind === 'stop' ? arrival.stops : [];
  }

  /** Moves to where there is reason to stop, or to where the move goes. */
  async move(move: Move, moving: Moving): Promise<Arrival> {
    const arrival = await this.#seek(move, moving);
    this.place = this.#clamped(arrival.place);
    return arrival;
  }

  async #seek(move: Move, moving: Moving): Promise<Arrival> {
    const { place } = this;
    const run = this.#run;
    const seek = { run, from: place, finder: () => this.#finder, ...moving };
    switch (move) {
      case 'continue':
        return await seekForwards(seek);
      case 'next':
        return await seekForwards({ ...seek, to: { position: place.position + 1, step: 0 } });
      case 'stepIn':
        return await seekForwards({ ...seek, to: this.#following(place) });
      case 'stepOut': {
        const last = run.last(place.position);
        const isThere = comparePlaces(place, last) >= 0;
        return await seekForwards({
          ...seek,
          to: isThere ? { position: place.position + 1, step: 0 } : last,
        });
      }
      case 'stepBack': {
        const to = this.#preceding(place);
        return to === undefined ? { kind: 'beginning', place: FIRST } : await seekBackwards({ ...seek, to });
      }
      case 'reverseContinue':
        return await seekBackwards(seek);
    }
  }

  /** The next host call, the end of the export call, the next event. */
  #following(place: Place): Place {
    return comparePlaces(place, this.#run.last(place.position)) < 0
      ? { position: place.position, step: place.step + 1 }
      : { position: place.position + 1, step: 0 };
  }

  /** From an event the one before it; from a host call or the end of a call what happened before in the event. */
  #preceding({ position, step }: Place): Place | undefined {
    if (step > 0) return { position, step: step - 1 };
    return position === 0 ? undefined : { position: position - 1, step: 0 };
  }

  goTo(place: Place): void {
    this.place = this.#clamped(place);
  }

  /** The place that a record of the recording was made at; runs as far as that. */
  async placeOfRecorded(record: number, signal: AbortSignal): Promise<Place> {
    const { events } = this.subject.life;
    const after = events.findIndex((first) => first > record);
    const position = Math.max(0, (after < 0 ? events.length : after) - 1);
    const run = this.#run;
    await run.execution.advance(position + 1, signal);
    const step = Array.from({ length: run.hostCalls(position).length }, (_, index) => index + 1).find(
      (one) => run.recordedAt({ position, step: one }) === record,
    );
    const isEnd = record === run.recorded(position)?.group.call;
    return step === undefined ? (isEnd ? run.last(position) : { position, step: 0 }) : { position, step };
  }

  #clamped({ position, step }: Place): Place {
    const last = this.#run.last(Math.max(0, Math.min(position, this.#run.execution.done - 1)));
    return comparePlaces({ position, step }, last) > 0 ? last : { position, step };
  }

  /** Starts a branch in which the value at the present place is another one, and stands at the same place of it. */
  async branch(
    target: Editable,
    text: string,
    { signal, progress }: Pick<Moving, 'signal' | 'progress'>,
  ): Promise<Edited> {
    const parent = this.#run;
    const { place } = this;
    const change = edited(parent, place, target, text);
    const options: ExecutionOptions = { ...parent.execution.options, edits: change.edits };
    const execution = await Execution.start(options);
    for (let to = 0; to <= place.position && execution.ended === undefined && !signal.aborted;) {
      progress(to);
      to = Math.min(to + STRIDE, place.position + 1);
      await execution.advance(to, signal);
    }
    const { what, hostCall } = change;
    this.#enter(this.#add(execution, { parent, place, what, hostCall }));
    this.place = this.#clamped(place);
    return change;
  }

  /** Leaves the present branch for what it branches off. Throws a UserError where one stands in no branch. */
  async discardBranch(): Promise<Run> {
    const discarded = this.#run;
    const parent = discarded.branch?.parent;
    if (parent === undefined) throw noBranch();
    await parent.execution.advance(this.place.position + 1);
    this.#enter(parent);
    this.place = this.#clamped(this.place);
    await this.#drop(discarded);
    return discarded;
  }

  /** Where the present branch first goes another way, as far as both were run; undefined where it does not. */
  firstDifference(): Difference | undefined {
    const { branch, execution } = this.#run;
    if (branch === undefined) return undefined;
    for (let { position } = branch.place; position < execution.done; position++) {
      const [difference] = this.#run.differences(position);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }

  /**
   * The events in which the present branch and the recording's replay differ, as texts to be laid side
   * by side, as far as the branch was run.
   */
  async branchText(): Promise<{ readonly expected: string; readonly actual: string }> {
    const run = this.#run;
    if (run.branch === undefined) throw noBranch();
    let [root, from]: [Run, number] = [run, run.length];
    while (root.branch !== undefined) {
      from = Math.min(from, root.branch.place.position);
      root = root.branch.parent;
    }
    await root.execution.advance(run.execution.done);
    const expected: string[] = [];
    const actual: string[] = [];
    for (let position = from; position < run.execution.done; position++) {
      const [one, other] = [textOf(root, position), textOf(run, position)];
      if (one === other) continue;
      if (expected.length >= MOST_EVENTS) break;
      expected.push(one);
      actual.push(other);
    }
    return { expected: expected.join('\n'), actual: actual.join('\n') };
  }

  /** The linear memory at the present place; undefined where it cannot be had. */
  async memory(): Promise<Uint8Array | undefined> {
    const { position, step } = this.place;
    const { execution } = this.#run;
    if (step === 0) return position === 0 ? undefined : await execution.memoryAt({ position: position - 1 });
    const calls = this.#run.hostCalls(position).length;
    return await execution.memoryAt(step > calls ? { position } : { position, hostCall: step - 1 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const run of [...this.#runs]) await this.#drop(run);
    this.subject.close();
  }

  #enter(run: Run): void {
    this.#run = run;
    this.#finder = new StopFinder(run, this.#breakpoints, this.#filters);
  }

  #add(execution: Execution, branch: Run['branch']): Run {
    const number = this.#number++;
    const id = `${this.#name}-${number}`;
    const run = new Run(number, id, execution, branch);
    this.#runs.push(run);
    // Views may look at the trace for longer than the session lasts.
    this.#services.opened.add(id, execution.trace, () => void execution[Symbol.asyncDispose]());
    return run;
  }

  async #drop(run: Run): Promise<void> {
    this.#runs.splice(this.#runs.indexOf(run), 1);
    await run.execution.release();
    this.#services.opened.close(run.id);
  }
}

function noBranch(): UserError {
  return new UserError('This is no branch.', 'Edit a value of an event, or a result, to start one.');
}

function textOf(run: Run, position: number): string {
  const group = run.group(position);
  return group === undefined ? '' : transcriptOf(run.trace, group, run.execution.options.contract);
}

/** The number of the event at a position. */
export function eventNumber(run: Run, position: number): number {
  const first = run.group(position)?.first;
  if (first === undefined) return 0;
  const head = headOf(run.trace, first);
  return head.kind === RecordKind.event ? head.event : 0;
}
