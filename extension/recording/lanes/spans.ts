import { SliceFlag } from '../query.ts';
import type { Group } from './group.ts';
import type { LaneData, OpenEntry } from './lane.ts';
import { OpenSpans } from './open-spans.ts';
import type { Begun, SpanIds } from './open-spans.ts';
import type { LaneSet } from './set.ts';
import { spanNameOf, type SpanName } from './span-names.ts';

/** One piece of telemetry. */
export interface SpanEvent {
  readonly eventType: string;
  readonly ids: SpanIds;
  /** Milliseconds that it says it took. */
  readonly latencyMs: number | undefined;
  readonly record: number;
  /** Milliseconds since the recording's start. */
  readonly time: number;
}

/** The spans of a group, made of telemetry that tells of beginnings and ends. */
export class Spans {
  readonly #set: LaneSet;
  readonly #group: Group;
  readonly #open = new OpenSpans<OpenEntry>();
  /** By name of the span: of all that was heard of. */
  readonly #lanes = new Map<string, LaneData>();

  constructor(set: LaneSet, group: Group) {
    this.#set = set;
    this.#group = group;
  }

  /** Takes what one event of telemetry says of a span, if it does. */
  take(event: SpanEvent): void {
    const said = spanNameOf(event.eventType);
    if (said.role === 'start') this.#begin(said.name, event);
    else this.#end(said, event);
  }

  #begin(name: string, { ids, record, time }: SpanEvent): void {
    const lane = this.#lane(name);
    const track = lane.stack(0).trackFor(time, Infinity);
    track.begin(time);
    const id = this.#set.names.idOf('span', name);
    const entry = { track, record, name: id, from: time, to: undefined, flags: SliceFlag.open };
    lane.open.add(entry);
    lane.count++;
    const given = this.#open.begin({ name, ids, of: entry });
    if (given !== undefined) this.#close(given, Infinity, SliceFlag.open);
  }

  #end(said: SpanName & { role: 'end' }, event: SpanEvent): void {
    const { ids, latencyMs, time } = event;
    const flags = said.failed ? SliceFlag.error : 0;
    const begun = this.#open.end(said.names, ids);
    if (begun !== undefined) {
      this.#close(begun, Math.max(0, time - begun.of.from), flags);
    } else if (latencyMs !== undefined) {
      this.#add(said.isSure ? (said.names[0] ?? '') : event.eventType, event, latencyMs, flags);
    } else if (said.isSure) {
      const name = said.names[0] ?? '';
      // Where the first thing that is heard of a name is an end, it began before all that is recorded.
      const duration = this.#lanes.has(name) ? 0 : time;
      this.#add(name, event, duration, flags | SliceFlag.cut);
    }
  }

  #add(name: string, { record, time }: SpanEvent, duration: number, flags: number): void {
    const lane = this.#lane(name);
    const from = time - duration;
    const id = this.#set.names.idOf('span', name);
    lane.stack(0).trackFor(from, time).add({ record, name: id, from, duration, flags });
    lane.count++;
    if ((flags & SliceFlag.error) !== 0) lane.errors++;
  }

  #close({ name, of: entry }: Begun<OpenEntry>, duration: number, flags: number): void {
    const lane = this.#lane(name);
    lane.open.delete(entry);
    const { track, record, from } = entry;
    track.close();
    track.add({ record, name: entry.name, from, duration, flags });
    if ((flags & SliceFlag.error) !== 0) lane.errors++;
  }

  #lane(name: string): LaneData {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const made = this.#set.lane(this.#group, 'spans', name);
    this.#lanes.set(name, made);
    return made;
  }
}
