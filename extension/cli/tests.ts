/** A project's recordings as tests: each is replayed against a build and must come out the same. */
import { messageOf, UserError } from '../errors.ts';
import type { HostApi, ReplayText } from '../host/protocol.ts';
import type { ProjectRecording } from '../project/recordings.ts';
import type { RecordingFile } from '../recording/reader.ts';
import { livesFor } from '../replay/choose.ts';
import type { Life } from '../replay/lives.ts';
import { isSame, type ReplayReport } from '../replay/types.ts';
import { verdictOfReport } from '../replay/verdict.ts';
import { differenceLines, plainly, reportLines } from './differences.ts';
import { findLeak, type Leak } from './leaks.ts';
import type { Output } from './output.ts';
import { openFor, tellingOf, type OpenRecording, type ReplayChoices, type Target } from './replays.ts';

/** What came of one recording. Pure data: `hotplug test --json` prints it and the Test view reads it. */
export interface TestResult extends ProjectRecording {
  readonly ok: boolean;
  readonly durationMs: number;
  /** One for each life with events. */
  readonly reports: readonly ReplayReport[];
  /** The first of the events that differ. */
  readonly events: readonly DifferingEvent[];
  /** Why it could not be replayed. */
  readonly error?: { readonly message: string; readonly advice: string };
  /** Its file now holds what the plugin does. */
  readonly accepted?: true;
  /** The plugin does the same and loses memory with it. */
  readonly leak?: Leak;
}

/** Both sides of an event as text. */
export interface DifferingEvent extends ReplayText {
  /** Position of the report. */
  readonly report: number;
  /** Number of the event; 0 for what is outside of events. */
  readonly event: number;
  readonly pin?: string;
  /** What differs, as text. */
  readonly text: string;
}

const MOST_EVENTS = 20;

export interface TestRun {
  readonly host: HostApi;
  readonly target: Target;
  readonly choices: ReplayChoices;
  /** Write what differs as the new recording. */
  readonly accept: boolean;
  /** Look for memory that is not given back. */
  readonly leaks: boolean;
  readonly stopped: AbortSignal;
}

/** Replays every life of a recording that is the project's. Never rejects for the recording's sake. */
export async function runTest(run: TestRun, test: ProjectRecording, output: Output): Promise<TestResult> {
  const started = performance.now();
  const reports: ReplayReport[] = [];
  const events: DifferingEvent[] = [];
  const lines: string[] = [];
  const result = (more: Pick<TestResult, 'ok'> & Partial<TestResult>): TestResult => ({
    ...test,
    durationMs: performance.now() - started,
    reports,
    events,
    ...more,
  });
  try {
    await using open = await openFor(run.host, test.file);
    const lives = livesFor(open.recording, { project: run.target.project.name });
    for (const life of lives) {
      const { replay, report } = await open.replay(life, run.target, run.choices);
      const telling = tellingOf(open.recording, life, output.style);
      if (!isSame(report)) {
        if (lives.length > 1) lines.push(`life ${life.position} of ${report.plugin}:`);
        lines.push(...reportLines(report, telling));
        for (const event of differing(report).slice(0, MOST_EVENTS - events.length)) {
          const pin = telling.pinOf(event);
          const text = textOf(report, event);
          const sides = await run.host.request('replayText', { replay, event });
          events.push({
            report: reports.length,
            event,
            ...(pin === undefined ? {} : { pin }),
            text,
            ...sides,
          });
        }
      }
      reports.push(report);
    }
    const ok = reports.every(isSame);
    if (!ok && run.accept) {
      await accept(run, test, open, [...new Set(lives.map(({ plugin }) => plugin))]);
      const accepted = result({ ok: true, accepted: true });
      say(accepted, lines, output);
      return accepted;
    }
    const leak = ok && run.leaks ? await leakIn(run, test, open.recording, lives) : undefined;
    const done = result(leak === undefined ? { ok } : { ok: false, leak });
    say(done, lines, output);
    return done;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const failed = result({ ok: false, error: { message: messageOf(error), advice: error.advice } });
    say(failed, lines, output);
    return failed;
  }
}

/** The first of a recording's lives whose events, repeated, make the memory grow. */
async function leakIn(
  { host, target, stopped }: TestRun,
  { file }: ProjectRecording,
  recording: RecordingFile,
  lives: readonly Life[],
): Promise<Leak | undefined> {
  for (const life of lives) {
    const leak = await findLeak(host, target, { recording, file }, life, stopped);
    if (leak !== undefined) return leak;
  }
  return undefined;
}

/** Puts the new behaviour into the recording's place. */
async function accept(
  { host, target, choices }: TestRun,
  test: ProjectRecording,
  open: OpenRecording,
  plugins: readonly number[],
): Promise<void> {
  const { unrecorded } = choices;
  await host.request('rerecord', {
    recording: open.id,
    plugins,
    against: target,
    file: test.file,
    ...(unrecorded === undefined ? {} : { unrecorded }),
  });
}

function differing(report: ReplayReport): readonly number[] {
  return [...new Set(report.differences.map(({ event }) => event))];
}

function textOf(report: ReplayReport, event: number): string {
  const differences = report.differences.filter((difference) => difference.event === event);
  const lines = differenceLines(
    { ...report, differences, differenceCount: differences.length },
    { style: plainly, pinOf: () => undefined },
  );
  return lines
    .slice(1)
    .map((line) => line.slice(2))
    .join('\n');
}

function say(result: TestResult, lines: readonly string[], output: Output): void {
  const { name, ok, accepted, error, durationMs, reports } = result;
  const took = output.style('dim', `(${Math.round(durationMs)} ms)`);
  const events = reports.reduce((sum, report) => sum + report.events.total, 0);
  if (error !== undefined) {
    output.say(`${output.style('red', 'UNUSABLE')} ${name}: ${error.message} ${took}`);
    output.say(`  what to do: ${error.advice}`);
  } else if (accepted === true) {
    output.say(`${output.style('yellow', 'ACCEPTED')} ${name} ${took}`);
  } else if (ok) {
    output.say(`${output.style('green', 'PASS')} ${name}: same, ${events} events ${took}`);
  } else {
    output.say(`${output.style('red', 'FAIL')} ${name}: ${summaryOf(result)} ${took}`);
  }
  for (const line of lines) output.say(`  ${line}`);
}

/** What differs in one line. */
export function summaryOf({ reports, leak }: Pick<TestResult, 'reports' | 'leak'>): string {
  if (leak !== undefined) return leak.text;
  const different = reports.filter((report) => !isSame(report));
  return different.map((report) => verdictOfReport(report).text).join('; ');
}
