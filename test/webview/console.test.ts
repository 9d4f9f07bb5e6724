import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import type { ConsolePlugin, ConsoleRow, ToConsole } from '../../webview/protocol.ts';
import { hostile } from './page/recording.ts';
import { Panels, skip, themeNames } from './panels.ts';
import type { PanelPage, PageOptions } from './panels.ts';

type State = Extract<ToConsole, { type: 'state' }>;
type Detail = Extract<ToConsole, { type: 'detail' }>;

const echo: ConsolePlugin = {
  id: 'echo-1',
  name: 'echo',
  state: 'Running',
  patterns: ['location:*', 'global:news'],
  dropped: 0,
};

const state = (more: Partial<State> = {}): State => ({
  type: 'state',
  acting: 'ann',
  characters: [
    { name: 'ann', room: 'room1' },
    { name: 'bob', room: 'room2' },
  ],
  rooms: ['room1', 'room2'],
  plugins: [echo],
  canSend: true,
  ...more,
});

const row = (number: number, more: Partial<ConsoleRow> = {}): ConsoleRow => ({
  number,
  at: Date.UTC(2026, 8, 21, 12, 30, number),
  who: 'ann',
  kind: 'character',
  stream: 'location:room1',
  eventType: 'say',
  text: `says "${number}"`,
  hops: 0,
  heard: ['echo'],
  marks: [],
  ...more,
});

const answer = (number: number, origin: number, more: Partial<ConsoleRow> = {}): ConsoleRow =>
  row(number, { who: 'echo', kind: 'plugin', text: `says "Echo: ${origin}"`, hops: 1, origin, ...more });

/** A conversation with everything in it that a transcript can have. */
const talk: readonly ConsoleRow[] = [
  row(1),
  answer(2, 1),
  row(3, { eventType: 'leave', text: 'leaves', heard: [] }),
  row(4, { stream: 'location:room2', eventType: 'arrive', text: 'arrives', heard: [] }),
  row(5, {
    who: 'system',
    kind: 'system',
    stream: 'global:announcements',
    eventType: 'system',
    text: 'announces "Rain"',
    heard: [],
    marks: [{ kind: 'dropped', text: 'the inbox of echo was full' }],
  }),
  answer(6, 1, {
    hops: 9,
    heard: [],
    marks: [
      { kind: 'stopped', text: 'echo answers its own events: event 01J was answered 8 times in a row' },
    ],
  }),
];

