/**
 * speedscope's own format (https://www.speedscope.app/file-format-schema.json): an evented profile for each plugin,
 * of nested calls. Milliseconds with six digits, so that they are whole nanoseconds.
 */
import { headOf } from '../recording/record.ts';
import { decimal } from './clock.ts';
import { TextPieces, TURN, type Pieces, type Source } from './encode.ts';
import type { Slice } from './items.ts';
import { Story } from './story.ts';
import { cut, jsonText } from './text.ts';

/** Frames are kept until the end of the file; calls of yet other names share one. */
const MOST_FRAMES = 65_536;
const LONGEST_NAME = 1024;

export function* speedscope(source: Source): Pieces {
  const { recording, version } = source;
  const out = new TextPieces();
  const frames = new Map<string, number>();
  out.add(
    `{"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":${jsonText(`hotplug@${version}`)},"profiles":[`,
  );
  let profiles = 0;
  const lists = yield* byPlugin(source);
  for (const [plugin, { name }] of recording.info.plugins.entries()) {
    const records = lists[plugin];
    if (records === undefined || records.length === 0) continue;
    const events = new Events(out, frames);
    const title = `${profiles === 0 ? '' : ','}\n{"type":"evented","unit":"milliseconds","name":${jsonText(cut(name, LONGEST_NAME))},"events":[`;
    const story = new Story(recording, source.describers, source.choice, (item) => {
      if (item.type !== 'slices') return;
      if (events.count === 0) out.add(title);
      for (const slice of item.slices) events.open(slice);
      events.closeTo(0);
    });
    for (const [position, index] of records.entries()) {
      story.add(index);
      if (out.isFull) yield out.take();
      else if (position % TURN === TURN - 1) yield undefined;
    }
    story.end();
    if (events.count === 0) continue;
    out.add(`\n],"startValue":${decimal(events.first, 6)},"endValue":${decimal(events.last, 6)}}`);
    profiles++;
  }
  out.add('\n],"shared":{"frames":[');
  let isFirst = true;
  for (const name of frames.keys()) {
    out.add(`${isFirst ? '' : ','}\n${jsonText({ name })}`);
    isFirst = false;
    if (out.isFull) yield out.take();
  }
  out.add('\n]}}\n');
  yield out.take();
}

/** The records of each plugin, so that its profile can be written in one go: four bytes a record. */
function* byPlugin({ recording }: Source): Generator<undefined, readonly Uint32Array[]> {
  const { count } = recording;
  const lengths: number[] = recording.info.plugins.map(() => 0);
  const owners = new Uint16Array(count);
  for (let index = 0; index < count; index++) {
    const { plugin } = headOf(recording, index);
    owners[index] = plugin;
    lengths[plugin] = (lengths[plugin] ?? 0) + 1;
    if (index % TURN === TURN - 1) yield undefined;
  }
  const lists = lengths.map((length) => new Uint32Array(length));
  lengths.fill(0);
  for (const [index, plugin] of owners.entries()) {
    const list = lists[plugin];
    const at = lengths[plugin];
    if (list === undefined || at === undefined) continue;
    list[at] = index;
    lengths[plugin] = at + 1;
  }
  return lists;
}

/** The events of one profile: each ends before the one that it lies in. */
class Events {
  count = 0;
  first = 0;
  last = 0;
  readonly #out: TextPieces;
  readonly #frames: Map<string, number>;
  readonly #open: { readonly frame: number; readonly depth: number; readonly to: number }[] = [];

  constructor(out: TextPieces, frames: Map<string, number>) {
    this.#out = out;
    this.#frames = frames;
  }

  open({ depth, from, to, kind, row }: Slice): void {
    this.closeTo(depth);
    const frame = this.#frame(kind === 'event' ? `event ${row.name}` : row.name);
    this.#write('O', frame, Math.max(0, from));
    this.#open.push({ frame, depth, to: Math.max(0, to) });
  }

  closeTo(depth: number): void {
    for (let last = this.#open.at(-1); last !== undefined && last.depth >= depth; last = this.#open.at(-1)) {
      this.#write('C', last.frame, last.to);
      this.#open.pop();
    }
  }

  #write(type: 'O' | 'C', frame: number, at: number): void {
    if (this.count === 0) this.first = at;
    this.last = at;
    this.#out.add(
      `${this.count === 0 ? '' : ','}\n{"type":"${type}","frame":${frame},"at":${decimal(at, 6)}}`,
    );
    this.count++;
  }

  #frame(wanted: string): number {
    const name = cut(wanted, LONGEST_NAME);
    const known = this.#frames.get(name);
    if (known !== undefined) return known;
    const kept = this.#frames.size < MOST_FRAMES ? name : 'more';
    const frame = this.#frames.get(kept) ?? this.#frames.size;
    this.#frames.set(kept, frame);
    return frame;
  }
}
