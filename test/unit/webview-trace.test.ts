import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { RecordingView } from '../../extension/recording/view.ts';
import type { RecordDetail, RecordingRequestName, RecordingRequests } from '../../webview/protocol.ts';
import { formatClock, formatDelta, formatDuration, formatTime } from '../../webview/format.ts';
import { rowKinds } from '../../webview/kinds.ts';
import type { Asks } from '../../webview/trace/asks.ts';
import {
  columnsAtFirst,
  columnTemplate,
  moveColumn,
  placeColumn,
  resizeColumn,
  restoredColumns,
  shownColumns,
  toggleColumn,
} from '../../webview/trace/columns.ts';
import { allDifferences, fieldDifferences } from '../../webview/trace/differences.ts';
import { onlyPlugin, shownKinds, withField, withKinds, written } from '../../webview/trace/filter-text.ts';
import { eventOf, locate } from '../../webview/trace/locate.ts';
import { RowSource } from '../../webview/trace/rows.ts';
import type { ListQuery } from '../../webview/trace/rows.ts';
import { describers, MadeRecording } from '../webview/page/recording.ts';

const idsOf = (choice: typeof columnsAtFirst, narrow = false): string =>
  shownColumns(choice, narrow)
    .map(({ id }) => id)
    .join(' ');

describe("the trace's columns", () => {
  it('are shown, hidden, moved and resized, and kept', () => {
    assert.equal(idsOf(columnsAtFirst), 'time plugin kind name summary duration');
    assert.equal(idsOf(columnsAtFirst, true), 'time kind name summary duration', 'narrow');
    let choice = toggleColumn(columnsAtFirst, 'delta');
    assert.equal(idsOf(choice, true), 'time delta plugin kind name summary duration', 'as the user wants');
    choice = moveColumn(choice, 'plugin', 1);
    choice = moveColumn(choice, 'plugin', 1);
    assert.equal(idsOf(choice), 'time delta kind name plugin summary duration');
    choice = moveColumn(choice, 'time', -1);
    choice = placeColumn(choice, 'duration', 0);
    assert.equal(idsOf(choice), 'duration time delta kind name plugin summary');
    choice = resizeColumn(choice, 'name', 3);
    choice = resizeColumn(choice, 'summary', 500.4);
    assert.equal(choice.widths.name, 90, 'not below the least');
    assert.match(columnTemplate(choice, shownColumns(choice, false)), / 90px .* 500px$/);
    assert.deepEqual(restoredColumns(JSON.parse(JSON.stringify(choice))), choice);
  });

  it('never vanish altogether, whatever was kept', () => {
    let choice = columnsAtFirst;
    for (const id of columnsAtFirst.order) if (!choice.hidden.includes(id)) choice = toggleColumn(choice, id);
    assert.equal(shownColumns(choice, false).length, 1);
    fc.assert(
      fc.property(fc.anything(), (kept) => {
        assert.ok(shownColumns(restoredColumns(kept), false).length > 0);
      }),
    );
    const odd = { order: ['name', 'name', 'odd'], hidden: [], widths: { name: 'wide' } };
    assert.equal(idsOf(restoredColumns(odd)), 'name');
  });
});

describe('quick choices in a filter', () => {
  it('replace what the text says of a field and leave the rest', () => {
    assert.equal(
      withField('speech kind:call  duration:>2ms', 'kind', ['log']),
      'speech kind:log duration:>2ms',
    );
    assert.equal(withField('', 'plugin', ['two words']), 'plugin:"two words"');
    assert.equal(withField('a name:x b fn:y', 'fn', ['z']), 'a fn:z b');
    assert.equal(withField('plugin:gain x', 'plugin', []), 'x');
    assert.equal(written('a"b\\c'), String.raw`"a\"b\\c"`);
  });

  it('switch kinds on and off', () => {
    const all = rowKinds.map(({ kind }) => kind);
    assert.deepEqual(shownKinds('some words'), all);
    assert.deepEqual(
      shownKinds('-kind:log,host'),
      all.filter((kind) => kind !== 'log' && kind !== 'hostCall'),
    );
    assert.equal(withKinds('x', ['log']), 'x kind:log');
    assert.equal(withKinds('kind:log x', all), 'x');
    fc.assert(
      fc.property(fc.subarray(all), (kinds) => {
        assert.deepEqual(shownKinds(withKinds('words kind:log', kinds)), kinds);
      }),
    );
  });

  it('know the one plugin', () => {
    assert.equal(onlyPlugin('plugin:"two words" x'), 'two words');
    for (const text of ['x', 'plugin:a,b', '-plugin:a', 'plugin:a plugin:b'])
      assert.equal(onlyPlugin(text), '');
  });
});

