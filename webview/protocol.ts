/**
 * Everything that the panels and the editor say to each other. A panel asks for windows of the
 * recording that it shows; the editor tells it which one that is and when there is more. A message
 * to a hidden panel is lost, so each is complete in itself.
 */
import type { ExportFormat } from '../extension/export/format.ts';
import type {
  Comparison,
  Note,
  RecordingRequestName,
  RecordingRequests,
} from '../extension/recording/query.ts';

import type {
  ResultDetail,
  ResultFilter,
  ResultFind,
  ResultFormat,
  ResultFound,
  ResultQuery,
  ResultWindow,
} from '../extension/recording/results.ts';
import type { WitType } from '../extension/wit/model.ts';

export type { ExportFormat } from '../extension/export/format.ts';
export type * from '../extension/recording/query.ts';
export type * from '../extension/recording/results.ts';
export type { WitType } from '../extension/wit/model.ts';

/** From a panel to the editor. */
export type FromPanel =
  | { readonly type: 'ready' }
  | {
      readonly [K in RecordingRequestName]: {
        readonly type: 'request';
        readonly id: number;
        readonly name: K;
        readonly params: RecordingRequests[K]['params'];
      };
    }[RecordingRequestName]
  /** The newest record that this panel selected; whatever else shows the recording follows. */
  | { readonly type: 'select'; readonly record: number }
  /** Replaces the notes of the recording. */
  | { readonly type: 'notes'; readonly notes: readonly Note[] }
  /** Writes what is shown, or a part of it, to a file that the user chooses. */
  | {
      readonly type: 'export';
      readonly format: ExportFormat;
      /** Milliseconds since the recording's start; all of it where absent. */
      readonly from?: number;
      readonly to?: number;
      readonly filter?: string;
    }
  /** A picture of the view: PNG as base64, SVG as text. */
  | { readonly type: 'picture'; readonly format: 'png' | 'svg'; readonly data: string }
  | { readonly type: 'copyText'; readonly text: string }
  /** Something that is done with one record. */
  | { readonly type: 'act'; readonly action: RecordAction; readonly record: number }
  /** Filters that the user keeps, for all recordings. */
  | { readonly type: 'keepFilters'; readonly filters: readonly KeptFilter[] }
  /**
   * Asks for another recording to compare with: `last` is the life before the present one, `none` ends it. Of the
   * plugin of this name; the editor finds out which one where only one can be meant.
   */
  | { readonly type: 'compareWith'; readonly other: 'last' | 'choose' | 'none'; readonly plugin?: string }
  /** Opens the recording that is compared with in an editor of its own, at one of its records. */
  | { readonly type: 'openCompared'; readonly record: number }
  | { readonly type: 'sendAgain'; readonly plugin: string; readonly record: number }
  | { readonly type: 'openSource'; readonly file: string; readonly line: number; readonly column?: number }
  /** Shows what differs in the last replay of a plugin. */
  | { readonly type: 'compareReplay'; readonly plugin: string }
  | { readonly type: 'command'; readonly command: PanelCommand };

export type RecordAction =
  /** Debugs the recording from this event on. */
  | 'replayFrom'
  | 'makeTest'
  /** Sets a breakpoint of the debugger of recordings at this event or host call. */
  | 'breakHere';

export interface KeptFilter {
  readonly name: string;
  readonly filter: string;
}

export type PanelCommand =
  | 'newPlugin'
  | 'sendEvent'
  | 'saveRecording'
  | 'openTrace'
  | 'openTimeline'
  /** Shows the live recording again. */
  | 'backToLive'
  /** Replays, or debugs, the file that is shown. */
  | 'replayRecording'
  | 'debugRecording'
  /** Opens the file again, or with another editor. */
  | 'retry'
  | 'openWith';

