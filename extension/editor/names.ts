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
  callExport: 'hotplug.callExport',
  openConsole: 'hotplug.openConsole',
  startInput: 'hotplug.startInput',
  stopInput: 'hotplug.stopInput',
  parseFile: 'hotplug.parseFile',
  configurePlugin: 'hotplug.configurePlugin',
  updateParameters: 'hotplug.updateParameters',
  openTrace: 'hotplug.openTrace',
  openTimeline: 'hotplug.openTimeline',
  openRows: 'hotplug.openRows',
  saveRecording: 'hotplug.saveRecording',
  saveRecordingAsTest: 'hotplug.saveRecordingAsTest',
  acceptBehaviour: 'hotplug.acceptBehaviour',
  inspectPlugin: 'hotplug.inspectPlugin',
  showReport: 'hotplug.showReport',
  replayRecording: 'hotplug.replayRecording',
  compareReplay: 'hotplug.compareReplay',
  showReplayDifferences: 'hotplug.showReplayDifferences',
  debugRecording: 'hotplug.debugRecording',
  debugLastRun: 'hotplug.debugLastRun',
  debugSource: 'hotplug.debugSource',
  compareBranch: 'hotplug.compareBranch',
  discardBranch: 'hotplug.discardBranch',
  showActions: 'hotplug.showActions',
  showLog: 'hotplug.showLog',
  refreshProjects: 'hotplug.refreshProjects',
  openConfiguration: 'hotplug.openConfiguration',
  showChipmunkPlugin: 'hotplug.showChipmunkPlugin',
  addChipmunkPlugin: 'hotplug.addChipmunkPlugin',
  replaceChipmunkPlugin: 'hotplug.replaceChipmunkPlugin',
  disableChipmunkPlugin: 'hotplug.disableChipmunkPlugin',
  enableChipmunkPlugin: 'hotplug.enableChipmunkPlugin',
  removeChipmunkPlugin: 'hotplug.removeChipmunkPlugin',
  undoChipmunkPlugins: 'hotplug.undoChipmunkPlugins',
  checkChipmunkPlugin: 'hotplug.checkChipmunkPlugin',
  checkChipmunkPlugins: 'hotplug.checkChipmunkPlugins',
  clearChipmunkCaches: 'hotplug.clearChipmunkCaches',
  revealChipmunkPlugin: 'hotplug.revealChipmunkPlugin',
  exportRecording: 'hotplug.exportRecording',
  sendTelemetry: 'hotplug.sendTelemetry',
  timelineZoomIn: 'hotplug.timeline.zoomIn',
  timelineZoomOut: 'hotplug.timeline.zoomOut',
  timelineZoomToSelection: 'hotplug.timeline.zoomToSelection',
  timelineFit: 'hotplug.timeline.fit',
  timelinePanLeft: 'hotplug.timeline.panLeft',
  timelinePanRight: 'hotplug.timeline.panRight',
  timelineFollow: 'hotplug.timeline.follow',
  timelinePause: 'hotplug.timeline.pause',
  timelineSearch: 'hotplug.timeline.search',
  timelineNextMatch: 'hotplug.timeline.nextMatch',
  timelinePreviousMatch: 'hotplug.timeline.previousMatch',
  timelineNextSlice: 'hotplug.timeline.nextSlice',
  timelinePreviousSlice: 'hotplug.timeline.previousSlice',
  timelineNextError: 'hotplug.timeline.nextError',
  timelinePreviousError: 'hotplug.timeline.previousError',
  timelineAddNote: 'hotplug.timeline.addNote',
  timelineShowTable: 'hotplug.timeline.showTable',
  timelineShowKeys: 'hotplug.timeline.showKeys',
  timelineToggleAnnouncements: 'hotplug.timeline.toggleAnnouncements',
  timelineExportPng: 'hotplug.timeline.exportPng',
  timelineExportSvg: 'hotplug.timeline.exportSvg',
  timelineToggleGroup: 'hotplug.timeline.toggleGroup',
  timelineCompareLast: 'hotplug.timeline.compareLast',
  traceFocusFilter: 'hotplug.trace.focusFilter',
  traceChooseColumns: 'hotplug.trace.chooseColumns',
  traceGroupByEvent: 'hotplug.trace.groupByEvent',
  traceMarkForDiff: 'hotplug.trace.markForDiff',
  traceDiffWithMarked: 'hotplug.trace.diffWithMarked',
} as const;
export type CommandId = (typeof Command)[keyof typeof Command];

