import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Panels, skip, themeNames } from './panels.ts';
import type { PanelPage } from './panels.ts';

const shownRows = `[...document.querySelectorAll('.layer > .row:not([hidden])')]`;
/** Rows wholly within the grid, from top to bottom. */
const inView = `${shownRows}.filter((row) => {
  const box = row.getBoundingClientRect();
  const grid = document.querySelector('.grid').getBoundingClientRect();
  return box.top >= grid.top + 21 && box.bottom <= grid.bottom + 1;
}).sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)`;
const known = `${inView}.length > 5 && ${inView}.every((row) => !row.classList.contains('unknown'))`;
const firstRow = `Number(${inView}.at(0)?.ariaRowIndex)`;
const lastRow = `Number(${inView}.at(-1)?.ariaRowIndex)`;
const activeRow = `Number(document.querySelector('.row[aria-selected="true"]')?.ariaRowIndex)`;
const count = `document.querySelector('.count').textContent`;

describe('rows panel', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  async function open(options: Parameters<Panels['open']>[1] = {}): Promise<PanelPage> {
    const panel = await panels.open('rows', { events: 1_000_000, ...options });
    await panel.until(known);
    return panel;
  }

  it('scrolls through 1,000,000 rows and draws what is in view', async () => {
    await using panel = await open();
    assert.equal(await panel.page.evaluate(count), '1,000,000 rows');
    assert.equal(await panel.page.getAttribute('.grid', 'aria-rowcount'), '1000001');
    assert.deepEqual(
      await panel.page.evaluate(
        `[...document.querySelectorAll('.header .caption')].map((one) => one.textContent)`,
      ),
      ['#', '', 'Time', 'Level', 'Message', 'Cell 4'],
    );
    await panel.page.evaluate(`document.querySelector('.grid').scrollTop = 1e9`);
    await panel.until(`${lastRow} === 1000001 && ${known}`);
    await panel.page.mouse.move(400, 300);
    await panel.page.mouse.wheel(0, -220);
    await panel.until(`${lastRow} === 999991 && ${known}`);
    await panel.page.evaluate(
      `document.querySelector('.grid').scrollTop = document.querySelector('.grid').scrollHeight / 2`,
    );
    await panel.until(`${firstRow} > 400000 && ${firstRow} < 600000 && ${known}`);
    const text = await panel.page.evaluate<string>(`${inView}[3].textContent`);
    const number = (await panel.page.evaluate<number>(`Number(${inView}[3].ariaRowIndex)`)) - 2;
    assert.ok(text.endsWith(`message ${number}`), text);
    assert.ok((await panel.page.locator('.row').count()) < 100);
    assert.deepEqual(await panel.complaints(), []);
  });

  it('goes on at 10,000,000 rows, one by one', async () => {
    await using panel = await open({ events: 10_000_000 });
    await panel.page.focus('.grid');
    await panel.page.keyboard.press('End');
    await panel.until(`${activeRow} === 10000001 && ${known}`);
    await panel.page.keyboard.press('ArrowUp');
    await panel.until(`${activeRow} === 10000000`);
    await panel.page.mouse.move(400, 300);
    await panel.page.mouse.wheel(0, -22);
    await panel.until(`${lastRow} === 10000000 && ${known}`);
  });

  it('filters by text, case and expression while more rows match, and says when nothing is left', async () => {
    await using panel = await open();
    await panel.page.keyboard.press('/');
    await panel.page.keyboard.type('MESSAGE 77777');
    await panel.until(`${count} === '11 of 1,000,000'`);
    await panel.page.getByRole('button', { name: 'Match case' }).click();
    await panel.page.getByText('No row matches the filter').waitFor();
    await panel.page.getByRole('button', { name: 'Clear Filter' }).click();
    await panel.until(`${count} === '1,000,000 rows' && ${known}`);
    await panel.page.getByRole('button', { name: 'Regular expression' }).click();
    await panel.page.keyboard.press('/');
    await panel.page.keyboard.type('^message [0-9]00000$');
    await panel.until(`${count} === '9 of 1,000,000'`);
    await panel.page.keyboard.press('Escape');
    await panel.page.keyboard.press('/');
    await panel.page.keyboard.type('(');
    await panel.until(`document.querySelector('.count').classList.contains('problem')`);
    assert.deepEqual(await panel.complaints(), []);
  });

  it('finds forwards, backwards and past the end', async () => {
    await using panel = await open();
    await panel.page.keyboard.press('Control+f');
    await panel.page.keyboard.type('message 4242');
    await panel.page.keyboard.press('Enter');
    await panel.until(`${activeRow} === 4244 && ${known}`);
    await panel.page.keyboard.press('Enter');
    await panel.until(`${activeRow} === 42422 && ${known}`);
    await panel.page.keyboard.press('Shift+F3');
    await panel.until(`${activeRow} === 4244 && ${known}`);
    await panel.page.keyboard.press('Shift+Enter');
    await panel.until(`${activeRow} === 424301 && ${count} === 'Found past the end'`);
    await panel.page.getByRole('button', { name: 'Find next' }).click();
    await panel.until(`${activeRow} === 4244`);
  });

  it('is walked by keyboard, shows cells and bytes, and selects the record of the call', async () => {
    await using panel = await open();
    await panel.page.focus('.grid');
    const { keyboard } = panel.page;
    await keyboard.press('ArrowDown');
    await panel.until(`${activeRow} === 2`);
    await keyboard.press('PageDown');
    await panel.until(`${activeRow} > 10 && ${known}`);
    await keyboard.press('Home');
    for (let times = 0; times < 7; times++) await keyboard.press('ArrowDown');
    await panel.until(`${activeRow} === 9`);
    await panel.until(`document.querySelector('.row-note')?.textContent.includes('2 rows')`);
    assert.equal(await panel.page.evaluate('window.harmed'), undefined);
    assert.ok((await panel.page.textContent('dl.cells'))?.includes('a␊b␄'));
    assert.ok((await panel.page.textContent('.hex'))?.startsWith('000001c0  3c 69 6d 67 20'));
    assert.deepEqual((await panel.posted('select')).at(-1)?.record, 7);
    await keyboard.press('Enter');
    await panel.until(`document.activeElement.className === 'detail-body'`);
    await panel.screenshot('rows-detail');
    await keyboard.press('Escape');
    await keyboard.press('Escape');
    await panel.until(`getComputedStyle(document.querySelector('.detail')).display === 'none'`);
    await keyboard.press('Home');
    for (let times = 0; times < 6; times++) await keyboard.press('ArrowDown');
    await panel.page.getByRole('button', { name: 'Save File…' }).click();
    assert.deepEqual((await panel.posted('saveAttachment')).at(-1), {
      type: 'saveAttachment',
      row: 6,
      name: 'core.bin',
    });
    assert.deepEqual(await panel.complaints(), []);
  });

  it('hides columns and changes their widths within what the plugin says, and keeps that', async () => {
    await using panel = await open();
    await panel.page.getByRole('button', { name: 'Columns' }).click();
    await panel.page.getByRole('checkbox', { name: 'Level' }).uncheck();
    await panel.until(`document.querySelectorAll('.header .caption').length === 5`);
    await panel.page.keyboard.press('Escape');
    assert.deepEqual(
      await panel.page.evaluate(
        `[...document.querySelectorAll('.header .caption')].map((one) => one.textContent)`,
      ),
      ['#', '', 'Time', 'Message', 'Cell 4'],
    );
    const edge = panel.page.getByRole('separator', { name: 'Width of Time' });
    await edge.focus();
    await panel.page.keyboard.press('ArrowRight');
    await panel.until(`document.activeElement.ariaValueNow === '196'`);
    await panel.page.keyboard.press('Home');
    await panel.until(`document.activeElement.ariaValueNow === '30'`);
    const kept = await panel.page.evaluate(`JSON.stringify(standIn.keptAll().columns)`);
    assert.equal(kept, '{"text-log":{"widths":{"0 Time":30},"hidden":["1 Level"]}}');
    const box = await edge.boundingBox();
    assert.ok(box);
    await panel.page.mouse.move(box.x + 2, box.y + 5);
    await panel.page.mouse.down();
    await panel.page.mouse.move(box.x + 72, box.y + 5, { steps: 4 });
    await panel.page.mouse.up();
    await panel.until(`document.querySelector('.edge[data-cell="0"]').ariaValueNow === '100'`);
  });

  it('exports what the filter leaves', async () => {
    await using panel = await open();
    await panel.page.keyboard.press('/');
    await panel.page.keyboard.type('warn');
    await panel.until(`${count}.endsWith(' of 1,000,000')`);
    await panel.page.getByRole('button', { name: 'Export' }).click();
    await panel.page.getByRole('button', { name: 'JSON Lines…' }).click();
    assert.deepEqual((await panel.posted('export')).at(-1), {
      type: 'export',
      format: 'jsonl',
      filter: { text: 'warn' },
    });
  });

  it('follows the newest while rows come, says how far the run is, and begins anew with the next one', async () => {
    await using panel = await open({ events: 1000 });
    const progress = {
      title: 'a.log',
      state: 'running',
      bytes: 1024,
      skipped: 3,
      totalBytes: 4096,
      notes: [{ severity: 'warning', text: 'A byte was dropped.', advice: 'Look at it.', times: 3 }],
    };
    await panel.standIn(`rows(${JSON.stringify({ progress })})`);
    await panel.until(
      `document.querySelector('.progress-text').textContent === 'a.log · running · 1.00 KiB of 4.00 KiB, 3 bytes dropped'`,
    );
    await panel.page.locator('.notes > summary').click();
    await panel.page.getByText('A byte was dropped. (3 times)').waitFor();
    await panel.screenshot('rows-running');
    await panel.page.locator('.follow').click();
    await panel.until(`${lastRow} === 1001`);
    await panel.standIn('rows({ total: 1500 })');
    await panel.until(`${lastRow} === 1501 && ${known}`);
    await panel.page.mouse.move(400, 500);
    await panel.page.mouse.wheel(0, -400);
    await panel.until(`!document.querySelector('.follow').classList.contains('on')`);
    const columns = [{ caption: 'All', description: '', width: -1 }];
    await panel.standIn(`rows(${JSON.stringify({ run: 2, total: 40, columns })})`);
    await panel.until(`${count} === '40 rows' && ${firstRow} === 2 && ${known}`);
    await panel.until(`document.querySelectorAll('.header .caption')[2].textContent === 'All'`);
    assert.deepEqual(await panel.complaints(), []);
  });

  it('goes on with its filter after an answer was lost', async () => {
    await using panel = await open();
    await panel.standIn('rows({ step: 1000 })');
    await panel.page.keyboard.press('/');
    await panel.page.keyboard.type('message 99999');
    await panel.until(`${count}.endsWith(' of 1,000,000 …')`);
    await panel.standIn('lose()');
    await panel.standIn('rows({ step: 400000 })');
    await panel.page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await panel.until(`${count} === '11 of 1,000,000'`);
  });

  it('says what to do where there is nothing', async () => {
    await using none = await panels.open('rows', { events: 0, plugins: 'none' });
    await none.page.getByText('No parser runs').waitFor();
    await none.page.getByRole('button', { name: 'New Plugin…' }).click();
    assert.deepEqual((await none.posted('command')).at(-1)?.command, 'newPlugin');
    await using idle = await panels.open('rows', { events: 0 });
    await idle.page.getByText('text-log: Running. Give it a file').waitFor();
    assert.deepEqual(await idle.accessibility(), []);
    await using silent = await panels.open('rows', { events: 0, plugins: 'silent' });
    await silent.page.getByText('Asking for the rows.').waitFor();
  });

  for (const theme of themeNames) {
    it(`has no serious finding in ${theme}`, async () => {
      await using panel = await open({ theme });
      await panel.page.focus('.grid');
      await panel.page.keyboard.press('ArrowDown');
      await panel.until(`document.querySelector('.hex') !== null`);
      assert.deepEqual(await panel.accessibility(), []);
      assert.deepEqual(await panel.complaints(), []);
      await panel.screenshot(`rows-${theme}`);
    });
  }
});