/** What the panels' own keys do, as commands of the editor. */
export type PanelAction =
  | 'zoomIn'
  | 'zoomOut'
  | 'zoomToSelection'
  | 'fit'
  | 'panLeft'
  | 'panRight'
  | 'follow'
  | 'pause'
  | 'search'
  | 'nextMatch'
  | 'previousMatch'
  | 'nextSlice'
  | 'previousSlice'
  | 'nextError'
  | 'previousError'
  | 'addNote'
  | 'showTable'
  | 'showKeys'
  | 'toggleAnnouncements'
  | 'exportPng'
  | 'exportSvg'
  | 'toggleGroup'
  | 'compareLast'
  | 'focusFilter'
  | 'chooseColumns'
  | 'groupByEvent'
  | 'markForDiff'
  | 'diffWithMarked';

/** What a panel shows of the plugins beside their records. */
export interface PanelPlugin {
  readonly name: string;
  readonly state: string;
}

/** What came of replaying a plugin's last run against its new build. */
export interface PanelReplay {
  readonly plugin: string;
  /** Another value is another replay. */
  readonly id: string;
  readonly kind: 'running' | 'same' | 'different' | 'failed';
  /** `3 of 400 events differ` */
  readonly text: string;
  /** The first difference, or what went wrong; the rest a line each. */
  readonly details: readonly string[];
}

/** `live` grows by itself and is followed; a `replay` grows as somebody steps through it; a `file` stays as it is. */
export type RecordingKind = 'live' | 'file' | 'replay';

/** What a recording's file says of itself. */
export interface RecordingFacts {
  /** The file's name. */
  readonly name: string;
  readonly plugins: readonly {
    readonly name: string;
    readonly contract: string;
    readonly language: string;
  }[];
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly tools: Readonly<Record<string, string>>;
  /** Offset in bytes at which the file was cut off; undefined where it is whole. */
  readonly truncatedAt?: number;
  /** How much of the file was read, from 0 to 1; all of it where absent. */
  readonly indexed?: number;
  /** Why the rest of the file cannot be read. */
  readonly failure?: { readonly message: string; readonly advice: string };
  /** Made of another tool's trace: it can be looked at, and nothing of it runs. */
  readonly imported?: { readonly format: string; readonly notes: readonly string[] };
}

/** What is recorded, and what of earlier recordings is kept beside it. All in bytes. */
export interface DiskUse {
  readonly file: string;
  readonly bytes: number;
  readonly keptBytes: number;
  readonly budgetBytes?: number;
  /** Why nothing more is recorded. */
  readonly failure?: string;
}

/** From the editor to a panel. */
export type ToPanel =
  | {
      readonly type: 'state';
      /** Another value is another recording. */
      readonly recording: string;
      readonly kind: RecordingKind;
      /** What is shown instead of the live recording, in a panel that can go back to that. */
      readonly instead?: string;
      readonly count: number;
      readonly live: boolean;
      readonly plugins: readonly PanelPlugin[];
      readonly canSend: boolean;
      /** What the live recording takes on the disk, once that is known. */
      readonly disk?: DiskUse;
      /** The last replays after a reload. */
      readonly replays?: readonly PanelReplay[];
    }
  /** What was noted in the recording that is shown. */
  | { readonly type: 'notes'; readonly recording: string; readonly notes: readonly Note[] }
  /** What is the same for all recordings. */
  | { readonly type: 'settings'; readonly filters: readonly KeptFilter[]; readonly announce: boolean }
  /** Something to do that was asked for by a command of the editor. */
  | { readonly type: 'do'; readonly action: PanelAction }
  /** Shows the recording beside another one; undefined ends that. */
  | { readonly type: 'comparison'; readonly comparison?: Comparison; readonly title?: string }
  /** The file that is shown, to the editor of recordings; `canRun` is false in Restricted Mode. */
  | { readonly type: 'recording'; readonly facts: RecordingFacts; readonly canRun: boolean }
  /** Why the file cannot be shown. */
  | { readonly type: 'problem'; readonly name: string; readonly message: string; readonly advice: string }
  | { readonly type: 'response'; readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly type: 'response'; readonly id: number; readonly ok: false; readonly message: string }
  | { readonly type: 'reveal'; readonly record: number };

