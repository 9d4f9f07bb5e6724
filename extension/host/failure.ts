/** Turns what a worker said of its failure, and what was recorded before it, into one report. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import { isInside } from '../project/config.ts';
import type { Artifact } from '../project/project.ts';
import { RecordFlag, RecordKind, type Recording } from '../recording/record.ts';
import { coreModules } from '../wasm/info.ts';
import { readGoPanic } from '../wasm/go-stack.ts';
import { readTraceback } from '../wasm/traceback.ts';
import { explainStack, type RunModule } from '../wasm/trap.ts';
import type { Contract } from './contract.ts';
import type { WorkerFailure } from './messages.ts';
import { asRun } from './prepare.ts';
import { stubFrames } from './stub-stack.ts';
import type { FailureReport, GuestFrame } from './report.ts';
import { scriptFrames, thrownBy, type Thrown } from './thrown.ts';

/** Records that are looked at, newest first, for what belongs to the failed call. */
const LOOK_BACK = 20_000;
const HOST_CALLS = 10;
/** Files below a project that are not its sources: a frame of a library or of bindings is not the author's. */
const NOT_SOURCES = /[/\\](?:node_modules|target|\.hotplug|bindings)[/\\]|[/\\]wit_(?:bindings|exports)\.go$/;
/** Paths as libraries that were built elsewhere name theirs: `wasisdk:/v30.0/src/abort.c`. */
const ELSEWHERE = /^[\w+.-]{2,}:[/\\]/;
/** How `wasi/preview2.ts` begins what it says of an exit. */
const CALLED_EXIT = 'the plugin called exit';
/** A memory this close to its limit has very likely run into it. */
const NEARLY_FULL = 0.9;

export interface FailureContext {
  readonly recording: Recording;
  /** Index of the plugin in the recording. */
  readonly plugin: number;
  readonly contract: Contract;
  readonly artifact: Artifact;
  /** The project's folder: frames of files inside it are the plugin's own. */
  readonly folder: string;
  /** SHA-256 of the component that ran. */
  readonly hash: string;
  /** Path of the component that ran. */
  readonly component: string;
  readonly deadlineMs: number;
}

/** Builds the report of a failure. Reading DWARF may take some milliseconds; a failure to read it costs only the lines. */
export async function reportFailure(failure: WorkerFailure, context: FailureContext): Promise<FailureReport> {
  const past = lookBack(context, failure.event);
  const thrown = await thrownBy(failure, past.stderr, context);
  const frames =
    thrown === undefined || thrown.frames.length === 0 ? await framesOf(failure, context) : thrown.frames;
  // What a panic says of its place is right where the compiler inlined its function.
  const panicked = thrown === undefined ? panicPlace(past.stderr) : [];
  const source =
    failure.kind === 'stub' ? placeOf(frames[0]) : sourceOf([...panicked, ...frames], context.folder);
  const memory =
    failure.kind === 'trap' &&
    (failure.memoryBytes >= context.contract.limits.memoryBytes * NEARLY_FULL ||
      thrown?.outOfMemory === true);
  const kind = memory ? 'memory' : failure.kind === 'unrecorded' ? 'trap' : failure.kind;
  return {
    kind,
    what:
      thrown === undefined || (kind !== 'trap' && kind !== 'start' && failure.goesOn !== true)
        ? whatHappened(failure, kind, past.stderr, context)
        : whatThrown(failure, kind, thrown, source, context),
    advice: adviceFor(kind, failure),
    stateText: failure.stateText,
    call: failure.call,
    ...(past.event === undefined ? {} : { event: past.event }),
    stderr: past.stderr,
    frames,
    ...(source === undefined ? {} : { source }),
    hostCalls: past.hostCalls,
  };
}

function whatThrown(
  { call }: WorkerFailure,
  kind: FailureReport['kind'],
  { what, text }: Thrown,
  source: FailureReport['source'],
  { folder }: FailureContext,
): string {
  const place = source === undefined ? '' : ` (${relative(folder, source.file)}:${source.line})`;
  return kind === 'start'
    ? `The plugin could not be started: ${call} failed: ${text}${place}`
    : `${call} ${what}${place}`;
}

