import type { EventJson, Finding, PluginMetadata } from './contract.ts';
import type { RunNote } from './produce.ts';
import type { FailureReport } from './report.ts';
import type { Artifact, BuildMode, BuildStamp, InputSpec, LanguageId, Project } from '../project/project.ts';
import type { ReplayReport, Unrecorded } from '../replay/types.ts';
import type {
  ResultDetail,
  ResultFilter,
  ResultFind,
  ResultFormat,
  ResultFound,
  ResultQuery,
  ResultsSaved,
  ResultWindow,
} from '../recording/results.ts';
import type { ExportFormat } from '../export/formats.ts';
import type { OtlpStatus } from '../export/otlp-live.ts';
import type { OtlpEndpoint } from '../export/otlp-post.ts';
import type { Exported } from '../export/write.ts';
import type { RecordingRequestName, RecordingRequests } from '../recording/query.ts';

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
  /** Where it stands on a bus. */
  readonly bus?: { readonly patterns: readonly string[]; readonly dropped: number };
}

/** An event that went over a bus. */
export interface BusEntry {
  readonly id: string;
  readonly stream: string;
  readonly event: EventJson;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  /** Name of the plugin that emitted it; undefined where it came from outside. */
  readonly from?: string;
  /** How many plugins stand between it and an event from outside: 0 for that one. */
  readonly hops: number;
  /** Id of the event from outside that it goes back to. */
  readonly origin: string;
  readonly deliveries: readonly BusDelivery[];
  /** Why it was delivered to nobody: the guard against loops. */
  readonly stopped?: string;
}

export interface BusDelivery {
  /** Name of the plugin. */
  readonly plugin: string;
  /** The first of its patterns that matches the stream. */
  readonly pattern: string;
  /** `dropped`: there was no room. `absent`: the plugin did not run. */
  readonly outcome: 'queued' | 'dropped' | 'absent';
}

/** Why an event did or did not reach a plugin. */
export interface BusReason {
  readonly plugin: string;
  readonly reached: boolean;
  /** One sentence. */
  readonly text: string;
}

/** What came of the call of an export. */
export interface CallAnswer {
  /** The export returned; false where it trapped, was not called, or was ended. */
  readonly ok: boolean;
  /** The result in WAVE, empty where the export returns nothing; or what went wrong. */
  readonly text: string;
  /** Index of the call's record in the live recording; undefined where the call is not recorded. */
  readonly record?: number;
  /** Milliseconds that the call took. */
  readonly durationMs?: number;
}

export interface InputStatus {
  readonly title: string;
  readonly sent: number;
  /** Undefined where the input has no known end. */
  readonly total?: number;
  readonly running: boolean;
  /** Of an input that is given until the plugin is through with it. */
  readonly run?: RunStatus;
}

/** How far the plugin is with a stream of bytes. */
export interface RunStatus {
  readonly state: 'running' | 'done' | 'failed' | 'stopped';
  /** Bytes that it is through with; those among them that were dropped. */
  readonly bytes: number;
  readonly skipped: number;
  /** Undefined where the end is not known. */
  readonly totalBytes?: number;
  /** What was odd, each kind of thing once. */
  readonly notes: readonly (RunNote & { readonly times: number })[];
  /** Why it did not get to the end. */
  readonly failure?: string;
}

/** Questions about the live recording, or one that `openRecording` gave an id for. */
type OfRecording = {
  [K in RecordingRequestName]: {
    params: { recording: RecordingId } & RecordingRequests[K]['params'];
    result: RecordingRequests[K]['result'];
  };
};

