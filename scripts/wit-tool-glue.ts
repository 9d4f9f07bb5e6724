// Transpiles vendor/wit-tool.wasm into dist/wit-tool, where extension/wit/tool.ts loads it.
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dist, root } from './paths.ts';
import { witToolFile } from './wit-tool.ts';

/** Transpiles the tool, unless that was done for the same component by the same jco. */
export async function transpileWitTool(): Promise<void> {
  const folder = join(dist, 'wit-tool');
  const component = await readFile(witToolFile);
  const hash = createHash('sha256').update(component);
  for (const file of [
    'node_modules/@bytecodealliance/jco-transpile/package.json',
    'scripts/wit-tool-glue.ts',
  ])
    hash.update(await readFile(join(root, file)));
  const inputs = hash.digest('hex');
  const inputsFile = join(folder, 'tool.inputs');
  if ((await readFile(inputsFile, 'utf8').catch(() => '')) === inputs) return;

  const { files } = await transpileBytes(component, {
    name: 'tool',
    instantiation: 'sync',
    emitTypescriptDeclarations: false,
    nodejsCompat: false,
    base64Cutoff: 0,
  });
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  await writeFile(inputsFile, inputs);
}
