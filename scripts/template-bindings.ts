/**
 * Makes the bindings that templates come with: `node scripts/template-bindings.ts`. To be run after a
 * change to a contract's WIT or to the generator.
 */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recognise } from '../extension/project/recognise.ts';
import { scaffold } from '../extension/scaffold/scaffold.ts';
import { toolchains } from '../extension/toolchains/index.ts';
import { root } from './paths.ts';

const parent = await mkdtemp(join(tmpdir(), 'hotplug-bindings-'));
try {
  const { folder } = await scaffold({ contract: 'streamkit', language: 'c', name: 'bound', parent });
  const project = await recognise(folder);
  if (project === undefined) throw new Error(`${folder} is no project`);
  for (const path of (await toolchains.c.bindings?.(project)) ?? []) {
    const place = join(root, 'templates', 'streamkit', 'c', path);
    await cp(join(folder, path), place);
    process.stdout.write(`${place}\n`);
  }
} finally {
  await rm(parent, { recursive: true, force: true });
}
