/**
 * Makes the pictures of trace and timeline in docs/images from the panels' own pages, with made recordings behind
 * them: each state in each theme. Arguments choose some of them: `npm run screenshots -- trace live-dark`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Comparison } from '../extension/recording/query.ts';
import { Panels, skip, themeNames } from '../test/webview/panels.ts';
import type { PageOptions, PanelPage } from '../test/webview/panels.ts';
import { trapRecord } from '../test/webview/page/recording.ts';
import { withPalette } from './palette.ts';
import { root } from './paths.ts';
import { main, step } from './progress.ts';

/** What a panel shows, and how it comes to show it. */
interface State {
  readonly panel: 'trace' | 'timeline';
  readonly name: string;
  readonly options: PageOptions;
  readonly prepare: (page: PanelPage) => Promise<void>;
}

const size = { width: 1280, height: 640 };
/** Four records each. */
const millionRecords = 250_000;

const rowsAreKnown = `document.querySelectorAll('.layer > .row:not([hidden])').length > 5 &&
  document.querySelectorAll('.layer > .row.unknown:not([hidden])').length === 0`;
const lanesAreDrawn = `document.querySelectorAll('.track.lane').length > 5 &&
  document.querySelector('.reading').hidden &&
  document.querySelector('.stage').getAttribute('aria-busy') === 'false'`;
const isEmpty = `document.querySelector('.empty:not([hidden]) h2') !== null`;

async function press(panel: PanelPage, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await panel.page.keyboard.press(key);
}

/** Zooms so far that single calls can be seen. */
async function zoomIn(panel: PanelPage, times: number): Promise<void> {
  await panel.until(lanesAreDrawn);
  await panel.page.focus('.stage');
  await press(panel, ...Array.from({ length: times }, () => '+'));
}

const trace: readonly State[] = [
  {
    panel: 'trace',
    name: 'empty',
    options: { events: 0 },
    prepare: (panel) => panel.until(isEmpty),
  },
  {
    panel: 'trace',
    name: 'live',
    options: { events: 3000, odd: 'one' },
    prepare: async (panel) => {
      await panel.until(rowsAreKnown);
      await panel.standIn('grow(25)');
      await panel.until(`document.querySelector('.count').textContent === '12,068 records'`);
    },
  },
  {
    panel: 'trace',
    name: 'million',
    options: { events: millionRecords, live: false, odd: 'one' },
    prepare: async (panel) => {
      await panel.until(rowsAreKnown);
      await panel.page.getByRole('button', { name: 'What took long' }).click();
      await panel.page.getByRole('menuitem', { name: /call/ }).first().waitFor();
    },
  },
  {
    panel: 'trace',
    name: 'error',
    options: { events: 100_000, odd: 'one' },
    prepare: async (panel) => {
      await panel.until(rowsAreKnown);
      await panel.page.getByRole('button', { name: 'Previous error' }).click();
      await panel.page.getByText('index out of bounds').waitFor();
    },
  },
  {
    panel: 'trace',
    name: 'comparison',
    options: { events: 100_000, odd: 'one' },
    prepare: async (panel) => {
      await panel.until(rowsAreKnown);
      // The call before the one that failed.
      await panel.standIn(`reveal(${trapRecord - 4})`);
      await panel.until(`document.querySelector('.row.active')?.checkVisibility() === true`);
      await panel.page.focus('.grid');
      await press(panel, 'd');
      await panel.until(`document.querySelector('.row[data-picked=first]') !== null`);
      await press(panel, 'ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowDown', 'd');
      await panel.until(`document.querySelectorAll('.row[data-picked]').length === 2`);
      await panel.page.locator('.differences tr').first().waitFor();
    },
  },
];

/** Two lives of a plugin, before and after a reload, of which every two hundredth event or so is another one. */
function comparison(): Comparison {
  const life = { recording: 'live', plugin: 'speech-gate', events: 1000 };
  const firstEvent = 2001;
  const differing = [3, 24, 25, 26, 187, 410, 411, 640, 655, 901];
  return {
    plugin: 'speech-gate',
    here: { ...life, life: 2, from: 40_000, to: 80_000, artifact: 'b81c04d2e7aa' },
    other: { ...life, life: 1, from: 0, to: 40_000, artifact: '3f9a19995d10' },
    events: 1000,
    differing: differing.length,
    differences: differing.map((event, at) => {
      // The plugin has every other event.
      const here = firstEvent + (event - 1) * 2;
      const other = here - 2000;
      return {
        event,
        kind: 'outputs',
        text: `send-output: packet.audio.samples[${17 + at}] is 0.24, was 0.48`,
        here: here * 4,
        other: other * 4,
        hereTime: here * 20,
        otherTime: other * 20,
      };
    }),
    more: 0,
  };
}

