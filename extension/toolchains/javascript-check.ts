import type { Diagnostic } from '../project/project.ts';
import { formatTypeError } from './diagnostics/tsc.ts';
import { commandsHere } from './install.ts';
import type { BuildRequest } from './toolchain.ts';
import { checkTypes, findTsc, tscInstall, typesConfig } from './tsc.ts';

/** Folders that were told that their types are not checked. */
const told = new Set<string>();

/** Checks the types of a project that asks for it; what is found is written as it stands in Problems. */
export async function checkProject({ project, write, signal }: BuildRequest): Promise<readonly Diagnostic[]> {
  const { folder } = project;
  const config = await typesConfig(folder);
  if (config === undefined) return [];
  const tsc = await findTsc(folder);
  if (tsc === undefined) {
    if (!told.has(folder))
      write(
        `Types are not checked: TypeScript is not installed. Run in ${folder}: ${commandsHere(tscInstall)[0] ?? ''}\n`,
      );
    told.add(folder);
    return [];
  }
  const { diagnostics, failure } = await checkTypes(tsc, folder, config, signal);
  if (signal.aborted) return [];
  if (failure !== undefined) write(`Types could not be checked: ${failure}\n`);
  for (const diagnostic of diagnostics) write(formatTypeError(diagnostic));
  return diagnostics;
}
