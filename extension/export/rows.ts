/** Tracks of names that plugins give: not more of them than a viewer can show, and no two spans that overlap in one row. */

/** Rows of one name; more that overlap are cut to where the last row is free. */
const MOST_ROWS = 64;
/** Tracks of one plugin that are called after something; everything else shares one. */
const MOST_NAMES = 2048;
const MORE = 'more';

export interface Placed {
  /** What the track is called. */
  readonly name: string;
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

export class SpanRows {
  readonly #names = new TrackNames();
  readonly #ends = new Map<string, number[]>();

  /** Finds a row that is free from `from` on; where none is, the span begins later. */
  place(plugin: number, wanted: string, from: number, to: number): Placed {
    const name = this.#names.of(plugin, wanted);
    const key = `${plugin} ${name}`;
    let ends = this.#ends.get(key);
    if (ends === undefined) {
      ends = [];
      this.#ends.set(key, ends);
    }
    let row = ends.findIndex((end) => end <= from);
    if (row === -1) row = ends.length < MOST_ROWS ? ends.length : MOST_ROWS - 1;
    const start = Math.max(from, ends[row] ?? from);
    const end = Math.max(start, to);
    ends[row] = end;
    return { name, row, from: start, to: end };
  }
}

/** The names of a plugin's tracks. */
export class TrackNames {
  readonly #names: Set<string>[] = [];

  /** The name itself, or that of the track that is shared once there are too many. */
  of(plugin: number, name: string): string {
    const names = (this.#names[plugin] ??= new Set());
    if (!names.has(name)) {
      if (names.size >= MOST_NAMES) return MORE;
      names.add(name);
    }
    return name;
  }
}
