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
  readonly children: readonly Nestable[];
}

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
  #waiting: Nestable[] = [];
  #end = -Infinity;

  /** `take` gets an event with everything below it once it is over, each slice before those in it. */
  constructor(take: (slices: readonly Nested[]) => void) {
    this.#take = take;
  }

  /** The next record of the plugin, in the order of the recording: host calls come before the call that made them. */
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
    if (next.kind === 'hostCall') {
      this.#waiting.push(next);
      return;
    }
    const inside = this.#waiting.findIndex(({ from }) => from >= next.from);
    const before = inside === -1 ? this.#waiting : this.#waiting.slice(0, inside);
    for (const one of before) this.#nodes.push({ of: one, children: [] });
    this.#nodes.push({ of: next, children: inside === -1 ? [] : this.#waiting.slice(inside) });
    this.#waiting = [];
    // Outside of events nothing follows that would belong to the call.
    if (this.#number === 0) this.flush();
  }

  /** Gives away what is there, as at the end of the recording. */
  flush(): void {
    const nodes = [...this.#nodes, ...this.#waiting.map((of) => ({ of, children: [] }))];
    const event = this.#event;
    this.#event = undefined;
    this.#nodes = [];
    this.#waiting = [];
    const first = event ?? nodes[0]?.of;
    if (first === undefined) return;
    const moved = Math.max(0, this.#end - first.from);
    const slices: Nested[] = [];
    // Far from 0 a sum may be rounded down.
    const start = Math.max(first.from + moved, this.#end);
    let end = start;
    for (const { of } of nodes) end = Math.max(end, of.to + moved);
    const depth = event === undefined ? 0 : 1;
    if (event !== undefined)
      slices.push({ record: event.record, kind: 'event', depth: 0, from: start, to: end });
    let at = start;
    for (const { of, children } of nodes) {
      const slice = within(of, moved, at, end, depth);
      slices.push(slice);
      at = slice.from;
      for (const child of children) {
        const inner = within(child, moved, at, slice.to, depth + 1);
        slices.push(inner);
        at = inner.to;
      }
      at = slice.to;
    }
    this.#end = end;
    this.#take(slices);
  }
}

function within(of: Nestable, moved: number, least: number, most: number, depth: number): Nested {
  const from = Math.min(Math.max(of.from + moved, least), most);
  const to = Math.min(Math.max(of.to + moved, from), most);
  return { record: of.record, kind: of.kind, depth, from, to };
}
