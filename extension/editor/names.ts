/**
 * Every command, setting, view and context key of the extension. package.json repeats them, because
 * VS Code reads it before any code runs; test/unit/editor-manifest.test.ts keeps the two equal.
 */
export const Command = {
  newPlugin: 'hotplug.newPlugin',
  checkToolchains: 'hotplug.checkToolchains',
  startPlugin: 'hotplug.startPlugin',
  stopPlugin: 'hotplug.stopPlugin',
  restartPlugin: 'hotplug.restartPlugin',
  reloadPlugin: 'hotplug.reloadPlugin',
  buildPlugin: 'hotplug.buildPlugin',
  buildRelease: 'hotplug.buildRelease',
  removePlugin: 'hotplug.removePlugin',
  sendEvent: 'hotplug.sendEvent',
  startInput: 'hotplug.startInput',
  stopInput: 'hotplug.stopInput',
  updateParameters: 'hotplug.updateParameters',
  openTrace: 'hotplug.openTrace',
  openTimeline: 'hotplug.openTimeline',
  saveRecording: 'hotplug.saveRecording',
  inspectPlugin: 'hotplug.inspectPlugin',
  showReport: 'hotplug.showReport',
  showActions: 'hotplug.showActions',
  showLog: 'hotplug.showLog',
  refreshProjects: 'hotplug.refreshProjects',
  openConfiguration: 'hotplug.openConfiguration',
} as const;
export type CommandId = (typeof Command)[keyof typeof Command];

/** The settings and the types of their values. */
export interface SettingValues {
  readonly 'hotplug.startOnOpen': boolean;
  readonly 'hotplug.openAfterCreate': OpenAfterCreate;
  /** Milliseconds; null leaves it to the contract. */
  readonly 'hotplug.deadlineMs': number | null;
}
export type SettingId = keyof SettingValues;
export type OpenAfterCreate = 'ask' | 'open' | 'openNewWindow' | 'addToWorkspace';

/** What applies where nothing is set, or where what is set is of another type. */
export const settingDefaults: SettingValues = {
  'hotplug.startOnOpen': false,
  'hotplug.openAfterCreate': 'ask',
  'hotplug.deadlineMs': null,
};

/** Keys for `when` clauses and the types of their values. */
export interface ContextValues {
  readonly 'hotplug.hasProjects': boolean;
  readonly 'hotplug.hasPlugins': boolean;
  readonly 'hotplug.inputRunning': boolean;
}
export type ContextKey = keyof ContextValues;
export const contextKeys: Readonly<Record<ContextKey, true>> = {
  'hotplug.hasProjects': true,
  'hotplug.hasPlugins': true,
  'hotplug.inputRunning': true,
};

export const View = {
  plugins: 'hotplug.plugins',
  trace: 'hotplug.trace',
  timeline: 'hotplug.timeline',
} as const;

export const TASK_TYPE = 'hotplug';
