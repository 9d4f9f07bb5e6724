import { build as bundle } from 'esbuild';
import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { webviewBundles } from '../webview/build.ts';
import { copyAssets } from './assets.ts';
import { nodeBundles } from './bundles.ts';
import { buildInterpreters } from './interpreters.ts';
import { dist } from './paths.ts';
import { prepareInterpreters } from './prepared.ts';
import { main, step } from './progress.ts';
import { transpileWitTool } from './wit-tool-glue.ts';

/** Deletes chunks of earlier builds. */
async function removeStale(outputs: readonly string[]): Promise<void> {
  const current = new Set(outputs.map((path) => basename(path)));
  for (const file of await readdir(dist)) {
    if (file.startsWith('chunk-') && !current.has(file)) await rm(join(dist, file));
  }
}

/** Builds everything that the extension, the command line and the tests run into dist/; gives what went into the bundles. */
export async function build(): Promise<readonly string[]> {
  const metafiles = await step(
    'Bundling the extension, the command line, the host process and the panels',
    () =>
      Promise.all(
        [...nodeBundles, ...webviewBundles].map((options) => bundle({ ...options, metafile: true })),
      ),
  );
  await removeStale(metafiles.flatMap(({ metafile }) => Object.keys(metafile.outputs)));
  await step('Copying what the bundles load', copyAssets);
  await step('Transpiling the WIT tool', transpileWitTool);
  await step('Building the development interpreters', buildInterpreters);
  await step('Preparing them for the host', prepareInterpreters);
  return metafiles.flatMap(({ metafile }) => Object.keys(metafile.inputs));
}

await main(import.meta, async () => {
  await build();
  return 0;
});
