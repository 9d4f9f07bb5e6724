import type { Telemetry } from '../../host/contract.ts';
import { telemetryOf } from '../describe.ts';
import type { Describers } from '../describe.ts';
import { decodeLifecycle, isFailure } from '../lifecycle.ts';
import type { LaneGrouping, LaneKind, LogLevel } from '../query.ts';
import { SliceFlag } from '../query.ts';
import { CallStatus, decodeCallTime, headOf, RecordFlag, RecordKind } from '../record.ts';
import type { Lifecycle, RecordHead, Recording } from '../record.ts';
import { Belonging } from './belonging.ts';
import type { LaneData } from './lane.ts';
import { RateLimits } from './limits.ts';
import { Lives } from './lives.ts';
import { LaneSet } from './set.ts';
import { NESTED, ONLY_HERE } from './track.ts';
import type { EntryKind } from './names.ts';
import type { Entry } from './track.ts';

/** Records between two looks at the clock. */
const LOOK_EVERY = 32;

/** The host call went well, and what it says is that something else did not. */
const FAILED_HERE = SliceFlag.error | ONLY_HERE;

/** Counts what the host would drop of a plugin's telemetry. */
const DROPPED_TELEMETRY = 'telemetry over the limit';

/** Changes after which nothing comes back from an instance that was there before. */
const INSTANCE_ENDS: ReadonlySet<string> = new Set<Lifecycle['change']>(['failed', 'stopped', 'restarted']);

/** What is known of a plugin while its records go by. */
interface PluginState {
  readonly belonging: Belonging;
  readonly lives: Lives;
  /** The last value of its counters. */
  readonly counters: Map<string, number>;
  readonly limits: RateLimits;
}

/** Looks at each record of a recording once and puts it into lanes. */
export class LaneScan {
  readonly set: LaneSet;
  readonly grouping: LaneGrouping;
  readonly #recording: Recording;
  readonly #describers: Describers;
  readonly #plugins: PluginState[] = [];
  #scanned = 0;
  #duration = 0;

  constructor(recording: Recording, describers: Describers, grouping: LaneGrouping) {
    this.#recording = recording;
    this.#describers = describers;
    this.grouping = grouping;
    this.set = new LaneSet(grouping === 'plugin');
  }

  /** Length of what was looked at, in milliseconds. */
  get duration(): number {
    return this.#duration;
  }

  /** How much was looked at, from 0 to 1. */
  get indexed(): number {
    return this.#recording.count === 0 ? 1 : this.#scanned / this.#recording.count;
  }

