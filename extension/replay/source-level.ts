/** What a replay for a debugger of sources needs. */
import { readFile } from 'node:fs/promises';
import { messageOf, UserError } from '../errors.ts';
import type { Artifact } from '../project/project.ts';
import { hasLines } from '../wasm/info.ts';
import type { ExecutionOptions, SourceLevel } from './execution.ts';

/** A day: who stands at a breakpoint is not timed, and timers take no more than 24 of these. */
const DEADLINE_MS = 24 * 60 * 60 * 1000;

/** How a replay differs that sources are debugged in. Throws a UserError where the artifact has no lines to stop at. */
export async function sourceLevelOf(
  sourceLevel: SourceLevel,
  artifact: Artifact,
): Promise<Pick<ExecutionOptions, 'sourceLevel' | 'deadlineMs'>> {
  if (artifact.kind === 'source') {
    throw new UserError(
      `${artifact.path} is run by an interpreter that is itself a component: a debugger sees the interpreter's code, not the plugin's lines.`,
      'Go through its events and host calls with the hotplug debugger.',
    );
  }
  if (!(await fileHasLines(artifact.path))) {
    throw new UserError(
      `${artifact.path} has no debug information: there are no lines to stop at.`,
      NEEDS_LINES,
    );
  }
  return { sourceLevel, deadlineMs: DEADLINE_MS };
}

/** What to do about a build without lines. */
export const NEEDS_LINES =
  'Build it for development with debug information: debug = true in [profile.dev] of Cargo.toml, or -g for clang.';

/** Whether a component's file has lines. Throws a UserError where it cannot be read. */
export async function fileHasLines(path: string): Promise<boolean> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new UserError(
      `${path} cannot be read: ${messageOf(error)}.`,
      'Check the path, or build the plugin first.',
      { cause: error },
    );
  }
  return hasLines(bytes, path);
}
