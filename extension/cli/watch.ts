import { BuildLoop } from '../project/loop.ts';
import type { BuildStamp, Project } from '../project/project.ts';
import { recognise } from '../project/recognise.ts';
import { toolchains } from '../toolchains/index.ts';
import { command, ExitCode } from './command.ts';
import { sayError } from './errors.ts';
import type { Output } from './output.ts';
import { sayBuild } from './progress.ts';
import { stopRequest, untilAborted } from './stop.ts';
import { projectAt } from './target.ts';

export const watchCommand = command({
  name: 'watch',
  summary: 'Builds a plugin now and after every save, until it is stopped.',
  arguments: [{ name: 'folder', description: "The project's folder; the current one where absent." }],
  flags: {},
  values: {},
  async run(args, output) {
    const stop = stopRequest();
    const project = await projectAt(args.at(0) ?? '.', output);
    const builds = { ok: 0, failed: 0 };
    const loop = await startLoop(project, output, {
      onStamp: ({ status }) => {
        if (status !== 'building') builds[status]++;
      },
    });
    await untilAborted(stop.signal);
    await loop.dispose();
    stop.dispose();
    output.result({ ok: true, folder: project.folder, builds });
    return ExitCode.fine;
  },
});

interface LoopListeners {
  readonly onStamp?: (stamp: BuildStamp) => void;
  readonly onProject?: (project: Project) => void;
}

/** Starts building on every save, saying how it goes. */
export function startLoop(project: Project, output: Output, listeners: LoopListeners): Promise<BuildLoop> {
  const say = sayBuild(output);
  return BuildLoop.start({
    project,
    toolchains,
    recognise,
    write: (text) => output.write(text),
    onStamp: (stamp) => {
      say(stamp);
      listeners.onStamp?.(stamp);
    },
    onProject: (now) => listeners.onProject?.(now),
    onProblem: (error) => sayError(error, output),
  });
}
