import type { RowKind } from '../query.ts';
import { visible } from '../visible.ts';

/** What an entry of a lane is, for statistics by function. */
export type EntryKind = RowKind | 'span';

/** Ids fit into two bytes; what comes after is named by its record. */
const MOST = 0xffff;

const LONGEST_NAME = 200;

/** Names of entries with their kinds, each once. */
export class EntryNames {
  readonly #ids = new Map<EntryKind, Map<string, number>>();
  readonly #texts: string[] = [''];
  readonly #kinds: (EntryKind | undefined)[] = [undefined];

  /** 0 where there are too many. */
  idOf(kind: EntryKind, text: string): number {
    let ids = this.#ids.get(kind);
    if (ids === undefined) {
      ids = new Map();
      this.#ids.set(kind, ids);
    }
    const known = ids.get(text);
    if (known !== undefined) return known;
    const id = this.#texts.length;
    if (id > MOST) return 0;
    ids.set(text, id);
    this.#texts.push(text);
    this.#kinds.push(kind);
    return id;
  }

  textOf(id: number): string {
    return this.#texts[id] ?? '';
  }

  /** Undefined for 0. */
  kindOf(id: number): EntryKind | undefined {
    return this.#kinds[id];
  }
}

/** A name as it leaves: nothing in it is interpreted, and it is no page of text. */
export function shownName(text: string): string {
  return visible(text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text);
}
