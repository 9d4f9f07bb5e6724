import type { BuildOptions } from 'esbuild';
import { panelNames } from './html.ts';
import type { PanelName } from './html.ts';

function bundle(panel: PanelName): BuildOptions {
  return {
    entryPoints: [
      { in: `webview/${panel}/main.ts`, out: panel },
      { in: `webview/${panel}/style.css`, out: panel },
    ],
    outdir: 'dist/webview',
    bundle: true,
    minify: true,
    // VS Code 1.120 brings Chromium 142.
    target: 'chrome130',
    format: 'iife',
    platform: 'browser',
    legalComments: 'none',
    logLevel: 'warning',
  };
}

/** One esbuild run a panel; paths are relative to the repository's root. */
export const webviewBundles: readonly BuildOptions[] = panelNames.map(bundle);
