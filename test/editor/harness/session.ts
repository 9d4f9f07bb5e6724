import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { cache } from '../../../scripts/paths.ts';
import { clickArrives } from './clicks.ts';
import { eventually, patience } from './eventually.ts';
import { QuickInput } from './quickInput.ts';
import { clickUntil, short, soon, worked } from './tries.ts';

const screenshots = join(cache, 'screenshots', 'editor');

/** A workbench in a browser, driven by keyboard and mouse as a person does. */
export class Session implements AsyncDisposable {
  readonly page: Page;
  /** Where the workbench keeps settings, state and logs. */
  readonly home: string;
  readonly #quickInput: QuickInput;
  readonly #end: () => Promise<void>;

  constructor(page: Page, home: string, end: () => Promise<void>) {
    this.page = page;
    this.home = home;
    this.#quickInput = new QuickInput(page);
    this.#end = end;
    page.setDefaultTimeout(patience);
  }

  /** Resolves once the workbench takes commands. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench .statusbar-item').first().waitFor();
    await this.page.locator('.monaco-workbench .activitybar .action-item').first().waitFor();
  }

  /** Runs a command from the palette by the title shown there, once: `Hotplug: New Plugin...`. */
  async runCommand(title: string): Promise<void> {
    // A command of an extension is offered only once the extension host has told the workbench of it.
    await eventually(`the palette runs "${title}"`, () => this.#command(title));
  }

  /**
   * Runs a command that shows a list, and chooses an entry. A list closes when something else takes the focus, as a tree
   * does that is refreshed: then the command is run again.
   */
  async chooseFrom(title: string, label: string): Promise<void> {
    await eventually(
      `"${label}" is chosen from "${title}"`,
      async () => (await this.#command(title)) && (await soon(() => this.#quickInput.choose(label))),
    );
  }

  /** The commands of this title that the palette offers now. */
  async offered(title: string): Promise<readonly string[]> {
    await eventually('the palette opens', () => this.#quickInput.ask('F1', `>${title}`));
    const rows = await this.#quickInput.matching();
    await this.page.keyboard.press('Escape');
    return rows.filter((row) => row === title);
  }

  /** Chooses an entry of the quick pick that is or will be open. */
  async pick(label: string): Promise<void> {
    await this.#quickInput.pick(label);
  }

  /** Types into the input box that is or will be open, whose prompt or placeholder contains this, and accepts. */
  async answer(prompt: string, text: string): Promise<void> {
    await this.#quickInput.answer(prompt, text);
  }

  /** As {@link answer}, without accepting. */
  async fill(prompt: string, text: string): Promise<void> {
    await this.#quickInput.fill(prompt, text);
  }

  /** Chooses a folder in the workbench's own file dialog, which has this title. */
  async chooseFolder(title: string, folder: string): Promise<void> {
    await this.#quickInput.chooseFolder(title, folder);
  }

  /** Saves as this file in the workbench's own file dialog, which has this title. */
  async saveAs(title: string, file: string): Promise<void> {
    await this.#quickInput.saveAs(title, file);
  }

  /** The message below the open input box: its prompt, or what is wrong with what was typed. */
  async inputMessage(): Promise<string> {
    return await this.#quickInput.message();
  }

  /** Clicks the element of this selector, once, however often that has to be tried. */
  async clickOnce(selector: string): Promise<void> {
    const target = this.page.locator(selector).first();
    await eventually(`${selector} is clicked`, () => clickArrives(this.page, target, selector));
  }

  /** Chooses from the context menu of a row until that has had its effect; not for what must not be done twice. */
  async chooseFromMenu(row: Locator, label: string, effect: () => Promise<boolean>): Promise<void> {
    const entry = this.menuEntry(label);
    await eventually(`"${label}" of the menu has had its effect`, async () => {
      if (await effect()) return true;
      if (!(await entry.isVisible())) {
        await worked(row.click({ button: 'right', ...short }));
        if (!(await worked(entry.waitFor(short)))) return false;
      }
      await worked(entry.click(short));
      return await soon(effect);
    });
  }

  /** An entry of the context menu that is open. */
  menuEntry(label: string): Locator {
    return this.page.locator('.context-view:not([inert]) .action-label', { hasText: label }).first();
  }

  /** Opens a file of the workspace in the text editor. */
  async openFile(path: string): Promise<void> {
    await this.open(path);
    await this.#editorFocus();
  }

  /** Opens a file of the workspace in whatever editor it has. */
  async open(path: string): Promise<void> {
    const name = path.split('/').at(-1) ?? path;
    const tab = this.page.locator('.tab.active', { hasText: name });
    await eventually(
      `${path} opens`,
      async () =>
        (await this.#quickInput.ask('Control+P', path)) &&
        (await this.#quickInput.choose(name)) &&
        (await soon(() => tab.isVisible())),
    );
  }

  /** Replaces, by typing, the first line of the open file, which is saved, that contains a text; the file on disk tells which it is. */
  async editLine(file: string, containing: string, replacement: string): Promise<void> {
    const lines = (await readFile(file, 'utf8')).split('\n');
    const index = lines.findIndex((line) => line.includes(containing));
    if (index < 0) throw new Error(`No line of ${file} contains ${containing}.`);
    const dirty = this.page.locator('.tab.active.dirty');
    await eventually(`line ${index + 1} is edited`, async () => {
      await this.goToLine(index + 1);
      await this.page.keyboard.press('Home');
      await this.page.keyboard.press('Home');
      await this.page.keyboard.press('Shift+End');
      await this.page.keyboard.insertText(replacement);
      return await worked(dirty.waitFor(short));
    });
  }

  /** Puts the cursor of the open file into a line, counted from 1. */
  async goToLine(line: number): Promise<void> {
    const goTo = `:${line}`;
    await eventually(`the editor is at line ${line}`, async () => {
      if (!(await this.#quickInput.ask('Control+G', goTo)) || !(await this.#quickInput.accept()))
        return false;
      return await soon(async () => (await this.statusBar()).some((item) => item.includes(`Ln ${line},`)));
    });
    await this.#quickInput.waitClosed();
    await this.#editorFocus();
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
    // A click on the one that is open closes it, and the next one opens it.
    await clickUntil(`the view ${name} is open`, action, () => title.isVisible());
  }

  /** The rows of a tree view in the side bar, as their accessible names. */
  async treeRows(): Promise<readonly string[]> {
    return await this.#labels('.sidebar .monaco-list-row');
  }

  /** How often a plugin was reloaded, as the Hotplug view shows it. */
  async reloads(): Promise<number> {
    const counts = (await this.treeRows()).map((row) => /^Reloads: (\d+)/.exec(row)?.[1]);
    return Number(counts.find((count) => count !== undefined) ?? Number.NaN);
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

  async #command(title: string): Promise<boolean> {
    return (await this.#quickInput.ask('F1', `>${title}`)) && (await this.#quickInput.choose(title));
  }

  /** Waits until what is typed goes into the text editor; inputs of views are text editors, too. */
  async #editorFocus(): Promise<void> {
    await this.page.locator('.part.editor .monaco-editor.focused').waitFor();
  }
}
