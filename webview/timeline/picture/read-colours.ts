import { isHighContrast, themeColour } from '../../theme.ts';
import type { Colours } from './colours.ts';

/** The theme's colours as they are now. */
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
