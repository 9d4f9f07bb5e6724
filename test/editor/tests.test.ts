import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openRecording } from '../../extension/recording/reader.ts';
import { livesOf } from '../../extension/replay/lives.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { clickArrives } from './harness/clicks.ts';
import { eventually } from './harness/eventually.ts';
import type { Session } from './harness/session.ts';
import { clickUntil, short, soon, worked } from './harness/tries.ts';
import { openWorkbench } from './harness/workbench.ts';
import { stepsOf } from './steps.ts';

const source = 'src/plugin.js';

async function project(t: TestContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-tests-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  const { folder } = await scaffold({ contract: 'streamkit', language: 'javascript', name: 'mine', parent });
  return folder;
}

/** Waits until the Test view has a row that says all of this. */
async function testShows(session: Session, ...words: readonly string[]): Promise<void> {
  await eventually(`the Test view shows ${words.join(', ')}`, () => session.treeRows(), {
    until: (rows) => rows.some((row) => words.every((word) => row.includes(word))),
  });
}

/** Runs the tests and waits until a row says all of this afterwards. */
async function runAll(session: Session, ...words: readonly string[]): Promise<void> {
  const cancel = session.page.locator('.sidebar .codicon-testing-cancel-icon').first();
  const began = worked(cancel.waitFor({ state: 'attached', timeout: 20_000 }));
  await session.runCommand('Test: Run All Tests');
  // What the run before came to stays on show until this one is over.
  await began;
  await cancel.waitFor({ state: 'detached' });
  await testShows(session, ...words);
}

test('recordings are tests: run, changed, seen, accepted, saved', async (t) => {
  const folder = await project(t);
  const file = join(folder, source);
  await using session = await openWorkbench({ folder });
  const { page } = session;
  const step = stepsOf(t);
  const row = (name: string) => page.locator('.test-explorer .monaco-list-row', { hasText: name });

  try {
    await step('the recording that the template comes with passes', async () => {
      await session.runCommand('Testing: Focus on Test Explorer View');
      await testShows(session, 'mine');
      await eventually('the project is opened', async () => {
        if ((await session.treeRows()).some((text) => text.includes('gain'))) return true;
        await row('mine').first().click(short);
        await page.keyboard.press('ArrowRight');
        return await soon(async () => (await session.treeRows()).some((text) => text.includes('gain')));
      });
      await testShows(session, 'gain', 'Not yet run');
      await runAll(session, 'gain', 'Passed');
      await session.screenshot('tests-1-passed');
    });

    await step('a change fails it, with the diff of each event', async () => {
      await session.openFile(source);
      await session.editLine(file, 'const factor =', '    const factor = 10 ** (this.gainDb / 10);');
      await session.save();
      await runAll(session, 'gain', 'Failed');
      await session.runCommand('Test Results: Focus on Test Results View');
      const message = page.locator('.test-output-peek-tree .monaco-list-row', { hasText: 'event 7 (in)' });
      const side = (name: 'original' | 'modified') =>
        page.locator(`.part.panel .monaco-diff-editor .editor.${name} .view-lines`);
      await session.runCommand('View: Toggle Maximized Panel');
      const now = side('modified').getByText('[75]');
      await clickUntil('the difference is shown', message, () => now.isVisible());
      await side('original').getByText('[7.5]').waitFor();
      await session.screenshot('tests-2-failed');
      await session.runCommand('View: Toggle Maximized Panel');
    });

    await step('nothing is accepted without a yes', async () => {
      const before = await readFile(join(folder, 'recordings', 'gain.hotplug.mcap'));
      await session.runCommand('Hotplug: Accept New Behaviour…');
      const dialog = page.locator('.monaco-dialog-box', { hasText: 'Accept the new behaviour for "gain"?' });
      await dialog.waitFor();
      await session.screenshot('tests-3-accept');
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      assert.deepEqual(await readFile(join(folder, 'recordings', 'gain.hotplug.mcap')), before);
    });

    await step('the new behaviour is accepted from the menu of the item, and passes', async () => {
      await session.runCommand('Testing: Focus on Test Explorer View');
      const dialog = page.locator('.monaco-dialog-box');
      await session.chooseFromMenu(row('gain'), 'Accept New Behaviour', () => dialog.isVisible());
      await dialog.getByRole('button', { name: 'Accept' }).click();
      await testShows(session, 'gain', 'Passed');
      await runAll(session, 'gain', 'Passed');
      await eventually('the menu opens', async () => {
        await worked(row('gain').click({ button: 'right', ...short }));
        return await worked(session.menuEntry('Run Test').waitFor(short));
      });
      assert.equal(await session.menuEntry('Accept New').count(), 0);
      await page.keyboard.press('Escape');
      await session.screenshot('tests-4-accepted');
    });

    await step('a run of the plugin is saved as a test, and is one at once', async () => {
      await session.openView('Hotplug');
      await session.runCommand('Hotplug: Start Plugin');
      await eventually('events', () => session.treeRows(), {
        until: (rows) => rows.some((text) => /Events: [1-9]/.test(text)),
      });
      await session.runCommand('Hotplug: Save Recording as Test…');
      await session.fill('Name of the recording', 'gain');
      await eventually('a name that is taken', () => session.inputMessage(), {
        until: (message) => message.includes('There is a recording "gain" already'),
      });
      await session.answer('There is a recording', 'more');
      await eventually('it is saved', () => readdir(join(folder, 'recordings')), {
        until: (names) => names.includes('more.hotplug.mcap'),
      });
      await session.runCommand('Hotplug: Stop Plugin');
      await session.runCommand('Testing: Focus on Test Explorer View');
      await testShows(session, 'more', 'Not yet run');
      assert.deepEqual((await readdir(join(folder, 'recordings'))).sort(), [
        'gain.hotplug.mcap',
        'more.hotplug.mcap',
      ]);
      using recording = await openRecording(join(folder, 'recordings', 'more.hotplug.mcap'));
      assert.equal(livesOf(recording).length, 1);
      await runAll(session, 'more', 'Passed');
      await session.screenshot('tests-5-saved');
    });

    await step('a test is debugged from its item', async () => {
      await eventually('the item is debugged', async () => {
        if (await page.locator('.debug-toolbar').isVisible()) return true;
        await worked(row('gain').click(short));
        await worked(row('gain').hover(short));
        const icon = '.test-explorer .monaco-list-row .codicon-testing-debug-icon';
        const target = row('gain').locator('.codicon-testing-debug-icon');
        if (!(await clickArrives(page, target, icon))) return false;
        await page.locator('.debug-toolbar').waitFor();
        return true;
      });
      await session.runCommand('View: Show Run and Debug');
      const frames = page.locator('.debug-call-stack .monaco-list-row');
      await eventually('it stands at the first event', () => frames.allInnerTexts(), {
        until: (texts) => texts.some((text) => text.includes('event 1 in')),
      });
      await session.screenshot('tests-6-debug');
      await session.runCommand('Debug: Stop');
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    });
  } finally {
    await session.screenshot('tests-last');
  }
});
