import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { tell } from '../contracts/holomush/transcript.ts';
import type { BenchConfig } from '../contracts/chipmunk/bench-config.ts';
import { contracts } from '../contracts/index.ts';
import { UserError } from '../errors.ts';
import type { EventJson } from '../host/contract.ts';
import type { Host } from '../host/host.ts';
import type { BusEntry, PluginStatus } from '../host/protocol.ts';
import { parseJson } from '../project/json.ts';
import type { Artifact, BuildMode, InputSpec, Project } from '../project/project.ts';
import { isObject } from '../recording/lifecycle.ts';
import { CallStatus, headOf, RecordKind } from '../recording/record.ts';
import { buildOnce } from './build.ts';
import { callLine, callsIn, type EndedCall } from './calls.ts';
import { command, ExitCode } from './command.ts';
import { inputOf, paramsOf, sayFailure, sayLogs, untilStatus, withoutInput } from './host.ts';
import { sentences, type Output } from './output.ts';
import { rowFormats, rowsFileOf, writeRows } from './rows.ts';
import { stopRequest } from './stop.ts';
import { runRules, sayRun, streamOptions, summariseRun } from './stream-input.ts';
import { summarise, type Summary } from './summary.ts';
import { fileProject, kindOf, projectAt } from './target.ts';

/** Contracts whose events are calls of exports that give something. */
const callable: ReadonlySet<string> = new Set(['custom', 'extism']);

interface Target {
  readonly project: Project;
  readonly artifact: Artifact;
}

export const runCommand = command({
  name: 'run',
  summary: 'Hosts a plugin, feeds it an input to its end and says what it did.',
  arguments: [
    {
      name: 'plugin',
      description:
        "A project's folder, which is built first, or a component file; the current folder where absent.",
    },
  ],
  flags: {
    development: 'Build for development; for release where absent.',
    'real-time': 'Feed the input at the speed of its recording, not as fast as the plugin goes.',
  },
  values: {
    ...streamOptions,
    'bench-config': {
      value: 'FILE',
      description:
        "A bench_config.toml of Chipmunk's tooling: its values are the plugin's parameters, and where no plugin is named it is the one of the file.",
    },
    record: { value: 'FILE', description: 'Write the recording (MCAP) to this file.' },
    rows: { value: 'FILE', description: 'Write the rows that a parser made to this file.' },
    format: {
      value: 'FORMAT',
      description: "Of the rows: text, csv or jsonl; by the file's ending where absent.",
    },
    params: { value: 'JSON', description: "Parameters of the plugin; the project's own where absent." },
    call: {
      value: 'EXPORT',
      description:
        'Call one export of a world of your own WIT or of an Extism plugin, and print what it gives, in WAVE.',
    },
    args: {
      value: 'WAVE',
      description:
        'An argument of that call, in WAVE; for an Extism plugin its input as it is. May be given many times, once for each parameter.',
      many: true,
    },
    event: {
      value: 'JSON',
      description:
        'Give the plugin this event instead of an input, in the form of a line of a .jsonl file. May be given many times.',
      many: true,
    },
    seconds: { value: 'N', description: 'Stop after N seconds.' },
  },
  async run(args, output) {
    const bench = await benchOf(args.text('bench-config'), args.text('params'));
    const params = bench === undefined ? paramsOf(args.text('params')) : JSON.stringify(bench.values);
    const seconds = args.number('seconds');
    const events = eventsOf(args.list('event'), args.text('call'), args.text('input'));
    const mode: BuildMode = args.flag('development') ? 'development' : 'release';
    const place = resolve(args.at(0) ?? bench?.binary ?? '.');
    const isFolder = (await kindOf(place)) === 'folder';
    const project = isFolder ? await projectAt(place, output) : await fileProject(place);
    const rows = rowsFileOf(args.text('rows'), args.choice('format', rowFormats), project);
    const call = callOf(args.text('call'), args.list('args'), args.text('input'));
    const wanted = {
      input: args.text('input'),
      realTime: args.flag('real-time'),
      rules: args.choice('rules', runRules),
    };
    const isFed = call !== undefined || events.length > 0;
    const input = isFed ? undefined : await inputOf(wanted, project);
    const file: Artifact = { kind: 'component', path: place };
    const artifact = isFolder ? (await buildOnce(project, mode, output)).artifact : file;
    if (!artifact) {
      output.result({ ok: false, failed: 'build' });
      return ExitCode.failed;
    }
    const typed = args.text('record');
    const record = typed === undefined ? undefined : resolve(typed);
    if (record !== undefined) await mkdir(dirname(record), { recursive: true }).catch(() => undefined);
    const { createLocalHost } = await import('../host/local.ts');
    // The summary is of all of it: one file, however long.
    const host = await createLocalHost({ recording: record, recordingBudget: Infinity });
    const logs = sayLogs(host, output);
    try {
      const status = await drive(
        host,
        { project, artifact },
        {
          params,
          input,
          seconds,
          call,
          events,
        },
      );
      const summary = await summarise(host);
      const calls = callable.has(project.contract) ? [...callsIn(host.recording)] : undefined;
      if (call !== undefined) return sayCall(status, calls?.at(-1), output);
      sayCalls(calls ?? [], output);
      const emitted = await emittedIn(host, project.contract);
      for (const { from = '', stream, event } of emitted.slice(0, MOST_CALLS))
        output.say(`${from} → ${stream} ${tell(event).text}`);
      saySummary(status, summary, output);
      const run = await summariseRun(host, status);
      if (run !== undefined) sayRun(run, output);
      if (record !== undefined) output.say(`Recording: ${record}`);
      const written = rows === undefined ? undefined : await writeRows(host, status.name, rows, output);
      output.result({
        ...resultOf(status, summary, record),
        ...(run === undefined ? {} : { input: run }),
        ...(calls === undefined ? {} : { calls }),
        ...(written === undefined ? {} : { rows: written }),
        ...(emitted.length === 0 ? {} : { emitted: emitted.map(({ event }) => event) }),
      });
      return isFine(status) ? ExitCode.fine : ExitCode.failed;
    } finally {
      logs();
      await host.dispose();
    }
  },
});

