import type { PluginStatus } from '../host/protocol.ts';
import type { FailureReport, GuestFrame } from '../host/report.ts';

/** Whether a status tells of a failure that the status before did not. */
export function isNewFailure(before: PluginStatus | undefined, after: PluginStatus): boolean {
  if (after.lastError === undefined) return false;
  if (JSON.stringify(before?.lastError) !== JSON.stringify(after.lastError)) return true;
  return after.state === 'failed' && before?.state !== 'failed';
}

/** Whether the place of an earlier failure no longer means anything: other code runs, or none. */
export function isFreshStart(before: PluginStatus | undefined, after: PluginStatus): boolean {
  if (before === undefined) return false;
  return (
    after.reloads > before.reloads ||
    after.state === 'stopped' ||
    (before.lastError !== undefined && after.lastError === undefined)
  );
}

/** The whole report as lines of text, for the log. */
export function reportLines(plugin: string, report: FailureReport): readonly string[] {
  const { event } = report;
  return [
    `${plugin}: ${report.what}`,
    `  what to do: ${report.advice}`,
    `  state: ${report.stateText}`,
    ...(report.call === undefined ? [] : [`  in the call: ${report.call}`]),
    ...(event === undefined ? [] : [`  at event ${event.number} (${event.name}): ${event.summary}`]),
    ...section('stderr', report.stderr.trim() === '' ? [] : report.stderr.trim().split('\n')),
    ...section('stack, innermost first', report.frames.map(frameText)),
    ...section(`last ${report.hostCalls.length} host calls, oldest first`, report.hostCalls),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`  ${title}:`, ...lines.map((line) => `    ${line}`)];
}

function frameText(frame: GuestFrame): string {
  const where =
    frame.file === undefined
      ? ''
      : ` (${frame.file}${frame.line === undefined ? '' : `:${frame.line}`}${frame.column === undefined ? '' : `:${frame.column}`})`;
  return `${frame.function === '' ? '(no name)' : frame.function}${where}`;
}
