/** Files that grow, are cut, overwritten or deleted while they are open, and odd ones from the command line. */
import assert from 'node:assert/strict';
import {
  copyFileSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
  closeSync,
  existsSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { contracts } from '../../extension/contracts/index.ts';
import { UserError } from '../../extension/errors.ts';
import { OpenedRecordings } from '../../extension/host/opened.ts';
import { formatNames } from '../../extension/export/formats.ts';
import type { RecordingView } from '../../extension/recording/view.ts';
import { crowd, oddNames, oddTexts, oddTimes } from '../unit/odd-recordings.ts';
import { hotplug, temporaryFolder } from './cli-process.ts';

// eslint-disable-next-line no-control-regex -- They are what must not be there.
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** By default more than what is kept in memory of a file. */
async function file(t: TestContext, records = 200_000): Promise<string> {
  const path = join(await temporaryFolder(t), 'run.hotplug.mcap');
  using odd = crowd(records, 0.01, path);
  assert.ok(odd.recording.count > 0);
  return path;
}

function opened(t: TestContext): OpenedRecordings {
  const recordings = new OpenedRecordings({ contracts, grew: () => undefined });
  t.after(() => recordings.dispose());
  return recordings;
}

/** Asks everything that a panel asks; what the file no longer has is refused with what to do, never anything else. */
function askAll(view: RecordingView, count: number): { readonly answered: number; readonly refused: number } {
  let [answered, refused] = [0, 0];
  const ask = (question: () => unknown): void => {
    try {
      question();
      answered++;
    } catch (error) {
      assert.ok(error instanceof UserError, error instanceof Error ? error.stack : String(error));
      assert.ok(error.advice !== '');
      refused++;
    }
  };
  for (const filter of ['', 'line', 'payload:line', 'kind:log', 'duration:>1', 'size:>10']) {
    ask(() => view.rows({ filter, first: 'end', count: 100 }));
    ask(() => view.rows({ filter, first: 0, count: 100, grouped: { open: [0] } }));
    ask(() => view.search({ filter, from: -1, by: 1 }));
    ask(() => view.hits({ filter, from: 0, to: 100, buckets: 10 }));
  }
  ask(() => view.vocabulary());
  ask(() => view.lanes({ buckets: 500 }));
  ask(() => view.stats({ from: 0, to: 1e6 }));
  for (const record of [0, 1, 2, 3, Math.floor(count / 2), count - 4, count - 1]) {
    ask(() => view.detail(record));
    ask(() => view.flows(record));
    ask(() => view.place(record));
    if (record % 4 === 0) ask(() => view.copy(record, undefined, 'json'));
    if (record % 4 === 0) ask(() => view.values({ record, first: 0, count: 10 }));
    if (record % 4 === 0) ask(() => view.differences(0, record));
  }
  return { answered, refused };
}

void test('a file that is cut, overwritten, replaced or deleted while it is open answers or says why', async (t) => {
  const changes: Readonly<Record<string, (path: string) => void>> = {
    cut: (path) => truncateSync(path, Math.floor(statSync(path).size / 2)),
    emptied: (path) => truncateSync(path, 0),
    overwritten: (path) => {
      const size = statSync(path).size;
      const descriptor = openSync(path, 'r+');
      writeSync(descriptor, Buffer.alloc(size - 200, 0xa5), 0, size - 200, 100);
      closeSync(descriptor);
    },
    replaced: (path) => {
      copyFileSync(path, `${path}.other`);
      truncateSync(`${path}.other`, 5000);
      renameSync(`${path}.other`, path);
    },
    deleted: (path) => rmSync(path),
  };
  for (const [name, change] of Object.entries(changes)) {
    await t.test(name, async (inner) => {
      const path = await file(inner);
      const recordings = opened(inner);
      const { id } = await recordings.open(path);
      const recording = await recordings.whole(id);
      const before = recording.count;
      change(path);
      const { answered, refused } = askAll(recordings.view(id), before);
      assert.equal(recording.count, before);
      assert.ok(answered > 0);
      // What is open keeps its bytes where the name goes to another file, or to none.
      if (name === 'deleted' || name === 'replaced') assert.equal(refused, 0);
      else assert.ok(refused > 0);
      recordings.close(id);
      // Whoever opens it now is told what there is.
      try {
        const again = await recordings.open(path);
        assert.ok(again.count <= before);
        assert.notEqual(again.truncatedAt, undefined);
        if (again.count > 0) askAll(recordings.view(again.id), again.count);
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
      }
    });
  }
});

void test('a file that grows is what it was, and all of it when it is opened again', async (t) => {
  const path = join(await temporaryFolder(t), 'growing.hotplug.mcap');
  using odd = crowd(4000, 0.01, path);
  odd.recording.flush();
  const recordings = opened(t);
  const first = await recordings.open(path);
  assert.equal(first.count, 4000);
  odd.at(1e6).event(5000).call(5000);
  odd.recording.flush();
  assert.equal(askAll(recordings.view(first.id), 4000).refused, 0);
  assert.equal(recordings.view(first.id).rows({ filter: '', first: 'end', count: 1 }).total, 4000);
  const second = await recordings.open(path);
  assert.notEqual(second.id, first.id);
  assert.equal((await recordings.whole(second.id)).count, 4002);
});

void test('the command line shows and exports odd recordings, and nothing of them is obeyed', async (t) => {
  const folder = await temporaryFolder(t);
  const makes = {
    names: (path: string) => oddNames(Object.values(oddTexts), path),
    times: oddTimes,
  };
  for (const [name, make] of Object.entries(makes)) {
    const path = join(folder, `${name}.hotplug.mcap`);
    const odd = make(path);
    odd[Symbol.dispose]();
    for (const flags of [[], ['--stats', '--grouped'], ['--json', '--stats'], ['--width', '80']]) {
      const { code, stdout, stderr } = await hotplug('view', path, ...flags);
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stdout, OBEYED);
      assert.doesNotMatch(stderr, OBEYED);
      if (!flags.includes('--json')) continue;
      const { rows, records } = JSON.parse(stdout) as { rows: { name: string }[]; records: number };
      assert.equal(records, odd.recording.count);
      if (name === 'names') assert.ok(rows.some((row) => row.name === oddTexts.long));
    }
    for (const format of formatNames) {
      const out = join(folder, `${name}.${format}`);
      const { code, stdout, stderr } = await hotplug('export', path, '--format', format, '--out', out);
      assert.equal(code, 0, stderr);
      assert.doesNotMatch(stdout + stderr, OBEYED);
      assert.ok(statSync(out).size > 100);
      if (format === 'jsonl')
        assert.equal(readFileSync(out, 'utf8').trimEnd().split('\n').length, odd.recording.count);
      if (format !== 'chrome' && format !== 'otlp-json') continue;
      const seen = await hotplug('view', out);
      assert.equal(seen.code, 0, seen.stderr);
      assert.doesNotMatch(seen.stdout + seen.stderr, OBEYED);
    }
  }
});

