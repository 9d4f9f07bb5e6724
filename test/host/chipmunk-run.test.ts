/** Runs of Chipmunk's plugins over their lives: new builds, other configurations, hangs, and inputs that change under them. */
import assert from 'node:assert/strict';
import { rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { writeStamp } from '../../extension/project/stamp.ts';
import { buildPlugins, chipmunkTest, Plugged, writeComponent, type Script } from './chipmunk.ts';

buildPlugins();

let builds = 0;

/** A new build of the plugin, as `hotplug watch` leaves it. */
async function build(plugged: Plugged, script: Script | undefined): Promise<void> {
  builds++;
  const path =
    script === undefined
      ? undefined
      : await writeComponent(plugged.folder, 'parser', script, `build-${builds}.wasm`);
  await writeStamp(plugged.folder, {
    version: 1,
    serial: builds,
    status: path === undefined ? 'failed' : 'ok',
    mode: 'development',
    startedAt: Date.now(),
    finishedAt: Date.now(),
    diagnostics: [],
    ...(path === undefined ? {} : { artifact: { kind: 'component', path } }),
  });
}

/** Waits until these rows are those of the newest life. */
async function rowsAre(plugged: Plugged, rows: readonly string[]): Promise<void> {
  await plugged.hosted.reach(`the rows ${rows.join()}`, ({ input }) => {
    const found = plugged.rows();
    return input?.run?.state === 'done' && JSON.stringify(found.slice(-rows.length)) === JSON.stringify(rows);
  });
}

chipmunkTest(
  'each build, each configuration and each start of the input is a fresh instance that begins anew',
  async () => {
    await using plugged = await Plugged.start({ input: 'abc', followed: true });
    await build(plugged, { parse: 'take 1,all-lines' });
    await rowsAre(plugged, ['a', 'bc']);
    await build(plugged, { parse: 'take 2,all-lines' });
    await rowsAre(plugged, ['ab', 'c']);
    const { host, id } = plugged.hosted;
    await host.request('updateParams', { plugin: id, params: JSON.stringify({ steps: 'each 3' }) });
    await rowsAre(plugged, ['a', 'b', 'c']);
    // The steps are counted by the instance: without a fresh one it would go on with the last.
    await host.request('updateParams', { plugin: id, params: JSON.stringify({ steps: 'skip 2,take 1' }) });
    await rowsAre(plugged, ['b', 'c', 'c']);
    const before = plugged.calls().length;
    await host.request('startInput', {
      plugin: id,
      input: { kind: 'bytes', file: join(plugged.folder, 'input.log') },
    });
    await plugged.hosted.reach('the run again', () => plugged.calls().length === before + 2);
    assert.deepEqual(
      plugged
        .calls()
        .slice(-2)
        .map(({ offset, length }) => [offset, length]),
      [
        [0, 3],
        [2, 1],
      ],
    );
    const runs = plugged.calls().filter(({ offset }) => offset === 0);
    assert.equal(runs.length, 5);
  },
);

chipmunkTest(
  'a configuration that the schema does not have, and a build that fails, leave what runs',
  async () => {
    await using plugged = await Plugged.start({ input: 'abc', followed: true });
    await build(plugged, { parse: 'take 1,all-lines' });
    await rowsAre(plugged, ['a', 'bc']);
    await build(plugged, undefined);
    await plugged.hosted.reach('the failed build', ({ build: last }) => last?.status === 'failed');
    // Another kind of plugin than before, one that hangs as it is asked what it is, and one that refuses to start.
    for (const script of [{ version: 'trap' }, { init: 'io no file' }, { schemas: 'twice' }]) {
      await build(plugged, script);
      await plugged.hosted.reach(
        JSON.stringify(script),
        () => plugged.hosted.lifecycle().at(-1)?.change === 'reload-failed',
      );
      assert.equal((await plugged.status()).state, 'running');
      await build(plugged, { parse: 'take 1,all-lines' });
      const { serial } =
        (await plugged.hosted.reach('the good build', ({ build: last }) => last?.serial === builds)).build ??
        {};
      assert.equal(serial, builds);
      await rowsAre(plugged, ['a', 'bc']);
      await plugged.hosted.reach(
        'the reload',
        () => plugged.hosted.lifecycle().at(-1)?.change !== 'reload-failed',
      );
    }
  },
);

chipmunkTest('a parser that hangs is ended at its deadline, and the next build runs', async () => {
  await using plugged = await Plugged.start({ input: 'abc', followed: true, deadlineMs: 500 });
  await build(plugged, { parse: 'take 1,loop' });
  const { lastError, input } = await plugged.hosted.reach(
    'its end',
    ({ state, lastError: error }) => state === 'failed' && error !== undefined,
  );
  assert.equal(lastError?.kind, 'timeout');
  assert.equal(lastError.what, 'parse did not return within 500 ms; the call was ended.');
  assert.match(
    input?.run?.failure ?? '',
    /^tested, call 2 of parse at offset 1 of input\.log \(3 B\): parse did not return within 500 ms/,
  );
  await build(plugged, { parse: 'take 1,all-lines' });
  await rowsAre(plugged, ['a', 'bc']);
  assert.equal((await plugged.status()).state, 'running');
});

/** Something happens to the file while it is read: the parser waits for a sign meanwhile. */
async function changed(change: (file: string) => Promise<void>): Promise<string> {
  const CHUNK = 16 * 1024;
  const input = Buffer.alloc(24 * 1024 * 1024, 'line of a log\n');
  await using plugged = await Plugged.start({ script: { parse: `skip ${CHUNK}` } });
  const file = join(plugged.folder, 'input.log');
  await writeFile(file, input);
  await plugged.again({ kind: 'bytes', file });
  await plugged.hosted.reach('the first calls', ({ input: given }) => (given?.sent ?? 0) > 1);
  await change(file);
  const { input: given, state } = await plugged.ended();
  assert.equal(state, 'running');
  assert.equal(given?.run?.state, 'failed');
  // What was given before is the plugin's.
  assert.ok(given.run.bytes > 0);
  return (given.run.failure ?? '').replace(file, 'FILE').replaceAll(/\d+/g, '#');
}

chipmunkTest('a file that shrinks while it is read ends the run with its name and the offset', async () => {
  assert.match(
    await changed((file) => truncate(file, 1024)),
    /^FILE changed while it was read at offset #: it (became shorter, # bytes instead of #|ends at # now)\.$/,
  );
});

chipmunkTest('a file that vanishes while it is read does so, too', async (t) => {
  if (process.platform === 'win32') {
    t.skip('Windows keeps a file that is open');
    return;
  }
  assert.equal(
    await changed((file) => rm(file)),
    'FILE changed while it was read at offset #: it was removed or replaced.',
  );
});

chipmunkTest('an input that is not there says so, and the plugin goes on', async () => {
  await using plugged = await Plugged.start({ script: { parse: 'all-lines' } });
  const said = Promise.withResolvers<string>();
  plugged.hosted.host.on('log', ({ level, text }) => {
    if (level === 'error') said.resolve(text);
  });
  const { host, id } = plugged.hosted;
  await plugged.started();
  await host.request('startInput', {
    plugin: id,
    input: { kind: 'bytes', file: join(plugged.folder, 'none.log') },
  });
  assert.match(await said.promise, /none\.log cannot be read/);
  assert.equal((await plugged.status()).state, 'running');
});
