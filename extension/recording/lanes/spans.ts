import { SliceFlag } from '../query.ts';
import type { Group } from './group.ts';
import type { LaneData, OpenEntry } from './lane.ts';
import type { LaneSet } from './set.ts';

/** Spans of one name that wait for their ends; the oldest of more has none any more. */
const MOST_OPEN = 1024;

/** What a span's telemetry is called by. */
export interface SpanIds {
  readonly spanId?: string;
  readonly correlationId?: string;
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

export type SpanRole = 'start' | 'end' | undefined;

const ENDS = /^(.+)\.(start|end|done|stop|complete)$/;
const UNDERSCORED = /^(.+)_(start|end)$/;

/** What an event type says of a span: `llm.request.start` begins `llm.request`, `vad.speech_end` ends `vad.speech`. */
export function spanOf(eventType: string): { readonly name: string; readonly role: SpanRole } {
  const [, name, last] = ENDS.exec(eventType) ?? UNDERSCORED.exec(eventType) ?? [];
  if (name === undefined) return { name: eventType, role: undefined };
  return { name, role: last === 'start' ? 'start' : 'end' };
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
  take(eventType: string, ids: SpanIds, latencyMs: number | undefined, record: number, time: number): void {
    const { name, role } = spanOf(eventType);
    if (role === 'start') this.#begin(name, ids, record, time);
    else if (role === 'end' || latencyMs !== undefined) this.#end(name, role, ids, latencyMs, record, time);
  }

  #begin(name: string, ids: SpanIds, record: number, time: number): void {
    const its = this.#of(name);
    its.hasBegun = true;
    const { lane, open } = its;
    const track = lane.stack(0).trackFor(time, Infinity);
    const span = {
      ids,
      track,
      record,
      name: this.#set.names.idOf('span', name),
      from: time,
      to: undefined,
      flags: SliceFlag.open,
    };
    track.begin(time);
    lane.open.add(span);
    lane.count++;
    open.push(span);
    if (open.length <= MOST_OPEN) return;
    const oldest = open.shift();
    if (oldest !== undefined) this.#close(its, oldest, Infinity, SliceFlag.open);
  }

  #end(
    name: string,
    role: SpanRole,
    ids: SpanIds,
    latencyMs: number | undefined,
    record: number,
    time: number,
  ): void {
    const known = this.#byName.get(name);
    const span = known === undefined ? undefined : startOf(known.open, ids);
    if (known !== undefined && span !== undefined) {
      known.open.splice(known.open.indexOf(span), 1);
      this.#close(known, span, Math.max(0, time - span.from), 0);
      return;
    }
    const { lane, hasBegun } = known ?? this.#of(name);
    // Where the first thing that is heard of a name is an end, it began before all that is recorded.
    const duration = latencyMs !== undefined ? Math.max(0, latencyMs) : hasBegun ? 0 : time;
    const from = time - duration;
    const flags = latencyMs === undefined && role === 'end' ? SliceFlag.cut : 0;
    this.#of(name).hasBegun = true;
    lane.count++;
    lane
      .stack(0)
      .trackFor(from, time)
      .add({ record, name: this.#set.names.idOf('span', name), from, duration, flags });
  }

  #close({ lane }: SpansOfName, span: OpenSpan, duration: number, flags: number): void {
    lane.open.delete(span);
    const { track, record, name, from } = span;
    track.add({ record, name, from, duration, flags });
    track.close();
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
function startOf(open: readonly OpenSpan[], ids: SpanIds): OpenSpan | undefined {
  const { spanId, correlationId } = ids;
  const bySpan = spanId === undefined ? undefined : open.findLast((span) => span.ids.spanId === spanId);
  if (bySpan !== undefined) return bySpan;
  const rest = (span: OpenSpan): boolean => spanId === undefined || span.ids.spanId === undefined;
  const byCorrelation =
    correlationId === undefined
      ? undefined
      : open.findLast((span) => rest(span) && span.ids.correlationId === correlationId);
  return (
    byCorrelation ??
    open.findLast(
      (span) => rest(span) && (correlationId === undefined || span.ids.correlationId === undefined),
    )
  );
}
