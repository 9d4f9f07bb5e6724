import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  Lane,
  LaneQuery,
  LaneWindow,
  RecordingRequestName,
  RecordingRequests,
} from '../../extension/recording/query.ts';
import type { Client, Connection, Listener, PanelState } from '../../webview/connection.ts';
import type { FromPanel } from '../../webview/protocol.ts';
import type { Aspect, TimelineModel } from '../../webview/timeline/model/model.ts';
import { spanOf } from '../../webview/timeline/model/range.ts';
import { sliceOf } from '../../webview/timeline/model/slices.ts';
import { timelineModel } from '../../webview/timeline/model/timeline.ts';

const frames: (() => void)[] = [];

const page = {
  perFrame: (work: () => void) => {
    let asked = false;
    return () => {
      if (asked) return;
      asked = true;
      frames.push(() => {
        asked = false;
        work();
      });
    };
  },
  reducesMotion: () => true,
};

/** Runs frames and answers until nothing is left to do. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) {
    await Promise.resolve();
    for (const frame of frames.splice(0)) frame();
  }
}

const lanes: readonly Lane[] = [
  { id: 1, group: 'gain', kind: 'calls', name: '', rows: 2, count: 10, errors: 1 },
  { id: 2, group: 'gain', kind: 'logs', name: '', rows: 1, count: 3, errors: 0 },
  { id: 3, group: 'gate', kind: 'calls', name: '', rows: 1, count: 3, errors: 0 },
];

type Answers = {
  [K in RecordingRequestName]?: (
    params: RecordingRequests[K]['params'],
  ) => RecordingRequests[K]['result'] | Promise<RecordingRequests[K]['result']>;
};

class FakeEditor implements Connection {
  readonly posted: FromPanel[] = [];
  readonly asked: { readonly name: RecordingRequestName; readonly params: unknown }[] = [];
  listener: Listener = {};
  kept: Readonly<Record<string, unknown>> = {};
  duration = 100_000;
  startedAt = 1_000_000;
  indexed = 1;
  answers: Answers = {};

  client(_name: string, listener: Listener): Client {
    this.listener = listener;
    return {
      ask: async (name, params) => {
        this.asked.push({ name, params });
        const answer = this.answers[name];
        if (answer !== undefined) return await answer(params);
        // Made for the requests that every test has.
        if (name === 'lanes') return this.lanes((params as { query: LaneQuery }).query);
        return undefined;
      },
      post: (message) => {
        this.posted.push(message);
      },
      restore: () => this.kept,
      save: (state) => {
        this.kept = structuredClone(state);
      },
    };
  }

  ready(): void {
    this.state();
  }

  /** Ten calls, a second apart, each with one inside of it. */
  lanes(query: LaneQuery): LaneWindow {
    const calls = Array.from({ length: 20 }, (_, at) => ({
      at: (at >> 1) * 1000 + (at % 2) * 10,
      row: at % 2,
    })).filter(({ at }) => at + 100 >= (query.from ?? 0) && at <= (query.to ?? Infinity));
    const slices = {
      lane: 1,
      length: calls.length,
      from: Float64Array.from(calls, ({ at }) => at),
      to: Float64Array.from(calls, ({ at }) => at + 50),
      row: Uint8Array.from(calls, ({ row }) => row),
      count: new Uint32Array(calls.length).fill(1),
      record: Uint32Array.from(calls, ({ at }) => at / 10),
      name: new Uint32Array(calls.length),
      flags: new Uint8Array(calls.length),
    };
    return {
      from: query.from ?? 0,
      to: query.to ?? this.duration,
      duration: this.duration,
      startedAt: this.startedAt,
      indexed: this.indexed,
      lanes,
      version: 1,
      slices: query.lanes?.includes(1) === true ? [slices] : [],
      counters: [],
      names: ['process'],
      reloaded: [],
    };
  }

  queries(): LaneQuery[] {
    return this.asked.flatMap(({ name, params }) =>
      name === 'lanes' ? [(params as { query: LaneQuery }).query] : [],
    );
  }

  state(more: Partial<PanelState> = {}): void {
    this.listener.state?.({
      type: 'state',
      recording: 'live',
      kind: 'live',
      count: 100,
      live: true,
      plugins: [{ name: 'gain', state: 'running' }],
      canSend: true,
      ...more,
    });
  }
}

