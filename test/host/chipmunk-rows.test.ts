import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostApi } from '../../extension/host/protocol.ts';
import type { ResultQuery, ResultWindow } from '../../extension/recording/results.ts';
import { buildPlugins, chipmunkTest, Plugged } from './chipmunk.ts';
import { eventually } from './hosted.ts';

buildPlugins();

/** Asks until everything was looked at. */
async function windowOf(
  host: HostApi,
  query: Partial<ResultQuery> = {},
  recording = 'live',
): Promise<ResultWindow> {
  for (;;) {
    const window = await host.request('results', { recording, query: { from: 0, count: 2000, ...query } });
    assert.ok(window);
    if (window.isComplete) return window;
  }
}

chipmunkTest('rows of a really built parser: cells, errors, notes, bytes and files', async (t) => {
  const input = 'xa|b|c\nd|e\\nf|g\nh|i|j|k\n';
  await using plugged = await Plugged.start({
    script: { render: 'columns 3', parse: 'error no line,cells' },
    input,
  });
  const { host } = plugged.hosted;
  await plugged.ended();
  const { rows, columns, minWidth, maxWidth, plugin } = await windowOf(host);
  assert.equal(plugin, 'tested');
  assert.deepEqual(
    columns.map(({ caption }) => caption),
    ['c1', 'c2', 'c3'],
  );
  assert.deepEqual([minWidth, maxWidth], [10, 100]);
  assert.deepEqual(
    rows.map(({ kind, cells, offset, length }) => [kind, cells, offset, length]),
    [
      ['error', ['parse: no line'], 0, input.length],
      ['message', ['a', 'b', 'c'], 1, 6],
      ['message', ['d', 'e\nf', 'g'], 7, 9],
      ['message', ['h', 'i', 'j', 'k'], 16, 8],
    ],
  );
  assert.match(rows[2]?.note ?? '', /makes 2 rows/);
  assert.match(rows[3]?.note ?? '', /4 cells, and the plugin 3 columns/);
  const { bytes } = await host.request('resultDetail', { recording: 'live', row: 2 });
  assert.equal(Buffer.from(bytes.bytes).toString(), 'd|e\\nf|g\n');
  assert.deepEqual(
    await host.request('findResult', { recording: 'live', find: { find: { text: 'J' }, from: 0 } }),
    {
      position: 3,
    },
  );
  const file = join(plugged.folder, 'rows.csv');
  assert.deepEqual(await host.request('saveResults', { recording: 'live', format: 'csv', file }), {
    rows: 3,
    left: 1,
    bytes: readFileSync(file).length,
  });
  assert.equal(readFileSync(file, 'utf8'), 'c1,c2,c3\r\na,b,c\r\nd,"e\nf",g\r\nh,i,j,k\r\n');

  await t.test('a saved recording has the table without the plugin and its input', async () => {
    const saved = join(plugged.folder, 'saved.hotplug.mcap');
    await host.request('saveRecording', { file: saved });
    const { id } = await host.request('openRecording', { file: saved });
    const again = await windowOf(host, {}, id);
    assert.deepEqual(
      again.rows.map(({ cells }) => cells),
      rows.map(({ cells }) => cells),
    );
    writeFileSync(join(plugged.folder, 'input.log'), input.toUpperCase());
    const detail = await host.request('resultDetail', { recording: id, row: 2 });
    assert.equal(
      Buffer.from(detail.bytes.bytes).toString(),
      'd|e\\nf|g\n',
      'small pieces are in the recording',
    );
    await host.request('closeRecording', { recording: id });
  });

  await t.test('a restart begins another run', async () => {
    const before = await windowOf(host);
    writeFileSync(join(plugged.folder, 'input.log'), 'x1|2|3\n');
    await host.request('restart', { plugin: plugged.hosted.id });
    const after = await eventually('the rows of the next run', async () => {
      const window = await windowOf(host);
      return window.run > before.run && window.total === 2 ? window : undefined;
    });
    assert.deepEqual(
      after.rows.map(({ cells }) => cells),
      [['parse: no line'], ['1', '2', '3']],
    );
  });
});

chipmunkTest('a file that comes with a row is saved as it is', async () => {
  await using plugged = await Plugged.start({ script: { parse: 'attachment,eof' }, input: 'content' });
  const { host } = plugged.hosted;
  await plugged.ended();
  const { rows } = await windowOf(host);
  assert.deepEqual(
    rows.map(({ kind, attachment }) => [kind, attachment?.name, attachment?.size]),
    [
      ['attachment', '../a file?.bin', 7],
      ['message', '../a file?.bin', 0],
    ],
  );
  const file = join(plugged.folder, 'attached');
  assert.deepEqual(await host.request('saveAttachment', { recording: 'live', row: 0, file }), { bytes: 7 });
  assert.equal(readFileSync(file, 'utf8'), 'content');
});

chipmunkTest('a call without an end is an error in its place', async () => {
  await using plugged = await Plugged.start({
    script: { parse: 'take 3,loop' },
    input: 'abcdef',
    deadlineMs: 1000,
  });
  await plugged.hosted.reach('its end', ({ state }) => state === 'failed');
  const { rows } = await windowOf(plugged.hosted.host);
  assert.deepEqual(
    rows.map(({ kind, offset }) => [kind, offset]),
    [
      ['message', 0],
      ['error', 3],
    ],
  );
  assert.deepEqual(rows[0]?.cells, ['abc']);
});

chipmunkTest(
  'a run that fills a recording goes on in the next one, and all of its rows are there',
  async (t) => {
    const count = 4000;
    const size = 100;
    const text = (row: number): string => {
      // Texts that zstd makes little of, the same every time.
      let state = row + 1;
      let made = `${row} `;
      while (made.length < size) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        made += state.toString(36);
      }
      return made.slice(0, size);
    };
    const input = Array.from({ length: count }, (_, row) => text(row)).join('');
    const recordingFolder = await mkdtemp(join(tmpdir(), 'hotplug-rows-'));
    t.after(() => rm(recordingFolder, { recursive: true, force: true }));
    await using long = await Plugged.start(
      { script: { parse: `take ${size}` }, input },
      { recordingFolder, recordingBudget: 1_200_000 },
    );
    const { host } = long.hosted;
    await long.hosted.reach('the end of the run', ({ input: now }) => now?.run?.state === 'done');
    assert.ok(readdirSync(recordingFolder).length > 1, 'one recording is enough for it');
    const { total, rows } = await windowOf(host, { from: 0, count });
    assert.equal(total, count);
    assert.deepEqual(
      rows.map(({ cells }) => cells[0]),
      Array.from({ length: rows.length }, (_, row) => text(row)),
    );
    const detail = await host.request('resultDetail', { recording: 'live', row: count - 1 });
    assert.equal(Buffer.from(detail.bytes.bytes).toString(), text(count - 1));
  },
);
