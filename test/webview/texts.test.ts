import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Panels, skip } from './panels.ts';
import type { PanelPage } from './panels.ts';

/**
 * Every text of the page, and every attribute that is said or shown; also of what is hidden now. The page's title is
 * the editor's; keys and the rows of a recording are what they are.
 */
const said = `[...document.querySelectorAll('main *')].filter((node) => node.closest('kbd, .trace .layer') === null).flatMap((node) => [
  ...[...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE).map((child) => child.data),
  ...['aria-label', 'title', 'placeholder', 'aria-description', 'aria-roledescription', 'aria-valuetext'].map((name) =>
    node.getAttribute(name),
  ),
].filter((text) => text !== null))`;

/** Units, names of keys and of formats: the same in every language. */
const same =
  /(?<!\p{L})(ms|µs|ns|s|B|KiB|MiB|WAVE|JSON|Escape|Enter|Shift|Ctrl|Alt|F3|Home|End|F|Aa)(?!\p{L})/gu;

/** What is on the page, is no message of the texts, and has a letter all the same. */
async function notTranslated(panel: PanelPage, data = /$^/g): Promise<readonly string[]> {
  const all = await panel.page.evaluate<readonly string[]>(said);
  return all.filter((text) => /\p{L}/u.test(outside(text).replace(data, '').replace(same, '')));
}

/** The text without what stands in marks, which may stand in one another. */
function outside(text: string): string {
  const less = text.replaceAll(/⟦[^⟦⟧]*⟧/g, '');
  return less === text ? less : outside(less);
}

