import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Comparison } from '../../webview/protocol.ts';
import { Panels, skip, themeNames } from './panels.ts';
import type { PanelPage } from './panels.ts';

const painted = `document.querySelectorAll('.track.lane').length > 0 && document.querySelector('.length').textContent !== ''`;
const calm = `document.querySelector('.stage').getAttribute('aria-busy') === 'false'`;
const strip = `document.querySelector('.strip-text').textContent`;
/** The lane of the other life's calls, which stands below everything of the one in view. */
const mirrored = `[...document.querySelectorAll('.track')].slice([...document.querySelectorAll('.track')].findIndex((track) => track.classList.contains('other'))).find((track) => track.classList.contains('calls'))`;

const span = `(standIn.kept()?.to - standIn.kept()?.from)`;

/** Milliseconds that the made recording's second plugin, `speech-gate`, is reloaded after. */
const life = 40_000;
/** Ten events after its beginning: the 22nd event of the second plugin's life. */
const place = 420;
const firstEvent = 4 * 21;

describe('a comparison on the timeline', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  async function open(options: Parameters<Panels['open']>[1] = {}): Promise<PanelPage> {
    const panel = await panels.open('timeline', { events: 5000, live: false, height: 1200, ...options });
    await panel.page.emulateMedia({ reducedMotion: 'reduce' });
    await panel.until(painted);
    await panel.page.focus('.stage');
    return panel;
  }

  /** Shows the second life of `speech-gate` beside the first one, which is in this recording or in another one. */
  async function compare(panel: PanelPage, recording: string): Promise<void> {
    const one = { plugin: 'speech-gate', events: 1000, artifact: '3f9a' };
    const difference = { kind: 'outputs', text: '<i>out</i> differs' } as const;
    const comparison: Comparison = {
      plugin: 'speech-gate',
      here: { ...one, recording: 'live', life: 1, from: life + 20, to: 2 * life - 40 },
      other: { ...one, recording, life: 0, from: 20, to: life - 40 },
      events: 999,
      differing: 2,
      differences: [
        {
          ...difference,
          event: 11,
          here: firstEvent + 8000,
          other: firstEvent,
          hereTime: life + place,
          otherTime: place,
        },
        {
          ...difference,
          kind: 'missing',
          event: 12,
          here: undefined,
          hereTime: undefined,
          other: firstEvent + 8,
          otherTime: place + 40,
        },
      ],
      more: 0,
    };
    await panel.standIn(
      `tell(${JSON.stringify({ type: 'comparison', comparison, title: 'the run <b>before</b>' })})`,
    );
    await panel.until(`${mirrored} !== undefined`);
  }

  /** Brings the events that differ into view, each by itself. */
  async function goTo(panel: PanelPage): Promise<void> {
    await panel.page.keyboard.press('.');
    await panel.until(`standIn.posted.some(({ type }) => type === 'select')`);
    // Chosen from far away it is a point in time: from there out again until its neighbours are in view.
    await panel.page.keyboard.press('z');
    await panel.until(`${span} < 1`);
    for (let press = 0; press < 27; press += 1) await panel.page.keyboard.press('s');
    await panel.until(`${span} > 100`);
    await panel.until(calm);
  }

  async function middleOfMirrored(panel: PanelPage): Promise<{ readonly x: number; readonly y: number }> {
    return await panel.page.evaluate(`(() => {
      const track = ${mirrored}.getBoundingClientRect();
      const stage = document.querySelector('.stage').getBoundingClientRect();
      const { from, to } = standIn.kept();
      return { x: stage.left + ((${life + place} - from) / (to - from)) * stage.width + 1, y: track.top + 8 };
    })()`);
  }

  async function svg(panel: PanelPage): Promise<string> {
    const before = (await panel.posted('picture')).length;
    await panel.standIn(`tell({ type: 'do', action: 'exportSvg' })`);
    await panel.until(`standIn.posted.filter(({ type }) => type === 'picture').length > ${before}`);
    return (await panel.posted('picture')).at(-1)?.data ?? '';
  }

  it('is one click, or key, away where there was a run before', async () => {
    await using panel = await open();
    const button = panel.page.getByRole('button', { name: 'Compare with the run before' });
    await panel.until(
      `!document.querySelector('[aria-label="Compare with the run before"]').hasAttribute('disabled')`,
    );
    await button.click();
    await panel.page.focus('.stage');
    await panel.page.keyboard.press('x');
    const asked = { type: 'compareWith', other: 'last', plugin: 'speech-gate' };
    assert.deepEqual(await panel.posted('compareWith'), [asked, asked]);
  });

  it('says why it is not where there was none', async () => {
    await using panel = await open({ events: 100 });
    const button = panel.page.locator('vscode-button[aria-label="Compare with the run before"]');
    await panel.until(
      `document.querySelector('[aria-label="Compare with the run before"]').hasAttribute('disabled')`,
    );
    assert.match((await button.getAttribute('title')) ?? '', /no plugin was given events in an earlier run/);
    await panel.page.keyboard.press('x');
    assert.deepEqual(await panel.posted('compareWith'), []);
  });

  it('has the lanes of the other life below, begun at once, with what differs marked in both', async () => {
    await using panel = await open();
    await compare(panel, 'live');
    await goTo(panel);
    const labels = await panel.page.locator('.track .label').allTextContents();
    const at = labels.indexOf('the run <b>before</b>');
    assert.ok(at > labels.indexOf('This run'), labels.join());
    assert.deepEqual(labels.slice(at + 1, at + 3), ['Calls', 'Effects']);
    const picture = await svg(panel);
    // A frame around the event that differs, in each of the two lanes; the one that is missing only below.
    const frames = [...picture.matchAll(/<path d="([^"]*)"[^>]*stroke-dasharray="3 2"/g)].map(
      ([, d]) => (d ?? '').split('M').length - 1,
    );
    assert.deepEqual(frames, [1, 2]);
    const { x, y } = await middleOfMirrored(panel);
    await panel.page.mouse.move(x, y);
    await panel.page.locator('.tooltip').waitFor();
    assert.match((await panel.page.textContent('.tooltip')) ?? '', /the run <b>before<\/b>.*0\.420 s/);
    await panel.page.mouse.down();
    await panel.page.mouse.up();
    await panel.until(`${strip}.includes('the run <b>before</b>') && ${strip}.includes('0.420 s')`);
    assert.equal((await panel.posted('select')).at(-1)?.record, firstEvent);
    await panel.page.getByRole('button', { name: 'Show in Trace' }).click();
    assert.deepEqual(await panel.posted('command'), [{ type: 'command', command: 'openTrace' }]);
    await panel.page.focus('.stage');
    await panel.page.keyboard.press(']');
    await panel.until(`standIn.posted.filter(({ type }) => type === 'select').at(-1).record > ${firstEvent}`);
    assert.ok(((await panel.posted('select')).at(-1)?.record ?? 0) < 8000, 'steps stay in the other life');
    const requests = (await panel.posted('request')).filter(({ params }) => 'of' in params);
    assert.deepEqual(requests, [], 'it is the same recording');
    await panel.screenshot('timeline-mirrored');
  });

  it('only has what lies in the life', async () => {
    await using panel = await open();
    await compare(panel, 'live');
    for (const name of ['gain', 'speech-gate'])
      await panel.page.getByRole('button', { name: `Lanes of ${name}` }).click();
    await panel.page.focus('.stage');
    await panel.page.keyboard.press('0');
    await panel.page.keyboard.press('t');
    await panel.page.getByRole('grid').waitFor();
    await panel.until(calm);
    const times = `[...document.querySelectorAll('.slice-row')].filter((row) => row.textContent.includes('before')).map((row) => parseFloat(row.querySelector('.time').textContent))`;
    await panel.until(`${times}.length > 0`);
    const found: number[] = [];
    // The table holds only the rows in view of it.
    for (let page = 0; page < 40; page += 1) {
      found.push(...(await panel.page.evaluate<number[]>(times)));
      await panel.page.evaluate(`document.querySelector('.slice-grid').scrollTop += 400`);
      await panel.page.evaluate(
        `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))`,
      );
    }
    assert.ok(found.length > 100);
    assert.ok(
      found.every((time) => time >= 0.02 && time <= life / 1000),
      String(found.find((time) => time < 0.02 || time > life / 1000)),
    );
  });

  it('asks for another recording by its id, and opens it where that is wanted', async () => {
    await using panel = await open();
    await compare(panel, 'file-2');
    await goTo(panel);
    const chosen = (await panel.posted('select')).length;
    const { x, y } = await middleOfMirrored(panel);
    await panel.page.mouse.click(x, y);
    await panel.until(`${strip}.includes('the run <b>before</b>') && ${strip}.includes('packet')`);
    assert.equal((await panel.posted('select')).length, chosen, 'other panels show the recording in view');
    const requests = await panel.posted('request');
    const others = requests.flatMap(({ name, params }) => ('of' in params ? [{ name, of: params.of }] : []));
    assert.deepEqual(new Set(others.map(({ name }) => name)), new Set(['lanes', 'detail']));
    assert.ok(others.every(({ of }) => of === 'file-2'));
    await panel.page.getByRole('button', { name: 'Open Its Recording' }).click();
    assert.deepEqual(await panel.posted('openCompared'), [{ type: 'openCompared', record: firstEvent }]);
    assert.deepEqual(await panel.posted('command'), []);
    await panel.standIn(`tell({ type: 'comparison' })`);
    await panel.until(`${mirrored} === undefined && ${strip} === ''`);
  });

  it('hides and shows the lanes of either side by key and button', async () => {
    await using panel = await open();
    await compare(panel, 'live');
    const lanes = `document.querySelectorAll('.track.lane').length`;
    const all = await panel.page.evaluate<number>(lanes);
    await panel.page.getByRole('button', { name: 'Lanes of the run <b>before</b>' }).click();
    await panel.until(`${mirrored} === undefined && ${lanes} < ${all}`);
    await panel.page.getByRole('button', { name: 'Lanes of the run <b>before</b>' }).click();
    await panel.until(`${lanes} === ${all}`);
    await panel.page.focus('.stage');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('c');
    await panel.until(`${lanes} < ${all}`);
    assert.equal(
      await panel.page.getByRole('button', { name: 'Lanes of gain' }).getAttribute('aria-expanded'),
      'false',
    );
    await panel.page.keyboard.press('c');
    await panel.until(`${lanes} === ${all}`);
  });

  for (const theme of themeNames) {
    it(`is accessible in ${theme}`, async () => {
      await using panel = await open({ theme, height: 700 });
      await compare(panel, 'file-2');
      await goTo(panel);
      assert.deepEqual(await panel.accessibility(), []);
      assert.deepEqual(await panel.complaints(), []);
      await panel.screenshot(`timeline-mirrored-${theme}`);
    });
  }
});
