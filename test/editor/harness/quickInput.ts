import { basename } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { clickArrives } from './clicks.ts';
import { eventually, patience } from './eventually.ts';
import { short, soon, worked } from './tries.ts';

/** One that is closing is still drawn for a moment. */
const widget = '.quick-input-widget:not([inert])';
const rows = '.quick-input-list .monaco-list-row';

/** Runs in the page: what tells one box from the next; null where none is open. */
const readQuestion = `(() => {
  const widget = document.querySelector(${JSON.stringify(widget)});
  if (widget === null || widget.offsetParent === null) return null;
  const input = widget.querySelector('.quick-input-box input');
  const title = widget.querySelector('.quick-input-titlebar')?.textContent;
  const description = widget.querySelector('.quick-input-header')?.textContent;
  return JSON.stringify([title, description, input?.placeholder, input?.value]);
})()`;

/** The box at the top of the workbench: the palette, lists to choose from, inputs, the dialog for files. */
export class QuickInput {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Opens a box with a key and types into it; false where something else took the focus meanwhile. */
  async ask(key: string, text: string): Promise<boolean> {
    const input = this.#input();
    // One that is open already keeps the list that it was opened with.
    if (await input.isVisible()) {
      await this.#page.keyboard.press('Escape');
      await worked(input.waitFor({ state: 'hidden', ...short }));
    }
    await this.#page.keyboard.press(key);
    return (await worked(input.waitFor(short))) && (await worked(input.fill(text, short)));
  }

  /** Chooses the entry of this label; false where that did not come about: then nothing was chosen. */
  async choose(label: string): Promise<boolean> {
    const row = this.#row(label);
    if (!(await worked(row.waitFor(short)))) return false;
    const asked = await this.#question();
    // What pops up over an entry that the mouse rests on can cover the one that is to be clicked.
    await this.#page.mouse.move(0, 0);
    const arrived = await clickArrives(this.#page, row, `${widget} ${rows}`, label);
    return arrived && (await this.#isAnswered(asked));
  }

  /** Chooses an entry of the list that is or will be open. */
  async pick(label: string): Promise<void> {
    await eventually(`"${label}" is chosen`, () => this.choose(label));
  }

  /** The labels of the entries that match what was typed. */
  async matching(): Promise<readonly string[]> {
    // The list of before has nothing highlighted; where nothing matches, this one says so, or what is similar.
    const told = [':has(.highlight)', '[aria-label^="No matching"]', '[aria-label*="similar commands"]'];
    const filtered = told.map((which) => `${widget} ${rows}${which}`).join(', ');
    await this.#page.locator(filtered).first().waitFor();
    const labels = await this.#page.locator(`${widget} ${rows} .label-name`).allTextContents();
    return labels.map((label) => label.replaceAll(/\s+/g, ' ').trim());
  }

  /** Types into the input that is or will be open, whose prompt or placeholder contains this. */
  async fill(prompt: string, text: string): Promise<void> {
    const input = this.#input();
    await eventually(
      `an input asks for "${prompt}" and takes "${text}"`,
      async () =>
        (await this.#asksFor(prompt)) &&
        // It is drawn anew when it gets its list or its prompt.
        (await worked(input.fill(text, short))) &&
        (await input.inputValue(short).catch(() => undefined)) === text,
    );
  }

  /** As {@link fill}, and accepts. */
  async answer(prompt: string, text: string): Promise<void> {
    await this.fill(prompt, text);
    if (!(await this.accept()))
      throw new Error(`The input that asks for "${prompt}" does not accept "${text}".`);
  }

  /** Accepts what was typed; false where the box stays as it is. */
  async accept(): Promise<boolean> {
    const asked = await this.#question();
    return (
      asked !== null &&
      (await worked(this.#input().press('Enter', short))) &&
      (await this.#isAnswered(asked, patience))
    );
  }

  /** The message below the open input: its prompt, or what is wrong with what was typed. */
  async message(): Promise<string> {
    return (await this.#page.locator(`${widget} .quick-input-message`).textContent()) ?? '';
  }

  /** Chooses a folder in the workbench's own file dialog, which has this title. */
  async chooseFolder(title: string, folder: string): Promise<void> {
    const dialog = this.#page.locator(widget).filter({ hasText: title });
    const input = this.#input();
    await dialog.waitFor();
    // The dialog writes into its own input while it lists folders, and ignores Enter until it has.
    await eventually('the dialog takes the folder', async () => {
      if (!(await dialog.isVisible())) return true;
      if (!(await worked(input.fill(folder, short)))) return false;
      await worked(dialog.locator('.label-name', { hasText: basename(folder) }).waitFor(short));
      if ((await input.inputValue(short).catch(() => undefined)) !== folder) return false;
      await worked(input.press('Enter', short));
      return await worked(dialog.waitFor({ state: 'hidden', ...short }));
    });
  }

  /** Types the file that something is saved as into the workbench's own file dialog, which has this title. */
  async saveAs(title: string, file: string): Promise<void> {
    const dialog = this.#page.locator(widget).filter({ hasText: title });
    const input = this.#input();
    await dialog.waitFor();
    // It begins with the folder, and writes the name that was proposed over what was typed until then.
    await eventually('the dialog proposes a name', () => input.inputValue(short).catch(() => ''), {
      until: (value) => /[^/]$/.test(value),
    });
    await eventually(`the dialog takes ${file}`, async () => {
      if (!(await dialog.isVisible())) return true;
      if (!(await worked(input.fill(file, short)))) return false;
      if ((await input.inputValue(short).catch(() => undefined)) !== file) return false;
      await worked(input.press('Enter', short));
      return await worked(dialog.waitFor({ state: 'hidden', ...short }));
    });
  }

  async waitClosed(): Promise<void> {
    await this.#page.locator(widget).waitFor({ state: 'hidden' });
  }

  /** A box of an extension closes when the extension host says so, which can take a while. */
  async #isAnswered(asked: string | null, timeoutMs?: number): Promise<boolean> {
    return await soon(async () => (await this.#question()) !== asked, timeoutMs);
  }

  async #question(): Promise<string | null> {
    // While the window is loaded anew nothing can be asked, and nothing is open.
    return await this.#page.evaluate<string | null>(readQuestion).catch(() => null);
  }

  async #asksFor(prompt: string): Promise<boolean> {
    const texts = `[...document.querySelectorAll(${JSON.stringify(widget)})].filter((box) => box.offsetParent !== null).map((box) => {
      const input = box.querySelector('.quick-input-box input');
      return [box.textContent, input?.placeholder, input?.ariaLabel].join(' ');
    })`;
    const [text] = await this.#page.evaluate<readonly string[]>(texts);
    return text?.includes(prompt) === true;
  }

  #input(): Locator {
    return this.#page.locator(`${widget} .quick-input-box input:visible`);
  }

  #row(label: string): Locator {
    const exact = this.#page.locator('.label-name', {
      hasText: new RegExp(`^\\s*${RegExp.escape(label)}\\s*$`),
    });
    return this.#page.locator(`${widget} ${rows}`).filter({ has: exact }).first();
  }
}
