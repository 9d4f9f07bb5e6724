import * as vscode from 'vscode';

import { commandTable } from './editor/commands/table.ts';
import { registerDocuments } from './editor/documents.ts';
import { Failures } from './editor/failures.ts';
import { HostService } from './editor/hostService.ts';
import { logPlugin } from './editor/log.ts';
import { Live } from './editor/panels/live.ts';
import { registerPanels } from './editor/panels/panel.ts';
import { Projects } from './editor/projects.ts';
import { registerCommands } from './editor/register.ts';
import { Running } from './editor/running.ts';
import type { Services } from './editor/services.ts';
import { startOnOpen } from './editor/startOnOpen.ts';
import { createStatusBar } from './editor/statusBar.ts';
import { registerTasks, Tasks } from './editor/tasks.ts';
import { createTree } from './editor/tree.ts';
import { Watches } from './editor/watches.ts';
import type { PluginStatus } from './host/protocol.ts';

/** What the extension offers to other extensions and to tests. */
export interface Api {
  readonly activationMs: number;
  /** The plugins of this window, as the views show them. */
  plugins(): readonly PluginStatus[];
  /** The id of the host process, while one runs. */
  hostPid(): number | undefined;
}

/** A list of registrations: no file is read and no process is started until something asks for it. */
export function activate(context: vscode.ExtensionContext): Api {
  const startedAt = performance.now();
  const file = (...path: readonly string[]): string =>
    vscode.Uri.joinPath(context.extensionUri, ...path).fsPath;
  const log = vscode.window.createOutputChannel('Hotplug', { log: true });
  const hostProcess = new HostService(
    file('dist', 'host.js'),
    {
      recordings: vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'recordings').fsPath,
      cache: vscode.Uri.joinPath(context.globalStorageUri, 'cache').fsPath,
    },
    log,
  );
  const host = hostProcess.api;
  const projects = new Projects(log);
  const tasks = new Tasks(projects, file('dist', 'cli.js'));
  const watches = new Watches(tasks, log);
  const running = new Running(host, watches, log);
  const failures = new Failures(running, log);
  const live = new Live(host, running);
  const services: Services = { context, log, projects, tasks, running, failures, live, host };

  hostProcess.onLost = (how) => {
    live.restarted();
    return running.lost(how);
  };
  hostProcess.onRestart = () => running.startAgain();
  const stopLogging = host.on('log', (entry) => logPlugin(log, entry));

  context.subscriptions.push(
    log,
    hostProcess,
    projects,
    watches,
    running,
    failures,
    live,
    { dispose: stopLogging },
    registerCommands(commandTable(services), log),
    registerTasks(tasks),
    registerDocuments(),
    registerPanels({
      extensionUri: context.extensionUri,
      host,
      live,
      running,
      projectFolders: () => [...projects.all, ...running.all].map((item) => item.folder),
      log,
    }),
    createTree(projects, running),
    createStatusBar(projects, running),
    startOnOpen(projects, running, log),
  );
  const activationMs = performance.now() - startedAt;
  log.info(`Activated in ${activationMs.toFixed(1)} ms.`);
  return { activationMs, plugins: () => running.all, hostPid: () => hostProcess.pid };
}
