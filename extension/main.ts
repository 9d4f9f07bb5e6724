import * as vscode from 'vscode';

import { Calls } from './editor/calls/calls.ts';
import { commandTable } from './editor/commands/table.ts';
import { Configurations } from './editor/config/configurations.ts';
import { EventConsole } from './editor/console/console.ts';
import { SubscriptionKeeper } from './editor/console/keeper.ts';
import { Cursor } from './editor/cursor.ts';
import { Adapters } from './editor/debug/adapter.ts';
import { registerDebugger } from './editor/debug/register.ts';
import { registerDocuments } from './editor/documents.ts';
import { Failures } from './editor/failures.ts';
import { Grants } from './editor/grants.ts';
import { HostService } from './editor/hostService.ts';
import { Library } from './editor/library/library.ts';
import { createLibraryView } from './editor/library/view.ts';
import { logPlugin } from './editor/log.ts';
import { PanelTargets } from './editor/panels/actions.ts';
import { KeptFilters } from './editor/panels/filters.ts';
import { Live } from './editor/panels/live.ts';
import { registerPanels } from './editor/panels/panel.ts';
import { Switch } from './editor/panels/switch.ts';
import type { ViewServices } from './editor/panels/view.ts';
import { Projects } from './editor/projects.ts';
import { RecordingEditors } from './editor/recordings/editor.ts';
import { Notes } from './editor/recordings/notes.ts';
import { registerReplays } from './editor/replays/register.ts';
import { Replays } from './editor/replays/replays.ts';
import { registerCommands } from './editor/register.ts';
import { Rows } from './editor/rows/rows.ts';
import { Running } from './editor/running.ts';
import type { Services } from './editor/services.ts';
import { startOnOpen } from './editor/startOnOpen.ts';
import { createStatusBar } from './editor/statusBar.ts';
import { registerTasks, Tasks } from './editor/tasks.ts';
import { Telemetry } from './editor/telemetry.ts';
import { Tests } from './editor/tests/tests.ts';
import { createTree } from './editor/tree.ts';
import { Watches } from './editor/watches.ts';
import type { PluginStatus } from './host/protocol.ts';
import { useTexts } from '../webview/text.ts';

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
  useTexts(vscode.l10n.bundle);
  const file = (...path: readonly string[]): string =>
    vscode.Uri.joinPath(context.extensionUri, ...path).fsPath;
  const log = vscode.window.createOutputChannel('Hotplug', { log: true });
  const cacheFolder = vscode.Uri.joinPath(context.globalStorageUri, 'cache').fsPath;
  const hostProcess = new HostService(
    file('dist', 'host.js'),
    {
      recordings: vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'recordings').fsPath,
      cache: cacheFolder,
    },
    log,
  );
  const host = hostProcess.api;
  const projects = new Projects(log);
  const cli = file('dist', 'cli.js');
  const tasks = new Tasks(projects, cli);
  const tests = new Tests(projects, cli, log);
  const watches = new Watches(tasks, log);
  const running = new Running(host, watches, new Grants(context.workspaceState, log), log);
  const replays = new Replays(host, running);
  const failures = new Failures(running, log);
  const calls = new Calls(projects);
  const eventConsole = new EventConsole();
  const configurations = new Configurations(host, projects, running, log);
  const library = new Library(cli, cacheFolder, projects, log);
  const live = new Live(host, running, replays);
  const panels = new Switch(host, live);
  const cursor = new Cursor();
  const targets = new PanelTargets();
  const notes = new Notes();
  const telemetry = new Telemetry(host, log);
  const filters = new KeptFilters(context.globalState);
  const services: Services = {
    context,
    log,
    projects,
    tasks,
    running,
    replays,
    tests,
    calls,
    eventConsole,
    configurations,
    library,
    failures,
    cursor,
    panels,
    targets,
    telemetry,
    notes,
    host,
  };
  const views: ViewServices = {
    extensionUri: context.extensionUri,
    host,
    cursor,
    running,
    targets,
    notes,
    filters,
    makeTest: async (recording, plugin) => {
      const { makeTestOf } = await import('./editor/commands/tests.ts');
      await makeTestOf(services, recording, plugin);
    },
    exportRecording: async (wanted, recording) => {
      const { exportRecording } = await import('./editor/commands/export.ts');
      await exportRecording(services, wanted, recording);
    },
    projectFolders: () => [...projects.all, ...running.all].map((item) => item.folder),
    log,
  };
  const editors = new RecordingEditors(
    views,
    vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, 'copies'),
  );

  const rows = new Rows(views, projects);
  const debugging = new Adapters(host);

  hostProcess.onLost = (how) => {
    debugging.lost();
    cursor.clear();
    editors.lost();
    replays.lost();
    panels.lost();
    rows.lost();
    live.restarted();
    return running.lost(how);
  };
  hostProcess.onReady = () => {
    replays.hostReady();
    telemetry.hostReady();
  };
  const stopForgetting = live.onDidReplace(() => cursor.forget(live.recording));
  hostProcess.onRestart = () => running.startAgain();
  const stopLogging = host.on('log', (entry) => logPlugin(log, entry));

  context.subscriptions.push(
    log,
    hostProcess,
    projects,
    watches,
    running,
    replays,
    tests,
    calls,
    eventConsole,
    configurations,
    library,
    new SubscriptionKeeper(host, projects, running, log),
    failures,
    live,
    panels,
    cursor,
    notes,
    filters,
    telemetry,
    { dispose: stopLogging },
    stopForgetting,
    registerCommands(commandTable(services), log),
    registerTasks(tasks),
    registerDocuments(),
    registerPanels(panels, views),
    rows,
    editors,
    createTree(projects, running, replays),
    createLibraryView(library),
    createStatusBar(projects, running),
    registerReplays(replays, running, host),
    registerDebugger(debugging, services),
    startOnOpen(projects, running, log),
  );
  const activationMs = performance.now() - startedAt;
  log.info(`Activated in ${activationMs.toFixed(1)} ms.`);
  return { activationMs, plugins: () => running.all, hostPid: () => hostProcess.pid };
}
