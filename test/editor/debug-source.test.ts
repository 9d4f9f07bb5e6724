import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { dist, node } from '../../scripts/paths.ts';
import { mustRun } from '../../scripts/spawn.ts';
import { eventually } from './harness/eventually.ts';
import { clickUntil } from './harness/tries.ts';
import { openWorkbench } from './harness/workbench.ts';
import type { Session } from './harness/session.ts';
import { missing } from './walk.ts';

/** Starts the command, and goes on without the DWARF extension, which is not part of the editor. */
async function debugSource(session: Session): Promise<void> {
  await session.runCommand('Hotplug: Debug Plugin Source');
  await eventually('it says what is missing', () => session.notifications(), {
    until: (texts) => texts.some((text) => text.includes('ms-vscode.wasm-dwarf-debugging')),
  });
  const button = session.page
    .locator('.notifications-center.visible')
    .getByRole('button', { name: 'Start Anyway' });
  // A short session can be over before the click has been looked at.
  const started = session.page.locator('.debug-toolbar').waitFor();
  await Promise.all([started, clickUntil('it goes on without', button, () => button.isHidden())]);
}

/** Waits until the debug console has the words. */
async function consoleShows(session: Session, words: RegExp): Promise<readonly string[]> {
  await session.runCommand('Debug Console: Focus on Debug Console View');
  const rows = session.page.locator('.repl .monaco-list-row');
  const texts = await eventually(`the debug console shows ${words}`, () => rows.allInnerTexts(), {
    until: (shown) => shown.some((text) => words.test(text)),
  });
  return texts.map((text) => words.exec(text)).find((found) => found !== null) ?? [];
}

test(
  'Debug Plugin Source runs the recording under the JavaScript debugger, and the last run too',
  { skip: await missing('c') },
  async (t) => {
    const parent = await mkdtemp(join(tmpdir(), 'hotplug-source-'));
    t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
    const { folder } = await scaffold({ contract: 'streamkit', language: 'c', name: 'gain', parent });
    await mustRun(node, [join(dist, 'cli.js'), 'build', folder], { quiet: true });
    assert.deepEqual(await readdir(join(folder, 'recordings')), ['gain.hotplug.mcap']);

    await using session = await openWorkbench({ folder });
    const { page } = session;
    try {
      await session.open('gain.hotplug.mcap');
      await session.webview('.about h1');
      await debugSource(session);
      await session.screenshot('debug-source');
      await consoleShows(session, /gain\.hotplug\.mcap: same, 7 events/);
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });

      // The last run, as a copy that goes away with the session.
      await session.runCommand('View: Close All Editors');
      await session.openView('Hotplug');
      await session.runCommand('Hotplug: Start Plugin');
      await eventually('the input was sent to its end', () => session.treeRows(), {
        until: (rows) => rows.some((row) => /Events: [1-9]\d* handled/.test(row)),
      });
      await debugSource(session);
      const [, copy = ''] = await consoleShows(session, / replay (\S+\/copies\/\S+\.hotplug\.mcap) /);
      await consoleShows(session, /[0-9a-f-]{36}\.hotplug\.mcap: same, [1-9]\d* events/);
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
      assert.notEqual(copy, '');
      await eventually('the copy is gone', () => !existsSync(copy));
    } finally {
      await session.screenshot('debug-source-last');
    }
  },
);
