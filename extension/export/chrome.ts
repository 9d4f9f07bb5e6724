/**
 * The trace event format of Chrome's tracing
 * (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU): one JSON object. Times are
 * microseconds since the recording's start, in eighths: readers add `ts` and `dur` as doubles, and what is a sum of
 * eighths is one exactly, so that slices that touch do not overlap. Recorded times are no more precise.
 */
import type { RecordedPlugin } from '../recording/record.ts';
import type { Row } from '../recording/query.ts';
import { decimal } from './clock.ts';
import { encode, TextPieces, type Encoder, type Pieces, type Source } from './encode.ts';
import { SpanRows, TrackNames } from './rows.ts';
import type { Item, Slice } from './items.ts';
import { cut, jsonText } from './text.ts';

/** Names are repeated with every event. */
const LONGEST_NAME = 1024;
const CALLS = 1;
/** Nanoseconds. */
const EIGHTH = 125;

export function chrome(source: Source): Pieces {
  return encode(source, new ChromeEncoder(source));
}

class ChromeEncoder implements Encoder {
  readonly #out = new TextPieces();
  readonly #plugins: readonly RecordedPlugin[];
  readonly #threads = new Map<string, number>();
  readonly #rows = new SpanRows();
  readonly #types = new TrackNames();
  #lastFlow = 0;
  #isFirst = true;

  constructor({ recording: { info }, version }: Source) {
    this.#plugins = info.plugins;
    const other = {
      hotplug: version,
      contract: info.contract,
      startedAt: new Date(info.startedAt).toISOString(),
    };
    this.#out.add(`{"displayTimeUnit":"ms","otherData":${jsonText(other)},"traceEvents":[`);
  }

  get length(): number {
    return this.#out.length;
  }

  take(): Uint8Array {
    return this.#out.take();
  }

  end(): void {
    this.#out.add('\n]}\n');
  }

  item(item: Item): void {
    switch (item.type) {
      case 'slices':
        for (const slice of item.slices) this.#slice(item.plugin, slice);
        return;
      case 'point': {
        const { plugin, track, row, telemetry, time } = item;
        const name = telemetry?.eventType ?? row.name;
        const where = telemetry === undefined ? track : `telemetry ${this.#types.of(plugin, name)}`;
        const place = `"pid":${plugin + 1},"tid":${this.#thread(plugin, where)}`;
        this.#event(`"ph":"i","s":"t",${place},"ts":${micros(time)},${about(name, track, row)}`);
        return;
      }
      case 'span': {
        const { plugin, span, row } = item;
        const { name, ...place } = this.#rows.place(plugin, span.name, span.from, span.to);
        const thread = this.#thread(plugin, `span ${name}`, place.row);
        this.#complete(plugin, thread, place, about(span.name, 'spans', row));
        return;
      }
      case 'counter': {
        this.#named(item.plugin);
        const value = JSON.stringify(item.value);
        const place = `"pid":${item.plugin + 1},"ts":${micros(item.time)}`;
        this.#event(`"ph":"C",${place},"name":${label(item.name)},"args":{${label(item.unit)}:${value}}`);
        return;
      }
    }
  }

  #slice(plugin: number, slice: Slice): void {
    const { row, kind, delivery, from } = slice;
    this.#complete(plugin, this.#thread(plugin, 'calls'), slice, about(row.name, kind, row));
    if (delivery === undefined) return;
    const { source } = delivery;
    const id = `"id":${++this.#lastFlow},"name":"delivered","cat":"flow"`;
    const [start, end] = [Math.min(source.time, from), from];
    this.#event(`"ph":"s",${id},"pid":${source.plugin + 1},"tid":${CALLS},"ts":${micros(start)}`);
    this.#event(`"ph":"f","bp":"e",${id},"pid":${plugin + 1},"tid":${CALLS},"ts":${micros(end)}`);
  }

  #complete(
    plugin: number,
    thread: number,
    { from, to }: { readonly from: number; readonly to: number },
    what: string,
  ): void {
    const lasts = eighths(to) - eighths(from);
    const where = `"pid":${plugin + 1},"tid":${thread},"ts":${micros(from)}`;
    // A slice of no length begins and ends at once, and readers do not agree on which comes first.
    if (lasts === 0) this.#event(`"ph":"i","s":"t",${where},${what}`);
    else this.#event(`"ph":"X",${where},"dur":${decimal(lasts, 3)},${what}`);
  }

  /** The number of a track of the plugin; each has its names written once. */
  #thread(plugin: number, name: string, row = 0): number {
    this.#named(plugin);
    const key = `${plugin} ${row} ${name}`;
    const known = this.#threads.get(key);
    if (known !== undefined) return known;
    // A plugin's calls are the thread 1 of its process, so that flows find them.
    const thread = name === 'calls' ? CALLS : this.#threads.size + 2;
    this.#threads.set(key, thread);
    const place = `"pid":${plugin + 1},"tid":${thread}`;
    this.#event(`"ph":"M",${place},"name":"thread_name","args":{"name":${label(name)}}`);
    this.#event(`"ph":"M",${place},"name":"thread_sort_index","args":{"sort_index":${thread}}`);
    return thread;
  }

  #named(plugin: number): void {
    const key = String(plugin);
    if (this.#threads.has(key)) return;
    this.#threads.set(key, 0);
    const { name = '', contract = '', language = '' } = this.#plugins[plugin] ?? {};
    const place = `"ph":"M","pid":${plugin + 1},"tid":${CALLS}`;
    const labels = [contract, language].filter((one) => one !== '').join(', ');
    this.#event(`${place},"name":"process_name","args":{"name":${label(name)}}`);
    this.#event(`${place},"name":"process_labels","args":{"labels":${label(labels)}}`);
  }

  #event(fields: string): void {
    this.#out.add(`${this.#isFirst ? '' : ','}\n{${fields}}`);
    this.#isFirst = false;
  }
}

/** Nanoseconds of the nearest eighth of a microsecond, not before the start. */
function eighths(time: number): number {
  return Math.max(0, Math.round(time / EIGHTH) * EIGHTH);
}

function micros(time: number): string {
  return decimal(eighths(time), 3);
}

function label(text: string): string {
  return jsonText(cut(text, LONGEST_NAME));
}

function about(name: string, category: string, row: Row): string {
  const { record, event, status, level, size, summary } = row;
  const cat = status === 'error' ? `${category},error` : category;
  const args = { record, ...(event === 0 ? {} : { event }), status, level, bytes: size, summary };
  return `"name":${label(name)},"cat":${jsonText(cat)},"args":${jsonText(args)}`;
}
