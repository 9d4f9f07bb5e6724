import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { buildPatience, eventually } from './harness/eventually.ts';
import type { Session } from './harness/session.ts';
import { Timeline } from './harness/timeline.ts';
import { Trace } from './harness/trace.ts';
import type { TraceRow } from './harness/trace.ts';
import type { Language } from './language.ts';
import { stepsOf } from './steps.ts';

/** Where the loop works: a workbench on an empty window, and a folder for the project. */
export interface Place {
  readonly session: Session;
  readonly parent: string;
  /** Prefix of its screenshots. */
  readonly shots: string;
}

const name = 'my-gain';

/** The filter of audio that the plugin sent. */
const sent = 'kind:effect fn:send-output Hz';

/** How many packets the template's WAV makes. */
const packets = 500;

/** The largest sample that a row's summary tells of. */
function peakOf(row: TraceRow | undefined): number {
  return Number(/peak ([\d.]+)/.exec(row?.summary ?? '')?.[1] ?? Number.NaN);
}

/** Waits until the Hotplug view has a row with these words; what it shows may come after a build. */
async function shown(session: Session, words: string): Promise<void> {
  const until = (rows: readonly string[]): boolean => rows.some((row) => row.includes(words));
  await eventually(`the Hotplug view shows "${words}"`, () => session.treeRows(), {
    until,
    timeoutMs: buildPatience,
  });
}

/** Replaces the line that scales the samples, and saves. */
async function change(session: Session, source: string, language: Language, line: string): Promise<void> {
  await session.openFile(language.source);
  await session.editLine(source, language.gainLine, line);
  await session.save();
  assert.ok((await readFile(source, 'utf8')).includes(line), 'what was typed is not what was saved');
}

async function feed(session: Session): Promise<void> {
  await session.chooseFrom('Hotplug: Start Input…', 'tone.wav');
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
    await session.openView('Hotplug');
    await session.runCommand('Hotplug: Start Plugin');
    // The first build may install tools and make an interpreter.
    await shown(session, `${language.title} plugin, Running`);
    const trace = await Trace.open(session);
    await eventually(
      'the trace shows what the plugin sent',
      async () => peakOf(await trace.newest(sent)) > 0,
    );
    await shown(session, `Events: ${packets} handled`);
    await session.screenshot(`${shots}-2-running`);
  });

  await step('the source is changed and saved: the reload shows, and the samples change', async () => {
    const trace = await Trace.open(session);
    const before = peakOf(await trace.newest(sent));
    await change(session, source, language, language.quieter);
    await eventually(
      'the trace shows the reload',
      async () => (await trace.newest('kind:lifecycle reloaded'))?.name === 'reloaded',
      { timeoutMs: buildPatience },
    );
    // That may be an earlier reload, of the same source: cargo's lock file is new after the first build, too.
    await shown(session, `Replay: ${packets} of ${packets} events differ`);
    await feed(session);
    await eventually('the samples are a quarter', async () => {
      const now = peakOf(await trace.newest(sent));
      return Math.abs(now / before - 0.25) < 0.01;
    });
    await session.screenshot(`${shots}-3-reloaded`);
    const timeline = await Timeline.open(session);
    await timeline.select('lifecycle', 'reloaded');
    await session.screenshot(`${shots}-4-timeline`);
  });

  await step('a syntax error is a problem in the editor, and the old build goes on', async () => {
    await change(session, source, language, language.broken);
    await shown(session, `${language.title} plugin, Running, build failed`);
    const line = (await readFile(source, 'utf8')).split('\n').indexOf(language.broken) + 1;
    await eventually('the Problems view lists the line', async () =>
      (await session.problems()).some((row) => row.includes(`Ln ${line},`)),
    );
    await feed(session);
    await shown(session, `Events: ${3 * packets} handled`);
    const trace = await Trace.open(session);
    await eventually(
      'the trace shows what the old build sent',
      async () => peakOf(await trace.newest(sent)) > 0,
    );
    await session.screenshot(`${shots}-5-problem`);
  });

  await step('an endless loop is stopped and reported, and the next save runs again', async () => {
    const before = await session.reloads();
    await change(session, source, language, language.endless);
    await eventually('the endless loop is in', () => session.reloads(), {
      until: (count) => count > before,
      timeoutMs: buildPatience,
    });
    await shown(session, `${language.title} plugin, Running ${name}`);
    await feed(session);
    await shown(session, `${language.title} plugin, Failed`);
    await shown(session, 'Last error');
    await session.screenshot(`${shots}-6-endless`);
    await change(session, source, language, language.quieter);
    await shown(session, `${language.title} plugin, Running`);
    await eventually(
      'no problem is left',
      async () => !(await session.problems()).some((row) => row.includes('Ln ')),
    );
  });
}
