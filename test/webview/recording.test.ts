import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Panels, skip, themeNames } from './panels.ts';
import type { PanelPage } from './panels.ts';
import { rowOf } from './row-of.ts';

const rows = `[...document.querySelectorAll('.layer > .row:not([hidden]):not(.unknown)')]`;
const painted = `document.querySelector('.timeline .count').textContent !== '' && document.querySelectorAll('.track.lane').length > 1`;
const active = `Number(document.querySelector('.row[aria-selected="true"]')?.ariaRowIndex)`;
const strip = `document.querySelector('.strip-text').textContent`;
const size = (selector: string): string =>
  `document.querySelector('${selector}').getBoundingClientRect().height`;

describe('editor of recordings', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  async function open(options: Parameters<Panels['open']>[1] = {}): Promise<PanelPage> {
    const panel = await panels.open('recording', { events: 5000, height: 800, ...options });
    await panel.until(`${rows}.length > 5 && ${painted}`);
    return panel;
  }

  it('says what the recording is and shows it from its start, with its timeline', async () => {
    await using panel = await open();
    assert.equal(await panel.page.textContent('h1'), 'gain, speech-gate');
    const [recorded, ...facts] = await panel.page.locator('.about-facts > div').allTextContents();
    assert.match(recorded ?? '', /^Recorded\d+ \w+ 2026, \d+:\d\d:00$/);
    assert.deepEqual(facts, ['Contractstreamkit', 'LanguageRust', 'Toolsnode v24.1.0, v8 13.6.233.8']);
    assert.equal(
      await panel.page.evaluate(`${rows}.map((row) => Number(row.ariaRowIndex)).sort((a, b) => a - b)[0]`),
      2,
    );
    assert.equal(await panel.page.textContent('.trace .count'), '19,950 records');
    assert.equal(await panel.page.textContent('.timeline .count'), '100.0 s of 100.0 s');
    assert.equal(await panel.page.locator('.warning').isVisible(), false);
  });

  it('offers nothing that only the live recording can do', async () => {
    await using panel = await open();
    await panel.standIn('reveal(2000)');
    await panel.until(`document.querySelector('.detail .title').textContent === 'in'`);
    for (const name of ['Send Again', 'Follow the newest', 'Follow live', 'Open the trace', 'Back to Live']) {
      assert.equal(await panel.page.getByRole('button', { name }).count(), 0, name);
    }
    await panel.page.focus('.grid');
    await panel.page.keyboard.press('End');
    await panel.until(`${active} === 19951`);
    await panel.page.keyboard.press('f');
    await panel.page.keyboard.press('Home');
    await panel.until(`${active} === 2`);
  });

  it('has one cursor for trace and timeline', async () => {
    await using panel = await open();
    await panel.page.focus('.grid');
    await panel.page.keyboard.press('Home');
    await panel.until(`${strip}.startsWith('in')`);
    await panel.page.focus('.stage');
    await panel.page.keyboard.press(']');
    await panel.until(`document.querySelector('.strip-text strong') !== null`);
    const selected = (await panel.posted('select')).at(-1)?.record;
    assert.ok(selected !== undefined && selected > 0);
    await panel.until(`${active} === ${rowOf(selected)}`);
    await panel.page.keyboard.press('Enter');
    await panel.until(`document.activeElement.classList.contains('grid')`);
    assert.deepEqual(await panel.posted('command'), []);
  });

  it('starts a replay or a debug session of the file', async () => {
    await using panel = await open();
    await panel.page.getByRole('button', { name: 'Replay' }).click();
    await panel.page.getByRole('button', { name: 'Debug' }).click();
    assert.deepEqual(
      (await panel.posted('command')).map(({ command }) => command),
      ['replayRecording', 'debugRecording'],
    );
  });

  it('runs nothing in Restricted Mode, and says so', async () => {
    await using panel = await open({ file: 'restricted' });
    await panel.page.getByText('Restricted Mode').waitFor();
    for (const name of ['Replay', 'Debug']) {
      assert.equal(await panel.page.getByRole('button', { name }).isDisabled(), true, name);
    }
    await panel.screenshot('recording-restricted');
  });

  it('resizes the timeline by keyboard, closes it and opens it again', async () => {
    await using panel = await open();
    const before = await panel.page.evaluate<number>(size('section.timeline'));
    await panel.page.getByRole('separator', { name: 'Size of the timeline' }).press('ArrowUp');
    await panel.until(`${size('section.timeline')} > ${before + 10}`);
    const toggle = panel.page.getByRole('button', { name: 'Show the timeline' });
    await toggle.click();
    await panel.until(`${size('section.timeline')} === 0`);
    assert.equal(await panel.standIn('kept("page").timelineOpen'), false);
    await panel.page.getByRole('button', { name: 'Show the timeline', pressed: false }).waitFor();
    await toggle.click();
    await panel.until(`${size('section.timeline')} > ${before + 10} && ${painted}`);
  });

  it('shows another recording that took its place', async () => {
    await using panel = await open();
    await panel.standIn('reveal(2000)');
    await panel.until(`${active} === ${rowOf(2000)}`);
    await panel.standIn(`show({ recording: 'file 2', kind: 'file' }, 50)`);
    await panel.until(`document.querySelector('.trace .count').textContent === '198 records'`);
    await panel.until(
      `/^98\\d ms of 98\\d ms$/.test(document.querySelector('.timeline .count').textContent)`,
    );
    await panel.until(`getComputedStyle(document.querySelector('.detail')).display === 'none'`);
    assert.equal(await panel.page.textContent('.strip-text'), '');
    await panel.standIn(`show({ recording: 'file 3', kind: 'file' }, 0)`);
    await panel.page.getByText('There is no record in it').first().waitFor();
    assert.equal(await panel.page.getByText('There is no record in it').count(), 2);
  });

  it('says where the file was cut off', async () => {
    await using panel = await open({ file: 'cut' });
    await panel.page.getByText('The file was cut off at byte 123,456.').waitFor();
    await panel.screenshot('recording-cut');
  });

  it('fits a narrow editor', async () => {
    await using panel = await open({ width: 420, height: 700, file: 'cut' });
    await panel.standIn('reveal(2000)');
    await panel.until(`${active} === ${rowOf(2000)}`);
    // Table, detail and timeline share the height; the chosen row must stay in sight.
    await panel.until(`(() => {
      const row = document.querySelector('.row[aria-selected="true"]').getBoundingClientRect();
      const grid = document.querySelector('.grid').getBoundingClientRect();
      return row.top >= grid.top + 21 && row.bottom <= grid.bottom + 1;
    })()`);
    await panel.screenshot('recording-narrow');
    assert.equal(await panel.page.evaluate('document.documentElement.scrollWidth'), 420);
  });

  for (const theme of themeNames) {
    it(`is accessible and keeps the policy in ${theme}`, async () => {
      await using panel = await open({ theme });
      await panel.standIn('reveal(3111)');
      await panel.page.getByText('index out of bounds').waitFor();
      await panel.screenshot(`recording-${theme}`);
      assert.deepEqual(await panel.complaints(), []);
      assert.deepEqual(await panel.accessibility(), []);
    });

    it(`says why a file cannot be shown, and what to do, in ${theme}`, async () => {
      await using panel = await panels.open('recording', { theme, file: 'problem' });
      await panel.page.getByText('run.hotplug.mcap cannot be shown').waitFor();
      await panel.page.getByText('is damaged at offset 4711').waitFor();
      await panel.page.getByText('Take another copy of the file.').waitFor();
      await panel.screenshot(`recording-problem-${theme}`);
      await panel.page.getByRole('button', { name: 'Try Again' }).click();
      await panel.page.getByRole('button', { name: 'Open With…' }).click();
      assert.deepEqual(
        (await panel.posted('command')).map(({ command }) => command),
        ['retry', 'openWith'],
      );
      assert.deepEqual(await panel.complaints(), []);
      assert.deepEqual(await panel.accessibility(), []);
    });
  }
});
