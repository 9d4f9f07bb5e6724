import type { Finding } from '../host/contract.ts';
import type { RunRules } from '../host/produce.ts';

/** A language that Hotplug can build a plugin from. */
export type LanguageId = 'javascript' | 'typescript' | 'python' | 'rust' | 'go' | 'c';

/** A folder with a plugin's sources, ours or not. */
export interface Project {
  /** Absolute path. */
  readonly folder: string;
  readonly name: string;
  readonly contract: string;
  readonly language: LanguageId;
  /** What made us think so, for the user: "hotplug.json", "Cargo.toml with streamkit-plugin-sdk-wasm". */
  readonly recognisedBy: string;
  readonly config: ProjectConfig;
  /** What is odd about its `hotplug.json`. */
  readonly findings?: readonly Finding[];
}

/** `hotplug.json`: every field is optional, and overrides what would be found. */
export interface ProjectConfig {
  readonly name?: string;
  readonly contract?: string;
  readonly language?: LanguageId;
  /** The world of `wit/` that the plugin implements, where that package has several. */
  readonly world?: string;
  /** What the host answers, for contracts that leave that to the project. */
  readonly host?: HostAnswers;
  /** Entry source file of an interpreted language, relative to the folder. */
  readonly entry?: string;
  /** What release builds of JavaScript and TypeScript run in; QuickJS where absent, as in development. */
  readonly engine?: 'quickjs' | 'spidermonkey';
  /** The compiler of Go plugins; `go` where absent. */
  readonly compiler?: 'go' | 'tinygo';
  /** Commands that replace the toolchain's own: an argv array each, run in the folder. */
  readonly build?: { readonly development?: readonly string[]; readonly release?: readonly string[] };
  /** The file that the build command leaves, relative to the folder. */
  readonly artifact?: { readonly development?: string; readonly release?: string };
  /** Globs of sources to watch, and of what never counts as a source. */
  readonly watch?: { readonly include?: readonly string[]; readonly exclude?: readonly string[] };
  /** Parameters that the plugin is started with. */
  readonly params?: unknown;
  /** An input that starts with the plugin: a file relative to the folder. */
  readonly input?: InputSpec;
  /** What becomes of the plugin's state at a reload. */
  readonly reload?: { readonly state?: 'fresh' | 'rebuild' };
  /** What of a run is not recorded: names and paths of fields, as `values/redact.ts` reads them. */
  readonly record?: { readonly redact?: readonly string[] };
  /** Milliseconds that one call may take; the contract's default where absent. */
  readonly deadlineMs?: number;
  /** Patterns of the streams that the plugin hears, for contracts whose plugins stand on a bus. */
  readonly subscriptions?: readonly string[];
  /** The events that wait for the plugin, for the same contracts. */
  readonly inbox?: InboxConfig;
  /** What the plugin is told to log, for contracts whose host says it; everything where absent. */
  readonly logLevel?: 'error' | 'warn' | 'info' | 'debug' | 'trace';
  /** Hosts that the plugin may ask by HTTP, by their names or globs of them, for contracts whose plugins can. */
  readonly allowedHosts?: readonly string[];
  /** Folders that the plugin has as files, for the same contracts. */
  readonly allowedPaths?: readonly GrantedPath[];
}

/** A folder that a plugin may use. */
export interface GrantedPath {
  /** Absolute path here. */
  readonly host: string;
  /** Where the plugin has it. */
  readonly guest: string;
  readonly readOnly: boolean;
}

export interface InboxConfig {
  /** Most events; the contract's default where absent. */
  readonly size?: number;
  /** What becomes of an event for which there is no room; `drop-newest` where absent. `wait`: whoever sends waits. */
  readonly full?: 'drop-newest' | 'drop-oldest' | 'wait';
}

