import * as vscode from 'vscode';

import { configuration, lastRun, ofLastRun, ofRecording, openRecording } from '../debug/configurations.ts';
import { folderOf } from '../pick.ts';
import { localFile } from '../recordings/local.ts';
import type { Services } from '../services.ts';
import { requireTrust } from '../trust.ts';
import { pickRecording } from './pickRecording.ts';

/** Debugs a recording's file: the one that is given, the one that is open, or one that the user chooses. */
export async function debugRecording(services: Services, argument: unknown): Promise<void> {
  requireTrust('debug recordings');
  const uri =
    argument instanceof vscode.Uri
      ? argument
      : (openRecording() ?? (await pickRecording(vscode.l10n.t('Debug Recording'))));
  if (uri === undefined) return;
  const { storageUri, globalStorageUri } = services.context;
  const copies = vscode.Uri.joinPath(storageUri ?? globalStorageUri, 'copies');
  const file = await localFile(uri, copies.fsPath);
  const ended = vscode.debug.onDidTerminateDebugSession(({ configuration: { recording } }) => {
    if (recording === file.path) dispose();
  });
  const dispose = (): void => {
    ended.dispose();
    void file.dispose();
  };
  const found = { ...ofRecording(uri), recording: file.path };
  if (!(await start(found, uri))) dispose();
}

/** Debugs what a plugin did since it was started last. */
export async function debugLastRun(services: Services, argument: unknown): Promise<void> {
  requireTrust('debug recordings');
  const folder = folderOf(argument);
  const named = folder === undefined ? undefined : services.running.at(folder);
  const status = named ?? lastRun(services.running, undefined);
  await start(ofLastRun(status), vscode.Uri.file(status.folder));
}

/** False where it did not start; why was said by then. */
async function start(found: Parameters<typeof configuration>[0], where: vscode.Uri): Promise<boolean> {
  const folder = vscode.workspace.getWorkspaceFolder(where);
  return await vscode.debug.startDebugging(folder, configuration(found));
}

/** Debugs a plugin's source line by line, in a replay that VS Code's JavaScript debugger is started on. */
export async function debugSource(services: Services, argument: unknown): Promise<void> {
  requireTrust('debug plugins');
  const { debuggableComponent, isDebuggerThere } = await import('../debug/source.ts');
  const { sourceLaunch } = await import('../debug/sourceLaunch.ts');
  const { replayedSource } = await import('../debug/replayedSource.ts');
  const source = await replayedSource(services, argument);
  const component = await debuggableComponent(source.project);
  if (!(await isDebuggerThere())) return;
  const file = await source.file();
  const recording = file.path;
  const { name, folder } = source.project;
  const launch = sourceLaunch({
    name: vscode.l10n.t('Source of {0}', name),
    recording,
    plugin: source.plugin,
    component,
    folder,
    dist: vscode.Uri.joinPath(services.context.extensionUri, 'dist').fsPath,
    executable: process.execPath,
  });
  const ended = vscode.debug.onDidTerminateDebugSession(({ configuration: { args }, parentSession }) => {
    // Threads have sessions of their own below the one that was started.
    if (parentSession === undefined && Array.isArray(args) && args.includes(recording)) letGo();
  });
  const letGo = (): void => {
    ended.dispose();
    void file.dispose();
  };
  const workspace = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder));
  if (!(await vscode.debug.startDebugging(workspace, launch))) letGo();
}
