import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { worldExports } from '../../extension/editor/calls/exports.ts';
import { readTyped } from '../../extension/values/typed.ts';
import { printValue } from '../../extension/values/wave.ts';
import { resolveWit } from '../../extension/wit/tool.ts';
import { chooseWorld } from '../../extension/wit/world.ts';
import type { CallableExport, ToCallForm } from '../../webview/protocol.ts';
import { Panels, skip, themeNames } from './panels.ts';
import type { PanelPage, PageOptions } from './panels.ts';

const wit = `
package acme:forms@1.2.0;

interface store {
  /** Opens the store. */
  resource bucket {
    get: func(key: string) -> option<string>;
  }
}

interface host {
  resource canvas;
}

interface shapes {
  record point { x: f64, y: f64 }
  record line { start: point, end: point, %list: option<string> }
  variant shape { dot(point), lines(list<line>), %true, none }
  enum colour { red, green, %inf }
  flags rights { read, write, %ok }
}

world plugin {
  use shapes.{point, line, shape, colour, rights};
  use host.{canvas};

  /// Takes nothing.
  /// Gives nothing.
  export ping: func();
  export bools: func(on: bool) -> bool;
  export whole: func(small: u8, long: s64);
  export broken: func(x: f32);
  export letter: func(c: char);
  export say: func(text: string);
  export bytes: func(data: list<u8>);
  export words: func(all: list<string>);
  export corners: func(three: list<point, 3>);
  export numbers: func(three: list<u16, 3>);
  export draw: func(what: shape);
  export paint: func(by: colour);
  export allow: func(may: rights);
  export maybe: func(text: option<string>);
  export deep: func(text: option<option<u8>>);
  export outcome: func(how: result<u32, string>);
  export done: func(how: result);
  export pair: func(both: tuple<u8, string>);
  export route: func(path: line);
  export show: func(on: borrow<canvas>);
  export store;
}
`;

const world = worldExports(chooseWorld(await resolveWit([{ path: 'forms.wit', text: wit }])));

/** Fills the controls of an argument. */
type Fill = (argument: Locator) => Promise<void>;

const type =
  (label: string, text: string): Fill =>
  (argument) =>
    argument.getByLabel(label, { exact: true }).fill(text);
const choose =
  (label: string, name: string): Fill =>
  async (argument) => {
    await argument.getByRole('combobox', { name: label, exact: true }).selectOption(name);
  };
const tick =
  (label: string): Fill =>
  (argument) =>
    argument.getByRole('checkbox', { name: label, exact: true }).check();
const press =
  (label: string): Fill =>
  (argument) =>
    argument.getByRole('button', { name: label, exact: true }).first().click();
const all =
  (...fills: readonly Fill[]): Fill =>
  async (argument) => {
    for (const fill of fills) await fill(argument);
  };

interface Filling {
  readonly export: string;
  /** One for each parameter. */
  readonly fill: readonly Fill[];
  readonly wave: readonly string[];
}

const hostile = 'a "quoted" \\ back\nand <b>next</b>\tline';

