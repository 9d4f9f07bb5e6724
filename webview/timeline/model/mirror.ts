/** The other life of a comparison, as if it had begun when the one in view did. Needs no page. */
import { shownName } from '../../../extension/recording/lanes/names.ts';
import { visible } from '../../../extension/recording/visible.ts';
import type {
  Comparison,
  CounterWindow,
  Lane,
  LaneQuery,
  LaneSlices,
  LaneWindow,
  RecordingRequests,
} from '../../protocol.ts';
import { t } from '../../text.ts';
import { panRange } from './range.ts';
import type { Range } from './range.ts';
import { LaneSource } from './source.ts';

/** The life that the one in view is compared with; its stretch is where it is drawn. */
export interface OtherLife extends Range {
  /** `the run before` */
  readonly title: string;
  readonly recording: string;
  readonly plugin: string;
  /** The recording in view has it as well. */
  readonly isSame: boolean;
  /** Milliseconds that its own times are drawn later by. */
  readonly shift: number;
  /** Of its recording, in milliseconds since the Unix epoch; that of the one in view until it is known. */
  readonly startedAt: number | undefined;
}

/** A lane of the other life. Its id is below 0, where no lane of the recording in view has one. */
interface MirroredLane extends Lane {
  readonly other: OtherLife;
}

export function otherLifeOf(lane: Lane): OtherLife | undefined {
  return (lane as Partial<MirroredLane>).other;
}

/** Whether a lane is of the other life, by its id. */
export function isMirrored(id: number): boolean {
  return id < 0;
}

/** The id of a lane of the other recording among those in view, and the way back. */
function mirroredId(id: number): number {
  return -1 - id;
}

export function lifeOf({ here, other }: Comparison, title: string, startedAt?: number): OtherLife {
  const shift = here.from - other.from;
  return {
    title: title === '' ? t('another run') : visible(title),
    recording: other.recording,
    plugin: other.plugin,
    isSame: here.recording === other.recording,
    shift,
    from: other.from + shift,
    to: other.to + shift,
    startedAt,
  };
}

/** A window of the other recording with only what lies in the life, where it is drawn. */
export function mirroredWindow(window: LaneWindow, life: OtherLife): LaneWindow {
  const lanes = mirroredLanes(window.lanes, life);
  const kinds = new Map(lanes.map(({ id, kind }) => [mirroredId(id), kind]));
  return {
    ...window,
    ...panRange(window, life.shift),
    lanes,
    slices: window.slices.flatMap((slices) => {
      const kind = kinds.get(slices.lane);
      return kind === undefined ? [] : [slicesOfLife(slices, life, kind === 'lifecycle')];
    }),
    counters: window.counters.flatMap((counter) =>
      kinds.has(counter.lane) ? [counterOfLife(counter, life)] : [],
    ),
  };
}

function mirroredLanes(lanes: readonly Lane[], life: OtherLife): readonly MirroredLane[] {
  const group = shownName(life.plugin);
  const shown = t('{0} in {1}', group, life.title);
  return lanes
    .filter((lane) => lane.group === group)
    .map((lane) => ({ ...lane, id: mirroredId(lane.id), group: shown, other: life }));
}

/** `byEnd`: what ends after the life does is the making of the next one. */
function slicesOfLife(slices: LaneSlices, life: OtherLife, byEnd: boolean): LaneSlices {
  const { shift } = life;
  const chosen: number[] = [];
  for (let index = 0; index < slices.length; index += 1) {
    const from = (slices.from[index] ?? NaN) + shift;
    const to = (slices.to[index] ?? NaN) + shift;
    if (byEnd ? to >= life.from && to <= life.to : to >= life.from && from <= life.to) chosen.push(index);
  }
  const inLife = (time: number): number => Math.min(life.to, Math.max(life.from, time + shift));
  return {
    lane: mirroredId(slices.lane),
    length: chosen.length,
    from: Float64Array.from(chosen, (index) => inLife(slices.from[index] ?? 0)),
    to: Float64Array.from(chosen, (index) => inLife(slices.to[index] ?? 0)),
    row: Uint8Array.from(chosen, (index) => slices.row[index] ?? 0),
    count: Uint32Array.from(chosen, (index) => slices.count[index] ?? 1),
    record: Uint32Array.from(chosen, (index) => slices.record[index] ?? 0),
    name: Uint32Array.from(chosen, (index) => slices.name[index] ?? 0),
    flags: Uint8Array.from(chosen, (index) => slices.flags[index] ?? 0),
  };
}

