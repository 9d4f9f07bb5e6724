/** What the worker is told of a project: plain data. */
import { createHash } from 'node:crypto';
import type { Binding, BoundProject } from '../../host/contract.ts';
import type { ScriptedAnswers } from './functions.ts';

export interface ExtismBinding extends Binding {
  readonly answers: ScriptedAnswers;
}

export function bindingOf(project: BoundProject | undefined): ExtismBinding {
  const answers = project?.config.host?.answers ?? {};
  return { hash: createHash('sha256').update(JSON.stringify(answers)).digest('hex'), answers };
}

export function isExtismBinding(binding: Binding | undefined): binding is ExtismBinding {
  return binding !== undefined && 'answers' in binding;
}
