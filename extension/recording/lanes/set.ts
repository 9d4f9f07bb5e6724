import type { CounterUnit, Lane, LaneKind } from '../query.ts';
import { Group } from './group.ts';
import { LaneData } from './lane.ts';
import { EntryNames } from './names.ts';

const ORDER: readonly LaneKind[] = ['calls', 'effects', 'spans', 'telemetry', 'logs', 'lifecycle', 'counter'];
/** Lanes of one kind in a group, and in all; what comes after shares one. */
const MOST_OF_KIND: Readonly<Partial<Record<LaneKind, number>>> = { spans: 256, telemetry: 512, counter: 64 };
const MOST_LANES = 50_000;
/** Name of what the lanes that are too many share. */
const OTHERS = '…';

/** The lanes of one grouping, by what they stand together by. */
export class LaneSet {
  readonly names = new EntryNames();
  readonly lanes: LaneData[] = [];
  /** Whether groups have counters of their calls: of a plugin they say something, of a turn they do not. */
  readonly hasCallCounters: boolean;
  readonly #groups = new Map<string | number, Group>();
  readonly #byKey = new Map<Group, Map<string, LaneData>>();
  readonly #ofKind = new Map<string, number>();
  #sorted: readonly LaneData[] = [];
  #version = 0;
  /** Version at which the last lane came, and how many there were. */
  #grownAt = 0;
  #told = 0;

  constructor(hasCallCounters: boolean) {
    this.hasCallCounters = hasCallCounters;
  }

  /** A plugin by its number, or what has an id. */
  group(key: string | number, name: string): Group {
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    if (this.lanes.length >= MOST_LANES && key !== OTHERS) return this.group(OTHERS, OTHERS);
    // Two plugins may have one name; each has its place by its number.
    const order = typeof key === 'number' ? key : this.#groups.size;
    const group = new Group(this, name, order);
    this.#groups.set(key, group);
    return group;
  }

  lane(group: Group, kind: LaneKind, name = '', unit?: CounterUnit): LaneData {
    let lanes = this.#byKey.get(group);
    if (lanes === undefined) {
      lanes = new Map();
      this.#byKey.set(group, lanes);
    }
    const key = name === '' ? kind : `${kind} ${name}`;
    const known = lanes.get(key);
    if (known !== undefined) return known;
    const counted = `${group.order} ${kind}`;
    const count = this.#ofKind.get(counted) ?? 0;
    const isFull = count >= (MOST_OF_KIND[kind] ?? Infinity) || this.lanes.length >= MOST_LANES;
    if (isFull && name !== OTHERS && name !== '') return this.lane(group, kind, OTHERS, unit);
    this.#ofKind.set(counted, count + 1);
    const lane = new LaneData(this.lanes.length, group, kind, name, unit);
    lanes.set(key, lane);
    this.lanes.push(lane);
    return lane;
  }

  find(id: number): LaneData | undefined {
    return this.lanes[id];
  }

  /** All lanes, group by group. */
  sorted(): readonly LaneData[] {
    const sorted = this.#sorted.length;
    // What is sorted already stays so, which makes the rest cheap.
    if (sorted !== this.lanes.length)
      this.#sorted = [...this.#sorted, ...this.lanes.slice(sorted)].sort(inOrder);
    return this.#sorted;
  }

  /** Number of the present state of what is told of the lanes, and the lanes that changed since another state. */
  shown(since: number | undefined): { readonly version: number; readonly lanes: readonly Lane[] } {
    const next = this.#version + 1;
    for (const lane of this.lanes) if (lane.update(next)) this.#version = next;
    if (this.#told !== this.lanes.length) {
      this.#told = this.lanes.length;
      this.#grownAt = this.#version;
    }
    const all = this.sorted();
    const isPart = since !== undefined && since >= this.#grownAt && since <= this.#version;
    const chosen = isPart ? all.filter(({ changedAt }) => changedAt > since) : all;
    return { version: this.#version, lanes: chosen.map(({ shown }) => shown) };
  }
}

function inOrder(a: LaneData, b: LaneData): number {
  if (a.group !== b.group) return a.group.order - b.group.order;
  if (a.kind !== b.kind) return ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind);
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
