/** A template of Chipmunk's, made into a project and built, and what its plugins answer. */
import assert from 'node:assert/strict';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { TestContext } from 'node:test';
import { ItemReader, readAnswer, type ParsedItem } from '../../extension/contracts/chipmunk/result.ts';
import type {
  Artifact,
  BuildMode,
  LanguageId,
  Project,
  StreamSpec,
} from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { decodeCall } from '../../extension/recording/record.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { missingTools } from '../../extension/toolchains/install.ts';
import { root } from '../../scripts/paths.ts';
import type { Hosted } from './hosted.ts';

const fixture = join(root, 'test', 'fixtures', 'rust-plugin');
/** Rust's dependencies take a minute to build; the test plugin has the same ones. */
process.env['CARGO_TARGET_DIR'] = join(fixture, 'target');

/** A project of a template; undefined after skipping the test because a tool is missing. */
export async function madeOf(
  t: TestContext,
  contract: string,
  language: LanguageId,
): Promise<Project | undefined> {
  const missing = missingTools(await toolchains[language].tools(undefined));
  if (missing.length > 0) {
    t.skip(`${language}: ${missing.map(({ name }) => name).join(', ')} not found`);
    return undefined;
  }
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-chipmunk-'));
  t.after(async () => {
    await toolchains[language].dispose?.();
    await rm(parent, { recursive: true, force: true, maxRetries: 5 });
  });
  const { folder } = await scaffold({ contract, language, name: 'my-plugin', parent });
  if (language === 'rust') await copyFile(join(fixture, 'Cargo.lock'), join(folder, 'Cargo.lock'));
  const project = await recognise(folder);
  assert.ok(project);
  assert.deepEqual([project.contract, project.language], [contract, language]);
  return project;
}

/** Builds a project and gives what came of it; nothing is to be said of a template. */
export async function built(project: Project, mode: BuildMode): Promise<Artifact> {
  let output = '';
  const write = (text: string): void => void (output += text);
  const { signal } = new AbortController();
  const result = await toolchains[project.language].build({ project, mode, write, signal });
  assert.ok(result.ok, output);
  assert.deepEqual(result.diagnostics, []);
  return result.artifact;
}

/** Starts a plugin without its input, with other parameters where some are given, and gives how that went. */
export async function started(
  hosted: Hosted,
  { config: { input: _input, ...config }, ...project }: Project,
  artifact: Artifact,
  params?: object,
): Promise<string> {
  const given = params === undefined ? {} : { params: JSON.stringify(params) };
  await hosted.start(artifact, { project: { ...project, config }, ...given });
  const { state, stateText } = await hosted.reach(
    'the start',
    (status) => status.state === 'running' || status.state === 'failed',
  );
  return state === 'running' ? state : stateText;
}

/** Runs a stream to its end. */
export async function runStream(hosted: Hosted, input: StreamSpec): Promise<void> {
  await hosted.host.request('startInput', { plugin: hosted.id, input });
  const { lastError, input: run } = await hosted.reach(
    'the end of the run',
    (status) => status.lastError !== undefined || (status.input?.run?.state ?? 'running') !== 'running',
  );
  assert.equal(lastError, undefined);
  assert.equal(run?.run?.state, 'done', JSON.stringify(run));
}

/** What each call of an export gave, from the `from`th on. */
export function resultsOf(hosted: Hosted, name: string, from = 0): readonly Uint8Array[] {
  return hosted
    .records('call')
    .filter((record) => record.name === name)
    .slice(from)
    .map(({ payload }) => decodeCall(payload).result ?? assert.fail('a call gave nothing'));
}

/** The items of a result; what else it is. */
export function itemsOf(result: Uint8Array): readonly ParsedItem[] | string {
  const answer = readAnswer(result);
  assert.ok(answer !== undefined);
  if (answer.case !== 'ok') return answer.case;
  const reader = new ItemReader(result);
  return Array.from({ length: answer.items }, () => {
    const place = reader.next();
    assert.ok(place !== undefined);
    return reader.read(place);
  });
}

/** The rows among items. */
export function rowsIn(items: readonly ParsedItem[]): readonly (string | readonly string[])[] {
  return items.flatMap(({ message }) => (message === undefined ? [] : [message]));
}
