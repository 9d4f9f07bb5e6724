import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Frame } from 'playwright-core';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { buildPatience, eventually } from './harness/eventually.ts';
import type { Session } from './harness/session.ts';
import { clickUntil, soon } from './harness/tries.ts';
import { openWorkbench } from './harness/workbench.ts';
import { stepsOf } from './steps.ts';
import { missing } from './walk.ts';

const parser = 'my-lines';
const reader = 'my-reader';
const source = 'src/lib.rs';
/** A plugin that is installed already, without a component. */
const broken = 'broken';

/** A line of the template, and what the walk makes of it. */
const column = {
  containing: '("Component", ',
  changed: '    ("Part", "Who says so; with a question mark where nobody knows it", 120),',
};
const loop = {
  containing: '        PARSER.with_borrow_mut(|parser| {',
  endless: '        PARSER.with_borrow_mut(|parser| { while std::hint::black_box(true) {}',
  changed: '        PARSER.with_borrow_mut(|parser| {',
};

/** The table of rows of a workbench. */
class Rows {
  readonly #frame: Frame;

  private constructor(frame: Frame) {
    this.#frame = frame;
  }

  static async open(session: Session): Promise<Rows> {
    await session.runCommand('Hotplug: Open Rows');
    return new Rows(await session.webview('.header .caption'));
  }

  async captions(): Promise<readonly string[]> {
    return await this.#texts('.header .caption');
  }

  async shown(): Promise<readonly string[]> {
    return await this.#texts('.layer > .row:not([hidden])');
  }

  async #texts(selector: string): Promise<readonly string[]> {
    return await this.#frame.evaluate<readonly string[]>(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent)`,
    );
  }
}

async function treeShows(session: Session, ...words: readonly string[]): Promise<void> {
  await eventually(`the Hotplug view shows "${words.join(' … ')}"`, () => session.treeRows(), {
    until: (rows) => rows.some((row) => words.every((word) => row.includes(word))),
    timeoutMs: buildPatience,
  });
}

async function change(session: Session, file: string, line: string, to: string): Promise<void> {
  await session.runCommand('View: Focus First Editor Group');
  await session.openFile(`${parser}/${source}`);
  await session.editLine(file, line, to);
  await session.save();
}

