import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { parse } from 'csv-parse/sync';
import type { Frame } from 'playwright-core';
import { readNotes } from '../../extension/recording/notes.ts';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { eventually } from './harness/eventually.ts';
import type { Session } from './harness/session.ts';
import { Timeline } from './harness/timeline.ts';
import { Trace } from './harness/trace.ts';
import { clickUntil, short, soon, worked } from './harness/tries.ts';
import { openWorkbench } from './harness/workbench.ts';
import { stepsOf } from './steps.ts';

const source = 'src/plugin.js';
/** Packets of the template's WAV. */
const packets = 500;
const noteText = 'the tone begins here';

async function project(t: TestContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-panels-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  const { folder } = await scaffold({ contract: 'streamkit', language: 'javascript', name: 'gain', parent });
  return folder;
}

async function treeShows(session: Session, words: string): Promise<void> {
  await eventually(`the side bar shows "${words}"`, () => session.treeRows(), {
    until: (rows) => rows.some((row) => row.includes(words)),
  });
}

/** Chooses from the menu of the only row of an event and a kind, until that has had its effect. */
async function chooseFromRow(
  frame: Frame,
  kind: 'event' | 'effect',
  event: number,
  label: string,
  effect: () => Promise<boolean>,
): Promise<void> {
  await frame.locator('.filter-text input').fill(`kind:${kind} event:${event}`);
  const row = frame.locator('.layer > .row:not([hidden]):not(.unknown)', {
    has: frame.locator(`.badge[data-kind=${kind}]`),
  });
  const entry = frame.locator('.popup:visible .popup-item', { hasText: label });
  // The row of the filter before stays until the first answer for this one.
  const number = frame.locator('.detail').getByText(String(event), { exact: true });
  await clickUntil(`the ${kind} of event ${event} is chosen`, row.first(), () => number.isVisible());
  await eventually(`"${label}" of the row has had its effect`, async () => {
    if (await effect()) return true;
    if (!(await entry.isVisible())) {
      await worked(row.first().click({ button: 'right', ...short }));
      if (!(await worked(entry.waitFor(short)))) return false;
    }
    await worked(entry.click(short));
    return await soon(effect);
  });
}

async function callStack(session: Session, ...words: readonly string[]): Promise<void> {
  const rows = session.page.locator('.debug-call-stack .monaco-list-row');
  await eventually(`the call stack shows ${words.join(', ')}`, () => rows.allInnerTexts(), {
    until: (texts) => words.every((word) => texts.some((text) => text.includes(word))),
  });
}

async function stopDebugging(session: Session): Promise<void> {
  await session.runCommand('Debug: Stop');
  await session.page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
}

/** What a file has, once it is there. */
async function written(file: string): Promise<string> {
  // Says which files are there instead.
  await eventually(`${file} is written`, () => readdir(dirname(file)), {
    until: (names) => names.includes(basename(file)),
  });
  return await readFile(file, 'utf8');
}

/** The document of the editor of recordings that is in view and shows this. */
async function editor(session: Session, selector: string): Promise<Frame> {
  const found = await eventually(
    `an editor shows ${selector}`,
    async () => {
      for (const frame of session.page.frames()) {
        const shows = await frame
          .locator(selector)
          .first()
          .isVisible()
          .catch(() => false);
        if (shows) return [frame];
      }
      return [];
    },
    { until: (frames) => frames.length === 1 },
  );
  const [frame] = found;
  if (frame === undefined) throw new Error('eventually gives one');
  return frame;
}

