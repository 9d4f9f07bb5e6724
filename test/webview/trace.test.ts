import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Panels, skip, themeNames } from './panels.ts';
import type { PanelPage } from './panels.ts';
import { hostile } from './page/recording.ts';

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
const activeRow = `Number(document.querySelector('.row[aria-selected="true"]')?.ariaRowIndex)`;

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

  it('shows the newest of 400,000 records and follows them', async () => {
    await using panel = await open();
    await panel.until(`${lastRow} === 400001`);
    assert.equal(await panel.page.getAttribute('.grid', 'aria-rowcount'), '400001');
    assert.equal(await panel.page.textContent('.count'), '400,000 records');
    await panel.standIn('grow(10)');
    await panel.until(`${lastRow} === 400041 && ${known}`);
    assert.ok((await panel.page.locator('.row').count()) < 100, 'draws only what is in view');
  });

  it('stops following when the user scrolls up, and follows again at the button', async () => {
    await using panel = await open();
    await panel.page.mouse.move(400, 300);
    await panel.page.mouse.wheel(0, -400);
    await panel.until(`!${followOn}`);
    const first = await panel.page.evaluate<number>(firstRow);
    await panel.standIn('grow(100)');
    await panel.until(`document.querySelector('.count').textContent === '400,400 records'`);
    assert.equal(await panel.page.evaluate<number>(firstRow), first, 'stays where it was');
    await panel.page.click('.follow');
    await panel.until(`${followOn} && ${lastRow} === 400401`);
    await panel.page.keyboard.press('f');
    await panel.until(`!${followOn}`);
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
    await panel.until(`document.querySelector('.count').textContent === '4,000 of 400,000' && ${known}`);
    assert.deepEqual(
      await panel.page.evaluate(
        `[...new Set(${inView}.map((row) => row.querySelector('.badge').textContent))]`,
      ),
      ['telemetry'],
    );
    await panel.page.click('.chip[data-kind=telemetry]');
    await panel.page.getByText('No record matches the filter').waitFor();
    await panel.page.getByRole('button', { name: 'Clear Filter' }).click();
    await panel.until(`document.querySelector('.count').textContent === '400,000 records' && ${known}`);

    await panel.page.click('.chip[data-kind=log]', { modifiers: ['Alt'] });
    await panel.until(
      `${inView}.every((row) => row.querySelector('.badge').textContent === 'log') && ${known}`,
    );
    await panel.page.click('.filter-plugin');
    await panel.page.getByRole('option', { name: 'gain' }).click();
    await panel.until(
      `${inView}.every((row) => row.querySelector('.plugin').textContent === 'gain') && ${known}`,
    );
    assert.deepEqual(await panel.standIn('kept().plugin'), 'gain');
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
    await panel.until(`document.querySelector('.detail .title').textContent === 'log'`);
    await keyboard.press('Enter');
    await panel.until(`document.activeElement.className === 'detail-body'`);
    await keyboard.press('Escape');
    await panel.until(`document.activeElement.className.startsWith('grid')`);
    await keyboard.press('Escape');
    await panel.until(`getComputedStyle(document.querySelector('.detail')).display === 'none'`);
    await keyboard.press('End');
    await panel.until(`${activeRow} === 400001 && ${followOn} && ${known}`);
    const selected = await panel.posted('select');
    assert.equal(selected.at(-1)?.record, 399_999);
  });

  it('shows the detail and sends an event again', async () => {
    await using panel = await open();
    await panel.standIn('reveal(2000)');
    await panel.until(`${activeRow} === 2002 && ${known}`);
    await panel.page.getByRole('button', { name: 'Send Again' }).click();
    assert.deepEqual(await panel.posted('sendAgain'), [{ type: 'sendAgain', plugin: 'gain', record: 2000 }]);
    assert.match((await panel.page.textContent('.fields')) ?? '', /sample rate48000/);
  });

  it('opens on the record that is chosen already', async () => {
    await using panel = await open({ select: 3111 });
    await panel.until(`${activeRow} === 3113 && ${known} && !${followOn}`);
  });

  it('goes to a record that it is told of before the rows reach so far', async () => {
    await using panel = await open();
    await panel.standIn(`show({ recording: 'debug-1', kind: 'replay', instead: 'a debug session' }, 30)`);
    await panel.until(`document.querySelector('.count').textContent === '120 records'`);
    await panel.standIn('reveal(130)');
    await panel.standIn('grow(10)');
    await panel.until(`${activeRow} === 132 && ${known}`);
  });

  it('shows a replay instead of the live recording, and goes back', async () => {
    await using panel = await open();
    await panel.standIn('reveal(2000)');
    await panel.until(`${activeRow} === 2002 && !${followOn}`);
    await panel.page.click('.follow');
    await panel.until(`${followOn} && ${lastRow} === 400001`);

    await panel.standIn(`show({ recording: 'replay-1', kind: 'replay', instead: 'a replay of gain' }, 30)`);
    await panel.page.getByText('This is a replay of gain, not the live recording.').waitFor();
    await panel.until(`document.querySelector('.count').textContent === '120 records'`);
    await panel.until(`${firstRow} === 2 && ${known}`);
    assert.equal(await panel.page.locator('.follow').isVisible(), false);
    await panel.standIn('reveal(8)');
    await panel.until(`${activeRow} === 10`);
    assert.equal(await panel.page.getByRole('button', { name: 'Send Again' }).count(), 0);
    await panel.screenshot('trace-replay');
    await panel.standIn('grow(10)');
    await panel.until(`document.querySelector('.count').textContent === '160 records'`);
    assert.equal(await panel.page.evaluate(firstRow), 2, 'stays where it was');

    await panel.page.getByRole('button', { name: 'Back to Live' }).click();
    assert.deepEqual(await panel.posted('command'), [{ type: 'command', command: 'backToLive' }]);
    await panel.standIn(`show({ recording: 'live', kind: 'live' }, 100_000)`);
    // The editor repeats what is selected in the live recording.
    await panel.standIn('reveal(2000)');
    await panel.until(`${lastRow} === 400001 && ${followOn} && ${known}`);
    await panel.until(`document.querySelector('.detail .title').textContent === 'in'`);
    assert.equal(await panel.page.getByRole('button', { name: 'Back to Live' }).count(), 0);
    assert.equal(await panel.page.evaluate(lastRow), 400_001, 'and follows as before');
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
    await panel.standIn('reveal(12)');
    await panel.until(`document.querySelector('.detail .title').textContent === ${JSON.stringify(hostile)}`);
    assert.equal(await panel.page.textContent('.fields dt'), hostile);
    assert.equal(await panel.page.locator('main img, main script').count(), 0);
    assert.equal(await panel.page.evaluate('globalThis.harmed'), undefined);
    assert.deepEqual(await panel.complaints(), []);
  });

  it('scrolls to the middle and the end of a list that is longer than the scroller', async () => {
    await using panel = await open({ events: 250_000 });
    const scrollTo = (share: number): Promise<unknown> =>
      panel.page.evaluate(
        `{ const g = document.querySelector('.grid'); g.scrollTop = (g.scrollHeight - g.clientHeight) * ${share} }`,
      );
    await scrollTo(0.5);
    await panel.until(`Math.abs(${firstRow} - 500000) < 100 && ${known}`);
    const middle = await panel.page.evaluate<number>(firstRow);
    await panel.page.mouse.move(400, 300);
    await panel.page.mouse.wheel(0, 220);
    await panel.until(`${firstRow} === ${middle + 10} && ${known}`);
    await scrollTo(1);
    await panel.until(`${lastRow} === 1000001 && ${known}`);
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