function isFine({ lastError, state, input }: PluginStatus): boolean {
  return !lastError && state !== 'failed' && input?.run?.state !== 'failed';
}

async function benchOf(
  file: string | undefined,
  params: string | undefined,
): Promise<BenchConfig | undefined> {
  if (file === undefined) return undefined;
  if (params !== undefined) throw new UserError('--bench-config and --params at once', 'Give one of them.');
  const { readBenchConfig } = await import('../contracts/chipmunk/bench-config.ts');
  return await readBenchConfig(resolve(file));
}

/** What plugins put onto the bus, where the contract has one. */
async function emittedIn(host: Host, contract: string): Promise<readonly BusEntry[]> {
  if (contracts[contract]?.bus === undefined) return [];
  const { events } = await host.request('busEntries', { contract });
  return events.filter(({ from }) => from !== undefined);
}

/** The one call that is asked for. */
function callOf(
  name: string | undefined,
  args: readonly string[],
  input: string | undefined,
): EventJson | undefined {
  if (name === undefined) {
    if (args.length === 0) return undefined;
    throw new UserError('--args without --call', 'Name the export: --call EXPORT.');
  }
  if (input !== undefined) throw new UserError('--call and --input at once', 'Give one of them.');
  return { call: name, args };
}

/** The events that are asked for. */
function eventsOf(
  typed: readonly string[],
  call: string | undefined,
  input: string | undefined,
): readonly EventJson[] {
  if (typed.length === 0) return [];
  if (call !== undefined) throw new UserError('--event and --call at once', 'Give one of them.');
  if (input !== undefined) throw new UserError('--event and --input at once', 'Give one of them.');
  return typed.map((text) => {
    const event = parseJson(text, '--event');
    if (isObject(event)) return event;
    throw new UserError(
      '--event: is not an object',
      'Write it as a line of a .jsonl file: {"pin": "in", "packet": {"text": "hello"}}.',
    );
  });
}

/** Prints what the call gave and nothing more, so that it can be read by what comes next. */
function sayCall(status: PluginStatus, call: EndedCall | undefined, output: Output): ExitCode {
  if (status.lastError) sayFailure(status.lastError, output);
  else if (call?.status === 'ok') output.say(call.result ?? 'ok');
  else output.say(`${output.style('red', 'failed:')} ${call?.error ?? 'the call did not come back'}`);
  const ok = !status.lastError && call?.status === 'ok';
  output.result({ ok, ...call, lastError: status.lastError });
  return ok ? ExitCode.fine : ExitCode.failed;
}

/** Calls that are listed, and characters of a line. */
const MOST_CALLS = 100;
const WIDTH = 200;

