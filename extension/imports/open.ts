/** Opens traces of other tools for looking at: nothing in them runs, and nothing is replayed. */
import type { LiveRecording } from '../recording/live.ts';
import { build } from './build.ts';
import { ChromeEvents } from './chrome.ts';
import { traceFileOf, type TraceFile } from './detect.ts';
import { importError } from './errors.ts';
import { readJson } from './json-stream.ts';
import { Notes } from './notes.ts';
import { OTLP_PATHS, OtlpParts } from './otlp.ts';
import { Pieces } from './pieces.ts';
import { Tracks } from './tracks.ts';

/** What a recording was made of that is not Hotplug's. */
interface ImportedFrom {
  /** `trace event JSON` or `OTLP JSON`. */
  readonly format: string;
  /** Sentences on what is left out or shown otherwise than it stands there. */
  readonly notes: readonly string[];
}

export interface Imported {
  /** Temporary: closing it removes it. */
  readonly recording: LiveRecording;
  readonly from: ImportedFrom;
  /** Offset in bytes at which the file was cut off, unpacked; undefined where it is whole. */
  readonly truncatedAt?: number;
}

/**
 * Makes a recording of a trace: trace event JSON or OTLP JSON, packed or not. The file is read once and never
 * as a whole. Undefined where it is no JSON, as recordings are not. Throws a UserError that says where it
 * cannot be read.
 */
export async function openTrace(path: string): Promise<Imported | undefined> {
  const file = await traceFileOf(path);
  if (file === 'perfetto') throw importError.perfetto(path);
  return file === undefined ? undefined : await importTrace(path, file);
}

async function importTrace(path: string, { root, packed }: TraceFile): Promise<Imported> {
  const notes = new Notes();
  using pieces = new Pieces(path);
  const processes = new Tracks('process', { oneByName: false });
  const services = new Tracks('service', { oneByName: true });
  const events = new ChromeEvents(pieces, processes, notes);
  const parts = new OtlpParts(pieces, services, notes);
  let format: 'trace event JSON' | 'OTLP JSON' | undefined;
  const { cutAt, keys } =
    root === 'array'
      ? await readJson({ path, packed, paths: ['$.*'], elementDepth: 1 }, ({ value }) => {
          format ??= 'trace event JSON';
          events.take(value);
        })
      : await readJson(
          { path, packed, paths: ['$.traceEvents.*', ...OTLP_PATHS], elementDepth: 2 },
          (part) => {
            if (part.keys[0] === 'traceEvents') {
              format ??= 'trace event JSON';
              if (format === 'trace event JSON') events.take(part.value);
            } else {
              format ??= 'OTLP JSON';
              if (format === 'OTLP JSON') parts.take(part);
            }
          },
        );
  const isTrace = keys.some((key) => ['traceEvents', 'resourceSpans', 'resourceLogs'].includes(key));
  if (format === undefined && !(root === 'array' || isTrace)) throw importError.unknown(path, keys);
  const tracks = format === 'OTLP JSON' ? services : processes;
  const recording = await build(path, format ?? 'trace event JSON', pieces, tracks, notes);
  return {
    recording,
    from: { format: format ?? 'trace event JSON', notes: notes.texts() },
    ...(cutAt === undefined ? {} : { truncatedAt: cutAt }),
  };
}
