import type { HostApi } from '../host/protocol.ts';

/** What happened in a recording, in numbers. */
export interface Summary {
  readonly events: number;
  readonly hostCalls: number;
  readonly effects: number;
  readonly logs: number;
  /** Records that went wrong. */
  readonly errors: number;
  /** Milliseconds that the plugin took for one event; absent where it got none. */
  readonly msPerEvent?: { readonly p50: number; readonly p95: number };
}

const WINDOW = 2000;

/** Counts the records of the live recording, window by window. */
export async function summarise(host: HostApi): Promise<Summary> {
  const counts = { events: 0, hostCalls: 0, effects: 0, logs: 0, errors: 0 };
  const durations = new Map<number, number>();
  for (let first = 0; ; first += WINDOW) {
    const window = await host.request('rows', {
      recording: 'live',
      query: { filter: '', first, count: WINDOW },
    });
    for (const row of window.rows) {
      if (row.status === 'error') counts.errors++;
      if (row.kind === 'event') counts.events++;
      else if (row.kind === 'log') counts.logs++;
      else if (row.kind === 'effect' || row.kind === 'telemetry') counts.effects++;
      if (row.kind === 'hostCall' || row.kind === 'log' || row.kind === 'effect' || row.kind === 'telemetry')
        counts.hostCalls++;
      if (row.kind === 'call' && row.event > 0)
        durations.set(row.event, (durations.get(row.event) ?? 0) + (row.durationMs ?? 0));
    }
    if (first + window.rows.length >= window.matching || window.rows.length === 0) break;
  }
  if (durations.size === 0) return counts;
  const sorted = [...durations.values()].sort((a, b) => a - b);
  return { ...counts, msPerEvent: { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) } };
}

/** The value that this part of the sorted values does not exceed. */
export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0;
}