describe('event console', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  const tell = (panel: PanelPage, message: ToConsole): Promise<unknown> =>
    panel.standIn(`tell(${JSON.stringify(message)})`);
  const rows = (listed: readonly ConsoleRow[], fresh = false, missed = 0): ToConsole => ({
    type: 'rows',
    rows: listed,
    missed,
    fresh,
  });

  async function open(
    listed: readonly ConsoleRow[] = talk,
    more: Partial<State> = {},
    options: PageOptions = {},
  ): Promise<PanelPage> {
    const panel = await panels.open('console', options);
    await tell(panel, state(more));
    await tell(panel, rows(listed, true));
    await panel.until(`document.querySelectorAll('.row').length === ${listed.length}`);
    await panel.until(`document.querySelector('select[aria-label="Character"]').value === 'ann'`);
    return panel;
  }

  const transcript = (panel: PanelPage): Locator => panel.page.getByRole('listbox', { name: 'Transcript' });
  const event = (panel: PanelPage, number: number): Locator => panel.page.locator(`#event-${number}`);
  const line = (panel: PanelPage): Locator => panel.page.getByLabel('What happens', { exact: true });

  it('sends what is typed, and brings back what was typed before', async () => {
    await using panel = await open();
    await panel.until(`document.activeElement?.ariaLabel === 'What happens'`);
    await panel.page.keyboard.type('say hello');
    await panel.page.keyboard.press('Enter');
    await line(panel).fill(':waves');
    await panel.page.getByRole('button', { name: 'Send', exact: true }).click();
    const sent = await panel.posted('line');
    assert.deepEqual(
      sent.map(({ text }) => text),
      ['say hello', ':waves'],
    );
    await line(panel).fill('dra');
    for (const [key, text] of [
      ['ArrowUp', ':waves'],
      ['ArrowUp', 'say hello'],
      ['ArrowUp', 'say hello'],
      ['ArrowDown', ':waves'],
      ['ArrowDown', 'dra'],
    ] as const) {
      await line(panel).press(key);
      assert.equal(await line(panel).inputValue(), text, key);
    }
  });

  it('gives a line that was refused back, with the reason', async () => {
    await using panel = await open();
    await line(panel).fill('dance');
    await line(panel).press('Enter');
    const [sent] = await panel.posted('line');
    await tell(panel, { type: 'answer', id: sent?.id ?? 0, problem: '"dance" is no command.' });
    await panel.page.getByRole('alert').getByText('"dance" is no command.').waitFor();
    assert.equal(await line(panel).inputValue(), 'dance');
    assert.equal(await line(panel).getAttribute('aria-invalid'), 'true');
    await line(panel).press('End');
    await panel.page.keyboard.type('!');
    assert.equal(await panel.page.getByRole('alert').isVisible(), false);
  });

  it('says who acts and where; names are added without a mouse', async () => {
    await using panel = await open();
    const character = panel.page.getByRole('combobox', { name: 'Character', exact: true });
    const room = panel.page.getByRole('combobox', { name: 'Room', exact: true });
    assert.deepEqual([await character.inputValue(), await room.inputValue()], ['ann', 'room1']);
    await character.selectOption('bob');
    await tell(panel, state({ acting: 'bob' }));
    await panel.until(`document.querySelector('select[aria-label="Room"]').value === 'room2'`);
    await room.selectOption('room1');
    await panel.page.getByRole('button', { name: 'Add Room' }).press('Enter');
    await panel.page.keyboard.type('cellar');
    await panel.page.keyboard.press('Enter');
    await panel.page.getByRole('button', { name: 'Add Character' }).press('Enter');
    await panel.page.keyboard.type('nobody');
    await panel.page.keyboard.press('Escape');
    assert.deepEqual(await panel.posted('place'), [
      { type: 'place', character: 'bob' },
      { type: 'place', room: 'room1' },
      { type: 'place', room: 'cellar' },
    ]);
    assert.deepEqual(await panel.posted('line'), []);
  });

  it('lists who said what where, who heard it, how far it is from outside, and what went wrong', async () => {
    await using panel = await open();
    const texts = await transcript(panel).getByRole('option').allInnerTexts();
    const plain = texts.map((text) => text.replaceAll(/\s+/g, ' ').replace(/^\S+ /, '').trim());
    assert.deepEqual(plain, [
      'location:room1 ann says "1" #1 → echo',
      'location:room1 echo says "Echo: 1" #2 → echo, hop 1 of #1',
      'location:room1 ann leaves #3 → nobody',
      'location:room2 ann arrives #4 → nobody',
      'global:announcements system announces "Rain" #5 → nobody Dropped the inbox of echo was full',
      'location:room1 echo says "Echo: 1" #6 → nobody, hop 9 of #1 Stopped echo answers its own events: event 01J was answered 8 times in a row',
    ]);
    await panel.screenshot('console');
  });

  it('is filtered by stream and by type', async () => {
    await using panel = await open();
    const shown = transcript(panel).getByRole('option');
    await panel.page.getByLabel('Filter by stream').fill('room2');
    assert.equal(await shown.count(), 1);
    await panel.page.getByLabel('Filter by stream').fill('');
    const types = panel.page.getByRole('combobox', { name: 'Filter by type' });
    assert.deepEqual(await types.locator('option').allTextContents(), [
      'All types',
      'arrive',
      'leave',
      'say',
      'system',
    ]);
    await types.selectOption('say');
    assert.equal(await shown.count(), 3);
    await panel.page.getByText('3 events', { exact: true }).waitFor();
    // What comes is filtered, too.
    await tell(panel, rows([row(7), row(8, { eventType: 'pose' })]));
    await panel.page.getByText('4 events', { exact: true }).waitFor();
    await panel.page.getByRole('button', { name: 'Save…', exact: true }).click();
    const [saved] = await panel.posted('save');
    assert.deepEqual(saved?.filter, { stream: '', eventType: 'say' });
    assert.deepEqual([saved.from, saved.to, saved.answers], [1, 8, false]);
  });

  const detail = (number: number, more: Partial<Detail> = {}): Detail => ({
    type: 'detail',
    number,
    json: `{\n  "id": "01J${number}"\n}`,
    payload: '{\n  "message": "hi"\n}',
    deliveries: ['It is in the inbox of echo (pattern "location:*").'],
    reasons: [
      { reached: true, text: 'It reached echo by the pattern "location:*".' },
      { reached: false, text: 'None of the patterns of news matches "location:room1": "global:*".' },
    ],
    ...more,
  });

  it('shows of a chosen event its JSON, its deliveries and why, and goes to its origin', async () => {
    await using panel = await open();
    await event(panel, 2).click();
    assert.deepEqual(await panel.posted('choose'), [{ type: 'choose', number: 2 }]);
    await tell(panel, detail(2));
    const pane = panel.page.getByRole('region', { name: 'Event', exact: true });
    await pane.getByText('Event #2').waitFor();
    await pane.getByText('None of the patterns of news').waitFor();
    await pane.getByText('It is in the inbox of echo').waitFor();
    await pane.getByText('"01J2"').waitFor();
    await panel.screenshot('console-detail');
    await pane.getByRole('button', { name: 'Send Again' }).click();
    assert.deepEqual(await panel.posted('sendAgain'), [{ type: 'sendAgain', number: 2 }]);
    await pane.getByRole('button', { name: 'Show Origin' }).click();
    assert.equal((await panel.posted('choose')).at(-1)?.number, 1);
    // An answer to an older choice is none.
    await tell(panel, detail(2));
    await tell(panel, detail(1, { reasons: [], problem: 'The bus has no event 01J1.' }));
    await pane.getByText('Event #1').waitFor();
    await pane.getByText('The bus has no event 01J1.').waitFor();
    assert.equal(await pane.getByRole('button', { name: 'Show Origin' }).isVisible(), false);
    await panel.page.keyboard.press('Tab');
    await pane.getByRole('button', { name: 'Close event' }).click();
    assert.equal(await pane.isVisible(), false);
    await panel.until(`document.activeElement?.ariaLabel === 'Transcript'`);
  });

  it('a stretch is chosen with the keyboard, and saved', async () => {
    await using panel = await open();
    await transcript(panel).focus();
    await panel.page.keyboard.press('ArrowUp');
    await panel.until(`document.querySelector('.row.active').id === 'event-6'`);
    await panel.page.keyboard.press('Home');
    await panel.page.keyboard.press('ArrowDown');
    await panel.page.keyboard.press('Shift+ArrowDown');
    await panel.page.keyboard.press('Shift+ArrowDown');
    const active = await transcript(panel).getAttribute('aria-activedescendant');
    assert.equal(active, 'event-4');
    assert.equal(await panel.page.locator('.row[aria-selected="true"]').count(), 3);
    await panel.page.getByText('6 events, 3 chosen').waitFor();
    await panel.page.getByLabel('with answers').check();
    await panel.page.getByRole('button', { name: 'Save…', exact: true }).click();
    const [saved] = await panel.posted('save');
    assert.deepEqual([saved?.from, saved?.to, saved?.answers], [2, 4, true]);
    await transcript(panel).press('Control+a');
    assert.equal(await panel.page.locator('.row[aria-selected="true"]').count(), 6);
    // One event by itself is none: everything is meant.
    await event(panel, 3).click();
    await panel.page.getByRole('button', { name: 'Save…', exact: true }).click();
    const last = (await panel.posted('save')).at(-1);
    assert.deepEqual([last?.from, last?.to], [1, 6]);
    await event(panel, 5).click({ modifiers: ['Shift'] });
    assert.equal(await panel.page.locator('.row[aria-selected="true"]').count(), 3);
  });

  it('keeps the newest in view unless somebody looks at older ones, and does not grow for ever', async () => {
    const many = (from: number, count: number): ConsoleRow[] =>
      Array.from({ length: count }, (_, index) => row(from + index));
    await using panel = await open(many(1, 200));
    const atEnd = `(() => { const list = document.querySelector('.events'); return list.scrollTop + list.clientHeight >= list.scrollHeight - 4; })()`;
    await panel.until(atEnd);
    await tell(panel, rows(many(201, 100), false, 17));
    await panel.page.getByText('… 17 more events, too many to list').waitFor();
    await panel.until(atEnd);
    await transcript(panel).press('Home');
    await panel.until(`document.querySelector('.events').scrollTop < 50`);
    await tell(panel, rows(many(301, 100)));
    await panel.until(`document.querySelectorAll('.row').length === 400`);
    assert.equal(await panel.page.evaluate(`document.querySelector('.events').scrollTop < 50`), true);
    // Who says something wants to hear the answer.
    await line(panel).fill('say hello');
    await line(panel).press('Enter');
    await panel.until(atEnd);
    for (let batch = 0; batch < 20; batch++) await tell(panel, rows(many(401 + batch * 100, 100)));
    await panel.until(`document.querySelector('.row:last-child').id === 'event-2400'`);
    assert.equal(await panel.page.locator('.row').count(), 2000);
    assert.equal(await panel.page.locator('.gap').count(), 0);
    await tell(panel, rows([], true));
    await panel.until(`document.querySelectorAll('.row').length === 0`);
  });

  it('reads out what comes, and counts where it is much', async () => {
    await using panel = await open();
    const log = panel.page.getByRole('log');
    assert.equal(await log.textContent(), '');
    await tell(
      panel,
      rows([row(7), answer(8, 7, { marks: [{ kind: 'absent', text: 'news did not run' }] })]),
    );
    await panel.until(`document.querySelector('.spoken').childElementCount === 2`);
    assert.equal(await log.textContent(), 'ann says "7"echo says "Echo: 7". Not delivered: news did not run');
    await tell(panel, rows([row(9), row(10), row(11), row(12)], false, 6));
    await panel.until(`document.querySelector('.spoken').textContent === '10 new events'`);
  });

  it('shows and changes what a plugin hears', async () => {
    await using panel = await open();
    const toggle = panel.page.locator('vscode-button', { hasText: 'Subscriptions' });
    await toggle.click();
    const form = panel.page.getByRole('region', { name: 'Subscriptions' });
    const patterns = form.getByLabel('Pattern of echo', { exact: true });
    const values = (): Promise<string[]> =>
      patterns.evaluateAll((all) => all.map((one) => (one as unknown as { value: string }).value));
    assert.deepEqual(await values(), ['location:*', 'global:news']);
    const apply = form.getByRole('button', { name: 'Apply patterns of echo' });
    assert.equal(await apply.isDisabled(), true);
    await form.getByRole('button', { name: 'Remove pattern of echo' }).first().click();
    await form.getByRole('button', { name: 'Add pattern to echo' }).click();
    await panel.page.keyboard.type('char:*');
    // Statuses that come do not touch what is being edited.
    await tell(panel, state({ plugins: [{ ...echo, dropped: 3 }] }));
    await form.getByText('Running, 3 events dropped').waitFor();
    assert.deepEqual(await values(), ['global:news', 'char:*']);
    await panel.screenshot('console-subscriptions');
    await panel.page.keyboard.press('Enter');
    const [asked] = await panel.posted('subscribe');
    assert.deepEqual([asked?.plugin, asked?.patterns], ['echo-1', ['global:news', 'char:*']]);
    await tell(panel, { type: 'answer', id: asked?.id ?? 0, problem: 'hotplug.json cannot be changed.' });
    await form.getByText('hotplug.json cannot be changed.').waitFor();
    await apply.click();
    const again = (await panel.posted('subscribe')).at(-1);
    await tell(panel, { type: 'answer', id: again?.id ?? 0 });
    await form.getByText('Applied, and written into hotplug.json.').waitFor();
    assert.equal(await apply.isDisabled(), true);
    // What is changed elsewhere shows.
    await tell(panel, state({ plugins: [{ ...echo, patterns: [''] }] }));
    await panel.until(`document.querySelectorAll('.pattern').length === 1`);
    assert.deepEqual(await values(), ['']);
    assert.equal(await form.getByRole('status').textContent(), '');
    await tell(panel, state({ plugins: [] }));
    await form.getByText('No plugin stands on the bus.').waitFor();
    assert.equal(await patterns.count(), 0);
  });

  it('starts and stops a load, whose numbers are whole', async () => {
    await using panel = await open();
    await panel.page.locator('vscode-button', { hasText: 'Load' }).click();
    const form = panel.page.getByRole('form', { name: 'Load' });
    await form.getByLabel('Events per second').fill('0');
    await form.getByRole('button', { name: 'Start Load' }).click();
    assert.deepEqual(await panel.posted('startLoad'), []);
    await form.getByLabel('Events per second').fill('100');
    await form.getByRole('button', { name: 'Start Load' }).click();
    const load = { characters: 10, rooms: 3, rate: 100 };
    assert.deepEqual(await panel.posted('startLoad'), [{ type: 'startLoad', load }]);
    await tell(panel, state({ load: { ...load, sent: 1234, achieved: 99.6 } }));
    await form.getByText('1,234 events sent, 100 a second').waitFor();
    await form.getByRole('button', { name: 'Stop Load' }).click();
    assert.equal((await panel.posted('stopLoad')).length, 1);
  });

  it('reaches the other commands', async () => {
    await using panel = await open();
    const button = (name: string): Locator => panel.page.locator('vscode-button', { hasText: name });
    await button('Import…').click();
    await button('Save Recording…').click();
    await button('Trace').click();
    await button('Clear').click();
    assert.equal((await panel.posted('import')).length, 1);
    assert.deepEqual(
      (await panel.posted('command')).map(({ command }) => command),
      ['saveRecording', 'openTrace'],
    );
    assert.equal((await panel.posted('clear')).length, 1);
  });

  it('says so where nobody hears, and sends nothing in Restricted Mode', async () => {
    await using panel = await open([], { plugins: [{ ...echo, state: 'Stopped' }] });
    await panel.page.getByText('No plugin on the bus runs').waitFor();
    await panel.page.locator('vscode-button', { hasText: 'Start Plugin' }).click();
    assert.equal((await panel.posted('command')).at(-1)?.command, 'startPlugin');
    await tell(panel, state({ canSend: false }));
    await panel.page.getByText('Nothing is run in Restricted Mode.').waitFor();
    await line(panel).fill('say hello');
    await line(panel).press('Enter');
    assert.deepEqual(await panel.posted('line'), []);
    assert.equal(await panel.page.locator('vscode-button', { hasText: 'Start Plugin' }).isVisible(), false);
  });

  it('shows hostile text as text', async () => {
    const bad = row(1, {
      who: hostile,
      stream: hostile,
      text: hostile,
      eventType: hostile,
      heard: [hostile],
      marks: [{ kind: 'stopped', text: hostile }],
    });
    const plugins = [{ ...echo, name: hostile, patterns: [hostile] }];
    const world = { acting: 'ann', characters: [{ name: 'ann', room: hostile }], rooms: [hostile] };
    await using panel = await open([bad], { ...world, plugins });
    await panel.page.locator('vscode-button', { hasText: 'Subscriptions' }).click();
    await event(panel, 1).click();
    const reasons = [{ reached: false, text: hostile }];
    await tell(panel, detail(1, { json: hostile, payload: hostile, deliveries: [hostile], reasons }));
    await panel.page.getByText('Event #1').waitFor();
    assert.equal(await panel.page.locator('img').count(), 0);
    assert.equal(await panel.page.evaluate('window.harmed === undefined'), true);
    assert.deepEqual(await panel.complaints(), []);
  });

  it('fits a narrow editor', async () => {
    await using panel = await open(talk, {}, { width: 360, height: 700 });
    await event(panel, 6).click();
    await tell(panel, detail(6));
    await panel.page.getByText('Event #6').waitFor();
    // The pane took room from the list; what was chosen is in view all the same.
    await panel.until(
      `document.querySelector('#event-6').getBoundingClientRect().bottom <= document.querySelector('.separator').getBoundingClientRect().top + 1`,
    );
    await panel.screenshot('console-narrow');
    assert.equal(await panel.page.evaluate('document.documentElement.scrollWidth'), 360);
  });

  for (const theme of themeNames) {
    it(`is accessible and keeps the policy in ${theme}`, async () => {
      await using panel = await open(talk, {}, { theme, height: 800 });
      for (const name of ['Subscriptions', 'Load'])
        await panel.page.locator('vscode-button', { hasText: name }).click();
      await event(panel, 6).click();
      await tell(panel, detail(6));
      await panel.page.getByText('Event #6').waitFor();
      await panel.screenshot(`console-${theme}`);
      assert.deepEqual(await panel.complaints(), []);
      assert.deepEqual(await panel.accessibility(), []);
    });
  }
});
