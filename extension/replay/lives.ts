/** Finds the lives of plugins in a recording: what one instance was given and did, from its making to its end. */
import { decodeLifecycle } from '../recording/lifecycle.ts';
import { headOf, decodeCall, RecordFlag, RecordKind } from '../recording/record.ts';
import type { CallPayload, RecordHead, Recording } from '../recording/record.ts';

/** One instance's time in a recording. All numbers but `plugin` and `position` are indexes of records. */
export interface Life {
  /** Index of the plugin in the recording. */
  readonly plugin: number;
  /** Position among the plugin's lives, from 0. */
  readonly position: number;
  /** SHA-256 of the artifact, in hex. */
  readonly artifact: string | undefined;
  /** The parameters that it was started with, as JSON text. */
  readonly params: string | undefined;
  /** What happened while it was made. */
  readonly start: readonly number[];
  /** Its events, in order. */
  readonly events: readonly number[];
  /** What happened in its cleanup call. */
  readonly ending: readonly number[];
  /** The record before which it is over; the recording's end where it is not. */
  readonly end: number;
  /** It has ended, as far as the recording knows. */
  readonly over: boolean;
  /** It began before the recording did: its first state is not known. */
  readonly continued: boolean;
  /** It was failed by the host or by itself: an event without an answer is one that never ended. */
  readonly failed: boolean;
}

/** What happened with one event, as indexes of records. */
export interface Group {
  readonly event: number;
  /** The event; undefined for what happens outside of any. */
  readonly first?: number;
  /** Host calls and output, in order. */
  readonly records: readonly number[];
  /** The export call; undefined where it never came back. */
  readonly call: number | undefined;
}

interface Making {
  start: number[];
  artifact?: string;
  params: string | undefined;
  events: number[];
  ending: number[];
  continued: boolean;
  failed: boolean;
}

/** Every life of every plugin, plugin by plugin. Looks at each record's head once. */
export function livesOf(recording: Recording): readonly Life[] {
  return new Lives(recording).all();
}

/** The lives of a recording that may still grow: looks only at what is new. */
export class Lives {
  readonly #recording: Recording;
  readonly #plugins: LifeFinder[] = [];
  #seen = 0;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** The lives so far; one that goes on ends at the last record. */
  all(): readonly Life[] {
    const { info, count } = this.#recording;
    for (let index = this.#plugins.length; index < info.plugins.length; index++)
      this.#plugins.push(new LifeFinder(index, info.plugins[index]?.params));
    for (; this.#seen < count; this.#seen++) {
      const head = headOf(this.#recording, this.#seen);
      this.#plugins[head.plugin]?.add(this.#seen, head, this.#recording);
    }
    return this.#plugins.flatMap((finder) => finder.lives(count));
  }
}

class LifeFinder {
  readonly #plugin: number;
  readonly #lives: Life[] = [];
  /** What the next instance did while it was made. */
  #start: number[] = [];
  #params: string | undefined;
  #open: Making | undefined;
  /** Takes what an old instance does in its cleanup call, beside the beginning of the new one's life. */
  #retiring: number[] | undefined;

  constructor(plugin: number, params: string | undefined) {
    this.#plugin = plugin;
    this.#params = params;
  }

  add(index: number, head: RecordHead, recording: Recording): void {
    if ((head.flags & RecordFlag.starting) !== 0) {
      if (head.kind !== RecordKind.memory) this.#start.push(index);
    } else if ((head.flags & RecordFlag.ending) !== 0) {
      (this.#retiring ?? this.#open?.ending)?.push(index);
      if (head.kind === RecordKind.call) this.#retiring = undefined;
    } else if (head.kind === RecordKind.lifecycle) {
      this.#change(index, head.name, recording);
    } else if (head.kind === RecordKind.event) {
      this.#open ??= this.#begin([], true);
      this.#open.events.push(index);
      if ((head.flags & RecordFlag.control) !== 0) this.#params = textOf(recording.at(index).payload);
    }
  }

  #change(index: number, change: string, recording: Recording): void {
    switch (change) {
      case 'initializing':
        this.#start = [];
        break;
      case 'running':
      case 'reloaded': {
        const { artifact, rebuilt, params } = decodeLifecycle(recording.at(index).payload);
        // They may have been changed while nothing ran that could be told.
        if (params !== undefined) this.#params = params ?? undefined;
        if (rebuilt !== undefined && this.#open !== undefined) {
          // The same state goes on in another instance: its making counts, and all inputs so far.
          this.#retiring = [];
          this.#open.start = this.#start;
          if (artifact !== undefined) this.#open.artifact = artifact;
        } else {
          this.#retiring = this.#open?.ending;
          this.#close(index);
          this.#open = this.#begin(this.#start, false);
          if (artifact !== undefined) this.#open.artifact = artifact;
        }
        this.#start = [];
        break;
      }
      case 'continued': {
        this.#close(index);
        this.#open = this.#begin([], true);
        const { artifact } = decodeLifecycle(recording.at(index).payload);
        if (artifact !== undefined) this.#open.artifact = artifact;
        break;
      }
      case 'failed':
        if (this.#open !== undefined) this.#open.failed = true;
        this.#close(index);
        break;
      case 'stopped':
      case 'restarted':
        this.#close(index);
        break;
    }
  }

  #begin(start: number[], continued: boolean): Making {
    return { start, params: this.#params, events: [], ending: [], continued, failed: false };
  }

  #close(end: number): void {
    if (this.#open !== undefined) this.#lives.push(this.#lifeOf(this.#open, end, true));
    this.#open = undefined;
  }

  #lifeOf({ artifact, ...life }: Making, end: number, over: boolean): Life {
    return { ...life, artifact, plugin: this.#plugin, position: this.#lives.length, end, over };
  }

  lives(count: number): readonly Life[] {
    if (this.#open === undefined) return [...this.#lives];
    const { events, ending, ...open } = this.#open;
    return [
      ...this.#lives,
      this.#lifeOf({ ...open, events: [...events], ending: [...ending] }, count, false),
    ];
  }
}

function textOf(payload: Uint8Array): string | undefined {
  return payload.length === 0 ? undefined : new TextDecoder().decode(payload);
}

/** What happened with the event at this position of a life. */
export function groupOf(recording: Recording, life: Life, position: number): Group | undefined {
  const first = life.events[position];
  if (first === undefined) return undefined;
  const until = life.events[position + 1] ?? Math.max(life.end, first + 1);
  return readGroup(recording, life.plugin, first, until);
}

/** The group of the event record at `first`; looks no further than `until`. */
export function readGroup(recording: Recording, plugin: number, first: number, until: number): Group {
  const { event } = headOf(recording, first);
  const records: number[] = [];
  for (let index = first + 1; index < Math.min(until, recording.count); index++) {
    const head = headOf(recording, index);
    if (head.plugin !== plugin || head.event !== event) continue;
    if ((head.flags & (RecordFlag.starting | RecordFlag.ending)) !== 0) continue;
    if (head.kind === RecordKind.call) return { event, first, records, call: index };
    if (head.kind === RecordKind.hostCall || head.kind === RecordKind.output) records.push(index);
  }
  return { event, first, records, call: undefined };
}

/** How the event's export call ended: its status, text and result; undefined where it never came back. */
export function outcomeOf(recording: Recording, group: Group): CallPayload | undefined {
  if (group.call === undefined) return undefined;
  const call = decodeCall(recording.at(group.call).payload);
  return call.result === undefined ? call : { ...call, result: call.result.slice() };
}
