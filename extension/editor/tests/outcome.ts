/** What `hotplug test --json` said, as the Test view shows it. Knows nothing of VS Code. */
import type { DifferingEvent, TestResult } from '../../cli/tests.ts';
import type { RunResult } from '../../toolchains/run.ts';
import { isSame } from '../../replay/types.ts';
import { verdictOfReport } from '../../replay/verdict.ts';
import { joinSentences } from '../sentences.ts';
import { t } from '../../../webview/text.ts';

export interface Message {
  readonly text: string;
  /** Both sides of an event that differs. */
  readonly diff?: { readonly expected: string; readonly actual: string };
}

/** What came of one recording. */
export interface Outcome {
  readonly kind: 'passed' | 'failed' | 'errored';
  readonly durationMs?: number;
  readonly messages: readonly Message[];
}

/** What came of a run. */
export type Outcomes =
  /** By the recording's file. */
  | { readonly kind: 'done'; readonly tests: ReadonlyMap<string, Outcome> }
  /** No test was made. */
  | { readonly kind: 'none'; readonly text: string };

/** Reads how the command line ended. */
export function outcomesOf(result: Pick<RunResult, 'ended' | 'stdout' | 'stderr'>): Outcomes {
  const read = parse(result.stdout);
  if (read === undefined) return { kind: 'none', text: lastWords(result) };
  const { tests, failed, error } = read;
  if (tests !== undefined)
    return { kind: 'done', tests: new Map(tests.map((test) => [test.file, outcomeOf(test)])) };
  if (failed === 'build')
    return { kind: 'none', text: t('The plugin could not be built. The output of the test run says why.') };
  return {
    kind: 'none',
    text: error === undefined ? lastWords(result) : joinSentences(error.message, error.advice ?? ''),
  };
}

interface Printed {
  readonly tests?: readonly TestResult[];
  readonly failed?: string;
  readonly error?: { readonly message: string; readonly advice?: string };
}

function parse(stdout: string): Printed | undefined {
  try {
    const value: unknown = JSON.parse(stdout);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function lastWords({ ended, stderr }: Pick<RunResult, 'ended' | 'stderr'>): string {
  const last = stderr.trim().split('\n').at(-1) ?? '';
  const how =
    ended === 'missing'
      ? t("Hotplug's command line could not be started")
      : t("Hotplug's command line ended without a result");
  return `${how}${last === '' ? '.' : `: ${last}`}`;
}

function outcomeOf({ ok, error, durationMs, reports, events, leak }: TestResult): Outcome {
  if (error !== undefined)
    return {
      kind: 'errored',
      durationMs,
      messages: [{ text: joinSentences(error.message, error.advice) }],
    };
  if (ok) return { kind: 'passed', durationMs, messages: [] };
  if (leak !== undefined)
    return { kind: 'failed', durationMs, messages: [{ text: t('Leak: {0}.', leak.text) }] };
  const different = reports.filter((report) => !isSame(report));
  const summary = different.map((report) => {
    const { text, details } = verdictOfReport(report);
    return [text, ...details].join('\n');
  });
  const several = reports.length > 1;
  const shown = events.map((event) => ({
    text: `${titleOf(event, several)}\n${event.text}`,
    diff: { expected: event.expected, actual: event.actual },
  }));
  const all = different.reduce(
    (sum, { differences }) => sum + new Set(differences.map(({ event }) => event)).size,
    0,
  );
  const more = all - events.length;
  return {
    kind: 'failed',
    durationMs,
    messages: [
      { text: summary.join('\n') },
      ...shown,
      ...(more > 0
        ? [
            {
              text: more === 1 ? t('1 more event that differs') : t('{0} more events that differ', more),
            },
          ]
        : []),
    ],
  };
}

function titleOf({ event, pin, report }: DifferingEvent, several: boolean): string {
  const what =
    event === 0 ? t('outside of events') : `${t('event {0}', event)}${pin === undefined ? '' : ` (${pin})`}`;
  return several ? t('{0} of life {1}', what, report + 1) : what;
}

/** The arguments of the command line for recordings of a project; all of them where none is named. */
export function testArguments(
  folder: string,
  names: readonly string[] | undefined,
  more: readonly string[] = [],
): readonly string[] {
  return ['test', folder, '--json', ...(names ?? []).map((name) => `--recording=${name}`), ...more];
}
