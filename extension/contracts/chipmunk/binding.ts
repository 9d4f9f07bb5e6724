/** What the half inside the worker needs of the project. */
import type { Binding, BoundProject } from '../../host/contract.ts';
import type { Level } from './host-calls.ts';

export interface ChipmunkBinding extends Binding {
  /** What paths in the configuration are relative to: an absolute path. */
  readonly folder: string;
  /** What the plugin is told to log. */
  readonly logLevel: Level;
}

/** Everything, because whoever writes a plugin wants to see it; the application's default is `warn`. */
const LOG_LEVEL: Level = 'trace';

export function bindingOf(project: BoundProject | undefined): ChipmunkBinding {
  const folder = project?.folder ?? process.cwd();
  const logLevel = project?.config.logLevel ?? LOG_LEVEL;
  return { hash: JSON.stringify([folder, logLevel]), folder, logLevel };
}

export function isChipmunkBinding(binding: Binding | undefined): binding is ChipmunkBinding {
  return binding !== undefined && 'logLevel' in binding;
}
