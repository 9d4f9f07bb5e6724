/** What can be written at the caret, and how it is put there. Needs no page. */

/** One thing that can be written. */
export interface Completion {
  /** What the list shows: `plugin:` */
  readonly label: string;
  /** What it means, in the editor's language. */
  readonly detail?: string;
  /** Replaces the text from `start` to `end`. */
  readonly insert: string;
  readonly start: number;
  readonly end: number;
}

/** The text after this completion, and where the caret stands then. */
export function completed(text: string, { insert, start, end }: Completion): { text: string; caret: number } {
  return { text: text.slice(0, start) + insert + text.slice(end), caret: start + insert.length };
}

/** A text in three parts, the second of which is what is wrong; it is at least a character long where there is one. */
export function parted(
  text: string,
  problem: { readonly start: number; readonly end: number },
): readonly [before: string, wrong: string, after: string] {
  const start = Math.max(0, Math.min(problem.start, text.length - 1));
  const end = Math.min(Math.max(problem.end, start + 1), text.length);
  return [text.slice(0, start), text.slice(start, end), text.slice(end)];
}