function counterOfLife(counter: CounterWindow, life: OtherLife): CounterWindow {
  const { times } = counter;
  const chosen: number[] = [];
  for (let index = 0; index < times.length; index += 1) {
    const time = (times[index] ?? NaN) + life.shift;
    if (time >= life.from && time <= life.to) chosen.push(index);
  }
  return {
    ...counter,
    lane: mirroredId(counter.lane),
    times: Float64Array.from(chosen, (index) => (times[index] ?? 0) + life.shift),
    low: Float64Array.from(chosen, (index) => counter.low[index] ?? 0),
    high: Float64Array.from(chosen, (index) => counter.high[index] ?? 0),
  };
}

/** Both windows as one, which covers what the first one does. */
export function joinedWindow(window: LaneWindow, mirrored: LaneWindow): LaneWindow {
  const first = window.names.length;
  return {
    ...window,
    names: [...window.names, ...mirrored.names],
    slices: [
      ...window.slices,
      ...mirrored.slices.map((slices) => ({ ...slices, name: slices.name.map((name) => name + first) })),
    ],
    counters: [...window.counters, ...mirrored.counters],
  };
}

/** How the editor is asked for lanes. */
type AskLanes = (
  params: RecordingRequests['lanes']['params'],
  channel: string,
) => Promise<LaneWindow | undefined>;

/** What the view has of the other life, fetched as the recording in view is. */
export class Mirror {
  readonly #ask: AskLanes;
  readonly #source: LaneSource;
  #comparison: Comparison | undefined;
  #title = '';
  life: OtherLife | undefined;
  /** Where it is drawn: see {@link mirroredWindow}. Undefined until it came, and where nothing is compared. */
  window: LaneWindow | undefined;
  lanes: readonly Lane[] = [];

  /** `came` is told whether nothing of this life was there before. */
  constructor(ask: AskLanes, came: (isFirst: boolean) => void, failed: (message: string) => void) {
    this.#ask = ask;
    this.#source = new LaneSource(
      (query) => this.#fetch(query, 'lanes of the other life'),
      (window) => {
        if (this.#comparison === undefined) return;
        const isFirst = this.window === undefined;
        this.life = lifeOf(this.#comparison, this.#title, window.startedAt);
        this.window = mirroredWindow(window, this.life);
        this.lanes = this.window.lanes;
        came(isFirst);
      },
      failed,
    );
  }

  /** How much of the other recording is in the index, from 0 to 1. */
  get indexed(): number {
    return this.#source.window?.indexed ?? 1;
  }

  show(comparison: Comparison | undefined, title = ''): void {
    this.#comparison = comparison;
    this.#title = title;
    this.life = comparison === undefined ? undefined : lifeOf(comparison, title);
    this.window = undefined;
    this.lanes = [];
    this.#source.clear();
  }

  /** There is more than the window knows of. */
  invalidate(): void {
    this.#source.invalidate();
  }

  /** Asks for what is missing of a view; `visible` and `near` are ids as they are in view. */
  want(view: Range | undefined, width: number, visible: readonly number[], near: readonly number[]): void {
    if (this.life === undefined || view === undefined) return;
    this.#source.want({
      // The first answer says which lanes there are.
      view: this.window === undefined ? undefined : panRange(view, -this.life.shift),
      width,
      visible: visible.map(mirroredId),
      near: near.map(mirroredId),
      grouping: 'plugin',
    });
  }

  /** Some lanes in a stretch, times and ids as they are in view. */
  async stretch(from: number, to: number, buckets: number, lane: number): Promise<LaneWindow | undefined> {
    const { life } = this;
    if (life === undefined) return undefined;
    const query = { from: from - life.shift, to: to - life.shift, buckets, lanes: [mirroredId(lane)] };
    const window = await this.#fetch(query, 'step in the other life');
    return window === undefined ? undefined : mirroredWindow(window, life);
  }

  #fetch(query: LaneQuery, channel: string): Promise<LaneWindow | undefined> {
    const { life } = this;
    const isOther = life !== undefined && !life.isSame;
    return this.#ask(isOther ? { query, of: life.recording } : { query }, channel);
  }
}
