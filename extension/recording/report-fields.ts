import type { Field } from '../host/contract.ts';
import { isObject } from './lifecycle.ts';

export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

type Report = Readonly<Record<string, unknown>>;

/** The lines of a `FailureReport` that was read back from a recording, those that are there. */
export function reportFields(report: Report): Field[] {
  const event = report['event'];
  return [
    text('failure', report['kind']),
    text('what happened', report['what']),
    text('what to do', report['advice']),
    text('state', report['stateText']),
    text('call', report['call']),
    isObject(event)
      ? text('event', [event['number'], event['name'], event['summary']].filter(isPlain).join(' '))
      : undefined,
    text('stderr', report['stderr']),
    ...listOf(report['frames']).map((frame) => (isObject(frame) ? text('at', frameText(frame)) : undefined)),
    ...listOf(report['hostCalls']).map((call) => text('host call', call)),
  ].filter((field) => field !== undefined);
}

/** The innermost place in the plugin's own sources, where the report knows it. */
export function reportSource(report: Report): SourcePlace | undefined {
  const source = report['source'];
  if (!isObject(source)) return undefined;
  const { file, line, column } = source;
  if (typeof file !== 'string' || typeof line !== 'number') return undefined;
  return { file, line, ...(typeof column === 'number' ? { column } : {}) };
}

function frameText(frame: Report): string {
  const place = [frame['file'], frame['line'], frame['column']].filter(isPlain).join(':');
  const name = typeof frame['function'] === 'string' && frame['function'] !== '' ? frame['function'] : '?';
  return place === '' ? name : `${name} (${place})`;
}

function text(name: string, value: unknown): Field | undefined {
  return typeof value === 'string' && value !== '' ? { name, value } : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isPlain(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
