import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Frame } from 'playwright-core';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { dist, node } from '../../scripts/paths.ts';
import { mustRun } from '../../scripts/spawn.ts';
import { eventually } from './harness/eventually.ts';
import type { Session } from './harness/session.ts';
import { clickUntil, short, worked } from './harness/tries.ts';
import { openWorkbench } from './harness/workbench.ts';

const source = 'src/plugin.js';
const sizes = [8, 8, 4, 8, 8, 4, 8, 8];

/** A plugin that says so where the host does not take what it sends, and a recording in which it always does. */
async function project(t: TestContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-debug-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  const { folder } = await scaffold({ contract: 'streamkit', language: 'javascript', name: 'gain', parent });
  const file = join(folder, source);
  const text = await readFile(file, 'utf8');
  const careful =
    "try { sendOutput('out', packet); } catch (error) { console.warn('refused:', String(error)); }";
  await writeFile(
    file,
    text.replace("sendOutput('out', packet);", () => careful),
  );
  const lines = sizes.map((size) =>
    JSON.stringify({
      pin: 'in',
      packet: { audio: { sampleRate: 48_000, channels: 1, samples: Array(size).fill(0.5) } },
    }),
  );
  const input = join(folder, 'samples', 'events.jsonl');
  await writeFile(input, `${lines.join('\n')}\n`);
  await mkdir(join(folder, 'recordings'), { recursive: true });
  const recording = join(folder, 'recordings', 'run.hotplug.mcap');
  const args = ['run', folder, '--development', '--input', input, '--record', recording];
  await mustRun(node, [join(dist, 'cli.js'), ...args], { quiet: true });
  return folder;
}

/** Rows of the call stack, innermost first. */
async function callStack(session: Session, frame: string): Promise<void> {
  const rows = session.page.locator('.debug-call-stack .monaco-list-row');
  await eventually(`the call stack shows ${frame}`, () => rows.allInnerTexts(), {
    until: (texts) => texts.some((text) => text.includes(frame)),
  });
}

/**
 * Sets a variable from its menu. The tree is laid out anew while scopes come in: an input that was open then is gone, and
 * nothing was set.
 */
async function setVariable(session: Session, name: string, value: string): Promise<void> {
  const row = session.page
    .locator('.debug-variables .monaco-list-row', { hasText: new RegExp(`^\\s*${name}`) })
    .first();
  const input = row.locator('input');
  await eventually(`${name} takes ${value}`, async () => {
    await session.chooseFromMenu(row, 'Set Value', () => input.isVisible());
    return (await worked(input.fill(value, short))) && (await worked(input.press('Enter', short)));
  });
}

async function consoleShows(session: Session, words: string): Promise<void> {
  const rows = session.page.locator('.repl .monaco-list-row');
  await eventually(`the debug console shows "${words}"`, () => rows.allInnerTexts(), {
    until: (texts) => texts.some((text) => text.includes(words)),
  });
}

async function press(session: Session, button: string): Promise<void> {
  await session.clickOnce(`.debug-toolbar .action-label.codicon-debug-${button}`);
}

/** The trace in the panel area, which shows the replay while it is debugged. */
async function panelTrace(session: Session): Promise<Frame> {
  await session.runCommand('Hotplug: Open Trace');
  const found = await eventually(
    'the panel shows the replay',
    async () => {
      for (const frame of session.page.frames()) {
        const shows = await frame
          .getByText('a debug session of run.hotplug.mcap')
          .first()
          .isVisible()
          .catch(() => false);
        if (shows) return [frame];
      }
      return [];
    },
    { until: (frames) => frames.length > 0 },
  );
  const [frame] = found;
  if (frame === undefined) throw new Error('eventually gives one');
  return frame;
}

async function selected(trace: Frame, words: string): Promise<void> {
  await trace.locator('.row[aria-selected=true]', { hasText: words }).waitFor();
}

test('F5 on a recording: a condition, three events back, another result, another way', async (t) => {
  const folder = await project(t);
  await using session = await openWorkbench({ folder });
  const { page } = session;
  try {
    const lines = (await readFile(join(folder, source), 'utf8')).split('\n');
    const handler = lines.findIndex((line) => /^ {2}process\(/.test(line)) + 1;
    assert.ok(handler > 0);
    await session.openFile(source);
    await session.goToLine(handler);
    await session.runCommand('Debug: Add Conditional Breakpoint...');
    await page.locator('.breakpoint-widget .monaco-editor.focused').waitFor();
    await page.keyboard.insertText('packet.samples.length == 4 && event.number > 3');
    await page.keyboard.press('Enter');
    await page.locator('.codicon-debug-breakpoint-conditional').first().waitFor();

    await session.open('run.hotplug.mcap');
    await session.webview('.about h1');
    await page.keyboard.press('F5');
    await page.locator('.debug-toolbar').waitFor();
    await session.runCommand('View: Show Run and Debug');
    await callStack(session, 'event 1 in');
    await session.screenshot('debug-entry');
    await press(session, 'continue');
    await callStack(session, 'event 6 in');
    await session.screenshot('debug-breakpoint');

    const trace = await panelTrace(session);
    await selected(trace, 'event');
    await press(session, 'step-into');
    await selected(trace, 'send-output');
    await session.screenshot('debug-cursor');
    const frames = page.locator('.debug-call-stack .monaco-list-row');
    const first = trace.locator('.row:not([hidden]) .badge[data-kind=event]').first();
    await clickUntil('the debugger goes where the trace was clicked', first, async () => {
      const [only = '', ...others] = await frames.allInnerTexts();
      return others.length === 0 && /event [1-5] in/.test(only);
    });
    await press(session, 'continue');
    await callStack(session, 'event 6 in');

    for (const event of [5, 4, 3]) {
      await press(session, 'step-back');
      await callStack(session, `event ${event} in`);
    }
    await press(session, 'step-into');
    await callStack(session, 'send-output');
    await session.screenshot('debug-host-call');

    await setVariable(session, 'result', 'err("the queue is full")');
    await callStack(session, 'event 3 in (branch)');
    await session.runCommand('Debug Console: Focus on Debug Console View');
    await consoleShows(session, 'The branch goes another way at event 3');
    await session.screenshot('debug-branch');
    await press(session, 'step-into');
    await callStack(session, 'log');
    await session.runCommand('Hotplug: Compare Branch with Recording');
    await page.locator('.tab.active', { hasText: 'recording ↔ branch' }).waitFor();
    await page.locator('.monaco-diff-editor .view-line', { hasText: 'refused' }).first().waitFor();
    await session.screenshot('debug-compare');

    await session.runCommand('Hotplug: Discard Branch');
    await callStack(session, 'event 3 in');
    await press(session, 'stop');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });

    // In a source, and without a launch.json: the newest recording.
    await session.runCommand('View: Close All Editors');
    await session.openFile(source);
    await page.keyboard.press('F5');
    await session.pick('Hotplug Recording');
    await callStack(session, 'event 1 in');
    await press(session, 'stop');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  } finally {
    await session.screenshot('debug-last');
  }
});
