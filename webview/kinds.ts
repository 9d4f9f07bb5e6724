import type { Lane, RowKind } from './protocol.ts';

/** Kinds in the order of the filter, with the word that the panels show. */
export const rowKinds: readonly { readonly kind: RowKind; readonly label: string; readonly many: string }[] =
  [
    { kind: 'event', label: 'event', many: 'Events' },
    { kind: 'call', label: 'call', many: 'Calls' },
    { kind: 'hostCall', label: 'host call', many: 'Host calls' },
    { kind: 'effect', label: 'effect', many: 'Effects' },
    { kind: 'log', label: 'log', many: 'Logs' },
    { kind: 'telemetry', label: 'telemetry', many: 'Telemetry' },
    { kind: 'lifecycle', label: 'lifecycle', many: 'Lifecycle' },
  ];

export function labelOf(kind: RowKind): string {
  return rowKinds.find((known) => known.kind === kind)?.label ?? kind;
}

/** Lanes of a plugin from top to bottom. */
export const laneKinds: readonly {
  readonly kind: Lane['kind'];
  readonly label: string;
  readonly one: string;
}[] = [
  { kind: 'calls', label: 'Calls', one: 'call' },
  { kind: 'hostCalls', label: 'Host calls', one: 'host call' },
  { kind: 'logs', label: 'Logs', one: 'log' },
  { kind: 'telemetry', label: 'Telemetry', one: 'telemetry' },
  { kind: 'reloads', label: 'Reloads', one: 'reload' },
];