const fillings: readonly Filling[] = [
  { export: 'ping', fill: [], wave: [] },
  { export: 'bools', fill: [tick('on true')], wave: ['true'] },
  { export: 'whole', fill: [type('small', '255'), type('long', ' -7 ')], wave: ['255', '-7'] },
  { export: 'broken', fill: [type('x', 'nan')], wave: ['nan'] },
  { export: 'letter', fill: [type('c', "'")], wave: [`'\\''`] },
  { export: 'letter', fill: [type('c', '🦀')], wave: [`'🦀'`] },
  {
    export: 'say',
    fill: [type('text', hostile)],
    wave: ['"a \\"quoted\\" \\\\ back\\nand <b>next</b>\\tline"'],
  },
  { export: 'bytes', fill: [type('data', '1, 2, 255')], wave: ['[1, 2, 255]'] },
  { export: 'bytes', fill: [type('data', '')], wave: ['[]'] },
  {
    export: 'words',
    fill: [
      all(
        press('Add to all'),
        press('Add to all'),
        press('Add to all'),
        type('all 0', 'first'),
        type('all 1', 'second'),
        type('all 2', 'third'),
        press('Remove from all'),
      ),
    ],
    wave: ['["second", "third"]'],
  },
  {
    export: 'corners',
    fill: [type('three 2 y', '2.5')],
    wave: ['[{x: 0, y: 0}, {x: 0, y: 0}, {x: 0, y: 2.5}]'],
  },
  { export: 'numbers', fill: [all()], wave: ['[0, 0, 0]'] },
  { export: 'draw', fill: [type('what dot x', '3')], wave: ['dot({x: 3, y: 0})'] },
  { export: 'draw', fill: [choose('what', 'true')], wave: ['%true'] },
  { export: 'draw', fill: [choose('what', 'none')], wave: ['%none'] },
  {
    export: 'draw',
    fill: [
      all(
        choose('what', 'lines'),
        press('Add to what lines'),
        type('what lines 0 end y', '1e3'),
        choose('what lines 0 list', 'some'),
        type('what lines 0 list some', 'thin'),
      ),
    ],
    wave: ['lines([{start: {x: 0, y: 0}, end: {x: 0, y: 1e3}, list: some("thin")}])'],
  },
  { export: 'paint', fill: [choose('by', 'inf')], wave: ['%inf'] },
  { export: 'allow', fill: [all(tick('may ok'), tick('may read'))], wave: ['{read, %ok}'] },
  { export: 'maybe', fill: [all()], wave: ['none'] },
  { export: 'maybe', fill: [all(choose('text', 'some'), type('text some', 'x'))], wave: ['some("x")'] },
  {
    export: 'deep',
    fill: [all(choose('text', 'some'), choose('text some', 'some'), type('text some some', '9'))],
    wave: ['some(some(9))'],
  },
  { export: 'outcome', fill: [choose('how', 'err')], wave: ['err("")'] },
  { export: 'done', fill: [choose('how', 'err')], wave: ['err'] },
  { export: 'pair', fill: [all(type('both 0', '1'), type('both 1', 'one'))], wave: ['(1, "one")'] },
  {
    export: 'route',
    fill: [all(type('path start x', '-1'), type('path end x', '4'))],
    wave: ['{start: {x: -1, y: 0}, end: {x: 4, y: 0}, list: none}'],
  },
  { export: 'show', fill: [all()], wave: ['canvas'] },
  {
    export: 'acme:forms/store@1.2.0#bucket.get',
    fill: [all(), type('key', 'k')],
    wave: ['bucket#1', '"k"'],
  },
];

