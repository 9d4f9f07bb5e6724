/** Which run is replayed when a plugin's source is debugged. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import { isInside } from '../../project/config.ts';
import type { Project } from '../../project/project.ts';
import { folderOf } from '../pick.ts';
import { localFile, type LocalFile } from '../recordings/local.ts';
import type { Services } from '../services.ts';
import { newestRecording, nothingRecorded, openRecording } from './configurations.ts';

export interface ReplayedSource {
  readonly project: Project;
  /** Name of the plugin in the recording; undefined where it is not known. */
  readonly plugin: string | undefined;
  /** The recording's file; the run of this window is saved for it. */
  file(): Promise<LocalFile>;
}

/**
 * The recording that is given or open; else the last run of the plugin that is given, whose source is
 * open, or of any; else the newest recording. Throws a UserError where there is none.
 */
export async function replayedSource(services: Services, argument: unknown): Promise<ReplayedSource> {
  const { running, projects, context, host } = services;
  const all = await projects.ready();
  const folder = folderOf(argument);
  const copies = vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'copies').fsPath;
  const given = argument instanceof vscode.Uri && argument.path.endsWith('.mcap') ? argument : undefined;
  const uri = given ?? (folder === undefined ? openRecording() : undefined);
  if (uri !== undefined) return ofFile(all, uri, copies);

  const text = vscode.window.activeTextEditor?.document.uri.fsPath;
  const runs = running.all.filter(({ events }) => events > 0);
  const run =
    folder === undefined
      ? (runs.find((one) => text !== undefined && isInside(one.folder, text)) ?? runs.at(-1))
      : runs.find((one) => one.folder === folder);
  if (run === undefined) {
    const newest = await newestRecording(folder);
    if (newest === undefined) throw nothingRecorded();
    return ofFile(all, newest, copies);
  }
  const project = all.find((one) => one.folder === run.folder);
  if (project === undefined) throw noProject(run.name);
  return {
    project,
    plugin: run.name,
    async file() {
      const path = join(copies, `${randomUUID()}.hotplug.mcap`);
      await mkdir(copies, { recursive: true });
      await host.request('saveLife', { plugin: run.id, file: path });
      return { path, dispose: () => rm(path, { force: true }) };
    },
  };
}

/** A recording's project: the nearest one above it, or the only one there is. */
function ofFile(all: readonly Project[], uri: vscode.Uri, copies: string): ReplayedSource {
  const above = all
    .filter(({ folder }) => isInside(folder, uri.fsPath))
    .toSorted((a, b) => b.folder.length - a.folder.length);
  const project = above[0] ?? (all.length === 1 ? all[0] : undefined);
  if (project === undefined) throw noProject(uri.fsPath);
  return { project, plugin: undefined, file: () => localFile(uri, copies) };
}

function noProject(what: string): UserError {
  return new UserError(
    vscode.l10n.t('{0} belongs to no plugin project of this workspace', what),
    vscode.l10n.t('Open the folder of the project whose source is to be debugged.'),
  );
}
