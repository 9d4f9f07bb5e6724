/** What runs came to, as the list of plugins shows it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { readRuns } from '../../extension/library/runs.ts';
import { temporaryFolder } from './cli-process.ts';
import { Hosted } from './hosted.ts';
import { makeParser } from './plugins-made.ts';

/** Runs a parser over 100 bytes to the state in which its run ends, and gives what is noted of that. */
async function figuresOf(
  t: test.TestContext,
  parse: string,
  state: 'done' | 'failed',
): Promise<readonly [number, number, number] | undefined> {
  const cacheFolder = await temporaryFolder(t);
  const component = await makeParser({ parse });
  {
    await using hosted = await Hosted.create(undefined, { cacheFolder });
    const path = join(hosted.folder, 'plugin.wasm');
    await writeFile(path, component);
    await writeFile(join(hosted.folder, 'input.log'), 'x'.repeat(100));
    const project = {
      folder: hosted.folder,
      name: 'tested',
      contract: 'chipmunk-parser',
      language: 'javascript',
      recognisedBy: 'test',
      config: { input: { kind: 'bytes', file: join(hosted.folder, 'input.log') } },
    } as const;
    await hosted.start({ kind: 'component', path }, { project });
    await hosted.reach(`a run that is ${state}`, ({ input }) => input?.run?.state === state);
  }
  // The host waits with its end until it is noted.
  const figures = (await readRuns(cacheFolder)).get(createHash('sha256').update(component).digest('hex'));
  if (figures === undefined) return undefined;
  assert.ok(figures.durationMs > 0 && Math.abs(Date.now() - figures.at) < 60_000);
  return [figures.calls, figures.bytes, figures.rows];
}

const LINES = "const line = { tag: 'message', val: { tag: 'line', val: 'x' } };";

void test('a run to the end is noted with its calls, bytes and rows', async (t) => {
  const parse = `${LINES} return [{ value: line, consumed: 20 }, { value: undefined, consumed: 5 }];`;
  assert.deepEqual(await figuresOf(t, parse, 'done'), [4, 100, 4]);
});

void test('a run that the plugin ended is noted as far as it came', async (t) => {
  const parse = `${LINES}
    globalThis.calls = (globalThis.calls ?? 0) + 1;
    if (globalThis.calls === 3) throw new Error('enough');
    return [{ value: line, consumed: 10 }];`;
  assert.deepEqual(await figuresOf(t, parse, 'failed'), [3, 20, 2]);
});
