import type { Lane, LaneGrouping, LaneQuery, LaneWindow } from '../../protocol.ts';
import { soundTime, spanOf } from './range.ts';
import type { Range } from './range.ts';

/** What the picture has room for. */
export interface Wanted {
  /** Undefined until there is a view: then only what lanes there are is asked for. */
  readonly view: Range | undefined;
  /** In CSS pixels. */
  readonly width: number;
  /** Lanes in view, and more that may come into view soon. */
  readonly visible: readonly number[];
  readonly near: readonly number[];
  readonly grouping: LaneGrouping;
}

/** Most buckets of a request: what the host cuts it to at most is twice that. */
const mostBuckets = 8192;

/** A request without an answer for so long is taken for lost, in ms: answers to a hidden page are. */
const lostAfter = 10_000;

/**
 * What the view has of the recording: a window three times its width, replaced as it moves. One request is
 * under way at a time; what there is stays in view until the answer comes.
 */
export class LaneSource {
  window: LaneWindow | undefined;
  /** Lanes whose contents {@link window} has. */
  readonly #held = new Set<number>();
  #heldGrouping: LaneGrouping = 'plugin';
  /** Width of its buckets in ms, and what it was the answer to. */
  #bucket = 0;
  #answered: string | undefined;
  readonly #fetch: (query: LaneQuery) => Promise<LaneWindow | undefined>;
  readonly #came: (window: LaneWindow) => void;
  readonly #failed: (message: string) => void;
  #stale = true;
  #since: number | undefined;
  /** Counts recordings: an answer about the one before says nothing of this one. */
  #generation = 0;
  /** What was refused; it is not asked again in a loop. */
  #refused: string | undefined;

  constructor(
    fetch: (query: LaneQuery) => Promise<LaneWindow | undefined>,
    came: (window: LaneWindow) => void,
    failed: (message: string) => void,
  ) {
    this.#fetch = fetch;
    this.#came = came;
    this.#failed = failed;
  }

  get loading(): boolean {
    return this.#since !== undefined;
  }

  /** There is more than the window knows of. */
  invalidate(): void {
    this.#stale = true;
    this.#refused = undefined;
  }

  /** Forgets everything: it is another recording. */
  clear(): void {
    this.window = undefined;
    this.#held.clear();
    this.#generation += 1;
    this.#since = this.#answered = undefined;
    this.invalidate();
  }

  /** Asks for what the view needs, if the window lacks it or is too coarse or much too fine for it. */
  want(wanted: Wanted): void {
    const { view, width } = wanted;
    if (!(width > 0)) return;
    if (this.#since !== undefined && performance.now() - this.#since < lostAfter) return;
    if (view === undefined) {
      if (this.window === undefined || this.#stale)
        this.#ask({ buckets: Math.round(width), grouping: wanted.grouping, lanes: [] });
      return;
    }
    if (this.window !== undefined && !this.#stale && this.#covers(this.window, wanted, view)) return;
    this.#ask(windowQuery(wanted, view));
  }

  #covers(window: LaneWindow, wanted: Wanted, view: Range): boolean {
    if (wanted.grouping !== this.#heldGrouping) return false;
    if (!wanted.visible.every((lane) => this.#held.has(lane))) return false;
    return covers(window, this.#bucket, view, wanted.width);
  }

  #ask(query: LaneQuery): void {
    const key = JSON.stringify(query);
    if (key === this.#refused || (key === this.#answered && !this.#stale)) return;
    this.#stale = false;
    const started = performance.now();
    this.#since = started;
    // Only what changed of the lanes is told to who knows the others.
    const since = this.#heldGrouping === query.grouping ? this.window?.version : undefined;
    const generation = this.#generation;
    const current = (): boolean => generation === this.#generation && this.#since === started;
    this.#fetch(since === undefined ? query : { ...query, since }).then(
      (window) => {
        if (!current()) return;
        this.#since = undefined;
        if (window === undefined) {
          this.#stale = true;
          return;
        }
        this.window =
          since === undefined
            ? window
            : { ...window, lanes: mergedLanes(this.window?.lanes ?? [], window.lanes) };
        this.#held.clear();
        for (const lane of query.lanes ?? window.lanes.map(({ id }) => id)) this.#held.add(lane);
        this.#heldGrouping = query.grouping ?? 'plugin';
        this.#bucket = (window.to - window.from) / query.buckets;
        this.#answered = key;
        this.#came(this.window);
      },
      (error: unknown) => {
        if (!current()) return;
        this.#since = undefined;
        // Asked again when there is more or the view moves, not in a loop.
        this.#refused = key;
        this.#failed(error instanceof Error ? error.message : String(error));
      },
    );
  }
}

/**
 * All lanes after an answer that tells of those that changed. Where one is new, the answer has all of them.
 * The same list where nothing changed.
 */
export function mergedLanes(known: readonly Lane[], told: readonly Lane[]): readonly Lane[] {
  if (told.length === 0) return known;
  const changed = new Map(told.map((lane) => [lane.id, lane]));
  const merged = known.map((lane) => {
    const next = changed.get(lane.id);
    changed.delete(lane.id);
    return next ?? lane;
  });
  return changed.size > 0 ? told : merged;
}

/** How many times as wide as a pixel a bucket may be, and how many times narrower. */
const coarsest = 1.7;
const finest = 8;

/**
 * Whether a window has all of a view, about as fine as the view shows it: much finer ones cost time in every
 * frame. `bucket` is the width of the window's buckets in ms, `width` the view's in pixels.
 */
export function covers(
  window: Pick<LaneWindow, 'from' | 'to' | 'duration'>,
  bucket: number,
  view: Range,
  width: number,
): boolean {
  const from = Math.max(0, view.from);
  const to = Math.min(soundTime(window.duration), view.to);
  if (window.from > from || window.to < to) return false;
  const pixel = spanOf(view) / width;
  return bucket <= pixel * coarsest && bucket >= pixel / finest;
}

/** The window around a view: its span again on both sides, in steps so that a pan asks for the same one. */
export function windowQuery(wanted: Wanted, view: Range): LaneQuery {
  const span = spanOf(view);
  const step = span / 4;
  const from = Math.max(0, Math.floor((view.from - span) / step) * step);
  // Follows from the beginning alone: a skirt on both sides, and the step that the view may move meanwhile.
  const to = Math.max(step, Math.floor((view.from - span) / step) * step + 3 * span + step);
  const buckets = Math.round((wanted.width * (to - from)) / span);
  return {
    from,
    to,
    buckets: Math.max(1, Math.min(buckets, mostBuckets)),
    grouping: wanted.grouping,
    lanes: wanted.near,
  };
}
