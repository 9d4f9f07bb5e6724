import type { Frame } from 'playwright-core';
import type { Session } from './session.ts';

/** A row of the trace as a person reads it. */
export interface TraceRow {
  readonly kind: string;
  readonly name: string;
  readonly summary: string;
}

/** Whether a row has all of these words: rows of the filter before stay on show until the first answer for the next. */
function matches({ kind, name, summary }: TraceRow, words: string): boolean {
  const text = `${kind} ${name} ${summary}`.toLowerCase();
  return words.split(' ').every((word) => text.includes(word.toLowerCase()));
}

/** Runs inside the panel: position, kind, name and summary of every row that is drawn. */
const readRows = `[...document.querySelectorAll('.row[aria-rowindex]:not([hidden])')].map((row) => [
  Number(row.getAttribute('aria-rowindex')),
  ...['kind', 'name', 'summary'].map((cell) => row.querySelector('.' + cell)?.textContent.trim() ?? ''),
])`;

/** The trace panel of a workbench. */
export class Trace {
  readonly #frame: Frame;

  private constructor(frame: Frame) {
    this.#frame = frame;
  }

  static async open(session: Session): Promise<Trace> {
    await session.runCommand('Hotplug: Open Trace');
    return new Trace(await session.webview('.filter-text'));
  }

  /** Shows only rows with these words, and gives those on show, oldest first. */
  async rows(words: string): Promise<readonly TraceRow[]> {
    const input = this.#frame.locator('.filter-text input');
    if ((await input.inputValue()) !== words) await input.fill(words);
    // In one go, because the panel moves its rows whenever there are more.
    const read = await this.#frame.evaluate<readonly (readonly [number, string, string, string])[]>(readRows);
    return read
      .toSorted(([a], [b]) => a - b)
      .map(([, kind, name, summary]) => ({ kind, name, summary }))
      .filter((row) => matches(row, words));
  }

  /** The newest row with these words. */
  async newest(words: string): Promise<TraceRow | undefined> {
    return (await this.rows(words)).at(-1);
  }
}
