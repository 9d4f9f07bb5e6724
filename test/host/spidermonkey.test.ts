/** Release builds with SpiderMonkey: another engine, the same plugin. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import type { Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { typescript } from '../../extension/toolchains/javascript.ts';
import type { BuildResult } from '../../extension/toolchains/toolchain.ts';
import { installTool } from '../../scripts/tools.ts';
import { Hosted } from './hosted.ts';

after(async () => {
  await typescript.dispose?.();
});

/** The template, to be built with SpiderMonkey; `change` is applied to its source. */
async function newProject(t: TestContext, change: (source: string) => string): Promise<Project> {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-spidermonkey-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 3 }));
  const { folder } = await scaffold({
    contract: 'streamkit',
    language: 'typescript',
    name: 'monkey',
    parent,
  });
  const config = join(folder, 'hotplug.json');
  await writeFile(
    config,
    (await readFile(config, 'utf8')).replace('"entry"', '"engine": "spidermonkey",\n  "entry"'),
  );
  const source = join(folder, 'src', 'plugin.ts');
  await writeFile(source, change(await readFile(source, 'utf8')));
  const project = await recognise(folder);
  assert.equal(project?.config.engine, 'spidermonkey');
  const { input: _, ...rest } = project.config;
  return { ...project, config: rest };
}

async function install({ folder }: Project): Promise<void> {
  const peers = await installTool('peers', 'jco and ComponentizeJS');
  const from = join(peers, 'node_modules', '@bytecodealliance', 'componentize-js');
  const to = join(folder, 'node_modules', '@bytecodealliance', 'componentize-js');
  await mkdir(join(to, '..'), { recursive: true });
  await symlink(from, to);
}

async function build(project: Project): Promise<{ result: BuildResult; output: string }> {
  let output = '';
  const write = (text: string): void => void (output += text);
  const { signal } = new AbortController();
  return { result: await typescript.build({ project, mode: 'release', signal, write }), output };
}

void test('where ComponentizeJS is not installed, the build says how to install it', async (t) => {
  const project = await newProject(t, (source) => source);
  const { result } = await build(project);
  assert.ok(!result.ok);
  assert.match(
    result.failure ?? '',
    /^ComponentizeJS, which makes release builds with SpiderMonkey, is not installed\. Run in .*monkey: npm install --save-dev @bytecodealliance\/componentize-js$/,
  );
});

void test('a component with SpiderMonkey does what the one with QuickJS does', async (t) => {
  const project = await newProject(t, (source) =>
    // No parameters are null, not undefined, and an error of the host is an Error with its text.
    source
      .replace(
        'if (json === null)',
        'if (json === undefined) throw new Error("undefined");\n  if (json === null)',
      )
      .replace(
        "sendOutput('out',",
        "try {\n      sendOutput('nowhere', packet);\n    } catch (error) {\n      console.info(error instanceof Error ? error.message : typeof error);\n    }\n    sendOutput('out',",
      ),
  );
  await install(project);
  const tools = await typescript.tools(project.folder);
  assert.equal(tools.find(({ name }) => name === 'componentize-js')?.found, true);
  const { result, output } = await build(project);
  assert.ok(result.ok, output + (result.ok ? '' : (result.failure ?? '')));

  await using hosted = await Hosted.create();
  const { config } = project;
  const status = await hosted.start(result.artifact, {
    project: { ...project, config: { ...config, params: undefined } },
  });
  assert.equal(status.state, 'running', status.stateText);
  assert.equal(status.kind, 'plugin::wasm::monkey');
  const audio = { audio: { sampleRate: 96_000, channels: 1, samples: [0.5, -0.5] } };
  await hosted.send(audio);
  await hosted.settled();
  const [sent] = hosted.sent().filter(({ pin }) => pin === 'out');
  assert.ok(sent?.packet?.tag === 'audio');
  assert.deepEqual([...sent.packet.samples], [0.5, -0.5]);
  assert.equal(sent.packet.sampleRate, 96_000);
  const lines = hosted
    .records('hostCall')
    .filter(({ name }) => name === 'log')
    .map(({ payload }) => Buffer.from(payload).toString('utf8'));
  assert.ok(
    lines.some((line) => line.includes("unknown output pin 'nowhere' on node 'monkey'")),
    lines.join('\n'),
  );

  await hosted.tell('not audio');
  const failed = await hosted.reach('the failure', ({ state }) => state === 'failed');
  assert.match(failed.stateText, /Plugin process failed: expected audio on pin in, not text$/);
});

void test('an exception that ends it names the file and the line of the TypeScript', async (t) => {
  const find = 'console.info(`gain ${this.gainDb} dB`);\n  }\n\n  /** Handles';
  let line = 0;
  const project = await newProject(t, (source) => {
    assert.ok(source.includes(find));
    line = source.slice(0, source.indexOf(find)).split('\n').length;
    return source.replace(find, `if (this.packets === 0) throw new RangeError('no gain');\n    ${find}`);
  });
  await install(project);
  const { result, output } = await build(project);
  assert.ok(result.ok, output + (result.ok ? '' : (result.failure ?? '')));
  await using hosted = await Hosted.create();
  const { lastError } = await hosted.start(result.artifact, { project });
  const source = join('src', 'plugin.ts');
  assert.equal(
    lastError?.what,
    `The plugin could not be started: constructor failed: no gain (${source}:${line})`,
  );
  assert.equal(lastError.source?.file, join(project.folder, source));
});

void test('what the plugin throws while it is loaded is the build’s failure', async (t) => {
  const project = await newProject(t, (source) => `throw new Error('not today');\n${source}`);
  await install(project);
  const { result } = await build(project);
  assert.ok(!result.ok);
  assert.match(result.failure ?? '', /^ComponentizeJS failed: .*not today$/);
});
