import type { Filter } from '../filter/filter.ts';
import type { Recording } from '../record.ts';
import type { Deadline } from './deadline.ts';
import type { Look } from './look.ts';
import { RecordSet } from './record-set.ts';
import { BLOCK, type Shape, type Shapes } from './shapes.ts';
import { testsOf, type RecordTest } from './tests.ts';

/** What the shape of a record says of it: passes, does not, or these tests are left. */
type Verdict = boolean | readonly RecordTest[];

/** So many records are tested between two looks at the clock. */
const LOOK_EVERY = 16;

/** Which way to search first. */
export interface Order {
  /** A record to begin at. */
  readonly from: number;
  readonly by: 1 | -1;
}

/** The records that pass a filter, each looked at once; what a call does not get to, the next one goes on with. */
export class Matches {
  readonly found = new RecordSet();
  readonly #recording: Recording;
  readonly #shapes: Shapes;
  readonly #look: Look;
  readonly #tests: readonly RecordTest[];
  /** By shape. */
  readonly #verdicts: Verdict[] = [];
  /** Records of each block that were looked at, which are its first ones. */
  #done = new Uint16Array(64);
  #seen = 0;

  constructor(recording: Recording, shapes: Shapes, look: Look, filter: Filter) {
    this.#recording = recording;
    this.#shapes = shapes;
    this.#look = look;
    this.#tests = testsOf(filter);
  }

  /** Whether every record was looked at. */
  get isComplete(): boolean {
    return this.#seen === this.#recording.count;
  }

  /** Records that were looked at. */
  get seen(): number {
    return this.#seen;
  }

  /** How many records of a block were looked at. */
  doneIn(block: number): number {
    return this.#done[block] ?? 0;
  }

  /** Looks at records until it is over. */
  scan({ from, by }: Order, deadline: Deadline): void {
    if (this.isComplete) return;
    const { blocks } = this.#shapes;
    const first = Math.floor(Math.min(Math.max(0, from), Math.max(0, this.#recording.count - 1)) / BLOCK);
    // That way to the end, then from the beginning.
    for (let step = 0; step < blocks; step++) {
      const block = (((first + by * step) % blocks) + blocks) % blocks;
      if (!this.scanBlock(block, deadline)) return;
      if (deadline.isOver) return;
    }
  }

  /** The next match from a record on, not included; undefined where there is none, or none was found in time. */
  next(from: number, by: 1 | -1, deadline: Deadline): number | undefined {
    const { count } = this.#recording;
    const start = by === 1 ? Math.max(0, from + 1) : Math.min(from - 1, count - 1);
    const { blocks } = this.#shapes;
    for (let block = Math.floor(start / BLOCK); block >= 0 && block < blocks; block += by) {
      if (!this.scanBlock(block, deadline)) return undefined;
      const first = block * BLOCK;
      const found =
        by === 1
          ? this.found.next(Math.max(start, first), first + BLOCK)
          : this.found.previous(Math.min(start, first + BLOCK - 1), first);
      if (found !== undefined) return found;
      if (deadline.isOver) return undefined;
    }
    return undefined;
  }

  /** Looks at the records of a block; false where the time ended before its end. */
  scanBlock(block: number, deadline: Deadline): boolean {
    const first = block * BLOCK;
    const count = Math.min(BLOCK, this.#recording.count - first);
    let at = this.doneIn(block);
    if (at >= count) return true;
    const { ids } = this.#shapes.block(block);
    const begun = at;
    let asked = 0;
    for (; at < count; at++) {
      const id = ids[at] ?? 0;
      const verdict = (this.#verdicts[id] ??= this.#judge(this.#shapes.list[id]));
      if (verdict === true) this.found.add(first + at);
      else if (verdict !== false) {
        if (this.#passes(first + at, id, verdict)) this.found.add(first + at);
        if (++asked % LOOK_EVERY === 0 && deadline.isOver) {
          at++;
          break;
        }
      }
    }
    this.#setDone(block, at);
    this.#seen += at - begun;
    return at >= count;
  }

  #judge(shape: Shape | undefined): Verdict {
    if (shape?.row === undefined) return false;
    const left: RecordTest[] = [];
    for (const test of this.#tests) {
      const passes = test.ofShape(shape);
      if (passes === false) return false;
      if (passes === undefined) left.push(test);
    }
    return left.length === 0 || left;
  }

  #passes(index: number, id: number, tests: readonly RecordTest[]): boolean {
    const shape = this.#shapes.list[id];
    if (shape === undefined) return false;
    const look = this.#look.at(index, shape);
    for (const test of tests) {
      if (!test.ofRecord(look, shape)) return false;
    }
    return true;
  }

  #setDone(block: number, count: number): void {
    if (block >= this.#done.length) {
      const more = new Uint16Array(Math.max(block + 1, this.#done.length * 2));
      more.set(this.#done);
      this.#done = more;
    }
    this.#done[block] = count;
  }
}
