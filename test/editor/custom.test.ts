import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Frame, Locator } from 'playwright-core';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { root } from '../../scripts/paths.ts';
import { eventually, patience } from './harness/eventually.ts';
import type { Session } from './harness/session.ts';
import { clickUntil, short, worked } from './harness/tries.ts';
import { openWorkbench } from './harness/workbench.ts';
import { missing } from './walk.ts';
import { stepsOf } from './steps.ts';

const name = 'my-words';
const source = 'src/plugin.js';
/** Events of the file of samples that a new project has as its input: one for each export. */
const samples = 4;
/** What a new project answers, and what it answers after the change. */
const before = "  return { words: 0, longest: '', byLength: [] };";
const after = '  return { words: text.length, longest: text, byLength: [[1, 2]] };';

async function treeShows(session: Session, words: string, timeoutMs = patience): Promise<void> {
  await eventually(`the Hotplug view shows "${words}"`, () => session.treeRows(), {
    until: (rows) => rows.some((row) => row.includes(words)),
    timeoutMs,
  });
}

async function statusShows(session: Session, words: string): Promise<void> {
  await eventually(`the status bar shows "${words}"`, () => session.statusBar(), {
    until: (items) => items.some((item) => item.includes(words)),
  });
}

/** The form of calls of a workbench. */
class Form {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  get tab(): Locator {
    return this.#session.page.locator('.tab', { hasText: `Call ${name}` });
  }

  /** Its document, which is another one after the webviews were loaded anew. */
  async frame(): Promise<Frame> {
    return await this.#session.webview('select.export');
  }

  /** Brings it to the front. */
  async show(): Promise<void> {
    const active = this.#session.page.locator('.tab.active', { hasText: `Call ${name}` });
    await clickUntil('the form is in front', this.tab, () => active.isVisible());
  }

  async chosen(): Promise<string> {
    return await (await this.frame()).locator('select.export').inputValue();
  }

  async fill(label: string, text: string): Promise<void> {
    const field = (await this.frame()).getByRole('textbox', { name: label, exact: true });
    await field.fill(text);
  }

  async check(label: string): Promise<void> {
    await (await this.frame()).getByRole('checkbox', { name: label, exact: true }).check();
  }

  /** Calls, and gives what came of it: an answer more than there was. */
  async call(): Promise<{ readonly asked: string; readonly answer: string; readonly ok: boolean }> {
    const frame = await this.frame();
    const rows = frame.locator('.answers > li');
    const count = await rows.count();
    const button = frame.locator('button.call');
    await eventually('the call is made', async () => {
      if ((await rows.count()) > count) return true;
      return (await worked(button.click(short))) && (await rows.count()) > count;
    });
    const row = rows.first();
    await eventually('the call is answered', async () => (await row.getAttribute('class')) !== 'waiting');
    return {
      asked: (await row.locator('.asked').textContent()) ?? '',
      answer: (await row.locator('.answer').textContent()) ?? '',
      ok: (await row.getAttribute('class')) === 'ok',
    };
  }
}

/** Opens a file on the left; on the right is the form. */
async function openLeft(session: Session, path: string): Promise<void> {
  await session.runCommand('View: Focus First Editor Group');
  await session.openFile(path);
}

/** The lenses of the text editor on the left, from the top. */
async function lenses(session: Session): Promise<readonly Locator[]> {
  const left = session.page.locator('.editor-group-container').first();
  const found = left.locator('.codelens-decoration a', { hasText: '▶ Call' });
  const places = await Promise.all(
    (await found.all()).map(async (one) => ({ one, top: (await one.boundingBox())?.y ?? 0 })),
  );
  return places.sort((a, b) => a.top - b.top).map(({ one }) => one);
}

/** Clicks the nth lens until the form shows the export. */
async function clickLens(session: Session, form: Form, index: number, wanted: string): Promise<void> {
  await eventually(`the lens of ${wanted} opens its form`, async () => {
    const target = (await lenses(session))[index];
    if (target === undefined || !(await worked(target.click(short)))) return false;
    return await worked(
      eventually('the form', async () => (await form.tab.isVisible()) && (await form.chosen()) === wanted, {
        timeoutMs: patience / 3,
      }),
    );
  });
}