/** A model with a picture of 1000 pixels that has room for two lanes. */
async function open(
  editor: FakeEditor,
  more: Partial<PanelState> = {},
): Promise<{ readonly model: TimelineModel; readonly told: Set<Aspect> }> {
  const model = timelineModel(editor, page);
  const told = new Set<Aspect>();
  model.onChange((changed) => {
    for (const aspect of changed) told.add(aspect);
    model.want(1000, [1, 2], [1, 2, 3]);
  });
  editor.state(more);
  await settle();
  return { model, told };
}

describe('the timeline’s model', () => {
  it('asks what lanes there are, then for those in view, one request at a time', async () => {
    const editor = new FakeEditor();
    const { model } = await open(editor, { live: false, kind: 'file' });
    const [first, second, ...more] = editor.queries();
    assert.deepEqual(first?.lanes, []);
    assert.deepEqual(second?.lanes, [1, 2, 3]);
    assert.deepEqual(more, [], 'asks once');
    assert.equal(model.duration, 100_000);
    assert.ok(model.view !== undefined && model.view.from < 0 && model.view.to > 100_000);
    model.pan(0.001);
    await settle();
    assert.equal(editor.queries().length, 2, 'a small move asks for nothing');
    model.zoomTo({ from: 0, to: 1000 });
    await settle();
    assert.equal(editor.queries().length, 3);
    model.want(1000, [4], [4]);
    await settle();
    const scrolled = editor.queries().map(({ lanes: ids }) => ids?.join());
    assert.ok(scrolled.includes('4'), 'lanes that were scrolled into view');
  });

  it('follows what happens now until the view leaves it', async () => {
    const editor = new FakeEditor();
    const { model } = await open(editor);
    assert.ok(model.following);
    assert.deepEqual(model.target, { from: 70_000, to: 100_000 });
    editor.duration = 101_000;
    editor.state({ count: 120 });
    await settle();
    assert.deepEqual(model.target, { from: 71_000, to: 101_000 });
    model.act('zoomIn');
    assert.equal(model.target.to, 101_000);
    assert.ok(model.following);
    model.act('panLeft');
    await settle();
    assert.ok(!model.following);
    assert.equal(editor.kept['follow'], false);
    const { target } = model;
    editor.duration = 150_000;
    editor.state({ count: 140 });
    await settle();
    assert.deepEqual(model.target, target);
    model.act('follow');
    await settle();
    assert.equal(model.target.to, 150_000);
  });

  it('stands still while paused and tells how much came', async () => {
    const editor = new FakeEditor();
    const { model } = await open(editor);
    model.act('pause');
    await settle();
    const asked = editor.queries().length;
    editor.duration = 200_000;
    editor.state({ count: 350 });
    await settle();
    assert.equal(model.missed, 250);
    assert.equal(model.duration, 100_000);
    assert.deepEqual(model.target, { from: 70_000, to: 100_000 });
    assert.equal(editor.queries().length, asked);
    model.act('pause');
    await settle();
    assert.equal(model.missed, 0);
    assert.equal(model.target.to, 200_000);
  });

  it('has nothing to pause in a file', async () => {
    const { model } = await open(new FakeEditor(), { live: false, kind: 'file' });
    model.pause(true);
    assert.equal(model.paused, false);
  });

  it('forgets everything of another recording, and comes back to where it was', async () => {
    const editor = new FakeEditor();
    const { model, told } = await open(editor, { live: false, kind: 'file', recording: 'one' });
    model.zoomTo({ from: 5000, to: 6000 });
    model.selectRange({ from: 5100, to: 5200 });
    editor.duration = 50;
    told.clear();
    editor.state({ live: false, kind: 'replay', recording: 'two', count: 3 });
    assert.equal(model.range, undefined);
    assert.equal(model.duration, 0);
    await settle();
    assert.equal(model.duration, 50);
    assert.ok(told.has('recording'));
    editor.duration = 100_000;
    editor.state({ live: false, kind: 'file', recording: 'one' });
    await settle();
    assert.deepEqual(model.target, { from: 5000, to: 6000 });
  });

  it('leaves out an answer about another recording', async () => {
    const editor = new FakeEditor();
    let answer: ((window: LaneWindow) => void) | undefined;
    editor.answers.lanes = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const { model } = await open(editor);
    const late = answer;
    delete editor.answers.lanes;
    editor.state({ recording: 'two', count: 5 });
    await settle();
    late?.({ ...editor.lanes({ buckets: 1 }), duration: 7 });
    await settle();
    assert.equal(model.duration, 100_000);
  });

  it('does not say that another recording has no match before it is searched', async () => {
    const editor = new FakeEditor();
    editor.answers.hits = ({ query }) => ({
      counts: new Uint32Array(1),
      matching: query.filter === '' ? 100 : 4,
      complete: true,
    });
    const { model } = await open(editor, { live: false, kind: 'file' });
    model.setFilter('status:trap');
    await settle();
    assert.deepEqual([model.search.matching, model.search.complete], [4, true]);
    editor.state({ live: false, kind: 'file', recording: 'two' });
    assert.equal(model.search.filter, 'status:trap', 'the same is searched');
    assert.deepEqual([model.search.matching, model.search.complete], [0, false]);
    await settle();
    assert.deepEqual([model.search.matching, model.search.complete], [4, true]);
  });

  it('shows a record that was asked for before anything came, also where the view was moved meanwhile', async () => {
    const editor = new FakeEditor();
    const model = timelineModel(editor, page);
    model.onChange(() => model.want(1000, [1, 2], [1, 2, 3]));
    editor.state({ live: false, kind: 'file' });
    editor.listener.reveal?.(5);
    model.zoomTo({ from: 500, to: 600 });
    await settle();
    assert.equal(model.selection?.record, 5);
  });

  it('opens as it does otherwise where all of nothing was asked for before', async () => {
    const editor = new FakeEditor();
    const model = timelineModel(editor, page);
    model.onChange(() => model.want(1000, [1, 2], [1, 2, 3]));
    editor.state();
    model.act('fit');
    await settle();
    assert.deepEqual(model.target, { from: 70_000, to: 100_000 });
  });

  it('goes from slice to slice, into calls and past what is loaded', async () => {
    const editor = new FakeEditor();
    const { model } = await open(editor, { live: false, kind: 'file' });
    const records: number[] = [];
    for (let press = 0; press < 4; press += 1) {
      await model.step(1);
      records.push(model.selection?.record ?? -1);
    }
    assert.deepEqual(records, [0, 1, 100, 101]);
    await model.step(-1);
    assert.equal(model.selection?.record, 100);
    assert.equal(model.lane, 1);
    assert.deepEqual(
      editor.posted
        .filter(({ type }) => type === 'select')
        .map((message) => 'record' in message && message.record),
      [0, 1, 100, 101, 100],
    );
    model.zoomTo({ from: 50_000, to: 50_100 });
    await settle();
    model.clearSelection();
    await model.step(-1);
    assert.equal(model.selection.record, 901, 'far to the left');
    assert.ok((model.target?.from ?? Infinity) < 9010);
  });

  it('goes to failures wherever they are, around the end of the recording', async () => {
    const editor = new FakeEditor();
    const asked: unknown[] = [];
    editor.answers.search = ({ query }) => {
      asked.push(query);
      return query.from < 70
        ? { record: 70, position: 0, matching: 1, complete: true }
        : { matching: 1, complete: true };
    };
    editor.answers.detail = ({ record }) => ({
      record,
      kind: 'call',
      plugin: 'gate',
      time: 90_000,
      event: 1,
      name: 'process',
      summary: '',
      status: 'error',
      size: 0,
      fields: [],
      resendable: false,
      hasValue: false,
    });
    editor.answers.place = ({ record }) => ({ record, time: 90_000, plugin: 'gate', lane: 3, row: 0 });
    const { model } = await open(editor, { live: false, kind: 'file' });
    const shown: number[] = [];
    model.onRevealLane((lane) => shown.push(lane));
    model.zoomTo({ from: 0, to: 1000 });
    model.collapse('gate', true);
    assert.deepEqual(model.tracks.filter((track) => track.type === 'lane').length, 2);
    await model.stepError(1);
    await settle();
    assert.equal(model.selection?.record, 70);
    assert.equal(model.selection.detail?.status, 'error');
    assert.ok((model.target?.from ?? 0) < 90_000 && (model.target?.to ?? 0) > 90_000);
    assert.deepEqual(shown, [3]);
    assert.equal(model.collapsed.has('gate'), false, 'its group is opened');
    await model.stepError(1);
    assert.deepEqual(asked, [
      { filter: 'status:error', from: -1, by: 1 },
      { filter: 'status:error', from: 70, by: 1 },
      { filter: 'status:error', from: -1, by: 1 },
    ]);
  });

  it('goes on following when the editor repeats what is chosen already', async () => {
    const editor = new FakeEditor();
    editor.kept = { follow: true, chosen: 5 };
    editor.answers.detail = () => Promise.reject(new Error('There is no record 5.'));
    const { model } = await open(editor);
    await model.reveal(5);
    await settle();
    assert.ok(model.following);
    assert.equal(model.problem, 'There is no record 5.');
  });

  it('takes no sizes from a recording that are none', async () => {
    const editor = new FakeEditor();
    editor.duration = NaN;
    const { model } = await open(editor, { live: false, kind: 'file' });
    assert.equal(model.duration, 0);
    assert.ok(model.view !== undefined && spanOf(model.view) > 0);
    model.zoomTo({ from: NaN, to: Infinity });
    assert.ok(model.target !== undefined && spanOf(model.target) > 0);
    model.selectRange({ from: NaN, to: 3 });
    assert.equal(model.range, undefined);
  });

  it('says why a request failed, once, and asks again when there is more', async () => {
    const editor = new FakeEditor();
    editor.answers.lanes = () => Promise.reject(new Error('The file is gone.'));
    const { model } = await open(editor, { live: false, kind: 'replay' });
    assert.equal(model.problem, 'The file is gone.');
    const asked = editor.queries().length;
    model.setPointer(3);
    await settle();
    assert.equal(editor.queries().length, asked);
    delete editor.answers.lanes;
    editor.state({ live: false, kind: 'replay', count: 101 });
    await settle();
    assert.equal(model.problem, undefined);
    assert.equal(model.duration, 100_000);
  });

  it('leaves what is not of the model to those that listen', async () => {
    const { model } = await open(new FakeEditor());
    const heard: string[] = [];
    const stop = model.onAction((action) => heard.push(action));
    for (const action of ['addNote', 'zoomIn', 'showTable', 'search'] as const) model.act(action);
    stop();
    model.act('showKeys');
    assert.deepEqual(heard, ['addNote', 'showTable', 'search']);
  });

  it('keeps what others want to be kept beside its own', async () => {
    const editor = new FakeEditor();
    editor.kept = { pane: 'notes' };
    const { model } = await open(editor);
    assert.equal(model.kept['pane'], 'notes');
    model.keep({ pane: 'table' });
    await settle();
    assert.equal(editor.kept['pane'], 'table');
    assert.equal(editor.kept['recording'], 'live');
  });

  it('has no time of the day in a trace without real dates, and keeps the wish for it', async () => {
    const editor = new FakeEditor();
    editor.kept = { clock: 'wall' };
    editor.startedAt = 0;
    const { model } = await open(editor, { kind: 'file', live: false });
    assert.equal(model.clock, 'recording');
    model.keep({});
    await settle();
    assert.equal(editor.kept['clock'], 'wall');
    editor.startedAt = 1_000_000;
    editor.state({ recording: 'file-2', kind: 'file', live: false });
    await settle();
    assert.equal(model.clock, 'wall');
  });

  it('hides and shows the lanes of the group that the keys go through', async () => {
    const { model } = await open(new FakeEditor());
    const shown = (): unknown[] =>
      model.tracks.flatMap((track) => (track.type === 'lane' ? track.lane.id : []));
    model.setLane(3);
    model.act('toggleGroup');
    assert.deepEqual(shown(), [1, 2]);
    model.act('toggleGroup');
    assert.deepEqual(shown(), [1, 2, 3]);
  });

  it('has another life beside it, whose records are of another recording', async () => {
    const editor = new FakeEditor();
    const { model } = await open(editor, { live: false, kind: 'file' });
    const life = { recording: 'file-1', plugin: 'gain', life: 0, from: 0, to: 0, events: 1, artifact: 'a' };
    const comparison = {
      plugin: 'gain',
      here: { ...life, from: 90_000, to: 95_000 },
      other: { ...life, recording: 'file-2', from: 2000, to: 30_000 },
      events: 1,
      differing: 0,
      differences: [],
      more: 0,
    };
    editor.listener.comparison?.({ type: 'comparison', comparison, title: 'b.mcap' });
    await settle();
    model.want(1000, [1, -2, -3], [1, -2, -3]);
    await settle();
    const ids = model.tracks.map((track) => (track.type === 'lane' ? track.lane.id : track.type));
    assert.deepEqual(ids, ['group', 1, 2, 'compared', 'compared', -2, -3, 'group', 3]);
    assert.equal(model.extent, 118_000, 'all of the longer life can be seen');
    const asked = editor.asked.filter(({ params }) => (params as { of?: string }).of === 'file-2');
    assert.deepEqual([...new Set(asked.map(({ name }) => name))], ['lanes']);
    const slices = model.window?.slices.find(({ lane }) => lane === -2);
    assert.deepEqual([slices?.from[0], slices?.to[0]], [90_000, 90_050]);
    assert.equal(model.window?.names[slices?.name[0] ?? -1], 'process');
    editor.answers.detail = ({ record, of }) => {
      assert.equal(of, 'file-2');
      return {
        record,
        kind: 'call',
        plugin: 'gain',
        time: 2000,
        event: 1,
        name: 'process',
        summary: '',
        status: 'ok',
        size: 0,
        fields: [],
        resendable: false,
        hasValue: false,
      };
    };
    const lane = model.tracks.flatMap((track) => (track.type === 'lane' ? track.lane : []))[2];
    const { window } = model;
    assert.ok(lane !== undefined && slices !== undefined);
    model.select(200, sliceOf(window, lane, slices, 0));
    await settle();
    const chosen = (): TimelineModel['selection'] => model.selection;
    assert.equal(chosen()?.detail?.record, 200);
    model.open();
    assert.deepEqual(
      editor.posted.filter(({ type }) => type !== 'notes'),
      [{ type: 'openCompared', record: 200 }],
    );
    assert.ok(editor.asked.every(({ name }) => name !== 'flows' && name !== 'place'));
    await model.step(1);
    await settle();
    assert.equal(chosen()?.slice?.lane.id, -2);
    editor.listener.comparison?.({ type: 'comparison' });
    await settle();
    assert.equal(chosen(), undefined);
    assert.equal(model.extent, 100_000);
  });

  it('goes to another life of which nothing is in view', async () => {
    const editor = new FakeEditor();
    const { model } = await open(editor, { live: true, kind: 'live' });
    assert.ok(model.following);
    const { target } = model;
    assert.ok(target !== undefined && target.from > 60_000, 'the end of the recording is in view');
    const life = { recording: 'live', plugin: 'gain', events: 1, artifact: 'a' };
    const comparison = {
      plugin: 'gain',
      here: { ...life, life: 1, from: 10_000, to: 100_000 },
      other: { ...life, life: 0, from: 1000, to: 6000 },
      events: 1,
      differing: 0,
      differences: [],
      more: 0,
    };
    editor.listener.comparison?.({ type: 'comparison', comparison, title: 'the run before' });
    assert.ok(!model.following);
    assert.ok(model.target !== undefined && model.target.from < 10_000 && model.target.to > 15_000);
    assert.ok(model.target.to < 20_000, 'and little else');
    model.zoomTo({ from: 14_000, to: 30_000 });
    const left = model.target;
    editor.listener.comparison?.({ type: 'comparison', comparison, title: 'the run before' });
    assert.deepEqual(model.target, left, 'a part of it is in view already');
  });
});
