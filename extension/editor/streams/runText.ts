import type { RunStatus } from '../../host/protocol.ts';
import { bytesText } from '../../inputs/size.ts';
import { t } from '../../../webview/text.ts';

/** `45 %`, or how many bytes where the end is not known. */
export function progressText({ bytes, totalBytes }: RunStatus): string {
  if (totalBytes === undefined) return bytesText(bytes);
  return `${totalBytes === 0 ? 100 : Math.floor((bytes / totalBytes) * 100)} %`;
}

/** `1.5 KiB of 2.0 KiB, 3 B skipped, failed` */
export function runText(run: RunStatus): string {
  const { state, bytes, totalBytes, skipped } = run;
  return [
    totalBytes === undefined ? bytesText(bytes) : t('{0} of {1}', bytesText(bytes), bytesText(totalBytes)),
    ...(skipped === 0 ? [] : [t('{0} skipped', bytesText(skipped))]),
    ...(state === 'running' ? [] : [stateWord(state)]),
  ].join(', ');
}

function stateWord(state: Exclude<RunStatus['state'], 'running'>): string {
  switch (state) {
    case 'done':
      return t('done');
    case 'failed':
      return t('failed');
    case 'stopped':
      return t('stopped');
  }
}