void test('the command line says what is wrong with a file that is damaged, cut or gone', async (t) => {
  const path = await file(t, 8000);
  const cut = `${path}.cut.hotplug.mcap`;
  copyFileSync(path, cut);
  truncateSync(cut, Math.floor(statSync(cut).size * 0.6));
  const seen = await hotplug('view', cut);
  assert.equal(seen.code, 0, seen.stderr);
  assert.match(seen.stdout, /was cut off/);
  const out = join(path, '..', 'cut.csv');
  const exported = await hotplug('export', cut, '--out', out);
  assert.equal(exported.code, 0, exported.stderr);
  assert.match(exported.stderr, /was cut off/);
  assert.ok(existsSync(out));
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 3000, 3100);
  const damaged = `${path}.damaged.hotplug.mcap`;
  const descriptor = openSync(damaged, 'w');
  writeSync(descriptor, bytes);
  closeSync(descriptor);
  for (const argv of [
    ['view', damaged],
    ['export', damaged, '--format', 'csv'],
    ['view', `${path}.none`],
    ['export', `${path}.none`, '--format', 'jsonl'],
  ]) {
    const { code, stdout, stderr } = await hotplug(...argv);
    assert.equal(code, 2, `${argv.join(' ')}: ${stdout} ${stderr}`);
    assert.match(stdout + stderr, /error: [^]*what to do: /);
    assert.doesNotMatch(stdout + stderr, /defect of Hotplug/);
  }
});