async function change(session: Session, folder: string, containing: string, line: string): Promise<void> {
  const file = join(folder, source);
  await openLeft(session, source);
  await session.editLine(file, containing, line);
  await session.save();
  assert.ok((await readFile(file, 'utf8')).includes(line), 'what was typed is not what was saved');
}

/** A folder with the WIT, beside which the project is made. */
async function place(t: TestContext): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-custom-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  await cp(join(root, 'test', 'fixtures', 'words', 'wit'), join(parent, 'contract'), { recursive: true });
  return parent;
}

test(
  'a plugin for a WIT that nobody knows: made, called from lens and form, changed, replayed',
  { skip: await missing('javascript') },
  async (t) => {
    const parent = await place(t);
    const folder = join(parent, name);
    await using session = await openWorkbench({});
    const form = new Form(session);
    const step = stepsOf(t);

    try {
      await step('the wizard takes the WIT, asks for the world and makes the project', async () => {
        await session.runCommand('Hotplug: New Plugin…');
        await session.pick('Your own WIT');
        await session.pick('Choose a folder…');
        await session.chooseFolder('Choose the Folder of the WIT', join(parent, 'contract'));
        await session.pick('plugin');
        await session.pick('JavaScript');
        await session.answer('Name of the plugin', name);
        await session.pick('Choose a folder…');
        await session.chooseFolder('Choose the Parent Folder', parent);
        await session.pick('Open here');
        await eventually('the project is open', async () => (await session.page.title()).includes(name));
        await session.ready();
        const wit = await readFile(join(folder, 'wit', 'words.wit'), 'utf8');
        assert.ok(wit.includes('world listener'), 'the whole WIT is copied');
      });

      await step('each export has a lens, which opens the form at it', async () => {
        await session.openView('Hotplug');
        await openLeft(session, 'wit/words.wit');
        await eventually('the lenses', async () => (await lenses(session)).length === 3);
        await session.screenshot('custom-1-lenses');
        await clickLens(session, form, 2, 'spin');
        const frame = await form.frame();
        await frame.getByText('Not running').waitFor();
        assert.equal(await frame.locator('button.call').isDisabled(), true);
        await session.screenshot('custom-2-form');
      });

      await step('it is started from the form', async () => {
        const start = (await form.frame()).getByRole('button', { name: 'Start Plugin' });
        await clickUntil('the plugin is started', start, async () => !(await start.isVisible()));
        // The first build makes an interpreter for the world.
        await treeShows(session, `JavaScript plugin, Running`, 5 * patience);
        await treeShows(session, `Events: ${samples} handled`);
        await (await form.frame()).locator('button.call:enabled').waitFor();
      });

      await step('an argument is checked as it is typed, and the call is answered', async () => {
        await form.fill('turns', '-1');
        const frame = await form.frame();
        await frame.getByText('expected a whole number from 0 to').waitFor();
        await form.fill('turns', '18446744073709551615');
        await frame.locator('.problem').waitFor({ state: 'hidden' });
        assert.deepEqual(await form.call(), {
          asked: 'spin(18446744073709551615)',
          answer: '0',
          ok: true,
        });
      });

      await step('a lens in the WIT of another package goes to its export in the same form', async () => {
        await openLeft(session, 'wit/deps/shapes.wit');
        await eventually('the lens', async () => (await lenses(session)).length === 1);
        await clickLens(session, form, 0, 'acme:shapes/area@0.1.0#measure');
        await form.fill('shape width', '2');
        const { asked, answer } = await form.call();
        assert.deepEqual([asked, answer], ['area.measure({width: 2, height: 0})', '0']);
      });

      await step('text is text, flags are ticked, and what it gives is shown with its record', async () => {
        await (await form.frame()).locator('select.export').selectOption('count');
        await form.fill('text', 'say "hé"');
        await form.check('how skip-numbers');
        assert.deepEqual(await form.call(), {
          asked: 'count("say \\"hé\\"", {skip-numbers})',
          answer: 'ok({words: 0, longest: "", by-length: []})',
          ok: true,
        });
        await session.screenshot('custom-3-called');
        const show = (await form.frame()).getByRole('button', { name: 'Show the call in the trace' }).first();
        const row = '.row[aria-selected="true"]';
        await clickUntil('the trace opens', show, async () =>
          session.page.locator('.part.panel', { hasText: 'Trace' }).isVisible(),
        );
        const trace = await session.webview('.filter-text');
        await trace.locator(row, { hasText: 'count' }).waitFor();
      });

      await step(
        'after a change the same call gives another result, and the replay says how many differ',
        async () => {
          await change(session, folder, 'return { words: 0', after);
          // The sample and the call of the form.
          await statusShows(session, `${name}: 2 of ${samples + 3} events differ`);
          await form.show();
          const { answer } = await form.call();
          assert.equal(answer, 'ok({words: 8, longest: "say \\"hé\\"", by-length: [(1, 2)]})');
          await session.screenshot('custom-4-changed');
        },
      );

      await step('a change that changes nothing is the same', async () => {
        await change(session, folder, 'return { words: text.length', `${after} // the same`);
        await statusShows(session, `${name}: same, 1 event`);
      });

      await step('an export that throws is reported, and the plugin starts again from the form', async () => {
        await change(session, folder, 'return { words: text.length', "  throw new Error('no words today');");
        await statusShows(session, `${name}: 1 of 1 event differs`);
        await form.show();
        const { answer, ok } = await form.call();
        assert.equal(ok, false);
        assert.match(answer, /no words today/);
        const start = (await form.frame()).getByRole('button', { name: 'Start Plugin' });
        await start.waitFor();
        await session.screenshot('custom-5-failed');
        const canCall = (await form.frame()).locator('button.call:enabled');
        await clickUntil('the plugin is started', start, () => canCall.isVisible());
        await change(session, folder, 'throw new Error', before);
        await form.show();
        // A call that comes before the new build ends the old one once more.
        await eventually(
          'the corrected plugin answers',
          async () => (await worked(canCall.waitFor(short))) && (await form.call()).ok,
        );
      });

      await step('lenses follow the WIT: a mistake leaves them, a new export gets one', async () => {
        const file = join(folder, 'wit', 'words.wit');
        await openLeft(session, 'wit/words.wit');
        await session.editLine(file, 'export forget', '  export forget: func(');
        await session.save();
        await eventually('the lenses of before', async () => (await lenses(session)).length === 3);
        await session.editLine(file, 'export forget', '  export forget: func(); export remember: func();');
        await session.save();
        await eventually('a lens more', async () => (await lenses(session)).length === 4);
        await form.show();
        const options = (await form.frame()).locator('select.export option');
        await eventually('the form has it, too', async () =>
          (await options.allTextContents()).includes('remember'),
        );
      });
    } finally {
      await session.screenshot('custom-last');
    }
  },
);

test('in Restricted Mode the WIT is read, its lenses open the form, and nothing runs', async (t) => {
  const parent = await place(t);
  const wit = join(parent, 'contract');
  const request = { contract: 'custom', language: 'javascript', name, parent, wit, world: 'plugin' };
  const { folder } = await scaffold(request);
  const settings = { 'security.workspace.trust.startupPrompt': 'never' };
  await using session = await openWorkbench({ folder, workspaceTrust: true, settings });
  const form = new Form(session);
  await openLeft(session, 'wit/words.wit');
  await eventually('the lenses', async () => (await lenses(session)).length === 3);
  await clickLens(session, form, 0, 'count');
  const frame = await form.frame();
  await frame.getByText('Nothing is run in Restricted Mode. Not running.').waitFor();
  assert.equal(await frame.locator('button.call').isDisabled(), true);
  assert.equal(await frame.getByRole('button', { name: 'Start Plugin' }).count(), 0);
  await form.fill('text', 'still checked');
  await form.fill('text in WAVE', 'still checked');
  await frame.getByText('expected a string in double quotes').waitFor();
  await session.screenshot('custom-restricted');
});
