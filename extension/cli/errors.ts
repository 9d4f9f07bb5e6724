import { messageOf, UserError } from '../errors.ts';
import { visibleLines } from '../recording/visible.ts';
import { ExitCode } from './command.ts';
import type { Output } from './output.ts';

/** Says what went wrong: what the user can do, or that the mistake is Hotplug's. Never a stack unless asked for. */
export function sayError(error: unknown, output: Output): void {
  const mark = output.style('red', 'error:');
  if (error instanceof UserError) {
    output.say(`${mark} ${visibleLines(error.message)}`);
    output.say(`  what to do: ${visibleLines(error.advice)}`);
  } else {
    output.say(`${mark} this is a defect of Hotplug: ${visibleLines(messageOf(error))}`);
  }
  if (process.env['HOTPLUG_DEBUG'] === '1') output.say(stackOf(error));
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stack = error.stack ?? error.message;
  return error.cause === undefined ? stack : `${stack}\ncaused by: ${stackOf(error.cause)}`;
}

/** The error as data, for `--json`. */
export function errorJson(error: unknown): Readonly<Record<string, unknown>> {
  const message = messageOf(error);
  const detail = error instanceof UserError ? { message, advice: error.advice } : { message, defect: true };
  return { ok: false, error: detail };
}

/** A wrong use or bad input is the user's to correct; a defect counts as a failure. */
export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof UserError ? ExitCode.usage : ExitCode.failed;
}
