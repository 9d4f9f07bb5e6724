import * as vscode from 'vscode';

import { jsonProblem } from '../eventForm.ts';
import { pickPlugin } from '../pick.ts';
import { isActive } from '../running.ts';
import type { Services } from '../services.ts';
import { inputStep } from '../steps.ts';
import { isStreamed } from '../streams/streamed.ts';
import { requireTrust } from '../trust.ts';

/** What was sent last, by the project's folder. */
const parameters = new Map<string, string>();

/** Asks for parameters as JSON and gives them to the running plugin. */
export async function updateParameters(services: Services, argument: unknown): Promise<void> {
  requireTrust('run plugins');
  const plugin = await pickPlugin(services.running, argument, vscode.l10n.t('Update Parameters'), isActive);
  if (plugin === undefined) return;
  if (isStreamed(plugin)) {
    // It says itself what there is to configure.
    await services.configurations.show(services, plugin.folder);
    return;
  }
  const params = services.projects.at(plugin.folder)?.config.params;
  const before = parameters.get(plugin.folder) ?? (params === undefined ? '' : JSON.stringify(params));
  const result = await inputStep(
    { title: vscode.l10n.t('Update Parameters of {0}', plugin.name), step: 1, steps: 1 },
    {
      prompt: vscode.l10n.t('Parameters as JSON; nothing for none'),
      placeholder: '{"gain": 0.5}',
      value: before,
      validate: (text) => (text.trim() === '' ? undefined : jsonProblem(text)),
    },
  );
  if (typeof result === 'string') return;
  parameters.set(plugin.folder, result.value);
  const text = result.value.trim();
  await services.host.request('updateParams', { plugin: plugin.id, params: text === '' ? undefined : text });
  vscode.window.setStatusBarMessage(vscode.l10n.t('{0} has its new parameters', plugin.name), 3000);
}