describe('form of calls', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  const tell = (panel: PanelPage, message: ToCallForm): Promise<unknown> =>
    panel.standIn(`tell(${JSON.stringify(message)})`);

  type Exports = Extract<ToCallForm, { type: 'exports' }>;
  const exported = (more: Partial<Exports> = {}): Exports => ({
    type: 'exports',
    plugin: 'forms',
    state: 'Running',
    canCall: true,
    canStart: false,
    exports: world.exports,
    own: world.own,
    ...more,
  });

  async function open(more: Partial<Exports> = {}, options: PageOptions = {}): Promise<PanelPage> {
    const panel = await panels.open('call', { height: 800, ...options });
    await tell(panel, exported(more));
    await panel.until(`document.querySelector('h1').textContent === 'forms'`);
    return panel;
  }

  const named = (name: string): CallableExport => {
    const found = world.exports.find((one) => one.name === name);
    assert.ok(found !== undefined, name);
    return found;
  };
  const signature = `document.querySelector('.signature').textContent`;

  async function select(panel: PanelPage, name: string): Promise<void> {
    await panel.page.getByRole('combobox', { name: 'Export', exact: true }).selectOption(name);
    await panel.until(`${signature} === ${JSON.stringify(named(name).signature)}`);
  }

  const callButton = (panel: PanelPage): Locator =>
    panel.page.getByRole('button', { name: 'Call', exact: true });

  it('lists what can be called, with what is written about it', async () => {
    await using panel = await open();
    const options = panel.page.getByRole('combobox', { name: 'Export', exact: true }).locator('option');
    assert.deepEqual(
      await options.allTextContents(),
      world.exports.map(({ label }) => label),
    );
    assert.equal(await panel.page.textContent('.signature'), 'func()');
    assert.equal(await panel.page.textContent('.docs'), 'Takes nothing.\nGives nothing.');
    await select(panel, 'bools');
    assert.equal(await panel.page.isVisible('.docs'), false);
    assert.equal(await panel.page.getByRole('status').first().textContent(), 'Running');
  });

  for (const [index, { export: name, fill, wave }] of fillings.entries()) {
    it(`${name} is called with ${wave.join(', ') || 'nothing'} (${index})`, async () => {
      await using panel = await open();
      await select(panel, name);
      const { params } = named(name);
      for (const [at, part] of fill.entries())
        await part(
          panel.page.getByRole('region', { name: `Argument ${params[at]?.name ?? ''}`, exact: true }),
        );
      await callButton(panel).click();
      const [sent] = await panel.posted('call');
      assert.ok(sent !== undefined);
      assert.deepEqual([sent.name, sent.args], [name, wave]);
      for (const [at, param] of params.entries())
        assert.ok(printValue(readTyped(sent.args[at] ?? '', param.type)) !== '');
      assert.deepEqual(await panel.complaints(), []);
    });
  }

  it('sends every text as it is typed to be checked, and calls nothing that is known to be wrong', async () => {
    await using panel = await open({ chosen: 'whole' });
    await panel.page.getByLabel('small', { exact: true }).fill('300');
    await panel.until(`standIn.posted.some(({ type }) => type === 'check')`);
    const [check] = await panel.posted('check');
    assert.deepEqual([check?.name, check?.parameter, check?.text], ['whole', 0, '300']);
    const problem = 'Column 1: expected a whole number from 0 to 255, found "300"';
    await tell(panel, { type: 'checked', id: check?.id ?? 0, problem });
    const wave = panel.page.getByRole('textbox', { name: 'small', exact: true });
    await panel.page.getByText(problem).waitFor();
    assert.equal(await wave.getAttribute('aria-invalid'), 'true');
    await callButton(panel).click();
    await panel.until(`document.activeElement?.ariaLabel === 'small'`);
    assert.deepEqual(await panel.posted('call'), []);
    await panel.screenshot('call-problem');

    // The WAVE text is what is sent, also where it is typed itself; an answer to an older text is none.
    await wave.fill('30');
    await wave.fill('31');
    await panel.until(`standIn.posted.filter(({ type }) => type === 'check').length === 3`);
    const checks = await panel.posted('check');
    await tell(panel, { type: 'checked', id: checks[2]?.id ?? 0 });
    await tell(panel, { type: 'checked', id: checks[1]?.id ?? 0, problem: 'too late' });
    await panel.until(`document.querySelector('.problem').hidden`);
    await callButton(panel).click();
    assert.deepEqual((await panel.posted('call')).at(0)?.args, ['31', '0']);
    assert.equal(await panel.page.getByText('too late').count(), 0);
  });

  it('is used with the keyboard alone', async () => {
    await using panel = await open({ chosen: 'say' });
    await panel.until(`document.activeElement?.ariaLabel === 'text'`);
    await panel.page.keyboard.type('one');
    await panel.page.keyboard.press('Shift+Enter');
    await panel.page.keyboard.type('two');
    await panel.page.keyboard.press('Enter');
    assert.deepEqual((await panel.posted('call')).at(-1)?.args, ['"one\\ntwo"']);
    await tell(panel, exported({ chosen: 'words' }));
    await panel.until(`${signature} === 'func(all: list<string>)'`);
    await panel.page.getByRole('button', { name: 'Add to all' }).press('Enter');
    await panel.page.getByLabel('all 0', { exact: true }).press('Tab');
    await panel.page.keyboard.press('Enter');
    await panel.until(`document.activeElement?.ariaLabel === 'Add to all'`);
    await panel.page.keyboard.press('Tab');
    await panel.page.keyboard.press('Enter');
    assert.deepEqual((await panel.posted('call')).at(-1)?.args, ['[]']);
  });

  it('shows what came of each call, with its time and the way to its record', async () => {
    await using panel = await open({ chosen: 'maybe' });
    const calls = panel.page.getByRole('list', { name: 'Calls' }).getByRole('listitem');
    await callButton(panel).click();
    await callButton(panel).click();
    await callButton(panel).click();
    const ids = (await panel.posted('call')).map(({ id }) => id);
    assert.equal(new Set(ids).size, 3);
    await panel.until(`document.querySelectorAll('.waiting').length === 3`);
    const [first = 0, second = 0, third = 0] = ids;
    await tell(panel, {
      type: 'answer',
      id: second,
      ok: true,
      text: 'ok("<i>")',
      record: 17,
      durationMs: 1.234,
    });
    await tell(panel, { type: 'answer', id: third, ok: false, text: 'the plugin panicked' });
    await tell(panel, { type: 'answer', id: first, ok: true, text: '' });
    await panel.until(`document.querySelectorAll('.waiting').length === 0`);
    assert.deepEqual(
      (await calls.allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' ').trim()),
      ['maybe(none) the plugin panicked', 'maybe(none) ok("<i>") 1.23 ms Trace', 'maybe(none) returned'],
    );
    await panel.page.getByRole('button', { name: 'Show the call in the trace' }).click();
    assert.deepEqual(await panel.posted('openTrace'), [{ type: 'openTrace', record: 17 }]);
    assert.deepEqual(await panel.complaints(), []);
  });

  it('starts a plugin that does not run, and calls nothing before', async () => {
    await using panel = await open({ state: 'Not running', canCall: false, canStart: true, chosen: 'say' });
    assert.equal(await callButton(panel).isDisabled(), true);
    await panel.page.getByLabel('text', { exact: true }).press('Enter');
    assert.deepEqual(await panel.posted('call'), []);
    await panel.page.getByRole('button', { name: 'Start Plugin' }).click();
    assert.deepEqual(await panel.posted('start'), [{ type: 'start' }]);
    await tell(panel, exported());
    await panel.until(`!document.querySelector('button.call').disabled`);
    assert.equal(await panel.page.getByRole('button', { name: 'Start Plugin' }).isVisible(), false);
  });

  it('keeps what was typed while the WIT changes elsewhere, and shows what is new', async () => {
    await using panel = await open({ chosen: 'pair' });
    await panel.page.getByLabel('both 1', { exact: true }).fill('kept');
    await select(panel, 'say');
    await panel.page.getByLabel('text', { exact: true }).fill('gone');
    const changed = world.exports
      .filter(({ name }) => name !== 'bools')
      .map((one) => (one.name === 'say' ? { ...one, docs: 'Another one' } : one));
    await tell(panel, exported({ exports: changed }));
    await panel.page.getByText('Another one').waitFor();
    assert.equal(await panel.page.getByLabel('text', { exact: true }).inputValue(), '');
    await select(panel, 'pair');
    assert.equal(await panel.page.getByLabel('both 1', { exact: true }).inputValue(), 'kept');
    assert.equal(await panel.page.locator('option[value="bools"]').count(), 0);
  });

  it('has nothing to call where the WIT cannot be read', async () => {
    const state = 'wit/forms.wit:3:1: expected a world';
    await using panel = await open({ state, canCall: false, exports: [], own: [] });
    await panel.page.getByText(state).waitFor();
    assert.equal(await callButton(panel).isVisible(), false);
    assert.equal(await panel.page.getByRole('combobox', { name: 'Export' }).count(), 0);
  });

  it('fits a narrow editor', async () => {
    await using panel = await open({ chosen: 'draw' }, { width: 360 });
    await panel.page.getByRole('combobox', { name: 'what' }).selectOption('lines');
    await panel.page.getByRole('button', { name: 'Add to what lines' }).click();
    await panel.screenshot('call-narrow');
    assert.equal(await panel.page.evaluate('document.documentElement.scrollWidth'), 360);
  });

  for (const theme of themeNames) {
    it(`is accessible and keeps the policy in ${theme}`, async () => {
      await using panel = await open({ chosen: 'draw' }, { theme });
      await panel.page.getByRole('combobox', { name: 'what' }).selectOption('lines');
      await panel.page.getByRole('button', { name: 'Add to what lines' }).click();
      await callButton(panel).click();
      const [{ id } = { id: 0 }] = await panel.posted('call');
      const text = `[${Array.from({ length: 2000 }, (_, index) => index).join(', ')}]`;
      await tell(panel, { type: 'answer', id, ok: true, text, record: 3, durationMs: 0.5 });
      await panel.page.getByLabel('what lines 0 end y', { exact: true }).fill('x');
      const check = (await panel.posted('check')).at(-1);
      await tell(panel, { type: 'checked', id: check?.id ?? 0, problem: 'Column 46: expected a number' });
      await panel.page.getByText('expected a number').waitFor();
      await panel.screenshot(`call-${theme}`);
      assert.deepEqual(await panel.complaints(), []);
      assert.deepEqual(await panel.accessibility(), []);
    });
  }
});
