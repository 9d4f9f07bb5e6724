import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import * as zlib from 'node:zlib';
import { McapStreamReader } from '@mcap/core';
import { assetPath } from '../../extension/assets.ts';
import { JCO_VERSION } from '../../extension/host/versions.ts';
import type { Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { writeStamp } from '../../extension/project/stamp.ts';
import { openRecording } from '../../extension/recording/reader.ts';
import { RecordFlag, type Lifecycle } from '../../extension/recording/record.ts';
import { livesOf } from '../../extension/replay/lives.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { javascript } from '../../extension/toolchains/javascript.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { root } from '../../scripts/paths.ts';
import { buildTestPlugin, missingForTestPlugin } from '../testPlugin.ts';
import { Hosted } from './hosted.ts';

const missing = await missingForTestPlugin();
const skip = missing ?? false;
const path = missing === undefined ? await buildTestPlugin('debug') : '';
const crate = join(root, 'test', 'fixtures', 'rust-plugin');

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'hotplug-content-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function change(hosted: Hosted, name: Lifecycle['change']): Lifecycle {
  const found = hosted.lifecycle().findLast(({ change: one }) => one === name);
  assert.ok(found, `nothing is ${name}`);
  return found;
}

void test('a recording says what ran, in what, and how it was made', { skip }, async (t) => {
  const file = join(folder(t), 'a.hotplug.mcap');
  await using hosted = await Hosted.create(file);
  await hosted.start({ kind: 'component', path }, { params: '{"gain": 2}', deadlineMs: 1234 });
  const { artifact, runner, producers, params } = change(hosted, 'running');
  assert.equal(artifact, sha256(path));
  assert.equal(runner, undefined);
  assert.ok(
    producers?.some((one) => /^rustc \d+\./.test(one)),
    String(producers),
  );
  assert.equal(params, undefined);

  await hosted.host.request('updateParams', { plugin: hosted.id, params: '{"gain":3}' });
  await hosted.host.request('restart', { plugin: hosted.id });
  assert.equal(change(hosted, 'running').params, '{"gain":3}');
  // Nothing runs that could be told: only the next instance has them.
  await hosted.host.request('stop', { plugin: hosted.id });
  await hosted.host.request('updateParams', { plugin: hosted.id, params: undefined });
  await hosted.host.request('restart', { plugin: hosted.id });
  assert.equal(change(hosted, 'running').params, null);
  assert.deepEqual(
    livesOf(hosted.host.recording).map(({ params }) => params),
    ['{"gain":2}', '{"gain":3}', undefined],
  );
  await hosted.host.dispose();

  using read = await openRecording(file);
  const { tools, plugins } = read.info;
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly version: string;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  assert.equal(JCO_VERSION, manifest.devDependencies['@bytecodealliance/jco-transpile']);
  assert.deepEqual(tools, {
    hotplug: manifest.version,
    jco: JCO_VERSION,
    node: process.version,
    v8: process.versions.v8,
  });
  assert.deepEqual(plugins, [
    {
      name: 'tested',
      contract: 'streamkit',
      language: 'rust',
      params: '{"gain":2}',
      limits: { memoryBytes: 64 << 20, deadlineMs: 1234 },
    },
  ]);
});

void test('a source and the interpreter that runs it are told apart', async (t) => {
  await buildInterpreters();
  const { folder: made } = await scaffold({
    contract: 'streamkit',
    language: 'javascript',
    name: 'told',
    parent: folder(t),
  });
  const project = await recognise(made);
  assert.ok(project);
  const built = await javascript.build({
    project,
    mode: 'development',
    signal: new AbortController().signal,
    write: () => undefined,
  });
  assert.ok(built.ok && built.artifact.kind === 'source');
  await using hosted = await Hosted.create();
  const { input: _, ...config } = project.config;
  const status = await hosted.start(built.artifact, { project: { ...project, config } });
  const { artifact, runner } = change(hosted, 'running');
  assert.equal(artifact, sha256(built.artifact.path));
  assert.equal(status.artifact?.hash, artifact);
  assert.equal(runner, sha256(assetPath('dist', 'interpreters', 'streamkit-javascript.wasm')));
  await javascript.dispose?.();
});

void test('a state that was rebuilt is said to be one, and from how many inputs', { skip }, async () => {
  await using hosted = await Hosted.create();
  const artifact = { kind: 'component', path } as const;
  await hosted.start(undefined, {}, { reload: { state: 'rebuild' } });
  const stamp = {
    version: 1,
    status: 'ok',
    mode: 'development',
    artifact,
    startedAt: 1,
    diagnostics: [],
  } as const;
  await writeStamp(hosted.folder, { ...stamp, serial: 1 });
  await hosted.reach('running', ({ state }) => state === 'running');
  await hosted.tell('echo a', 'echo b');
  await writeStamp(hosted.folder, { ...stamp, serial: 2 });
  await hosted.reach('the reload', ({ reloads }) => reloads === 1);
  assert.equal(change(hosted, 'running').rebuilt, undefined);
  assert.equal(change(hosted, 'reloaded').rebuilt, 2);
  assert.equal(change(hosted, 'reloaded').artifact, sha256(path));
});

