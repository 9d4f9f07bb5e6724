/** What the worker is told of a project: plain data. */
import { createHash } from 'node:crypto';
import type { Binding, BoundProject } from '../../host/contract.ts';
import type { GrantedPath } from '../../project/project.ts';
import type { ScriptedAnswers } from './functions.ts';

export interface ExtismBinding extends Binding {
  readonly answers: ScriptedAnswers;
  /** Hosts that it may ask, by their names or globs. */
  readonly allowedHosts: readonly string[];
  /** Folders that it may read, and write where nothing else is said. */
  readonly allowedPaths: readonly GrantedPath[];
}

export function bindingOf(project: BoundProject | undefined): ExtismBinding {
  const { host, allowedHosts = [], allowedPaths = [] } = project?.config ?? {};
  const given = { answers: host?.answers ?? {}, allowedHosts, allowedPaths };
  return { hash: createHash('sha256').update(JSON.stringify(given)).digest('hex'), ...given };
}

export function isExtismBinding(binding: Binding | undefined): binding is ExtismBinding {
  return binding !== undefined && 'answers' in binding && 'allowedHosts' in binding;
}
