import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { LanguageId, Project, ProjectConfig } from '../../extension/project/project.ts';
import type { BuildRequest } from '../../extension/toolchains/toolchain.ts';

/** A folder with these files, removed after the test. */
export async function folderWith(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-toolchain-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return folder;
}

export function projectIn(folder: string, language: LanguageId, config: ProjectConfig = {}): Project {
  return { folder, name: 'plugin', contract: 'streamkit', language, recognisedBy: 'the test', config };
}

/** A development build that keeps what it prints. */
export function buildRequest(project: Project): { request: BuildRequest; output: () => string } {
  let output = '';
  const request: BuildRequest = {
    project,
    mode: 'development',
    signal: new AbortController().signal,
    write: (text) => {
      output += text;
    },
  };
  return { request, output: () => output };
}