/** What a plugin gets that calls its host. */
export interface HostAnswers {
  /** A JavaScript module whose exports are the host's interfaces: absolute path. */
  readonly stub?: string;
  /** Answers in WAVE by the function's name, `wasi:keyvalue/store@0.2.0-draft#open`: in order, the last one again and again. */
  readonly answers?: Readonly<Record<string, readonly string[]>>;
}

/** Where events come from. Paths are absolute once a project has been read. */
export type InputSpec = EventSpec | StreamSpec;

/** Events that are there already. */
export type EventSpec =
  | {
      readonly kind: 'wav';
      readonly file: string;
      readonly pin?: string;
      readonly realTime?: boolean;
      readonly loop?: boolean;
    }
  | { readonly kind: 'jsonl'; readonly file: string; readonly realTime?: boolean }
  | {
      readonly kind: 'recording';
      readonly file: string;
      readonly realTime?: boolean;
      /** How often its events are fed; once where absent. */
      readonly repeat?: number;
    };

/** A stream of bytes, for a plugin that is given what it has not consumed yet. */
export type StreamSpec = (
  | {
      readonly kind: 'bytes';
      readonly file: string;
      /** Goes on as the file grows. */ readonly follow?: boolean;
    }
  /** pcap or pcapng: the payload of each packet. */
  | {
      readonly kind: 'pcap';
      readonly file: string;
      /** The real host's timestamps, wrong as they are. */
      readonly legacyTimestamps?: boolean;
    }
  | { readonly kind: 'stdin' }
  /** A server that is connected to, or a port of this machine that is listened at; 127.0.0.1 where no host is given. */
  | { readonly kind: 'tcp' | 'udp'; readonly port: number; readonly host?: string }
  /** What a byte-source plugin reads: the folder of its project. */
  | { readonly kind: 'byte-source'; readonly plugin: string }
  /** A byte source by itself: reads of so many bytes, 64 KiB where absent, until there are none. */
  | { readonly kind: 'reads'; readonly length?: number }
) & { readonly rules?: RunRules };

const eventKinds: ReadonlySet<string> = new Set(['wav', 'jsonl', 'recording'] satisfies EventSpec['kind'][]);

export function isStream(spec: InputSpec): spec is StreamSpec {
  return !eventKinds.has(spec.kind);
}

/** What an input is called before it is open. */
export function titleOf(spec: StreamSpec): string {
  if ('file' in spec) return spec.file;
  if ('port' in spec) return `${spec.kind} ${spec.host ?? '127.0.0.1'}:${spec.port}`;
  return spec.kind === 'byte-source' ? spec.plugin : spec.kind;
}

/** What a build leaves. */
export interface Artifact {
  /**
   * `component`: a WebAssembly component. `module`: a core module for Extism hosts. `source`: bundled source
   * for a contract's prebuilt interpreter component.
   */
  readonly kind: 'component' | 'module' | 'source';
  /** Absolute path. */
  readonly path: string;
  /** The component that runs a source: absolute path. The one that Hotplug ships for contract and language where absent. */
  readonly interpreter?: string;
}

export type BuildMode = 'development' | 'release';

/** One message of a compiler. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'info';
  /** Absolute path. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly code?: string;
}

/**
 * `.hotplug/build.json`, replaced as a whole at the start and the end of every build: how the
 * process that builds tells the process that hosts.
 */
export interface BuildStamp {
  readonly version: 1;
  /** Grows by one with every build of this folder. */
  readonly serial: number;
  readonly status: 'building' | 'ok' | 'failed';
  readonly mode: BuildMode;
  readonly artifact?: Artifact;
  /** Milliseconds since the Unix epoch: the save that caused it, its start, its end. */
  readonly savedAt?: number;
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly diagnostics: readonly Diagnostic[];
  /** When a deeper look at the sources ended, whose findings are among the diagnostics. */
  readonly checkedAt?: number;
  /** One sentence where the build failed for another reason than the sources: a missing tool, a bad configuration. */
  readonly failure?: string;
}
