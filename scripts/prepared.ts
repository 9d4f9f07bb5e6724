// Prepares the development interpreters as the host would at the first start of a plugin, so that
// what is shipped needs no transpiling.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contracts } from '../extension/contracts/index.ts';
import { prepareComponent, shippedFolder } from '../extension/host/prepare.ts';
import type { WitSide, WitWorld } from '../extension/wit/model.ts';
import { readWitFolder, resolveWit } from '../extension/wit/tool.ts';
import { dist, root } from './paths.ts';

/** Fills dist/prepared with the contracts' WIT and from dist/interpreters; what is there already stays. */
export async function prepareInterpreters(): Promise<void> {
  const cacheFolder = shippedFolder();
  await mkdir(cacheFolder, { recursive: true });
  // What an earlier version of the cache left.
  for (const name of await readdir(dirname(cacheFolder))) {
    const path = join(dirname(cacheFolder), name);
    if (path !== cacheFolder) await rm(path, { recursive: true, force: true });
  }
  await writeContractWit();
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
    if (script !== undefined) wanted.add(dirname(script));
  }
  for (const name of await readdir(cacheFolder)) {
    const folder = join(cacheFolder, name);
    if (!wanted.has(folder)) await rm(folder, { recursive: true, force: true });
  }
}

/** What a component's WIT is compared with: the contract's own interfaces of its world. */
async function writeContractWit(): Promise<void> {
  for (const { id, wit } of Object.values(contracts)) {
    if (wit === undefined) continue;
    const { worlds } = await resolveWit(await readWitFolder(join(root, 'wit', wit.folder)));
    const world = worlds.find(({ name }) => name === wit.world);
    if (world === undefined) throw new Error(`wit/${wit.folder} has no world ${wit.world}.`);
    const ownPackages = `${wit.package.split(':')[0] ?? ''}:`;
    const own = (side: WitSide): WitSide => ({
      ...side,
      interfaces: side.interfaces.filter(({ name }) => name.startsWith(ownPackages)),
    });
    const kept: WitWorld = { ...world, imports: own(world.imports), exports: own(world.exports) };
    await writeFile(join(dist, 'prepared', `${id}.wit.json`), JSON.stringify(kept));
  }
}
