import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Panels, skip, themeNames } from './panels.ts';
import type { PanelPage } from './panels.ts';

/** What the panel keeps: the view in ms and whether it follows. */
interface Kept {
  readonly from: number;
  readonly to: number;
  readonly follow: boolean;
}

const span = '(standIn.kept()?.to - standIn.kept()?.from)';
const strip = `document.querySelector('.strip-text').textContent`;
const followOn = `document.querySelector('.follow').classList.contains('on')`;
const painted = `document.querySelector('.count').textContent !== '' && document.querySelectorAll('.track.lane').length > 5`;

describe('timeline panel', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  async function open(options: Parameters<Panels['open']>[1] = {}): Promise<PanelPage> {
    const panel = await panels.open('timeline', options);
    await panel.until(painted);
    return panel;
  }

  async function kept(panel: PanelPage): Promise<Kept> {
    return await panel.standIn<Kept>('kept()');
  }

  it('shows lanes of both plugins with memory, from windowed requests', async () => {
    await using panel = await open();
    const labels = await panel.page.locator('.track .label').allTextContents();
    const lanes = ['Calls', 'Host calls', 'Logs', 'Telemetry', 'Reloads', 'Memory'];
    assert.deepEqual(labels, ['gain', ...lanes, 'speech-gate', ...lanes]);
    await panel.until(`/MiB$/.test(document.querySelector('.track.memory .note').textContent)`);
    const requests = await panel.posted('request');
    const asked = requests.flatMap((request) => (request.name === 'lanes' ? [request.params.query] : []));
    assert.ok(asked.every(({ buckets }) => buckets <= 8192));
    assert.ok(
      asked.some(({ from }) => from !== undefined),
      'asks for a window, not for everything',
    );
  });

  it('zooms at the pointer and pans by mouse', async () => {
    await using panel = await open({ live: false });
    const { mouse } = panel.page;
    const stage = await panel.page.locator('.stage').boundingBox();
    assert.ok(stage !== null);
    await panel.page.keyboard.press('Tab');
    await mouse.move(stage.x + stage.width / 4, stage.y + 100);
    await mouse.wheel(0, -200);
    await panel.until(`${span} < 1500000`);
    const zoomed = await kept(panel);
    const at = zoomed.from + (zoomed.to - zoomed.from) / 4;
    const whole = 100_000 * 20;
    assert.ok(Math.abs(at - (whole / 4 - whole * 0.005)) < whole * 0.02, 'the time under the pointer stays');
    await mouse.down();
    await mouse.move(stage.x + stage.width / 4 - 200, stage.y + 100, { steps: 4 });
    await mouse.up();
    await panel.until(`standIn.kept()?.from > ${zoomed.from}`);
    const dragged = await kept(panel);
    assert.ok(Math.abs(dragged.from - zoomed.from - (200 / stage.width) * (zoomed.to - zoomed.from)) < 1);
    await panel.page.keyboard.down('Shift');
    await mouse.wheel(0, -120);
    await panel.page.keyboard.up('Shift');
    await panel.until(`standIn.kept()?.from < ${dragged.from}`);
  });

  it('zooms, pans, fits and follows by keyboard', async () => {
    await using panel = await open();
    await panel.until(followOn);
    await panel.page.focus('.stage');
    const { keyboard } = panel.page;
    await keyboard.press('w');
    await panel.until(`Math.abs(${span} - 20000) < 1`);
    assert.equal((await kept(panel)).follow, true, 'a zoom keeps the newest in view');
    await keyboard.press('a');
    // What it keeps is kept with the next frame.
    await panel.until(`!${followOn} && standIn.kept().follow === false`);
    const left = await kept(panel);
    await keyboard.press('ArrowRight');
    await panel.until(`standIn.kept()?.from > ${left.from}`);
    await keyboard.press('-');
    await panel.until(`Math.abs(${span} - 30000) < 1`);
    await keyboard.press('0');
    await panel.until(`${span} > 1900000`);
    await keyboard.press('f');
    await panel.until(followOn);
  });

  it('follows a live recording', async () => {
    await using panel = await open();
    await panel.standIn('grow(500)');
    await panel.until(`document.querySelector('.count').textContent.endsWith('33 min 29 s')`);
    await panel.standIn('grow(50)');
    await panel.until(`document.querySelector('.count').textContent.endsWith('33 min 30 s')`);
    await panel.page.focus('.stage');
    await panel.page.keyboard.press('a');
    await panel.until(`!${followOn}`);
  });

  it('steps through slices and opens the record', async () => {
    await using panel = await open();
    await panel.page.focus('.stage');
    const { keyboard } = panel.page;
    await keyboard.press('ArrowDown');
    await keyboard.press(']');
    await panel.until(`${strip}.startsWith('process')`);
    const [first] = await panel.posted('select');
    await keyboard.press(']');
    await panel.until(`standIn.posted.filter(({ type }) => type === 'select').length === 2`);
    await keyboard.press('[');
    await panel.until(`standIn.posted.filter(({ type }) => type === 'select').length === 3`);
    const selected = await panel.posted('select');
    assert.ok((selected[1]?.record ?? 0) > (first?.record ?? 0));
    assert.equal(selected[2]?.record, first?.record);
    await keyboard.press('Enter');
    assert.deepEqual(await panel.posted('command'), [{ type: 'command', command: 'openTrace' }]);
    assert.equal(await panel.page.getAttribute('.strip-text', 'aria-live'), 'polite');
  });

  it('finds the next slice far outside of the view', async () => {
    await using panel = await open();
    await panel.page.focus('.stage');
    const { keyboard } = panel.page;
    await panel.until(`document.querySelectorAll('.track.lane').length === 10`);
    // The fifth lane of the second plugin is its reloads, 40 s apart.
    for (let lane = 0; lane < 10; lane += 1) await keyboard.press('ArrowDown');
    await keyboard.press('[');
    await panel.until(`${strip}.startsWith('reloaded')`);
    await keyboard.press('[');
    await panel.until(`standIn.posted.filter(({ type }) => type === 'select').length === 2`);
    await keyboard.press('[');
    await panel.until(`standIn.posted.filter(({ type }) => type === 'select').length === 3`);
    const records = (await panel.posted('select')).map(({ record }) => record);
    assert.deepEqual(records, [399_997, 391_997, 383_997]);
  });

  it('shows what is under the pointer and selects it with a click', async () => {
    await using panel = await open();
    await panel.page.focus('.stage');
    const box = await panel.page.locator('.track.lane').first().boundingBox();
    assert.ok(box !== null);
    await panel.page.mouse.move(700, box.y + box.height / 2);
    await panel.page.locator('.tooltip').waitFor();
    assert.match((await panel.page.textContent('.tooltip')) ?? '', /^process.*gain/);
    await panel.page.mouse.down();
    await panel.page.mouse.up();
    await panel.until(`${strip}.startsWith('process')`);
    assert.equal((await panel.posted('select')).length, 1);
    await panel.page.keyboard.press('Escape');
    await panel.until(`${strip} === ''`);
  });

  it('moves to a record that another panel chose', async () => {
    await using panel = await open();
    await panel.standIn('reveal(2000)');
    await panel.until(
      `${strip}.includes('10.000 s') && standIn.kept()?.from < 10000 && standIn.kept()?.to > 10000`,
    );
    assert.deepEqual(await panel.posted('select'), []);
    assert.equal((await kept(panel)).follow, false);
  });

  it('opens on the record that is chosen already', async () => {
    await using panel = await open({ select: 2000 });
    await panel.until(`${strip}.includes('10.000 s') && standIn.kept()?.to < 100000`);
  });

  it('shows a replay instead of the live recording, whole as it grows, and goes back', async () => {
    await using panel = await open();
    const count = `document.querySelector('.count').textContent`;
    await panel.standIn(`show({ recording: 'replay-1', kind: 'replay', instead: 'a replay of gain' }, 50)`);
    await panel.page.getByText('This is a replay of gain, not the live recording.').waitFor();
    await panel.until(`${count} === '981 ms of 981 ms'`);
    assert.equal(await panel.page.locator('.follow').isVisible(), false);
    await panel.standIn('grow(50)');
    await panel.until(`${count} === '1.98 s of 1.98 s'`);
    await panel.standIn('reveal(200)');
    await panel.until(`${strip}.startsWith('in')`);
    await panel.screenshot('timeline-replay');
    await panel.page.getByRole('button', { name: 'Back to Live' }).click();
    assert.deepEqual(await panel.posted('command'), [{ type: 'command', command: 'backToLive' }]);
    await panel.standIn(`show({ recording: 'live', kind: 'live' }, 100_000)`);
    await panel.until(`${count}.endsWith('30.0 s of 33 min 19 s') && ${followOn}`);
    assert.equal(await panel.page.getByRole('button', { name: 'Back to Live' }).count(), 0);
  });

  it('takes the colours of a theme that is chosen while it is open', async () => {
    await using panel = await open();
    const colour = `(() => {
      const canvas = document.querySelector('canvas.lanes');
      const track = document.querySelector('.track.lane').getBoundingClientRect();
      const y = (track.top + track.height / 2 - canvas.getBoundingClientRect().top) * devicePixelRatio;
      const pixels = canvas.getContext('2d').getImageData(0, y, canvas.width, 1).data;
      let found = '';
      for (let at = 0; at < pixels.length; at += 4) if (pixels[at + 3] > 200) found = [pixels[at], pixels[at + 1], pixels[at + 2]].join();
      return found;
    })()`;
    await panel.until(`${colour} !== ''`);
    const dark = await panel.page.evaluate<string>(colour);
    await panel.standIn(`applyTheme('light')`);
    await panel.until(`${colour} !== '' && ${colour} !== '${dark}'`);
  });

  it('says what to do where there is nothing yet', async () => {
    await using panel = await panels.open('timeline', { events: 0, plugins: 'none' });
    await panel.page.getByRole('button', { name: 'New Plugin…' }).click();
    assert.deepEqual(await panel.posted('command'), [{ type: 'command', command: 'newPlugin' }]);
  });

  for (const theme of themeNames) {
    it(`is accessible and keeps the policy in ${theme}`, async () => {
      await using panel = await open({ theme });
      await panel.until(`/MiB$/.test(document.querySelector('.track.memory .note').textContent)`);
      await panel.screenshot(`timeline-${theme}`);
      await panel.standIn('reveal(3111)');
      await panel.until(`${strip}.includes('15.540')`);
      await panel.page.focus('.stage');
      for (let press = 0; press < 18; press += 1) await panel.page.keyboard.press('+');
      await panel.page.keyboard.press(']');
      await panel.until(`document.querySelector('.strip vscode-button').hidden === false`);
      await panel.screenshot(`timeline-zoomed-${theme}`);
      assert.deepEqual(await panel.complaints(), []);
      assert.deepEqual(await panel.accessibility(), []);
    });
  }
});
