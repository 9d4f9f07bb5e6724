import type { Lane, LaneKind, RowKind } from './protocol.ts';
import { t } from './text.ts';

/** Kinds in the order of the filter, with the word that the panels show. */
export const rowKinds: readonly { readonly kind: RowKind; readonly label: string; readonly many: string }[] =
  [
    { kind: 'event', label: t('event'), many: t('Events') },
    { kind: 'call', label: t('call'), many: t('Calls') },
    { kind: 'hostCall', label: t('host call'), many: t('Host calls') },
    { kind: 'effect', label: t('effect'), many: t('Effects') },
    { kind: 'log', label: t('log'), many: t('Logs') },
    { kind: 'telemetry', label: t('telemetry'), many: t('Telemetry') },
    { kind: 'lifecycle', label: t('lifecycle'), many: t('Lifecycle') },
  ];

export function labelOf(kind: RowKind | 'span'): string {
  if (kind === 'span') return t('span');
  return rowKinds.find((known) => known.kind === kind)?.label ?? kind;
}

/** Lanes of a group from top to bottom: what a lane is called, and one entry of it. */
export const laneKinds: Readonly<Record<LaneKind, { readonly label: string; readonly one: string }>> = {
  calls: { label: t('Calls'), one: t('call') },
  effects: { label: t('Effects'), one: t('effect') },
  spans: { label: t('Spans'), one: t('span') },
  telemetry: { label: t('Telemetry'), one: t('telemetry') },
  logs: { label: t('Logs'), one: t('log') },
  lifecycle: { label: t('Lifecycle'), one: t('lifecycle') },
  counter: { label: t('Counters'), one: t('counter') },
};

/** Counters of the host and those that are worked out from calls, by the names that the index gives them. */
const counters: Readonly<Record<string, string>> = {
  memory: t('Memory'),
  queue: t('Queue'),
  dropped: t('Dropped'),
  'calls/s': t('calls/s'),
  'latency p50': t('latency p50'),
  'latency p95': t('latency p95'),
  'latency p99': t('latency p99'),
};

/** What a lane is called beside the picture: its event type or counter where it has one. */
export function laneLabel(lane: Pick<Lane, 'kind' | 'name'>): string {
  if (lane.kind === 'counter') return counters[lane.name] ?? lane.name;
  return lane.name === '' ? laneKinds[lane.kind].label : lane.name;
}
