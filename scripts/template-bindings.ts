/**
 * Makes the bindings that templates come with: `node scripts/template-bindings.ts`. To be run after a
 * change to a contract's WIT, to a generator or to what its output stands on.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LanguageId } from '../extension/project/project.ts';
import { recognise } from '../extension/project/recognise.ts';
import { scaffold } from '../extension/scaffold/scaffold.ts';
import { toolchains } from '../extension/toolchains/index.ts';
import { root } from './paths.ts';

/** The plugin's name while its bindings are made; occurs nowhere else. */
const NAME = 'bound-template';

const parent = await mkdtemp(join(tmpdir(), 'hotplug-bindings-'));
try {
  const languages: Readonly<Record<string, readonly LanguageId[]>> = {
    streamkit: ['c', 'go'],
    'chipmunk-parser': ['c', 'go', 'javascript', 'typescript'],
    'chipmunk-bytesource': ['c', 'go', 'javascript', 'typescript'],
  };
  for (const [contract, language] of Object.entries(languages).flatMap(([one, all]) =>
    all.map((language) => [one, language] as const),
  )) {
    const { folder } = await scaffold({ contract, language, name: NAME, parent });
    const project = await recognise(folder);
    if (project === undefined) throw new Error(`${folder} is no project`);
    for (const path of (await toolchains[language].bindings?.(project)) ?? []) {
      const place = join(root, 'templates', contract, language, path);
      const content = await readFile(join(folder, path)).catch(() => undefined);
      if (content === undefined) await rm(place, { force: true });
      else {
        await mkdir(dirname(place), { recursive: true });
        await writeFile(place, unnamed(content));
      }
      process.stdout.write(`${place}\n`);
    }
    await rm(folder, { recursive: true });
  }
} finally {
  await rm(parent, { recursive: true, force: true });
}

/** The plugin's name is filled in when a project is made; a file that is no text has none. */
function unnamed(content: Buffer): Buffer {
  return content.includes(NAME)
    ? Buffer.from(content.toString('utf8').replaceAll(NAME, '{{name}}'))
    : content;
}
