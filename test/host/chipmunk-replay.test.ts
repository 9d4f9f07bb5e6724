/** Recordings of Chipmunk's plugins: replayed, compared, walked through, and what becomes of input that they refer to. */
import assert from 'node:assert/strict';
import { copyFile, mkdir, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { referenceOf } from '../../extension/contracts/chipmunk/event.ts';
import type { ReplayReport } from '../../extension/replay/types.ts';
import {
  buildPlugins,
  chipmunkTest,
  Plugged,
  pluginProject,
  writeComponent,
  type Case,
  type PluginKind,
  type Script,
} from './chipmunk.ts';
import { hotplug, temporaryFolder } from './cli-process.ts';
import { DebugClient } from './debugging.ts';

buildPlugins();

/** Replays the last life of the live recording against a component with a script. */
async function replayed(
  plugged: Plugged,
  script: Script,
  kind: PluginKind = 'parser',
): Promise<ReplayReport> {
  const path = await writeComponent(plugged.folder, kind, script, 'other.wasm');
  const project = {
    folder: plugged.folder,
    name: plugged.name,
    contract: `chipmunk-${kind}`,
    language: 'rust',
    recognisedBy: 'test',
    config: {},
  } as const;
  const { report } = await plugged.hosted.host.request('replay', {
    recording: 'live',
    plugin: plugged.name,
    against: { project, artifact: { kind: 'component', path } },
  });
  return report;
}

function same(report: ReplayReport, events: number): void {
  assert.deepEqual(report.differences, []);
  assert.equal(report.ended, undefined);
  assert.deepEqual(report.events, { total: events, same: events, different: 0, notReplayed: 0 });
}

/** Where the first difference is, and in what. */
function first(report: ReplayReport): readonly unknown[] {
  const [difference] = report.differences;
  return [difference?.event, difference?.kind, difference?.name];
}

const commands = 'clock\nrandom\nelapsed\nin write @/x hello\nin read @/x\ntemporary\nstdout out\nlog said\n';

chipmunkTest(
  'a parser comes out the same, clocks, random numbers and files included; another one differs where it does',
  async () => {
    const script = { parse: 'take 1,commands' };
    await using plugged = await Plugged.start({ script, input: `x${commands}` });
    await plugged.ended();
    same(await replayed(plugged, script), 2);
    const changed = await replayed(plugged, { parse: 'take 1,all-lines' });
    assert.deepEqual(first(changed).slice(0, 1), [2]);
    assert.equal(changed.events.same, 1);
    const early = await replayed(plugged, { parse: 'skip 1,commands' });
    assert.deepEqual(first(early), [1, 'result', 'parse']);
    // What comes after is given as it was recorded, whatever the answers are now.
    assert.equal(early.events.notReplayed, 0);
    const trapped = await replayed(plugged, { parse: 'take 1,trap' });
    assert.deepEqual([trapped.ended?.reason, trapped.ended?.event], ['trap', 2]);
  },
);

chipmunkTest('timestamps, errors and attachments are compared, too', async () => {
  const script = { parse: 'seen,error no*2,attachment' };
  await using plugged = await Plugged.start({ script, input: 'abcdef' });
  await plugged.ended();
  same(await replayed(plugged, script), 4);
  assert.deepEqual(first(await replayed(plugged, { parse: 'seen,error no,error yes,attachment' })), [
    3,
    'result',
    'parse',
  ]);
});

chipmunkTest('a byte source comes out the same; one that gives something else differs there', async () => {
  const script = { read: 'lines 3,command clock,lines 1,empty' };
  await using plugged = await Plugged.start({
    kind: 'bytesource',
    script,
    input: { kind: 'reads', length: 100 },
  });
  await plugged.ended();
  same(await replayed(plugged, script, 'bytesource'), 4);
  const changed = await replayed(plugged, { read: 'lines 3,command clock,lines 2,empty' }, 'bytesource');
  assert.deepEqual(first(changed), [3, 'result', 'read']);
  const failing = await replayed(plugged, { read: 'lines 3,io gone,lines 1,empty' }, 'bytesource');
  assert.equal(first(failing)[0], 2);
});

const MIB = 1024 * 1024;

/** A run over a file of 20 MiB, whose rows are few. */
async function large(): Promise<Plugged> {
  const input = Buffer.alloc(20 * MIB, 'some line of a log that is large\n');
  const plugged = await Plugged.start({
    script: { parse: `take 20,skip ${MIB}` } satisfies Case['script'],
    input,
  });
  try {
    const { input: given } = await plugged.ended();
    assert.deepEqual([given?.run?.state, given?.run?.bytes], ['done', 20 * MIB]);
    return plugged;
  } catch (error) {
    await plugged[Symbol.asyncDispose]();
    throw error;
  }
}

chipmunkTest(
  'a large input is referred to, not copied, and replays as long as it is what it was',
  async () => {
    await using plugged = await large();
    const { host, id } = plugged.hosted;
    const file = join(plugged.folder, 'run.hotplug.mcap');
    await host.request('saveLife', { plugin: id, file });
    assert.ok((await stat(file)).size < MIB, String((await stat(file)).size));
    const references = plugged.hosted.records('event').flatMap(({ payload }) => referenceOf(payload) ?? []);
    assert.equal(
      references.reduce((sum, { length }) => sum + length, 0),
      20 * MIB,
    );
    assert.ok(references.every((one) => one.file === 'input.log'));
    const script = { parse: `take 20,skip ${MIB}` };
    same(await replayed(plugged, script), plugged.calls().length);
    assert.equal((await replayed(plugged, { parse: `take 21,skip ${MIB}` })).differences[0]?.event, 1);
    const input = join(plugged.folder, 'input.log');
    await truncate(input, 15 * MIB);
    await failsWith(
      plugged,
      script,
      /input\.log is not what it was when this was recorded: it ends before byte 20971520/,
    );
    await truncate(input, 20 * MIB);
    await failsWith(
      plugged,
      script,
      /input\.log is not what it was when this was recorded: its bytes \d+ to 20971520 are other ones/,
    );
    await rename(input, join(plugged.folder, 'elsewhere.log'));
    await failsWith(
      plugged,
      script,
      /input\.log cannot be found, whose bytes 0 to 10485760 are a part of what was recorded/,
    );
  },
);

/** The replay says this, once, by rejecting or as its end. */
async function failsWith(plugged: Plugged, script: Script, message: RegExp): Promise<void> {
  let said: string;
  try {
    said = (await replayed(plugged, script)).ended?.text ?? 'it did not fail';
  } catch (error) {
    said = String(error);
  }
  assert.match(said, message);
}

chipmunkTest(
  'hotplug replay finds the file beside the recording, and names it where it is gone',
  async (t) => {
    await using plugged = await large();
    const place = await temporaryFolder(t);
    await mkdir(join(place, 'recordings'));
    const recording = join(place, 'recordings', 'run.hotplug.mcap');
    await plugged.hosted.host.request('saveLife', { plugin: plugged.hosted.id, file: recording });
    const component = await writeComponent(place, 'parser', { parse: `take 20,skip ${MIB}` });
    const beside = join(place, 'recordings', 'input.log');
    await copyFile(join(plugged.folder, 'input.log'), beside);
    const good = await hotplug('replay', recording, '--against', component);
    assert.equal(good.code, 0, good.stdout + good.stderr);
    const other = await writeComponent(
      place,
      'parser',
      { parse: `take 20,skip 9,skip ${MIB}` },
      'other.wasm',
    );
    const differs = await hotplug('replay', recording, '--against', other);
    assert.equal(differs.code, 1, differs.stdout + differs.stderr);
    await rm(beside);
    const gone = await hotplug('replay', recording, '--against', component);
    assert.notEqual(gone.code, 0);
    assert.match(
      gone.stdout + gone.stderr,
      new RegExp(`${basename(beside)} cannot be found, whose bytes 0 to 10485760`),
    );
  },
);

chipmunkTest('the debugger steps from call to call, and back', async () => {
  await using plugged = await Plugged.start({ script: { parse: 'take 1,take 2,all-lines' }, input: 'abcd' });
  await plugged.ended();
  await using client = new DebugClient(plugged.hosted.host);
  const artifact = join(plugged.folder, 'plugin.wasm');
  const launch = { recording: 'live', plugin: plugged.name, against: plugged.hosted.id, artifact };
  assert.equal((await client.launch(launch)).reason, 'entry');
  const at = async (): Promise<string> => (await client.stack()).join();
  const seen = [await at()];
  for (const command of ['next', 'next', 'stepBack', 'stepBack']) {
    await client.move(command);
    seen.push(await at());
  }
  const [start, second, third, back, begin] = seen;
  assert.deepEqual([back, begin], [second, start]);
  assert.equal(new Set([start, second, third]).size, 3);
});

chipmunkTest('hotplug test runs the recordings of a parser, and says what is other', async (t) => {
  await using plugged = await large();
  const place = await pluginProject(join(await temporaryFolder(t), 'tested'), 'parser', {
    parse: `take 20,skip ${MIB}`,
  });
  await mkdir(join(place, 'recordings'));
  const file = join(place, 'recordings', 'run.hotplug.mcap');
  await plugged.hosted.host.request('saveLife', { plugin: plugged.hosted.id, file });
  const input = join(place, 'input.log');
  await copyFile(join(plugged.folder, 'input.log'), input);
  const good = await hotplug('test', place, '--no-build');
  assert.equal(good.code, 0, good.stdout + good.stderr);
  assert.match(good.stdout, /^PASS run: same, 21 events/m);
  await writeFile(input, 'shorter');
  const bad = await hotplug('test', place, '--no-build');
  assert.equal(bad.code, 2, bad.stdout + bad.stderr);
  assert.match(
    bad.stdout + bad.stderr,
    /input\.log is not what it was when this was recorded: it ends before byte 10485760/,
  );
  await copyFile(join(plugged.folder, 'input.log'), input);
  await pluginProject(place, 'parser', { parse: `take 21,skip ${MIB}` });
  const other = await hotplug('test', place, '--no-build');
  assert.equal(other.code, 1, other.stdout + other.stderr);
  assert.match(other.stdout, /^FAIL run/m);
});

chipmunkTest('a small input is in the recording itself', async () => {
  await using plugged = await Plugged.start({ script: { parse: 'all-lines' }, input: 'one\ntwo' });
  await plugged.ended();
  await writeFile(join(plugged.folder, 'input.log'), 'other');
  await rm(join(plugged.folder, 'input.log'));
  same(await replayed(plugged, { parse: 'all-lines' }), 2);
});