/** Every request that the host process answers. */
export interface HostRequests extends OfRecording {
  start: { params: StartPlugin; result: PluginStatus };
  stop: { params: { plugin: PluginId }; result: undefined };
  /** Ends the instance and makes a fresh one of the same artifact. */
  restart: { params: { plugin: PluginId }; result: undefined };
  /** Forgets the plugin after stopping it. */
  remove: { params: { plugin: PluginId }; result: undefined };
  list: { params: undefined; result: readonly PluginStatus[] };
  /** Queues events; resolves once they are in the inbox, which may wait for room. */
  send: { params: { plugin: PluginId; events: readonly EventJson[] }; result: { accepted: number } };
  /**
   * Puts events onto the bus of a contract, for every plugin that subscribes to their streams; resolves once
   * they are in the inboxes, which may wait for room where a plugin has it so.
   */
  publish: {
    params: { contract: string; events: readonly EventJson[] };
    result: { events: readonly BusEntry[] };
  };
  /** What went over the bus, newest last; the bus keeps the last ones. */
  busEntries: { params: { contract: string }; result: { events: readonly BusEntry[] } };
  /** Why an event of the bus did or did not reach each plugin that is hosted. */
  busReasons: { params: { contract: string; event: string }; result: readonly BusReason[] };
  /** Replaces the patterns that a plugin subscribes to, as long as it is hosted. */
  subscribe: { params: { plugin: PluginId; patterns: readonly string[] }; result: undefined };
  /** Queues the event of this record again. */
  sendAgain: { params: { plugin: PluginId; record: number }; result: { accepted: number } };
  /**
   * Calls an export of a plugin of the user's own WIT by its name, the arguments in WAVE, and resolves with
   * what came of it. Throws a UserError where it cannot be called.
   */
  callExport: {
    params: { plugin: PluginId; call: string; args: readonly string[] };
    result: CallAnswer;
  };
  updateParams: { params: { plugin: PluginId; params: string | undefined }; result: undefined };
  /** What the instance that runs said of itself; undefined where none runs. */
  metadata: { params: { plugin: PluginId }; result: PluginMetadata | undefined };
  startInput: { params: { plugin: PluginId; input: InputSpec }; result: undefined };
  stopInput: { params: { plugin: PluginId }; result: undefined };
  /**
   * Rows of the last run of the plugin of this name, or of the last plugin that makes rows; undefined where
   * the recording has none. A filter goes on where it was with each question until `isComplete`.
   */
  results: {
    params: { recording: RecordingId; plugin?: string; query: ResultQuery };
    result: ResultWindow | undefined;
  };
  /** Where a text is next among its rows; cancelled by the next question. */
  findResult: {
    params: { recording: RecordingId; plugin?: string; find: ResultFind };
    result: ResultFound;
  };
  /** A row with its whole cells and its bytes. */
  resultDetail: {
    params: { recording: RecordingId; plugin?: string; row: number };
    result: ResultDetail;
  };
  /** Writes the rows to a file, whole. */
  saveResults: {
    params: {
      recording: RecordingId;
      plugin?: string;
      file: string;
      format: ResultFormat;
      filter?: ResultFilter;
    };
    result: ResultsSaved;
  };
  /** Writes the file that came with a row. */
  saveAttachment: {
    params: { recording: RecordingId; plugin?: string; row: number; file: string };
    result: { bytes: number };
  };
  /** Copies the live recording so far to a file. */
  saveRecording: { params: { file: string }; result: { records: number; bytes: number } };
  /**
   * Opens a recording's file for {@link rows}, {@link detail} and {@link lanes}, or keeps a recording
   * that is known open until the `closeRecording` that belongs to it.
   */
  openRecording: { params: { file: string } | { recording: RecordingId }; result: OpenedRecording };
  closeRecording: { params: { recording: RecordingId }; result: undefined };
  /**
   * Writes a recording, or a part of it, for other tools. Throws a UserError where it cannot be read to its end, where
   * the filter means nothing, and where the file cannot be written.
   */
  export: {
    params: {
      recording: RecordingId;
      format: ExportFormat;
      file: string;
      /** Milliseconds since the recording's start. */
      from?: number;
      to?: number;
      filter?: string;
    };
    result: Exported;
  };
  /**
   * Sends spans and logs of the live recording from now on to an OpenTelemetry collector, instead of to the one
   * before; ends that where there is no endpoint. Throws a UserError where that is no HTTP address.
   */
  sendTelemetry: { params: { endpoint?: OtlpEndpoint }; result: undefined };
  recordingStatus: { params: undefined; result: RecordingStatus };
  /** Replays one life of a plugin in a recording. */
  replay: { params: ReplayRequest; result: ReplayResult };
  /** Ends the replay that was asked for under this name; it answers with what it has until then. */
  cancelReplay: { params: { request: string }; result: undefined };
  /** Writes a recording of what a build does with the events of another recording. Throws a UserError where it does not get to their end. */
  rerecord: { params: Rerecord; result: { records: number; bytes: number } };
  /** Writes the last life with events of a plugin, present or past, as a recording of its own. */
  saveLife: { params: { plugin: PluginId; file: string }; result: { events: number; bytes: number } };
  /** Both sides of a replay as text: of one event, or of all that differ. Only the last replays are kept. */
  replayText: { params: { replay: ReplayId; event?: number }; result: ReplayText };
  /** Whether the host replays the last life against each new build, and at most how many events of it. */
  replayAfterReload: { params: { enabled: boolean; events: number }; result: undefined };
  /** A message of the Debug Adapter Protocol to a debug session; the first one makes it. */
  debug: { params: { session: string; message: unknown }; result: undefined };
}

