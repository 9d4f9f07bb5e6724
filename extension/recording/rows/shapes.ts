import { isFailure } from '../lifecycle.ts';
import { CallStatus, decodeCallTime, headOf, RecordFlag, RecordKind } from '../record.ts';
import type { RecordHead, Recording } from '../record.ts';
import { candidate, type Candidate } from '../row-kind.ts';

/** Records are looked at so many at a time. */
const BLOCK_BITS = 11;
export const BLOCK = 1 << BLOCK_BITS;

/** What many records have in common: a test of it decides for all of them. */
export interface Shape {
  readonly id: number;
  /** Undefined for samples of counters, which are no rows. */
  readonly row: Candidate | undefined;
  readonly kind: RecordKind;
  /** Name of the plugin, and its index. */
  readonly plugin: string;
  readonly pluginIndex: number;
  readonly name: string;
  /** Of the flags, those that rows are told apart by: effect, log, wasi. */
  readonly flags: number;
  readonly status: 'ok' | 'error' | 'trap';
  /** Records of this shape that were seen so far. */
  count: number;
}

/** What is known of a stretch of records. */
export interface Block {
  /** Ids of shapes by record. */
  readonly ids: Uint16Array | Uint32Array;
  /** Records in it that were seen. */
  readonly known: number;
  /** Earliest and latest of their times. */
  readonly from: number;
  readonly to: number;
}

interface GrowingBlock extends Block {
  ids: Uint16Array | Uint32Array;
  known: number;
  from: number;
  to: number;
}

const FLAGS = RecordFlag.effect | RecordFlag.log | RecordFlag.wasi;

/** The shapes of a recording's records, two bytes a record; a block is read when it is asked for. */
export class Shapes {
  readonly #recording: Recording;
  readonly #blocks: (GrowingBlock | undefined)[] = [];
  readonly #shapes: Shape[] = [];
  /** By plugin, kind, flags and status as one number, then by name. */
  readonly #ids = new Map<number, Map<string, number>>();
  #known = 0;
  #rows = 0;

  constructor(recording: Recording) {
    this.#recording = recording;
  }

  /** All that were seen, by id. */
  get list(): readonly Shape[] {
    return this.#shapes;
  }

  /** Rows of the recording; records that were not seen count as rows. */
  get rows(): number {
    return this.#rows + this.#recording.count - this.#known;
  }

  get blocks(): number {
    return Math.ceil(this.#recording.count / BLOCK);
  }

  /** Shape of a record. */
  of(index: number): Shape | undefined {
    const { ids } = this.block(index >>> BLOCK_BITS);
    return this.#shapes[ids[index & (BLOCK - 1)] ?? 0];
  }

  /** A block with all the records that the recording has in it by now. */
  block(number: number): Block {
    const block = (this.#blocks[number] ??= {
      ids: new Uint16Array(BLOCK),
      known: 0,
      from: Infinity,
      to: -Infinity,
    });
    const first = number * BLOCK;
    const count = Math.min(BLOCK, this.#recording.count - first);
    for (; block.known < count; block.known++) this.#look(block, first + block.known);
    return block;
  }

  #look(block: GrowingBlock, index: number): void {
    const head = headOf(this.#recording, index);
    const id = this.#idOf(head, index);
    if (id > 0xffff && block.ids instanceof Uint16Array) block.ids = Uint32Array.from(block.ids);
    block.ids[block.known] = id;
    if (head.time < block.from) block.from = head.time;
    if (head.time > block.to) block.to = head.time;
    const shape = this.#shapes[id];
    this.#known++;
    if (shape === undefined) return;
    shape.count++;
    if (shape.row !== undefined) this.#rows++;
  }

  #idOf(head: RecordHead, index: number): number {
    const { kind, plugin, name } = head;
    const flags = head.flags & FLAGS;
    const status = this.#statusOf(head, index);
    const key = ((plugin * 8 + kind) * 16 + flags) * 4 + status;
    let names = this.#ids.get(key);
    if (names === undefined) {
      names = new Map();
      this.#ids.set(key, names);
    }
    const known = names.get(name);
    if (known !== undefined) return known;
    const id = this.#shapes.length;
    names.set(name, id);
    this.#shapes.push({
      id,
      row: candidate(head),
      kind,
      plugin: this.#recording.info.plugins[plugin]?.name ?? '',
      pluginIndex: plugin,
      name,
      flags,
      status: STATUSES[status] ?? 'ok',
      count: 0,
    });
    return id;
  }

  #statusOf(head: RecordHead, index: number): CallStatus {
    if (head.status !== undefined) return head.status;
    if (head.kind === RecordKind.call) return decodeCallTime(this.#recording.at(index).payload).status;
    const failed = head.kind === RecordKind.lifecycle && isFailure(head.name);
    return failed ? CallStatus.error : CallStatus.ok;
  }
}

const STATUSES: Readonly<Record<number, Shape['status']>> = {
  [CallStatus.ok]: 'ok',
  [CallStatus.error]: 'error',
  [CallStatus.trap]: 'trap',
};
