import type { Connection } from '../../connection.ts';
import type { PanelAction } from '../../protocol.ts';
import { modelActions } from './actions.ts';
import type { PageFrames } from './changes.ts';
import { anyPlugin, comparablePlugin } from './comparing.ts';
import { Listeners } from './listeners.ts';
import type { TimelineModel } from './model.ts';
import { Parts } from './parts.ts';
import { around } from './range.ts';
import { stretchOf } from './selection.ts';
import { steps } from './steps.ts';

/**
 * Makes the model of a panel: what its parts know and do, as one. `showInTrace` is how it opens a record
 * where the trace is no panel of its own.
 */
export function timelineModel(
  connection: Connection,
  page: PageFrames,
  showInTrace?: () => void,
): TimelineModel {
  const parts = new Parts(connection, page, (action) => model.act(action));
  const { client, changes, contents, viewport, lanes, marks, matches, choice } = parts;
  const undone = new Listeners<PanelAction>();

  const model: TimelineModel = {
    client,
    get state() {
      return contents.state;
    },
    get settings() {
      return parts.settings;
    },

    get view() {
      return viewport.view;
    },
    get target() {
      return viewport.target;
    },
    get duration() {
      return viewport.duration;
    },
    get extent() {
      return viewport.extent;
    },
    get startedAt() {
      return contents.startedAt;
    },
    get indexed() {
      return contents.indexed;
    },
    get lanes() {
      return contents.lanes;
    },
    get tracks() {
      return lanes.tracks;
    },
    get window() {
      return contents.window;
    },
    get overview() {
      return matches.overview;
    },
    get loading() {
      return contents.loading;
    },
    get problem() {
      return contents.problem;
    },

    get selection() {
      return choice.selection;
    },
    get flows() {
      return choice.flows;
    },
    get range() {
      return marks.range;
    },
    get lane() {
      return lanes.lane;
    },
    get pointer() {
      return marks.pointer;
    },
    get notes() {
      return marks.notes;
    },
    get search() {
      return matches.search;
    },
    get comparison() {
      return contents.comparison;
    },
    get comparable() {
      return comparablePlugin(parts);
    },
    get following() {
      return viewport.following;
    },
    get paused() {
      return viewport.paused;
    },
    get missed() {
      return viewport.missed;
    },
    get grouping() {
      return lanes.grouping;
    },
    get collapsed() {
      return lanes.collapsed;
    },
    get clock() {
      return parts.clock;
    },
    get types() {
      return lanes.types;
    },

    zoomTo: (range, smooth) => viewport.zoomTo(range, smooth),
    zoomBy: (factor, at) => viewport.zoomBy(factor, at),
    pan: (share) => viewport.pan(share),
    fit: () => viewport.fit(),
    zoomToSelection: () => {
      const { selection } = choice;
      const stretch = marks.range ?? (selection === undefined ? undefined : stretchOf(selection));
      if (stretch !== undefined) viewport.zoomTo(around(stretch), true);
    },
    follow: (on) => viewport.follow(on),
    pause: (on) => viewport.pause(on),

    select: (record, slice) => choice.select(record, slice),
    reveal: (record) => choice.reveal(record),
    clearSelection: () => choice.clear(),
    selectRange: (range) => marks.selectRange(range, viewport.duration),
    ...steps(parts),
    setLane: (lane) => lanes.setLane(lane),
    setPointer: (time) => marks.setPointer(time),

    setNotes: (notes) => marks.setNotes(notes),
    setFilter: (filter) => matches.setFilter(filter),
    setGrouping: (grouping) => parts.setGrouping(grouping),
    collapse: (group, on) => lanes.collapse(group, on),
    compareWith: (other) => {
      const plugin = other === 'last' ? comparablePlugin(parts) : anyPlugin(parts);
      client.post({ type: 'compareWith', other, ...(plugin === undefined ? {} : { plugin }) });
    },
    toggleGroup: () => lanes.toggleGroup(),
    setClock: (clock) => parts.setClock(clock),
    setTypes: (types) => lanes.setTypes(types),
    revealLane: (lane) => lanes.reveal(lane),

    open: () => {
      const { selection } = choice;
      if (selection?.other?.isSame === false) {
        client.post({ type: 'openCompared', record: selection.record });
        return;
      }
      if (selection !== undefined) client.post({ type: 'select', record: selection.record });
      if (showInTrace === undefined) client.post({ type: 'command', command: 'openTrace' });
      else showInTrace();
    },
    act: (action) => {
      const work = actions[action];
      if (work === undefined) undone.tell(action);
      else work();
    },
    onAction: (listener) => undone.add(listener),
    want: (width, visible, near) => parts.want(width, visible, near),
    onChange: (listener) => changes.onChange(listener),
    onRevealLane: (listener) => lanes.onReveal(listener),

    kept: parts.kept,
    keep: (values) => parts.keep(values),
  };

  const actions: ReturnType<typeof modelActions> = {
    ...modelActions(model),
    follow: () => viewport.toggleFollow(),
  };
  return model;
}
