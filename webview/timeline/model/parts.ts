import type { Client, Compared, Connection, Notes, PanelState, Settings } from '../../connection.ts';
import type { LaneGrouping, LaneWindow, PanelAction } from '../../protocol.ts';
import { Changes } from './changes.ts';
import type { PageFrames } from './changes.ts';
import { Choice } from './choice.ts';
import { Contents } from './contents.ts';
import { Lanes } from './lanes.ts';
import { Marks } from './marks.ts';
import { Matches } from './matches.ts';
import { isMirrored } from './mirror.ts';
import type { Clock, TimelineModel } from './model.ts';
import { Viewport } from './viewport.ts';

/**
 * The parts of the timeline's model, and what each of them does when the editor says something or something
 * comes. A part knows those before it only.
 */
export class Parts {
  readonly client: Client;
  readonly kept: TimelineModel['kept'];
  readonly changes: Changes;
  readonly contents: Contents;
  readonly viewport: Viewport;
  readonly lanes: Lanes;
  readonly marks: Marks;
  readonly matches: Matches;
  readonly choice: Choice;
  settings: Settings | undefined;
  #clock: Clock;
  /** What others want to be kept beside what the parts keep. */
  #values: TimelineModel['kept'];

  constructor(connection: Connection, page: PageFrames, act: (action: PanelAction) => void) {
    this.client = connection.client('timeline', {
      state: (state) => this.#onState(state),
      reveal: (record) => void this.choice.reveal(record),
      notes: (notes) => this.#onNotes(notes),
      settings: (settings) => this.#onSettings(settings),
      comparison: (compared) => this.#onComparison(compared),
      do: act,
    });
    this.kept = this.#values = this.client.restore();
    this.#clock = this.kept['clock'] === 'wall' ? 'wall' : 'recording';
    this.changes = new Changes(page.perFrame, () => this.client.save(this.#toKeep()));
    this.contents = new Contents(this.client, this.changes, {
      own: (window) => this.#onWindow(window),
      other: (isFirst) => this.#onOtherLife(isFirst),
    });
    this.viewport = new Viewport(this.changes, this.contents, this.kept, page.reducesMotion);
    this.lanes = new Lanes(this.changes, this.contents, this.kept);
    this.marks = new Marks(this.client, this.changes);
    this.matches = new Matches(this.client, this.changes);
    this.choice = new Choice(this, this.kept);
  }

  get clock(): Clock {
    // Nobody knows when a trace was made whose times count from nothing real.
    return this.contents.startedAt > 0 ? this.#clock : 'recording';
  }

  setClock(clock: Clock): void {
    this.#clock = clock;
    this.changes.keep();
    this.changes.tell('mode');
  }

  setGrouping(grouping: LaneGrouping): void {
    if (grouping === this.lanes.grouping) return;
    this.lanes.setGrouping(grouping);
    this.choice.regroup();
  }

  want(width: number, visible: readonly number[], near: readonly number[]): void {
    const { contents, viewport } = this;
    if (contents.state === undefined) return;
    contents.want({ view: viewport.target, width, visible, near, grouping: this.lanes.grouping });
    if (!viewport.paused) this.matches.count(contents.state.count, viewport.duration, contents.window);
  }

  keep(values: TimelineModel['kept']): void {
    this.#values = { ...this.#values, ...values };
    this.changes.keep();
  }

  #toKeep(): TimelineModel['kept'] {
    const { viewport, lanes, choice } = this;
    return {
      ...this.#values,
      ...viewport.toKeep,
      ...lanes.toKeep,
      ...choice.toKeep,
      clock: this.#clock,
    };
  }

  #onState(next: PanelState): void {
    const { contents, viewport } = this;
    const before = contents.state;
    const isOtherOne =
      before !== undefined && (before.recording !== next.recording || next.count < before.count);
    if (isOtherOne) this.#leave(before.recording, next.recording);
    contents.state = next;
    if (next.count !== before?.count && viewport.showsNew) contents.invalidate();
    this.changes.tell('recording');
  }

  /** Another recording comes, or the same one from its beginning. */
  #leave(recording: string, next: string): void {
    this.contents.clear();
    this.viewport.leave(recording);
    this.lanes.lane = undefined;
    this.marks.clear();
    this.matches.clear();
    this.choice.leave(recording, next);
  }

  #onWindow(window: LaneWindow): void {
    this.viewport.grow(window.duration);
    this.choice.refresh();
  }

  #onComparison(compared: Compared): void {
    const { contents, lanes, choice, viewport } = this;
    if (choice.selection?.other !== undefined) choice.clear();
    if (lanes.lane !== undefined && isMirrored(lanes.lane)) lanes.lane = undefined;
    contents.compare(compared);
    if (compared.comparison !== undefined) {
      const { here, other } = compared.comparison;
      // The other life stands where this one does, and may have been short.
      viewport.show({ from: here.from, to: here.from + other.to - other.from });
    }
    this.changes.tell('comparison');
  }

  #onOtherLife(isFirst: boolean): void {
    const [first] = this.contents.otherLanes;
    // What was asked for is brought into view once it is there.
    if (isFirst && first !== undefined) this.lanes.reveal(first.id);
    this.choice.refresh();
  }

  #onNotes({ recording, notes }: Notes): void {
    const { state } = this.contents;
    if (state === undefined || recording === state.recording) this.marks.showNotes(notes);
  }

  #onSettings(settings: Settings): void {
    this.settings = settings;
    this.changes.tell('settings');
  }
}
