import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { decodeSend } from '../../extension/contracts/streamkit/packet.ts';
import type { RecordingStatus } from '../../extension/host/protocol.ts';
import { writeStamp } from '../../extension/project/stamp.ts';
import { decodeLifecycle } from '../../extension/recording/lifecycle.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import { RecordKind, type RawRecord, type Recording } from '../../extension/recording/record.ts';
import { buildTestPlugin, missingForTestPlugin } from '../testPlugin.ts';
import { Hosted } from './hosted.ts';

const missing = await missingForTestPlugin();
const skip = missing ?? false;
const path = missing === undefined ? await buildTestPlugin('small') : '';
const artifact = { kind: 'component', path } as const;
const MEBIBYTE = 1 << 20;

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'hotplug-rotation-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function filesOf(recordings: string): string[] {
  return readdirSync(recordings).sort();
}

function* recordsOf(recording: Recording): Generator<RawRecord> {
  for (let index = 0; index < recording.count; index++) yield recording.at(index);
}

/** Texts that zstd makes little of. */
function noise(length: number): string {
  return Array.from({ length }, () => Math.random().toString(36).slice(2, 12)).join('');
}

/** Sends texts of 10 KB until the host goes on in another file; gives how many. */
async function fill(hosted: Hosted): Promise<number> {
  const { file } = await hosted.host.request('recordingStatus', undefined);
  let sent = 0;
  while ((await hosted.host.request('recordingStatus', undefined)).file === file) {
    await hosted.send({ text: `echo ${noise(1000)}` });
    sent++;
    assert.ok(sent < 2000, 'the recording is never full');
    await hosted.reach('room', ({ waiting }) => waiting === 0);
  }
  return sent;
}

void test(
  'a full recording is finished and goes on in the next, and no event is lost or cut in two',
  { skip },
  async (t) => {
    const recordings = folder(t);
    await using hosted = await Hosted.create(undefined, {
      recordingFolder: recordings,
      recordingBudget: 8 * MEBIBYTE,
    });
    const statuses: RecordingStatus[] = [];
    hosted.host.on('recording', (status) => statuses.push(status));
    await hosted.start(artifact, { params: '{"gain":1}' });
    let sent = 0;
    while (filesOf(recordings).length < 3) {
      await hosted.send(...Array.from({ length: 20 }, () => ({ text: `echo ${++sent} ${noise(400)}` })));
      assert.ok(sent < 20_000);
      await setImmediate();
    }
    await hosted.reach('the last event', ({ waiting }) => waiting === 0);
    await hosted.tell(`echo ${++sent}`);
    await hosted.host.dispose();

    const files = filesOf(recordings);
    const answered: number[] = [];
    for (const [position, file] of files.entries()) {
      using read = await openRecording(join(recordings, file));
      assert.equal(read.truncatedAt, undefined);
      assert.deepEqual(read.info.plugins[0]?.params, '{"gain":1}');
      const events = new Set<number>();
      for (const { kind, event, name, payload } of recordsOf(read)) {
        if (kind === RecordKind.event) events.add(event);
        // What belongs to an event is in the file that has the event.
        else if (event !== 0) assert.ok(events.has(event), `${file}: ${name} of event ${event}`);
        if (kind !== RecordKind.hostCall) continue;
        const packet = decodeSend(payload)?.packet;
        if (packet?.tag === 'text' && event !== 0) answered.push(Number.parseInt(packet.text, 10));
      }
      const first = read.at(0);
      if (position === 0) continue;
      assert.equal(first.name, 'continued');
      const continued = decodeLifecycle(first.payload);
      assert.equal(continued.began, files[0]);
      assert.ok(
        continued.text.includes(files[position - 1] ?? '?') && continued.text.includes(files[0] ?? '?'),
      );
      assert.match(continued.artifact ?? '', /^[0-9a-f]{64}$/);
    }
    assert.deepEqual(
      answered,
      Array.from({ length: sent }, (_, index) => index + 1),
    );
    // Each change was told, and what is kept was counted.
    assert.deepEqual([...new Set(statuses.map(({ file }) => basename(file)))], files);
    const last = statuses.at(-1);
    assert.equal(last?.budgetBytes, 8 * MEBIBYTE);
    assert.ok(last.keptBytes > 2 * last.bytes);
  },
);

