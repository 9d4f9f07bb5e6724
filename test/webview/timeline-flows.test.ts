import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Panels, skip } from './panels.ts';
import type { PanelPage } from './panels.ts';

const painted = `document.querySelectorAll('.track.lane').length > 0 && document.querySelector('.length').textContent !== ''`;
const strip = `document.querySelector('.strip-text').textContent`;

/** What `gain` sends in its tenth event, and the event of `speech-gate` that it becomes. */
const sent = 42;
const got = 44;

/** Curves of arrows in a picture: those that say what was made are dashed. */
function arrows(picture: string): { readonly made: number; readonly delivered: number } {
  const curves = [...picture.matchAll(/<path [^>]*stroke-width="1.5"[^>]*>/g)].map(([path]) => path);
  const made = curves.filter((path) => path.includes('stroke-dasharray="4 3"')).length;
  return { made, delivered: curves.length - made };
}

describe('arrows of the timeline', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  async function picture(panel: PanelPage): Promise<string> {
    const before = (await panel.posted('picture')).length;
    await panel.standIn(`tell({ type: 'do', action: 'exportSvg' })`);
    await panel.until(`standIn.posted.filter(({ type }) => type === 'picture').length > ${before}`);
    return (await panel.posted('picture')).at(-1)?.data ?? '';
  }

  it('lead from what a plugin sent to the event that another one got, and are asked for by grouping', async () => {
    await using panel = await panels.open('timeline', { events: 2000, live: false, height: 1100 });
    await panel.page.emulateMedia({ reducedMotion: 'reduce' });
    await panel.until(painted);
    await panel.page.focus('.stage');
    for (const record of [sent, got]) {
      await panel.standIn(`reveal(${record})`);
      await panel.until(`${strip}.includes('${record === sent ? 'send-output' : 'in'}')`);
      await panel.page.keyboard.press('z');
      await panel.until(`standIn.kept().to - standIn.kept().from < 10`);
      for (let press = 0; press < 26; press += 1) await panel.page.keyboard.press('s');
      await panel.until(`standIn.kept().to - standIn.kept().from > 20`);
      await panel.until(`document.querySelector('.stage').getAttribute('aria-busy') === 'false'`);
      assert.equal(arrows(await picture(panel)).delivered, 1, `of record ${record}`);
      await panel.screenshot(`timeline-delivered-${record}`);
    }
    await panel.page.keyboard.press('Escape');
    await panel.until(`${strip} === ''`);
    assert.deepEqual(arrows(await picture(panel)), { made: 0, delivered: 0 });
    await panel.standIn(`reveal(${sent})`);
    await panel.until(`${strip} !== ''`);
    await panel.page.getByRole('button', { name: 'View', exact: true }).click();
    await panel.page.getByRole('radio', { name: 'Turn' }).check();
    await panel.until(
      `standIn.posted.some(({ name, params }) => name === 'flows' && params.grouping === 'turn')`,
    );
    assert.deepEqual(await panel.complaints(), []);
  });
});
