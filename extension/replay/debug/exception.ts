/** What is said of a failure of the plugin, and of a difference. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { UserError } from '../../errors.ts';
import type { FailureReport } from '../../host/report.ts';
import type { Stop } from './finder.ts';
import type { Run } from './run.ts';
import { differenceText } from './scopes.ts';

type Info = DebugProtocol.ExceptionInfoResponse['body'];

/** Throws a UserError where one did not stop for either. */
export async function exceptionInfo(run: Run, stops: readonly Stop[], folder: string): Promise<Info> {
  const trap = stops.find(({ reason }) => reason.kind === 'trap');
  const ended = trap === undefined ? undefined : run.endAt(trap.place.position);
  if (ended !== undefined) {
    const report = await run.execution.report(folder);
    return {
      exceptionId: report?.kind ?? ended.reason,
      description: report?.what ?? ended.text,
      breakMode: 'always',
      details: {
        message: ended.text,
        typeName: report?.kind ?? ended.reason,
        ...(report === undefined ? {} : { stackTrace: stackText(report) }),
      },
    };
  }
  for (const { reason } of stops) {
    if (reason.kind !== 'difference') continue;
    const { difference } = reason;
    return {
      exceptionId: 'difference',
      description: differenceText(difference),
      breakMode: 'always',
      details: {
        message: differenceText(difference),
        typeName: difference.kind,
        stackTrace: `expected: ${difference.expected ?? 'nothing'}\nactual:   ${difference.actual ?? 'nothing'}`,
      },
    };
  }
  throw new UserError('Nothing failed here.', 'Continue to the next failure.');
}

/** What the plugin wrote, and the frames of its stack with their lines where they are known. */
function stackText({ frames, stderr }: FailureReport): string {
  const lines = frames.map(({ function: name, file, line }) => {
    const place = file === undefined ? '' : ` (${file}${line === undefined ? '' : `:${line}`})`;
    return `    at ${name === '' ? '<unknown>' : name}${place}`;
  });
  return [...(stderr.trim() === '' ? [] : [stderr.trimEnd()]), ...lines].join('\n');
}
