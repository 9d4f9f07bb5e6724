import * as vscode from 'vscode';

import { logError } from './log.ts';
import type { Log } from './log.ts';
import type { Projects } from './projects.ts';
import type { Running } from './running.ts';
import { readSetting } from './settings.ts';

/** Finds the projects of the window, and starts them where the setting says so and the workspace is trusted. */
export function startOnOpen(projects: Projects, running: Running, log: Log): vscode.Disposable {
  const start = async (): Promise<void> => {
    for (const project of await projects.ready()) {
      if (!vscode.workspace.isTrusted || running.at(project.folder) !== undefined) continue;
      if (readSetting('hotplug.startOnOpen', vscode.Uri.file(project.folder))) await running.start(project);
    }
  };
  const startSafely = (): void =>
    void start().catch((error: unknown) => logError(log, 'Starting plugins on opening', error));
  // After activate() has returned: finding projects reads the disk.
  const soon = setImmediate(startSafely);
  const listeners = [
    vscode.workspace.onDidGrantWorkspaceTrust(startSafely),
    projects.onDidChange(startSafely),
    { dispose: () => clearImmediate(soon) },
  ];
  return vscode.Disposable.from(...listeners);
}
