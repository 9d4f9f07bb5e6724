import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { eventually } from './harness/eventually.ts';
import type { Session } from './harness/session.ts';
import { Trace } from './harness/trace.ts';
import type { Language } from './language.ts';

/** Where the loop works: a workbench on an empty window, and a folder for the project. */
export interface Place {
  readonly session: Session;
  readonly parent: string;
  /** Prefix of its screenshots. */
  readonly shots: string;
}

const name = 'my-gain';

/** Words that only rows of audio that the plugin sent have. */
const sent = 'send-output Hz';

/** The largest sample that a row's summary tells of. */
function peakOf(summary: string | undefined): number {
  return Number(/peak ([\d.]+)/.exec(summary ?? '')?.[1] ?? Number.NaN);
}

async function running(session: Session): Promise<void> {
  await session.openView('Hotplug');
  await eventually('the plugin is shown as running', async () =>
    (await session.treeRows()).some((row) => row.includes('Running')),
  );
}

/** Runs steps as tests of their own; one that fails ends the walk, because the next ones build on it. */
function stepsOf(t: TestContext): (title: string, run: () => Promise<void>) => Promise<void> {
  return async (title, run) => {
    const passed: string[] = [];
    await t.test(title, async () => {
      await run();
      passed.push(title);
    });
    if (passed.length === 0) throw new Error(`The steps after "${title}" were not tried.`);
  };
}

/**
 * What a plugin's author does, with the mouse and the keyboard, from an empty window to an endless
 * loop; each step is a test.
 */
export async function walkThrough(
  t: TestContext,
  { session, parent, shots }: Place,
  language: Language,
): Promise<void> {
  const step = stepsOf(t);
  const folder = join(parent, name);
  const source = join(folder, language.source);

  await step('a plugin is made from the palette and opened here', async () => {
    await session.runCommand('Hotplug: New Plugin…');
    await session.pick('StreamKit');
    await session.pick(language.title);
    await session.answer('Name of the plugin', name);
    await session.pick('Choose a folder…');
    await session.chooseFolder('Choose the Parent Folder', parent);
    await session.screenshot(`${shots}-1-new`);
    await session.pick('Open here');
    await eventually('the project is open', async () => (await session.page.title()).includes(name));
    await session.ready();
  });

  await step('it is started, built and runs, and the trace shows the packets of its WAV', async () => {
    await session.runCommand('Hotplug: Start Plugin');
    await running(session);
    const trace = await Trace.open(session);
    await eventually(
      'the trace shows what the plugin sent',
      async () => peakOf((await trace.newest(sent))?.summary) > 0,
    );
    await session.screenshot(`${shots}-2-running`);
  });

  await step('the source is changed and saved: the reload shows, and the samples change', async () => {
    const trace = await Trace.open(session);
    const before = peakOf((await trace.newest(sent))?.summary);
    await session.openFile(language.source);
    await session.editLine(source, language.gainLine, language.quieter);
    await session.save();
    assert.ok((await readFile(source, 'utf8')).includes(language.quieter));
    await eventually(
      'the trace shows the reload',
      async () => (await trace.newest('reload'))?.kind === 'Lifecycle',
    );
    await session.runCommand('Hotplug: Start Input…');
    await session.pick('tone.wav');
    await eventually('the samples are a quarter', async () => {
      const now = peakOf((await trace.newest(sent))?.summary);
      return Math.abs(now / before - 0.25) < 0.01;
    });
    await session.screenshot(`${shots}-3-reloaded`);
  });
}
