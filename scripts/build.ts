import { build as bundle } from 'esbuild';
import { webviewBundles } from '../webview/build.ts';
import { copyAssets } from './assets.ts';
import { nodeBundles } from './bundles.ts';
import { buildInterpreters } from './interpreters.ts';
import { main, step } from './progress.ts';

/** Builds everything that the extension, the command line and the tests run into dist/. */
export async function build(): Promise<void> {
  const { bundles, missing } = nodeBundles();
  await step('Bundling the extension, the command line, the host process and the panels', () =>
    Promise.all([...bundles, ...webviewBundles].map((options) => bundle(options))),
  );
  await step('Copying what the bundles load', copyAssets);
  await step('Building the development interpreters', buildInterpreters);
  if (missing.length > 0) throw new Error(`The build is incomplete: ${missing.join(', ')} missing.`);
}

await main(import.meta, async () => {
  await build();
  return 0;
});
