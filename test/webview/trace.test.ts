import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { visible } from '../../extension/recording/visible.ts';
import { Panels, skip, themeNames } from './panels.ts';
import type { PanelPage } from './panels.ts';
import { hostile } from './page/recording.ts';
import { rowOf } from './row-of.ts';

/** Waits for what only the test can tell. */
async function eventually(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Still not so: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const count = `document.querySelector('.count').textContent`;
const filterText = `document.querySelector('.filter-input').value`;
const shownRows = `[...document.querySelectorAll('.layer > .row:not([hidden])')]`;
/** Rows wholly within the grid, from top to bottom, as their record texts. */
const inView = `${shownRows}.filter((row) => {
  const box = row.getBoundingClientRect();
  const grid = document.querySelector('.grid').getBoundingClientRect();
  return box.top >= grid.top + 21 && box.bottom <= grid.bottom + 1;
}).sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)`;
const known = `${inView}.every((row) => !row.classList.contains('unknown')) && ${inView}.length > 5`;
const lastRow = `Number(${inView}.at(-1)?.ariaRowIndex)`;
const firstRow = `Number(${inView}.at(0)?.ariaRowIndex)`;
const followOn = `document.querySelector('.follow').classList.contains('on')`;
const activeRow = `Number(document.querySelector(".row.active")?.ariaRowIndex)`;

describe('trace panel', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  async function open(options: Parameters<Panels['open']>[1] = {}): Promise<PanelPage> {
    const panel = await panels.open('trace', options);
    await panel.until(known);
    return panel;
  }

  it('shows the newest of 399,000 rows and follows them', async () => {
    await using panel = await open();
    await panel.until(`${lastRow} === 399001`);
    assert.equal(await panel.page.getAttribute('.grid', 'aria-rowcount'), '399001');
    assert.equal(await panel.page.textContent('.count'), '399,000 records');
    await panel.standIn('grow(10)');
    await panel.until(`${lastRow} === 399039 && ${known}`);
    assert.ok((await panel.page.locator('.row').count()) < 100, 'draws only what is in view');
  });

  it('stops following when the user scrolls up, and follows again at the button', async () => {
    await using panel = await open();
    await panel.page.mouse.move(400, 300);
    await panel.page.mouse.wheel(0, -400);
    await panel.until(`!${followOn}`);
    const first = await panel.page.evaluate<number>(firstRow);
    await panel.standIn('grow(100)');
    await panel.until(`document.querySelector('.count').textContent === '399,398 records'`);
    assert.equal(await panel.page.evaluate<number>(firstRow), first, 'stays where it was');
    await panel.page.click('.follow');
    await panel.until(`${followOn} && ${lastRow} === 399399`);
    await panel.page.keyboard.press('f');
    await panel.until(`!${followOn}`);
  });

  it('does not take for scrolling what the browser does where there is more height', async () => {
    await using panel = await open({ events: 5000, width: 1280, height: 400 });
    await panel.until(`${followOn} && ${lastRow} === 19951`);
    await panel.page.focus('.grid');
    await panel.page.keyboard.press('f');
    await panel.until(`!${followOn}`);
    await panel.page.setViewportSize({ width: 1280, height: 640 });
    await panel.until(`${inView}.length > 20 && ${known}`);
    // Frames later everything that the browser has to say of it was said.
    await panel.page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))',
    );
    assert.equal(await panel.page.evaluate(followOn), false);
    await panel.page.keyboard.press('f');
    await panel.until(`${followOn} && ${lastRow} === 19951`);
  });

  it('goes to a record of which the list does not know yet that it is so long', async () => {
    await using panel = await panels.open('trace', { events: 200_000, live: false });
    await panel.until(`document.querySelector('.layer > .row:not([hidden]):not(.unknown)') !== null`);
    await panel.standIn('reveal(700000)');
    await panel.until(`${activeRow} === ${rowOf(700_000)} && ${known}`);
  });

  it('says how much is recorded and kept, and why nothing more is', async () => {
    await using panel = await open();
    assert.equal(await panel.page.textContent('.recorded'), '');
    const disk = { file: '/r/1.hotplug.mcap', bytes: 12_900_000, keptBytes: 430_000_000 };
    await panel.standIn(`record(${JSON.stringify({ ...disk, budgetBytes: 2 ** 30 })})`);
    await panel.until(`document.querySelector('.recorded').textContent.startsWith('12.3 MiB')`);
    assert.equal(await panel.page.textContent('.recorded'), '12.3 MiB · 410 MiB of 1 GiB kept');
    assert.equal(await panel.page.getByRole('alert').count(), 0);
    await panel.screenshot('trace-recorded');
    const failure = 'The recording cannot be written any further: no space left. Make room on the disk.';
    await panel.standIn(`record(${JSON.stringify({ ...disk, failure })})`);
    await panel.page.getByRole('alert').waitFor();
    assert.equal(await panel.page.getByRole('alert').textContent(), `Nothing more is recorded. ${failure}`);
    assert.equal(await panel.page.textContent('.recorded'), '12.3 MiB');
    assert.deepEqual(await panel.accessibility(), []);
    await panel.screenshot('trace-full-disk');
  });

  it('filters by text, by kind and by plugin, and says when nothing is left', async () => {
    await using panel = await open();
    await panel.page.keyboard.press('/');
    await panel.page.keyboard.type('speech_start 93');
    await panel.until(`document.querySelector('.count').textContent === '3,500 of 399,000' && ${known}`);
    assert.deepEqual(
      await panel.page.evaluate(
        `[...new Set(${inView}.map((row) => row.querySelector('.badge').textContent))]`,
      ),
      ['telemetry'],
    );
    await panel.page.click('.chip[data-kind=telemetry]');
    await panel.page.getByText('No record matches the filter').waitFor();
    await panel.page.getByRole('button', { name: 'Clear Filter' }).click();
    await panel.until(`document.querySelector('.count').textContent === '399,000 records' && ${known}`);

    await panel.page.click('.chip[data-kind=log]', { modifiers: ['Alt'] });
    await panel.until(
      `${inView}.every((row) => row.querySelector('.badge').textContent === 'log') && ${known}`,
    );
    await panel.page.click('.filter-plugin');
    await panel.page.getByRole('option', { name: 'gain' }).click();
    await panel.until(
      `${inView}.every((row) => row.querySelector('.plugin').textContent === 'gain') && ${known}`,
    );
    assert.equal(await panel.page.evaluate(filterText), 'kind:log plugin:gain');
    assert.equal(await panel.standIn('kept().filter'), 'kind:log plugin:gain');
  });

  it('keeps its place when the filter changes, and goes on by Enter', async () => {
    await using panel = await open();
    await panel.standIn('reveal(200000)');
    await panel.until(`${activeRow} === ${rowOf(200_000)} && ${known}`);
    const top = `document.querySelector('.row.active').getBoundingClientRect().top`;
    const before = await panel.page.evaluate<number>(top);
    await panel.page.keyboard.press('/');
    await panel.page.keyboard.type('kind:event');
    await panel.until(`${count} === '100,000 of 399,000' && ${activeRow} === 50002 && ${known}`);
    assert.ok(Math.abs((await panel.page.evaluate<number>(top)) - before) < 23, 'stands where it stood');
    await panel.page.keyboard.press('Enter');
    await panel.until(`${activeRow} === 50003`);
    await panel.page.keyboard.press('Shift+Enter');
    await panel.until(`${activeRow} === 50002`);
    await panel.page.keyboard.press('Escape');
    await panel.until(`${count} === '399,000 records' && ${activeRow} === ${rowOf(200_000)}`);
  });

  it('says what is wrong with a filter at its place, and completes it', async () => {
    await using panel = await open();
    await panel.page.keyboard.press('/');
    await panel.page.keyboard.type('kind:ev');
    await panel.page.getByRole('option').first().waitFor();
    await panel.page.keyboard.press('Tab');
    await panel.until(`${filterText} === 'kind:event'`);
    await panel.page.keyboard.type(' duration:soon');
    await panel.until(`document.querySelector('.filter-problem:not([hidden])') !== null`);
    await panel.until(`${count} === '100,000 of 399,000'`);
    await panel.screenshot('trace-filter-problem');
    assert.deepEqual(await panel.accessibility(), []);
  });

  it('goes from error to error', async () => {
    await using panel = await open({ events: 5000 });
    await panel.page.focus('.grid');
    const { keyboard } = panel.page;
    await keyboard.press('Home');
    await keyboard.press('e');
    await panel.until(`${activeRow} === ${rowOf(3111)}`);
    await panel.page.getByText('index out of bounds').waitFor();
    await panel.page.getByRole('button', { name: 'Next error' }).click();
    await panel.until(`${activeRow} === ${rowOf(7111)}`);
    await panel.page.focus('.grid');
    await keyboard.press('Shift+E');
    await panel.until(`${activeRow} === ${rowOf(3111)}`);
    await keyboard.press('Shift+E');
    await panel.until(`${activeRow} === ${rowOf(19111)}`);
    assert.equal((await panel.posted('select')).at(-1)?.record, 19111);
    await keyboard.press('e');
    await panel.until(`${activeRow} === ${rowOf(3111)}`);
    await panel.page.fill('.filter-text input', 'kind:effect');
    await panel.until(`${count}.includes(' of 19,950')`);
    await panel.page.getByRole('button', { name: 'Next error' }).click();
    await panel.until(`${count} === 'No errors among these rows'`);
  });

  it('exports all of it, or the rows of the filter', async () => {
    await using panel = await open({ events: 500 });
    const choose = async (name: string): Promise<void> => {
      await panel.page.getByRole('button', { name: 'Export' }).click();
      await panel.page.getByRole('button', { name, exact: true }).click();
    };
    await choose('CSV…');
    await panel.page.fill('.filter-text input', 'kind:call');
    await panel.until(`${count}.includes(' of ')`);
    await panel.page.getByRole('button', { name: 'Export' }).click();
    await panel.page.getByRole('checkbox', { name: 'Only the rows of the filter' }).check();
    assert.deepEqual(await panel.accessibility(), []);
    await panel.page.getByRole('button', { name: 'JSON Lines…', exact: true }).click();
    assert.deepEqual(await panel.posted('export'), [
      { type: 'export', format: 'csv' },
      { type: 'export', format: 'jsonl', filter: 'kind:call' },
    ]);
  });

  it('shows the columns that are chosen, in their order and width, and keeps them', async () => {
    await using panel = await open({ live: false, width: 1400 });
    const titles = `[...document.querySelectorAll('.header > .cell')].map((cell) => cell.textContent).join(' ')`;
    assert.equal(await panel.page.evaluate(titles), 'Time Plugin Kind Name Summary Duration');
    const { keyboard } = panel.page;
    await panel.page.focus('.grid');
    await keyboard.press('c');
    await panel.page.getByRole('menuitemcheckbox', { name: 'Delta' }).waitFor();
    await keyboard.press('ArrowDown');
    await keyboard.press('Space');
    await keyboard.press('Alt+ArrowUp');
    await panel.until(`${titles} === 'Delta Time Plugin Kind Name Summary Duration'`);
    await panel.page.getByRole('menuitemcheckbox', { name: 'Size' }).click();
    await panel.page.getByRole('menuitemcheckbox', { name: 'Event' }).click();
    await panel.page.getByRole('menuitemcheckbox', { name: 'Real time' }).click();
    await panel.page.getByRole('menuitemcheckbox', { name: 'Plugin' }).click();
    assert.deepEqual(await panel.accessibility(), []);
    await panel.screenshot('trace-columns-menu');
    await keyboard.press('Escape');
    await panel.until(`${titles} === 'Delta Time Real time Kind Event Name Summary Duration Size'`);
    await panel.until(
      `/^\\d\\d:\\d\\d:\\d\\d\\.\\d{3}$/.test(${inView}.at(-1).querySelector('.clock').textContent)`,
    );
    await panel.until(`${inView}.at(-1).querySelector('.delta').textContent.startsWith('+')`);
    const width = `document.querySelector('.header > .name').getBoundingClientRect().width`;
    const before = await panel.page.evaluate<number>(width);
    const edge = await panel.page.locator('.header > .name > .edge').boundingBox();
    assert.ok(edge !== null);
    await panel.page.mouse.move(edge.x + 3, edge.y + 8);
    await panel.page.mouse.down();
    await panel.page.mouse.move(edge.x + 43, edge.y + 8);
    await panel.page.mouse.up();
    await panel.until(`Math.abs(${width} - ${before} - 40) < 2`);
    await panel.screenshot('trace-columns');
    assert.equal(await panel.standIn('kept().columns.order[0]'), 'delta');
    await panel.page.locator('.header > .name').click({ button: 'right' });
    await panel.page.getByRole('menuitem', { name: 'As at First' }).click();
    await panel.until(`${titles} === 'Time Plugin Kind Name Summary Duration'`);
  });

  it('moves a column that is dragged by its title', async () => {
    await using panel = await open();
    await panel.page.locator('.header > .duration').dragTo(panel.page.locator('.header > .time'));
    await panel.until(`document.querySelector('.header > .cell').textContent === 'Duration'`);
  });

  it('groups by event, and opens one', async () => {
    await using panel = await open({ events: 5000 });
    await panel.page.focus('.grid');
    const { keyboard } = panel.page;
    await keyboard.press('g');
    await panel.until(`document.querySelector('.grid').role === 'treegrid'`);
    await keyboard.press('Home');
    await panel.until(`${activeRow} === 2 && ${known}`);
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowRight');
    const active = `document.querySelector('.row.active')`;
    await panel.until(`${active}?.ariaExpanded === 'true'`);
    await keyboard.press('ArrowRight');
    await panel.until(`${activeRow} === 4 && ${active}.ariaLevel === '2'`);
    await panel.screenshot('trace-grouped');
    await keyboard.press('ArrowLeft');
    await panel.until(`${activeRow} === 3 && ${active}.ariaLevel === '1'`);
    await keyboard.press('ArrowLeft');
    await panel.until(`${active}?.ariaExpanded === 'false'`);
    // An error that is in a closed event opens it.
    await keyboard.press('e');
    await panel.until(`${active}?.classList.contains('failed') && ${active}.ariaLevel === '2' && ${known}`);
    await panel.page.getByText('index out of bounds').waitFor();
    assert.deepEqual(await panel.accessibility(), []);
    await panel.screenshot('trace-grouped-error');
    await keyboard.press('x');
    await panel.until(`document.querySelectorAll('.row[aria-level="2"]:not([hidden])').length === 0`);
    await keyboard.press('x');
    await panel.until(`${count}.startsWith('More than 2,000 events')`);
    await panel.page.keyboard.press('/');
    await panel.page.keyboard.type('event:<=100 -kind:lifecycle');
    await panel.page.keyboard.press('Enter');
    await panel.until(`${count}.startsWith('100 rows')`);
    await panel.page.getByRole('button', { name: 'Expand All' }).click();
    await panel.until(`document.querySelectorAll('.row[aria-level="2"]:not([hidden])').length > 10`);
    await keyboard.press('Escape');
  });

  it('shows values as a tree, a page at a time, and copies any part', async () => {
    await using panel = await open();
    await panel.standIn('reveal(2000)');
    const { keyboard } = panel.page;
    const node = (path: string) => panel.page.locator(`.node[data-path='${path}']`);
    await node('packet').waitFor();
    await node('pin').focus();
    await keyboard.press('End');
    const focused = `document.activeElement.dataset.path ?? document.activeElement.textContent`;
    await panel.until(`${focused}?.endsWith('samples')`);
    const samples = await panel.page.evaluate<string>(focused);
    await keyboard.press('ArrowRight');
    await node(`${samples}[99]`).waitFor();
    await panel.screenshot('trace-values');
    assert.deepEqual(await panel.accessibility(), []);
    assert.equal(await node(`${samples}[100]`).count(), 0);
    await keyboard.press('End');
    await panel.until(`${focused} === 'Show 100 more of 960'`);
    await keyboard.press('Enter');
    await panel.until(`${focused} === '${samples}[100]'`);
    await keyboard.press('Control+c');
    const copied = async (): Promise<string | undefined> => (await panel.posted('copyText')).at(-1)?.text;
    await eventually(async () => Math.abs(Number(await copied()) - Math.sin(100 / 6)) < 1e-6);
    await keyboard.press('ArrowLeft');
    await keyboard.press('Shift+F10');
    await panel.page.getByRole('menuitem', { name: 'Copy as WAVE' }).waitFor();
    await panel.page.getByRole('menuitem', { name: 'Copy Path' }).click();
    await eventually(async () => (await copied()) === samples);
    await panel.page.getByRole('button', { name: 'Copy…' }).click();
    await panel.page.getByRole('menuitem', { name: 'Copy as Command' }).click();
    await eventually(async () => (await copied())?.startsWith('hotplug run') === true);
    assert.match((await copied()) ?? '', /'\{"text":"it/);
  });

  it('compares two rows, by key and by mouse', async () => {
    await using panel = await open({ events: 5000 });
    const { keyboard } = panel.page;
    await panel.standIn('reveal(3107)');
    await panel.until(`${activeRow} === ${rowOf(3107)} && ${known}`);
    await panel.page.focus('.grid');
    await keyboard.press('d');
    await panel.until(`document.querySelector('.row[data-picked=first]') !== null`);
    for (let step = 0; step < 4; step += 1) await keyboard.press('ArrowDown');
    await panel.until(`${activeRow} === ${rowOf(3111)}`);
    await keyboard.press('d');
    const differences = panel.page.locator('.differences');
    await differences.getByText('Outcome').waitFor();
    const outcome = (): Promise<string[]> =>
      differences.locator('tr', { hasText: 'Outcome' }).locator('td').allTextContents();
    assert.deepEqual(await outcome(), ['ok', 'failed']);
    assert.deepEqual(await panel.accessibility(), []);
    await panel.screenshot('trace-differences');
    await panel.page.getByRole('button', { name: 'Swap the two' }).click();
    await eventually(async () => (await outcome())[0] === 'failed');
    await panel.page.getByRole('button', { name: 'Close the comparison' }).click();
    await panel.until(`document.querySelector('.row[data-picked]') === null`);
    assert.equal(await panel.page.locator('.detail').isVisible(), true);

    // One below the other.
    await keyboard.down('Control');
    await panel.page.mouse.click(400, 200);
    await panel.page.mouse.click(400, 288);
    await keyboard.up('Control');
    await differences.waitFor();
    await panel.until(`document.querySelectorAll('.row[data-picked]').length === 2`);
    await panel.page.focus('.grid');
    await keyboard.press('Escape');
    await panel.until(`document.querySelector('.row[data-picked]') === null`);
  });

  it('offers what can be done with a row', async () => {
    await using panel = await open({ events: 5000 });
    await panel.standIn('reveal(2000)');
    await panel.until(`${activeRow} === ${rowOf(2000)} && ${known}`);
    await panel.page.focus('.grid');
    const { keyboard } = panel.page;
    const choose = async (name: string): Promise<void> => {
      await panel.page.focus('.grid');
      await keyboard.press('Shift+F10');
      await panel.page.getByRole('menuitem', { name, exact: true }).click();
    };
    await keyboard.press('Shift+F10');
    await panel.page.getByRole('menu', { name: 'Actions' }).waitFor();
    assert.deepEqual(await panel.accessibility(), []);
    await panel.screenshot('trace-row-menu');
    await keyboard.press('Escape');
    await panel.until(`document.activeElement.classList.contains('grid')`);
    await choose('Replay from Here');
    await choose('Break Here');
    await choose('Make a Test of This');
    assert.deepEqual(
      (await panel.posted('act')).map(({ action, record }) => `${action} ${record}`),
      ['replayFrom 2000', 'breakHere 2000', 'makeTest 2000'],
    );
    await choose('Send Again');
    await choose('Show on the Timeline');
    assert.deepEqual(await panel.posted('sendAgain'), [{ type: 'sendAgain', plugin: 'gain', record: 2000 }]);
    assert.deepEqual(await panel.posted('command'), [{ type: 'command', command: 'openTimeline' }]);
    await panel.page.focus('.grid');
    await keyboard.press('Control+c');
    assert.match((await panel.posted('copyText')).at(-1)?.text ?? '', /^10\.000\tgain\tevent\tin\taudio/);
    await choose('Filter by event:501');
    // The chosen row is found in the new list, where it is the first, after its length is known.
    await panel.until(`${count} === '4 of 19,950' && ${activeRow} === 2`);
    await panel.page.locator('.row.active').click({ button: 'right' });
    await panel.page.getByRole('menuitem', { name: 'Filter by fn:in' }).click();
    await panel.until(`${filterText} === 'event:501 fn:in'`);
  });

  it('lists its keys', async () => {
    await using panel = await open({ events: 500 });
    await panel.page.keyboard.press('?');
    await panel.page.getByRole('dialog').getByText('Group by event').waitFor();
    assert.deepEqual(await panel.accessibility(), []);
    await panel.screenshot('trace-keys');
    await panel.page.keyboard.press('Escape');
    await panel.until(`document.querySelector('dialog[open]') === null`);
  });

  it('fits at 200 % zoom', async () => {
    await using panel = await open({ width: 640, height: 400, theme: 'hc-dark' });
    await panel.standIn('reveal(3111)');
    await panel.page.getByText('index out of bounds').waitFor();
    await panel.screenshot('trace-zoomed');
    assert.equal(await panel.page.evaluate('document.documentElement.scrollWidth'), 640);
  });

  it('is walked by keyboard', async () => {
    await using panel = await open();
    await panel.page.focus('.grid');
    const { keyboard } = panel.page;
    await keyboard.press('Home');
    await panel.until(`${activeRow} === 2 && ${known}`);
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowUp');
    await panel.until(`${activeRow} === 3`);
    await keyboard.press('PageDown');
    await panel.until(`${activeRow} > 20 && ${known}`);
    await keyboard.press('PageUp');
    await panel.until(`${activeRow} === 3`);
    assert.equal(
      await panel.page.getAttribute('.grid', 'aria-activedescendant'),
      await panel.page.getAttribute('.row[aria-selected=true]', 'id'),
    );
    await panel.until(`document.querySelector('.detail .title').textContent === 'send-output'`);
    await keyboard.press('Enter');
    await panel.until(`document.activeElement.className.startsWith('detail-body')`);
    await keyboard.press('Escape');
    await panel.until(`document.activeElement.className.startsWith('grid')`);
    await keyboard.press('Escape');
    await panel.until(`getComputedStyle(document.querySelector('.detail')).display === 'none'`);
    await keyboard.press('End');
    await panel.until(`${activeRow} === 399001 && ${followOn} && ${known}`);
    const selected = await panel.posted('select');
    assert.equal(selected.at(-1)?.record, 399_999);
  });

  it('shows the detail and sends an event again', async () => {
    await using panel = await open();
    await panel.standIn('reveal(2000)');
    await panel.until(`${activeRow} === ${rowOf(2000)} && ${known}`);
    await panel.page.getByRole('button', { name: 'Send Again' }).click();
    assert.deepEqual(await panel.posted('sendAgain'), [{ type: 'sendAgain', plugin: 'gain', record: 2000 }]);
    assert.match((await panel.page.textContent('.detail .fields')) ?? '', /sample rate48000/);
  });

  it('opens on the record that is chosen already', async () => {
    await using panel = await open({ select: 3111 });
    await panel.until(`${activeRow} === ${rowOf(3111)} && ${known} && !${followOn}`);
  });

  it('goes to a record that it is told of before the rows reach so far', async () => {
    await using panel = await open();
    await panel.standIn(`show({ recording: 'debug-1', kind: 'replay', instead: 'a debug session' }, 30)`);
    await panel.until(`document.querySelector('.count').textContent === '118 records'`);
    await panel.standIn('reveal(130)');
    await panel.standIn('grow(10)');
    await panel.until(`${activeRow} === ${rowOf(130)} && ${known}`);
  });

  it('shows a replay instead of the live recording, and goes back', async () => {
    await using panel = await open();
    await panel.standIn('reveal(2000)');
    await panel.until(`${activeRow} === ${rowOf(2000)} && !${followOn}`);
    await panel.page.click('.follow');
    await panel.until(`${followOn} && ${lastRow} === 399001`);

    await panel.standIn(`show({ recording: 'replay-1', kind: 'replay', instead: 'a replay of gain' }, 30)`);
    await panel.page.getByText('This is a replay of gain, not the live recording.').waitFor();
    await panel.until(`document.querySelector('.count').textContent === '118 records'`);
    await panel.until(`${firstRow} === 2 && ${known}`);
    assert.equal(await panel.page.locator('.follow').isVisible(), false);
    await panel.standIn('reveal(8)');
    await panel.until(`${activeRow} === ${rowOf(8)}`);
    assert.equal(await panel.page.getByRole('button', { name: 'Send Again' }).count(), 0);
    await panel.screenshot('trace-replay');
    await panel.standIn('grow(10)');
    await panel.until(`document.querySelector('.count').textContent === '158 records'`);
    assert.equal(await panel.page.evaluate(firstRow), 2, 'stays where it was');

    await panel.page.getByRole('button', { name: 'Back to Live' }).click();
    assert.deepEqual(await panel.posted('command'), [{ type: 'command', command: 'backToLive' }]);
    await panel.standIn(`show({ recording: 'live', kind: 'live' }, 100_000)`);
    // The editor repeats what is selected in the live recording.
    await panel.standIn('reveal(2000)');
    await panel.until(`${lastRow} === 399001 && ${followOn} && ${known}`);
    await panel.until(`document.querySelector('.detail .title').textContent === 'in'`);
    assert.equal(await panel.page.getByRole('button', { name: 'Back to Live' }).count(), 0);
    assert.equal(await panel.page.evaluate(lastRow), 399_001, 'and follows as before');
  });

  it('shows an error report and opens its sources', async () => {
    await using panel = await open();
    await panel.standIn('reveal(3111)');
    await panel.page.getByText('index out of bounds').waitFor();
    await panel.page.getByRole('button', { name: 'Go to Source' }).click();
    await panel.page.getByRole('button', { name: '/home/me/gain/src/lib.rs:20:5' }).click();
    const file = '/home/me/gain/src/lib.rs';
    assert.deepEqual(await panel.posted('openSource'), [
      { type: 'openSource', file, line: 42, column: 17 },
      { type: 'openSource', file, line: 20, column: 5 },
    ]);
  });

  it('keeps hostile text as text', async () => {
    await using panel = await open();
    const shown = visible(hostile);
    await panel.standIn('reveal(12)');
    await panel.until(`document.querySelector('.detail .title').textContent === ${JSON.stringify(shown)}`);
    assert.equal(await panel.page.textContent('.fields dt'), shown);
    assert.equal(await panel.page.locator('main img, main script').count(), 0);
    assert.equal(await panel.page.evaluate('globalThis.harmed'), undefined);
    assert.deepEqual(await panel.complaints(), []);
  });

  it('scrolls to the middle and the end of a list that is longer than the scroller', async () => {
    await using panel = await open({ events: 250_000 });
    await panel.until(`${count} === '997,500 records'`);
    const scrollTo = (share: number): Promise<unknown> =>
      panel.page.evaluate(
        `{ const g = document.querySelector('.grid'); g.scrollTop = (g.scrollHeight - g.clientHeight) * ${share} }`,
      );
    await scrollTo(0.5);
    await panel.until(`Math.abs(${firstRow} - 498750) < 100 && ${known}`);
    const middle = await panel.page.evaluate<number>(firstRow);
    await panel.page.mouse.move(400, 300);
    await panel.page.mouse.wheel(0, 220);
    await panel.until(`${firstRow} === ${middle + 10} && ${known}`);
    await scrollTo(1);
    await panel.until(`${lastRow} === 997501 && ${known}`);
    await scrollTo(0);
    await panel.until(`${firstRow} === 2 && ${known}`);
  });

  it('resizes the detail by keyboard', async () => {
    await using panel = await open();
    await panel.standIn('reveal(2000)');
    await panel.page.focus('.separator');
    const width = (): Promise<number> => panel.page.evaluate(`document.querySelector('.detail').offsetWidth`);
    const before = await width();
    await panel.page.keyboard.press('ArrowLeft');
    assert.equal(await width(), before + 24);
    assert.equal(await panel.page.getAttribute('.separator', 'aria-valuenow'), String(before + 24));
  });

  it('says what to do where there is nothing yet', async () => {
    {
      await using panel = await panels.open('trace', { events: 0, plugins: 'none' });
      await panel.page.getByRole('button', { name: 'New Plugin…' }).click();
      assert.deepEqual(await panel.posted('command'), [{ type: 'command', command: 'newPlugin' }]);
      await panel.screenshot('trace-empty');
    }
    await using panel = await panels.open('trace', { events: 0 });
    await panel.page.getByRole('button', { name: 'Send Event…' }).click();
    assert.deepEqual(await panel.posted('command'), [{ type: 'command', command: 'sendEvent' }]);
  });

  for (const theme of themeNames) {
    it(`is accessible and keeps the policy in ${theme}`, async () => {
      await using panel = await open({ theme });
      await panel.screenshot(`trace-${theme}`);
      await panel.standIn('reveal(3111)');
      await panel.page.getByText('index out of bounds').waitFor();
      await panel.until(known);
      await panel.screenshot(`trace-failure-${theme}`);
      assert.deepEqual(await panel.complaints(), []);
      assert.deepEqual(await panel.accessibility(), []);
    });
  }

  it('fits a narrow side bar', async () => {
    await using panel = await open({ width: 420, height: 700 });
    await panel.standIn('reveal(2000)');
    await panel.page.getByRole('button', { name: 'Send Again' }).waitFor();
    // The detail opens below and takes the room; the chosen row must stay in sight.
    await panel.until(`${inView}.some((row) => row.ariaSelected === 'true')`);
    await panel.screenshot('trace-narrow');
    assert.equal(await panel.page.evaluate('document.documentElement.scrollWidth'), 420);
  });
});
