import type { EventJson, Finding } from './contract.ts';
import type { FailureReport } from './report.ts';
import type { Artifact, BuildMode, BuildStamp, InputSpec, LanguageId, Project } from '../project/project.ts';
import type { LaneWindow, RowWindow, RecordDetail, LaneQuery, RowQuery } from '../recording/query.ts';

/** Identifies a hosted plugin; stays the same over reloads and restarts. */
export type PluginId = string;

/** Starts hosting a project: follows its `.hotplug/build.json` and runs each new artifact. */
export interface StartPlugin {
  readonly project: Project;
  /** Run this artifact instead of following builds. */
  readonly artifact?: Artifact;
  /** JSON text; overrides the project's. */
  readonly params?: string;
  /** Deadline of one call in ms; overrides the project's and the contract's. */
  readonly deadlineMs?: number;
}

export interface PluginStatus {
  readonly id: PluginId;
  readonly name: string;
  readonly folder: string;
  readonly contract: string;
  readonly language: LanguageId;
  /**
   * `waiting`: no artifact yet. `starting`: the first instance is being made. `running`. `failed`: the
   * instance ended with an error and takes no events until the next reload or restart. `stopped`.
   */
  readonly state: 'waiting' | 'starting' | 'running' | 'failed' | 'stopped';
  /** What the real host would say; for example `Failed: Runtime error: Plugin process failed: …`. */
  readonly stateText: string;
  /** Kind under which the real host registers it: `plugin::wasm::gain`. */
  readonly kind?: string;
  readonly mode?: BuildMode;
  readonly artifact?: Artifact & { readonly hash: string };
  readonly memoryBytes: number;
  readonly callsPerSecond: number;
  readonly events: number;
  readonly waiting: number;
  readonly reloads: number;
  /** Milliseconds from the new artifact until it took events, of the last reload. */
  readonly lastReloadMs?: number;
  readonly build?: Pick<BuildStamp, 'status' | 'serial' | 'failure'> & {
    readonly errors: number;
    readonly durationMs?: number;
  };
  readonly lastError?: FailureReport;
  readonly findings: readonly Finding[];
  readonly input?: InputStatus;
}

export interface InputStatus {
  readonly title: string;
  readonly sent: number;
  /** Undefined where the input has no known end. */
  readonly total?: number;
  readonly running: boolean;
}

/** Every request that the host process answers. */
export interface HostRequests {
  start: { params: StartPlugin; result: PluginStatus };
  stop: { params: { plugin: PluginId }; result: undefined };
  /** Ends the instance and makes a fresh one of the same artifact. */
  restart: { params: { plugin: PluginId }; result: undefined };
  /** Forgets the plugin after stopping it. */
  remove: { params: { plugin: PluginId }; result: undefined };
  list: { params: undefined; result: readonly PluginStatus[] };
  /** Queues events; resolves once they are in the inbox, which may wait for room. */
  send: { params: { plugin: PluginId; events: readonly EventJson[] }; result: { accepted: number } };
  /** Queues the event of this record again. */
  sendAgain: { params: { plugin: PluginId; record: number }; result: { accepted: number } };
  updateParams: { params: { plugin: PluginId; params: string | undefined }; result: undefined };
  startInput: { params: { plugin: PluginId; input: InputSpec }; result: undefined };
  stopInput: { params: { plugin: PluginId }; result: undefined };
  /** The live recording, or a file that `openRecording` gave an id for. */
  rows: { params: { recording: RecordingId; query: RowQuery }; result: RowWindow };
  detail: { params: { recording: RecordingId; record: number }; result: RecordDetail };
  lanes: { params: { recording: RecordingId; query: LaneQuery }; result: LaneWindow };
  /** Copies the live recording so far to a file. */
  saveRecording: { params: { file: string }; result: { records: number; bytes: number } };
}

/** `live` is the recording of this host process. */
export type RecordingId = string;

/** What the host process says by itself. */
export interface HostEvents {
  status: PluginStatus;
  removed: { plugin: PluginId };
  /** At most ten times a second while records come in. */
  grew: { recording: RecordingId; count: number };
  /** A plugin's log line or stderr, for the log channel. */
  log: {
    plugin: string;
    level: 'debug' | 'info' | 'warn' | 'error';
    source: 'plugin' | 'stderr' | 'stdout' | 'host';
    text: string;
    event: number;
  };
}

export type HostRequestName = keyof HostRequests;
export type HostEventName = keyof HostEvents;

/** Messages from a client to the host process. */
export type ToHost = {
  readonly [K in HostRequestName]: {
    readonly id: number;
    readonly request: K;
    readonly params: HostRequests[K]['params'];
  };
}[HostRequestName];

/** Messages from the host process to its client. */
export type FromHost =
  | { readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly id: number; readonly ok: false; readonly message: string; readonly advice: string }
  | { readonly [K in HostEventName]: { readonly event: K; readonly data: HostEvents[K] } }[HostEventName]
  | { readonly ready: true };

/** The host as its users see it: the same in this process (command line) and across a process border (editor). */
export interface HostApi {
  request<K extends HostRequestName>(
    name: K,
    params: HostRequests[K]['params'],
  ): Promise<HostRequests[K]['result']>;
  on<K extends HostEventName>(name: K, listener: (data: HostEvents[K]) => void): () => void;
  dispose(): Promise<void>;
}
