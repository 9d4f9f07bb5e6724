/** Walks through a replay for a client: moves, says where it stopped and why, and starts branches. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { messageOf, UserError } from '../../errors.ts';
import type { Breakpoint } from './breakpoints.ts';
import { eventNumber, type Debuggee, type Move } from './debuggee.ts';
import { exceptionInfo } from './exception.ts';
import { parseExpression } from './expression.ts';
import type { Filters, Stop } from './finder.ts';
import { MemoryReader } from './memory.ts';
import { pathOf } from './paths.ts';
import { linesOf } from './transcript.ts';
import { trackProgress } from './progress.ts';
import type { Place } from './place.ts';
import type { Run } from './run.ts';
import { differenceText, MEMORY } from './scopes.ts';
import type { Arrival } from './seek.ts';
import type { Editable } from './tree.ts';
import { View } from './view.ts';
import { sentences, type Wire } from './wire.ts';

/** A plugin has one thread. */
export const THREAD = 1;

/** A record to go to: of the trace, or of the recording where its id is given. */
export interface GoTo {
  readonly recording?: unknown;
  readonly record?: unknown;
}

/** Where a session begins: at a record of the recording, else at the first event where it is to stop there. */
export interface Entry {
  readonly stop: boolean;
  readonly record?: number | undefined;
}

interface Stopped {
  readonly reason: string;
  readonly description?: string;
  readonly text?: string;
  readonly hitBreakpointIds?: readonly number[];
}

export class Walk implements AsyncDisposable {
  readonly debuggee: Debuggee;
  readonly view: View;
  readonly #wire: Wire;
  readonly #client: Partial<DebugProtocol.InitializeRequestArguments>;
  readonly #ended: AbortSignal;
  readonly #memory: MemoryReader;
  /** What moves now. */
  #moving: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;
  /** Why one stopped. */
  #stops: readonly Stop[] = [];
  /** It was said where the present branch goes another way. */
  #toldDifference = false;

  /** Says nothing any more once `ended` is aborted. */
  constructor(
    debuggee: Debuggee,
    wire: Wire,
    client: Partial<DebugProtocol.InitializeRequestArguments>,
    ended: AbortSignal,
  ) {
    this.debuggee = debuggee;
    this.view = new View(debuggee, client.linesStartAt1 === false);
    this.#wire = wire;
    this.#client = client;
    this.#ended = ended;
    this.#memory = new MemoryReader(debuggee);
  }

  get isMoving(): boolean {
    return this.#moving !== undefined;
  }

  /** The plugin, and the branch that one stands in. */
  get title(): string {
    const { run, subject } = this.debuggee;
    const name = subject.recording.info.plugins[subject.life.plugin]?.name ?? 'plugin';
    return run.branch === undefined ? name : `${name} (branch: ${run.branch.what})`;
  }

  stopAt({ all, filters }: { readonly all: readonly Breakpoint[]; readonly filters: Filters }): void {
    this.debuggee.stopAt(all, filters);
  }

  /** Says what is debugged, and what may surprise. */
  introduce(): void {
    const { run, subject } = this.debuggee;
    const { life, artifact } = subject;
    this.#say(`${this.title}, ${run.length} events, replayed against ${artifact.path}.`);
    if (life.continued)
      this.#say('The plugin ran before this recording begins; it is replayed from a fresh state.');
    if (life.artifact !== undefined && life.artifact !== run.execution.hash)
      this.#say('This is not the build that was recorded: what differs may be what was changed since.');
  }

