/** What every language's template must do: build, run as a gain filter, and say where a mistake is. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { recognise } from '../../extension/project/recognise.ts';
import type { BuildMode, LanguageId, Project } from '../../extension/project/project.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import type { BuildResult } from '../../extension/toolchains/toolchain.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { Hosted } from './hosted.ts';
import { missingTools } from '../../extension/toolchains/install.ts';

export interface TemplateTest {
  readonly language: LanguageId;
  /** The main source, and a replacement in it that its compiler refuses in that line. */
  readonly source: string;
  readonly mistake: { readonly find: string; readonly replace: string };
  /** Packets until memory stops growing, where a collector lets it grow first. */
  readonly warmUp?: number;
  /** Runs before the first build of the scaffolded folder. */
  readonly prepare?: (folder: string) => Promise<void>;
}

export function testTemplate({ language, source, mistake, warmUp, prepare }: TemplateTest): void {
  const toolchain = toolchains[language];
  let project: Project | undefined;

  /** The scaffolded project, or nothing after skipping the test because a tool is missing. */
  async function scaffolded(t: TestContext): Promise<Project | undefined> {
    const missing = missingTools(await toolchain.tools(undefined));
    if (missing.length > 0) {
      t.skip(`${language}: ${missing.map(({ name }) => name).join(', ')} not found`);
      return undefined;
    }
    if (project !== undefined) return project;
    const parent = await mkdtemp(join(tmpdir(), 'hotplug-template-'));
    const { folder } = await scaffold({ contract: 'streamkit', language, name: 'my-gain', parent });
    await prepare?.(folder);
    project = await recognise(folder);
    assert.ok(project);
    return project;
  }

  async function build(mode: BuildMode): Promise<{ result: BuildResult; output: string }> {
    assert.ok(project);
    let output = '';
    const result = await toolchain.build({
      project,
      mode,
      signal: new AbortController().signal,
      write: (text) => {
        output += text;
      },
    });
    return { result, output };
  }

  for (const mode of ['development', 'release'] as const) {
    void test(`${language}: the template builds for ${mode} and is a gain filter`, async (t) => {
      const made = await scaffolded(t);
      if (made === undefined) return;
      if (language === 'javascript' || language === 'typescript') await buildInterpreters();
      const { result, output } = await build(mode);
      assert.ok(result.ok, output);
      assert.deepEqual(result.diagnostics, []);
      await checkGain(made, result, warmUp);
    });
  }

  void test(`${language}: a mistake is reported in its line and leaves the last build alone`, async (t) => {
    const made = await scaffolded(t);
    if (made === undefined) return;
    const { result: good } = await build('development');
    assert.ok(good.ok);
    const before = await stat(good.artifact.path);

    const file = join(made.folder, source);
    const text = await readFile(file, 'utf8');
    assert.ok(text.includes(mistake.find));
    await writeFile(file, text.replace(mistake.find, mistake.replace));
    const line = text.slice(0, text.indexOf(mistake.find)).split('\n').length;
    const { result, output } = await build('development');
    assert.equal(result.ok, false);
    const error = result.diagnostics.find(({ severity }) => severity === 'error');
    assert.deepEqual([error?.file, error?.line], [file, line], output);
    assert.ok(output.includes(`${file}:${line}:`), output);
    assert.equal((await stat(good.artifact.path)).mtimeMs, before.mtimeMs);

    await writeFile(file, text);
    assert.ok((await build('development')).result.ok);
  });

  void test(`${language}: nothing of it stays`, async () => {
    await toolchain.dispose?.();
    if (project !== undefined) await rm(join(project.folder, '..'), { recursive: true, force: true });
  });
}

/** The project's own input would run beside the test's. */
function withoutInput({ config: { input: _input, ...config }, ...project }: Project): Project {
  return { ...project, config };
}

const packets = 100;
const samplesPerPacket = 960;

async function checkGain(
  project: Project,
  result: BuildResult & { readonly ok: true },
  warmUp = 0,
): Promise<void> {
  await using hosted = await Hosted.create();
  const status = await hosted.start(result.artifact, {
    project: withoutInput(project),
    params: '{"gain_db":-20}',
  });
  assert.equal(status.kind, 'plugin::wasm::my-gain', status.stateText);
  const samples = Array.from({ length: samplesPerPacket }, (_, index) => (index % 2 === 0 ? 1 : -1));
  const audio = { audio: { sampleRate: 48_000, channels: 1, samples } };
  await hosted.send(...Array.from({ length: packets }, () => audio));
  await hosted.settled();

  const out = hosted.sent().filter(({ pin }) => pin === 'out');
  assert.equal(out.length, packets);
  for (const { packet, error } of out) {
    assert.equal(error, undefined);
    assert.ok(packet?.tag === 'audio' && packet.samples.length === samplesPerPacket);
    assert.ok(
      Math.abs((packet.samples[0] ?? 0) - 0.1) < 1e-6 && Math.abs((packet.samples[1] ?? 0) + 0.1) < 1e-6,
    );
  }

  const [level, second, third] = hosted.sent().filter(({ pin }) => pin === 'telemetry');
  assert.ok(second !== undefined && third === undefined);
  assert.ok(level?.packet?.tag === 'custom');
  assert.equal(level.packet.typeId, 'plugin::wasm::my-gain/level@1');
  const telemetry = JSON.parse(level.packet.data) as Record<string, unknown>;
  assert.equal(telemetry['event_type'], 'audio.level');
  assert.equal(telemetry['sample_count'], samplesPerPacket);
  assert.ok(Math.abs(Number(telemetry['rms']) - 0.1) < 1e-6);

  // Parameters change while it runs; those that are not there stay.
  await hosted.host.request('updateParams', { plugin: hosted.id, params: '{"gain_db":6}' });
  await hosted.host.request('updateParams', { plugin: hosted.id, params: '{}' });
  await hosted.settled();
  await hosted.send(audio);
  await hosted.settled();
  const last = hosted
    .sent()
    .filter(({ pin }) => pin === 'out')
    .at(-1)?.packet;
  assert.ok(last?.tag === 'audio' && Math.abs((last.samples[0] ?? 0) - 10 ** (6 / 20)) < 1e-5);

  // A packet that is not freed would be 3.8 KB each.
  await hosted.send(...Array.from({ length: warmUp }, () => audio));
  await hosted.settled();
  const { memoryBytes } = await hosted.status();
  await hosted.send(...Array.from({ length: 20 * packets }, () => audio));
  await hosted.settled();
  const grown = (await hosted.status()).memoryBytes - memoryBytes;
  assert.ok(grown < 1024 * 1024, `memory grew by ${grown} bytes`);

  await hosted.tell('not audio');
  const failed = await hosted.reach('the failure', ({ state }) => state === 'failed');
  assert.match(failed.stateText, /^Failed: Runtime error: Plugin process failed: expected audio on pin in/);
}
