import type { LaneKind } from '../../protocol.ts';

/** What a box is filled with beside its colour, so that kinds can be told apart without colours. */
export type Pattern = 'plain' | 'rising' | 'falling' | 'dots' | 'across' | 'upright' | 'crossed';

export const lanePatterns: Readonly<Record<LaneKind, Pattern>> = {
  calls: 'plain',
  effects: 'rising',
  spans: 'across',
  telemetry: 'falling',
  logs: 'dots',
  lifecycle: 'upright',
  counter: 'plain',
};

/** Of a slice that ended in a trap. */
export const trapPattern: Pattern = 'crossed';

/** The theme as the canvas needs it: read once, and again when the theme changes. */
export interface Colours {
  readonly highContrast: boolean;
  readonly font: string;
  readonly background: string;
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly stripe: string;
  readonly error: string;
  readonly marker: string;
  readonly hover: string;
  readonly range: string;
  readonly hit: string;
  readonly note: string;
  readonly lanes: Readonly<Record<LaneKind, string>>;
}