  /** The first stop. */
  async begin({ stop: stopOnEntry, record }: Entry): Promise<void> {
    if (this.debuggee.run.execution.done === 0) {
      this.#atEnd('end', 'next');
    } else if (record !== undefined) {
      const place = await this.debuggee.placeOfRecorded(record, this.#ended);
      if (this.#ended.aborted) return;
      this.debuggee.goTo(place);
      this.#stopped({ reason: 'entry', description: 'From this record on' });
    } else if (stopOnEntry) {
      this.#stopped({ reason: 'entry', description: 'First event' });
    } else {
      const stops = await this.debuggee.stopsHere(({ place, text }) => {
        this.#say(text, place);
      });
      const [stop] = stops;
      if (stop === undefined) this.move('continue');
      else this.#arrivedAt({ kind: 'stop', place: stop.place, stops }, 'continue');
    }
  }

  /** Begins to move; the client is told where it stops. */
  move(how: Move): void {
    this.#forget();
    const controller = new AbortController();
    const progress = trackProgress(this.#wire, this.debuggee.run.length, this.#client);
    const moved = this.debuggee.move(how, {
      signal: controller.signal,
      logged: ({ place, text }) => {
        this.#say(text, place);
      },
      progress: progress.at,
    });
    const done = moved.then(
      (arrival) => {
        this.#moving = undefined;
        progress.end();
        if (!this.#ended.aborted) this.#arrivedAt(arrival, how);
      },
      (error: unknown) => {
        this.#moving = undefined;
        progress.end();
        if (this.#ended.aborted) return;
        this.#warn(sentences(error));
        this.#stopped({ reason: 'pause', description: 'Paused after an error', text: messageOf(error) });
      },
    );
    this.#moving = { controller, done };
  }

  /** Ends moving as soon as it can. */
  interrupt(): void {
    this.#moving?.controller.abort();
  }

  /** Resolves when nothing moves. */
  async arrived(): Promise<void> {
    await this.#moving?.done;
  }

  restartEvent(): void {
    const { debuggee } = this;
    this.#forget();
    debuggee.place = { position: debuggee.place.position, step: 0 };
    this.#stopped({ reason: 'restart', description: 'Start of the event' });
  }

  /** The place of a record of the trace, or of the recording; runs as far as that. Throws a UserError where there is none. */
  async placeOf({ recording, record }: GoTo): Promise<Place> {
    const { run, subject } = this.debuggee;
    const isRecorded = recording === subject.id;
    const { count } = isRecorded ? subject.recording : run.trace;
    if (typeof record !== 'number' || !Number.isInteger(record) || record < 0 || record >= count)
      throw new UserError(`There is no record ${String(record)}.`, 'Choose one of the trace.');
    return isRecorded ? await this.debuggee.placeOfRecorded(record, this.#ended) : run.placeOf(record);
  }

  goTo(place: Place): void {
    this.#forget();
    this.debuggee.goTo(place);
    this.#stopped({ reason: 'goto', description: 'Went to the record' });
  }

  async exceptionInfo(): Promise<DebugProtocol.ExceptionInfoResponse['body']> {
    const { run, subject } = this.debuggee;
    return await exceptionInfo(run, this.#stops, subject.folder ?? '');
  }

  async readMemory(args: DebugProtocol.ReadMemoryArguments): Promise<unknown> {
    return await this.#memory.read(args);
  }

  async setVariable({
    variablesReference,
    name,
    value,
  }: DebugProtocol.SetVariableArguments): Promise<unknown> {
    const { editable } = this.view.child(variablesReference, name);
    if (editable === undefined)
      throw new UserError(
        `${name} cannot be edited.`,
        'Edit what the plugin is given: a field of the event, or the result of a host call.',
      );
    return await this.#edit(editable, value);
  }

  async setExpression({ expression, value }: DebugProtocol.SetExpressionArguments): Promise<unknown> {
    const { run, place } = this.debuggee;
    const editable = pathOf(run, place, parseExpression(expression));
    if (editable === undefined)
      throw new UserError(
        `"${expression}" cannot be edited here.`,
        'Edit what the plugin is given: a field of the event such as event.packet, or the result of a host call.',
      );
    return await this.#edit(editable, value);
  }

  leftBranch({ branch }: Run): void {
    this.#forget();
    this.#toldDifference = false;
    this.#say(`Discarded the branch: ${branch?.what ?? ''}.`);
    this.#stopped({ reason: 'goto', description: 'Branch discarded' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.interrupt();
    await this.arrived();
    await this.debuggee[Symbol.asyncDispose]();
  }

  async #edit(editable: Editable, text: string): Promise<unknown> {
    const { place } = this.debuggee;
    const progress = trackProgress(this.#wire, place.position + 1, this.#client);
    const { value, what } = await this.debuggee
      .branch(editable, text, { signal: this.#ended, progress: progress.at })
      .finally(progress.end);
    this.#forget();
    this.#toldDifference = false;
    this.#say(`Branch: ${what}. "Hotplug: Compare Branch with Recording" shows it beside the original.`);
    this.#wire.event('invalidated', { areas: ['all'] });
    this.#tellPlace();
    this.#tellBranchDifference();
    const { value: shown, type, variablesReference } = this.view.variable(value);
    return { value: shown, type, variablesReference };
  }

  #arrivedAt(arrival: Arrival, how: Move): void {
    switch (arrival.kind) {
      case 'stop':
        this.#stops = arrival.stops;
        this.#stoppedFor(arrival.stops);
        break;
      case 'there':
        this.#stopped({ reason: 'step' });
        break;
      case 'interrupted':
        this.#stopped({ reason: 'pause', description: 'Paused' });
        break;
      case 'beginning':
      case 'end':
        this.#atEnd(arrival.kind, how);
        break;
    }
  }

  #stoppedFor(stops: readonly Stop[]): void {
    const { run } = this.debuggee;
    const trap = stops.find(({ reason }) => reason.kind === 'trap');
    const [difference] = stops.flatMap(({ reason }) =>
      reason.kind === 'difference' ? [reason.difference] : [],
    );
    const ids = stops.flatMap(({ reason }) => (reason.kind === 'breakpoint' ? reason.ids : []));
    const hits = ids.length === 0 ? {} : { hitBreakpointIds: ids };
    if (difference !== undefined)
      this.#warn(`First difference, event ${difference.event}: ${differenceText(difference)}`);
    if (trap !== undefined) {
      const text = run.endAt(trap.place.position)?.text ?? '';
      this.#stopped({ reason: 'exception', description: 'The plugin failed', text, ...hits });
    } else if (difference !== undefined) {
      const text = differenceText(difference);
      this.#stopped({ reason: 'exception', description: 'First difference', text, ...hits });
    } else {
      this.#stopped({ reason: 'breakpoint', description: 'Breakpoint', ...hits });
    }
  }

  /** There is nothing beyond, which is said, and why. */
  #atEnd(end: 'beginning' | 'end', how: Move): void {
    const { ended } = this.debuggee.run.execution;
    if (end === 'beginning') {
      const description = 'Beginning of the recording';
      this.#say(`${description}: there is nothing before the first event.`);
      this.#stopped({ reason: 'entry', description, text: `${description}.` });
      return;
    }
    const description = ended === undefined ? 'End of the recording' : 'The plugin ended';
    const text =
      ended === undefined
        ? `${description}.`
        : `${description} at event ${ended.event}, so nothing comes after it: ${ended.text}`;
    this.#say(text);
    this.#stopped({ reason: how === 'continue' ? 'end' : 'step', description, text });
  }

  #stopped(body: Stopped): void {
    this.view.forget();
    this.#wire.event('stopped', { ...body, threadId: THREAD, allThreadsStopped: true });
    this.#tellPlace();
    this.#tellBranchDifference();
  }

  /** Where one stands, for the views that stand there, too. */
  #tellPlace(): void {
    const { run, place, subject } = this.debuggee;
    this.#wire.event('hotplug/position', {
      recording: run.id,
      record: run.recordAt(place),
      event: eventNumber(run, place.position),
      recorded: { recording: subject.id, record: run.recordedAt(place) },
      branch: run.branch?.what,
    });
    if (this.#memory.wasRead && this.#client.supportsMemoryEvent === true)
      this.#wire.event('memory', { memoryReference: MEMORY, offset: 0, count: 2 ** 31 - 1 });
  }

  /** Says once where the present branch first goes another way. */
  #tellBranchDifference(): void {
    const { debuggee } = this;
    if (debuggee.run.branch === undefined || this.#toldDifference) return;
    const difference = debuggee.firstDifference();
    if (difference === undefined) return;
    this.#toldDifference = true;
    this.#warn(`The branch goes another way at event ${difference.event}: ${differenceText(difference)}`);
  }

  #forget(): void {
    this.view.forget();
    this.#stops = [];
  }

  #say(text: string, place?: Place): void {
    this.#output(text, 'console', place);
  }

  #warn(text: string): void {
    this.#output(text, 'important', this.debuggee.place);
  }

  #output(text: string, category: 'console' | 'important', place: Place | undefined): void {
    const lines = place === undefined ? undefined : linesOf(this.debuggee.run, place);
    const where =
      place === undefined || lines === undefined
        ? {}
        : this.view.at(place.position, lines.hostCall ?? (place.step === 0 ? lines.event : lines.call));
    this.#wire.event('output', { category, output: `${text}\n`, ...where });
  }
}
