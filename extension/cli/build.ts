import { Builder } from '../project/builder.ts';
import type { BuildMode, BuildStamp, Project } from '../project/project.ts';
import { toolchains } from '../toolchains/index.ts';
import { command, ExitCode } from './command.ts';
import type { Output } from './output.ts';
import { sayBuild } from './progress.ts';
import { stopRequest } from './stop.ts';
import { projectAt } from './target.ts';

export const buildCommand = command({
  name: 'build',
  summary: 'Builds a plugin once.',
  arguments: [{ name: 'folder', description: "The project's folder; the current one where absent." }],
  flags: { release: 'Build what is shipped, not what is quick to build and to debug.' },
  values: {},
  async run(args, output) {
    const project = await projectAt(args.at(0) ?? '.', output);
    const stamp = await buildOnce(project, args.flag('release') ? 'release' : 'development', output);
    const { status, mode, artifact, diagnostics, failure, startedAt, finishedAt = startedAt } = stamp;
    const durationMs = finishedAt - startedAt;
    output.result({
      ok: status === 'ok',
      folder: project.folder,
      mode,
      artifact,
      durationMs,
      diagnostics,
      failure,
    });
    return status === 'ok' ? ExitCode.fine : ExitCode.failed;
  },
});

/** Builds, saying how it goes; ends with its processes when the user asks for it. */
export async function buildOnce(project: Project, mode: BuildMode, output: Output): Promise<BuildStamp> {
  const toolchain = toolchains[project.language];
  const builder = new Builder({
    project,
    toolchain,
    write: (text) => output.write(text),
    onStamp: sayBuild(output),
  });
  const stop = stopRequest();
  stop.signal.addEventListener('abort', () => void builder.dispose());
  try {
    await toolchain.prepare?.(project);
    const stamp = await builder.build(mode);
    if (stamp.artifact) output.say(stamp.artifact.path);
    return stamp;
  } finally {
    stop.dispose();
    await builder.dispose();
    await toolchain.dispose?.();
  }
}
