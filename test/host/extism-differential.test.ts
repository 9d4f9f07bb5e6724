/** The same plugin files give the same outputs here and in libextism, over a thousand events of a small MUSH. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { encodeWire } from '../../extension/contracts/holomush/event.ts';
import { generateEvents } from '../../extension/contracts/holomush/generator.ts';
import { bytesOf } from '../../extension/contracts/extism/payloads.ts';
import { contracts } from '../../extension/contracts/index.ts';
import type { LanguageId } from '../../extension/project/project.ts';
import { recognise } from '../../extension/project/recognise.ts';
import { decodeCall } from '../../extension/recording/record.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { toolchains } from '../../extension/toolchains/index.ts';
import { cache } from '../../scripts/paths.ts';
import { extismPlugin } from './extism-plugin.ts';
import { Hosted } from './hosted.ts';
import { callInExtism, missingForExtism, type Called } from './libextism.ts';

// The same dependencies as in the templates' own tests.
process.env['CARGO_TARGET_DIR'] = join(cache, 'extism-rust-target');

const EVENTS = 1000;
const decoder = new TextDecoder();
const inputs = generateEvents({ characters: 5, rooms: 3, seed: 6 })
  .take(EVENTS)
  .map((event) => decoder.decode(encodeWire(event)))
  .toArray();

/** What one instance here gives to each input in turn. */
async function callHere(path: string, name: string, texts: readonly string[]): Promise<readonly Called[]> {
  await using hosted = await Hosted.create();
  const project = {
    folder: hosted.folder,
    name: 'tested',
    contract: 'extism',
    language: 'c',
    recognisedBy: 'test',
    config: {},
  } as const;
  await hosted.start({ kind: 'module', path }, { project });
  const events = texts.map((input) => ({ call: name, input }));
  await hosted.host.request('send', { plugin: hosted.id, events });
  await hosted.settled();
  return hosted
    .records('call')
    .filter(({ event }) => event > 0)
    .map((record): Called => {
      const { text } = decodeCall(record.payload);
      const result = contracts['extism']?.values(record)?.result;
      if (result === undefined && text !== '') return { error: text };
      return { output: decoder.decode(bytesOf(result) ?? new Uint8Array()) };
    });
}

async function buildTemplate(t: TestContext, language: LanguageId): Promise<string | undefined> {
  const toolchain = toolchains[language];
  const missing = (await toolchain.tools(undefined)).filter(
    ({ found, optional }) => !found && optional !== true,
  );
  if (missing.length > 0) {
    t.skip(`${language}: ${missing.map(({ name }) => name).join(', ')} not found`);
    return undefined;
  }
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-extism-'));
  t.after(() => rm(parent, { recursive: true, force: true }));
  const { folder } = await scaffold({ contract: 'holomush', language, name: 'my-echo', parent });
  const project = await recognise(folder);
  assert.ok(project);
  let output = '';
  const write = (text: string): void => void (output += text);
  const { signal } = new AbortController();
  const result = await toolchain.build({ project, mode: 'release', signal, write });
  assert.ok(result.ok, output);
  return result.artifact.path;
}

for (const language of ['c', 'rust', 'go'] as const) {
  void test(`${language}: ${EVENTS} events of a MUSH give the same outputs as in libextism`, async (t) => {
    const problem = await missingForExtism();
    if (problem !== undefined) {
      t.skip(problem);
      return;
    }
    const path = await buildTemplate(t, language);
    if (path === undefined) return;
    const there = await callInExtism(path, 'handle_event', inputs);
    assert.deepEqual(await callHere(path, 'handle_event', inputs), there);
    // The events are not all of the kind that is passed over.
    const said = there.filter((one) => 'output' in one && one.output.includes('Echo')).length;
    assert.ok(said > EVENTS / 10 && said < EVENTS, String(said));
  });
}

void test('what the kernel does: parts of blocks, errors, codes, empty outputs', async (t) => {
  const problem = await missingForExtism();
  if (problem !== undefined) {
    t.skip(problem);
    return;
  }
  const path = await extismPlugin(t, 'plain');
  if (path === undefined) return;
  const texts = ['', 'hello', 'x'.repeat(100_000), 'ü\u0000€'];
  for (const name of ['echo', 'part', 'nothing', 'count', 'prefix', 'fail']) {
    assert.deepEqual(await callHere(path, name, texts), await callInExtism(path, name, texts), name);
  }
});