/** `live` is the recording of this host process; others come from `openRecording`, `replay` and debug sessions. */
export type RecordingId = string;
export type ReplayId = string;

export interface OpenedRecording {
  readonly id: RecordingId;
  readonly count: number;
  readonly plugins: readonly {
    readonly name: string;
    readonly contract: string;
    readonly language: string;
  }[];
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly tools: Readonly<Record<string, string>>;
  /** Offset in bytes at which the file was cut off; undefined where it is whole, and while that is not known. */
  readonly truncatedAt?: number;
  /** How much of the file was read, from 0 to 1; all that can be where absent. More comes with `grew`. */
  readonly indexed?: number;
  /** Of a file that is still read: what its end says of all of it, where it has one. */
  readonly expected?: { readonly count: number; readonly durationMs: number };
  /** Why the rest of the file cannot be read: damage that was met after the first records. */
  readonly failure?: { readonly message: string; readonly advice: string };
  /** Made of another tool's trace: it can be looked at, and nothing of it runs. `notes` say what is left out. */
  readonly imported?: { readonly format: string; readonly notes: readonly string[] };
}

/** How much is recorded, and what is kept. */
export interface RecordingStatus {
  readonly file: string;
  readonly records: number;
  /** Bytes of this file, and of all live recordings that are kept. */
  readonly bytes: number;
  readonly keptBytes: number;
  /** Most bytes that are kept; the oldest recordings go first. Undefined for a file that was named. */
  readonly budgetBytes?: number;
  /** Why nothing more is recorded: a full disk. */
  readonly failure?: string;
}

export interface ReplayRequest {
  /** An id, or `{file}`. */
  readonly recording: RecordingId | { readonly file: string };
  /** Name of the plugin in the recording, or its index; its only plugin where absent. */
  readonly plugin?: string | number;
  /** Which of its lives, from 0; the last one with events where absent. */
  readonly life?: number;
  /** A hosted plugin's present build, or an artifact of a project. */
  readonly against: PluginId | { readonly project: Project; readonly artifact: Artifact };
  readonly unrecorded?: Unrecorded;
  /** Most events to replay; all where absent. */
  readonly events?: number;
  /** A name of the client's own, to cancel the replay and to tell its progress by. */
  readonly request?: string;
  /** What is other than in the recording, in this order. */
  readonly edits?: readonly EventEdit[];
  /**
   * For a debugger of sources that is attached to the process that replays: the component runs with its
   * debug sections and without a deadline, `waitMs` milliseconds after it was loaded. Refused where
   * the artifact has no lines.
   */
  readonly sourceLevel?: { readonly waitMs: number };
}

/** Another value in an event. */
export interface EventEdit {
  /** Number of the event. */
  readonly event: number;
  /** Which of its fields: `packet.text`. */
  readonly path: string;
  /** In WAVE, of the type that is there. */
  readonly value: string;
}

/** Asks for a recording of what a build does now: its lives with events, given the same events again. */
export interface Rerecord extends Pick<ReplayRequest, 'recording' | 'against' | 'unrecorded'> {
  /** Indexes in the recording of the plugins that are recorded again; others are left out. */
  readonly plugins: readonly number[];
  /** The file to write; where it exists, it is replaced as a whole. */
  readonly file: string;
}

export interface ReplayResult {
  readonly replay: ReplayId;
  readonly report: ReplayReport;
}

export interface ReplayText {
  readonly expected: string;
  readonly actual: string;
}

/** The replay of the last life against a new build that the host makes by itself after a reload. */
export type Replayed = { readonly plugin: PluginId } & (
  | { readonly state: 'running' }
  | ({ readonly state: 'done' } & ReplayResult)
  /** It could not be made; for example nothing was recorded yet. */
  | { readonly state: 'none' | 'failed'; readonly text: string }
);

/** What the host process says by itself. */
export interface HostEvents {
  status: PluginStatus;
  removed: { plugin: PluginId };
  replayed: Replayed;
  /** How far a replay is that was asked for under this name, in events. */
  replaying: { request: string; done: number; total: number };
  /** About once a second while records come in; at once where another file goes on. */
  recording: RecordingStatus;
  /** How sending to a collector goes. */
  telemetry: OtlpStatus;
  /** What went over a bus, at most ten times a second; `missed` is how many more there were. */
  bus: { contract: string; events: readonly BusEntry[]; missed: number };
  /** A message of a debug session to its client. */
  debug: { session: string; message: unknown };
  /** At most ten times a second while records come in; with `opened` of a file that is being read, at its end as well. */
  grew: { recording: RecordingId; count: number; opened?: OpenedRecording };
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
