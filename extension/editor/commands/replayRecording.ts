import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import { isInside } from '../../project/config.ts';
import type { Project } from '../../project/project.ts';
import { readStamp } from '../../project/stamp.ts';
import { verdictOfReport } from '../../replay/verdict.ts';
import { localFile } from '../recordings/local.ts';
import { openDiff } from '../replays/documents.ts';
import { joinSentences } from '../sentences.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';
import { pickDifference } from './replays.ts';
import { pickRecording } from './pickRecording.ts';
import type { HostApi, OpenedRecording, ReplayRequest, ReplayResult } from '../../host/protocol.ts';

/** What a recording can be replayed against, and how the user is told of it. */
interface Target {
  readonly title: string;
  readonly against: ReplayRequest['against'];
}

/** Replays a recording's file against the build that there is, and says how it went. Builds nothing. */
export async function replayRecording(services: Services, argument: unknown): Promise<void> {
  requireTrust('replay recordings');
  const uri =
    argument instanceof vscode.Uri ? argument : await pickRecording(vscode.l10n.t('Replay Recording'));
  if (uri === undefined) return;
  const copies = vscode.Uri.joinPath(
    services.context.storageUri ?? services.context.globalStorageUri,
    'copies',
  );
  const file = await localFile(uri, copies.fsPath);
  const { host } = services;
  try {
    const opened = await host.request('openRecording', { file: file.path });
    try {
      await replayOpened(services, opened, uri);
    } finally {
      await host.request('closeRecording', { recording: opened.id }).catch(() => undefined);
    }
  } finally {
    await file.dispose();
  }
}

async function replayOpened(services: Services, opened: OpenedRecording, uri: vscode.Uri): Promise<void> {
  const plugin = await pickRecorded(opened, uri);
  if (plugin === undefined) return;
  const target = await pickTarget(services, opened, plugin, uri);
  if (target === undefined) return;
  const name = basename(uri.path);
  const title = vscode.l10n.t('Replaying {0} against {1}', name, target.title);
  const result = await withProgress(services.host, title, {
    recording: opened.id,
    plugin,
    against: target.against,
  });
  if (result !== undefined) await tell(services, result, name, target);
}

/** The plugin of a recording that is meant, as its index; asks where there are several. */
async function pickRecorded({ plugins }: OpenedRecording, uri: vscode.Uri): Promise<number | undefined> {
  if (plugins.length === 0) {
    throw new UserError(
      vscode.l10n.t('There is no plugin in {0}', basename(uri.path)),
      vscode.l10n.t('Record a plugin while it is given events.'),
    );
  }
  if (plugins.length === 1) return 0;
  const items = plugins.map(({ name, contract, language }, index) => ({
    label: name,
    description: `${contract}, ${language}`,
    index,
  }));
  const options = {
    title: vscode.l10n.t('Replay Recording'),
    placeHolder: vscode.l10n.t('Which plugin of the recording?'),
  };
  return (await vscode.window.showQuickPick(items, options))?.index;
}

/**
 * What to replay against: the plugin of the same name that runs, the last build of the project of
 * that name or of the one that the recording lies in; otherwise one of the same contract that the user chooses.
 */
async function pickTarget(
  { running, projects }: Services,
  { plugins }: OpenedRecording,
  index: number,
  uri: vscode.Uri,
): Promise<Target | undefined> {
  const { name = '', contract } = plugins[index] ?? {};
  const hosted = running.all.filter((status) => status.artifact !== undefined && status.state !== 'stopped');
  const own = hosted.find((status) => status.name === name);
  if (own !== undefined) return { title: own.name, against: own.id };

  const all = (await projects.ready()).filter((project) => project.contract === contract);
  const named =
    all.find((project) => project.name === name) ?? all.find(({ folder }) => isInside(folder, uri.fsPath));
  if (named !== undefined) return await targetOf(named);
  const [only] = all;
  if (only === undefined) {
    throw new UserError(
      vscode.l10n.t('There is no project of "{0}" in this workspace, and it does not run', name),
      vscode.l10n.t('Open the folder of a plugin for the same contract, and build or start it.'),
    );
  }
  if (all.length === 1) return await targetOf(only);
  const items = all.map((project) => ({ label: project.name, detail: project.folder, project }));
  const options = {
    title: vscode.l10n.t('Replay the Recording of {0}', name),
    placeHolder: vscode.l10n.t('Against which project?'),
  };
  const picked = await vscode.window.showQuickPick(items, options);
  return picked === undefined ? undefined : await targetOf(picked.project);
}

/** The last build of a project. Throws a UserError where there is none. */
async function targetOf(project: Project): Promise<Target> {
  const artifact = (await readStamp(project.folder))?.artifact;
  if (artifact !== undefined && (await isThere(artifact.path)))
    return { title: vscode.l10n.t('the last build of {0}', project.name), against: { project, artifact } };
  throw new UserError(
    vscode.l10n.t('There is no build of {0} to replay against', project.name),
    vscode.l10n.t('Build it with "Hotplug: Build Plugin", or start it.'),
  );
}

async function isThere(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false; // Removed with the rest of the output.
  }
}

/** Replays with a notification that shows how far it is and cancels it. Undefined where it was cancelled. */
async function withProgress(
  host: HostApi,
  title: string,
  params: ReplayRequest,
): Promise<ReplayResult | undefined> {
  const request = randomUUID();
  return await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      let shown = 0;
      const off = host.on('replaying', ({ request: of, done, total }) => {
        if (of !== request) return;
        const percent = (100 * done) / Math.max(1, total);
        progress.report({
          increment: percent - shown,
          message: vscode.l10n.t('{0} of {1} events', done, total),
        });
        shown = percent;
      });
      const cancel = token.onCancellationRequested(() => {
        // A host process that ended meanwhile replays nothing any more.
        host.request('cancelReplay', { request }).catch(() => undefined);
      });
      try {
        const result = await host.request('replay', { ...params, request });
        return token.isCancellationRequested ? undefined : result;
      } finally {
        off();
        cancel.dispose();
      }
    },
  );
}

async function tell(
  { replays }: Services,
  result: ReplayResult,
  name: string,
  target: Target,
): Promise<void> {
  const verdict = verdictOfReport(result.report);
  const text = joinSentences(
    vscode.l10n.t('{0} against {1}: {2}', name, target.title, verdict.text),
    ...verdict.details,
  );
  if (verdict.kind === 'same') {
    await vscode.window.showInformationMessage(text);
    return;
  }
  const [all, one] = [vscode.l10n.t('Show Differences'), vscode.l10n.t('Choose an Event…')];
  const choice = await vscode.window.showWarningMessage(text, all, one);
  const shown = replays.shown(result);
  if (choice === all) await openDiff(shown);
  if (choice === one) await pickDifference(shown);
}
