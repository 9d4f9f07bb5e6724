/** Types are checked by the project's own TypeScript: beside a development build, and before a release. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { after, before, test, type TestContext } from 'node:test';
import { BuildLoop } from '../../extension/project/loop.ts';
import type { BuildMode, BuildStamp, Project } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { readStamp } from '../../extension/project/stamp.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import type { BuildResult } from '../../extension/toolchains/toolchain.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { root } from '../../scripts/paths.ts';

type Language = 'javascript' | 'typescript';
const sources = { javascript: 'src/plugin.js', typescript: 'src/plugin.ts' } as const;

before(async () => {
  await buildInterpreters();
});

after(async () => {
  await toolchains.javascript.dispose?.();
});

async function newProject(
  t: TestContext,
  language: Language,
  { installed }: { installed: boolean },
): Promise<Project> {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-types-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 3 }));
  const { folder } = await scaffold({ contract: 'streamkit', language, name: 'typed', parent });
  if (installed) {
    await mkdir(join(folder, 'node_modules'));
    await symlink(join(root, 'node_modules', 'typescript'), join(folder, 'node_modules', 'typescript'));
  }
  const project = await recognise(folder);
  assert.ok(project);
  assert.equal(project.language, language);
  return project;
}

/** Puts something into the main source; gives its line. */
async function edit(project: Project, find: string, replacement: string): Promise<number> {
  const file = join(project.folder, sources[project.language as Language]);
  const text = await readFile(file, 'utf8');
  assert.ok(text.includes(find), find);
  await writeFile(file, text.replace(find, replacement));
  return text.slice(0, text.indexOf(find)).split('\n').length;
}

async function eventually(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function build(project: Project, mode: BuildMode): Promise<{ result: BuildResult; output: string }> {
  let output = '';
  const write = (text: string): void => void (output += text);
  const { signal } = new AbortController();
  const result = await toolchains[project.language].build({ project, mode, signal, write });
  return { result, output };
}

for (const language of ['typescript', 'javascript'] as const) {
  void test(`${language}: a wrong type does not keep a development build from running, and stands in Problems`, async (t) => {
    const project = await newProject(t, language, { installed: true });
    const source = join(project.folder, sources[language]);
    let output = '';
    const ok: BuildStamp[] = [];
    const problems: unknown[] = [];
    const loop = await BuildLoop.start({
      project,
      toolchains,
      recognise: () => Promise.resolve(project),
      write: (text) => (output += text),
      onStamp: (stamp) => {
        if (stamp.status === 'ok') ok.push(stamp);
      },
      onProblem: (problem) => problems.push(problem),
    });
    try {
      await eventually('the first build', () => ok.length > 0);
      const before = ok.length;
      const line = await edit(project, "sendOutput('out',", 'sendOutput(5,');
      await eventually('the build', () => ok.length > before);
      await eventually('the check', async () => (await readStamp(project.folder))?.checkedAt !== undefined);
      const stamp = await readStamp(project.folder);
      assert.equal(stamp?.status, 'ok');
      assert.deepEqual(
        stamp.diagnostics.map((one) => [one.file, one.line, one.code]),
        [[source, line, 'TS2345']],
      );
      const error = `${source}:${line}:${stamp.diagnostics[0]?.column ?? 0}: error TS2345: Argument of type 'number' is not assignable to parameter of type 'string'.\n`;
      assert.ok(output.endsWith(`[hotplug] check started\n${error}[hotplug] check finished\n`), output);

      await edit(project, 'sendOutput(5,', "sendOutput('out',");
      await eventually('the check', () =>
        output.endsWith('[hotplug] check started\n[hotplug] check finished\n'),
      );
      assert.deepEqual((await readStamp(project.folder))?.diagnostics, []);
      assert.deepEqual(problems, []);
    } finally {
      await loop.dispose();
    }
  });

  void test(`${language}: a release build refuses wrong types`, async (t) => {
    const project = await newProject(t, language, { installed: true });
    const line = await edit(project, "sendOutput('out',", 'sendOutput(5,');
    const { result, output } = await build(project, 'release');
    assert.equal(result.ok, false);
    assert.deepEqual(
      result.diagnostics.map((one) => [one.severity, one.line, one.code]),
      [['error', line, 'TS2345']],
    );
    assert.match(output, /: error TS2345: Argument of type/);
    assert.equal(result.failure, undefined);
  });
}

void test('without TypeScript, types are not checked, which is said once', async (t) => {
  const project = await newProject(t, 'typescript', { installed: false });
  const path = process.env['PATH'];
  // npm's scripts have this project's own TypeScript on the PATH.
  process.env['PATH'] = dirname(process.execPath) + '-no-such-folder';
  try {
    await edit(project, "sendOutput('out',", 'sendOutput(5 as never,');
    const first = await build(project, 'release');
    assert.ok(first.result.ok, first.output);
    assert.match(
      first.output,
      /^Types are not checked: TypeScript is not installed\. Run in .*typed: npm install --save-dev typescript\n$/,
    );
    const second = await build(project, 'release');
    assert.ok(second.result.ok);
    assert.equal(second.output, '');
    const found = (await toolchains.typescript.tools(project.folder)).find(({ name }) => name === 'tsc');
    assert.deepEqual([found?.found, found?.optional], [false, true]);
  } finally {
    process.env['PATH'] = path;
  }
});

void test('the types of the templates are those of the WIT', async (t) => {
  for (const language of ['javascript', 'typescript'] as const) {
    const project = await newProject(t, language, { installed: false });
    assert.deepEqual(await toolchains[language].bindings?.(project), []);
    await rm(join(project.folder, 'types', 'world.d.ts'));
    await writeFile(join(project.folder, 'types', 'mine.d.ts'), 'declare const mine: string;\n');
    const stale = join(project.folder, 'types', 'gone', 'away.d.ts');
    await mkdir(dirname(stale));
    await writeFile(stale, '// Written by Hotplug from wit/: changes of it are lost.\n');
    assert.deepEqual(await toolchains[language].bindings?.(project), [
      'types/gone/away.d.ts',
      'types/world.d.ts',
    ]);
    assert.deepEqual(await toolchains[language].bindings?.(project), []);
  }
});
