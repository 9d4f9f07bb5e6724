import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import { whatDiffers } from '../../replay/verdict.ts';
import { folderOf } from '../pick.ts';
import { eventTitle, openDiff } from '../replays/documents.ts';
import type { PluginReplay, ShownReplay } from '../replays/replays.ts';
import { joinSentences } from '../sentences.ts';
import type { Services } from '../services.ts';
import type { Difference } from '../../replay/types.ts';

interface NamedReplay {
  readonly name: string;
  readonly replay: PluginReplay;
}

/** Opens the recording beside what the new build did, with every event that differs. */
export async function compareReplay(services: Services, argument: unknown): Promise<void> {
  const picked = await pickReplay(services, argument, vscode.l10n.t('Compare Replay with Recording'));
  if (picked === undefined) return;
  const shown = differing(picked);
  if (shown === undefined) await say(picked);
  else await openDiff(shown);
}

/** Asks which of the events that differ to compare, and opens it. */
export async function showReplayDifferences(services: Services, argument: unknown): Promise<void> {
  const picked = await pickReplay(services, argument, vscode.l10n.t('Replay Differences'));
  if (picked === undefined) return;
  const shown = differing(picked);
  if (shown === undefined) await say(picked);
  else await pickDifference(shown);
}

/** Asks which event of a replay to compare. */
export async function pickDifference(shown: ShownReplay): Promise<void> {
  const events = [...Map.groupBy(shown.report.differences, ({ event }) => event)];
  const items = [
    { label: `$(diff-multiple) ${vscode.l10n.t('All that differ')}`, description: '', event: undefined },
    ...events.map(([event, differences]) => ({
      label: eventTitle(event),
      description: described(differences),
      event,
    })),
  ];
  const item = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Replay of {0}: What Differs', shown.report.plugin),
    placeHolder: vscode.l10n.t('Which event?'),
    matchOnDescription: true,
  });
  if (item !== undefined) await openDiff(shown, item.event);
}

function described(differences: readonly Difference[]): string {
  const [first] = differences;
  if (first === undefined) return '';
  const more = differences.length - 1;
  return more > 0 ? vscode.l10n.t('{0}, and {1} more', whatDiffers(first), more) : whatDiffers(first);
}

function differing({ replay }: NamedReplay): ShownReplay | undefined {
  return replay.verdict.kind === 'different' ? replay.shown : undefined;
}

/** Says how a replay went that has nothing to compare. */
async function say({ name, replay: { verdict } }: NamedReplay): Promise<void> {
  await vscode.window.showInformationMessage(
    joinSentences(
      vscode.l10n.t('Replay of the last run of {0}: {1}', name, verdict.text),
      ...verdict.details,
    ),
  );
}

/** The replay that a command is about: of the plugin that is named, the only one that differs, or one that the user chooses. */
async function pickReplay(
  { replays }: Pick<Services, 'replays'>,
  argument: unknown,
  title: string,
): Promise<NamedReplay | undefined> {
  const folder = folderOf(argument);
  const all = replays.all
    .filter(({ status }) => folder === undefined || status.folder === folder)
    .map(({ status, replay }) => ({ name: status.name, folder: status.folder, replay }));
  if (all.length === 0) {
    throw new UserError(
      vscode.l10n.t('No run was replayed against a new build yet'),
      vscode.l10n.t(
        'Change and save the source of a running plugin that had events, with the setting "hotplug.replay.afterReload" on.',
      ),
    );
  }
  const differ = all.filter(({ replay }) => replay.verdict.kind === 'different');
  const candidates = differ.length > 0 ? differ : all;
  if (candidates.length === 1) return candidates[0];
  const items = candidates.map((one) => ({
    label: one.name,
    description: one.replay.verdict.text,
    detail: one.folder,
    one,
  }));
  return (await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Which plugin?') }))
    ?.one;
}
