import type { LogLevel } from '../recording/query.ts';
import type { RawRecord, RecordHead } from '../recording/record.ts';
import type { Redaction } from '../values/redact.ts';
import type { Crossing, Value } from '../values/value.ts';
import type { ByteSource } from '../inputs/byte-source.ts';
import type { ResultPart, ResultView } from './result-view.ts';
import type { Artifact, Project, StreamSpec } from '../project/project.ts';
import type { ComponentInfo } from './component.ts';
import type { DataReference, Producer, RunContext } from './produce.ts';

/** How serious a finding is; an error keeps the plugin from being run. */
export type Severity = 'error' | 'warning' | 'info';

/** Something that Hotplug noticed about a plugin and that its author can act on. */
export interface Finding {
  readonly severity: Severity;
  /** What is the matter, where, in one sentence. */
  readonly message: string;
  /** What to do next. */
  readonly advice: string;
}

/** One named value in the detail of a record. */
export interface Field {
  readonly name: string;
  /** The value as text; WAVE (the component model's text form) where it has a WIT type. */
  readonly value: string;
}

/** A record as a person reads it. */
export interface Description {
  /** One line. */
  readonly summary: string;
  readonly fields: readonly Field[];
}

/** A plugin's own telemetry, found in what it sent. */
export interface Telemetry {
  /** For example `vad.speech_start`. */
  readonly eventType: string;
  /** Milliseconds that the plugin says something took, where it says so. */
  readonly latencyMs?: number;
  /** What the event says of the work that it is a part of. */
  readonly correlationId?: string;
  readonly turnId?: string;
  readonly spanId?: string;
  /** The numbers in it by their names, those of inner objects as `audio.rms`. */
  readonly numbers?: readonly (readonly [name: string, value: number])[];
  /** What the host's rules do to it: that it cuts a text, how many events were dropped before this one. */
  readonly note?: string;
  /** Something was lost. */
  readonly lost?: boolean;
  /** Events of one type that the host takes of a plugin in a second, from the first one on; it drops the others. */
  readonly mostPerSecond?: number;
  /** The whole event as JSON text. */
  readonly data: string;
}

/** What ties records of several plugins together: an id that only the two ends have. */
export interface Links {
  /** What it put out into the world: the id of the event that it emitted. */
  readonly gives?: string;
  /** What it came from: the id of the event that was delivered. */
  readonly takes?: string;
}

/** An event in the form in which people write it: one line of a JSON Lines file, one form. */
export type EventJson = Readonly<Record<string, unknown>>;

/** An event ready to be delivered. */
export interface EncodedEvent {
  /** Pin, stream or entry point. */
  readonly name: string;
  readonly payload: Uint8Array;
}

/** What a loaded plugin says of itself, in the contract's words. */
export interface PluginMetadata {
  /** The name under which the real host would register it. */
  readonly kind: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** JSON Schema of the parameters, parsed; undefined where there is none. */
  readonly paramSchema?: unknown;
  /** Everything, for display. */
  readonly raw: unknown;
}

/** An exported function, in WIT's names: `streamkit:plugin/node`, `node-instance`, `process`. */
export interface WitFunction {
  readonly interface: string;
  /** The resource that it is a method of. */
  readonly resource?: string;
  readonly name: string;
}

/** What a contract's half in the worker needs of a project; plain data. */
export interface Binding {
  /** Other where anything of it is. */
  readonly hash: string;
}

/** What a contract may depend on. */
export type BoundProject = Pick<Project, 'folder' | 'config'>;

/** An export that is called for events. */
export interface Handler {
  readonly function: WitFunction;
  /** Name of the events that it is called for; all of them where absent. */
  readonly event?: string;
}

/** A bus that the plugins of a contract stand on: they hear what they subscribe to, and what they emit goes to all. */
export interface BusRules {
  /** Makes what finds the subscribers of a stream. */
  subscriptions(): SubscriberIndex;
  matches(pattern: string, stream: string): boolean;
  /** An event as it goes onto the bus: whatever was left out is there. Throws a UserError that names the field. */
  publish(event: EventJson): BusMessage;
  /** What a plugin put onto the bus with this effect, or what was refused of this call. */
  emitted(record: RawRecord, plugin: string): Emitted;
}

/** An event on a bus, ready for every plugin. */
export interface BusMessage {
  readonly id: string;
  readonly stream: string;
  readonly event: EventJson;
  readonly encoded: EncodedEvent;
}

export interface Emitted {
  readonly events: readonly BusMessage[];
  /** A sentence for each that stays behind: it begins with its field. */
  readonly refused: readonly string[];
}

/** Who hears which streams, by their patterns. */
export interface SubscriberIndex {
  add(pattern: string, subscriber: string): void;
  remove(subscriber: string): void;
  /** Everybody who hears the stream, once, with the first pattern that matches. */
  match(stream: string): readonly { readonly subscriber: string; readonly pattern: string }[];
  patternsOf(subscriber: string): readonly string[];
}

/**
 * What a host promises a plugin and asks of it, as the main thread needs it: reading, writing and
 * checking. The half that runs inside the worker is a {@link ../host/adapter.ts ContractAdapter}.
 */
