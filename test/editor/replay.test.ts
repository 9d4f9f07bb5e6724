import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { dist, node } from '../../scripts/paths.ts';
import { mustRun } from '../../scripts/spawn.ts';
import { eventually } from './harness/eventually.ts';
import type { Session } from './harness/session.ts';
import { clickUntil } from './harness/tries.ts';
import { openWorkbench } from './harness/workbench.ts';
import { stepsOf } from './steps.ts';

const source = 'src/plugin.js';
const factor = '    const factor = samples.length > 4 ? 10 ** (this.gainDb / 20) : 1;';
/** Packets of four samples, every third one, take the other branch. */
const quieter = '    const factor = samples.length > 4 ? 10 ** (this.gainDb / 20) : 0.5;';
const sizes = Array.from({ length: 12 }, (_, index) => (index % 3 === 2 ? 4 : 8));
const small = sizes.flatMap((size, index) => (size === 4 ? [index + 1] : []));

/** A JavaScript plugin with two branches, that is fed packets for both; and a recording of a run of it. */
async function project(t: TestContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-replay-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  const { folder } = await scaffold({ contract: 'streamkit', language: 'javascript', name: 'gain', parent });
  const file = join(folder, source);
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace(/^ *const factor = .*$/m, () => factor),
  );
  const lines = sizes.map((size) =>
    JSON.stringify({
      pin: 'in',
      packet: { audio: { sampleRate: 48_000, channels: 1, samples: Array(size).fill(0.5) } },
    }),
  );
  await writeFile(join(folder, 'samples', 'events.jsonl'), `${lines.join('\n')}\n`);
  const config = JSON.parse(await readFile(join(folder, 'hotplug.json'), 'utf8')) as object;
  const input = { kind: 'jsonl', file: 'samples/events.jsonl' };
  await writeFile(join(folder, 'hotplug.json'), JSON.stringify({ ...config, input }));
  await mkdir(join(folder, 'recordings'), { recursive: true });
  const recording = join(folder, 'recordings', 'run.hotplug.mcap');
  await mustRun(node, [join(dist, 'cli.js'), 'run', folder, '--development', '--record', recording], {
    quiet: true,
  });
  return folder;
}

async function treeShows(session: Session, words: string): Promise<void> {
  await eventually(`the Hotplug view shows "${words}"`, () => session.treeRows(), {
    until: (rows) => rows.some((row) => row.includes(words)),
  });
}

async function statusShows(session: Session, words: string): Promise<void> {
  await eventually(`the status bar shows "${words}"`, () => session.statusBar(), {
    until: (items) => items.some((item) => item.includes(words)),
  });
}

async function change(session: Session, file: string, line: string): Promise<void> {
  await session.openFile(source);
  await session.editLine(file, 'const factor =', line);
  await session.save();
}

test('a change of one branch is reported after the reload: exactly those events, with the diff one click away', async (t) => {
  const folder = await project(t);
  const file = join(folder, source);
  await using session = await openWorkbench({ folder });
  const { page } = session;
  const lens = (words: string) => page.locator('.codelens-decoration a', { hasText: words });
  const diffTab = (title: string) => page.locator('.tab.active', { hasText: title });
  const side = (name: 'original' | 'modified') =>
    page.locator(`.monaco-diff-editor .editor.${name} .view-lines`);
  const step = stepsOf(t);

  try {
    await step('it runs and gets events for both branches', async () => {
      await session.openView('Hotplug');
      await session.runCommand('Hotplug: Start Plugin');
      await treeShows(session, `Events: ${sizes.length} handled`);
      await session.runCommand('Hotplug: Open Trace');
    });

    await step('after the save, status bar, lens, panel and plugins view say how many differ', async () => {
      const words = `${small.length} of ${sizes.length} events differ`;
      await change(session, file, quieter);
      await statusShows(session, `gain: ${words}`);
      await lens(`Replay: ${words} — show`).waitFor();
      await treeShows(session, `Replay: ${words}`);
      const trace = await session.webview('.replays .notice-text');
      await trace.getByText(`Replay of gain: ${words}`).waitFor();
      await trace.getByText(`First difference: event ${small[0] ?? 0}: send-output`).waitFor();
      await session.screenshot('replay-1-differs');
    });

    await step('a click on the lens opens the recording beside the new build', async () => {
      await clickUntil('the diff opens', lens('— show'), () =>
        diffTab('gain: recording ↔ new build').isVisible(),
      );
      await side('original').getByText('event 3 in').waitFor();
      await side('modified').getByText('event 3 in').waitFor();
      const [before, after] = [side('original'), side('modified')];
      await eventually('both sides', async () => [await before.innerText(), await after.innerText()], {
        until: ([recorded = '', now = '']) => recorded.includes('0.5') && now.includes('0.25'),
      });
      assert.ok(!(await before.innerText()).replaceAll(' ', ' ').includes('0.25'));
      await session.screenshot('replay-2-diff');
    });

    await step('exactly those events are listed, and each opens by itself', async () => {
      await session.runCommand('Hotplug: Show Replay Differences…');
      const rows = page.locator('.quick-input-list .monaco-list-row .label-name');
      await rows.getByText('event 12').waitFor();
      assert.deepEqual(
        (await rows.allInnerTexts())
          .map((text) => text.replaceAll(' ', ' ').trim())
          .filter((text) => text.startsWith('event')),
        small.map((event) => `event ${event}`),
      );
      await session.screenshot('replay-3-list');
      await session.chooseFrom('Hotplug: Show Replay Differences…', 'event 6');
      await diffTab('gain, event 6: recording ↔ new build').waitFor();
      await side('original').getByText('event 6 in').waitFor();
      assert.ok(!(await side('original').innerText()).replaceAll(' ', ' ').includes('event 3 '));
    });

    await step('a recording of an earlier run is replayed against what runs now', async () => {
      await session.chooseFrom('Hotplug: Replay Recording…', 'run.hotplug.mcap');
      const words = `run.hotplug.mcap against gain: ${small.length} of ${sizes.length} events differ`;
      await eventually('the verdict', () => session.notifications(), {
        until: (texts) => texts.some((text) => text.includes(words)),
      });
      await session.screenshot('replay-4-recording');
      const show = page.getByRole('button', { name: 'Show Differences' }).first();
      await clickUntil('the diff opens', show, () => diffTab('gain: recording ↔ new build').isVisible());
    });

    await step('the change is taken back: the same', async () => {
      await change(session, file, factor);
      const words = `same, ${sizes.length} events`;
      await statusShows(session, `gain: ${words}`);
      await lens(`Replay: ${words}`).waitFor();
      await session.screenshot('replay-5-same');
    });

    await step('with the setting off nothing is said any more', async () => {
      await writeFile(
        join(folder, '.vscode', 'settings.json'),
        JSON.stringify({ 'hotplug.replay.afterReload': false }),
      );
      await eventually('the status bar is silent', () => session.statusBar(), {
        until: (items) => !items.some((item) => item.includes('Replay of the last run')),
      });
      await lens('Replay').waitFor({ state: 'detached' });
    });
  } finally {
    await session.screenshot('replay-last');
  }
});
