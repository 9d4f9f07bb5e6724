import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Frame } from 'playwright-core';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { buildPatience, eventually } from './harness/eventually.ts';
import type { Session } from './harness/session.ts';
import { openWorkbench } from './harness/workbench.ts';
import { missing } from './walk.ts';

/** The event console of a workbench. */
class Console {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Its document, which is another one after the webviews were loaded anew. */
  async frame(): Promise<Frame> {
    return await this.#session.webview('ol.events');
  }

  /** Types a line and sends it, once. */
  async type(text: string): Promise<void> {
    const frame = await this.frame();
    const input = frame.locator('form.line input.typed');
    await input.fill(text);
    await input.press('Enter');
    await eventually(`"${text}" is sent`, async () => (await input.inputValue()) === '');
  }

  /** The events that are listed, as text. */
  async rows(): Promise<readonly string[]> {
    return await (await this.frame()).locator('.events > .row').allInnerTexts();
  }

  async shows(what: string, fits: RegExp): Promise<void> {
    await eventually(what, () => this.rows(), {
      until: (rows) => rows.some((row) => fits.test(row.replaceAll(/\s+/g, ' '))),
    });
  }
}

test(
  'a HoloMUSH plugin answers in the event console; what it says changes with its source, what it hears with its patterns',
  { skip: await missing('c') },
  async (t) => {
    const parent = await mkdtemp(join(tmpdir(), 'hotplug-console-'));
    t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
    const { folder } = await scaffold({ contract: 'holomush', language: 'c', name: 'echo', parent });
    const before = await readFile(join(folder, 'hotplug.json'), 'utf8');
    await using session = await openWorkbench({ folder });
    const mush = new Console(session);
    try {
      await session.ready();
      await session.openView('Hotplug');
      await session.runCommand('Hotplug: Start Plugin');
      await eventually('the plugin runs', () => session.treeRows(), {
        until: (rows) => rows.some((row) => row.includes('C plugin, Running')),
        timeoutMs: buildPatience,
      });
      // The console opens beside it.
      await session.openFile('src/echo.h');
      await session.runCommand('Hotplug: Open Event Console');
      await mush.shows(
        "the project's own input, from before it was opened",
        /location:tavern ann says "hello"/,
      );
      await mush.type('say hi there');
      await mush.shows('what was said', /location:room1 ann says "hi there" #\d+ → echo$/);
      await mush.shows('the answer', /echo says "Echo: hi there" #\d+ → echo, hop 1 of #\d+$/);
      await session.screenshot('console-1-echo');

      const frame = await mush.frame();
      await frame.locator('.events > .row.character', { hasText: 'says "hi there"' }).click();
      await frame.getByText('It reached echo by the pattern "location:*".').waitFor();

      await session.runCommand('View: Focus First Editor Group');
      await session.openFile('src/echo.h');
      await session.editLine(
        join(folder, 'src', 'echo.h'),
        '#define ECHO_PREFIX',
        '#define ECHO_PREFIX "Heard: "',
      );
      await session.save();
      await eventually('the plugin is reloaded', () => session.treeRows(), {
        until: (rows) => rows.some((row) => row.startsWith('Reloads: 1')),
        timeoutMs: buildPatience,
      });
      await mush.type(':waves');
      await mush.type('"again');
      await mush.shows('the changed answer', /echo says "Heard: again"/);

      await frame.locator('vscode-button', { hasText: 'Subscriptions' }).click();
      await frame.getByLabel('Pattern of echo', { exact: true }).fill('location:room2');
      await frame.getByRole('button', { name: 'Apply patterns of echo' }).click();
      await frame.getByText('Applied, and written into hotplug.json.').waitFor();
      const config = await readFile(join(folder, 'hotplug.json'), 'utf8');
      assert.equal(config, before.replace('["location:*"]', '["location:room2"]'));
      await mush.type('say not heard');
      await mush.shows('what nobody hears', /ann says "not heard" #\d+ → nobody$/);
      await mush.type('go room2');
      await mush.shows('the arrival', /location:room2 ann arrives #\d+ → echo$/);
      await eventually('the tree shows what it hears', () => session.treeRows(), {
        until: (rows) => rows.some((row) => row.startsWith('Hears: location:room2')),
      });

      // The file says it, whoever writes it.
      await writeFile(join(folder, 'hotplug.json'), config.replace('location:room2', 'global:*'));
      await eventually('the tree shows what the file says', () => session.treeRows(), {
        until: (rows) => rows.some((row) => row.startsWith('Hears: global:*')),
      });
      await mush.type('system Rain');
      await mush.shows('the announcement', /system announces "Rain" #\d+ → echo$/);
      await session.screenshot('console-2-subscribed');

      // What was said is saved, and happens again when it is imported; answers stay out.
      const file = join(folder, 'said.jsonl');
      await frame.locator('vscode-button', { hasText: 'Save…' }).click();
      await session.chooseFolder('Save Events As', file);
      const lines = await eventually('the file is there', () => readFile(file, 'utf8').catch(() => ''), {
        until: (text) => text.endsWith('\n'),
      });
      assert.ok(lines.includes('{"message":"hi there"}') && !lines.includes('Echo: '));
      const count = lines.trimEnd().split('\n').length;
      const said = (rows: readonly string[]): number =>
        rows.filter((row) => row.includes('hi there"')).length;
      const earlier = said(await mush.rows());
      await frame.locator('vscode-button', { hasText: 'Import…' }).click();
      await session.chooseFolder('Import Events', file);
      await eventually('it is said again', () => mush.rows(), { until: (rows) => said(rows) > earlier });
      await eventually('the tree shows what was played', () => session.treeRows(), {
        until: (rows) => rows.some((row) => row.startsWith(`Input: said.jsonl, ${count} sent, ended`)),
      });
    } finally {
      await session.screenshot('console-last');
    }
  },
);
