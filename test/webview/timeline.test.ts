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
const count = `document.querySelector('.count').textContent`;
const followOn = `document.querySelector('.follow').classList.contains('on')`;
const painted = `${count} !== '' && document.querySelectorAll('.track.lane').length > 5`;
/** Everything that was made is in the index of the lanes. */
const indexed = `document.querySelector('.reading').hidden`;
const selects = `standIn.posted.filter(({ type }) => type === 'select')`;
const memory = `[...document.querySelectorAll('.track.counter .note')].some(({ textContent }) => /MiB$/.test(textContent))`;

/** Nothing that is in view is still to come. */
const calm = `document.querySelector('.stage').getAttribute('aria-busy') === 'false'`;

/** The colours of the pixels of a canvas that are drawn at a height, as text. */
function row(canvas: string, y: string): string {
  return `(() => {
    const canvas = document.querySelector('${canvas}');
    const pixels = canvas.getContext('2d').getImageData(0, Math.round((${y}) * devicePixelRatio), canvas.width, 1).data;
    const found = [];
    for (let at = 0; at < pixels.length; at += 4) found.push([pixels[at], pixels[at + 1], pixels[at + 2], pixels[at + 3]].join());
    return found;
  })()`;
}

/** The middle of the first lane of a kind, from the top of the canvas. */
function middleOf(kind: string): string {
  return `(() => {
    const track = document.querySelector('.track.lane.${kind}').getBoundingClientRect();
    return track.top + track.height / 2 - document.querySelector('canvas.lanes').getBoundingClientRect().top;
  })()`;
}

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
    await panel.until(indexed);
    return panel;
  }

  async function kept(panel: PanelPage): Promise<Kept> {
    return await panel.standIn<Kept>('kept()');
  }

  it('shows lanes of both plugins with counters, from windowed requests', async () => {
    await using panel = await open({ height: 1100 });
    const labels = await panel.page.locator('.track .label').allTextContents();
    const gain = labels.slice(0, labels.indexOf('speech-gate'));
    assert.deepEqual(gain.slice(0, 7), [
      'gain',
      'Calls',
      'Effects',
      'vad.speech',
      'vad.speech_start',
      'vad.speech_end',
      'Logs',
    ]);
    assert.ok(gain.includes('Memory'));
    await panel.until(memory);
    const requests = await panel.posted('request');
    const asked = requests.flatMap((request) => (request.name === 'lanes' ? [request.params.query] : []));
    assert.ok(asked.every(({ buckets }) => buckets <= 8192));
    assert.ok(
      asked.some(({ from }) => from !== undefined),
      'asks for a window, not for everything',
    );
    assert.ok(
      asked.every(({ lanes }) => lanes !== undefined),
      'asks for the lanes in view',
    );
  });

  it('zooms at the pointer and pans by mouse', async () => {
    await using panel = await open({ live: false });
    const { mouse } = panel.page;
    const stage = await panel.page.locator('.stage').boundingBox();
    assert.ok(stage !== null);
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

  it('marks a stretch by mouse and keyboard, and zooms to it', async () => {
    await using panel = await open({ live: false });
    const { mouse, keyboard } = panel.page;
    const stage = await panel.page.locator('.stage').boundingBox();
    assert.ok(stage !== null);
    const { from, to } = { from: -20_000, to: 2_020_000 };
    await mouse.move(stage.x + stage.width / 2, stage.y + 60);
    await keyboard.down('Shift');
    await mouse.down();
    await mouse.move(stage.x + stage.width / 4, stage.y + 60, { steps: 4 });
    await mouse.up();
    await keyboard.up('Shift');
    await panel.page.locator('.stage').focus();
    await keyboard.press('z');
    await panel.until(`${span} < 700000`);
    const zoomed = await kept(panel);
    const quarter = (to - from) / 4;
    assert.ok(Math.abs(zoomed.to - zoomed.from - quarter * 1.1) < 30_000, 'the stretch fills the view');
    assert.ok(Math.abs(zoomed.from - (from + quarter * 0.95)) < 30_000);
    await keyboard.press('Escape');
    await keyboard.press('0');
    await panel.until(`${span} > 1900000`);
    await keyboard.press('Shift+ArrowRight');
    await keyboard.press('Shift+ArrowRight');
    await keyboard.press('z');
    await panel.until(`${span} < 200000`);
  });

  it('moves the view by its box in the minimap, and shows failures there', async () => {
    await using panel = await open({ live: false });
    const red = `${row('canvas.minimap', '14')}.filter((pixel) => { const [r, g, b, a] = pixel.split(',').map(Number); return r > 150 && g < 140 && b < 140 && a > 200; }).length`;
    await panel.until(`${red} > 50`);
    const map = await panel.page.locator('canvas.minimap').boundingBox();
    assert.ok(map !== null);
    const { mouse } = panel.page;
    const drag = async (from: number, to: number): Promise<void> => {
      await mouse.move(map.x + map.width * from, map.y + 17);
      await mouse.down();
      await mouse.move(map.x + map.width * to, map.y + 17, { steps: 3 });
      await mouse.up();
    };
    await panel.page.locator('.stage').focus();
    await panel.page.keyboard.press('w');
    await panel.page.keyboard.press('w');
    await panel.page.keyboard.press('w');
    await panel.until(`${span} < 700000`);
    const before = await kept(panel);
    await drag(0.5, 0.6);
    await panel.until(`standIn.kept().from > ${before.from + 150_000}`);
    const moved = await kept(panel);
    assert.ok(Math.abs(moved.from - before.from - 200_000) < 5000);
    assert.ok(Math.abs(moved.to - moved.from - (before.to - before.from)) < 1);
    await drag(0.1, 0.2);
    await panel.until(`${span} < 210000`);
    const drawn = await kept(panel);
    assert.ok(Math.abs(drawn.from - 200_000) < 5000, 'outside of the box a drag makes a new one');
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

  it('follows a live recording, and stands still while it is paused', async () => {
    await using panel = await open();
    await panel.standIn('grow(500)');
    await panel.until(`${count}.endsWith('33 min 29 s')`);
    await panel.standIn('grow(50)');
    await panel.until(`${count}.endsWith('33 min 30 s')`);
    await panel.page.focus('.stage');
    await panel.page.keyboard.press('p');
    const before = await kept(panel);
    await panel.standIn('grow(500)');
    await panel.until(`document.querySelector('.missed').textContent.startsWith('2,000')`);
    assert.deepEqual(await kept(panel), before);
    await panel.page.keyboard.press('p');
    await panel.until(`${count}.endsWith('33 min 40 s') && document.querySelector('.missed').hidden`);
    await panel.page.keyboard.press('a');
    await panel.until(`!${followOn}`);
  });

  it('steps through slices and into them, and opens the record', async () => {
    await using panel = await open();
    await panel.page.focus('.stage');
    const { keyboard } = panel.page;
    // Near enough for single events.
    for (let press = 0; press < 12; press += 1) await keyboard.press('w');
    await panel.until(`${span} < 500`);
    await keyboard.press('ArrowDown');
    await keyboard.press('[');
    await panel.until(`${selects}.length === 1 && ${strip} !== ''`);
    for (let press = 2; press < 8; press += 1) {
      await keyboard.press('[');
      await panel.until(`${selects}.length === ${press}`);
    }
    const back = await panel.posted('select');
    // The first record of an event is the event, its last one the call that it led to.
    const kinds = new Set(back.map(({ record }) => record % 4));
    assert.ok(kinds.has(0) && kinds.has(3), JSON.stringify(back));
    await keyboard.press(']');
    await panel.until(`${selects}.length === 8`);
    assert.equal((await panel.posted('select')).at(-1)?.record, back.at(-2)?.record);
    await keyboard.press('Enter');
    assert.deepEqual(await panel.posted('command'), [{ type: 'command', command: 'openTrace' }]);
  });

  it('finds the next slice far outside of the view', async () => {
    await using panel = await open({ height: 1200 });
    await panel.page.focus('.stage');
    const { keyboard } = panel.page;
    const active = `document.querySelector('.track.lane.active')?.classList.contains('lifecycle')`;
    const place = `document.querySelector('.track.lane.active')?.style.transform`;
    for (let press = 0; press < 30 && !(await panel.page.evaluate(active)); press += 1) {
      const before = await panel.page.evaluate<string | undefined>(place);
      await keyboard.press('ArrowDown');
      await panel.until(`${place} !== ${JSON.stringify(before)}`);
    }
    for (let press = 1; press <= 3; press += 1) {
      await keyboard.press('[');
      await panel.until(`${selects}.length === ${press}`);
    }
    const records = (await panel.posted('select')).map(({ record }) => record);
    // Reloads are 40 s apart.
    assert.deepEqual(records, [399_997, 391_997, 383_997]);
  });

  it('goes to errors from anywhere, and arrows show what led there', async () => {
    await using panel = await open({ live: false });
    await panel.page.emulateMedia({ reducedMotion: 'reduce' });
    await panel.page.focus('.stage');
    await panel.page.keyboard.press('e');
    await panel.until(`${selects}.length === 1 && ${strip}.startsWith('process')`);
    await panel.page.keyboard.press('e');
    await panel.until(`${selects}.length === 2`);
    await panel.page.keyboard.press('Shift+E');
    await panel.until(`${selects}.length === 3`);
    const records = (await panel.posted('select')).map(({ record }) => record);
    assert.deepEqual(records, [3111, 7111, 3111]);
    await panel.page.keyboard.press('z');
    await panel.until(`${span} < 10`);
    await panel.until(`${strip}.includes('trap') && ${calm}`);
    await panel.screenshot('timeline-error');
  });

  it('collapses the lanes of a plugin and opens them where something is found', async () => {
    await using panel = await open({ live: false, height: 1100 });
    await panel.page.getByRole('button', { name: 'Lanes of speech-gate' }).click();
    await panel.until(`[...document.querySelectorAll('.track .label')].at(-1).textContent === 'speech-gate'`);
    assert.equal(await panel.page.locator('.track .failures').textContent(), '200');
    await panel.page.focus('.stage');
    await panel.page.keyboard.press('e');
    await panel.until(`[...document.querySelectorAll('.track .label')].at(-1).textContent !== 'speech-gate'`);
  });

  it('shows what is under the pointer and selects it with a click', async () => {
    await using panel = await open();
    await panel.page.focus('.stage');
    const box = await panel.page.locator('.track.lane').first().boundingBox();
    assert.ok(box !== null);
    await panel.page.mouse.move(700, box.y + 12);
    await panel.page.locator('.tooltip').waitFor();
    assert.match((await panel.page.textContent('.tooltip')) ?? '', /^in.*gain/);
    await panel.page.mouse.down();
    await panel.page.mouse.up();
    await panel.until(`${strip}.startsWith('in')`);
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
    await panel.standIn(`show({ recording: 'replay-1', kind: 'replay', instead: 'a replay of gain' }, 50)`);
    await panel.page.getByText('This is a replay of gain, not the live recording.').waitFor();
    await panel.until(`${count}.startsWith('98') && ${count}.includes('of 98')`);
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
    const colour = `(${row('canvas.lanes', middleOf('telemetry'))}.findLast((pixel) => pixel.endsWith(',255')) ?? '')`;
    await panel.until(`${colour} !== ''`);
    const dark = await panel.page.evaluate<string>(colour);
    await panel.standIn(`applyTheme('light')`);
    await panel.until(`${colour} !== '' && ${colour} !== '${dark}'`);
  });

  it('draws at the resolution of the screen, also when everything is twice as large', async () => {
    await using panel = await open({ width: 640, height: 620 });
    const size = `(() => { const { width, clientWidth } = document.querySelector('canvas.lanes'); return width / clientWidth; })()`;
    assert.equal(await panel.page.evaluate(size), await panel.page.evaluate('devicePixelRatio'));
    assert.equal(
      await panel.page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
      true,
      'nothing is out of reach',
    );
    await panel.screenshot('timeline-narrow');
  });

  it('says what to do where there is nothing yet', async () => {
    await using panel = await panels.open('timeline', { events: 0, plugins: 'none' });
    await panel.page.getByRole('button', { name: 'New Plugin…' }).click();
    assert.deepEqual(await panel.posted('command'), [{ type: 'command', command: 'newPlugin' }]);
  });

  for (const theme of themeNames) {
    it(`is accessible and keeps the policy in ${theme}`, async () => {
      await using panel = await open({ theme });
      await panel.page.emulateMedia({ reducedMotion: 'reduce' });
      await panel.until(`${memory} && ${calm}`);
      await panel.screenshot(`timeline-${theme}`);
      await panel.standIn('reveal(3111)');
      await panel.until(`${strip}.includes('15.540')`);
      await panel.page.focus('.stage');
      for (let press = 0; press < 18; press += 1) await panel.page.keyboard.press('+');
      await panel.page.keyboard.press(']');
      await panel.until(`document.querySelector('.strip vscode-button').hidden === false && ${calm}`);
      await panel.screenshot(`timeline-zoomed-${theme}`);
      assert.deepEqual(await panel.complaints(), []);
      assert.deepEqual(await panel.accessibility(), []);
    });
  }
});
