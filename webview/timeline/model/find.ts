import type { SearchQuery, SearchResult } from '../../protocol.ts';

/** A search that has not seen everything is asked again so often, in ms, and so many times. */
const searchEvery = 30;
const mostTurns = 400;

export interface Find {
  readonly filter: string;
  readonly by: 1 | -1;
  /** The record to begin behind; the edge of the recording where none is chosen. */
  readonly from: number;
  /** Before the first record, or behind the last one. */
  readonly edge: number;
}

/** The next record that matches, around the end of the recording if need be. `search` answers undefined where nobody wants to know any more. */
export async function find(
  { filter, by, from, edge }: Find,
  search: (query: SearchQuery) => Promise<SearchResult | undefined>,
): Promise<SearchResult | undefined> {
  const ask = async (start: number): Promise<SearchResult | undefined> => {
    for (let turn = 0; ; turn += 1) {
      const answer = await search({ filter, from: start, by });
      // The host looks for so long at a question; the next one goes on from there.
      if (answer === undefined || answer.record !== undefined || answer.complete || turn >= mostTurns)
        return answer;
      await new Promise((resolve) => setTimeout(resolve, searchEvery));
    }
  };
  const found = await ask(from);
  const isRound = found?.record === undefined && (found?.matching ?? 0) > 0 && from !== edge;
  return isRound ? await ask(edge) : found;
}
