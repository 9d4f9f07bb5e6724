import type { Lane } from '../protocol.ts';
import { isHighContrast, themeColour } from '../theme.ts';

/** The theme as the canvas needs it: read once, and again when the theme changes. */
export interface Colours {
  readonly highContrast: boolean;
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly stripe: string;
  readonly error: string;
  readonly marker: string;
  readonly hover: string;
  readonly memory: string;
  readonly lanes: Readonly<Record<Lane['kind'], string>>;
}

export function readColours(): Colours {
  return {
    highContrast: isHighContrast(),
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
    hover: themeColour('--vscode-descriptionForeground'),
    memory: themeColour('--vscode-charts-blue'),
    lanes: {
      calls: themeColour('--vscode-charts-green'),
      hostCalls: themeColour('--vscode-charts-purple'),
      logs: themeColour('--vscode-descriptionForeground'),
      telemetry: themeColour('--vscode-terminal-ansiCyan'),
      reloads: themeColour('--vscode-charts-yellow'),
    },
  };
}