async function walk(t: TestContext, session: Session, folder: string, home: string): Promise<void> {
  const step = stepsOf(t);
  const file = join(folder, parser, source);
  const config = join(folder, parser, 'hotplug.json');

  await step('a new parser is started, and its sample log is rows', async () => {
    await session.ready();
    await session.openView('Hotplug');
    await session.runCommand('Hotplug: New Plugin…');
    await session.pick('Chipmunk parser');
    await session.pick('Rust');
    await session.answer('Name of the plugin', parser);
    await session.pick(basename(folder));
    await treeShows(session, `${parser}, Rust plugin`);
    await session.chooseFrom('Hotplug: Start Plugin', parser);
    await treeShows(session, `${parser}, Rust plugin, Running`);
    await treeShows(session, 'Input: app.log', 'done');
    const rows = await Rows.open(session);
    await eventually('the rows are there', async () => (await rows.shown()).length > 5);
    await eventually('the columns are there', () => rows.captions(), {
      until: (captions) => captions.includes('Component'),
    });
    await session.screenshot('chipmunk-1-rows');
  });

  await step('another format in the source fills the table again', async () => {
    await change(session, file, column.containing, column.changed);
    const rows = await Rows.open(session);
    await eventually('the new column is there', () => rows.captions(), {
      until: (captions) => captions.includes('Part') && !captions.includes('Component'),
    });
    await eventually('the rows are there again', async () => (await rows.shown()).length > 5);
    await session.screenshot('chipmunk-2-format');
  });

  await step('another value in the form makes other rows, and is kept', async () => {
    await session.chooseFrom('Hotplug: Configure Plugin…', parser);
    const form = await session.webview('form .item');
    const level = form.getByRole('combobox', { name: 'Level', exact: true });
    await level.selectOption('error');
    await eventually('the value is kept', async () =>
      (await readFile(config, 'utf8')).includes('"level": "error"'),
    );
    const rows = await Rows.open(session);
    await eventually('only errors are left', () => rows.shown(), {
      until: (shown) => shown.length > 0 && shown.every((row) => !row.includes('INFO')),
    });
    await form.getByRole('textbox', { name: 'Longest message', exact: true }).fill('1x');
    await form.getByText('it has to be a whole number of 32 bits').waitFor();
    await session.screenshot('chipmunk-3-form');
    assert.ok(!(await readFile(config, 'utf8')).includes('1x'));
    await form.getByRole('button', { name: 'Reset Level to its default, trace' }).click();
    await eventually('the value is gone', async () => !(await readFile(config, 'utf8')).includes('"level"'));
    await eventually('all rows are back', async () => (await rows.shown()).length > 5);
  });

  await step('the bytes of a byte source are rows, too', async () => {
    await session.chooseFrom('Hotplug: Start Plugin', reader);
    await treeShows(session, `${reader}, C plugin, Running`);
    await treeShows(session, `Input: ${reader}`, 'done');
    const rows = await Rows.open(session);
    // The hour is that of a file which only the byte source reads.
    const isChained = async (): Promise<boolean> =>
      (await rows.shown()).some((row) => row.includes('2026-11-21T11:00:00'));
    assert.ok(!(await isChained()));
    await eventually('the parser is given what the byte source reads', async () => {
      await session.chooseFrom('Hotplug: Start Input…', parser);
      await session.pick(reader);
      return await soon(isChained);
    });
    await session.screenshot('chipmunk-4-chain');
  });

  await step('a parser that hangs is stopped, and the next save runs again', async () => {
    await change(session, file, loop.containing, loop.endless);
    await treeShows(session, `${parser}, Rust plugin, Failed`);
    await treeShows(session, 'Last error');
    await session.screenshot('chipmunk-5-hung');
    await change(session, file, loop.containing, loop.changed);
    await treeShows(session, `${parser}, Rust plugin, Running`);
  });

  await step(
    "its release build is installed into Chipmunk's folder, put aside and brought back",
    async () => {
      const store = join(home, '.chipmunk', 'plugins', 'parsers');
      const installed = async (): Promise<readonly string[]> => await readdir(store).catch(() => []);
      const { page } = session;
      const section = page.locator('.sidebar .pane-header', { hasText: 'Chipmunk Plugins' });
      const isOpen = async (): Promise<boolean> => (await section.getAttribute('aria-expanded')) === 'true';
      await clickUntil('the view of plugins is open', section, isOpen);
      await treeShows(session, `${parser}, parser of a project, not built for release`);
      // It is the folder of the test, and not the user's own, that everything below changes.
      await treeShows(session, `${broken}, parser, invalid`);
      await session.chooseFrom('Hotplug: Add Plugin to Chipmunk…', 'From a project…');
      await session.pick(parser);
      await treeShows(session, `${parser}, parser, valid`);
      assert.deepEqual(
        (await readdir(join(store, parser))).filter((name) => name.endsWith('.wasm')),
        [`${parser}.wasm`],
      );
      await session.chooseFrom('Hotplug: Disable Chipmunk Plugin…', parser);
      await treeShows(session, `${parser}, parser, disabled`);
      assert.ok(!(await installed()).includes(parser));
      await session.runCommand('Hotplug: Undo Last Change of Chipmunk Plugins');
      await treeShows(session, `${parser}, parser, valid`);
      assert.ok((await installed()).includes(parser));
      const item = page
        .locator('.sidebar .monaco-list-row', { hasText: parser })
        .and(page.locator('[aria-label^="my-lines, parser, valid"]'));
      const details = page.locator('.tab', { hasText: `${parser}.txt` });
      await clickUntil('the details are shown', item, () => details.isVisible());
      await session.screenshot('chipmunk-6-library');
      // What goes away on the disk goes away in the view.
      await rm(join(store, parser), { recursive: true });
      await eventually('the plugin is gone', () => session.treeRows(), {
        until: (rows) => !rows.some((row) => row.includes(`${parser}, parser, valid`)),
      });
    },
  );
}

test(
  'a Chipmunk parser, from a new project to an installed plugin',
  { skip: (await missing('rust')) || (await missing('c')) },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'hotplug-chipmunk-'));
    const home = await mkdtemp(join(tmpdir(), 'hotplug-home-'));
    t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    t.after(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
    await mkdir(join(home, '.chipmunk', 'plugins', 'parsers', broken), { recursive: true });
    await scaffold({ contract: 'chipmunk-bytesource', language: 'c', name: reader, parent: folder });
    await using session = await openWorkbench({ folder, settings: { 'hotplug.chipmunk.home': home } });
    try {
      await walk(t, session, folder, home);
    } finally {
      await session.screenshot('chipmunk-last');
    }
  },
);
