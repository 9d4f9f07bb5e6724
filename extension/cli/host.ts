import { extname, resolve } from 'node:path';
import { contracts } from '../contracts/index.ts';
import { UserError } from '../errors.ts';
import type { HostApi, PluginStatus } from '../host/protocol.ts';
import type { FailureReport } from '../host/report.ts';
import { parseJson } from '../project/json.ts';
import type { RunRules } from '../host/produce.ts';
import { isStream, type InputSpec, type Project } from '../project/project.ts';
import type { Output } from './output.ts';
import { stopRequest } from './stop.ts';
import { streamInputOf } from './stream-input.ts';
import { kindOf } from './target.ts';

/** Checks `--params`; gives it as it was typed. */
export function paramsOf(typed: string | undefined): string | undefined {
  if (typed !== undefined) parseJson(typed, '--params');
  return typed;
}

/** What the command line says of an input. */
export interface TypedInput {
  readonly input: string | undefined;
  readonly realTime: boolean;
  readonly rules: RunRules | undefined;
}

/** The input that the command line or the project asks for. */
export async function inputOf(
  { input: typed, realTime, rules }: TypedInput,
  project: Project,
): Promise<InputSpec | undefined> {
  if (contracts[project.contract]?.produce !== undefined) {
    if (realTime) throw new UserError('A stream of bytes has no speed of its own', 'Leave --real-time out.');
    const { input } = project.config;
    if (typed !== undefined) return await streamInputOf(typed, rules);
    return input !== undefined && isStream(input) && rules !== undefined ? { ...input, rules } : input;
  }
  if (rules !== undefined) {
    throw new UserError(
      `A plugin for ${project.contract} is run by one set of rules`,
      "Leave --rules out: it is for Chipmunk's plugins.",
    );
  }
  const speed = realTime ? { realTime } : {};
  if (typed === undefined) {
    const { input } = project.config;
    return input && { ...input, ...speed };
  }
  const file = resolve(typed);
  if ((await kindOf(file)) === 'folder')
    throw new UserError(`${file} is a folder`, 'Give a file to --input.');
  switch (extname(file).toLowerCase()) {
    case '.wav':
      return { kind: 'wav', file, ...speed };
    case '.jsonl':
    case '.ndjson':
      return { kind: 'jsonl', file, ...speed };
    case '.mcap':
      return { kind: 'recording', file, ...speed };
    default:
      throw new UserError(
        `${file} is not an input that Hotplug reads`,
        'Give a .wav file, a .jsonl file with one event a line, or an .mcap recording.',
      );
  }
}

/** The project without its own input, so that the input starts when the command says so. */
export function withoutInput(project: Project): Project {
  const { input: _, ...config } = project.config;
  return { ...project, config };
}

/** Resolves with the first status of this plugin that the condition holds for, or with the last one when aborted. */
export async function untilStatus(
  host: HostApi,
  plugin: string,
  condition: (status: PluginStatus) => boolean,
  signal: AbortSignal,
): Promise<PluginStatus> {
  const { promise, resolve: done, reject } = Promise.withResolvers<PluginStatus>();
  let last: PluginStatus | undefined;
  const look = (status: PluginStatus): void => {
    if (status.id !== plugin) return;
    last = status;
    if (condition(status) || signal.aborted) done(status);
  };
  const stop = (): void => {
    if (last) done(last);
  };
  const off = host.on('status', look);
  signal.addEventListener('abort', stop);
  // Statuses tell of changes; what changed before this call is asked for.
  const ask = (): void => {
    host.request('list', undefined).then((all) => all.forEach(look), reject);
  };
  const timer = setInterval(ask, 500);
  ask();
  try {
    return await promise;
  } finally {
    clearInterval(timer);
    off();
    signal.removeEventListener('abort', stop);
  }
}

/** Prints everything that is known about a failure. */
export function sayFailure(report: FailureReport, output: Output): void {
  output.say(`${output.style('red', 'failed:')} ${report.what}`);
  output.say(`  what to do: ${report.advice}`);
  output.say(`  state: ${report.stateText}`);
  if (report.call !== undefined) output.say(`  call: ${report.call}`);
  if (report.event)
    output.say(`  event ${report.event.number} (${report.event.name}): ${report.event.summary}`);
  if (report.stderr.trim() !== '') output.say(`  stderr:\n${indent(report.stderr.trimEnd())}`);
  if (report.frames.length > 0) output.say(`  stack:\n${indent(report.frames.map(frameLine).join('\n'))}`);
  if (report.hostCalls.length > 0) output.say(`  last host calls:\n${indent(report.hostCalls.join('\n'))}`);
}

function frameLine(frame: FailureReport['frames'][number]): string {
  const name = frame.function === '' ? '(no name)' : frame.function;
  if (frame.file === undefined) return name;
  return `${name} (${[frame.file, frame.line, frame.column].filter((part) => part !== undefined).join(':')})`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}

/** A plugin's output and log lines, as they come. */
export function sayLogs(host: HostApi, output: Output): () => void {
  return host.on('log', ({ level, source, text, event }) => {
    const where = event > 0 ? ` (event ${event})` : '';
    const mark =
      level === 'error'
        ? output.style('red', level)
        : level === 'warn'
          ? output.style('yellow', level)
          : level;
    output.say(`${output.style('dim', `[${source}]`)} ${mark}${where}: ${text.trimEnd()}`);
  });
}

/** Runs something with a host of its own, which ends with it, or when the command is told to stop. */
export async function withHost<T>(run: (host: HostApi, stopped: AbortSignal) => Promise<T>): Promise<T> {
  const { createLocalHost } = await import('../host/local.ts');
  const host = await createLocalHost();
  const stop = stopRequest();
  stop.signal.addEventListener('abort', () => void host.dispose());
  try {
    return await run(host, stop.signal);
  } finally {
    stop.dispose();
    await host.dispose();
  }
}