  /** Names of the plugins that were given events in more than one life, the one that was given one last first. */
  get reloaded(): readonly string[] {
    const { plugins } = this.#recording.info;
    const found = this.#plugins.flatMap(({ lives: { count, lastEvent } }, plugin) =>
      count > 1 ? [{ name: plugins[plugin]?.name ?? '', lastEvent }] : [],
    );
    return [...new Set(found.sort((a, b) => b.lastEvent - a.lastEvent).map(({ name }) => name))];
  }

  /** Lanes of a kind in which a plugin's records can be. */
  lanesOf(plugin: number, kind: LaneKind): readonly LaneData[] {
    const group = this.grouping === 'plugin' ? this.#plugins[plugin]?.belonging.own : undefined;
    return this.set.lanes.filter(
      (lane) => lane.kind === kind && (group === undefined || lane.group === group),
    );
  }

  /** Looks at records for so many milliseconds; false where nothing is left. */
  step(ms: number): boolean {
    const count = this.#recording.count;
    const until = performance.now() + ms;
    while (this.#scanned < count) {
      this.#look(this.#scanned++);
      if (this.#scanned % LOOK_EVERY === 0 && performance.now() >= until) break;
    }
    return this.#scanned < this.#recording.count;
  }

  #look(index: number): void {
    const recording = this.#recording;
    const head = headOf(recording, index);
    const state = this.#stateOf(head.plugin);
    // A clock that was set back below the recording's start must not hide what happened.
    const time = Math.max(0, head.time - recording.info.startedAt);
    this.#duration = Math.max(this.#duration, time);
    switch (head.kind) {
      case RecordKind.event:
        this.#event(state, head, index, time);
        break;
      case RecordKind.call:
        this.#call(state, head, index, time);
        break;
      case RecordKind.hostCall:
        this.#hostCall(state, head, index, time);
        break;
      case RecordKind.output: {
        const entry = this.#entry('log', head.name, index, time, 0, 0);
        state.belonging.later(head.event, (group) => {
          group.add('logs', '', entry);
        });
        break;
      }
      case RecordKind.lifecycle:
        this.#lifecycle(state, head, index, time);
        break;
      case RecordKind.memory:
        this.#sample(state, 'memory', 'bytes', index, time);
        break;
      case RecordKind.counter:
        this.#sample(state, head.name, 'number', index, time);
        break;
    }
  }

  #event(state: PluginState, head: RecordHead, index: number, time: number): void {
    state.belonging.begin(head.event);
    state.lives.event(index);
    const entry = this.#entry('event', head.name, index, time, 0, 0);
    state.belonging.later(head.event, (group) => {
      group.beginEvent(entry, head.event);
    });
  }

  #call(state: PluginState, head: RecordHead, index: number, time: number): void {
    const { durationMs, status } =
      head.durationMs === undefined ? decodeCallTime(this.#recording.at(index).payload) : head;
    const duration = sane(durationMs);
    const flags =
      status === CallStatus.trap
        ? SliceFlag.error | SliceFlag.trap
        : status === CallStatus.error
          ? SliceFlag.error
          : 0;
    // A call's time is when it ended.
    const entry = this.#entry('call', head.name, index, time - duration, duration, flags);
    state.belonging.later(head.event, (group) => {
      group.call(entry, head.event);
    });
  }

  #hostCall(state: PluginState, head: RecordHead, index: number, time: number): void {
    const duration = sane(head.durationMs);
    this.#duration = Math.max(this.#duration, time + duration);
    const failed = (head.status ?? CallStatus.ok) === CallStatus.ok ? 0 : SliceFlag.error;
    const isEffect = (head.flags & RecordFlag.effect) !== 0;
    const isLog = !isEffect && (head.flags & RecordFlag.log) !== 0;
    const kind = isEffect ? 'effect' : isLog ? 'log' : 'hostCall';
    const call = this.#entry(kind, head.name, index, time, duration, failed);
    state.belonging.later(head.event, (group) => {
      group.hostCall(call, head.event);
    });
    if (isLog) {
      const level = this.#levelOf(index);
      const flags = failed | NESTED | (level === 'error' ? FAILED_HERE : 0);
      const entry = this.#entry('log', level ?? head.name, index, time, duration, flags);
      state.belonging.later(head.event, (group) => {
        group.add('logs', '', entry);
      });
    } else if (isEffect) {
      const telemetry = telemetryOf(this.#recording.at(index), this.#describers);
      if (telemetry !== undefined) {
        this.#telemetry(state, telemetry, head.event, index, time, failed);
        return;
      }
      const entry = { ...call, flags: failed | NESTED };
      state.belonging.later(head.event, (group) => {
        group.add('effects', '', entry);
      });
    }
  }

  #telemetry(
    state: PluginState,
    telemetry: Telemetry,
    event: number,
    index: number,
    time: number,
    failed: number,
  ): void {
    const { eventType, latencyMs, numbers = [], note, lost = false, mostPerSecond = Infinity } = telemetry;
    const isDropped = state.limits.drops(eventType, time, mostPerSecond);
    const group = state.belonging.of(telemetry, event);
    if (group === undefined) return;
    const notes = [
      ...(note === undefined ? [] : [note]),
      ...(isDropped ? [`over ${mostPerSecond} a second`] : []),
    ];
    const name = notes.length === 0 ? eventType : `${eventType} (${notes.join('; ')})`;
    if (isDropped) group.sample(DROPPED_TELEMETRY, 'number', time, state.limits.dropped);
    const flags = failed | NESTED | (lost ? FAILED_HERE : 0);
    group.add('telemetry', eventType, this.#entry('telemetry', name, index, time, 0, flags));
    const { spanId, correlationId } = telemetry;
    group.spans.take({
      eventType,
      ids: {
        ...(spanId === undefined ? {} : { spanId }),
        ...(correlationId === undefined ? {} : { correlationId }),
      },
      latencyMs: latencyMs === undefined || !Number.isFinite(latencyMs) ? undefined : Math.max(0, latencyMs),
      record: index,
      time,
    });
    for (const [name, value] of numbers) group.sample(`${eventType}.${name}`, 'number', time, value);
  }

  #lifecycle(state: PluginState, head: RecordHead, index: number, time: number): void {
    if (INSTANCE_ENDS.has(head.name))
      state.belonging.later(state.belonging.event, (group) => {
        group.abandonEvent(time, isFailure(head.name) ? SliceFlag.error : 0);
      });
    const { durationMs, report, rebuilt } = decodeLifecycle(this.#recording.at(index).payload);
    state.lives.change(head.name, rebuilt !== undefined);
    if (this.grouping !== 'plugin') return;
    const duration = sane(durationMs);
    const failed = isFailure(head.name) ? SliceFlag.error : 0;
    const kind = report?.['kind'];
    const trap = kind === 'trap' ? SliceFlag.error | SliceFlag.trap : 0;
    const name = typeof kind === 'string' ? `${head.name} (${kind})` : head.name;
    const entry = this.#entry('lifecycle', name, index, time - duration, duration, failed | trap);
    state.belonging.later(head.event, (group) => {
      group.add('lifecycle', '', entry);
    });
  }

  #sample(state: PluginState, name: string, unit: 'bytes' | 'number', index: number, time: number): void {
    const { payload } = this.#recording.at(index);
    const group = state.belonging.own;
    if (group === undefined || payload.length < 8) return;
    const value = new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getFloat64(0, true);
    group.sample(name, unit, time, value);
    const before = state.counters.get(name) ?? 0;
    state.counters.set(name, value);
    if (name === 'dropped' && value > before)
      group.add('lifecycle', '', this.#entry('lifecycle', name, index, time, 0, SliceFlag.error));
  }

  /** A log line's level; undefined as well where it cannot be read. */
  #levelOf(index: number): LogLevel | undefined {
    if (this.#describers.level === undefined) return undefined;
    try {
      return this.#describers.level(this.#recording.at(index));
    } catch {
      // The row says what is wrong with it.
      return undefined;
    }
  }

  #entry(
    kind: EntryKind,
    name: string,
    record: number,
    from: number,
    duration: number,
    flags: number,
  ): Entry {
    return { record, name: this.set.names.idOf(kind, name), from, duration, flags };
  }

  #stateOf(plugin: number): PluginState {
    const known = this.#plugins[plugin];
    if (known !== undefined) return known;
    const name = this.#recording.info.plugins[plugin]?.name ?? '';
    const group = this.grouping === 'plugin' ? this.set.group(plugin, name) : undefined;
    const state = {
      belonging: new Belonging(this.set, this.grouping, group),
      lives: new Lives(),
      counters: new Map<string, number>(),
      limits: new RateLimits(),
    };
    this.#plugins[plugin] = state;
    return state;
  }
}

/** More milliseconds than the clock of a recording can tell; their sums with times would lose the times. */
const LONGEST = 2e13;

/** Milliseconds that are none, or less, are none. */
function sane(duration: number | undefined): number {
  return duration !== undefined && duration > 0 && Number.isFinite(duration)
    ? Math.min(duration, LONGEST)
    : 0;
}
