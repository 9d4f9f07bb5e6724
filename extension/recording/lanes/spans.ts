import { SliceFlag } from '../query.ts';
import type { Group } from './group.ts';
import type { LaneData, OpenEntry } from './lane.ts';
import type { LaneSet } from './set.ts';
import { spanNameOf, type SpanName } from './span-names.ts';

/** Spans of one name that wait for their ends; the oldest of more gets none any more. */
const MOST_OPEN = 1024;

/** Ids by which a beginning and its end know each other. */
export interface SpanIds {
  readonly spanId?: string;
  readonly correlationId?: string;
}

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

interface OpenSpan extends OpenEntry {
  readonly ids: SpanIds;
}

interface SpansOfName {
  readonly lane: LaneData;
  /** In the order of their beginnings. */
  readonly open: OpenSpan[];
  hasBegun: boolean;
}

/** The spans of a group, made of telemetry that tells of beginnings and ends. */
export class Spans {
  readonly #set: LaneSet;
  readonly #group: Group;
  readonly #byName = new Map<string, SpansOfName>();

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
    const its = this.#of(name);
    its.hasBegun = true;
    const { lane, open } = its;
    const track = lane.stack(0).trackFor(time, Infinity);
    track.begin(time);
    const id = this.#set.names.idOf('span', name);
    const span = { ids, track, record, name: id, from: time, to: undefined, flags: SliceFlag.open };
    lane.open.add(span);
    lane.count++;
    open.push(span);
    if (open.length <= MOST_OPEN) return;
    const oldest = open.shift();
    if (oldest !== undefined) this.#close(its, oldest, Infinity, SliceFlag.open);
  }

  #end(said: SpanName & { role: 'end' }, event: SpanEvent): void {
    const { ids, latencyMs, time } = event;
    const flags = said.failed ? SliceFlag.error : 0;
    for (const name of said.names) {
      const its = this.#byName.get(name);
      const span = its === undefined ? undefined : startOf(its.open, ids);
      if (its === undefined || span === undefined) continue;
      its.open.splice(its.open.indexOf(span), 1);
      this.#close(its, span, Math.max(0, time - span.from), flags);
      return;
    }
    if (latencyMs !== undefined) {
      this.#add(said.isSure ? (said.names[0] ?? '') : event.eventType, event, latencyMs, flags);
    } else if (said.isSure) {
      const name = said.names[0] ?? '';
      // Where the first thing that is heard of a name is an end, it began before all that is recorded.
      const duration = this.#of(name).hasBegun ? 0 : time;
      this.#add(name, event, duration, flags | SliceFlag.cut);
    }
  }

  #add(name: string, { record, time }: SpanEvent, duration: number, flags: number): void {
    const its = this.#of(name);
    its.hasBegun = true;
    const from = time - duration;
    const id = this.#set.names.idOf('span', name);
    its.lane.stack(0).trackFor(from, time).add({ record, name: id, from, duration, flags });
    its.lane.count++;
    if ((flags & SliceFlag.error) !== 0) its.lane.errors++;
  }

  #close({ lane }: SpansOfName, span: OpenSpan, duration: number, flags: number): void {
    lane.open.delete(span);
    const { track, record, name, from } = span;
    track.close();
    track.add({ record, name, from, duration, flags });
    if ((flags & SliceFlag.error) !== 0) lane.errors++;
  }

  #of(name: string): SpansOfName {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const made = { lane: this.#set.lane(this.#group, 'spans', name), open: [], hasBegun: false };
    this.#byName.set(name, made);
    return made;
  }
}

/** The span that an end with these ids belongs to: by span id, else by correlation id, else the last one that may be. */
function startOf(open: readonly OpenSpan[], { spanId, correlationId }: SpanIds): OpenSpan | undefined {
  const bySpan = spanId === undefined ? undefined : open.findLast((span) => span.ids.spanId === spanId);
  if (bySpan !== undefined) return bySpan;
  const mayBe = (span: OpenSpan): boolean => spanId === undefined || span.ids.spanId === undefined;
  const byCorrelation =
    correlationId === undefined
      ? undefined
      : open.findLast((span) => mayBe(span) && span.ids.correlationId === correlationId);
  return (
    byCorrelation ??
    open.findLast(
      (span) => mayBe(span) && (correlationId === undefined || span.ids.correlationId === undefined),
    )
  );
}
