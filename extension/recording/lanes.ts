import type { Describers } from './describe.ts';
import { SHORTEST } from './lanes/derived.ts';
import { flowsOf } from './lanes/flows.ts';
import { isDerived } from './lanes/lane.ts';
import type { LaneData } from './lanes/lane.ts';
import { shownName, type EntryKind } from './lanes/names.ts';
import { placeOf } from './lanes/place.ts';
import { LaneScan } from './lanes/scan.ts';
import { statsOf } from './lanes/stats.ts';
import { slicesOf, WindowNames } from './lanes/window.ts';
import type {
  CounterWindow,
  Flow,
  FlowEnd,
  LaneGrouping,
  LaneQuery,
  LaneSlices,
  LaneWindow,
  RangeStats,
  StatsQuery,
} from './query.ts';
import { headOf } from './record.ts';
import type { Recording } from './record.ts';
import { candidate } from './row-kind.ts';

const MOST_BUCKETS = 16_384;
/** Milliseconds that a question may look at records; what is left waits for the next one. */
const LOOK_MS = 25;

/** The timeline of a recording: each record is looked at once for each grouping that is asked for. */
export class Lanes {
  readonly #recording: Recording;
  readonly #describers: Describers;
  readonly #scans = new Map<LaneGrouping, LaneScan>();

  constructor(recording: Recording, describers: Describers) {
    this.#recording = recording;
    this.#describers = describers;
  }

  /**
   * Looks at records that nobody has looked at, for so many milliseconds, so that the next question finds
   * them ready. False where nothing is left.
   */
  step(ms: number): boolean {
    return this.#scan('plugin').step(ms);
  }

  query(query: LaneQuery): LaneWindow {
    const scan = this.#scan(query.grouping);
    scan.step(LOOK_MS);
    const { indexed = 1, expected } = this.#recording;
    const duration = Math.max(scan.duration, expected?.durationMs ?? 0);
    const from = query.from ?? 0;
    const to = Math.max(query.to ?? duration, from + SHORTEST);
    const buckets = Math.min(Math.max(1, Math.floor(query.buckets)), MOST_BUCKETS);
    const stretch = { from, to, width: (to - from) / buckets, end: scan.duration };
    const names = new WindowNames();
    const known = new Map<number, number>();
    const nameOf = (name: number, record: number): number => {
      if (name === 0) return names.idOf(shownName(headOf(this.#recording, record).name));
      const before = known.get(name);
      if (before !== undefined) return before;
      const id = names.idOf(shownName(scan.set.names.textOf(name)));
      known.set(name, id);
      return id;
    };
    const slices: LaneSlices[] = [];
    const counters: CounterWindow[] = [];
    for (const lane of chosen(scan, query.lanes)) {
      if (lane.kind === 'counter') counters.push(counterOf(lane, from, to, buckets, scan.duration));
      else slices.push(slicesOf(lane, stretch, nameOf));
    }
    return {
      from,
      to,
      duration,
      startedAt: this.#recording.info.startedAt,
      indexed: scan.indexed * indexed,
      ...scan.set.shown(query.since),
      slices,
      counters,
      names: names.texts,
      reloaded: scan.reloaded,
    };
  }

  stats(query: StatsQuery): RangeStats {
    const scan = this.#scan(query.grouping);
    scan.step(LOOK_MS);
    const kindOf = (record: number): { readonly kind: EntryKind; readonly name: string } => {
      const head = headOf(this.#recording, record);
      const kind = candidate(head) ?? 'lifecycle';
      return { kind: kind === 'effect or telemetry' ? 'effect' : kind, name: head.name };
    };
    return statsOf(scan.set, chosen(scan, query.lanes), query.from, query.to, scan.duration, kindOf);
  }

  /** What a record led to and what it came from; nearest first. Only what lies near is looked for. */
  flows(record: number, grouping: LaneGrouping = 'plugin'): readonly Flow[] {
    return flowsOf(this.#recording, this.#describers, record, (one) => this.place(one, grouping));
  }

  place(record: number, grouping: LaneGrouping = 'plugin'): FlowEnd | undefined {
    const scan = this.#scan(grouping);
    scan.step(LOOK_MS);
    return placeOf(this.#recording, scan, record);
  }

  #scan(grouping: LaneGrouping = 'plugin'): LaneScan {
    const known = this.#scans.get(grouping);
    if (known !== undefined) return known;
    const scan = new LaneScan(this.#recording, this.#describers, grouping);
    this.#scans.set(grouping, scan);
    return scan;
  }
}

function chosen(scan: LaneScan, ids: readonly number[] | undefined): readonly LaneData[] {
  if (ids === undefined) return scan.set.sorted();
  return ids.flatMap((id) => scan.set.find(id) ?? []);
}

function counterOf(
  lane: LaneData,
  from: number,
  to: number,
  buckets: number,
  duration: number,
): CounterWindow {
  const { calls } = lane.group;
  if (lane.series !== undefined) return { lane: lane.id, ...lane.series.window(from, to, buckets) };
  if (calls !== undefined && isDerived(lane.name))
    return { lane: lane.id, ...lane.group.derived.window(lane.name, calls, from, to, buckets, duration) };
  const none = new Float64Array(0);
  return { lane: lane.id, times: none, low: none, high: none, least: 0, most: 0 };
}
