import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import type { ConfigField, ToConfig } from '../../webview/config/protocol.ts';
import { hostile } from './page/recording.ts';
import { Panels, skip, themeNames } from './panels.ts';
import type { PanelPage, PageOptions } from './panels.ts';

type State = Extract<ToConfig, { type: 'state' }>;

/** A field of every kind. */
const fields: readonly ConfigField[] = [
  field('skip-empty', 'Skip empty lines', { kind: 'boolean' }, true, 'on'),
  field('most', 'most', { kind: 'integer' }, '100', '100'),
  field('ratio', 'Ratio', { kind: 'float' }, '1.55', '0.5', { isSet: true }),
  field('separator', 'Separator', { kind: 'text' }, '\t', '\\t'),
  field('level', 'Level', { kind: 'dropdown', options: ['low', 'high', ''] }, 'high', 'low', { isSet: true }),
  field(
    'words',
    'Keywords',
    { kind: 'files', extensions: ['txt'] },
    ['samples/keywords.txt', '/etc/hosts'],
    'none',
    {
      isSet: true,
    },
  ),
  field('places', 'Components', { kind: 'directories' }, [], 'none'),
];

function field(
  id: string,
  title: string,
  input: ConfigField['input'],
  value: ConfigField['value'],
  defaultText: string,
  more: Partial<ConfigField> = {},
): ConfigField {
  const description = `What ${title} is for.`;
  return { id, title, description, input, value, defaultText, isSet: false, ...more };
}

const state = (more: Partial<State> = {}): State => ({
  type: 'state',
  plugin: 'lines',
  state: 'Running.',
  canChange: true,
  canStart: false,
  fields,
  unknown: [],
  ...more,
});

/** The fields with this one other. */
const changed = (id: string, more: Partial<ConfigField>): readonly ConfigField[] =>
  fields.map((one) => (one.id === id ? { ...one, ...more } : one));

