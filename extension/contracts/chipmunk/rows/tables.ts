/** Results that were read last, with their places, within a budget of memory. */
import type { Recording } from '../../../recording/record.ts';
import { itemsOf } from '../result.ts';
import { ResultTable } from './table.ts';

const BUDGET = 64 << 20;
/** And so many at most: those of single rows are small. */
const MOST = 4096;

export class Tables {
  /** In order of use, the newest last. */
  readonly #tables = new Map<string, ResultTable>();
  #size = 0;

  /** The items in this record of this part: those of a call, or a piece of them. */
  of(part: number, recording: Recording, record: number): ResultTable {
    const key = `${part} ${record}`;
    const known = this.#tables.get(key);
    if (known !== undefined) {
      this.#tables.delete(key);
      this.#tables.set(key, known);
      return known;
    }
    const result = itemsOf(recording.at(record));
    if (result === undefined) throw new Error(`record ${record} has no items`);
    const table = new ResultTable(Uint8Array.from(result));
    this.#size += table.size;
    for (const [oldest, { size }] of this.#tables) {
      if (this.#size <= BUDGET && this.#tables.size < MOST) break;
      this.#tables.delete(oldest);
      this.#size -= size;
    }
    this.#tables.set(key, table);
    return table;
  }

  clear(): void {
    this.#tables.clear();
    this.#size = 0;
  }
}
