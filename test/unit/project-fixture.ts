import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Project, ProjectConfig } from '../../extension/project/project.ts';

/** A folder of the test's own that goes away with it. */
export async function temporaryFolder(test: TestContext): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'hotplug-test-')));
  test.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Writes files below a folder: path with forward slashes to content. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, ...path.split('/'));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

export function projectAt(folder: string, config: ProjectConfig = {}): Project {
  return {
    folder,
    name: 'test',
    contract: 'streamkit',
    language: 'javascript',
    recognisedBy: 'test',
    config,
  };
}

/** Waits until the condition holds; fails the test after half a minute. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
