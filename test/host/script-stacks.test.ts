/** Where an exception of a TypeScript plugin was thrown: in its sources, whatever was made of them. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import type { FailureReport } from '../../extension/host/report.ts';
import type { Artifact, BuildMode, Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { typescript } from '../../extension/toolchains/javascript.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { Hosted } from './hosted.ts';

before(async () => {
  await buildInterpreters();
});

after(async () => {
  await typescript.dispose?.();
});

const helper = `/** Types go away, and with them lines. */
interface Wanted {
  readonly factor: number;
}

export function checked(wanted: Wanted): number {
  if (wanted.factor !== 1) throw new RangeError(\`no factor \${wanted.factor}\`);
  return wanted.factor;
}
`;
const library = `// A package of npm's.
export function each(list, call) {
  return list.map((one) => call(one));
}
`;

interface Thrower {
  readonly project: Project;
  readonly helper: string;
  readonly library: string;
  build(mode: BuildMode): Promise<Artifact>;
}

/** A project whose line that contains \`find\` calls a helper, by way of a package, that throws. */
async function thrower(t: TestContext, find: string): Promise<Thrower> {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-stacks-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 3 }));
  const { folder } = await scaffold({
    contract: 'streamkit',
    language: 'typescript',
    name: 'thrower',
    parent,
  });
  const files = {
    'src/helper.ts': helper,
    'node_modules/each/package.json': '{"name":"each","version":"1.0.0","main":"index.js","type":"module"}',
    'node_modules/each/index.js': library,
    'node_modules/each/index.d.ts':
      'export function each<T, U>(list: readonly T[], call: (one: T) => U): U[];\n',
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const source = join(folder, 'src', 'plugin.ts');
  const text = await readFile(source, 'utf8');
  assert.ok(text.includes(find), find);
  await writeFile(
    source,
    `import { each } from 'each';\nimport { checked } from './helper.ts';\n${text.replace(find, `each([1, 2], (factor) => checked({ factor }));\n    ${find}`)}`,
  );
  const found = await recognise(folder);
  assert.ok(found);
  const { input: _, ...config } = found.config;
  const project = { ...found, config };
  return {
    project,
    helper: join(folder, 'src', 'helper.ts'),
    library: join(folder, 'node_modules', 'each', 'index.js'),
    async build(mode) {
      let output = '';
      const write = (more: string): void => void (output += more);
      const { signal } = new AbortController();
      const result = await typescript.build({ project, mode, signal, write });
      assert.ok(result.ok, output + (result.ok ? '' : (result.failure ?? '')));
      return result.artifact;
    },
  };
}

/** The innermost frames: the helper, the function that is handed to the package, the package, and who called it. */
function assertFrames(report: FailureReport | undefined, { helper, library, project }: Thrower): void {
  assert.ok(report);
  assert.deepEqual([report.source?.file, report.source?.line], [helper, 7], report.what);
  const frames = report.frames.map(({ file, line }) => `${file ?? ''}:${line ?? ''}`);
  const plugin = join(project.folder, 'src', 'plugin.ts');
  assert.equal(frames[0], `${helper}:7`);
  assert.match(frames[1] ?? '', new RegExp(`^${RegExp.escape(plugin)}:\\d+$`));
  assert.ok(frames.includes(`${library}:3`), frames.join('\n'));
  assert.ok(
    report.frames.every(({ file }) => file?.startsWith(project.folder) === true),
    frames.join('\n'),
  );
  // Nothing of what stands between the plugin and its component.
  assert.ok(!frames.some((frame) => frame.includes('hotplug:') || frame.includes('.hotplug')));
}

void test('development: an error names the file and the line of the TypeScript', async (t) => {
  const made = await thrower(t, 'const factor = 10 **');
  await using hosted = await Hosted.create();
  await hosted.start(await made.build('development'), { project: made.project });
  await hosted.send({ audio: { sampleRate: 48_000, channels: 1, samples: [1] } });
  const { lastError } = await hosted.reach('the failure', ({ state }) => state === 'failed');
  assert.equal(lastError?.what, 'process returned an error: no factor 2');
  assertFrames(lastError, made);
  // The trace has the same.
  const failed = hosted.lifecycle().find(({ change }) => change === 'failed');
  const { source } = failed?.report as FailureReport;
  assert.deepEqual([source?.file, source?.line], ['src/helper.ts', 7]);
});

for (const mode of ['development', 'release'] as const) {
  void test(`${mode}: an exception that ends the component names the file and the line of the TypeScript`, async (t) => {
    const made = await thrower(t, 'console.info(`gain ${this.gainDb} dB`);\n  }\n\n  /** Handles');
    await using hosted = await Hosted.create();
    const { lastError, state } = await hosted.start(await made.build(mode), { project: made.project });
    assert.equal(state, 'failed');
    assert.equal(
      lastError?.what,
      `The plugin could not be started: constructor failed: RangeError: no factor 2 (${join('src', 'helper.ts')}:7)`,
    );
    assertFrames(lastError, made);
  });
}