const timeline: readonly State[] = [
  {
    panel: 'timeline',
    name: 'empty',
    options: { events: 0 },
    prepare: (panel) => panel.until(isEmpty),
  },
  {
    panel: 'timeline',
    name: 'live',
    options: { events: 3000, odd: 'one' },
    prepare: async (panel) => {
      await zoomIn(panel, 4);
      await panel.standIn('grow(25)');
      await panel.until(`document.querySelector('.count').textContent.endsWith('60.5 s')`);
    },
  },
  {
    panel: 'timeline',
    name: 'million',
    options: { events: millionRecords, live: false, odd: 'one' },
    prepare: async (panel) => {
      await panel.until(lanesAreDrawn);
      await panel.page.getByRole('button', { name: 'Statistics' }).click();
      await panel.page.locator('.functions table').waitFor();
    },
  },
  {
    panel: 'timeline',
    name: 'error',
    options: { events: 100_000, live: false, odd: 'one' },
    prepare: async (panel) => {
      await panel.until(lanesAreDrawn);
      // What failed is the other plugin's.
      await panel.page.getByRole('button', { name: 'Lanes of gain' }).click();
      await panel.page.getByRole('button', { name: 'Next error' }).click();
      await panel.until(`document.querySelector('.strip-text').textContent.startsWith('process')`);
      await panel.page.focus('.stage');
      await press(panel, 'z');
      await panel.until(`standIn.kept().to - standIn.kept().from < 10`);
      await press(panel, '-', '-', '-');
      await panel.until(`standIn.kept().to - standIn.kept().from > 0.2`);
    },
  },
  {
    panel: 'timeline',
    name: 'comparison',
    options: { events: 4000, live: false, odd: 'one', height: 860 },
    prepare: async (panel) => {
      await panel.until(lanesAreDrawn);
      // It is the other plugin that was reloaded.
      await panel.page.getByRole('button', { name: 'Lanes of gain' }).click();
      const message = { type: 'comparison', comparison: comparison(), title: 'the run before' };
      await panel.standIn(`tell(${JSON.stringify(message)})`);
      await panel.page.getByText('10 of 1,000 events differ').waitFor();
      await panel.page.getByRole('button', { name: 'List', exact: true }).click();
      await panel.page.getByText('Event 25,').click();
      await zoomIn(panel, 11);
    },
  },
];

/** The overview is drawn to its end: there is something in it near its right end. */
const overviewIsDrawn = `(() => {
  const map = document.querySelector('canvas.minimap');
  const at = (y) => map.getContext('2d').getImageData(map.width * 0.99, map.height * y, 1, 1).data.join();
  return at(0.1) !== at(0.75);
})()`;

/** Nothing moves, blinks or is on its way. */
async function calm(panel: PanelPage, state: State): Promise<void> {
  await panel.until(
    `document.querySelector('.stage')?.getAttribute('aria-busy') !== 'true' && document.getAnimations().length === 0`,
  );
  await panel.page.mouse.move(1, 1);
  if (state.panel === 'timeline' && state.name !== 'empty') await panel.until(overviewIsDrawn);
  // Two frames, so that what the last answer changed is drawn.
  await panel.page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
  );
}

async function picture(
  panels: Panels,
  state: State,
  theme: (typeof themeNames)[number],
): Promise<Uint8Array> {
  await using panel = await panels.open(state.panel, { ...size, ...state.options, theme });
  await panel.page.emulateMedia({ reducedMotion: 'reduce' });
  await state.prepare(panel);
  // Before the canvas is read, which the browser complains about.
  const complaints = await panel.complaints();
  if (complaints.length > 0) throw new Error(`The page complains: ${complaints.join('; ')}`);
  await calm(panel, state);
  return withPalette(await panel.page.screenshot({ caret: 'hide' }));
}

async function makePictures(chosen: readonly string[]): Promise<number> {
  if (skip !== false) throw new Error(skip);
  // Times of day in the pictures are the same everywhere.
  process.env['TZ'] = 'UTC';
  const folder = join(root, 'docs', 'images');
  await mkdir(folder, { recursive: true });
  await using panels = await Panels.start();
  let bytes = 0;
  for (const state of [...trace, ...timeline]) {
    for (const theme of themeNames) {
      const name = `${state.panel}-${state.name}-${theme}`;
      if (!chosen.every((part) => name.includes(part))) continue;
      await step(name, async () => {
        const png = await picture(panels, state, theme);
        bytes += png.byteLength;
        await writeFile(join(folder, `${name}.png`), png);
      });
    }
  }
  console.log(`${(bytes / 1024).toFixed(0)} KiB in ${folder}`);
  return 0;
}

await main(import.meta, makePictures);