function whatHappened(
  failure: WorkerFailure,
  kind: FailureReport['kind'],
  stderr: string,
  context: FailureContext,
): string {
  const panic = failure.fault === undefined ? panicText(stderr) : '';
  const message = failure.fault?.what ?? failure.message;
  switch (kind) {
    case 'timeout':
      return `${failure.call} did not return within ${context.deadlineMs} ms; the call was ended.`;
    case 'memory':
      return `The plugin ran out of its ${Math.round(context.contract.limits.memoryBytes / 1024 / 1024)} MiB of memory in ${failure.call}${panic === '' ? '' : `: ${panic}`}.`;
    case 'error':
      return `${failure.call} returned an error: ${readTraceback(failure.message)?.thrown ?? firstLine(failure.message)}`;
    case 'trap':
      if (message.startsWith(CALLED_EXIT)) return `${failure.call} ended: ${message}${wrote(panic)}`;
      return panic === '' ? `${failure.call} trapped: ${message}` : `${failure.call} panicked: ${panic}`;
    case 'start':
      return `The plugin could not be started: ${failure.call} failed: ${panic === '' ? message : panic}`;
    case 'stub':
      return failure.message;
    case 'host':
      return `The worker that ran the plugin ended: ${failure.message}`;
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function wrote(text: string): string {
  return text === '' ? '' : `, after it wrote: ${text}`;
}

/** Where a Rust panic says that it happened; the path as rustc was given it. */
export function panicPlace(stderr: string): readonly GuestFrame[] {
  const place = / panicked at (.+):(\d+):(\d+):$/m.exec(stderr);
  const [, file, line, column] = place ?? [];
  return file === undefined ? [] : [{ function: '', file, line: Number(line), column: Number(column) }];
}

/** The part of stderr that says why: Rust's line after "panicked at", else the last line. */
export function panicText(stderr: string): string {
  const raised = readTraceback(stderr);
  if (raised !== undefined) return raised.thrown;
  const panic = readGoPanic(stderr);
  if (panic !== undefined) return panic.text;
  const lines = stderr
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('note: run with `RUST_BACKTRACE'));
  const at = lines.findIndex((line) => line.includes(' panicked at '));
  if (at >= 0) {
    const place = / panicked at (.*):$/.exec(lines[at] ?? '')?.[1];
    const text = lines[at + 1]?.trim() ?? '';
    return place === undefined ? (lines[at]?.trim() ?? '') : `${text} (${place})`;
  }
  return lines.at(-1)?.trim() ?? '';
}

function adviceFor(kind: FailureReport['kind'], failure: WorkerFailure): string {
  if (failure.fault !== undefined && kind !== 'memory') return failure.fault.advice;
  switch (kind) {
    case 'timeout':
      return 'Look for a loop that does not end; correct it and save, or raise "deadlineMs" in hotplug.json if the call needs longer.';
    case 'memory':
      return 'Free what is no longer needed, or keep less; correct it and save, or restart the plugin.';
    case 'error':
      if (failure.goesOn === true)
        return 'The event is skipped, and the plugin goes on, as in the real host. Correct the cause and save.';
      return 'An error from this call ends the node in the real host too. Correct the cause and save, or restart the plugin.';
    case 'start':
      return failure.call === 'instantiate'
        ? 'Run `hotplug inspect` on the component to see what it imports; correct it and build again.'
        : 'Correct the cause and save; the plugin starts with the next build.';
    case 'trap':
      return 'Correct the code at the first frame of your own and save, or restart the plugin.';
    case 'stub':
      return 'Correct the stub and save it: the plugin is made anew with it.';
    case 'host':
      return 'Restart the plugin; if it happens again, save the recording and report it.';
  }
}

interface Past {
  readonly stderr: string;
  readonly hostCalls: readonly string[];
  readonly event: FailureReport['event'];
}

/** Reads backwards from the newest record what belongs to the failed call, and the last host calls before it. */
function lookBack({ recording, plugin, contract }: FailureContext, event: number): Past {
  const stderr: string[] = [];
  const hostCalls: string[] = [];
  let found: FailureReport['event'];
  const oldest = Math.max(0, recording.count - LOOK_BACK);
  let past = false;
  for (
    let index = recording.count - 1;
    index >= oldest && !(past && hostCalls.length >= HOST_CALLS);
    index--
  ) {
    const record = recording.at(index);
    if (record.plugin !== plugin) continue;
    if (record.kind === RecordKind.lifecycle && event === 0) past = true;
    if (record.kind === RecordKind.output && !past && record.event === event) {
      stderr.unshift(new TextDecoder().decode(record.payload));
    }
    if (record.kind === RecordKind.hostCall && hostCalls.length < HOST_CALLS) {
      const text = contract.describe(record)?.summary ?? '';
      const wasi = (record.flags & RecordFlag.wasi) !== 0;
      hostCalls.unshift(wasi || text.startsWith('(') ? `${record.name} ${text}` : `${record.name}(${text})`);
    }
    if (record.kind === RecordKind.event && record.event === event && event !== 0) {
      const summary = contract.describe(record)?.summary ?? '';
      found = { number: event, name: record.name, summary, record: index };
      past = true;
    }
  }
  return { stderr: stderr.join(''), hostCalls, event: found };
}

async function framesOf(failure: WorkerFailure, context: FailureContext): Promise<readonly GuestFrame[]> {
  if (failure.kind === 'stub') return stubFrames(failure.stack);
  try {
    if (context.artifact.kind === 'source')
      return await scriptFrames(failure.scriptStack ?? '', context.artifact, context.hash);
    if (!failure.stack.includes('wasm://')) return [];
    return explainStack(failure.stack, await runModules(context));
  } catch {
    // A report without lines is better than none; the stack's own text is in the message.
    return [];
  }
}

/** The place of a frame in a file that is known by its path. */
function placeOf(frame: GuestFrame | undefined): FailureReport['source'] {
  const { file, line, column } = frame ?? {};
  if (file === undefined || line === undefined) return undefined;
  return { file, line, ...(column === undefined ? {} : { column }) };
}

/** The innermost frame in a file of the project. */
export function sourceOf(frames: readonly GuestFrame[], folder: string): FailureReport['source'] {
  for (const { file, line, column } of frames) {
    if (file === undefined || line === undefined || ELSEWHERE.test(file)) continue;
    const path = isAbsolute(file) ? file : join(folder, file);
    if (isInside(folder, path) && !NOT_SOURCES.test(`/${relative(folder, path)}`))
      return { file: path, line, ...(column === undefined ? {} : { column }) };
  }
  return undefined;
}

/** The core modules as they ran beside the originals with their debug sections, largest first: the plugin's own. */
async function runModules({ component, contract, hash }: FailureContext): Promise<readonly RunModule[]> {
  const bytes = await readFile(component);
  // A newer build has taken its place: its lines would be wrong.
  if (createHash('sha256').update(bytes).digest('hex') !== hash) return [];
  const originals = coreModules(bytes, component);
  const { modules } = asRun(bytes, contract.limits.memoryBytes, component);
  return modules
    .map((wasm, index) => ({ wasm, original: originals[index] ?? wasm }))
    .sort((a, b) => b.wasm.length - a.wasm.length);
}

/** The report of a component that was refused before it ran. */
export function startReport(what: string, advice: string): FailureReport {
  return { kind: 'start', what, advice, stateText: what, stderr: '', frames: [], hostCalls: [] };
}

/** The failure of a call that the watchdog ended. */
export function timeoutFailure(
  instance: { taken: number; memoryBytes: number },
  deadlineMs: number,
  call: string,
): WorkerFailure {
  return {
    kind: 'timeout',
    call,
    message: `no answer within ${deadlineMs} ms`,
    stack: '',
    stateText: `Ended by Hotplug: the call did not return within ${deadlineMs} ms (the real host would wait for ever)`,
    event: instance.taken,
    scriptStack: undefined,
    memoryBytes: instance.memoryBytes,
  };
}

/** The failure of a worker that ended without a word. */
export function lostFailure(reason: string, call: string): WorkerFailure {
  return {
    kind: 'host',
    call,
    message: reason,
    stack: '',
    stateText: reason,
    event: 0,
    scriptStack: undefined,
    memoryBytes: 0,
  };
}
