/**
 * Records as slices that nest: an event, the export calls that it led to, the host calls that these made.
 * Pure, and fed one record after the other, so that it serves files and recordings that grow.
 */

/** What the nesting needs of a record. Times are in whatever unit the caller likes; all of them in the same. */
export interface Nestable {
  readonly record: number;
  readonly kind: 'event' | 'call' | 'hostCall';
  /** Number of the event that it belongs to; 0 for none. */
  readonly event: number;
  readonly from: number;
  /** Not before `from`; the same for an event, which lasts as long as what it led to. */
  readonly to: number;
}

/** A slice that lies within the one above it and begins where its neighbour before it has ended, or later. */
export interface Nested {
  readonly record: number;
  readonly kind: Nestable['kind'];
  /** 0 at the top. */
  readonly depth: number;
  readonly from: number;
  readonly to: number;
}

interface Node {
  readonly of: Nestable;
  readonly children: readonly Node[];
  /** How many lie in each other below it, at most. */
  readonly height: number;
}

/** Slices outside of events that wait for one that they lie in; more are given away as they are. */
const MOST_WAITING = 16_384;
/** Slices in each other; what would lie around more stands beside them. */
const DEEPEST = 256;

/**
 * The slices of one plugin. Whatever the recorded times are, what comes out nests: a part is cut to what it
 * is a part of, and what began before the last one had ended (clocks that were set back) is moved to that
 * end, its length kept.
 */
export class Nesting {
  readonly #take: (slices: readonly Nested[]) => void;
  #event: Nestable | undefined;
  #number = 0;
  #nodes: Node[] = [];
  #end = -Infinity;

  /** `take` gets an event with everything below it once it is over, each slice before those in it. */
  constructor(take: (slices: readonly Nested[]) => void) {
    this.#take = take;
  }

  /** The next record of the plugin, in the order of the recording: what a call made comes before the call itself. */
  add(next: Nestable): void {
    if (next.kind === 'event') {
      this.flush();
      this.#event = next;
      this.#number = next.event;
      return;
    }
    if (next.event !== this.#number) {
      this.flush();
      this.#number = next.event;
    }
    const isAround = next.kind === 'call' && !this.#isLoose;
    this.#nodes.push(isAround ? this.#around(next) : { of: next, children: [], height: 0 });
    if (this.#event === undefined && this.#nodes.length >= MOST_WAITING) this.flush();
  }

  /** Outside of events what lies in what follows from the times alone: traces of other tools have their own order. */
  get #isLoose(): boolean {
    return this.#event === undefined && this.#number === 0;
  }

  /** A call with everything in it that began no earlier. */
  #around(call: Nestable): Node {
    let first = this.#nodes.length;
    let height = 0;
    for (; first > 0; first--) {
      const before = this.#nodes[first - 1];
      if (before === undefined || before.of.from < call.from || before.height >= DEEPEST) break;
      height = Math.max(height, before.height + 1);
    }
    return { of: call, children: this.#nodes.splice(first), height };
  }

  /** Gives away what is there unless its call is still going on; what a call put out may come after it. */
  settle(): void {
    if (this.#nodes.some(({ of }) => of.kind === 'call')) this.flush();
  }

  /** Gives away what is there, as at the end of the recording. */
  flush(): void {
    const event = this.#event;
    const nodes = this.#isLoose ? byTime(this.#nodes) : this.#nodes;
    this.#event = undefined;
    this.#nodes = [];
    const first = event ?? nodes[0]?.of;
    if (first === undefined) return;
    const moved = Math.max(0, this.#end - first.from);
    // Far from 0 a sum may be rounded down.
    const start = Math.max(first.from + moved, this.#end);
    let end = start;
    for (const { of } of nodes) end = Math.max(end, of.to + moved);
    const slices: Nested[] = [];
    if (event !== undefined)
      slices.push({ record: event.record, kind: 'event', depth: 0, from: start, to: end });
    place(slices, nodes, { moved, least: start, most: end, depth: event === undefined ? 0 : 1 });
    this.#end = end;
    this.#take(slices);
  }
}

/** Slices that lie in each other by their times; one that does in part only begins where the other ends. */
function byTime(nodes: readonly Node[]): readonly Node[] {
  const sorted = nodes
    .map(({ of }) => of)
    .sort((a, b) => a.from - b.from || b.to - a.to || rank(a) - rank(b) || a.record - b.record);
  const top: Node[] = [];
  const open: { readonly to: number; readonly children: Node[] }[] = [];
  for (const of of sorted) {
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      if (of.to <= last.to && open.length < DEEPEST) break;
      open.pop();
    }
    const children: Node[] = [];
    (open.at(-1)?.children ?? top).push({ of, children, height: 0 });
    if (of.kind === 'call') open.push({ to: of.to, children });
  }
  return top;
}

/** Of the same stretch of time a call is around a host call. */
function rank({ kind }: Nestable): number {
  return kind === 'call' ? 0 : 1;
}

/** Where slices may lie. */
interface Room {
  /** How much later everything is than it was recorded. */
  readonly moved: number;
  readonly least: number;
  readonly most: number;
  readonly depth: number;
}

/** Puts slices beside each other, each before what lies in it. */
function place(slices: Nested[], nodes: readonly Node[], room: Room): void {
  let least = room.least;
  for (const { of, children } of nodes) {
    const slice = within(of, { ...room, least });
    slices.push(slice);
    place(slices, children, { ...room, least: slice.from, most: slice.to, depth: room.depth + 1 });
    least = slice.to;
  }
}

function within(of: Nestable, { moved, least, most, depth }: Room): Nested {
  const from = Math.min(Math.max(of.from + moved, least), most);
  const to = Math.min(Math.max(of.to + moved, from), most);
  return { record: of.record, kind: of.kind, depth, from, to };
}
