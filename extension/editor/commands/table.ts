import * as vscode from 'vscode';

import { compareBranch, discardBranch } from '../debug/branch.ts';
import { Command, View } from '../names.ts';
import { openPanel } from '../panels/open.ts';
import type { CommandTable } from '../register.ts';
import { actionCommands } from '../panels/actions.ts';
import type { Services } from '../services.ts';

/** What each command does. The parts are loaded when they are first used, so that activation stays short. */
export function commandTable(services: Services): CommandTable {
  const plugins = (): Promise<typeof import('./plugins.ts')> => import('./plugins.ts');
  const input = (): Promise<typeof import('./input.ts')> => import('./input.ts');
  const debug = (): Promise<typeof import('./debug.ts')> => import('./debug.ts');
  const replays = (): Promise<typeof import('./replays.ts')> => import('./replays.ts');
  const library = (): Promise<typeof import('../library/actions.ts')> => import('../library/actions.ts');
  return {
    [Command.newPlugin]: async () => (await import('./newPlugin.ts')).newPlugin(services),
    [Command.checkToolchains]: async () => (await import('./toolchains.ts')).checkToolchains(services),
    [Command.startPlugin]: async (argument) => (await plugins()).startPlugin(services, argument),
    [Command.stopPlugin]: async (argument) => (await plugins()).stopPlugin(services, argument),
    [Command.restartPlugin]: async (argument) => (await plugins()).restartPlugin(services, argument),
    [Command.reloadPlugin]: async (argument) => (await plugins()).reloadPlugin(services, argument),
    [Command.buildPlugin]: async (argument) =>
      (await plugins()).buildPlugin(services, argument, 'development'),
    [Command.buildRelease]: async (argument) => (await plugins()).buildPlugin(services, argument, 'release'),
    [Command.removePlugin]: async (argument) => (await plugins()).removePlugin(services, argument),
    [Command.showReport]: async (argument) => (await plugins()).showReport(services, argument),
    [Command.openConfiguration]: async (argument) => (await plugins()).openConfiguration(services, argument),
    [Command.sendEvent]: async (argument) => (await import('./sendEvent.ts')).sendEvent(services, argument),
    [Command.callExport]: async (argument) =>
      (await import('./callExport.ts')).callExport(services, argument),
    [Command.openConsole]: () => services.eventConsole.show(services),
    [Command.startInput]: async (argument) => (await input()).startInput(services, argument),
    [Command.stopInput]: async (argument) => (await input()).stopInput(services, argument),
    [Command.parseFile]: async (argument) =>
      (await import('../streams/streamInput.ts')).parseFile(services, argument),
    [Command.configurePlugin]: (argument) => services.configurations.show(services, argument),
    [Command.updateParameters]: async (argument) =>
      (await import('./parameters.ts')).updateParameters(services, argument),
    [Command.saveRecording]: async () => (await import('./recording.ts')).saveRecording(services),
    [Command.saveRecordingAsTest]: async (argument) =>
      (await import('./tests.ts')).saveRecordingAsTest(services, argument),
    [Command.acceptBehaviour]: async (argument) =>
      (await import('./tests.ts')).acceptBehaviour(services, argument),
    [Command.inspectPlugin]: async (argument) =>
      (await import('./inspect.ts')).inspectPlugin(services, argument),
    [Command.replayRecording]: async (argument) =>
      (await import('./replayRecording.ts')).replayRecording(services, argument),
    [Command.compareReplay]: async (argument) => (await replays()).compareReplay(services, argument),
    [Command.showReplayDifferences]: async (argument) =>
      (await replays()).showReplayDifferences(services, argument),
    [Command.debugRecording]: async (argument) => (await debug()).debugRecording(services, argument),
    [Command.debugLastRun]: async (argument) => (await debug()).debugLastRun(services, argument),
    [Command.debugSource]: async (argument) => (await debug()).debugSource(services, argument),
    [Command.compareBranch]: () => compareBranch(),
    [Command.discardBranch]: () => discardBranch(),
    [Command.showActions]: async () => (await import('./actions.ts')).showActions(services),
    [Command.openTrace]: (argument) => openPanel(View.trace, services, argument),
    [Command.openTimeline]: (argument) => openPanel(View.timeline, services, argument),
    [Command.openRows]: async () => {
      await vscode.commands.executeCommand(`${View.rows}.focus`);
    },
    [Command.showChipmunkPlugin]: async (argument) => (await library()).showPlugin(services, argument),
    [Command.addChipmunkPlugin]: async (argument) => (await library()).addPlugin(services, argument),
    [Command.replaceChipmunkPlugin]: async (argument) => (await library()).replacePlugin(services, argument),
    [Command.disableChipmunkPlugin]: async (argument) => (await library()).disablePlugin(services, argument),
    [Command.enableChipmunkPlugin]: async (argument) => (await library()).enablePlugin(services, argument),
    [Command.removeChipmunkPlugin]: async (argument) => (await library()).removePlugin(services, argument),
    [Command.undoChipmunkPlugins]: async () => (await library()).undoPlugins(services),
    [Command.checkChipmunkPlugin]: async (argument) => (await library()).checkPlugin(services, argument),
    [Command.checkChipmunkPlugins]: async () => (await library()).checkPlugins(services),
    [Command.clearChipmunkCaches]: async () => (await library()).clearPluginCaches(services),
    [Command.revealChipmunkPlugin]: async (argument) => (await library()).revealPlugin(services, argument),
    [Command.exportRecording]: async () => (await import('./export.ts')).exportShown(services),
    [Command.sendTelemetry]: () => services.telemetry.choose(),
    ...actionTable(services),
    [Command.refreshProjects]: () => services.projects.refresh(),
    [Command.showLog]: () => services.log.show(),
  };
}

type ActionCommand = keyof typeof actionCommands;

/** What the keys of the panels do. */
function actionTable({ targets }: Services): Readonly<Record<ActionCommand, () => Promise<void>>> {
  const commands = Object.keys(actionCommands) as ActionCommand[];
  const entries = commands.map((command) => [command, () => targets.run(command)] as const);
  return Object.fromEntries(entries) as Record<ActionCommand, () => Promise<void>>;
}
