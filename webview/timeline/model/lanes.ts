import { shownName } from '../../../extension/recording/lanes/names.ts';
import type { Lane, LaneGrouping } from '../../protocol.ts';
import { t } from '../../text.ts';
import type { Changes } from './changes.ts';
import type { Contents } from './contents.ts';
import { comparedGroup, layout } from './layout.ts';
import type { Track } from './layout.ts';
import { Listeners } from './listeners.ts';
import { isMirrored } from './mirror.ts';
import type { TimelineModel } from './model.ts';
import { columnsOf } from './slices.ts';
import { laneFilter } from './types.ts';

/** Which lanes are shown and how they stand below each other, and the one that keys go through. */
export class Lanes {
  grouping: LaneGrouping = 'plugin';
  collapsed: ReadonlySet<string> = new Set();
  types = '';
  lane: number | undefined;
  readonly #changes: Changes;
  readonly #contents: Contents;
  readonly #revealed = new Listeners<number>();
  #tracks: readonly Track[] | undefined;
  /** What came that the tracks were made of. */
  #madeOf: readonly unknown[] = [];

  constructor(changes: Changes, contents: Contents, kept: TimelineModel['kept']) {
    this.#changes = changes;
    this.#contents = contents;
    const { grouping, types } = kept;
    if (grouping === 'turn' || grouping === 'correlation') this.grouping = grouping;
    if (typeof types === 'string') this.types = types;
  }

  get toKeep(): TimelineModel['kept'] {
    return { grouping: this.grouping, types: this.types };
  }

  get tracks(): readonly Track[] {
    const { state, lanes, life } = this.#contents;
    const madeOf = [state, lanes, life];
    if (madeOf.some((one, index) => one !== this.#madeOf[index])) this.#tracks = undefined;
    this.#madeOf = madeOf;
    this.#tracks ??= this.#layout();
    return this.#tracks;
  }

  /** From the top, those of collapsed groups left out. */
  get inOrder(): readonly Lane[] {
    return this.tracks.flatMap((track) => (track.type === 'lane' ? [track.lane] : []));
  }

  /** The lane that keys go through, where it has slices; the first one that has some in view where none is chosen. */
  get withSlices(): Lane | undefined {
    const lanes = this.inOrder;
    const known = lanes.find(({ id }) => id === this.lane);
    if (known !== undefined) return known.kind === 'counter' ? undefined : known;
    const { window } = this.#contents;
    const columns = window === undefined ? undefined : columnsOf(window);
    return lanes.find(({ id }) => (columns?.get(id)?.length ?? 0) > 0);
  }

  setLane(lane: number | undefined): void {
    this.lane = lane;
    this.#changes.tell('lane');
  }

  setGrouping(grouping: LaneGrouping): void {
    this.grouping = grouping;
    // Lanes of the other grouping have ids of their own. The tracks stay until these come.
    this.lane = undefined;
    this.collapsed = new Set();
    this.#contents.invalidate();
    this.#changes.keep();
    this.#changes.tell('mode');
  }

  setTypes(types: string): void {
    this.types = types;
    this.#tracks = undefined;
    this.#changes.keep();
    this.#changes.tell('mode');
  }

  collapse(group: string, on: boolean): void {
    const collapsed = new Set(this.collapsed);
    if (on) collapsed.add(group);
    else collapsed.delete(group);
    this.collapsed = collapsed;
    this.#tracks = undefined;
    this.#changes.tell('mode');
  }

  toggleGroup(): void {
    // The lane of a group that is closed is in no track, and still says which group is meant.
    this.lane ??= this.withSlices?.id;
    const group = this.lane === undefined ? this.tracks[0]?.group : this.#groupOf(this.lane);
    if (group !== undefined) this.collapse(group, !this.collapsed.has(group));
  }

  reveal(lane: number): void {
    const group = this.#groupOf(lane);
    if (group !== undefined && this.collapsed.has(group)) this.collapse(group, false);
    this.#revealed.tell(lane);
  }

  onReveal(listener: (lane: number) => void): () => void {
    return this.#revealed.add(listener);
  }

  #groupOf(lane: number): string | undefined {
    return isMirrored(lane) ? comparedGroup : this.#contents.laneOf(lane)?.group;
  }

  #layout(): Track[] {
    const { state, lanes, comparison, life, otherLanes } = this.#contents;
    const { types } = this;
    const shown = (all: readonly Lane[]): readonly Lane[] =>
      types === '' ? all : all.filter(laneFilter(types));
    const isByPlugin = this.grouping === 'plugin';
    const plugins = isByPlugin ? state?.plugins : undefined;
    const compared =
      comparison === undefined || life === undefined
        ? undefined
        : {
            group: shownName(comparison.comparison.plugin),
            title: life.title,
            lanes: shown(otherLanes),
          };
    return layout({
      lanes: shown(lanes),
      known: new Map(plugins?.map(({ name, state: said }) => [name, said])),
      otherwise: isByPlugin ? t('recorded') : '',
      collapsed: this.collapsed,
      ...(compared === undefined ? {} : { compared }),
    });
  }
}