export interface Contract {
  readonly id: string;
  readonly title: string;
  /** Folder of its WIT below `wit/`, and the world a plugin implements; undefined where each project brings its own. */
  readonly wit?: { readonly folder: string; readonly package: string; readonly world: string };
  /**
   * The plugins may be core modules: the file of the module that each one is instantiated with (absolute
   * path), and the name of what they import of it. Only components are run where absent.
   */
  readonly kernel?: { readonly file: string; readonly module: string };
  /** The exports that are called for events; none where they are not known before {@link forProject}. */
  readonly handlers: readonly Handler[];
  /**
   * What becomes of a plugin after a trap or a call without an end: it fails and waits for its author, or a
   * fresh instance takes the next event, where the real host goes on.
   */
  readonly afterFailure?: 'restart';
  /** Undefined where plugins hear only what they are sent. */
  readonly bus?: BusRules;
  /** Reads the rows that a plugin of this name makes; undefined where they make none. */
  readonly results?: (plugin: string, part: ResultPart) => ResultView;
  /** Other parameters are given to a fresh instance, never to one that runs. */
  readonly freshParams?: boolean;
  /**
   * Makes the calls for a stream, for contracts whose plugins are given one; `open` opens it. Throws a
   * UserError where the contract has no use for this one.
   */
  produce?(spec: StreamSpec, context: RunContext, open: () => Promise<ByteSource>): Promise<Producer>;
  /** What an event refers to and does not hold; undefined where it holds everything. */
  referenceOf?(event: EncodedEvent): DataReference | undefined;
  /** Files that the project names as inputs, which events may refer to: absolute paths. */
  readonly inputs?: readonly string[];
  /** Instances hold resources outside of their memory, so that a replay cannot go back to a copy of that. */
  readonly hasResources?: boolean;
  readonly limits: { readonly memoryBytes: number; readonly deadlineMs: number; readonly inbox: number };
  /** What the half inside the worker needs of the project; it is sent there as it is. */
  readonly binding?: Binding;
  /** Files of the project that the host's answers come from; a plugin is made anew when one of them changes. */
  readonly files?: readonly string[];
  /**
   * The contract as a project has it, for running plugins; undefined where it is the same for all. Reading
   * recordings needs no project. What the project does not say, or where there is none, is taken from the
   * artifact. Throws a UserError where the project's WIT or its answers are wrong.
   */
  forProject?(project: BoundProject | undefined, artifact?: Artifact): Promise<Contract>;
  /** The export that an event of this name goes to, as its calls are recorded. */
  exportOf(event: string): string;
  /** Finds what is wrong with a component before it is run. */
  check(component: ComponentInfo): readonly Finding[];
  /**
   * Finds what is odd about the plugin's metadata and parameters; throws a UserError where the host would
   * refuse it. `raw` is what the worker's half asked the plugin, undefined where it asks nothing.
   */
  checkMetadata(
    raw: unknown,
    params: string | undefined,
  ): { metadata: PluginMetadata; findings: readonly Finding[] };
  /** Normalises parameters as the host does (StreamKit: JSON null and nothing are none, everything else is compact JSON). */
  params(json: string | undefined): string | undefined;
  /** Turns an event from its JSON form; throws a UserError that names the field. */
  encodeEvent(event: EventJson): EncodedEvent;
  decodeEvent(event: EncodedEvent): EventJson;
  /** Describes an event, a host call or a call of this contract; undefined for kinds that mean the same everywhere. */
  describe(record: RawRecord): Description | undefined;
  telemetry(record: RawRecord): Telemetry | undefined;
  /**
   * The words in lower case that summaries of such records may have beside what stands as text in the payload. A
   * search for others passes over payloads that do not hold them; all are described where this is absent.
   */
  wording?(record: Pick<RecordHead, 'kind' | 'name' | 'flags'>): readonly string[];
  /** How severe a host call's log line is; undefined where it says nothing of that. */
  level?(record: RawRecord): LogLevel | undefined;
  /** How a record hangs together with those of other plugins; nothing does where absent. */
  links?(record: RawRecord): Links | undefined;
  /** A command line that gives the plugin this event again, as `hotplug run` takes it; undefined for other records. */
  command?(record: RawRecord): readonly string[] | undefined;
  /**
   * The values of an event or a host call, and as `result` what a call gave; undefined for other kinds and
   * for bytes that are not what they should be.
   */
  values(record: RawRecord): Crossing | undefined;
  /** What a replay answers where the plugin makes this host call again; undefined where the function returns nothing. */
  answerOf(record: RawRecord): RecordedAnswer | undefined;
  /** An event with another payload: the same event with these arguments. Throws a UserError that names the field. */
  editEvent(record: RawRecord, args: Crossing['arguments']): EncodedEvent;
  /**
   * The payload of a record without what the rules name, of the same form; undefined where they name
   * nothing in it, which costs little. For records of every kind, before they are written. Not to be called where
   * there are no rules. What a plugin is started with goes through `redactParams`.
   */
  redact(record: RawRecord, redaction: Redaction): Uint8Array | undefined;
  /** A host call with another result: the payload that would have been recorded. Throws a UserError that names the field. */
  editResult(record: RawRecord, result: Value): Uint8Array;
}

/** An answer that a replay gives instead of the host. */
export interface RecordedAnswer {
  /** What a call must have in common with the recorded one to get this answer, beside its name: a pin. Often empty. */
  readonly key: string;
  /** As the adapter of the contract reads it. */
  readonly bytes: Uint8Array;
}
