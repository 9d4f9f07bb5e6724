/** What is debugged: launch configurations, and what is meant where there are none. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import { isInside } from '../../project/config.ts';
import { CustomEditor, DEBUG_TYPE } from '../names.ts';
import type { Projects } from '../projects.ts';
import { showError } from '../register.ts';
import type { Log } from '../log.ts';
import type { Running } from '../running.ts';
import { requireTrust } from '../trust.ts';
import type { PluginStatus } from '../../host/protocol.ts';

/** Recordings that are looked at for the newest. */
const MOST = 200;

export interface ConfigurationServices {
  readonly projects: Projects;
  readonly running: Running;
  readonly log: Log;
}

type Found = Pick<vscode.DebugConfiguration, 'name'> & Readonly<Record<string, unknown>>;

/** Completes configurations, and makes one where there is no launch.json. */
export class Configurations implements vscode.DebugConfigurationProvider {
  readonly #services: ConfigurationServices;

  constructor(services: ConfigurationServices) {
    this.#services = services;
  }

  /** For a new launch.json. */
  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return [
      configuration({ name: vscode.l10n.t('Debug last run'), recording: 'live' }),
      configuration({
        name: vscode.l10n.t('Debug recording'),
        recording: '${workspaceFolder}/recordings/example.hotplug.mcap',
      }),
    ];
  }

  /** Undefined ends it, after the user was told why. */
  async resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    try {
      requireTrust('debug recordings');
      return isConfigured(given) ? given : configuration(await this.#find());
    } catch (error) {
      await showError(error, this.#services.log, 'Debugging');
      return undefined;
    }
  }

  /** The last run is of a plugin of this window: its project is known here, not in the host process. */
  async resolveDebugConfigurationWithSubstitutedVariables(
    _folder: vscode.WorkspaceFolder | undefined,
    given: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    try {
      return await this.#complete(given);
    } catch (error) {
      await showError(error, this.#services.log, 'Debugging');
      return undefined;
    }
  }

  async #complete(given: vscode.DebugConfiguration): Promise<vscode.DebugConfiguration> {
    const { project, artifact, plugin } = given;
    if (project !== undefined || artifact !== undefined) return given;
    const recording: unknown = given['recording'] ?? 'live';
    if (recording === 'live') {
      const last = lastRun(this.#services.running, typeof plugin === 'string' ? plugin : undefined);
      return { ...given, recording, plugin: last.name, project: last.folder };
    }
    // The nearest project above the file, or the only one there is.
    const all = await this.#services.projects.ready();
    const above = all
      .filter(({ folder }) => typeof recording === 'string' && isInside(folder, recording))
      .toSorted((a, b) => b.folder.length - a.folder.length);
    const found = above[0] ?? (all.length === 1 ? all[0] : undefined);
    return found === undefined ? given : { ...given, project: found.folder };
  }

  /** The recording that is open, the run of the plugin whose source is, the last run, the newest recording. */
  async #find(): Promise<Found> {
    const open = openRecording();
    if (open !== undefined) return ofRecording(open);
    const { running } = this.#services;
    const source = vscode.window.activeTextEditor?.document.uri.fsPath;
    const recorded = running.all.filter(({ events }) => events > 0);
    const own = recorded.find(({ folder }) => source !== undefined && isInside(folder, source));
    const last = own ?? recorded.at(-1);
    if (last !== undefined) return ofLastRun(last);
    const newest = await newestRecording();
    if (newest !== undefined) return ofRecording(newest);
    throw nothingRecorded();
  }
}

/** F5 without a launch.json comes without a request, whatever the type of a configuration says. */
function isConfigured({ request }: Partial<vscode.DebugConfiguration>): boolean {
  return request !== undefined && request !== '';
}

export function ofRecording(uri: vscode.Uri): Found {
  return { name: basename(uri.path), recording: uri.fsPath };
}

export function ofLastRun({ name, folder }: PluginStatus): Found {
  return { name: vscode.l10n.t('Last run of {0}', name), recording: 'live', plugin: name, project: folder };
}

export function configuration(found: Found): vscode.DebugConfiguration {
  return { type: DEBUG_TYPE, request: 'launch', ...found };
}

/** The plugin of this name, or the only one, that was given events. Throws a UserError where there is none. */
export function lastRun(running: Running, plugin: string | undefined): PluginStatus {
  const recorded = running.all.filter(
    ({ events, name }) => events > 0 && (plugin === undefined || plugin === name),
  );
  const last = recorded.at(-1);
  if (last === undefined) throw nothingRecorded();
  return last;
}

export function nothingRecorded(): UserError {
  return new UserError(
    vscode.l10n.t(
      'There is nothing to debug: no plugin was given events in this window, and there is no recording',
    ),
    vscode.l10n.t('Start a plugin and send it events, or open a .hotplug.mcap file.'),
  );
}

/** The recording that the active editor shows. */
export function openRecording(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const types: readonly string[] = Object.values(CustomEditor);
  return input instanceof vscode.TabInputCustom && types.includes(input.viewType) ? input.uri : undefined;
}

/** The newest recording of the workspace, or of a folder in it. */
export async function newestRecording(folder?: string): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(
    folder === undefined ? '**/*.hotplug.mcap' : new vscode.RelativePattern(folder, '**/*.hotplug.mcap'),
    '**/{node_modules,target,.git}/**',
    MOST,
  );
  const dated = await Promise.all(
    found
      .filter(({ scheme }) => scheme === 'file')
      .map(async (uri) => ({ uri, time: (await stat(uri.fsPath)).mtimeMs })),
  );
  return dated.toSorted((a, b) => b.time - a.time)[0]?.uri;
}
