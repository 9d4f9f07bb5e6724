/** Exact figures of a stretch of time, from the entries of the lanes. */
import type { FunctionStats, RangeStats } from '../query.ts';
import { SliceFlag } from '../query.ts';
import type { LaneData } from './lane.ts';
import { rankOf } from './latency.ts';
import { shownName, type EntryKind } from './names.ts';
import type { LaneSet } from './set.ts';
import { NESTED, ONLY_HERE } from './track.ts';

/** Functions that are told of, those that took longest. */
const MOST_FUNCTIONS = 2000;

/** One function while its durations are collected. */
class FunctionTimes {
  readonly plugin: string;
  readonly kind: EntryKind;
  readonly name: string;
  errors = 0;
  self = 0;
  longest = 0;
  #longestMs = -1;
  #durations = new Float64Array(16);
  #count = 0;

  constructor(plugin: string, kind: EntryKind, name: string) {
    this.plugin = plugin;
    this.kind = kind;
    this.name = name;
  }

  add(duration: number, self: number, failed: boolean, record: number): void {
    if (this.#count === this.#durations.length) {
      const more = new Float64Array(this.#count * 2);
      more.set(this.#durations);
      this.#durations = more;
    }
    this.#durations[this.#count++] = duration;
    this.self += self;
    if (failed) this.errors++;
    if (duration <= this.#longestMs) return;
    this.#longestMs = duration;
    this.longest = record;
  }

  stats(): FunctionStats {
    const sorted = this.#durations.subarray(0, this.#count).sort();
    const at = (part: number): number => sorted[rankOf(part, sorted.length)] ?? 0;
    return {
      plugin: this.plugin,
      kind: this.kind,
      name: this.name,
      count: this.#count,
      errors: this.errors,
      totalMs: sorted.reduce((sum, duration) => sum + duration, 0),
      selfMs: this.self,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      longestMs: Math.max(0, this.#longestMs),
      longest: this.longest,
    };
  }
}

/** `nameOf` names an entry whose name has no id of its own. */
export function statsOf(
  set: LaneSet,
  lanes: readonly LaneData[],
  from: number,
  to: number,
  end: number,
  kindOf: (record: number) => { readonly kind: EntryKind; readonly name: string },
): RangeStats {
  const functions = new Map<string, FunctionTimes>();
  const withCalls = new Set(lanes.filter(({ kind }) => kind === 'calls').map(({ group }) => group));
  let [count, errors] = [0, 0];
  for (const lane of lanes) {
    const byName = new Map<number, FunctionTimes>();
    // A record that stands in the lane of calls as well is counted there.
    const isSecond = withCalls.has(lane.group);
    const isFunction = lane.kind !== 'telemetry' && lane.kind !== 'lifecycle';
    const functionOf = (id: number, record: number): FunctionTimes => {
      const known = id === 0 ? undefined : byName.get(id);
      if (known !== undefined) return known;
      const kind = set.names.kindOf(id);
      const its = kind === undefined ? kindOf(record) : { kind, name: set.names.textOf(id) };
      const key = `${lane.group.name}\n${its.kind}\n${its.name}`;
      let made = functions.get(key);
      if (made === undefined) {
        made = new FunctionTimes(lane.group.shownName, its.kind, shownName(its.name));
        functions.set(key, made);
      }
      if (id !== 0) byName.set(id, made);
      return made;
    };
    const take = (record: number, name: number, flags: number, duration: number, self: number): void => {
      const failed = (flags & SliceFlag.error) !== 0;
      if (isSecond && (flags & NESTED) !== 0) {
        if (failed && (flags & ONLY_HERE) !== 0) errors++;
        return;
      }
      if (lane.kind !== 'spans') {
        count++;
        if (failed) errors++;
      }
      if (isFunction) functionOf(name, record).add(duration, self, failed, record);
    };
    for (const track of lane.tracks()) {
      const { pyramid } = track;
      pyramid.beginning(from, to, (entry) => {
        const duration = pyramid.durationOf(entry);
        const its = duration === Infinity ? Math.max(0, end - pyramid.fromOf(entry)) : duration;
        const self = duration === Infinity ? its : track.selfOf(entry);
        take(track.recordOf(entry), track.nameOf(entry), pyramid.flagsOf(entry), its, self);
      });
    }
    for (const open of lane.open) {
      if (open.from < from || open.from > to) continue;
      const duration = Math.max(0, (open.to ?? end) - open.from);
      take(open.record, open.name, open.flags, duration, Math.max(0, duration - (open.called ?? 0)));
    }
  }
  return {
    from,
    to,
    count,
    errors,
    functions: [...functions.values()]
      .map((one) => one.stats())
      .sort((a, b) => b.totalMs - a.totalMs || b.count - a.count)
      .slice(0, MOST_FUNCTIONS),
    counters: lanes.flatMap((lane) => {
      const stats = lane.series?.stats(from, to);
      return stats === undefined ? [] : [{ lane: lane.id, name: shownName(lane.name), ...stats }];
    }),
  };
}
