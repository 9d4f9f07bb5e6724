// Prepares the development interpreters as the host would at the first start of a plugin, so that
// what is shipped needs no transpiling.
import { generateHostTypes } from '@bytecodealliance/jco-transpile';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contracts } from '../extension/contracts/index.ts';
import { interfaceTypes } from '../extension/host/glue.ts';
import { prepareComponent, shippedFolder } from '../extension/host/prepare.ts';
import { dist, root } from './paths.ts';

/** Fills dist/prepared with the contracts' types and from dist/interpreters; what is there already stays. */
export async function prepareInterpreters(): Promise<void> {
  const cacheFolder = shippedFolder();
  await mkdir(cacheFolder, { recursive: true });
  // What an earlier version of the cache left.
  for (const name of await readdir(dirname(cacheFolder))) {
    const path = join(dirname(cacheFolder), name);
    if (path !== cacheFolder) await rm(path, { recursive: true, force: true });
  }
  await writeContractTypes();
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

/** What a component's types are compared with: declarations of the contract's WIT, as jco writes a component's. */
async function writeContractTypes(): Promise<void> {
  for (const { id, wit } of Object.values(contracts)) {
    const files = await generateHostTypes(join(root, 'wit', wit.folder), {
      worldName: wit.world,
      instantiation: { tag: 'sync' },
    });
    const own = Object.entries(interfaceTypes(files)).filter(([name]) =>
      name.startsWith(`${wit.package.split('@')[0] ?? ''}/`),
    );
    await writeFile(join(dist, 'prepared', `${id}.types.json`), JSON.stringify(Object.fromEntries(own)));
  }
}