test('trace and timeline: found, noted, exported, compared, debugged and tested', async (t) => {
  const folder = await project(t);
  const file = join(folder, source);
  const saved = join(folder, 'saved.hotplug.mcap');
  await using session = await openWorkbench({ folder });
  const { page } = session;
  const step = stepsOf(t);

  try {
    await step('a filter that is completed finds the packets that the plugin sent', async () => {
      await session.openView('Hotplug');
      await session.runCommand('Hotplug: Start Plugin');
      await treeShows(session, `Events: ${packets} handled`);
      const { frame } = await Trace.open(session);
      const input = frame.locator('.filter-text input');
      const option = frame.locator('.filter-text .completion');
      for (const [typed, label] of [
        ['kind:eff', 'effect'],
        [' fn:send-', 'send-output'],
      ] as const) {
        await input.press('End');
        await input.pressSequentially(typed);
        // The names come from the recording, with the keys that follow.
        await eventually(`"${label}" is offered`, async () => {
          const offered = await option.allInnerTexts();
          if (offered.some((text) => text.includes(label))) return true;
          await input.press('Backspace');
          await input.press(typed.at(-1) ?? '');
          return false;
        });
        await session.screenshot(`panels-1-${label}`);
        await option.filter({ hasText: label }).first().click();
      }
      assert.match(await input.inputValue(), /^kind:effect fn:send-output ?$/);
      const count = frame.locator('.toolbar .count');
      await eventually('the packets are counted', () => count.innerText(), {
        until: (text) => text.startsWith(`${packets} of `),
      });
      const trace = await Trace.open(session);
      const rows = await trace.rows(await input.inputValue());
      assert.ok(
        rows.length > 0 && rows.every(({ name, kind }) => name === 'send-output' && kind === 'effect'),
      );
      await session.screenshot('panels-1-filter');
    });

    await step('a note is there again after the panel was closed', async () => {
      const timeline = await Timeline.open(session);
      await timeline.select('effects', 'send-output');
      await timeline.frame.locator('.stage').press('m');
      const area = timeline.frame.locator('.note-list textarea');
      await area.fill(noteText);
      await area.press('Enter');
      await timeline.frame.locator('.note-list .note-text', { hasText: noteText }).waitFor();
      await session.screenshot('panels-2-note');
      await session.runCommand('View: Hide Panel');
      await page.locator('.part.panel').waitFor({ state: 'hidden' });
      const again = await Timeline.open(session);
      const note = again.frame.locator('.note-list .note-text', { hasText: noteText });
      const toggle = again.frame.getByRole('button', { name: 'Notes' });
      await clickUntil('the note is listed', toggle, () => note.isVisible());
    });

    await step('it stands beside the recording that is saved, and in its editor', async () => {
      await session.runCommand('Hotplug: Save Recording As…');
      await session.saveAs('Save Recording As', saved);
      const text = await written(saved.replace(/\.mcap$/, '.notes.json'));
      assert.deepEqual(
        readNotes(Buffer.from(text), 'the notes').map((note) => note.text),
        [noteText],
      );
      await session.open('saved.hotplug.mcap');
      const frame = await editor(session, '.about h1');
      const note = frame.locator('.note-list .note-text', { hasText: noteText });
      const toggle = frame.locator('.part.timeline').getByRole('button', { name: 'Notes' });
      await clickUntil('the note is listed', toggle, () => note.isVisible());
      await session.screenshot('panels-3-saved');
    });

    await step('it is exported for Chrome, the editor first, and as a table, the panels then', async () => {
      const trace = join(folder, 'saved.trace.json');
      await session.chooseFrom('Hotplug: Export Recording…', 'Chrome trace events');
      await session.saveAs('Export for Chrome trace events', trace);
      const { traceEvents } = JSON.parse(await written(trace)) as {
        readonly traceEvents: readonly { readonly ph: string; readonly name: string }[];
      };
      const calls = traceEvents.filter(({ ph, name }) => ph === 'X' && name === 'process');
      assert.equal(calls.length, packets);
      await session.runCommand('View: Close All Editors');
      const table = join(folder, 'live.csv');
      await session.chooseFrom('Hotplug: Export Recording…', 'Comma-separated values');
      await session.saveAs('Export for Comma-separated values', table);
      const rows = parse(await written(table), { columns: true, bom: true }) as readonly Readonly<
        Record<string, string>
      >[];
      const sent = rows.filter((row) => row['kind'] === 'effect' && row['name'] === 'send-output');
      assert.equal(sent.length, packets);
      const png = join(folder, 'timeline.png');
      const svg = join(folder, 'timeline.svg');
      await session.runCommand('Hotplug: Timeline: Save Picture as PNG…');
      await session.saveAs('Save Picture As', png);
      assert.match(await written(png), /^.PNG\r\n/);
      await session.runCommand('Hotplug: Timeline: Save Picture as SVG…');
      await session.saveAs('Save Picture As', svg);
      assert.match(await written(svg), /^(?:<\?xml[^>]*>\s*)?<svg [\s\S]*<\/svg>\s*$/);
      await session.screenshot('panels-4-exported');
    });

    await step('an edited line is compared with the run before, difference by difference', async () => {
      await session.openFile(source);
      await session.editLine(file, 'const factor =', '    const factor = 0.25;');
      await session.save();
      await treeShows(session, `Replay: ${packets} of ${packets} events differ`);
      await session.chooseFrom('Hotplug: Start Input…', 'tone.wav');
      await treeShows(session, `Events: ${2 * packets} handled`);
      const { frame } = await Timeline.open(session);
      const bar = frame.locator('.notice.comparison');
      const entry = frame.getByRole('button', { name: 'With the run before' });
      await clickUntil('the menu opens', frame.getByRole('button', { name: 'Compare' }), () =>
        entry.isVisible(),
      );
      await clickUntil('the runs are compared', entry, () => bar.isVisible());
      await eventually('what differs', () => bar.innerText(), {
        until: (text) => text.includes(`${packets} of ${packets} events differ`),
      });
      await session.runCommand('View: Toggle Maximized Panel');
      const list = frame.locator('.differences [data-difference]');
      await clickUntil('they are listed', bar.getByRole('button', { name: 'List' }), () =>
        list.first().isVisible(),
      );
      const chosen = frame.locator('.differences [aria-current=true]');
      const stage = frame.locator('.stage');
      const steps: string[] = [];
      for (let number = 0; number < 2; number += 1) {
        const before = steps.at(-1);
        await stage.press('.');
        steps.push(
          await eventually('the next difference', () => chosen.innerText(), {
            until: (text) => text !== before,
          }),
        );
      }
      assert.equal(new Set(steps).size, 2);
      await session.screenshot('panels-5-compared');
      await session.runCommand('View: Toggle Maximized Panel');
    });

    await step('the debugger stops where the trace says so, and starts at an event of it', async () => {
      const trace = await Trace.open(session);
      const breakpoints = page.locator('.debug-breakpoints .monaco-list-row');
      await session.runCommand('View: Show Run and Debug');
      await chooseFromRow(trace.frame, 'effect', 507, 'Break Here', async () =>
        (await breakpoints.allInnerTexts()).some((text) => text.includes('send-output')),
      );
      await session.runCommand('Hotplug: Debug Last Run');
      await callStack(session, 'event 501 in');
      await session.runCommand('Debug: Continue');
      await callStack(session, 'send-output', 'event 507 in');
      await session.screenshot('panels-6-break');
      await stopDebugging(session);
      await session.runCommand('Remove All Breakpoints');
      for (const event of [503, 7]) {
        const again = await Trace.open(session);
        const live = again.frame.getByRole('button', { name: 'Back to Live' });
        await eventually('the live recording', async () => !(await live.isVisible()));
        await chooseFromRow(again.frame, 'event', event, 'Replay from Here', () =>
          page.locator('.debug-toolbar').isVisible(),
        );
        await session.runCommand('View: Show Run and Debug');
        await callStack(session, `event ${event} in`);
        await session.screenshot(`panels-6-replay-${event}`);
        await stopDebugging(session);
      }
    });

    await step('a test is made of what it did', async () => {
      const { frame } = await Trace.open(session);
      await chooseFromRow(frame, 'event', 503, 'Make a Test of This', () =>
        page.locator('.quick-input-widget', { hasText: 'Name of the recording' }).isVisible(),
      );
      await session.answer('Name of the recording', 'quarter');
      await eventually('it is saved', () => readdir(join(folder, 'recordings')), {
        until: (names) => names.includes('quarter.hotplug.mcap'),
      });
      await session.runCommand('Testing: Focus on Test Explorer View');
      const plugin = page.locator('.test-explorer .monaco-list-row', { hasText: 'gain' }).first();
      await eventually('the test is listed', async () => {
        if ((await session.treeRows()).some((row) => row.includes('quarter'))) return true;
        await worked(plugin.click(short));
        await page.keyboard.press('ArrowRight');
        return await soon(async () => (await session.treeRows()).some((row) => row.includes('quarter')));
      });
      await session.screenshot('panels-7-test');
    });

    await step('the keys are commands, which open the panel that they are of', async () => {
      await session.runCommand('View: Hide Panel');
      await page.locator('.part.panel').waitFor({ state: 'hidden' });
      await session.runCommand('Hotplug: Timeline: Show Keys');
      const timeline = await session.webview('#timeline-selection');
      const sheet = timeline.locator('dialog.help[open]');
      await sheet.getByText('Keys of the timeline').waitFor();
      await session.screenshot('panels-8-keys');
      await sheet.press('Escape');
      await sheet.waitFor({ state: 'hidden' });
      await session.runCommand('Hotplug: Trace: Choose Columns');
      const trace = await session.webview('.filter-text');
      await trace.locator('.popup .popup-item', { hasText: 'Real time' }).waitFor();
      await session.screenshot('panels-8-columns');
      await page.keyboard.press('Escape');
    });

    await step("another tool's trace is looked at, and nothing of it runs", async () => {
      await session.open('saved.trace.json');
      await session.chooseFrom('View: Reopen Editor With...', 'Hotplug Trace Viewer');
      const frame = await editor(session, '.about h1');
      await frame.locator('.about-note', { hasText: 'trace event JSON' }).waitFor();
      assert.equal(await frame.getByRole('button', { name: 'Replay' }).count(), 0);
      await eventually('its slices', () => frame.locator('.layer > .row:not(.unknown)').allInnerTexts(), {
        until: (rows) => rows.some((row) => row.includes('process')),
      });
      await eventually('its lanes', () => frame.locator('.track.lane').count(), {
        until: (count) => count > 0,
      });
      await session.screenshot('panels-9-imported');
    });

    await step(
      'a recording that is deleted while it is open says so, and can still be looked at',
      async () => {
        await session.runCommand('View: Close All Editors');
        await session.open('saved.hotplug.mcap');
        const frame = await editor(session, '.about h1');
        await rm(saved);
        await frame.locator('.warning', { hasText: 'The file was deleted.' }).waitFor();
        const row = frame.locator('.layer > .row .badge[data-kind=effect]').first();
        const title = frame.locator('.detail .title', { hasText: 'send-output' });
        await clickUntil('a row is shown', row, () => title.isVisible());
        assert.equal(await frame.getByText('Restricted Mode').count(), 0);
        await session.screenshot('panels-10-deleted');
        await session.openView('Hotplug');
        await treeShows(session, 'Running');
      },
    );
  } finally {
    await session.screenshot('panels-last');
  }
});
