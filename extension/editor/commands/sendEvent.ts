import * as vscode from 'vscode';

import { binaryEvent, customEvent, jsonProblem, parseBytes, textEvent } from '../eventForm.ts';
import { isCallable } from '../calls/callable.ts';
import { isOnBus } from '../console/bus.ts';
import { callExport } from './callExport.ts';
import { startFile, startInput } from './input.ts';
import { pickPlugin } from '../pick.ts';
import type { Services } from '../services.ts';
import { inputStep, pickStep, wizard } from '../steps.ts';
import type { PickItem, WizardStep } from '../steps.ts';
import { isStreamed } from '../streams/streamed.ts';
import { requireTrust } from '../trust.ts';
import type { EventJson } from '../../host/contract.ts';

type Kind = 'text' | 'binary' | 'custom' | 'file';

interface Answers {
  readonly kind: Kind;
  readonly pin: string;
  readonly typeId: string;
  readonly event?: EventJson;
}

const kinds: readonly PickItem<Kind>[] = [
  {
    value: 'text',
    label: `$(symbol-string) ${vscode.l10n.t('Text')}`,
    detail: vscode.l10n.t('A packet of text, as you type it'),
  },
  {
    value: 'binary',
    label: `$(file-binary) ${vscode.l10n.t('Binary')}`,
    detail: vscode.l10n.t('A packet of bytes, in hexadecimal or base64'),
  },
  {
    value: 'custom',
    label: `$(json) ${vscode.l10n.t('Custom')}`,
    detail: vscode.l10n.t('A packet with a type id and JSON data'),
  },
  {
    value: 'file',
    label: `$(file) ${vscode.l10n.t('From a file…')}`,
    detail: vscode.l10n.t('Audio (.wav), events (.jsonl), or an earlier recording (.mcap)'),
  },
];

/** What was sent last, offered again. */
const lastBody = new Map<Kind, string>();
let lastPin = 'in';
let lastType = '';

/** Asks for one event, or for a file of them, and gives it to the plugin. */
export async function sendEvent(services: Services, argument: unknown): Promise<void> {
  requireTrust('run plugins');
  const plugin = await pickPlugin(services.running, argument, vscode.l10n.t('Send Event'));
  if (plugin === undefined) return;
  if (isCallable(plugin)) {
    // A call of an export is what an event is there.
    await callExport(services, plugin.folder);
    return;
  }
  if (isStreamed(plugin)) {
    // It is given bytes until it is through with them.
    await startInput(services, plugin.folder);
    return;
  }
  if (isOnBus(plugin)) {
    // Everybody on the bus hears it.
    await services.eventConsole.show(services);
    return;
  }
  const title = vscode.l10n.t('Send Event to {0}', plugin.name);
  const kind = await pickStep({ title, step: 1, steps: 3 }, vscode.l10n.t('What kind of event?'), kinds);
  if (typeof kind === 'string') return;
  if (kind.value === 'file') {
    await startFile(services, plugin);
    return;
  }
  const first = { kind: kind.value, pin: lastPin, typeId: lastType };
  const form = await wizard<Answers>(title, first, () => [
    pinStep,
    ...(kind.value === 'custom' ? [typeStep] : []),
    bodyStep,
  ]);
  if (form?.event === undefined) return;
  lastPin = form.pin;
  await services.host.request('send', { plugin: plugin.id, events: [form.event] });
  vscode.window.setStatusBarMessage(vscode.l10n.t('Sent to {0}', plugin.name), 3000);
}

const pinStep: WizardStep<Answers> = async (answers, place) => {
  const result = await inputStep(place, {
    prompt: vscode.l10n.t('Input pin of the plugin'),
    value: answers.pin,
    validate: (text) =>
      text.trim() === ''
        ? vscode.l10n.t('Name the pin; most plugins have one that is called "in".')
        : undefined,
  });
  return typeof result === 'string' ? result : { value: { ...answers, pin: result.value.trim() } };
};

const typeStep: WizardStep<Answers> = async (answers, place) => {
  const result = await inputStep(place, {
    prompt: vscode.l10n.t('Type id of the packet'),
    placeholder: 'plugin::wasm::gain/level@1',
    value: answers.typeId,
    validate: (text) => (text.trim() === '' ? vscode.l10n.t('A custom packet needs a type id.') : undefined),
  });
  if (typeof result === 'string') return result;
  lastType = result.value.trim();
  return { value: { ...answers, typeId: lastType } };
};

const bodyStep: WizardStep<Answers> = async (answers, place) => {
  const { kind, pin, typeId } = answers;
  const result = await inputStep(place, {
    prompt:
      kind === 'text'
        ? vscode.l10n.t('Text')
        : kind === 'binary'
          ? vscode.l10n.t('Bytes: hexadecimal or base64')
          : vscode.l10n.t('Data: JSON'),
    placeholder:
      kind === 'text' ? 'hello' : kind === 'binary' ? vscode.l10n.t('00 ff 10 or AP8Q') : '{"level": 0.5}',
    value: lastBody.get(kind) ?? '',
    validate: (text) => {
      if (kind === 'custom') return jsonProblem(text);
      if (kind === 'text') return undefined;
      const bytes = parseBytes(text);
      return 'problem' in bytes ? bytes.problem : undefined;
    },
  });
  if (typeof result === 'string') return result;
  lastBody.set(kind, result.value);
  const bytes = parseBytes(result.value);
  const event =
    kind === 'custom'
      ? customEvent(pin, typeId, result.value)
      : kind === 'binary' && 'base64' in bytes
        ? binaryEvent(pin, bytes.base64)
        : textEvent(pin, result.value);
  return { value: { ...answers, event } };
};
