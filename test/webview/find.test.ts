import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Panels, skip } from './panels.ts';
import type { PanelPage } from './panels.ts';
import { slowRecord, trapRecord } from './page/recording.ts';

/** The most that somebody may have to do to find something. */
const mostActions = 3;

/** Does what somebody does who sees the panel for the first time, and counts it. */
class Newcomer {
  readonly #panel: PanelPage;
  actions = 0;

  constructor(panel: PanelPage) {
    this.#panel = panel;
  }

  /** Clicks what has this name on the screen or for a screen reader. */
  async click(role: 'button' | 'menuitem' | 'columnheader', name: string | RegExp): Promise<void> {
    this.actions += 1;
    const found = this.#panel.page.getByRole(role, { name, exact: typeof name === 'string' });
    await found.filter({ visible: true }).first().click();
  }

  /** Clicks the first row of a list of rows that is shown and known. */
  async clickRow(count: string): Promise<void> {
    await this.#panel.until(`document.querySelector('.count').textContent === '${count}'`);
    this.actions += 1;
    await this.#panel.page.locator('.layer > .row:not([hidden], .unknown)').first().click();
  }

  /** Types into a field that can be seen, and presses Enter: the click there is an action of its own. */
  async type(field: string, text: string): Promise<void> {
    this.actions += 2;
    await this.#panel.page.getByRole('combobox', { name: field, exact: true }).click();
    await this.#panel.page.keyboard.type(text);
    await this.#panel.page.keyboard.press('Enter');
  }
}

/** What somebody does to find something in a panel. */
interface Way {
  readonly what: string;
  readonly record: number;
  /** What the panel says once it is found. */
  readonly says: readonly string[];
  readonly go: (newcomer: Newcomer) => Promise<void>;
}

const slow = { record: slowRecord, says: ['clock.now', '812 ms'] };
const trap = { record: trapRecord, says: ['process', 'unreachable executed in gain::process'] };

const inTrace: readonly Way[] = [
  {
    what: 'the slow host call by what took long',
    ...slow,
    go: async (newcomer) => {
      await newcomer.click('button', 'What took long');
      await newcomer.click('menuitem', /host call/);
    },
  },
  {
    what: 'the slow host call by the title of the durations',
    ...slow,
    go: async (newcomer) => {
      await newcomer.click('columnheader', 'Duration');
      await newcomer.click('menuitem', /^812 ms: clock\.now/);
    },
  },
  {
    what: 'the slow host call by the filter',
    ...slow,
    go: async (newcomer) => {
      await newcomer.type('Filter', 'kind:hostCall duration:>2ms');
      await newcomer.clickRow('1 of 399,000');
    },
  },
  {
    what: 'the trap by the buttons for errors',
    ...trap,
    go: async (newcomer) => {
      await newcomer.click('button', 'Previous error');
    },
  },
  {
    what: 'the trap by a word in the filter',
    ...trap,
    go: async (newcomer) => {
      await newcomer.type('Filter', 'error');
      await newcomer.clickRow('1 of 399,000');
    },
  },
];

const inTimeline: readonly Way[] = [
  {
    what: 'the slow host call by the statistics',
    ...slow,
    go: async (newcomer) => {
      await newcomer.click('button', 'Show everything');
      await newcomer.click('button', 'Statistics');
      await newcomer.click('button', /^Go to the longest clock\.now, 812 ms/);
    },
  },
  {
    what: 'the slow host call by the search',
    ...slow,
    go: async (newcomer) => {
      await newcomer.type('Search the recording', 'kind:hostCall duration:>2ms');
    },
  },
  {
    what: 'the trap by the buttons for errors',
    ...trap,
    go: async (newcomer) => {
      await newcomer.click('button', 'Next error');
    },
  },
  {
    what: 'the trap by a word in the search',
    ...trap,
    go: async (newcomer) => {
      await newcomer.type('Search the recording', 'error');
    },
  },
];

describe('what is out of the ordinary in 100,000 events', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  for (const [name, ways] of [
    ['trace', inTrace],
    ['timeline', inTimeline],
  ] as const) {
    for (const { what, record, says, go } of ways) {
      it(`${name}: ${what}, in ${mostActions} actions at most`, async () => {
        await using panel = await panels.open(name, { odd: 'one' });
        const there = name === 'trace' ? '.layer > .row:not([hidden], .unknown)' : '.track.lane';
        await panel.until(`document.querySelectorAll('${there}').length > 5`);
        if (name === 'timeline') await panel.until(`document.querySelector('.reading').hidden`);
        const newcomer = new Newcomer(panel);
        await go(newcomer);
        await panel.until(`standIn.posted.findLast(({ type }) => type === 'select')?.record === ${record}`);
        const where = name === 'trace' ? '.detail' : '.strip-text';
        for (const text of says)
          await panel.until(
            `document.querySelector('${where}').textContent.includes(${JSON.stringify(text)})`,
          );
        assert.ok(newcomer.actions <= mostActions, `${newcomer.actions} actions`);
        assert.deepEqual(await panel.complaints(), []);
        await panel.screenshot(`find-${name}-${what.replaceAll(' ', '-')}`);
      });
    }
  }
});
