import { textsElement } from './text.ts';

/** Pages: each has a folder here and a bundle of its own. */
export const panelNames = ['trace', 'timeline', 'recording', 'call', 'console', 'rows', 'config'] as const;
export type PanelName = (typeof panelNames)[number];

export interface PanelPage {
  readonly panel: PanelName;
  /** Addresses of the bundle's script and style sheet, as the webview sees them. */
  readonly script: string;
  readonly style: string;
  /** `webview.cspSource` in the editor. */
  readonly cspSource: string;
  /** Random, new for each page: letters and digits. */
  readonly nonce: string;
  readonly title: string;
  /** `vscode.env.language`; `en` where absent. */
  readonly language?: string;
  /** `vscode.l10n.bundle`: English messages and what they are in that language. */
  readonly texts?: Readonly<Record<string, string>> | undefined;
}

/**
 * Hash of the empty style element. The toolkit adds one to find out whether the browser knows
 * `:focus-visible`; without it the policy reports a violation and focus rings show on clicks.
 * Nothing but an empty element matches.
 */
const emptyStyle = `'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='`;

/**
 * The page of a panel. Nothing but its own script and style sheet loads: no inline styles, no
 * images, no connections. Component styles are constructed style sheets, which a policy allows.
 */
export function panelHtml(page: PanelPage): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${page.nonce}'`,
    `style-src ${page.cspSource} ${emptyStyle}`,
    `font-src ${page.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escape(page.language ?? 'en')}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(page.title)}</title>
<link rel="stylesheet" href="${escape(page.style)}">
</head>
<body>
<main id="panel" class="${page.panel}" aria-label="${escape(page.title)}"></main>
<script type="application/json" id="${textsElement}">${data(page.texts ?? {})}</script>
<script nonce="${escape(page.nonce)}" src="${escape(page.script)}"></script>
</body>
</html>
`;
}

/** JSON within a script element that is no script: nothing in it can end the element or begin a comment. */
function data(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
