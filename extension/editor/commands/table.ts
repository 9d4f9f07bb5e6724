import { Command, View } from '../names.ts';
import { openPanel } from '../panels/panel.ts';
import type { CommandTable } from '../register.ts';
import type { Services } from '../services.ts';

/** What each command does. The parts are loaded when they are first used, so that activation stays short. */
export function commandTable(services: Services): CommandTable {
  const plugins = (): Promise<typeof import('./plugins.ts')> => import('./plugins.ts');
  const input = (): Promise<typeof import('./input.ts')> => import('./input.ts');
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
    [Command.startInput]: async (argument) => (await input()).startInput(services, argument),
    [Command.stopInput]: async (argument) => (await input()).stopInput(services, argument),
    [Command.updateParameters]: async (argument) =>
      (await import('./parameters.ts')).updateParameters(services, argument),
    [Command.saveRecording]: async () => (await import('./recording.ts')).saveRecording(services),
    [Command.inspectPlugin]: async (argument) =>
      (await import('./inspect.ts')).inspectPlugin(services, argument),
    [Command.showActions]: async () => (await import('./actions.ts')).showActions(services),
    [Command.openTrace]: (argument) => openPanel(View.trace, services.live, argument),
    [Command.openTimeline]: (argument) => openPanel(View.timeline, services.live, argument),
    [Command.refreshProjects]: () => services.projects.refresh(),
    [Command.showLog]: () => services.log.show(),
  };
}