/** Every text and every byte in an MCAP file, unpacked. */
function contentOf(file: string): Buffer {
  const reader = new McapStreamReader({
    decompressHandlers: { zstd: (bytes: Uint8Array): Uint8Array => zlib.zstdDecompressSync(bytes) },
  });
  reader.append(readFileSync(file));
  const parts: Uint8Array[] = [];
  for (let record = reader.nextRecord(); record !== undefined; record = reader.nextRecord()) {
    if (record.type === 'Message') parts.push(record.data);
    else if (record.type === 'Metadata') parts.push(Buffer.from(JSON.stringify([...record.metadata])));
    else if (record.type === 'Channel') parts.push(Buffer.from(record.topic));
  }
  return Buffer.concat(parts);
}

void test('nothing in a recording tells where and for whom it was made', { skip }, async (t) => {
  const temporary = folder(t);
  const file = join(temporary, 'a.hotplug.mcap');
  const project: Project = {
    folder: crate,
    name: 'tested',
    contract: 'streamkit',
    language: 'rust',
    recognisedBy: 'test',
    config: {},
  };
  await using hosted = await Hosted.create(file);
  const { id } = await hosted.start({ kind: 'component', path }, { project });
  await hosted.tell('panic now');
  const { lastError } = await hosted.reach('the failure', ({ state }) => state === 'failed');
  // The report of what runs now opens the file as it is; the recording has it relative to the project.
  assert.equal(lastError?.source?.file, join(crate, 'src', 'lib.rs'));
  const { report } = change(hosted, 'failed');
  const recorded = report as NonNullable<typeof lastError>;
  assert.deepEqual(recorded.source, { ...lastError.source, file: 'src/lib.rs' });
  assert.ok(
    recorded.frames.some(({ file: frame }) => frame === 'src/lib.rs'),
    JSON.stringify(recorded.frames),
  );

  // The trace still leads into the sources.
  const rows = await hosted.host.request('rows', {
    recording: 'live',
    query: { filter: 'kind:lifecycle', first: 'end', count: 1 },
  });
  const record = rows.rows[0]?.record ?? -1;
  const detail = await hosted.host.request('detail', { recording: 'live', record });
  assert.equal(detail.source?.file, join(crate, 'src', 'lib.rs'));

  // A start that leads nowhere names the file, and so does a build.
  await hosted.host.request('remove', { plugin: id });
  const broken = join(temporary, 'broken.wasm');
  writeFileSync(broken, 'no component');
  await hosted.start({ kind: 'component', path: broken }, { project });
  await hosted.start(undefined, { project: { ...project, folder: temporary } });
  const source = join(temporary, 'src', 'lib.rs');
  await writeStamp(temporary, {
    version: 1,
    serial: 1,
    status: 'failed',
    mode: 'development',
    startedAt: 1,
    diagnostics: [{ severity: 'error', file: source, line: 3, column: 1, message: `in ${homedir()}` }],
  });
  await hosted.reach('the failed build', ({ build }) => build?.status === 'failed');
  assert.equal(change(hosted, 'build-failed').text, 'Build 1 failed: src/lib.rs:3: in ~');
  await hosted.host.dispose();

  const content = contentOf(file);
  for (const secret of [crate, temporary, homedir(), tmpdir(), `/${userInfo().username}/`, broken]) {
    const at = content.indexOf(secret);
    assert.equal(at, -1, `${secret} in: ${content.toString('latin1', at - 100, at + 100)}`);
  }
});

void test(
  'fields that the project names are not recorded, and the plugin gets them all the same',
  { skip },
  async (t) => {
    const file = join(folder(t), 'a.hotplug.mcap');
    const secret = 'XYZZY-1234';
    await using hosted = await Hosted.create(file);
    const config = { record: { redact: ['token', 'packet.text', 'result.err', 'stderr.text'] } };
    await hosted.start(
      { kind: 'component', path },
      { params: JSON.stringify({ token: secret, gain: 2 }) },
      config,
    );
    await hosted.host.request('updateParams', {
      plugin: hosted.id,
      params: JSON.stringify({ token: secret }),
    });
    await hosted.tell(`echo ${secret}`, `print ${secret}`, 'count');
    await hosted.host.request('restart', { plugin: hosted.id });
    await hosted.tell(`fail ${secret}`);
    const { stateText } = await hosted.reach('the failure', ({ state }) => state === 'failed');
    // What runs now is shown as it is.
    assert.ok(stateText.includes(secret), stateText);
    assert.deepEqual(hosted.texts(), ['[redacted]', '[redacted]', '[redacted]', '[redacted]']);
    const flagged = hosted.records('event').map(({ flags }) => (flags & RecordFlag.redacted) !== 0);
    assert.deepEqual(flagged, [true, true, true, true, true]);
    await hosted.host.dispose();
    const content = contentOf(file);
    const at = content.indexOf(secret);
    assert.equal(at, -1, content.toString('latin1', at - 300, at + 100));
    assert.ok(content.includes(JSON.stringify('{"token":"[redacted]","gain":2}')));
  },
);

void test('what a plugin writes of its project is compared as it was recorded', { skip }, async () => {
  await using hosted = await Hosted.create();
  const { id } = await hosted.start({ kind: 'component', path });
  await hosted.tell(`print ${join(hosted.folder, 'src', 'lib.rs')}`);
  const written = hosted.records('output').map(({ payload }) => Buffer.from(payload).toString());
  assert.equal(written.join(''), 'one line\nand src/lib.rs\n');
  const { report } = await hosted.host.request('replay', { recording: 'live', against: id });
  assert.deepEqual(report.differences, []);
  assert.equal(report.events.same, 1);
});