describe('form of a configuration', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  const tell = (panel: PanelPage, message: ToConfig): Promise<unknown> =>
    panel.standIn(`tell(${JSON.stringify(message)})`);

  async function open(more: Partial<State> = {}, options: PageOptions = {}): Promise<PanelPage> {
    const panel = await panels.open('config', { height: 900, ...options });
    await tell(panel, state(more));
    await panel.page.getByRole('heading', { name: 'Configure lines' }).waitFor();
    return panel;
  }

  const item = (panel: PanelPage, title: string): Locator =>
    panel.page.getByRole('region', { name: title, exact: true });
  const control = (panel: PanelPage, title: string): Locator =>
    panel.page.getByRole('textbox', { name: title, exact: true });

  for (const theme of themeNames) {
    it(`shows every kind of value, readable and accessible, in ${theme}`, async () => {
      await using panel = await open(
        {
          unknown: ['old'],
          fields: changed('most', { isSet: true, problem: 'It has to be a whole number.' }),
        },
        { theme },
      );
      assert.equal(await panel.page.getByRole('checkbox', { name: 'Skip empty lines' }).isChecked(), true);
      assert.equal(await control(panel, 'Separator').inputValue(), '\t');
      assert.equal(await panel.page.getByRole('combobox', { name: 'Level' }).inputValue(), 'high');
      await item(panel, 'Keywords').getByText('/etc/hosts', { exact: true }).waitFor();
      await item(panel, 'Ratio').getByText('default: 0.5', { exact: true }).waitFor();
      await item(panel, 'Ratio').getByText('What Ratio is for.').waitFor();
      assert.equal(
        await item(panel, 'Separator')
          .getByRole('button', { name: /^Reset/ })
          .count(),
        0,
      );
      assert.deepEqual(await panel.accessibility(), []);
      assert.deepEqual(await panel.complaints(), []);
      await panel.screenshot(`config-${theme}`);
    });
  }

  it('checks what is typed, and keeps it when it is done', async () => {
    await using panel = await open();
    const most = control(panel, 'most');
    await most.fill('1x');
    await panel.until(`standIn.posted.some(({ type }) => type === 'checkValue')`);
    const [check] = await panel.posted('checkValue');
    assert.deepEqual([check?.field, check?.value], ['most', '1x']);
    assert.deepEqual(await panel.posted('set'), []);
    const problem = 'The configuration "most" is "1x", and it has to be a whole number of 32 bits.';
    await tell(panel, { type: 'answer', id: check?.id ?? 0, problem });
    await item(panel, 'most').getByRole('alert').getByText(problem).waitFor();
    assert.equal(await most.getAttribute('aria-invalid'), 'true');

    // An answer to an older text is none.
    await most.fill('1');
    await most.fill('12');
    const checks = await panel.posted('checkValue');
    await tell(panel, { type: 'answer', id: checks[2]?.id ?? 0 });
    await tell(panel, { type: 'answer', id: checks[1]?.id ?? 0, problem: 'too late' });
    await most.press('Enter');
    const [set] = await panel.posted('set');
    assert.deepEqual([set?.field, set?.value], ['most', '12']);
    await tell(panel, { type: 'answer', id: set?.id ?? 0 });
    await panel.until(`document.querySelector('[aria-label="most"] .problem').hidden`);
    await tell(panel, state({ fields: changed('most', { value: '12', isSet: true }) }));
    await item(panel, 'most').getByText('default: 100', { exact: true }).waitFor();
    // What is done once is not done again when the field is left.
    await most.press('Tab');
    assert.equal((await panel.posted('set')).length, 1);
    assert.equal(await panel.page.getByText('too late').count(), 0);
  });

  it('keeps choices at once, paths one by one, and goes back to defaults', async () => {
    await using panel = await open({ unknown: ['old'] });
    await panel.page.getByRole('checkbox', { name: 'Skip empty lines' }).uncheck();
    await panel.page.getByRole('combobox', { name: 'Level' }).selectOption('low');
    await item(panel, 'Keywords').getByRole('button', { name: 'Remove /etc/hosts' }).click();
    await control(panel, 'Separator').fill('a\nb');
    await control(panel, 'Separator').press('Enter');
    assert.deepEqual(
      (await panel.posted('set')).map((message) => [message.field, message.value]),
      [
        ['skip-empty', false],
        ['level', 'low'],
        ['words', ['samples/keywords.txt']],
        ['separator', 'a\nb'],
      ],
    );
    await item(panel, 'Components').getByRole('button', { name: 'Components: Add Folders…' }).click();
    assert.equal((await panel.posted('browse'))[0]?.field, 'places');
    await item(panel, 'Ratio').getByRole('button', { name: 'Reset Ratio to its default, 0.5' }).click();
    await panel.page.getByRole('button', { name: 'Remove old' }).click();
    assert.deepEqual(
      (await panel.posted('reset')).map((message) => message.field),
      ['ratio', 'old'],
    );
    await panel.page.getByRole('button', { name: 'Reset All' }).click();
    assert.equal((await panel.posted('resetAll')).length, 1);
  });

  it('keeps what is being typed while the plugin goes on', async () => {
    await using panel = await open();
    const most = control(panel, 'most');
    await most.fill('5');
    await tell(panel, state({ state: 'Running, building.' }));
    await panel.page.getByText('Running, building.').waitFor();
    assert.equal(await most.inputValue(), '5');
    // A plugin that asks for something else has another form.
    await tell(panel, state({ fields: fields.slice(2) }));
    await panel.until(`document.querySelectorAll('.item').length === ${fields.length - 2}`);
  });

  it('is used with the keyboard alone', async () => {
    await using panel = await open();
    await panel.page.getByRole('checkbox', { name: 'Skip empty lines' }).focus();
    await panel.page.keyboard.press('Space');
    await panel.page.keyboard.press('Tab');
    await panel.page.keyboard.press('ControlOrMeta+a');
    await panel.page.keyboard.type('7');
    await panel.page.keyboard.press('Tab');
    assert.deepEqual(
      (await panel.posted('set')).map(({ field: id, value }) => [id, value]),
      [
        ['skip-empty', false],
        ['most', '7'],
      ],
    );
  });

  it('takes everything that a plugin says for text, and changes nothing in Restricted Mode', async () => {
    const strange = fields.map((one) => ({ ...one, title: `${one.id} ${hostile}`, description: hostile }));
    await using panel = await open({
      fields: [...strange, field('x', 'x', { kind: 'dropdown', options: [hostile] }, hostile, hostile)],
      unknown: [hostile],
      canChange: false,
      state: hostile,
    });
    assert.equal(await panel.page.locator('main script, main img, main iframe').count(), 0);
    assert.ok(await panel.page.getByRole('checkbox').first().isDisabled());
    assert.equal(await panel.page.getByRole('button', { name: 'Reset All' }).count(), 0);
    assert.deepEqual(await panel.complaints(), []);
  });

  it('says that there is nothing to configure, or that the plugin has to run first', async () => {
    await using panel = await open({ fields: [] });
    await panel.page.getByText('There is nothing to configure in this plugin.').waitFor();
    const { fields: _, ...without } = state({
      state: 'Stopped. The plugin says what it takes when it runs.',
    });
    await tell(panel, { ...without, canStart: true });
    await panel.page.getByText('The plugin says what it takes when it runs.').waitFor();
    assert.ok(await panel.page.getByText('There is nothing to configure').isHidden());
    await panel.page.getByRole('button', { name: 'Start Plugin' }).click();
    assert.equal((await panel.posted('start')).length, 1);
  });
});
