import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { toolchains } from '../../extension/toolchains/index.ts';
import type { LanguageId } from '../../extension/project/project.ts';
import { openWorkbench } from './harness/workbench.ts';
import type { OpenOptions } from './harness/workbench.ts';
import { languageOf } from './language.ts';
import { walkThrough } from './loop.ts';
import { missingTools } from '../../extension/toolchains/install.ts';

/** Why a language cannot be tested here; false where it can. For the `skip` option of a test. */
export async function missing(language: LanguageId): Promise<string | false> {
  const tools = await toolchains[language].tools(undefined);
  const names = missingTools(tools).map(({ name }) => name);
  return names.length === 0 ? false : `not installed: ${names.join(', ')}`;
}

/** Goes through the loop in a workbench of its own, and leaves a picture of how it ended. */
export async function walk(
  t: TestContext,
  id: LanguageId,
  options: OpenOptions & { readonly shots?: string } = {},
): Promise<void> {
  const { shots = id } = options;
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-editor-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  await using session = await openWorkbench(options);
  try {
    await walkThrough(t, { session, parent, shots }, languageOf(id));
  } finally {
    await session.screenshot(`${shots}-last`);
  }
}
