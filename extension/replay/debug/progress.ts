/** Tells a client how far a long search is. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Wire } from './wire.ts';

/** Milliseconds after which a client is told, and between two messages. */
const PROGRESS_MS = 500;
let searches = 0;

export interface Progress {
  readonly at: (position: number) => void;
  readonly end: () => void;
}

export function trackProgress(
  wire: Wire,
  total: number,
  client: Partial<DebugProtocol.InitializeRequestArguments>,
): Progress {
  if (client.supportsProgressReporting !== true) return { at: () => undefined, end: () => undefined };
  const progressId = `search-${++searches}`;
  let last = performance.now();
  let started = false;
  return {
    at: (position) => {
      if (performance.now() - last < PROGRESS_MS) return;
      last = performance.now();
      const message = `event ${position} of ${total}`;
      const percentage = Math.round((100 * position) / total);
      if (started) wire.event('progressUpdate', { progressId, message, percentage });
      else wire.event('progressStart', { progressId, title: 'Replaying', message, percentage });
      started = true;
    },
    end: () => {
      if (started) wire.event('progressEnd', { progressId });
    },
  };
}
