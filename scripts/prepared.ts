// Prepares the development interpreters as the host would at the first start of a plugin, so that
// what is shipped needs no transpiling.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contracts } from '../extension/contracts/index.ts';
import { prepareComponent, shippedFolder } from '../extension/host/prepare.ts';
import { dist } from './paths.ts';

/** Fills dist/prepared from dist/interpreters; what is there already stays. */
export async function prepareInterpreters(): Promise<void> {
  const cacheFolder = shippedFolder();
  await mkdir(cacheFolder, { recursive: true });
  const wanted = new Set<string>();
  for (const file of await readdir(join(dist, 'interpreters'))) {
    const contract = Object.values(contracts).find(
      ({ id }) => file.startsWith(`${id}-`) && file.endsWith('.wasm'),
    );
    if (contract === undefined) continue;
    const path = join(dist, 'interpreters', file);
    const { script } = await prepareComponent({
      path,
      cacheFolder,
      memoryBytes: contract.limits.memoryBytes,
    });
    wanted.add(dirname(script));
  }
  for (const name of await readdir(cacheFolder)) {
    const folder = join(cacheFolder, name);
    if (!wanted.has(folder)) await rm(folder, { recursive: true, force: true });
  }
}
