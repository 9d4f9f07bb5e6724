import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { staleBindings } from '../project/bindings.ts';
import type { Project } from '../project/project.ts';
import { witChanges } from '../project/wit-changes.ts';
import { toolchains } from '../toolchains/index.ts';
import { changeText, type WitChange } from '../wit/compare.ts';
import { command, ExitCode } from './command.ts';
import type { Output } from './output.ts';
import { projectAt } from './target.ts';

export const bindingsCommand = command({
  name: 'bindings',
  summary: "Writes a project's bindings anew from its WIT, or says what is stale.",
  arguments: [{ name: 'folder', description: "The project's folder; the current one where absent." }],
  flags: {
    check: 'Write nothing; list the files that are not what the WIT gives, and fail where there are any.',
    changes:
      'Write nothing; list what changed in the WIT since the plugin was built, and fail where it breaks.',
  },
  values: {},
  async run(args, output) {
    const [check, changes] = [args.flag('check'), args.flag('changes')];
    if (check && changes) {
      throw new UserError('--check and --changes ask for different things', 'Give one of them.');
    }
    const project = await projectAt(args.at(0) ?? '.', output);
    if (changes) return listChanges(project, output);
    return check ? listStale(project, output) : write(project, output);
  },
});

async function write(project: Project, output: Output): Promise<ExitCode> {
  const toolchain = toolchains[project.language];
  const written = await toolchain.bindings?.(project);
  sayFiles(written, `${toolchain.title}: the bindings are what the WIT gives.`, project, output);
  output.result({ ok: true, folder: project.folder, written: written ?? [] });
  return ExitCode.fine;
}

async function listStale(project: Project, output: Output): Promise<ExitCode> {
  const toolchain = toolchains[project.language];
  const stale = await staleBindings(project, toolchain);
  sayFiles(stale, `${toolchain.title}: the bindings are what the WIT gives.`, project, output);
  const ok = stale === undefined || stale.length === 0;
  if (!ok) output.say('These bindings are stale: write them anew with `hotplug bindings`.');
  output.result({ ok, folder: project.folder, stale: stale ?? [] });
  return ok ? ExitCode.fine : ExitCode.failed;
}

function sayFiles(
  files: readonly string[] | undefined,
  none: string,
  project: Project,
  output: Output,
): void {
  if (files === undefined) {
    output.say(`${toolchains[project.language].title}: a build makes the bindings itself; no file has them.`);
  } else if (files.length === 0) output.say(none);
  else for (const file of files) output.say(join(project.folder, file));
}

async function listChanges(project: Project, output: Output): Promise<ExitCode> {
  const { component, changes } = await witChanges(project);
  for (const change of changes) output.say(changeLine(change, project, output));
  const breaking = changes.filter((change) => change.breaking).length;
  output.say(
    changes.length === 0
      ? `Nothing changed since ${component} was built.`
      : `${changes.length === 1 ? '1 change' : `${changes.length} changes`} since ${component} was built, ${breaking} breaking.`,
  );
  output.result({ ok: breaking === 0, folder: project.folder, component, changes });
  return breaking === 0 ? ExitCode.fine : ExitCode.failed;
}

/** In the form of a compiler's message, so that terminals link the place. */
function changeLine(change: WitChange, project: Project, { style }: Output): string {
  const { breaking, side, place } = change;
  const folder = join(project.folder, 'wit');
  const at = place === undefined ? folder : `${join(folder, place.file)}:${place.line}:${place.column}`;
  const kind = breaking ? style('red', 'breaking') : style('yellow', 'change');
  return `${at}: ${kind}: ${side} ${changeText(change)}`;
}