describe('pages say everything in the language of the editor', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  const tell = async (panel: PanelPage, message: unknown): Promise<unknown> =>
    panel.standIn(`tell(${JSON.stringify(message)})`);

  // What a page is told has no letters here, so that whatever has some is its own.
  const point = { kind: 'record', fields: [{ name: '11', type: { kind: 'list', element: { kind: 'u8' } } }] };
  const types = [
    { kind: 'list', element: { kind: 'string' } },
    { kind: 'stream' },
    { kind: 'own', resource: '5' },
    { kind: 'own', resource: '6' },
    point,
  ];

  it('the form of calls', async () => {
    await using panel = await panels.open('call', { language: 'marked' });
    await tell(panel, {
      type: 'exports',
      plugin: '1',
      state: '2',
      canCall: true,
      canStart: true,
      own: ['5'],
      exports: [
        {
          name: '3',
          label: '3',
          signature: '()',
          params: types.map((type, index) => ({ name: `1${index}`, type, typeText: '', sample: '' })),
        },
      ],
    });
    await panel.page
      .getByRole('button', { name: '⟦Add⟧' })
      .or(panel.page.locator('.list > .small'))
      .first()
      .click();
    await panel.page.locator('button.call').click();
    const [call] = await panel.posted('call');
    await tell(panel, { type: 'answer', id: call?.id, ok: true, text: '', record: 1, durationMs: 1 });
    await panel.page.locator('.answers .ok').waitFor();
    assert.deepEqual(await notTranslated(panel), []);
  });

  it('the event console', async () => {
    await using panel = await panels.open('console', { language: 'marked' });
    const state = {
      type: 'state',
      acting: '1',
      characters: [{ name: '1', room: '2' }],
      rooms: ['2'],
      plugins: [{ id: '3', name: '3', state: '4', patterns: ['5*'], dropped: 6 }],
      canSend: true,
      load: { characters: 1, rooms: 1, rate: 1, sent: 1, achieved: 1 },
    };
    const row = (number: number, more: object): object => ({
      number,
      at: 0,
      who: '1',
      kind: 'character',
      stream: '2',
      eventType: '3',
      text: '4',
      hops: 0,
      heard: [],
      marks: ['stopped', 'dropped', 'absent'].map((kind) => ({ kind, text: '5' })),
      ...more,
    });
    await tell(panel, state);
    await tell(panel, { type: 'rows', rows: [row(1, {})], missed: 0, fresh: true });
    const rows = [row(2, { hops: 1 }), row(3, { hops: 2, origin: 1 })];
    await tell(panel, { type: 'rows', rows, missed: 7, fresh: false });
    await panel.page.locator('#event-3').click();
    await panel.page.locator('#event-1').click({ modifiers: ['Shift'] });
    await panel.until(`standIn.posted.some(({ type }) => type === 'choose')`);
    await tell(panel, { type: 'detail', number: 1, json: '{}', payload: '{}', deliveries: [], reasons: [] });
    await panel.page.locator('.detail .detail-body h3').first().waitFor();
    assert.deepEqual(await notTranslated(panel, /say hello.* system text/g), []);
    await tell(panel, { ...state, canSend: false, plugins: [], load: undefined });
    await panel.page.locator('.notice').waitFor();
    assert.deepEqual(await notTranslated(panel, /say hello.* system text/g), []);
  });

  it('the form of a configuration', async () => {
    await using panel = await panels.open('config', { language: 'marked' });
    const inputs = [
      { kind: 'boolean' },
      { kind: 'integer' },
      { kind: 'dropdown', options: ['', '1'] },
      { kind: 'files', extensions: [] },
      { kind: 'directories' },
    ];
    const fields = inputs.map((input, index) => ({
      id: `1${index}`,
      title: `1${index}`,
      input,
      value: index === 0 ? true : index > 2 ? ['/9'] : '1',
      defaultText: '5',
      isSet: index > 1,
    }));
    const state = { type: 'state', plugin: '1', state: '2', canChange: true, canStart: true, unknown: ['7'] };
    await tell(panel, { ...state, fields });
    await panel.page.locator('.paths li').first().waitFor();
    assert.deepEqual(await notTranslated(panel), []);
  });

  it('the rows of a parser', async () => {
    const columns = 'text-log|Running|Time|Level|Message|When it was logged';
    const cells =
      'INFO|WARN|DEBUG|message \\d+|core\\.bin|one more|^x$|a␊b.*|<img.*|parse: not .*|Chipmunk makes .*|10:00:00.*|^0000.*';
    const data = new RegExp(`${columns}|${cells}`, 'g');
    await using panel = await panels.open('rows', { language: 'marked', events: 8 });
    const run = {
      title: '1',
      state: 'running',
      bytes: 1024,
      skipped: 5,
      totalBytes: 4096,
      notes: [1, 2].map((times) => ({ severity: 'warning', text: '3', advice: '4', times })),
    };
    await panel.standIn(`rows({ progress: ${JSON.stringify(run)} })`);
    await panel.page.locator('.layer > .row:not([hidden])').nth(6).click();
    await panel.page.locator('.detail .file').waitFor();
    assert.deepEqual(await notTranslated(panel, data), []);
    await panel.page.locator('.toolbar .text input').first().fill('nothing has this');
    await panel.page.locator('.empty h2').waitFor();
    assert.deepEqual(await notTranslated(panel, data), []);
  });

  // Names, values and states that the editor and the recording give, and keys.
  const recorded =
    /gain|speech-gate|streamkit|Rust|node v.*|21 Sept.*|vad\.\w+|^(running|recorded)$|^(W S|A D)|· A D|· [EF] |\((Shift\+)?([A-Z]|Esc)\)/g;

  for (const [name, isThere, focus] of [
    ['trace', '.layer > .row:not([hidden], .unknown)', '.grid'],
    ['timeline', '.gutter .label', '.stage'],
    ['recording', '.layer > .row:not([hidden], .unknown)', '.grid'],
  ] as const)
    it(`the ${name}`, async () => {
      await using panel = await panels.open(name, { language: 'marked', events: 50, odd: 'one' });
      await panel.page.locator(isThere).first().waitFor();
      assert.deepEqual(await notTranslated(panel, recorded), []);
      await panel.page.focus(focus);
      await panel.page.keyboard.press('?');
      await panel.page.getByRole('dialog').waitFor();
      assert.deepEqual(await notTranslated(panel, recorded), []);
    });

  it('what is wrong with a filter', async () => {
    await using panel = await panels.open('trace', { language: 'de', events: 50 });
    await panel.page.locator('.filter-input').fill('kidn:call');
    const problem = panel.page.locator('.filter-problem');
    await problem.filter({ hasText: 'Es gibt kein Feld „kidn“. Gemeint ist wohl kind:' }).waitFor();
    await panel.page.locator('.filter-input').fill('duration:fast');
    await problem
      .filter({ hasText: '„fast“ ist keine Zahl mit einer Einheit (ns, us, ms, s, min)' })
      .waitFor();
    assert.deepEqual(await panel.complaints(), []);
  });
});
