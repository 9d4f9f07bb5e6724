import { build as bundle } from 'esbuild';
import type { BuildOptions } from 'esbuild';
import { webviewBundles } from '../webview/build.ts';
import { copyAssets } from './assets.ts';
import { nodeBundles } from './bundles.ts';
import { buildInterpreters } from './interpreters.ts';
import { main, step } from './progress.ts';

/** Gives the files that went into the bundle, relative to the repository. */
async function inputsOf(options: BuildOptions): Promise<readonly string[]> {
  const { metafile } = await bundle({ ...options, metafile: true });
  return Object.keys(metafile.inputs);
}

/** Builds everything that the extension, the command line and the tests run into dist/; gives what went into the bundles. */
export async function build(): Promise<readonly string[]> {
  const { bundles, missing } = nodeBundles();
  const inputs = await step('Bundling the extension, the command line, the host process and the panels', () =>
    Promise.all([...bundles, ...webviewBundles].map(inputsOf)),
  );
  await step('Copying what the bundles load', copyAssets);
  await step('Building the development interpreters', buildInterpreters);
  if (missing.length > 0) throw new Error(`The build is incomplete: ${missing.join(', ')} missing.`);
  return inputs.flat();
}

await main(import.meta, async () => {
  await build();
  return 0;
});
