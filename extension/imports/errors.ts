import { messageOf, UserError } from '../errors.ts';
import type { Recording } from '../recording/record.ts';
import { IMPORTED } from './payload.ts';

const WHICH =
  'Choose a recording of Hotplug (.mcap), trace event JSON as Chrome and Perfetto write it, or OTLP JSON; each may be packed with gzip.';

/** Every error that reading a foreign trace can end in, in one place. */
export const importError = {
  cannotOpen: (path: string, cause: unknown) =>
    new UserError(
      `The trace ${path} cannot be opened: ${messageOf(cause)}.`,
      'Check the path and that you may read the file.',
      { cause },
    ),
  unknown: (path: string, keys: readonly string[]) =>
    new UserError(
      keys.length === 0
        ? `${path} is JSON, but no trace: it holds no events.`
        : `${path} is JSON, but no trace that Hotplug knows: at its top it has ${listed(keys)}, not traceEvents, resourceSpans or resourceLogs.`,
      WHICH,
    ),
  empty: (path: string) =>
    new UserError(`The trace ${path} holds no events that can be shown.`, 'Record it again, for longer.'),
  perfetto: (path: string) =>
    new UserError(
      `${path} looks like Perfetto's binary format, which Hotplug does not read (offset 0).`,
      'Turn it into JSON first: traceconv json FILE trace.json.',
    ),
  damaged: (path: string, place: string, what: string, cause?: unknown) =>
    new UserError(
      `The trace ${path} cannot be read past ${place}: ${what}.`,
      'Take another copy of the file, or have the tool that wrote it write it again.',
      { cause },
    ),
  packed: (path: string, cause: unknown) =>
    new UserError(
      `The trace ${path} cannot be unpacked: ${messageOf(cause)}.`,
      'Take another copy of the file; gzip -t says whether it is whole.',
      { cause },
    ),
  cannotKeep: (path: string, cause: unknown) =>
    new UserError(
      `There is no room to read the trace ${path}: ${messageOf(cause)}.`,
      'Make room in the folder for temporary files (TMPDIR says which), about as much as the unpacked trace takes.',
      { cause },
    ),
} as const;

/** Throws a UserError where a recording was made of another tool's trace, of which nothing can be run. */
export function refuseImported(recording: Recording, what: 'replayed' | 'compared'): void {
  if (recording.info.contract !== IMPORTED) return;
  throw new UserError(
    `This is an imported trace: it can be looked at, but not ${what}, because there is no plugin behind it.`,
    'Take a recording that Hotplug made of a plugin.',
  );
}

function listed(keys: readonly string[]): string {
  const shown = keys.slice(0, 5).map((key) => JSON.stringify(key.slice(0, 60)));
  return keys.length > shown.length ? `${shown.join(', ')} and more` : shown.join(', ');
}
