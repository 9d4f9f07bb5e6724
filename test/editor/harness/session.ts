import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { cache } from '../../../scripts/paths.ts';
import { eventually, patience } from './eventually.ts';

const screenshots = join(cache, 'screenshots', 'editor');

/** How long one try takes where trying again is right. */
const short = { timeout: 3000 };

/** Whether an action did what it should in its time. */
async function worked(action: Promise<void>): Promise<boolean> {
  try {
    await action;
    return true;
  } catch {
    return false;
  }
}

/** A workbench in a browser, driven by keyboard and mouse as a person does. */
export class Session implements AsyncDisposable {
  readonly page: Page;
  readonly #end: () => Promise<void>;

  constructor(page: Page, end: () => Promise<void>) {
    this.page = page;
    this.#end = end;
    page.setDefaultTimeout(patience);
  }

  /** Resolves once the workbench takes commands. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .statusbar-item').first().waitFor();
    await this.page.locator('.monaco-workbench .activitybar .action-item').first().waitFor();
  }

  /** Runs a command from the palette by the title shown there: `Hotplug: New Plugin...`. */
  async runCommand(title: string): Promise<void> {
    // A command of an extension is offered only once the extension host has told the workbench of it.
    const row = this.#quickRow(title);
    await eventually(
      `the palette offers "${title}"`,
      async () => (await this.#ask('F1', `>${title}`)) && (await worked(row.click(short))),
    );
  }

  /** The commands of this title that the palette offers now. */
  async offered(title: string): Promise<readonly string[]> {
    await eventually('the palette opens', () => this.#ask('F1', `>${title}`));
    // The list is there when it has something to say, be it that nothing matches.
    await this.#widget().locator('.quick-input-list .monaco-list-row').first().waitFor();
    const rows = await this.#labels('.quick-input-list .monaco-list-row .label-name');
    await this.page.keyboard.press('Escape');
    return rows.filter((row) => row.trim() === title);
  }

  /** Chooses an entry of the quick pick that is or will be open. */
  async pick(label: string): Promise<void> {
    const row = this.#quickRow(label);
    await row.waitFor();
    await row.click();
  }

  /** Types into the input box that is or will be open, whose prompt or placeholder contains this, and accepts. */
  async answer(prompt: string, text: string): Promise<void> {
    await this.fill(prompt, text);
    await this.page.keyboard.press('Enter');
  }

  /** As {@link answer}, without accepting. */
  async fill(prompt: string, text: string): Promise<void> {
    const input = this.#quickInput();
    await eventually(`an input asks for "${prompt}"`, async () => {
      if (!(await input.isVisible())) return false;
      const texts = [
        await this.#widget().textContent(),
        await input.getAttribute('placeholder'),
        await input.getAttribute('aria-label'),
      ];
      return texts.join(' ').includes(prompt);
    });
    await input.fill(text);
  }

  /** Chooses a folder in the workbench's own file dialog, which has this title. */
  async chooseFolder(title: string, folder: string): Promise<void> {
    const dialog = this.#widget().filter({ hasText: title });
    const input = this.#quickInput();
    await dialog.waitFor();
    // The dialog writes into its own input while it lists folders, and ignores Enter until it has.
    await eventually('the dialog takes the folder', async () => {
      if (!(await dialog.isVisible())) return true;
      await input.fill(folder);
      await worked(dialog.locator('.label-name', { hasText: basename(folder) }).waitFor(short));
      if ((await input.inputValue()) !== folder) return false;
      await this.page.keyboard.press('Enter');
      return await worked(dialog.waitFor({ state: 'hidden', ...short }));
    });
  }

  /** The message below the open input box: its prompt, or what is wrong with what was typed. */
  async inputMessage(): Promise<string> {
    return (await this.#widget().locator('.quick-input-message').textContent()) ?? '';
  }

  /** Opens a file of the workspace in the text editor. */
  async openFile(path: string): Promise<void> {
    await this.open(path);
    await this.page.locator('.monaco-editor.focused').waitFor();
  }

  /** Opens a file of the workspace in whatever editor it has. */
  async open(path: string): Promise<void> {
    const name = path.split('/').at(-1) ?? path;
    const row = this.#quickRow(name);
    const tab = this.page.locator('.tab.active', { hasText: name });
    await eventually(
      `${path} opens`,
      async () =>
        (await this.#ask('Control+P', path)) &&
        (await worked(row.click(short))) &&
        // A list that is drawn anew under the mouse takes the click and does nothing.
        (await worked(tab.waitFor(short))),
    );
  }

  /** Replaces, by typing, the first line of the open file that contains a text; the file on disk tells which it is. */
  async editLine(file: string, containing: string, replacement: string): Promise<void> {
    const lines = (await readFile(file, 'utf8')).split('\n');
    const index = lines.findIndex((line) => line.includes(containing));
    if (index < 0) throw new Error(`No line of ${file} contains ${containing}.`);
    await eventually('the line is chosen', () => this.#ask('Control+G', `:${index + 1}`));
    await this.page.keyboard.press('Enter');
    await this.#widget().waitFor({ state: 'hidden' });
    await this.page.locator('.monaco-editor.focused').waitFor();
    await this.page.keyboard.press('Home');
    await this.page.keyboard.press('Home');
    await this.page.keyboard.press('Shift+End');
    await this.page.keyboard.insertText(replacement);
  }

  /** Saves the open file and waits until its tab no longer counts as changed. */
  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
  }

  /** What the Problems view lists, a line each. */
  async problems(): Promise<readonly string[]> {
    const panel = this.page.locator('.markers-panel');
    if (!(await panel.isVisible())) await this.runCommand('Problems: Focus on Problems View');
    await panel.waitFor();
    return await panel.locator('.monaco-list-row').allInnerTexts();
  }

  /** Opens a view container by its name in the activity bar. */
  async openView(name: string): Promise<void> {
    const action = this.page.locator(`.activitybar .action-item .action-label[aria-label^="${name}"]`);
    await action.waitFor();
    const title = this.page.locator('.sidebar .composite.title', { hasText: new RegExp(name, 'i') });
    if (!(await title.isVisible())) await action.click();
    await title.waitFor();
  }

  /** The rows of a tree view in the side bar, as their accessible names. */
  async treeRows(): Promise<readonly string[]> {
    return await this.#labels('.sidebar .monaco-list-row');
  }

  /** The accessible names of what the status bar shows. */
  async statusBar(): Promise<readonly string[]> {
    return await this.#labels('.statusbar-item');
  }

  /**
   * The texts of the notifications in the notification centre, which it opens: a workbench under
   * test shows none but errors by themselves.
   */
  async notifications(): Promise<readonly string[]> {
    const centre = this.page.locator('.notifications-center.visible');
    if (!(await centre.isVisible())) await this.runCommand('Notifications: Show Notifications');
    return await centre.locator('.notification-list-item').allInnerTexts();
  }

  /** The document of a webview that has an element of this selector, once one does. */
  async webview(selector: string): Promise<Frame> {
    const found = async (): Promise<Frame | undefined> => {
      for (const frame of this.page.frames()) {
        if (frame === this.page.mainFrame()) continue;
        const count = await frame
          .locator(selector)
          .count()
          .catch(() => 0);
        if (count > 0) return frame;
      }
      return undefined;
    };
    const what = `a webview shows ${selector}`;
    const options = { until: (frame: Frame | undefined): boolean => frame !== undefined };
    let frame = await eventually(what, found, { ...options, timeoutMs: patience / 3 }).catch(() => undefined);
    if (frame === undefined) {
      // On a busy machine the workbench now and then leaves one of two webviews that open together without any content.
      console.log(`Not yet: ${what}. Reloading the webviews.`);
      await this.runCommand('Developer: Reload Webviews');
      frame = await eventually(what, found, options);
    }
    if (frame === undefined) throw new Error(`No webview shows ${selector}.`);
    return frame;
  }

  /** Puts what the window shows into .cache/screenshots/editor/. */
  async screenshot(name: string): Promise<void> {
    await mkdir(screenshots, { recursive: true });
    await this.page.screenshot({ path: join(screenshots, `${name}.png`) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  /** Accessible name and text of every element of a selector, read in one go because they come and go. */
  async #labels(selector: string): Promise<readonly string[]> {
    const read = `(item) => ((item.getAttribute('aria-label') ?? '') + ' ' + item.textContent).trim()`;
    return await this.page.evaluate<readonly string[]>(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map(${read})`,
    );
  }

  /** Opens the quick input with a key and types into it; false where something else took the focus meanwhile. */
  async #ask(key: string, text: string): Promise<boolean> {
    const input = this.#quickInput();
    // One that is open already keeps the list that it was opened with.
    if (await input.isVisible()) await this.page.keyboard.press('Escape');
    await this.page.keyboard.press(key);
    return (await worked(input.waitFor(short))) && (await worked(input.fill(text, short)));
  }

  #widget(): Locator {
    return this.page.locator('.quick-input-widget');
  }

  #quickInput(): Locator {
    return this.#widget().locator('.quick-input-box input');
  }

  #quickRow(label: string): Locator {
    const exact = this.page.locator('.label-name', {
      hasText: new RegExp(`^\\s*${RegExp.escape(label)}\\s*$`),
    });
    return this.#widget().locator('.quick-input-list .monaco-list-row').filter({ has: exact }).first();
  }
}
