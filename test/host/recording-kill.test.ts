import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openRecording } from '../../extension/recording/reader.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { buildTestPlugin, missingForTestPlugin } from '../testPlugin.ts';

const TRIES = 20;
/** Milliseconds of the recording's end that may be lost. */
const MOST_LOST = 100;
const missing = await missingForTestPlugin();

interface Answered {
  readonly event: number;
  /** When it was answered, in ms since the Unix epoch. */
  readonly at: number;
}

/** Kills a process that records at a random moment; gives what it last said was answered. */
async function killed(file: string, component: string): Promise<Answered> {
  const child = fork(new URL('./recording-kill-child.ts', import.meta.url), [file, component], {
    serialization: 'advanced',
  });
  let last: Answered | undefined;
  child.on('message', (message) => {
    last = message as Answered;
  });
  await once(child, 'message');
  await new Promise((resolve) => setTimeout(resolve, randomInt(100, 500)));
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.equal(child.signalCode, 'SIGKILL');
  assert.ok(last !== undefined);
  return last;
}

void test(
  `a host that is killed loses at most the last ${MOST_LOST} ms`,
  { skip: missing ?? false },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'hotplug-kill-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const component = await buildTestPlugin('small');
    const losses: number[] = [];
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const file = join(folder, `${attempt}.hotplug.mcap`);
      const { event, at } = await killed(file, component);
      using read = await openRecording(file);
      assert.notEqual(read.truncatedAt, undefined);
      let lastEvent = 0;
      let lastAt = 0;
      for (let index = 0; index < read.count; index++) {
        const { kind, event: number, time } = read.head(index);
        if (kind !== RecordKind.call || number === 0) continue;
        assert.equal(number, lastEvent + 1, 'an answer in the middle is missing');
        lastEvent = number;
        lastAt = time;
      }
      assert.ok(lastEvent > 0, `nothing of ${event} events was recorded`);
      losses.push(Math.max(0, at - lastAt));
    }
    const shown = losses.map((loss) => loss.toFixed(0)).join(', ');
    t.diagnostic(`lost, in ms: ${shown}`);
    assert.ok(Math.max(...losses) <= MOST_LOST, `lost, in ms: ${shown}`);
  },
);