describe('differences of two records', () => {
  const base: RecordDetail = {
    record: 1,
    kind: 'event',
    plugin: 'gain',
    time: 1,
    event: 1,
    name: 'in',
    summary: 'a',
    status: 'ok',
    size: 10,
    fields: [
      { name: 'at', value: 'f' },
      { name: 'at', value: 'g' },
    ],
    resendable: true,
    hasValue: false,
  };

  it('are those of the rows and of values, or of fields where there are none', () => {
    const other: RecordDetail = { ...base, record: 2, summary: 'b', fields: [{ name: 'at', value: 'f' }] };
    assert.deepEqual(allDifferences(base, other, undefined), [
      { path: 'Summary', before: 'a', after: 'b' },
      { path: 'at (2)', before: 'g', after: undefined },
    ]);
    const values = { fields: [{ path: 'x', before: '1', after: '2' }], more: 0 };
    assert.deepEqual(
      allDifferences(base, other, values).map(({ path }) => path),
      ['Summary', 'x'],
    );
    assert.deepEqual(fieldDifferences(base.fields, base.fields), []);
  });
});

describe('times of any recording', () => {
  it('run backwards, stand still and jump a year', () => {
    assert.equal(formatTime(-20), '−0.020');
    assert.equal(formatTime(59_999.9), '1:00.000');
    assert.equal(formatTime(7_392_345), '2:03:12.345');
    assert.equal(formatTime(365 * 86_400_000 + 5), '365 d 0:00:00.005');
    assert.equal(formatTime(0.0004, 6), '0.000000');
    assert.equal(formatTime(Number.NaN), '?');
    assert.equal(formatDuration(0), '0 µs');
    assert.equal(formatDuration(-1.5), '−1.50 ms');
    assert.equal(formatDuration(365 * 86_400_000), '365 d 0 h');
    assert.equal(formatDelta(1.5), '+1.50 ms');
    assert.match(formatClock(Date.UTC(2026, 0, 1)), /^\d\d:\d\d:\d\d\.000$/);
  });
});

/** Asks a real view of a made recording. */
function asking(recording: MadeRecording): Asks {
  const view = new RecordingView(recording, describers);
  const answer = <K extends RecordingRequestName>(
    name: K,
    params: RecordingRequests[K]['params'],
  ): unknown => {
    if ('query' in params) {
      if (name === 'rows') return view.rows(params.query as never);
      if (name === 'search') return view.search(params.query as never);
    }
    return view.detail((params as { record: number }).record);
  };
  return { ask: (name, params) => Promise.resolve(structuredClone(answer(name, params)) as never) };
}

async function sourceOf(asks: Asks, query: ListQuery): Promise<RowSource> {
  return await new Promise((resolve, reject) => {
    const source: RowSource = new RowSource(
      asks,
      () => source.complete && resolve(source),
      (message) => reject(new Error(message)),
    );
    source.setQuery(query, 0, 50);
  });
}

describe('the place of a record in the list', () => {
  it('is that of its row, or of the next one', async () => {
    const asks = asking(new MadeRecording(500));
    const all = await sourceOf(asks, { filter: '', grouped: false, open: [] });
    const place = await locate(asks, all, 100);
    assert.equal(place?.exact, true);
    const answer = await asks.ask('rows', { query: { filter: '', first: place.position, count: 1 } });
    assert.equal(answer?.rows[0]?.record, 100);
    const calls = await sourceOf(asks, { filter: 'process', grouped: false, open: [] });
    assert.deepEqual(await locate(asks, calls, 100), { position: 24, exact: false });
    assert.equal(await locate(asks, calls, 2001), undefined);
  });

  it('is below its event where that is open, and its event where it is closed', async () => {
    const asks = asking(new MadeRecording(500));
    const closed = await sourceOf(asks, { filter: '', grouped: true, open: [] });
    const event = await eventOf(asks, 103);
    assert.equal(event, 100);
    const place = await locate(asks, closed, 103);
    assert.ok(place !== undefined);
    const open = await sourceOf(asks, { filter: '', grouped: true, open: [event] });
    assert.equal(open.matching, closed.matching + 3);
    assert.deepEqual(await locate(asks, open, 103), { position: place.position + 3, exact: true });
  });
});
