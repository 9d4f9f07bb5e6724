import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Panels, skip, themeNames } from './panels.ts';
import type { PanelPage } from './panels.ts';

const position = `document.querySelector('.search-position').textContent`;
const spoken = `document.querySelector('.unseen[aria-live="polite"]').textContent`;
const painted = `document.querySelectorAll('.track.lane').length > 0 && document.querySelector('.length').textContent !== ''`;

describe('around the timeline', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  async function open(options: Parameters<Panels['open']>[1] = {}): Promise<PanelPage> {
    const panel = await panels.open('timeline', { events: 5000, live: false, ...options });
    await panel.until(painted);
    await panel.page.focus('.stage');
    return panel;
  }

  async function press(panel: PanelPage, ...keys: readonly string[]): Promise<void> {
    for (const key of keys) await panel.page.keyboard.press(key);
  }

  it('lists its keys in a sheet that keeps the focus', async () => {
    await using panel = await open();
    await press(panel, '?');
    const sheet = panel.page.getByRole('dialog', { name: 'Keys of the timeline' });
    await sheet.waitFor();
    for (const heading of ['Look around', 'Find and choose', 'Mark', 'Show', 'With the mouse'])
      assert.equal(await sheet.getByRole('heading', { name: heading, exact: true }).count(), 1, heading);
    for (let tab = 0; tab < 5; tab += 1) {
      await press(panel, 'Tab');
      await panel.until(`document.activeElement.closest('dialog') !== null`);
    }
    await press(panel, 'Escape');
    await sheet.waitFor({ state: 'hidden' });
    await panel.until(`document.activeElement.classList.contains('stage')`);
  });

  it('searches with completion, says how many there are and goes from one to the next', async () => {
    await using panel = await open();
    await press(panel, '/');
    const input = panel.page.getByRole('combobox', { name: 'Search the recording' });
    await input.pressSequentially('ki');
    await panel.page.getByRole('option', { name: 'kind:' }).first().waitFor();
    await press(panel, 'Tab');
    await input.pressSequentially('lifec');
    await press(panel, 'ArrowDown', 'Enter');
    assert.equal(await input.inputValue(), 'kind:lifecycle');
    assert.equal(await input.getAttribute('aria-expanded'), 'false');
    await panel.until(`/^\\d+ matches$/.test(${position})`);
    await press(panel, 'Enter');
    await panel.until(`/^1 of \\d+$/.test(${position})`);
    await press(panel, 'Enter');
    await panel.until(`/^2 of \\d+$/.test(${position})`);
    await press(panel, 'Shift+Enter');
    await panel.until(`/^1 of \\d+$/.test(${position})`);
    const chosen = (await panel.posted('select')).map(({ record }) => record);
    assert.equal(chosen.length, 3);
    assert.equal(chosen[0], chosen[2]);
    await press(panel, 'Escape');
    assert.equal(await input.inputValue(), '');
    await press(panel, 'Escape');
    await panel.until(`document.activeElement.classList.contains('stage')`);
  });

  it('says what is wrong with a search at its place', async () => {
    await using panel = await open();
    await press(panel, '/');
    const input = panel.page.getByRole('combobox', { name: 'Search the recording' });
    await input.fill('gain kind:nothing');
    await panel.until(`document.querySelector('.filter-mirror > mark')?.textContent.includes('nothing')`);
    assert.equal(await input.getAttribute('aria-invalid'), 'true');
    const message = await input.getAttribute('aria-errormessage');
    assert.notEqual(await panel.page.textContent(`#${message ?? ''}`), '');
    await input.fill('gain');
    await panel.until(`document.querySelector('.filter-mirror > mark') === null`);
    assert.equal(await input.getAttribute('aria-invalid'), null);
  });

  it('keeps filters under names', async () => {
    await using panel = await open();
    await press(panel, '/');
    await panel.page.keyboard.type('duration:>1ms ');
    await panel.page.getByRole('button', { name: 'Kept filters' }).click();
    await panel.page.getByRole('textbox', { name: 'Keep this filter as' }).fill('slow <b>');
    await press(panel, 'Enter');
    const [kept] = await panel.posted('keepFilters');
    assert.deepEqual(kept?.filters, [{ name: 'slow <b>', filter: 'duration:>1ms ' }]);
    await panel.page.getByRole('button', { name: 'Rename slow <b>' }).click();
    await panel.page.getByRole('textbox', { name: 'Name of the filter' }).fill('late');
    await press(panel, 'Enter');
    await panel.page.getByRole('button', { name: 'Forget late' }).click();
    const all = await panel.posted('keepFilters');
    assert.deepEqual(
      all.map(({ filters }) => filters.map(({ name }) => name)),
      [['slow <b>'], ['late'], []],
    );
  });

  it('shows what is in view as a table whose rows choose', async () => {
    await using panel = await open();
    await press(panel, 't');
    const grid = panel.page.getByRole('grid', { name: 'What the timeline shows' });
    await grid.waitFor();
    await panel.until(`Number(document.querySelector('.slice-grid').getAttribute('aria-rowcount')) > 10`);
    await panel.until(`document.activeElement.classList.contains('slice-grid')`);
    await press(panel, 'ArrowDown', 'ArrowDown');
    await panel.until(`standIn.posted.filter(({ type }) => type === 'select').length === 2`);
    const active = `document.getElementById(document.querySelector('.slice-grid').getAttribute('aria-activedescendant'))`;
    await panel.until(`${active}?.getAttribute('aria-rowindex') === '3'`);
    await panel.until(`${active}?.getAttribute('aria-selected') === 'true'`);
    await press(panel, 'End');
    await panel.until(
      `document.querySelector('.slice-row[aria-selected="true"]').getAttribute('aria-rowindex') === document.querySelector('.slice-grid').getAttribute('aria-rowcount')`,
    );
    const drawn = await grid.getByRole('row').count();
    assert.ok(drawn < 120, `${drawn} rows are drawn`);
    await press(panel, 'Enter');
    assert.deepEqual(await panel.posted('command'), [{ type: 'command', command: 'openTrace' }]);
    await press(panel, 't');
    await grid.waitFor({ state: 'hidden' });
    await panel.until(`document.activeElement.classList.contains('stage')`);
  });

  it('counts a marked stretch by function', async () => {
    await using panel = await open();
    await press(panel, 'i');
    const table = panel.page.locator('.functions table');
    await table.waitFor();
    const inView = (await panel.page.textContent('.statistics .figures')) ?? '';
    await panel.page.focus('.stage');
    for (let times = 0; times < 6; times += 1) await press(panel, 'Shift+ArrowRight');
    await panel.until(`document.querySelector('.statistics-range').textContent.startsWith('Marked')`);
    await panel.until(
      `document.querySelector('.statistics .figures').textContent !== ${JSON.stringify(inView)}`,
    );
    await panel.page.getByRole('button', { name: 'Count', exact: true }).click();
    assert.equal(await panel.page.getAttribute('th:has([data-key="sort count"])', 'aria-sort'), 'descending');
    const counts = await table.locator('tbody tr > :nth-child(5)').allTextContents();
    const numbers = counts.map((text) => Number(text.replaceAll(',', '')));
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => b - a),
    );
    await panel.page.getByRole('button', { name: 'Copy as CSV' }).click();
    await panel.page.getByRole('button', { name: 'Copy as JSON' }).click();
    const [csv, json] = (await panel.posted('copyText')).map(({ text }) => text);
    assert.equal(csv?.trimEnd().split('\r\n').length, numbers.length + 1);
    assert.equal((JSON.parse(json ?? '') as { functions: unknown[] }).functions.length, numbers.length);
    await table
      .getByRole('button', { name: /^Go to the longest/ })
      .first()
      .click();
    await panel.until(`standIn.posted.some(({ type }) => type === 'select')`);
  });

  it('keeps notes: new, changed, deleted, gone to', async () => {
    await using panel = await open();
    await press(panel, 'm');
    const text = panel.page.getByRole('textbox', { name: 'Text of the note' });
    await text.fill('<b>slow</b> here');
    await press(panel, 'Enter');
    await panel.until(`standIn.posted.some(({ type }) => type === 'notes')`);
    const [first] = (await panel.posted('notes')).map(({ notes }) => notes);
    assert.equal(first?.[0]?.text, '<b>slow</b> here');
    await panel.page.getByRole('button', { name: 'Edit the note' }).click();
    await text.fill('fast here');
    await press(panel, 'Enter');
    const changed = (await panel.posted('notes')).at(-1)?.notes;
    assert.deepEqual(changed, [{ ...first[0], text: 'fast here' }]);
    await panel.page.focus('.stage');
    await press(panel, 'm');
    await press(panel, 'Escape');
    assert.equal((await panel.posted('notes')).length, 2, 'what was not written is not kept');
    await panel.page.getByRole('button', { name: 'Delete the note' }).click();
    assert.deepEqual((await panel.posted('notes')).at(-1)?.notes, []);
  });

  it('exports the marked stretch, what is found, and the picture', async () => {
    await using panel = await open();
    for (let times = 0; times < 3; times += 1) await press(panel, 'Shift+ArrowRight');
    await press(panel, '/');
    await panel.page.keyboard.type('kind:call ');
    await panel.until(`/matches/.test(${position})`);
    const menu = panel.page.getByRole('button', { name: 'Export', exact: true });
    await menu.click();
    await panel.page.getByRole('checkbox', { name: 'Only what the search finds' }).check();
    await panel.page.getByRole('button', { name: 'Perfetto…' }).click();
    const [asked] = await panel.posted('export');
    assert.equal(asked?.format, 'perfetto');
    assert.equal(asked.filter, 'kind:call ');
    assert.ok((asked.to ?? 0) > (asked.from ?? 0));
    await menu.click();
    await panel.page.getByRole('radio', { name: 'All of it' }).check();
    await panel.page.getByRole('button', { name: 'CSV…' }).click();
    assert.deepEqual((await panel.posted('export'))[1], { type: 'export', format: 'csv' });
    await menu.click();
    await panel.page.getByRole('button', { name: 'Picture of the view (SVG)…' }).click();
    await panel.until(`standIn.posted.some(({ type }) => type === 'picture')`);
    assert.match((await panel.posted('picture'))[0]?.data ?? '', /<svg/);
  });

  it('says aloud what is chosen, until that is turned off', async () => {
    await using panel = await open();
    await press(panel, 'ArrowDown', ']');
    const title = `document.querySelector('.strip-text > strong')?.textContent`;
    await panel.until(`${title} !== undefined && ${spoken}.startsWith(${title} + ',')`);
    await press(panel, 'Shift+a');
    await panel.until(`${spoken}.includes('Announcements are off.')`);
    await press(panel, ']');
    await panel.until(`standIn.posted.filter(({ type }) => type === 'select').length === 2`);
    await press(panel, 'Shift+a');
    await panel.until(`${spoken}.includes('Announcements are on.')`);
    await panel.standIn(`tell({ type: 'settings', filters: [], announce: false })`);
    await panel.until(
      `document.querySelector('[aria-label="Announce to screen readers"]').ariaPressed === 'false'`,
    );
  });

  it('stands beside another run', async () => {
    await using panel = await open();
    await panel.page.getByRole('button', { name: 'Compare', exact: true }).click();
    await panel.page.getByRole('button', { name: 'With the run before', exact: true }).click();
    assert.deepEqual(await panel.posted('compareWith'), [
      { type: 'compareWith', other: 'last', plugin: 'speech-gate' },
    ]);
    const life = {
      recording: 'live',
      plugin: 'gain',
      life: 1,
      from: 0,
      to: 40_000,
      events: 2000,
      artifact: '3f9a',
    };
    const difference = { kind: 'outputs', text: '<i>out</i> differs', otherTime: 100 };
    const comparison = {
      plugin: 'gain',
      here: { ...life, life: 2, from: 40_000, to: 80_000 },
      other: life,
      events: 2000,
      differing: 2,
      differences: [
        { ...difference, event: 3, here: 8012, other: 12, hereTime: 40_060 },
        { ...difference, event: 9, here: 8036, other: 36, hereTime: 40_180 },
      ],
      more: 0,
    };
    await panel.standIn(
      `tell(${JSON.stringify({ type: 'comparison', comparison, title: 'the run before' })})`,
    );
    await panel.page.getByText('2 of 2,000 events differ').waitFor();
    await panel.page.focus('.stage');
    await press(panel, '0', '.');
    await panel.until(`standIn.posted.some(({ type }) => type === 'select')`);
    await panel.page.getByRole('button', { name: 'List', exact: true }).click();
    await panel.page.getByText('<i>out</i> differs').first().waitFor();
    await panel.screenshot('timeline-comparison');
    assert.deepEqual(await panel.accessibility(), []);
    await panel.page.getByRole('button', { name: 'End the comparison' }).click();
    assert.equal((await panel.posted('compareWith')).at(-1)?.other, 'none');
    await panel.standIn(`tell({ type: 'comparison' })`);
    await panel.page.getByText('2 of 2,000 events differ').waitFor({ state: 'hidden' });
  });

  for (const theme of themeNames) {
    it(`is accessible with all its panes in ${theme}`, async () => {
      await using panel = await open({ theme });
      await press(panel, 'm');
      await panel.page.keyboard.type('a note');
      await press(panel, 'Enter');
      for (const pane of ['Notes', 'Table', 'Statistics']) {
        await panel.page.getByRole('tab', { name: pane }).click();
        await panel.until(`document.querySelector('.pane:not([hidden])').textContent.length > 40`);
        assert.deepEqual(await panel.accessibility(), [], pane);
      }
      await panel.page.locator('.functions table').waitFor();
      await panel.screenshot(`timeline-statistics-${theme}`);
      await panel.page.getByRole('button', { name: 'View', exact: true }).click();
      assert.deepEqual(await panel.accessibility(), [], 'View');
      await press(panel, 'Escape');
      await panel.page.focus('.stage');
      await press(panel, '?');
      await panel.page.getByRole('dialog').waitFor();
      assert.deepEqual(await panel.accessibility(), [], 'keys');
      await panel.screenshot(`timeline-keys-${theme}`);
      assert.deepEqual(await panel.complaints(), []);
    });
  }

  it('works at 200 % zoom, in forced colours and without motion', async () => {
    // Zooming in makes the page's own pixels fewer.
    await using panel = await open({ width: 640, height: 400 });
    await panel.page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    const fits = `document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight`;
    await panel.until(fits);
    await press(panel, 't');
    await panel.page.getByRole('grid').waitFor();
    await panel.until(`document.querySelector('.split').classList.contains('below')`);
    await panel.screenshot('timeline-200-percent');
    await panel.page.focus('.stage');
    await press(panel, '?');
    const sheet = panel.page.getByRole('dialog');
    await sheet.waitFor();
    const box = await sheet.boundingBox();
    assert.ok(box !== null && box.width <= 640 && box.height <= 400);
    await panel.until(fits);
    await panel.screenshot('timeline-keys-200-percent');
    // Forced colours are put in when the page is painted, so axe would see the theme's on the system's.
    await panel.page.emulateMedia({ forcedColors: 'none' });
    assert.deepEqual(await panel.accessibility(), []);
  });

  it('speaks German', async () => {
    await using panel = await open({ language: 'de' });
    await panel.page.getByRole('combobox', { name: 'Aufzeichnung durchsuchen' }).fill('kind:call');
    await panel.until(`/^[\\d,]+ Treffer$/.test(${position})`);
    await panel.page.focus('.stage');
    await press(panel, '?');
    await panel.page.getByRole('dialog', { name: 'Tasten der Zeitachse' }).waitFor();
    await panel.screenshot('timeline-keys-german');
    assert.equal(await panel.page.getAttribute('html', 'lang'), 'de');
    assert.deepEqual(await panel.complaints(), []);
  });

  it('says so where nothing is recorded yet', async () => {
    await using empty = await panels.open('timeline', { events: 0, live: false });
    await empty.page.getByRole('heading', { name: 'Nothing has happened yet' }).waitFor();
    assert.deepEqual(await empty.accessibility(), []);
    await empty.screenshot('timeline-empty');
  });
});
