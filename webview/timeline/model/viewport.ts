import type { Changes, PageFrames } from './changes.ts';
import type { Contents } from './contents.ts';
import type { TimelineModel } from './model.ts';
import {
  around,
  centreRange,
  clampRange,
  fitRange,
  glide,
  isRange,
  panRange,
  soundTime,
  spanOf,
  zoomRange,
} from './range.ts';
import type { Range } from './range.ts';

/** A live recording opens with this much of its end in view, in ms. */
const liveSpan = 30_000;

/** Which stretch of the recording is in view. It is moved by hand, or along with the end as that grows. */
export class Viewport {
  view: Range | undefined;
  target: Range | undefined;
  duration = 0;
  paused = false;
  readonly #changes: Changes;
  readonly #contents: Contents;
  readonly #kept: TimelineModel['kept'];
  /** Where the recordings were left that were in view before. */
  readonly #left = new Map<string, Range | undefined>();
  /** The wish to follow, whether or not there is something to follow. */
  #follow: boolean;
  /** Records there were when the picture was paused. */
  #pausedAt = 0;
  /** The view is as it was opened. */
  #untouched = false;

  constructor(
    changes: Changes,
    contents: Contents,
    kept: TimelineModel['kept'],
    reducesMotion: PageFrames['reducesMotion'],
  ) {
    this.#changes = changes;
    this.#contents = contents;
    this.#kept = kept;
    this.#follow = kept['follow'] !== false;
    // The first to be told: all others find the view where it is in this frame.
    changes.onChange(() => this.#glide(reducesMotion));
  }

  get toKeep(): TimelineModel['kept'] {
    return {
      follow: this.#follow,
      from: this.target?.from,
      to: this.target?.to,
      recording: this.#contents.state?.recording,
    };
  }

  get following(): boolean {
    return this.#follow && !this.paused && (this.#contents.state?.live ?? true);
  }

  get missed(): number {
    return this.paused ? Math.max(0, (this.#contents.state?.count ?? 0) - this.#pausedAt) : 0;
  }

  get extent(): number {
    return Math.max(this.duration, this.#contents.life?.to ?? 0);
  }

  /** What is new of the recording is to be seen. A view of the past stays as it is; only the end changes. */
  get showsNew(): boolean {
    const atEnd = this.target === undefined || this.target.to >= this.duration;
    return !this.paused && (this.following || atEnd);
  }

  /** Goes along with a recording that is this long by now, in ms. */
  grow(length: number): void {
    const before = this.duration;
    if (!this.paused) this.duration = soundTime(length);
    const { duration, target } = this;
    if (target === undefined || this.#untouched) this.#open();
    else if (this.following) {
      const moved = panRange(target, duration - target.to);
      this.view = this.target = spanOf(target) >= duration ? fitRange(duration) : moved;
    } else if (duration > before && target.from <= 0 && target.to >= before) {
      // What shows everything goes on to do so, as a replay grows.
      this.view = this.target = fitRange(duration);
    }
  }

  /** Another recording comes; `recording` is the one that is left. */
  leave(recording: string): void {
    this.#left.set(recording, this.target);
    this.view = this.target = undefined;
    this.duration = 0;
    this.paused = false;
  }

  zoomTo(range: Range, smooth = false): void {
    this.#untouched = false;
    this.target = clampRange(range, this.#end(range));
    if (!smooth || this.view === undefined) this.view = this.target;
    // A zoom keeps following as long as the end stays in view.
    if (this.following && (this.target.to < this.duration || this.target.from > this.duration))
      this.follow(false);
    this.#changes.keep();
    this.#changes.tell('view');
  }

  zoomBy(factor: number, at?: number): void {
    const { target } = this;
    if (target === undefined) return;
    const middle = this.following ? target.to : (target.from + target.to) / 2;
    this.zoomTo(zoomRange(target, at ?? middle, factor), at === undefined);
  }

  pan(share: number): void {
    if (this.target !== undefined) this.zoomTo(panRange(this.target, share * spanOf(this.target)), true);
  }

  fit(): void {
    // Before anything came, nobody knows how much all of it is.
    if (this.target !== undefined) this.zoomTo(fitRange(this.extent), true);
  }

  /** Goes to a stretch whose beginning is not in view. */
  goTo(on: Range): void {
    const { target } = this;
    if (target === undefined || !isOutside(on.from, target)) return;
    if (this.following) this.follow(false);
    const back = Math.min(on.to, on.from + spanOf(target));
    this.zoomTo(centreRange(target, { from: on.from, to: back }), true);
  }

  /** Goes to a stretch of which nothing is in view, so that all of it is. */
  show(on: Range): void {
    const { target } = this;
    if (target === undefined || (on.to >= target.from && on.from <= target.to)) return;
    if (this.following) this.follow(false);
    this.zoomTo(around(on), true);
  }

  follow(on: boolean): void {
    const { state } = this.#contents;
    if (state !== undefined && state.kind !== 'live') return;
    this.#follow = on;
    if (on && this.paused) this.pause(false);
    if (this.following && this.target !== undefined) {
      this.target = panRange(this.target, this.duration - this.target.to);
      this.#contents.invalidate();
    }
    this.#changes.keep();
    this.#changes.tell('mode');
  }

  toggleFollow(): void {
    this.follow(!this.#follow || this.paused);
  }

  pause(on: boolean): void {
    const { state } = this.#contents;
    if (on === this.paused || (on && state?.live !== true)) return;
    this.paused = on;
    this.#pausedAt = state?.count ?? 0;
    if (!on) this.#contents.invalidate();
    this.#changes.tell('mode');
  }

  /** Where the recording was left, or what opens best. */
  #open(): void {
    const { duration } = this;
    this.view = this.target = this.following
      ? duration > liveSpan
        ? { from: duration - liveSpan, to: duration }
        : fitRange(duration)
      : this.#leftAt();
    // What is not read yet, or has just begun, goes on to be shown as a recording that is opened.
    this.#untouched = this.#contents.indexed < 1 || (this.following && duration < liveSpan);
  }

  #leftAt(): Range {
    const recording = this.#contents.state?.recording ?? '';
    const kept = { from: this.#kept['from'], to: this.#kept['to'] };
    const isKept = this.#kept['recording'] === recording && isRange(kept);
    const left = this.#left.get(recording) ?? (isKept ? kept : undefined);
    return left === undefined ? fitRange(this.duration) : clampRange(left, this.#end(left));
  }

  /** Where the recording ends; while it is not all in the index, there may be more than that. */
  #end(range: Range): number {
    return this.#contents.indexed < 1 ? Math.max(this.extent, soundTime(range.to)) : this.extent;
  }

  #glide(reducesMotion: PageFrames['reducesMotion']): void {
    const { view, target } = this;
    if (view !== undefined && target !== undefined && view !== target)
      this.view = reducesMotion() ? target : glide(view, target);
    // A view that still glides asks for the next frame, after which this one is told.
    if (this.view !== this.target) this.#changes.tell('view');
  }
}

function isOutside(time: number, range: Range): boolean {
  return time < range.from || time > range.to;
}
