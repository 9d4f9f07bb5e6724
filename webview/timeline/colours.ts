import type { LaneKind } from '../protocol.ts';
import { isHighContrast, themeColour } from '../theme.ts';

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

export function readColours(): Colours {
  const body = getComputedStyle(document.body);
  return {
    highContrast: isHighContrast(),
    font: body.fontFamily,
    background: themeColour('--vscode-panel-background', '--vscode-editor-background'),
    text: themeColour('--vscode-foreground', '--vscode-editor-foreground'),
    dim: themeColour('--vscode-descriptionForeground', '--vscode-foreground'),
    line: themeColour('--vscode-contrastBorder', '--vscode-panel-border', '--vscode-editorGroup-border'),
    stripe: themeColour(
      '--vscode-toolbar-hoverBackground',
      '--vscode-list-hoverBackground',
      '--vscode-contrastBorder',
    ),
    error: themeColour('--vscode-errorForeground', '--vscode-charts-red'),
    marker: themeColour('--vscode-contrastActiveBorder', '--vscode-focusBorder'),
    hover: themeColour('--vscode-descriptionForeground', '--vscode-foreground'),
    range: themeColour(
      '--vscode-contrastActiveBorder',
      '--vscode-editor-selectionBackground',
      '--vscode-focusBorder',
    ),
    hit: themeColour(
      '--vscode-editorOverviewRuler-findMatchForeground',
      '--vscode-charts-orange',
      '--vscode-foreground',
    ),
    note: themeColour('--vscode-charts-orange', '--vscode-charts-yellow', '--vscode-foreground'),
    lanes: {
      calls: themeColour('--vscode-charts-green', '--vscode-foreground'),
      effects: themeColour('--vscode-charts-orange', '--vscode-foreground'),
      spans: themeColour('--vscode-charts-purple', '--vscode-foreground'),
      telemetry: themeColour('--vscode-terminal-ansiCyan', '--vscode-foreground'),
      logs: themeColour('--vscode-descriptionForeground', '--vscode-foreground'),
      lifecycle: themeColour('--vscode-charts-yellow', '--vscode-foreground'),
      counter: themeColour('--vscode-charts-blue', '--vscode-foreground'),
    },
  };
}
