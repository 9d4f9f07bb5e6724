/** What a run met that is odd: every kind of thing once, as it was the first time, with how often. */
import type { RunNote } from '../../host/produce.ts';

export class RunNotes {
  readonly #notes = new Map<string, RunNote & { times: number }>();

  /** Notes something of this kind; the text is asked for the first time only. */
  add(kind: string, note: () => RunNote, times = 1): void {
    const known = this.#notes.get(kind);
    if (known === undefined) this.#notes.set(kind, { ...note(), times });
    else known.times += times;
  }

  get list(): readonly (RunNote & { readonly times: number })[] {
    return [...this.#notes.values()];
  }
}

/** What a source says of itself, as notes. */
export function sourceNotes(texts: readonly string[]): (RunNote & { readonly times: number })[] {
  return texts.map((text) => ({ severity: 'warning', fault: 'input', text, advice: '', times: 1 }));
}