void test('no more is kept than the budget allows, and the oldest goes first', { skip }, async (t) => {
  const recordings = folder(t);
  const budget = 2 * MEBIBYTE;
  await using hosted = await Hosted.create(undefined, {
    recordingFolder: recordings,
    recordingBudget: budget,
  });
  await hosted.start(artifact);
  const seen = new Set<string>();
  for (let round = 0; round < 6; round++) {
    await fill(hosted);
    for (const file of filesOf(recordings)) seen.add(file);
    const bytes = filesOf(recordings).reduce((sum, file) => sum + statSync(join(recordings, file)).size, 0);
    assert.ok(bytes <= budget, `${bytes} bytes are kept`);
  }
  const all = [...seen].sort();
  const kept = filesOf(recordings);
  assert.ok(kept.length < all.length && kept.length > 2, `${kept.length} of ${all.length}`);
  assert.deepEqual(kept, all.slice(-kept.length));
});

void test('a recording that was named is one file, however long', { skip }, async (t) => {
  const recordings = folder(t);
  await using hosted = await Hosted.create(join(recordings, 'mine.hotplug.mcap'), {
    recordingBudget: 10_000,
  });
  await hosted.start(artifact);
  for (let round = 0; round < 10; round++) await hosted.tell(`echo ${noise(1000)}`);
  const status = await hosted.host.request('recordingStatus', undefined);
  assert.ok(status.bytes > 20_000, String(status.bytes));
  assert.equal(status.budgetBytes, undefined);
  assert.deepEqual(filesOf(recordings), ['mine.hotplug.mcap']);
});

for (const lost of [false, true]) {
  const what = lost ? 'is refused where one of them is gone' : 'is rebuilt from inputs of several recordings';
  void test(`a state ${what}`, { skip }, async (t) => {
    const recordings = folder(t);
    await using hosted = await Hosted.create(undefined, {
      recordingFolder: recordings,
      recordingBudget: 4 * MEBIBYTE,
    });
    const stamp = {
      version: 1,
      status: 'ok',
      mode: 'development',
      artifact,
      startedAt: 1,
      diagnostics: [],
    } as const;
    await hosted.start(undefined, {}, { reload: { state: 'rebuild' } });
    await writeStamp(hosted.folder, { ...stamp, serial: 1 });
    await hosted.reach('running', ({ state }) => state === 'running');
    const inputs = (await fill(hosted)) + (await fill(hosted));
    await hosted.tell('count');
    assert.equal(hosted.texts().at(-1), String(inputs + 1));
    if (lost) rmSync(join(recordings, filesOf(recordings)[0] ?? ''));

    await writeStamp(hosted.folder, { ...stamp, serial: 2 });
    if (lost) {
      const { lastError } = await hosted.reach('the refusal', (status) => status.lastError !== undefined);
      assert.match(lastError?.what ?? '', /^The state cannot be rebuilt, .* cannot be opened/);
      assert.match(lastError?.advice ?? '', /^Restart the plugin/);
      await hosted.tell('count');
      assert.equal(hosted.texts().at(-1), String(inputs + 2), 'the old instance goes on');
      await hosted.host.request('restart', { plugin: hosted.id });
      await hosted.tell('count');
      assert.equal(hosted.texts().at(-1), '1');
    } else {
      await hosted.reach('the reload', ({ reloads }) => reloads === 1);
      await hosted.tell('count');
      assert.equal(hosted.texts().at(-1), String(inputs + 2));
      const reloaded = hosted.lifecycle().find(({ change }) => change === 'reloaded');
      assert.equal(reloaded?.rebuilt, inputs + 1);
    }
  });
}
