import { complete, parse, PROBLEMS } from '../../extension/recording/filter/index.ts';
import type { Client } from '../client.ts';
import type { FilterProblem, Vocabulary } from '../protocol.ts';
import { translated } from '../text.ts';
import type { Completion } from './words.ts';

const nothing: Vocabulary = { plugins: [], names: [], types: [] };

/** Oldest that the names of a recording may be when something is typed, in ms. */
const freshMs = 5000;

/**
 * Completions of the filter language with the names of the recording that is shown: for
 * {@link FilterInputOptions.complete}. The names are asked for when something is typed, and not again for
 * some seconds; `forget` is for another recording.
 */
export function completions(client: Pick<Client, 'ask'>): {
  readonly complete: (text: string, caret: number) => readonly Completion[];
  readonly forget: () => void;
} {
  let vocabulary = nothing;
  let askedAt = Number.NEGATIVE_INFINITY;

  async function refresh(): Promise<void> {
    if (performance.now() - askedAt < freshMs) return;
    askedAt = performance.now();
    try {
      vocabulary = (await client.ask('vocabulary', {})) ?? vocabulary;
    } catch {
      // Then there are no names in the list; the filter itself says what is wrong with the recording.
      vocabulary = nothing;
    }
  }

  return {
    complete: (text, caret) => {
      void refresh();
      return complete(text, caret, vocabulary)
        .filter(({ insert, start, end }) => insert !== text.slice(start, end))
        .map((completion) => ({ ...completion, detail: translated(completion.detail) }));
    },
    forget: () => {
      vocabulary = nothing;
      askedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** What is wrong with a filter's text, in the editor's language. */
export function problemText({ code, values }: FilterProblem): string {
  return translated(PROBLEMS[code], ...values);
}

/** What is wrong with a filter's text, before anything was searched. */
export function problemOf(text: string): FilterProblem | undefined {
  return parse(text).problems[0];
}
