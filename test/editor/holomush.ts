/** What the author of a HoloMUSH plugin does: makes one, talks to it in the event console, changes it, and hears the change. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Frame } from 'playwright-core';
import { languages } from '../../extension/project/languages.ts';
import type { LanguageId } from '../../extension/project/project.ts';
import { holomush } from '../matrix/holomush.ts';
import { buildPatience, eventually } from './harness/eventually.ts';
import type { Session } from './harness/session.ts';
import { short, soon, worked } from './harness/tries.ts';
import { openWorkbench } from './harness/workbench.ts';

const name = 'my-echo';

/** The event console of a workbench. */
class Console {
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  static async open(session: Session): Promise<Console> {
    await session.runCommand('Hotplug: Open Event Console');
    return new Console(session);
  }

  /** Its document, which is another one after the webviews were loaded anew. */
  async #frame(): Promise<Frame> {
    return await this.#session.webview('.line input.typed');
  }

  /** What the transcript says: who, and what. */
  async said(): Promise<readonly string[]> {
    return await (
      await this.#frame()
    ).evaluate<readonly string[]>(
      `[...document.querySelectorAll('.row')].map((row) => row.querySelector('.who').textContent + ' ' + row.querySelector('.said').textContent)`,
    );
  }

  /** Has ann say something, and waits until the plugin has answered it with these words. */
  async hear(line: string, words: string): Promise<void> {
    // A console that is just shown loads anew, and with it goes what was typed into the page before.
    await eventually(`ann says "${line}"`, async () => {
      const input = (await this.#frame()).locator('.line input.typed');
      if (!(await worked(input.fill(`say ${line}`, short)))) return false;
      if (!(await worked(input.press('Enter', short)))) return false;
      return await soon(async () => (await this.said()).includes(`ann says "${line}"`));
    });
    await eventually(`${name} says ${words}`, () => this.said(), {
      until: (rows) => rows.some((row) => row.startsWith(name) && row.includes(words)),
      timeoutMs: buildPatience,
    });
  }
}

async function shown(session: Session, words: string): Promise<void> {
  await eventually(`the Hotplug view shows "${words}"`, () => session.treeRows(), {
    until: (rows) => rows.some((row) => row.includes(words)),
    timeoutMs: buildPatience,
  });
}

/** Goes from an empty window to the changed answer, in a workbench of its own. */
export async function walkHolomush(t: TestContext, language: LanguageId): Promise<void> {
  const cell = holomush.cells[language];
  if (typeof cell === 'string') throw new Error(cell);
  const { title } = languages[language];
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-editor-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  await using session = await openWorkbench({});
  try {
    await session.runCommand('Hotplug: New Plugin…');
    await session.pick('HoloMUSH');
    await session.pick(title);
    await session.answer('Name of the plugin', name);
    await session.pick('Choose a folder…');
    await session.chooseFolder('Choose the Parent Folder', parent);
    await session.pick('Open here');
    await eventually('the project is open', async () => (await session.page.title()).includes(name));
    await session.ready();

    await session.openView('Hotplug');
    await session.runCommand('Hotplug: Start Plugin');
    await shown(session, `${title} plugin, Running`);
    const events = await Console.open(session);
    await events.hear('good evening', 'Echo: good evening');
    await session.screenshot(`holomush-${language}-1-console`);

    const source = join(parent, name, cell.source);
    const before = await session.reloads();
    await session.openFile(cell.source);
    await session.editLine(source, cell.change.containing, cell.change.replacement);
    await session.save();
    assert.ok((await readFile(source, 'utf8')).includes(cell.change.replacement));
    await eventually('the changed plugin runs', () => session.reloads(), {
      until: (count) => count > before,
      timeoutMs: buildPatience,
    });
    const again = await Console.open(session);
    await again.hear('good night', 'Echo! good night');
    await session.screenshot(`holomush-${language}-2-changed`);
  } finally {
    await session.screenshot(`holomush-${language}-last`);
  }
}