/** The settings and the types of their values. */
export interface SettingValues {
  readonly 'hotplug.startOnOpen': boolean;
  readonly 'hotplug.openAfterCreate': OpenAfterCreate;
  /** Milliseconds; null leaves it to the contract. */
  readonly 'hotplug.deadlineMs': number | null;
  /** Whether the last run is replayed after a reload, and at most how many events of it. */
  readonly 'hotplug.replay.afterReload': boolean;
  readonly 'hotplug.replay.events': number;
  /** Megabytes (MiB) of live recordings that are kept. */
  readonly 'hotplug.recordings.budgetMB': number;
  /** The folder that .chipmunk lies in; the home folder where empty. */
  readonly 'hotplug.chipmunk.home': string;
  /** Address of an OpenTelemetry collector that the live recording is sent to; none where empty. */
  readonly 'hotplug.telemetry.endpoint': string;
  /** Whether the panels tell screen readers what was selected. */
  readonly 'hotplug.panels.announce': boolean;
}
export type SettingId = keyof SettingValues;
export type OpenAfterCreate = 'ask' | 'open' | 'openNewWindow' | 'addToWorkspace';

/** What applies where nothing is set, or where what is set is of another type. */
export const settingDefaults: SettingValues = {
  'hotplug.startOnOpen': false,
  'hotplug.openAfterCreate': 'ask',
  'hotplug.deadlineMs': null,
  'hotplug.replay.afterReload': true,
  'hotplug.replay.events': 10_000,
  'hotplug.recordings.budgetMB': 1024,
  'hotplug.chipmunk.home': '',
  'hotplug.telemetry.endpoint': '',
  'hotplug.panels.announce': true,
};

/** Keys for `when` clauses and the types of their values. */
export interface ContextValues {
  readonly 'hotplug.hasProjects': boolean;
  readonly 'hotplug.hasPlugins': boolean;
  readonly 'hotplug.inputRunning': boolean;
  /** A plugin is there that makes rows. */
  readonly 'hotplug.hasRows': boolean;
  /** A plugin runs that makes rows of bytes. */
  readonly 'hotplug.parserRuns': boolean;
  /** The debug session that the user looks at stands in a branch. */
  readonly 'hotplug.inBranch': boolean;
  /** Ids of the items in the Test view whose recordings differed when they were tested last. */
  readonly 'hotplug.differingTests': readonly string[];
}
export type ContextKey = keyof ContextValues;
export const contextKeys: Readonly<Record<ContextKey, true>> = {
  'hotplug.hasProjects': true,
  'hotplug.hasPlugins': true,
  'hotplug.inputRunning': true,
  'hotplug.hasRows': true,
  'hotplug.parserRuns': true,
  'hotplug.inBranch': true,
  'hotplug.differingTests': true,
};

export const View = {
  plugins: 'hotplug.plugins',
  chipmunk: 'hotplug.chipmunk',
  trace: 'hotplug.trace',
  timeline: 'hotplug.timeline',
  rows: 'hotplug.rows',
} as const;

/** One editor, for files whose name says that they are ours and, if asked, for any other MCAP file. */
export const CustomEditor = {
  recording: 'hotplug.recording',
  mcap: 'hotplug.mcap',
  /** Traces of other tools, if asked for. */
  imported: 'hotplug.imported',
} as const;

export const TASK_TYPE = 'hotplug';

/** Of debug sessions and their launch configurations. */
export const DEBUG_TYPE = 'hotplug';

/** Of the Test view. */
export const TEST_CONTROLLER = 'hotplug';
/** What a message of a test is of, for its menu. */
export const TestMessageKind = { differs: 'differs' } as const;
