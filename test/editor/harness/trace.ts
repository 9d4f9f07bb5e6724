import type { Frame } from 'playwright-core';
import type { Session } from './session.ts';

/** A row of the trace as a person reads it. */
export interface TraceRow {
  /** As the filter calls it: `hostCall`. */
  readonly kind: string;
  readonly name: string;
  readonly summary: string;
}

/**
 * Whether the filter lets a row pass: rows of the filter before stay on show until the first answer for the next.
 * Understands words, `kind:` and `fn:`; of any other field the panel's answer is believed.
 */
function matches({ kind, name, summary }: TraceRow, filter: string): boolean {
  const text = `${kind} ${name} ${summary}`.toLowerCase();
  return filter.split(' ').every((term) => {
    const [, field, value = ''] = /^([a-z]+):(.*)$/.exec(term) ?? [];
    switch (field) {
      case undefined:
        return text.includes(term.toLowerCase());
      case 'kind':
        return value.split(',').includes(kind);
      case 'fn':
        return value.split(',').some((wanted) => name === wanted || name.endsWith(`#${wanted}`));
      default:
        return true;
    }
  });
}

/** Runs inside the panel: position, kind, name and summary of every row that is drawn. */
const readRows = `[...document.querySelectorAll('.row[aria-rowindex]:not([hidden])')].map((row) => [
  Number(row.getAttribute('aria-rowindex')),
  row.querySelector('.badge')?.dataset.kind ?? '',
  ...['name', 'summary'].map((cell) => row.querySelector('.' + cell + ' .text')?.textContent.trim() ?? ''),
])`;

/** The trace panel of a workbench. */
export class Trace {
  /** Its document. */
  readonly frame: Frame;

  private constructor(frame: Frame) {
    this.frame = frame;
  }

  static async open(session: Session): Promise<Trace> {
    await session.runCommand('Hotplug: Open Trace');
    return new Trace(await session.webview('.filter-text'));
  }

  /** Shows only the rows of a filter, and gives those on show, oldest first. */
  async rows(filter: string): Promise<readonly TraceRow[]> {
    const input = this.frame.locator('.filter-text input');
    if ((await input.inputValue()) !== filter) await input.fill(filter);
    // In one go, because the panel moves its rows whenever there are more.
    const read = await this.frame.evaluate<readonly (readonly [number, string, string, string])[]>(readRows);
    return read
      .toSorted(([a], [b]) => a - b)
      .map(([, kind, name, summary]) => ({ kind, name, summary }))
      .filter((row) => matches(row, filter));
  }

  /** The newest row of a filter. */
  async newest(filter: string): Promise<TraceRow | undefined> {
    return (await this.rows(filter)).at(-1);
  }
}
