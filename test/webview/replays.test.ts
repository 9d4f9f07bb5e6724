import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Panels, skip, themeNames } from './panels.ts';
import type { PanelPage } from './panels.ts';
import type { PanelReplay } from '../../webview/protocol.ts';

const different: PanelReplay = {
  plugin: 'gain',
  id: 'host replay-1',
  kind: 'different',
  text: '3 of 400 events differ',
  details: [
    'First difference: event 17: send-output packet.samples[0]: 0.5 → 0.25',
    '8.13 ms in calls (was 12 ms)',
  ],
};
const same: PanelReplay = {
  ...different,
  id: 'host replay-2',
  kind: 'same',
  text: 'same, 400 events',
  details: ['8.13 ms in calls (was 12 ms)'],
};

describe('replays in the trace panel', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  const say = (panel: PanelPage, ...replays: readonly PanelReplay[]): Promise<unknown> =>
    panel.standIn(`replayed(${JSON.stringify(replays)})`);
  const lines = `[...document.querySelectorAll('.replays .notice-text')].map((line) => line.textContent)`;
  const says = (...texts: readonly string[]): string =>
    `JSON.stringify(${lines}) === ${JSON.stringify(JSON.stringify(texts))}`;

  it('says what differs and where first, and shows it at the button', async () => {
    await using panel = await panels.open('trace', { events: 500 });
    await panel.until(says());
    await say(panel, different);
    await panel.until(says(`Replay of gain: 3 of 400 events differ ${different.details[0] ?? ''}`));
    await panel.page.getByRole('button', { name: 'Show Differences' }).click();
    assert.deepEqual(await panel.posted('compareReplay'), [{ type: 'compareReplay', plugin: 'gain' }]);
    await say(panel, same);
    await panel.until(says('Replay of gain: same, 400 events'));
    assert.equal(await panel.page.getByRole('button', { name: 'Show Differences' }).count(), 0);
  });

  it('is spoken without interrupting', async () => {
    await using panel = await panels.open('trace', { events: 500 });
    const region = panel.page.locator('.replays[role=status]');
    assert.equal(await region.count(), 1, 'is there before it says anything');
    await say(panel, same);
    await region.getByText('same, 400 events').waitFor();
  });

  it('is gone when its line is closed, until the next replay', async () => {
    await using panel = await panels.open('trace', { events: 500 });
    const echo = { ...same, plugin: 'echo' };
    await say(panel, different, echo);
    await panel.page.getByRole('button', { name: 'Close the replay of gain' }).click();
    await panel.until(says('Replay of echo: same, 400 events'));
    await say(panel, different, echo);
    await panel.standIn('grow(10)');
    await panel.until(says('Replay of echo: same, 400 events'));
    await say(panel, { ...different, id: 'host replay-3' }, echo);
    await panel.until(`${lines}.length === 2`);
  });

  it('leaves names and values as text', async () => {
    await using panel = await panels.open('trace', { events: 500 });
    const hostile = '<img src=x onerror=alert(1)>';
    await say(panel, { ...different, plugin: hostile, details: [`First difference: ${hostile}`] });
    await panel.until(says(`Replay of ${hostile}: 3 of 400 events differ First difference: ${hostile}`));
    assert.deepEqual(await panel.complaints(), []);
  });

  it('keeps a long difference on one line, in a narrow panel, too', async () => {
    await using panel = await panels.open('trace', { events: 500, width: 420 });
    await say(panel, { ...different, details: [`First difference: ${'value '.repeat(60)}`] });
    await panel.until(`${lines}.length === 1`);
    assert.equal(await panel.page.evaluate('document.documentElement.scrollWidth'), 420);
    assert.ok((await panel.page.evaluate<number>(`document.querySelector('.replay').offsetHeight`)) < 40);
    assert.ok(await panel.page.getByRole('button', { name: 'Show Differences' }).isVisible());
  });

  for (const theme of themeNames) {
    it(`is accessible in ${theme}`, async () => {
      await using panel = await panels.open('trace', { theme, events: 500 });
      await say(panel, different, { ...same, plugin: 'echo' });
      await panel.until(`${lines}.length === 2`);
      await panel.screenshot(`trace-replays-${theme}`);
      assert.deepEqual(await panel.complaints(), []);
      assert.deepEqual(await panel.accessibility(), []);
    });
  }
});
