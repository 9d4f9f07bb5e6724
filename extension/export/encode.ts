/** How a format takes what a recording tells, and gives bytes, a piece at a time. */
import type { Describers } from '../recording/describe.ts';
import type { Recording } from '../recording/record.ts';
import type { Choice } from './choice.ts';
import type { Item } from './items.ts';
import { Story } from './story.ts';

/** What is exported. */
export interface Source {
  readonly recording: Recording;
  readonly describers: Describers;
  readonly choice: Choice;
  /** Hotplug's own version. */
  readonly version: string;
}

/** An export in pieces; undefined where there is none yet, so that others get a turn meanwhile. */
export type Pieces = Generator<Uint8Array | undefined, void>;

/** Writes one format. */
export interface Encoder {
  item(item: Item): void;
  /** Nothing follows. */
  end(): void;
  /** How much waits to be taken. */
  readonly length: number;
  take(): Uint8Array;
}

/** Bytes that are written at once. */
const PIECE = 1 << 16;
/** Records after which others get a turn. */
export const TURN = 256;

/** Everything that the source tells, through an encoder. */
export function* encode(source: Source, encoder: Encoder): Pieces {
  const story = new Story(source.recording, source.describers, source.choice, (item) => {
    encoder.item(item);
  });
  const { count } = source.recording;
  for (let index = 0; index < count; index++) {
    story.add(index);
    if (encoder.length >= PIECE) yield encoder.take();
    else if (index % TURN === TURN - 1) yield undefined;
  }
  story.end();
  encoder.end();
  yield encoder.take();
}

/** Text that is collected until it is enough for a piece. */
export class TextPieces {
  #parts: string[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  get isFull(): boolean {
    return this.#length >= PIECE;
  }

  add(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
  }

  take(): Uint8Array {
    const bytes = new TextEncoder().encode(this.#parts.join(''));
    this.#parts = [];
    this.#length = 0;
    return bytes;
  }
}
