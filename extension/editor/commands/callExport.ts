import { UserError } from '../../errors.ts';
import { isCallable } from '../calls/callable.ts';
import { pickProject } from '../pick.ts';
import type { Services } from '../services.ts';

const INSTEAD = 'Send an event with "Hotplug: Send Event…" instead.';

/** Opens the form for the exports of a plugin of the user's own WIT; a lens names the export, too. */
export async function callExport(services: Services, argument: unknown): Promise<void> {
  const { projects } = services;
  const all = await projects.ready();
  if (all.length > 0 && !all.some(isCallable)) {
    throw new UserError(
      'The exports of the plugins in this workspace are called by their hosts; those of your own WIT can be called by you',
      INSTEAD,
    );
  }
  const project = await pickProject(projects, argument, 'Call Export', isCallable);
  if (project === undefined) return;
  if (!isCallable(project)) {
    throw new UserError(
      `The exports of ${project.name} are called by its host, ${project.contract}`,
      INSTEAD,
    );
  }
  await services.calls.show(project, exportOf(argument), services);
}

function exportOf(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('export' in argument)) return undefined;
  return typeof argument.export === 'string' ? argument.export : undefined;
}
