import type * as vscode from 'vscode';

import { messageOf } from '../errors.ts';
import type { HostEvents } from '../host/protocol.ts';

/** The one log of the extension, as the parts that do not know VS Code need it. */
export type Log = Pick<vscode.LogOutputChannel, 'debug' | 'info' | 'warn' | 'error' | 'show'>;

/** Writes what a plugin logged or wrote: `[gain #12] stderr: text`. */
export function logPlugin(log: Log, entry: HostEvents['log']): void {
  const event = entry.event > 0 ? ` #${entry.event}` : '';
  const source = entry.source === 'plugin' ? '' : `${entry.source}: `;
  for (const line of entry.text.replace(/\n+$/, '').split('\n')) {
    log[entry.level](`[${entry.plugin}${event}] ${source}${line}`);
  }
}

/** Writes an error with its causes and where it came from. Never the environment. */
export function logError(log: Log, what: string, error: unknown): void {
  log.error(`${what}: ${messageOf(error)}`);
  if (!(error instanceof Error)) return;
  if (error.cause !== undefined) log.error(`  caused by: ${messageOf(error.cause)}`);
  if (error.stack !== undefined) log.debug(error.stack);
}
