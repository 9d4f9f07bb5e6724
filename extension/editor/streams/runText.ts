import type { RunStatus } from '../../host/protocol.ts';
import { bytesText } from '../../inputs/size.ts';

/** `45 %`, or how many bytes where the end is not known. */
export function progressText({ bytes, totalBytes }: RunStatus): string {
  if (totalBytes === undefined) return bytesText(bytes);
  return `${totalBytes === 0 ? 100 : Math.floor((bytes / totalBytes) * 100)} %`;
}

/** `1.5 KiB of 2.0 KiB, 3 B skipped, failed` */
export function runText(run: RunStatus): string {
  const { state, bytes, totalBytes, skipped } = run;
  const of = totalBytes === undefined ? '' : ` of ${bytesText(totalBytes)}`;
  return [
    `${bytesText(bytes)}${of}`,
    ...(skipped === 0 ? [] : [`${bytesText(skipped)} skipped`]),
    ...(state === 'running' ? [] : [state]),
  ].join(', ');
}