function sayCalls(calls: readonly EndedCall[], output: Output): void {
  for (const call of calls.slice(0, MOST_CALLS)) output.say(callLine(call, WIDTH));
  if (calls.length > MOST_CALLS) output.say(`… ${calls.length - MOST_CALLS} more calls`);
}

interface Feed {
  readonly params: string | undefined;
  readonly input: InputSpec | undefined;
  readonly seconds: number | undefined;
  readonly call: EventJson | undefined;
  readonly events: readonly EventJson[];
}

/** Starts the plugin, feeds it, waits for the end and stops it; gives its last status while it ran. */
async function drive(host: Host, { project, artifact }: Target, feed: Feed): Promise<PluginStatus> {
  const stop = stopRequest();
  const limit = feed.seconds === undefined ? undefined : AbortSignal.timeout(feed.seconds * 1000);
  const signal = limit ? AbortSignal.any([stop.signal, limit]) : stop.signal;
  try {
    const start = {
      project: withoutInput(project),
      artifact,
      ...(feed.params === undefined ? {} : { params: feed.params }),
    };
    const { id } = await host.request('start', start);
    const over = (status: PluginStatus): boolean => status.state === 'failed' || status.state === 'stopped';
    let status = await untilStatus(host, id, (now) => over(now) || now.state === 'running', signal);
    if (status.state === 'running' && feed.call) {
      await host.request('send', { plugin: id, events: [feed.call] });
      // A trap is recorded before the plugin is known to have failed.
      const isDone = (now: PluginStatus): boolean => {
        const [ended] = callsIn(host.recording);
        return over(now) || (ended !== undefined && ended.status !== 'trap');
      };
      status = await untilStatus(host, id, isDone, signal);
    } else if (status.state === 'running' && feed.events.length > 0) {
      await host.request('send', { plugin: id, events: feed.events });
      const isDone = (now: PluginStatus): boolean =>
        over(now) || (now.waiting === 0 && areAnswered(host, feed.events.length, now));
      status = await untilStatus(host, id, isDone, signal);
    } else if (status.state === 'running' && feed.input) {
      await host.request('startInput', { plugin: id, input: feed.input });
      const fed = (now: PluginStatus): boolean =>
        over(now) || (now.input?.running === false && now.waiting === 0);
      status = await untilStatus(host, id, fed, signal);
    } else if (status.state === 'running' && limit) {
      status = await untilStatus(host, id, over, signal);
    }
    if (status.state === 'running') await host.request('stop', { plugin: id });
    const last = (await host.request('list', undefined)).find((one) => one.id === id);
    // What it was while it ran, and how it ended.
    return last ? { ...status, ...last, state: status.state, memoryBytes: status.memoryBytes } : status;
  } finally {
    stop.dispose();
  }
}

/** Whether so many events came to their end; of a trap the report has to be there as well. */
function areAnswered({ recording }: Host, events: number, { lastError }: PluginStatus): boolean {
  let answered = 0;
  let trapped = false;
  for (let index = 0; index < recording.count; index++) {
    const record = headOf(recording, index);
    if (record.kind !== RecordKind.call || record.event === 0) continue;
    answered++;
    trapped ||= record.status === CallStatus.trap;
  }
  return answered >= events && (!trapped || lastError !== undefined);
}

function saySummary(status: PluginStatus, summary: Summary, output: Output): void {
  if (status.lastError) sayFailure(status.lastError, output);
  for (const { severity, message, advice } of status.findings)
    output.say(`${severity}: ${sentences(message, advice)}`);
  output.say(`${status.kind ?? status.name}: ${status.stateText}`);
  const { events, hostCalls, effects, logs, errors, msPerEvent } = summary;
  output.say(
    `${events} events, ${hostCalls} host calls, ${effects} effects, ${logs} log lines, ${errors} errors`,
  );
  if (msPerEvent)
    output.say(`time per event: p50 ${round(msPerEvent.p50)} ms, p95 ${round(msPerEvent.p95)} ms`);
}

function round(ms: number): string {
  return ms.toFixed(3);
}

function resultOf(
  status: PluginStatus,
  summary: Summary,
  recording: string | undefined,
): Readonly<Record<string, unknown>> {
  const { name, contract, language, kind, state, stateText, artifact, memoryBytes, lastError, findings } =
    status;
  return {
    ok: isFine(status),
    name,
    contract,
    language,
    kind,
    state,
    stateText,
    artifact,
    ...summary,
    memoryBytes,
    recording,
    lastError,
    findings,
  };
}
