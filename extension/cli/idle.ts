import type { HostApi, PluginStatus } from '../host/protocol.ts';
import { quoted } from '../recording/filter/index.ts';
import type { RowKind } from '../recording/query.ts';

const LOOK_MS = 50;
/** What opens and ends the work on an event. */
const WORK: readonly RowKind[] = ['event', 'call', 'lifecycle'];

/**
 * Resolves when no running plugin has an event that waits or is being handled, and two looks in a row saw
 * the same number of records: an answer may be an event for the next plugin. Also when the signal comes.
 */
export async function untilIdle(host: HostApi, signal: AbortSignal): Promise<void> {
  let before = '';
  while (!signal.aborted) {
    const now = await idleState(host);
    if (now !== undefined && now === before) return;
    before = now ?? '';
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Text that is the same as long as nothing happens; undefined while something is under way. */
async function idleState(host: HostApi): Promise<string | undefined> {
  const running = (await host.request('list', undefined)).filter(({ state }) => state === 'running');
  if (running.some(({ waiting }) => waiting > 0)) return undefined;
  const seen: unknown[] = [];
  for (const plugin of running) {
    const { last, count } = await lastWork(host, plugin);
    if (last === 'event') return undefined;
    seen.push([plugin.id, plugin.events, count]);
  }
  return JSON.stringify(seen);
}

async function lastWork(
  host: HostApi,
  { name }: PluginStatus,
): Promise<{ readonly last: RowKind | undefined; readonly count: number }> {
  const filter = `kind:${WORK.join(',')} plugin:${quoted(name)}`;
  const query = { filter, first: 'end', count: 1 } as const;
  const { rows, matching } = await host.request('rows', { recording: 'live', query });
  return { last: rows.at(-1)?.kind, count: matching };
}
