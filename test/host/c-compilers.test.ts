/** One plugin with each way of having a C compiler: Debian's clang, WASI SDK, zig and zig as a Python package. */
import assert from 'node:assert/strict';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import type { Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { findCCompiler, type CCompiler } from '../../extension/toolchains/c-compiler.ts';
import { c } from '../../extension/toolchains/c.ts';
import { findProgram } from '../../extension/toolchains/find.ts';
import { cache } from '../../scripts/paths.ts';
import { temporaryFolder } from './cli-process.ts';
import { Hosted } from './hosted.ts';
import { findZig } from './zig.ts';

// zig keeps its C library there; compiling it takes a minute.
process.env['ZIG_GLOBAL_CACHE_DIR'] ??= join(cache, 'zig');

interface Way {
  readonly kind: CCompiler['kind'];
  readonly version: RegExp;
  readonly path?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly prepare?: (project: Project) => Promise<void>;
}

/** Sets variables of the environment for the time of a test. */
function setEnvironment(t: TestContext, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    const old = process.env[name];
    process.env[name] = value;
    t.after(() => {
      if (old === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = old;
    });
  }
}

async function buildsAndRuns(t: TestContext, way: Way): Promise<void> {
  const parent = await temporaryFolder(t);
  const { folder } = await scaffold({ contract: 'streamkit', language: 'c', name: 'my-own', parent });
  const project = await recognise(folder);
  assert.ok(project !== undefined);
  await way.prepare?.(project);
  setEnvironment(t, {
    ...(way.path === undefined ? {} : { PATH: way.path }),
    ...way.environment,
  });
  const compiler = await findCCompiler(folder);
  assert.equal(compiler?.kind, way.kind);
  assert.match(compiler.version, way.version);
  const tools = await c.tools(folder);
  assert.deepEqual(
    tools.map(({ found, path }) => [found, path]),
    [[true, compiler.path]],
  );

  await c.prepare?.(project);
  const commands = JSON.parse(await readFile(join(folder, 'compile_commands.json'), 'utf8')) as {
    readonly file: string;
    readonly arguments: readonly string[];
  }[];
  assert.deepEqual(
    commands.map(({ file }) => file),
    ['bindings/plugin.c', 'src/params.c', 'src/plugin.c'],
  );
  for (const { arguments: words } of commands) {
    assert.ok(
      words.some((word) => word.startsWith('--target=wasm32-wasi')),
      words.join(' '),
    );
    // clangd takes the first word for a clang, whatever compiles.
    assert.match(words[0] ?? '', /clang/);
    assert.ok(words.includes('-Ibindings') && words.includes('-Isrc'));
  }

  for (const mode of ['development', 'release'] as const) {
    let output = '';
    const result = await c.build({
      project,
      mode,
      signal: new AbortController().signal,
      write: (text) => {
        output += text;
      },
    });
    if (!result.ok) assert.fail(`${result.failure ?? ''}\n${output}`);
    assert.deepEqual(result.diagnostics, [], output);
    await using hosted = await Hosted.create();
    const { input: _, ...config } = project.config;
    await hosted.start(result.artifact, { project: { ...project, config }, params: '{"gain_db":-20}' });
    await hosted.send({ audio: { sampleRate: 48_000, channels: 1, samples: [1, -1] } });
    await hosted.settled();
    const [sent] = hosted.sent();
    assert.ok(sent?.packet?.tag === 'audio');
    assert.deepEqual(
      [...sent.packet.samples].map((sample) => Math.round(sample * 1000)),
      [100, -100],
    );
  }
}

const clang = (await findProgram('clang-19')) ?? (await findProgram('clang'));

void test("Debian's clang and wasi-libc", { skip: clang === undefined && 'clang not found' }, async (t) => {
  await buildsAndRuns(t, { kind: 'clang', version: /clang version \d+/ });
});

void test(
  'a folder that is laid out as WASI SDK, named by the environment',
  { skip: (clang === undefined || process.platform === 'win32') && 'clang not found' },
  async (t) => {
    const sdk = await temporaryFolder(t);
    await mkdir(join(sdk, 'bin'));
    await mkdir(join(sdk, 'share'));
    // The program looks for its own files from where it really is.
    await symlink(clang ?? '', join(sdk, 'bin', 'clang'));
    await symlink('/usr', join(sdk, 'share', 'wasi-sysroot'));
    await buildsAndRuns(t, {
      kind: 'wasi-sdk',
      version: /^WASI SDK, .*clang version \d+/,
      environment: { WASI_SDK_PATH: sdk },
    });
  },
);

void test('zig on the PATH', async (t) => {
  const zig = await findZig();
  if ('missing' in zig) {
    t.skip(`zig: ${zig.missing}`);
    return;
  }
  await buildsAndRuns(t, { kind: 'zig', version: /^zig \d+\.\d+\.\d+$/, path: zig.programs });
});

void test("the package ziglang in the project's virtual environment", async (t) => {
  const zig = await findZig();
  if ('missing' in zig) {
    t.skip(`zig: ${zig.missing}`);
    return;
  }
  await buildsAndRuns(t, {
    kind: 'zig',
    version: /^zig \d+\.\d+\.\d+ \(ziglang package\)$/,
    path: await temporaryFolder(t),
    prepare: ({ folder }) => symlink(zig.environment, join(folder, '.venv'), 'junction'),
  });
});
