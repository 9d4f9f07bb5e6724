import type { Client, Compared, PanelState } from '../../connection.ts';
import type { Lane, LaneGrouping, LaneWindow } from '../../protocol.ts';
import type { Changes } from './changes.ts';
import { isMirrored, joinedWindow, Mirror, otherLifeOf } from './mirror.ts';
import type { OtherLife } from './mirror.ts';
import type { TimelineModel } from './model.ts';
import type { Range } from './range.ts';
import { LaneSource } from './source.ts';
import type { Wanted } from './source.ts';

/** What is not in the index yet is asked for again so often, in ms. */
const indexEvery = 100;

const noLanes: readonly Lane[] = [];

/** Called when lanes came. */
interface Came {
  readonly own: (window: LaneWindow) => void;
  /** Those of the other life; `isFirst` where nothing of it was there before. */
  readonly other: (isFirst: boolean) => void;
}

/** What came of the recording in view, and of the life that it is compared with. */
export class Contents {
  state: PanelState | undefined;
  /** Why the last request failed; undefined after one that did not. */
  problem: string | undefined;
  comparison: TimelineModel['comparison'];
  readonly #client: Client;
  readonly #changes: Changes;
  readonly #source: LaneSource;
  readonly #mirror: Mirror;
  /** Both windows as one, and the two that it was made of. */
  #joined: readonly LaneWindow[] = [];

  constructor(client: Client, changes: Changes, came: Came) {
    this.#client = client;
    this.#changes = changes;
    const failed = (message: string): void => this.fail(message);
    this.#source = new LaneSource(
      (query) => client.ask('lanes', { query }),
      (window) => {
        this.problem = undefined;
        came.own(window);
        if (window.indexed < 1) this.#askAgain(this.#source);
        changes.tell('data');
      },
      failed,
    );
    this.#mirror = new Mirror(
      (params, channel) => client.ask('lanes', params, channel),
      (isFirst) => {
        came.other(isFirst);
        if (this.#mirror.indexed < 1) this.#askAgain(this.#mirror);
        changes.tell('data');
      },
      failed,
    );
  }

  /** The window of the recording with what the other life has in it. */
  get window(): LaneWindow | undefined {
    const { window } = this.#source;
    const mirrored = this.#mirror.window;
    if (window === undefined || mirrored === undefined) return window;
    const [first, second, joined] = this.#joined;
    if (first === window && second === mirrored) return joined;
    const made = joinedWindow(window, mirrored);
    this.#joined = [window, mirrored, made];
    return made;
  }

  /** Lanes of the recording in view. */
  get lanes(): readonly Lane[] {
    return this.#source.window?.lanes ?? noLanes;
  }

  get startedAt(): number {
    return this.#source.window?.startedAt ?? 0;
  }

  get indexed(): number {
    return this.#source.window?.indexed ?? 0;
  }

  /** Plugins that have a run before the one in view. */
  get reloaded(): readonly string[] {
    return this.#source.window?.reloaded ?? [];
  }

  get loading(): boolean {
    return this.#source.loading;
  }

  /** The life beside the recording: another object whenever more of it came. */
  get life(): OtherLife | undefined {
    return this.#mirror.life;
  }

  /** Lanes of {@link life}. */
  get otherLanes(): readonly Lane[] {
    return this.#mirror.lanes;
  }

  laneOf(id: number): Lane | undefined {
    return (isMirrored(id) ? this.otherLanes : this.lanes).find((lane) => lane.id === id);
  }

  /** Puts another life beside the recording, or nothing any more. */
  compare({ comparison, title = '' }: Omit<Compared, 'type'>): void {
    this.comparison = comparison === undefined ? undefined : { comparison, title };
    this.#mirror.show(comparison, title);
  }

  /** There is more of the recording than what came. */
  invalidate(): void {
    this.#source.invalidate();
  }

  /** Asks for what is missing of what the picture has room for. */
  want(wanted: Wanted): void {
    const { view, width, visible, near } = wanted;
    this.#source.want({ ...wanted, visible: visible.filter(isOwn), near: near.filter(isOwn) });
    this.#mirror.want(view, width, visible.filter(isMirrored), near.filter(isMirrored));
  }

  /** One lane in a stretch that may be far from the view. */
  stretch(
    lane: Lane,
    { from, to }: Range,
    buckets: number,
    grouping: LaneGrouping,
  ): Promise<LaneWindow | undefined> {
    if (otherLifeOf(lane) !== undefined) return this.#mirror.stretch(from, to, buckets, lane.id);
    const query = { from, to, buckets, grouping, lanes: [lane.id] };
    return this.#client.ask('lanes', { query }, 'step');
  }

  fail(message: string): void {
    this.problem = message;
    this.#changes.tell('problem');
  }

  /** Forgets everything but the state: it is another recording. */
  clear(): void {
    this.#source.clear();
    this.compare({});
    this.problem = undefined;
  }

  #askAgain(source: LaneSource | Mirror): void {
    setTimeout(() => {
      source.invalidate();
      this.#changes.tell('data');
    }, indexEvery);
  }
}

function isOwn(lane: number): boolean {
  return !isMirrored(lane);
}