/** An export of a plugin's world, as the form of a call shows it. */
export interface CallableExport {
  /** As a call names it: `wasi:keyvalue/watcher@0.2.0-draft#on-set`. */
  readonly name: string;
  /** `watcher.on-set` */
  readonly label: string;
  /** `func(key: string) -> result<u32, error>` */
  readonly signature: string;
  readonly docs?: string;
  readonly params: readonly CallParameter[];
}

export interface CallParameter {
  readonly name: string;
  readonly type: WitType;
  readonly typeText: string;
  /** A value of the type in WAVE. */
  readonly sample: string;
}

/** From the form of a call to the editor. */
export type FromCallForm =
  | { readonly type: 'ready' }
  /** Arguments in WAVE. */
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly args: readonly string[] }
  | {
      readonly type: 'check';
      readonly id: number;
      readonly name: string;
      readonly parameter: number;
      readonly text: string;
    }
  | { readonly type: 'start' }
  | { readonly type: 'openTrace'; readonly record: number };

/** From the editor to the form of a call. */
export type ToCallForm =
  | {
      readonly type: 'exports';
      readonly plugin: string;
      /** `Running`, or why nothing can be called. */
      readonly state: string;
      readonly canCall: boolean;
      /** It does not run, and may be started. */
      readonly canStart: boolean;
      readonly exports: readonly CallableExport[];
      /** Whole names of the resources that the plugin itself makes; others are made for it, by being named. */
      readonly own: readonly string[];
      /** The one to show: where the user asked for it. */
      readonly chosen?: string;
    }
  | {
      readonly type: 'answer';
      readonly id: number;
      readonly ok: boolean;
      /** The result in WAVE, empty where there is none; or what went wrong. */
      readonly text: string;
      /** Of the call, in the live recording. */
      readonly record?: number;
      readonly durationMs?: number;
    }
  | { readonly type: 'checked'; readonly id: number; readonly problem?: string };

/** An event of the bus, as the event console lists it. */
export interface ConsoleRow {
  /** Grows from one event to the next; the console's own. */
  readonly number: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly who: string;
  readonly kind: 'character' | 'system' | 'plugin' | 'unknown';
  readonly stream: string;
  readonly eventType: string;
  /** What happened, in words; long ones are cut. */
  readonly text: string;
  /** Plugins between it and an event from outside: 0 for that one. */
  readonly hops: number;
  /** Number of the event from outside that it goes back to, where that is still known. */
  readonly origin?: number;
  /** Names of the plugins that got it. */
  readonly heard: readonly string[];
  readonly marks: readonly ConsoleMark[];
}

/** What is not as it should be: the guard against loops, a full inbox, a plugin that did not run. */
export interface ConsoleMark {
  readonly kind: 'stopped' | 'dropped' | 'absent';
  readonly text: string;
}

/** A plugin that stands on the bus. */
export interface ConsolePlugin {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly patterns: readonly string[];
  /** Events that it did not get because its inbox was full. */
  readonly dropped: number;
}

/** Events of a made-up MUSH, so many in a second. */
export interface ConsoleLoad {
  readonly characters: number;
  readonly rooms: number;
  readonly rate: number;
}

/** What of the transcript is shown; everything where the texts are empty. */
export interface ConsoleFilter {
  /** Occurs in the stream. */
  readonly stream: string;
  /** Is the type. */
  readonly eventType: string;
}

/** From the event console to the editor. */
export type FromConsole =
  | { readonly type: 'ready' }
  /** A line as it was typed. */
  | { readonly type: 'line'; readonly id: number; readonly text: string }
  /** Another character acts, or the one who acts stands in another room; new names are added. */
  | { readonly type: 'place'; readonly character?: string; readonly room?: string }
  | { readonly type: 'choose'; readonly number: number }
  | { readonly type: 'sendAgain'; readonly number: number }
  /** Saves the events of a stretch as an input file; those of plugins only where it says so. */
  | {
      readonly type: 'save';
      readonly from: number;
      readonly to: number;
      readonly filter: ConsoleFilter;
      readonly answers: boolean;
    }
  | { readonly type: 'import' }
  | {
      readonly type: 'subscribe';
      readonly id: number;
      readonly plugin: string;
      readonly patterns: readonly string[];
    }
  | { readonly type: 'startLoad'; readonly load: ConsoleLoad }
  | { readonly type: 'stopLoad' }
  | { readonly type: 'clear' }
  | { readonly type: 'command'; readonly command: 'saveRecording' | 'startPlugin' | 'openTrace' };

