/** The real pages over real recordings that are odd: their questions are answered here, by what the host answers with. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { contracts } from '../../extension/contracts/index.ts';
import { describersOf } from '../../extension/host/describers.ts';
import { RecordingView } from '../../extension/recording/view.ts';
import type { FromPanel, KeptFilter, Note, RecordingFacts, ToPanel } from '../../webview/protocol.ts';
import {
  bigPayloads,
  manyLanes,
  markup,
  oddDurations,
  oddNames,
  oddTexts,
  oddTimes,
  type Odd,
} from '../unit/odd-recordings.ts';
import { Panels, skip, type PanelPage } from './panels.ts';

const rows = `[...document.querySelectorAll('.layer > .row:not([hidden]):not(.unknown)')]`;
const painted = `document.querySelector('.track.lane') !== null`;
const indexed = `document.querySelector('.reading').hidden`;
/** Characters that a page must not be given, in all that it shows or says. */
const obeyed = `(() => {
  const found = [];
  const bad = /[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]/;
  const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = all.nextNode(); node !== null; node = all.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (!['SCRIPT', 'STYLE'].includes(node.parentElement.tagName) && bad.test(node.data)) found.push(node.parentElement.className + ': ' + escape(node.data.slice(0, 60)));
    } else for (const name of ['title', 'aria-label', 'aria-description', 'alt', 'placeholder'])
      if (bad.test(node.getAttribute(name) ?? '')) found.push(node.className + ' ' + name + ': ' + escape(node.getAttribute(name).slice(0, 60)));
  }
  return found;
})()`;

/** What a text of a recording could have become where it was taken for markup. */
const elements = `document.querySelectorAll('img, main script, b').length`;

/** Columns travel as their bytes; everything else is JSON. */
function packed(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (!ArrayBuffer.isView(one)) return one;
    const bytes = Buffer.from(one.buffer, one.byteOffset, one.byteLength);
    return { column: one.constructor.name, bytes: bytes.toString('base64') };
  });
}

/** In the page, before its scripts: the editor that they talk to is the test's process. */
const bridge = `(() => {
  const unpack = (text) => JSON.parse(text, (_, one) => {
    if (typeof one?.column !== 'string') return one;
    const bytes = Uint8Array.from(atob(one.bytes), (letter) => letter.charCodeAt(0));
    return new globalThis[one.column](bytes.buffer);
  });
  let kept = {};
  globalThis.answers = 0;
  const api = {
    postMessage: async (message) => {
      for (const answer of unpack(await hear(JSON.stringify(message)))) {
        window.postMessage(answer, '*');
        if (answer.type === 'response') globalThis.answers++;
      }
    },
    getState: () => kept,
    setState: (state) => { kept = structuredClone(state); },
  };
  Object.defineProperty(globalThis, 'acquireVsCodeApi', { get: () => () => api, set: () => undefined });
})()`;

interface Said {
  readonly notes?: readonly Note[];
  readonly filters?: readonly KeptFilter[];
}

