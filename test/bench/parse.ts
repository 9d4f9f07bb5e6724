/**
 * Parsers of Chipmunk through Hotplug, everything recorded, beside the same Rust code in a native program that reads
 * the same file the same way and writes the rows to a session file, as Chipmunk does. Rounds of both alternate, and the
 * median round counts; the files are in the page cache.
 */
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cache } from '../../scripts/paths.ts';
import { median, round } from './measure.ts';
import {
  buildCrates,
  configuration,
  pluginPath,
  runNative,
  shapes,
  type NativeRun,
  type Shape,
} from './parse-crates.ts';
import type { HostedParser, HostedRun } from './parse-host.ts';
import { ParserHost, recordedRuns, type RecordedRun } from './parse-hotplug.ts';
import { formats, generatedLog, type Format, type Log } from './parse-logs.ts';

const ROUNDS = 5;
const MIB = 1 << 20;
const SIZES: Readonly<Record<Format, number>> = { text: 512 * MIB, dlt: 100 * MIB };

/** One log through one plugin. */
interface ParserFigures {
  readonly MiBPerSecond: number;
  readonly rowsPerSecond: number;
  /** Share of a run's time that is not spent in calls of the plugin. */
  readonly hostSharePercent: number;
  /** With the session file. */
  readonly nativeMiBPerSecond: number;
  /** Hotplug's against that. */
  readonly nativeRatio: number;
  /** The native program without writing anything, and Hotplug against it. */
  readonly nativeUnwrittenMiBPerSecond: number;
  readonly nativeUnwrittenRatio: number;
  /** The first run in a new process, whose code V8 has not optimised yet. */
  readonly firstMiBPerSecond: number;
  /** Most that the host process ever had resident over all rounds, with its threads; and before the first. */
  readonly residentMB: number;
  readonly idleMB: number;
  readonly bytes: number;
  readonly rows: number;
}

/** The figures of the text log with columns, and of everything. */
export interface ParseFigures extends ParserFigures {
  readonly text: Readonly<Record<Shape, ParserFigures>>;
  readonly dlt: Readonly<Record<Shape, ParserFigures>>;
}

/** Runs the benchmark. */
export async function benchParse(): Promise<ParseFigures> {
  await buildCrates();
  const figures = {} as Record<Format, Record<Shape, ParserFigures>>;
  for (const format of formats) {
    const log = await generatedLog(format, SIZES[format]);
    figures[format] = {} as Record<Shape, ParserFigures>;
    for (const shape of shapes) figures[format][shape] = await parse(format, log, shape);
  }
  return { ...figures.text.columns, ...figures };
}

async function parse(format: Format, log: Log, shape: Shape): Promise<ParserFigures> {
  await mkdir(join(cache, 'bench'), { recursive: true });
  const folder = await mkdtemp(join(cache, 'bench', 'run-'));
  try {
    await readOnce(log.path);
    const recording = join(folder, 'bench.hotplug.mcap');
    const session = join(folder, 'session.txt');
    const written: NativeRun[] = [];
    const unwritten: NativeRun[] = [];
    const hosted: HostedRun[] = [];
    const parser: HostedParser = {
      component: pluginPath(format),
      params: configuration(shape),
      file: log.path,
      folder,
      recording,
    };
    // Transpiles the plugin, so that the memory of the other process is that of its runs.
    await (await ParserHost.start({ ...parser, recording: join(folder, 'first.hotplug.mcap') })).end();
    {
      await using host = await ParserHost.start(parser);
      for (let index = 0; index <= ROUNDS; index++) {
        written.push(await runNative(format, log.path, shape, session));
        await rm(session);
        unwritten.push(await runNative(format, log.path, shape, undefined));
        hosted.push(await host.run());
      }
    }
    const recorded = await recordedRuns(recording, hosted);
    for (const run of [...written, ...unwritten]) same(log, run.rows, run.bytes);
    for (const { rows, consumed } of recorded) same(log, rows, consumed);
    return figuresOf(log, { written, unwritten, hosted, recorded });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Runs {
  readonly written: readonly NativeRun[];
  readonly unwritten: readonly NativeRun[];
  readonly hosted: readonly HostedRun[];
  readonly recorded: readonly RecordedRun[];
}

function figuresOf({ bytes, rows }: Log, { written, unwritten, hosted, recorded }: Runs): ParserFigures {
  // The first round warms both sides up.
  const seconds = (runs: readonly { readonly seconds: number }[]): number =>
    median(runs.slice(1).map((run) => run.seconds));
  const speed = (time: number): number => bytes / MIB / time;
  const ours = seconds(hosted);
  const shares = hosted.map((run, index) => 1 - (recorded[index]?.callSeconds ?? 0) / run.seconds);
  const last = hosted.at(-1);
  return {
    MiBPerSecond: round(speed(ours), 1),
    rowsPerSecond: Math.round(rows / ours),
    hostSharePercent: round(median(shares.slice(1)) * 100, 1),
    nativeMiBPerSecond: round(speed(seconds(written)), 1),
    nativeRatio: round(seconds(written) / ours, 3),
    nativeUnwrittenMiBPerSecond: round(speed(seconds(unwritten)), 1),
    nativeUnwrittenRatio: round(seconds(unwritten) / ours, 3),
    firstMiBPerSecond: round(speed(hosted[0]?.seconds ?? Infinity), 1),
    residentMB: round((last?.peakBytes ?? 0) / 1e6, 0),
    idleMB: round((last?.idleBytes ?? 0) / 1e6, 0),
    bytes,
    rows,
  };
}

/** Both sides must have read the whole log, or their figures say nothing. */
function same(log: Log, rows: number, bytes: number): void {
  if (rows !== log.rows || bytes !== log.bytes)
    throw new Error(
      `${rows} rows of ${bytes} bytes were parsed, not ${log.rows} of ${log.bytes}: ${log.path}`,
    );
}

/** Into the page cache. */
async function readOnce(path: string): Promise<void> {
  // What is read is of no interest.
  for await (const _ of createReadStream(path, { highWaterMark: 4 << 20 }));
}
