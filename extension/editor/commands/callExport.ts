import { UserError } from '../../errors.ts';
import { isCallable } from '../calls/callable.ts';
import { pickProject } from '../pick.ts';
import type { Services } from '../services.ts';
import { t } from '../../../webview/text.ts';

/** Opens the form for the exports of a plugin of the user's own WIT; a lens names the export, too. */
export async function callExport(services: Services, argument: unknown): Promise<void> {
  const { projects } = services;
  const all = await projects.ready();
  if (all.length > 0 && !all.some(isCallable)) {
    throw new UserError(
      t(
        'The exports of the plugins in this workspace are called by their hosts; those of your own WIT can be called by you',
      ),
      t('Send an event with "Hotplug: Send Event…" instead.'),
    );
  }
  const project = await pickProject(projects, argument, t('Call Export'), isCallable);
  if (project === undefined) return;
  if (!isCallable(project)) {
    throw new UserError(
      t('The exports of {0} are called by its host, {1}', project.name, project.contract),
      t('Send an event with "Hotplug: Send Event…" instead.'),
    );
  }
  await services.calls.show(project, exportOf(argument), services);
}

function exportOf(argument: unknown): string | undefined {
  if (typeof argument !== 'object' || argument === null || !('export' in argument)) return undefined;
  return typeof argument.export === 'string' ? argument.export : undefined;
}