describe('pages over odd recordings', { skip }, () => {
  let panels: Panels;
  before(async () => {
    panels = await Panels.start();
  });
  after(async () => {
    await panels[Symbol.asyncDispose]();
  });

  async function open(
    name: 'trace' | 'timeline' | 'recording',
    { recording }: Odd,
    { notes = [], filters = [] }: Said = {},
  ): Promise<PanelPage> {
    recording.flush();
    const view = new RecordingView(recording, describersOf(recording, contracts));
    const plugins = recording.info.plugins.map((plugin) => ({ ...plugin, state: 'recorded' }));
    const facts: RecordingFacts = {
      name: plugins[0]?.name ?? '',
      plugins,
      startedAt: recording.info.startedAt,
      tools: recording.info.tools,
    };
    const state: ToPanel = {
      type: 'state',
      recording: 'file 1',
      kind: 'file',
      count: recording.count,
      live: false,
      plugins,
      canSend: false,
    };
    const hear = (message: FromPanel): readonly unknown[] => {
      if (message.type === 'ready')
        return [
          ...(name === 'recording' ? [{ type: 'recording', facts, canRun: true }] : []),
          state,
          { type: 'notes', recording: 'file 1', notes },
          { type: 'settings', filters, announce: true },
        ];
      if (message.type !== 'request') return [];
      const { id } = message;
      try {
        return [{ type: 'response', id, ok: true, result: answer(view, message) }];
      } catch (error) {
        return [{ type: 'response', id, ok: false, message: String(error) }];
      }
    };
    const panel = await panels.open(name, { events: 0, height: 800 });
    await panel.page.exposeFunction('hear', (text: string) => packed(hear(JSON.parse(text) as FromPanel)));
    await panel.page.addInitScript(bridge);
    await panel.page.reload();
    return panel;
  }

  /** Nothing became anything but text, and nobody complained. */
  async function unharmed(panel: PanelPage): Promise<void> {
    assert.equal(await panel.page.evaluate('globalThis.harmed'), undefined);
    assert.equal(await panel.page.evaluate(elements), 0);
    assert.deepEqual(await panel.page.evaluate(obeyed), []);
    assert.deepEqual(await panel.complaints(), []);
  }

  it('show the texts of a recording as texts: rows, details, values, lanes, notes, filters', async () => {
    for (const texts of [
      [markup, oddTexts.controls, oddTexts.direction],
      [oddTexts.long, oddTexts.longMarkup],
    ]) {
      using odd = oddNames(texts);
      const notes = texts.map((text, index) => ({ id: text, text, from: index * 10, to: 50, madeAt: 0 }));
      const filters = texts.map((text) => ({ name: text.slice(0, 200), filter: `"${text.slice(0, 200)}"` }));
      await using panel = await open('recording', odd, { notes, filters });
      await panel.until(`${rows}.length > 5 && ${painted} && ${indexed}`);
      await unharmed(panel);
      // Through every row, with what its detail and its tree of values say.
      await panel.page.locator('.layer > .row').first().click();
      for (let step = 0; step < Math.min(16, odd.recording.count); step++) {
        const before = await panel.page.evaluate<number>('answers');
        await panel.page.keyboard.press('ArrowDown');
        await panel.until(`answers > ${before}`);
        await panel.until(`!document.querySelector('.detail .waiting')`);
        await unharmed(panel);
      }
      assert.ok((await panel.page.textContent('.detail .title')) !== '');
    }
  });

  it('stay usable where clocks jump', async () => {
    for (const make of [oddTimes, oddDurations]) {
      using odd = make();
      await using panel = await open('recording', odd);
      await panel.until(`${rows}.length > 5 && ${painted} && ${indexed}`);
      await panel.page.locator('.layer > .row').first().click();
      await panel.page.keyboard.press('End');
      await panel.until(`document.querySelector('.row[aria-selected="true"]') !== null`);
      await panel.page.locator('canvas.lanes').first().hover();
      for (const delta of [-400, -4000, 4000]) {
        await panel.page.keyboard.down('Control');
        await panel.page.mouse.wheel(0, delta);
        await panel.page.keyboard.up('Control');
        await panel.until(`document.querySelector('.stage').getAttribute('aria-busy') === 'false'`);
      }
      await unharmed(panel);
    }
  });

  it('scroll through ten thousand lanes, of which a page holds those in view', async () => {
    using odd = manyLanes(50, 200);
    await using panel = await open('timeline', odd);
    await panel.until(`${painted} && ${indexed}`);
    const most = await panel.page.evaluate<number>(`document.querySelectorAll('.track').length`);
    const first = await panel.page.textContent('.track.lane .label');
    await panel.page.evaluate(`(() => {
      for (const one of document.querySelectorAll('*'))
        if (one.scrollHeight > one.clientHeight + 10_000) one.scrollTop = one.scrollHeight;
    })()`);
    await panel.until(
      `document.querySelector('.track.lane .label')?.textContent !== ${JSON.stringify(first)} || document.querySelectorAll('.track').length > 9000`,
    );
    await panel.until(`document.querySelector('.stage').getAttribute('aria-busy') === 'false'`);
    await panel.screenshot('odd-lanes');
    assert.ok(most > 5, `${most}`);
    await unharmed(panel);
  });

  it('show payloads of ten megabytes a page at a time', async () => {
    using odd = bigPayloads(10 << 20);
    await using panel = await open('trace', odd);
    await panel.until(`${rows}.length === ${odd.recording.count}`);
    for (let at = 0; at < odd.recording.count; at++) {
      await panel.page.locator('.layer > .row:not([hidden])').nth(at).click();
      const size = rows.replace('.row:not', '.row:not') + `.length`;
      await panel.until(
        `${size} > 0 && document.querySelector('.detail .title').textContent !== '' && !document.querySelector('.detail .waiting')`,
      );
      await panel.until(
        `document.querySelector('.detail').textContent.includes(${JSON.stringify('Record')}) && [...document.querySelectorAll('.detail .facts dd')].at(-1)?.textContent === '${at}'`,
      );
      const drawn = await panel.page.evaluate<number>(`document.body.textContent.length`);
      assert.ok(drawn < 1_000_000, `${drawn}`);
    }
    await unharmed(panel);
  });
});

function answer(view: RecordingView, message: Extract<FromPanel, { type: 'request' }>): unknown {
  switch (message.name) {
    case 'rows':
      return view.rows(message.params.query);
    case 'detail':
      return view.detail(message.params.record);
    case 'lanes':
      return view.lanes(message.params.query);
    case 'search':
      return view.search(message.params.query);
    case 'hits':
      return view.hits(message.params.query);
    case 'stats':
      return view.stats(message.params.query);
    case 'flows':
      return view.flows(message.params.record);
    case 'place':
      return view.place(message.params.record, message.params.grouping);
    case 'values':
      return view.values(message.params.query);
    case 'copy':
      return { text: view.copy(message.params.record, message.params.path, message.params.format) };
    case 'differences':
      return view.differences(message.params.before, message.params.after);
    case 'vocabulary':
      return view.vocabulary();
    case 'compare':
      throw new Error('There is nothing to compare with.');
  }
}
