import type * as vscode from 'vscode';

import type { RunRules } from '../../host/produce.ts';

/** What was chosen for the runs of a project, and is chosen again until it is changed. */
export interface RunChoices {
  /** Undefined where nobody chose: the input says it, and is strict where it does not. */
  readonly rules?: RunRules;
  /** The values of the project's `bench_config.toml` take the place of those of hotplug.json. */
  readonly bench: boolean;
}

const key = (folder: string): string => `hotplug.run:${folder}`;

export function runChoices(memory: vscode.Memento, folder: string): RunChoices {
  const kept = memory.get<Partial<RunChoices>>(key(folder));
  const rules = kept?.rules === 'like-host' || kept?.rules === 'strict' ? { rules: kept.rules } : {};
  return { ...rules, bench: kept?.bench === true };
}

export async function keepRunChoices(
  memory: vscode.Memento,
  folder: string,
  choices: RunChoices,
): Promise<void> {
  await memory.update(key(folder), choices);
}
