import type { Client } from '../../connection.ts';
import type { Flow, RecordDetail } from '../../protocol.ts';
import type { Changes } from './changes.ts';
import type { Contents } from './contents.ts';
import type { Lanes } from './lanes.ts';
import type { Matches } from './matches.ts';
import { otherLifeOf } from './mirror.ts';
import type { Selection, SliceRef, TimelineModel } from './model.ts';
import type { Range } from './range.ts';
import { inWindow } from './selection.ts';
import type { Viewport } from './viewport.ts';

/** What choosing a record has to do with. */
interface Uses {
  readonly client: Client;
  readonly changes: Changes;
  readonly contents: Contents;
  readonly viewport: Viewport;
  readonly lanes: Lanes;
  readonly matches: Matches;
}

/** The record or slice that is selected, here or by another panel, and what is known of it. */
export class Choice {
  selection: Selection | undefined;
  flows: readonly Flow[] = [];
  readonly #uses: Uses;
  /** The record of the recording in view that is selected. */
  #chosen: number | undefined;
  /** The record that was selected when the recording was last shown. */
  #chosenBefore: unknown;
  /** What was selected in the recordings that were in view before. */
  readonly #left = new Map<string, number | undefined>();
  /** A record to show as soon as there is a view. */
  #wanted: number | undefined;
  /** The user chose a slice, and not a record that may be in one. */
  #choseSlice = false;
  /** Counts choices: an answer about the one before says nothing of this one. */
  #turn = 0;

  constructor(uses: Uses, kept: TimelineModel['kept']) {
    this.#uses = uses;
    this.#chosenBefore = kept['chosen'];
  }

  get toKeep(): TimelineModel['kept'] {
    return { chosen: this.#chosen };
  }

  /** Chooses a record as the user does: other panels go there too. */
  select(record: number, slice?: SliceRef): void {
    const { client, changes, lanes } = this.#uses;
    const time = slice?.from ?? (this.selection?.record === record ? this.selection.time : 0);
    const other = slice === undefined ? undefined : otherLifeOf(slice.lane);
    this.selection = {
      record,
      time,
      ...(slice === undefined ? {} : { slice, place: { lane: slice.lane.id, row: slice.row } }),
      ...(other === undefined ? {} : { other }),
    };
    if (slice !== undefined) lanes.lane = slice.lane.id;
    this.#choseSlice = slice !== undefined;
    this.#choose(other === undefined ? record : undefined);
    // Other panels show the recording that is shown here.
    if (other === undefined || other.isSame) client.post({ type: 'select', record });
    void this.#complete(record, slice === undefined);
    changes.tell('selection');
  }

  /** Shows a record that something else chose. */
  async reveal(record: number): Promise<void> {
    const { viewport } = this.#uses;
    this.#wanted = viewport.target === undefined ? record : undefined;
    if (this.#wanted !== undefined) return;
    // The editor repeats the choice to a panel that is shown again; that is no reason to stop following.
    const again = viewport.following && (record === this.#chosen || record === this.#chosenBefore);
    if (record !== this.selection?.record || this.selection.other !== undefined) {
      this.selection = { record, time: NaN };
      this.#choseSlice = false;
    }
    this.#choose(record);
    const detail = await this.#complete(record, false);
    const selection = this.#selected();
    if (detail === undefined || selection?.record !== record || again) return;
    const { time } = selection;
    const { target } = viewport;
    if (target !== undefined && (time < target.from || time > target.to)) viewport.follow(false);
    this.#goTo({ from: time, to: time }, selection.place?.lane);
  }

  /** After a new window: shows what waited for a view, and finds the selected slice among the new ones. */
  refresh(): void {
    if (this.#wanted !== undefined) void this.reveal(this.#wanted);
    this.#refreshSlice();
  }

  /** After another grouping, where records are in other lanes. */
  regroup(): void {
    const { selection } = this;
    this.flows = [];
    if (selection === undefined) return;
    if (selection.other !== undefined) {
      this.clear();
      return;
    }
    const { record, time, detail } = selection;
    this.selection = { record, time, ...(detail === undefined ? {} : { detail }) };
    void this.#complete(record, false);
  }

  clear(): void {
    const { changes } = this.#uses;
    this.#forget();
    changes.keep();
    changes.tell('selection');
  }

  /** Another recording comes. */
  leave(recording: string, next: string): void {
    this.#left.set(recording, this.#chosen);
    this.#chosenBefore = this.#left.get(next);
    this.#wanted = undefined;
    this.#forget();
  }

  /** Runs a request; what goes wrong is said, and an answer that comes after another choice is left out. */
  async ask<T>(request: () => Promise<T | undefined>): Promise<T | undefined> {
    const turn = this.#turn;
    try {
      const answer = await request();
      return turn === this.#turn ? answer : undefined;
    } catch (error) {
      if (turn === this.#turn)
        this.#uses.contents.fail(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  #choose(record: number | undefined): void {
    const { changes, matches } = this.#uses;
    this.#chosen = record;
    this.flows = [];
    this.#turn += 1;
    matches.leave();
    changes.keep();
  }

  #forget(): void {
    this.selection = this.#chosen = undefined;
    this.flows = [];
    this.#turn += 1;
  }

  /** Gets what is known of the selected record, and where it is; `go` moves the view there. */
  async #complete(record: number, go: boolean): Promise<RecordDetail | undefined> {
    const { client, changes, lanes } = this.#uses;
    const { grouping } = lanes;
    const other = this.selection?.other;
    const of = other === undefined || other.isSame ? {} : { of: other.recording };
    const isHere = other === undefined;
    const [detail, place, flows] = await Promise.all([
      this.ask(() => client.ask('detail', { record, ...of })),
      // Where it is drawn in the other life, its slice says.
      isHere ? this.ask(() => client.ask('place', { record, grouping })) : undefined,
      isHere ? this.ask(() => client.ask('flows', { record, grouping })) : undefined,
    ]);
    const { selection } = this;
    if (selection?.record !== record || selection.other !== other || detail === undefined) return undefined;
    const time = selection.slice?.from ?? place?.time ?? detail.time;
    this.selection = {
      ...selection,
      time,
      detail,
      ...(place === undefined || selection.place !== undefined
        ? {}
        : { place: { lane: place.lane, row: place.row } }),
    };
    this.flows = flows ?? [];
    this.#refreshSlice();
    if (go) this.#goTo({ from: time, to: time + (detail.durationMs ?? 0) }, place?.lane);
    changes.tell('selection');
    return detail;
  }

  #goTo(on: Range, lane: number | undefined): void {
    const { viewport, lanes } = this.#uses;
    if (viewport.target === undefined) return;
    viewport.goTo(on);
    if (lane !== undefined) lanes.reveal(lane);
  }

  #refreshSlice(): void {
    const { changes, contents } = this.#uses;
    const { selection } = this;
    if (selection?.place === undefined || contents.window === undefined) return;
    const lane = contents.laneOf(selection.place.lane);
    if (lane === undefined) return;
    this.selection = inWindow(selection, contents.window, lane, this.#choseSlice);
    const { slice, time } = this.selection;
    if (slice?.from !== selection.slice?.from || time !== selection.time) changes.tell('selection');
  }

  /** What is selected by now: it may be something else after a wait. */
  #selected(): Selection | undefined {
    return this.selection;
  }
}
