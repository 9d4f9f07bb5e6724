import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Frame, Locator } from 'playwright-core';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { dist, node } from '../../scripts/paths.ts';
import { mustRun } from '../../scripts/spawn.ts';
import { eventually } from './harness/eventually.ts';
import type { Session } from './harness/session.ts';
import { clickUntil } from './harness/tries.ts';
import { openWorkbench } from './harness/workbench.ts';

/** A folder with recordings and nothing else: a whole one, one that was cut off, one of another tool. */
async function recordings(t: TestContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-recording-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  const { folder } = await scaffold({ contract: 'streamkit', language: 'javascript', name: 'gain', parent });
  const whole = join(parent, 'recorded', 'whole.hotplug.mcap');
  await mkdir(join(parent, 'recorded'));
  await mustRun(node, [join(dist, 'cli.js'), 'run', folder, '--development', '--record', whole], {
    quiet: true,
  });
  const bytes = await readFile(whole);
  await writeFile(join(parent, 'recorded', 'cut.hotplug.mcap'), bytes.subarray(0, bytes.length * 0.7));
  const foreign = Buffer.from(bytes);
  foreign.write('rosplug', foreign.indexOf('hotplug'));
  await writeFile(join(parent, 'recorded', 'foreign.hotplug.mcap'), foreign);
  await copyFile(whole, join(parent, 'recorded', 'elsewhere.mcap'));
  return join(parent, 'recorded');
}

/** Documents of the editor that show this, front ones and those beside them. */
async function editors(session: Session, selector: string, count: number): Promise<readonly Frame[]> {
  return await eventually(
    `${count} editors show ${selector}`,
    async () => {
      const found: Frame[] = [];
      for (const frame of session.page.frames()) {
        const shows = await frame
          .locator(selector)
          .isVisible()
          .catch(() => false);
        if (shows) found.push(frame);
      }
      return found;
    },
    { until: (found) => found.length === count },
  );
}

async function editor(session: Session, selector: string): Promise<Frame> {
  const [only] = await editors(session, selector, 1);
  if (only === undefined) throw new Error('eventually gives one');
  return only;
}

/** Clicks the first row of a kind, until something shows it. */
async function selectRow(frame: Frame, kind: string, shows: Locator): Promise<void> {
  const row = frame.locator(`.layer > .row .badge[data-kind=${kind}]`).first();
  await clickUntil(`the first ${kind} is shown`, row, () => shows.isVisible());
}

test('recordings are shown in Restricted Mode, in a folder that has nothing else', async (t) => {
  const folder = await recordings(t);
  const settings = { 'security.workspace.trust.startupPrompt': 'never' };
  await using session = await openWorkbench({ folder, workspaceTrust: true, settings });
  try {
    await session.open('whole.hotplug.mcap');
    const shown = await editor(session, '.about h1');
    assert.equal(await shown.locator('h1').textContent(), 'gain');
    await eventually('rows', () => shown.locator('.layer > .row:not(.unknown)').count(), {
      until: (count) => count > 5,
    });
    await eventually('lanes', () => shown.locator('.track.lane').count(), { until: (count) => count >= 4 });
    await selectRow(shown, 'effect', shown.locator('.detail .title', { hasText: 'send-output' }));
    assert.ok(await shown.getByRole('button', { name: 'Replay' }).isDisabled());
    await session.screenshot('recording');

    await session.runCommand('View: Split Editor');
    const views = await editors(session, '.about h1', 2);
    const [left, right] = views;
    assert.ok(left !== undefined && right !== undefined);
    for (const view of views) await view.locator('.detail .title', { hasText: 'send-output' }).waitFor();
    await selectRow(right, 'call', left.locator('.detail .title', { hasText: 'metadata' }));
    await session.screenshot('recording-views');
    await session.runCommand('View: Close All Editors');

    await session.open('cut.hotplug.mcap');
    const cut = await editor(session, '.warning');
    await cut.getByText('The file was cut off at byte').waitFor();
    await session.screenshot('recording-cut');
    await rename(join(folder, 'whole.hotplug.mcap'), join(folder, 'cut.hotplug.mcap'));
    await cut.locator('.warning').waitFor({ state: 'hidden' });

    await session.open('foreign.hotplug.mcap');
    const foreign = await editor(session, '.empty.problem');
    await foreign.getByText("is an MCAP file, but not one of Hotplug's").waitFor();
    await session.screenshot('recording-foreign');
    await rename(join(folder, 'cut.hotplug.mcap'), join(folder, 'foreign.hotplug.mcap'));
    await editor(session, '.about h1');

    // Other MCAP files open as ours when they are asked to.
    await session.runCommand('View: Close All Editors');
    await session.open('elsewhere.mcap');
    await session.chooseFrom('View: Reopen Editor With...', 'Hotplug Recording (any MCAP file)');
    await editor(session, '.about h1');
  } finally {
    await session.screenshot('recording-last');
  }
});
