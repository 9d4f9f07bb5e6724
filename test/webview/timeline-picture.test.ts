import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { Panels, skip } from './panels.ts';
import type { PanelPage } from './panels.ts';

const painted = `document.querySelectorAll('.track.lane').length > 0 && document.querySelector('.length').textContent !== ''`;
const calm = `document.querySelector('.stage').getAttribute('aria-busy') === 'false'`;
const strip = `document.querySelector('.strip-text').textContent`;

interface Parsed {
  readonly errors: string[];
  readonly texts: string[];
  readonly elements: string[];
  readonly handlers: string[];
  readonly size: number[];
  /** Ids of patterns, and those that something is filled with. */
  readonly patterns: string[];
  readonly used: string[];
}

/** Width of the names beside the lanes in a picture. */
const gutter = 172;

describe('a picture of the timeline', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  /** The event whose names are all markup, near enough for its name to be written. */
  async function open(scale: number): Promise<PanelPage> {
    const panel = await panels.open('timeline', { events: 2000, live: false, height: 900, scale });
    await panel.page.emulateMedia({ reducedMotion: 'reduce' });
    await panel.until(painted);
    await panel.page.focus('.stage');
    await panel.standIn('reveal(12)');
    await panel.until(`${strip}.includes('onerror')`);
    await panel.page.keyboard.press('z');
    await panel.until(`standIn.kept().to - standIn.kept().from < 1`);
    await panel.page.keyboard.press('s');
    await panel.until(calm);
    return panel;
  }

  async function picture(panel: PanelPage, format: 'png' | 'svg'): Promise<string> {
    const before = (await panel.posted('picture')).length;
    await panel.standIn(`tell({ type: 'do', action: '${format === 'png' ? 'exportPng' : 'exportSvg'}' })`);
    await panel.until(`standIn.posted.filter(({ type }) => type === 'picture').length > ${before}`);
    const made = (await panel.posted('picture')).at(-1);
    assert.equal(made?.format, format);
    return made.data;
  }

  /** A page without a policy, in which a picture is opened as any other program would. */
  async function blank(panel: PanelPage): Promise<Page> {
    const browser = panel.page.context().browser();
    assert.ok(browser !== null);
    return await browser.newPage();
  }

  /** Size of the stage, and how high minimap and ruler are together. */
  async function sizes(
    panel: PanelPage,
  ): Promise<{ readonly width: number; readonly height: number; readonly head: number }> {
    return await panel.page.evaluate(`(() => {
      const { width, height } = document.querySelector('canvas.lanes').style;
      const [map, axis] = ['canvas.minimap', 'canvas.axis'].map((name) => parseFloat(document.querySelector(name).style.height));
      return { width: parseFloat(width), height: parseFloat(height), head: map + axis };
    })()`);
  }

  it('is XML that says what the view does, markup in names as text', async () => {
    await using panel = await open(1);
    const page = await blank(panel);
    const parsed = async (svg: string): Promise<Parsed> =>
      await page.evaluate<Parsed>(`(() => {
      const file = new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml');
      const list = (name) => [...file.querySelectorAll(name)].map(({ textContent }) => textContent);
      const all = [...file.querySelectorAll('*')];
      const attributes = all.flatMap((one) => [...one.attributes].map(({ name }) => name));
      return {
        errors: list('parsererror'),
        texts: list('text'),
        elements: [...new Set(all.map(({ localName }) => localName))].sort(),
        handlers: attributes.filter((name) => name.startsWith('on') || name === 'href'),
        size: ['width', 'height'].map((name) => Number(file.documentElement.getAttribute(name))),
        patterns: all.filter(({ localName }) => localName === 'pattern').map(({ id }) => id),
        used: all.flatMap((one) => /^url\\(#(.*)\\)$/.exec(one.getAttribute('fill') ?? '')?.[1] ?? []),
      };
    })()`);
    const found = await parsed(await picture(panel, 'svg'));
    assert.deepEqual(found.errors, []);
    assert.deepEqual(found.elements, ['defs', 'path', 'rect', 'svg', 'text']);
    assert.deepEqual(found.handlers, []);
    for (const label of ['gain', 'speech-gate', 'Calls', 'Effects', 'Memory'])
      assert.ok(found.texts.includes(label), label);
    assert.ok(
      found.texts.some((text) => text.startsWith('<img src=x onerror=')),
      found.texts.join(' | '),
    );
    const { width, height, head } = await sizes(panel);
    assert.deepEqual(found.size, [gutter + width, head + height]);
    // From far away spans are boxes with their pattern.
    await panel.page.keyboard.press('0');
    await panel.until(`standIn.kept().to - standIn.kept().from > 1000`);
    await panel.until(calm);
    const whole = await parsed(await picture(panel, 'svg'));
    assert.deepEqual(whole.errors, []);
    assert.ok(whole.used.length > 0 && whole.used.every((id) => whole.patterns.includes(id)));
    await page.close();
  });

  for (const scale of [1, 2]) {
    it(`is a PNG of the screen's own pixels, ${scale} for each of the page`, async () => {
      await using panel = await open(scale);
      assert.equal(await panel.page.evaluate('devicePixelRatio'), scale);
      assert.equal(
        await panel.page.evaluate(
          `document.querySelector('canvas.lanes').width / parseFloat(document.querySelector('canvas.lanes').style.width)`,
        ),
        scale,
      );
      const { width, height, head } = await sizes(panel);
      const png = await picture(panel, 'png');
      assert.deepEqual([...Buffer.from(png, 'base64').subarray(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
      const page = await blank(panel);
      // Decoded by the browser, then looked at: the colours there are, and those of the part beside the lanes.
      const found = await page.evaluate<{
        readonly size: number[];
        readonly names: number;
        readonly lanes: number;
      }>(
        `(async () => {
          const image = new Image();
          image.src = 'data:image/png;base64,${png}';
          await image.decode();
          const canvas = document.createElement('canvas');
          [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
          const context = canvas.getContext('2d');
          context.drawImage(image, 0, 0);
          const coloursOf = (x, wide) => new Set(new Uint32Array(context.getImageData(x, 0, wide, canvas.height).data.buffer)).size;
          const edge = ${gutter * scale};
          return { size: [canvas.width, canvas.height], names: coloursOf(0, edge), lanes: coloursOf(edge, canvas.width - edge) };
        })()`,
      );
      assert.deepEqual(found.size, [
        Math.round((gutter + width) * scale),
        Math.round((head + height) * scale),
      ]);
      assert.ok(found.names > 4, 'names stand beside the lanes');
      assert.ok(found.lanes > 10, 'slices have colours');
      await page.close();
      await panel.screenshot(`timeline-scale-${scale}`);
      assert.deepEqual(await panel.complaints(), []);
    });
  }
});