/** From the editor to the event console. */
export type ToConsole =
  | {
      readonly type: 'state';
      readonly acting: string;
      readonly characters: readonly { readonly name: string; readonly room: string }[];
      readonly rooms: readonly string[];
      readonly plugins: readonly ConsolePlugin[];
      /** False in Restricted Mode. */
      readonly canSend: boolean;
      /** The load that runs, and what came of it so far. */
      readonly load?: ConsoleLoad & { readonly sent: number; readonly achieved: number };
    }
  /** Events that came; `fresh` forgets what was listed before. `missed` more came and are not listed. */
  | {
      readonly type: 'rows';
      readonly rows: readonly ConsoleRow[];
      readonly missed: number;
      readonly fresh: boolean;
    }
  | {
      readonly type: 'detail';
      readonly number: number;
      /** As a plugin gets it, and its payload, both set on several lines. */
      readonly json: string;
      readonly payload: string;
      /** Each a sentence. */
      readonly deliveries: readonly string[];
      readonly reasons: readonly { readonly reached: boolean; readonly text: string }[];
      /** Why the reasons are not known. */
      readonly problem?: string;
    }
  /** To a line, or a change of subscriptions; a problem where it was not done. */
  | { readonly type: 'answer'; readonly id: number; readonly problem?: string };

/** A plugin that makes rows. */
export interface RowsPlugin {
  readonly name: string;
  /** `Running`, or why it makes none. */
  readonly state: string;
  readonly run?: RowsRun;
}

/** How far it is with its input. */
export interface RowsRun {
  readonly title: string;
  readonly state: 'running' | 'done' | 'failed' | 'stopped';
  /** Bytes of the input that it is through with, those that were dropped of them, and all, where that is known. */
  readonly bytes: number;
  readonly skipped: number;
  readonly totalBytes?: number;
  readonly failure?: string;
  readonly notes: readonly {
    readonly severity: 'error' | 'warning' | 'info';
    readonly text: string;
    readonly advice: string;
    readonly times: number;
  }[];
}

/** What the table of rows asks the editor. */
export interface RowsRequests {
  window: { params: { query: ResultQuery }; result: ResultWindow | undefined };
  find: { params: { find: ResultFind }; result: ResultFound };
  detail: { params: { row: number }; result: ResultDetail };
}
export type RowsRequestName = keyof RowsRequests;

/** From the table of rows to the editor. */
export type FromRows =
  | { readonly type: 'ready' }
  | {
      readonly [K in RowsRequestName]: {
        readonly type: 'request';
        readonly id: number;
        readonly name: K;
        /** The plugin whose rows they are; the last one that makes rows where absent. */
        readonly plugin?: string;
        readonly params: RowsRequests[K]['params'];
      };
    }[RowsRequestName]
  /** The record of the row that was selected; trace and timeline go there. */
  | { readonly type: 'select'; readonly record: number }
  | {
      readonly type: 'export';
      readonly plugin?: string;
      readonly format: ResultFormat;
      readonly filter?: ResultFilter;
    }
  | { readonly type: 'saveAttachment'; readonly plugin?: string; readonly row: number; readonly name: string }
  | { readonly type: 'command'; readonly command: 'newPlugin' | 'startPlugin' | 'startInput' | 'openTrace' };

/** From the editor to the table of rows. */
export type ToRows =
  | {
      readonly type: 'state';
      /** Another value is another recording. */
      readonly recording: string;
      /** Records that there are: more of them may be more rows. */
      readonly count: number;
      readonly plugins: readonly RowsPlugin[];
    }
  | { readonly type: 'response'; readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly type: 'response'; readonly id: number; readonly ok: false; readonly message: string };
