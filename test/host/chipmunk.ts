/** Chipmunk plugins whose script says what they do, really built, in a real host. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { decodeParse, PARSE, type ParseEvent } from '../../extension/contracts/chipmunk/event.ts';
import {
  decodeRead,
  decodeReadResult,
  READ,
  type ReadAnswer,
} from '../../extension/contracts/chipmunk/read.ts';
import {
  itemsOf,
  ItemReader,
  readAnswer,
  type ParseAnswer,
  type ParsedItem,
} from '../../extension/contracts/chipmunk/result.ts';
import type { LocalHostOptions } from '../../extension/host/local.ts';
import type { PluginStatus, RunStatus, StartPlugin } from '../../extension/host/protocol.ts';
import type { InputSpec } from '../../extension/project/project.ts';
import { decodeCall, RecordKind, type RawRecord, type Recording } from '../../extension/recording/record.ts';
import { rust } from '../../extension/toolchains/rust.ts';
import { root } from '../../scripts/paths.ts';
import { run } from '../../scripts/spawn.ts';
import { Hosted } from './hosted.ts';

const folder = join(root, 'test', 'fixtures', 'chipmunk');
const MARKER = 'HOTPLUG-SCRIPT:\n';
/** Bytes of a script, without the marker. */
const ROOM = 4096 - MARKER.length;
const files = { parser: 'scripted_parser.wasm', bytesource: 'scripted_bytesource.wasm' } as const;

export type PluginKind = keyof typeof files;

/** What a plugin does, by the keys of the fixture: `{ parse: 'take 3,incomplete*2,lines' }`. */
export type Script = Readonly<Record<string, string>>;

const missing = (await rust.tools(folder)).filter(({ found }) => !found);
const reason =
  missing.length === 0 ? undefined : `Rust: ${missing.map(({ name }) => name).join(', ')} not found`;
const built = new Map<PluginKind, Buffer>();

/** Builds both plugins before the tests of a file. */
export function buildPlugins(): void {
  before(async () => {
    if (reason !== undefined) return;
    const argv = ['build', '--locked', '--release', '--target', 'wasm32-wasip2'];
    const { code, output } = await run('cargo', argv, { cwd: folder, quiet: true });
    if (code !== 0) throw new Error(`cargo could not build the scripted plugins\n${output}`);
    for (const [kind, file] of Object.entries(files) as [PluginKind, string][])
      built.set(kind, await readFile(join(folder, 'target', 'wasm32-wasip2', 'release', file)));
  });
}

/** A test that needs the plugins; skipped without Rust. */
export function chipmunkTest(name: string, body: (t: TestContext) => Promise<void>): void {
  void test(name, { skip: reason ?? false }, body);
}

/** The component of this kind with a script. */
export function scripted(kind: PluginKind, script: Script): Uint8Array {
  const component = Buffer.from(built.get(kind) ?? []);
  const text = Object.entries(script)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
  const bytes = Buffer.alloc(ROOM, ' ');
  const length = Buffer.byteLength(text);
  const at = component.indexOf(MARKER);
  if (at < 0 || length > ROOM)
    throw new Error(at < 0 ? 'the component has no place for a script' : 'the script is too long');
  bytes.write(text);
  bytes.copy(component, at + MARKER.length);
  return component;
}

/** Writes a component, and gives its path. */
export async function writeComponent(
  into: string,
  kind: PluginKind,
  script: Script,
  name = 'plugin.wasm',
): Promise<string> {
  const path = join(into, name);
  await mkdir(into, { recursive: true });
  await writeFile(path, scripted(kind, script));
  return path;
}

/** Makes a folder of a byte-source project, whose build is there: what `{"kind": "byte-source"}` names. */
export async function sourceProject(into: string, script: Script, params?: object): Promise<string> {
  return await pluginProject(into, 'bytesource', script, params);
}

/** Makes the folder of a project, whose build is there. */
export async function pluginProject(
  into: string,
  kind: PluginKind,
  script: Script,
  params?: object,
): Promise<string> {
  const path = await writeComponent(into, kind, script);
  const config = {
    contract: `chipmunk-${kind}`,
    language: 'rust',
    ...(params === undefined ? {} : { params }),
  };
  await writeFile(join(into, 'hotplug.json'), JSON.stringify(config));
  await mkdir(join(into, '.hotplug'), { recursive: true });
  const stamp = {
    version: 1,
    serial: 1,
    status: 'ok',
    mode: 'development',
    startedAt: Date.now(),
    finishedAt: Date.now(),
    artifact: { kind: 'component', path },
    diagnostics: [],
  };
  await writeFile(join(into, '.hotplug', 'build.json'), JSON.stringify(stamp));
  return into;
}

export interface Case {
  readonly script?: Script;
  /** Content of the input file, or another input; none where absent. */
  readonly input?: string | Uint8Array | InputSpec;
  readonly rules?: 'strict' | 'like-host';
  readonly params?: object;
  readonly deadlineMs?: number;
  readonly kind?: PluginKind;
  /** Takes the builds of its folder instead of a component with the script. */
  readonly followed?: boolean;
  /** Of the project; the host's own where absent. */
  readonly folder?: string;
  /** What a project's configuration has beside its input. */
  readonly config?: StartPlugin['project']['config'];
}

/** One call of `parse`, and what it gave. */
export interface ParseCall extends ParseEvent {
  readonly answer: ParseAnswer | undefined;
  /** What went wrong where there is no answer. */
  readonly text: string;
  readonly items: readonly ParsedItem[];
}

/** One call of `read`, and what it gave. */
export interface ReadCall {
  readonly length: bigint | undefined;
  readonly answer: ReadAnswer | undefined;
  /** What went wrong where there is no answer. */
  readonly text: string;
}

/** One plugin in a host; its name is what errors begin with. */
export class Plugged implements AsyncDisposable {
  readonly hosted: Hosted;
  readonly name: string;
  /** The first record that is looked at. */
  #from = 0;
  /** What the run before ended with. */
  #before: PluginStatus['input'];

  private constructor(hosted: Hosted, name: string) {
    this.hosted = hosted;
    this.name = name;
  }

  static async start(
    {
      script = {},
      input,
      rules,
      params,
      deadlineMs,
      kind = 'parser',
      config = {},
      followed = false,
      folder: at,
    }: Case,
    options: LocalHostOptions = {},
  ): Promise<Plugged> {
    const hosted = await Hosted.create(undefined, options);
    const plugged = new Plugged(hosted, 'tested');
    try {
      const path = followed ? undefined : await writeComponent(hosted.folder, kind, script);
      await plugged.begin(path === undefined ? undefined : { kind: 'component', path }, kind, {
        input: input === undefined ? undefined : await inputOf(input, hosted.folder, rules),
        params,
        deadlineMs,
        config,
        folder: at ?? hosted.folder,
      });
    } catch (error) {
      await plugged[Symbol.asyncDispose]();
      throw error;
    }
    return plugged;
  }

  private async begin(
    artifact: StartPlugin['artifact'],
    kind: PluginKind,
    {
      input,
      params,
      deadlineMs,
      config,
      folder: at,
    }: {
      input: InputSpec | undefined;
      params: object | undefined;
      deadlineMs: number | undefined;
      config: StartPlugin['project']['config'];
      folder: string;
    },
  ): Promise<void> {
    const project: StartPlugin['project'] = {
      folder: at,
      name: this.name,
      contract: `chipmunk-${kind}`,
      language: 'rust',
      recognisedBy: 'test',
      config: { ...config, ...(input === undefined ? {} : { input }) },
    };
    const more = {
      project,
      ...(params === undefined ? {} : { params: JSON.stringify(params) }),
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    };
    await this.hosted.start(artifact, more);
  }

  get folder(): string {
    return this.hosted.folder;
  }

  /** Runs once more: what was recorded before is not looked at any more. */
  async again(input: InputSpec): Promise<void> {
    this.#from = this.hosted.host.recording.count;
    this.#before = (await this.status()).input;
    await this.hosted.host.request('startInput', { plugin: this.hosted.id, input });
  }

  status(): Promise<PluginStatus> {
    return this.hosted.status();
  }

  /** Waits until the run is over, or there cannot be one because the plugin does not start. */
  async ended(patience?: number): Promise<PluginStatus> {
    await this.hosted.reach(
      'the end of the run',
      ({ state, input }) =>
        (state === 'failed' && input?.run === undefined) || (isOver(input?.run) && input !== this.#before),
      patience,
    );
    // What was answered is perhaps not recorded yet.
    await this.hosted.reach('the last answer', ({ state }) => state === 'failed' || this.#isAnswered());
    return await this.status();
  }

  /** Waits until it runs, or failed to. */
  async started(): Promise<PluginStatus> {
    return await this.hosted.reach('its start', ({ state }) => state === 'running' || state === 'failed');
  }

  #isAnswered(): boolean {
    const { recording } = this.hosted.host;
    return [PARSE, READ].every((name) =>
      exchanges(recording, name, this.#from).every(({ call }) => call !== undefined),
    );
  }

  calls(): readonly ParseCall[] {
    return parseCalls(this.hosted.host.recording, this.#from);
  }

  rows(): readonly (string | readonly string[])[] {
    return rowsOf(this.calls());
  }

  reads(): readonly ReadCall[] {
    return readCalls(this.hosted.host.recording, this.#from);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hosted[Symbol.asyncDispose]();
  }
}

function isOver(run: RunStatus | undefined): boolean {
  return run !== undefined && run.state !== 'running';
}

async function inputOf(
  input: string | Uint8Array | InputSpec,
  into: string,
  rules: Case['rules'],
): Promise<InputSpec> {
  const more = rules === undefined ? {} : { rules };
  if (typeof input !== 'string' && !(input instanceof Uint8Array)) return { ...input, ...more };
  const file = join(into, 'input.log');
  await writeFile(file, input);
  return { kind: 'bytes', file, ...more };
}

/** An event, what was recorded of the rows that came of it, and the call that answered it. */
interface Exchange {
  readonly event: RawRecord;
  call?: RawRecord;
  readonly pieces: Uint8Array[];
}

/** Events of one name with what came of them, in order. */
function exchanges(recording: Recording, name: string, from: number): readonly Exchange[] {
  const found = new Map<string, Exchange>();
  for (let index = from; index < recording.count; index++) {
    const record = recording.at(index);
    const key = `${record.plugin} ${record.event}`;
    const kept = (): RawRecord => ({ ...record, payload: record.payload.slice() });
    if (record.kind === RecordKind.event && record.name === name)
      found.set(key, { event: kept(), pieces: [] });
    const exchange = found.get(key);
    if (exchange === undefined) continue;
    const items = name === PARSE ? itemsOf(record) : undefined;
    if (items !== undefined) exchange.pieces.push(items.slice());
    if (record.kind === RecordKind.call && record.name === name) exchange.call = kept();
  }
  return [...found.values()];
}

/** Every call of `parse` in a recording, from this record on. */
function parseCalls(recording: Recording, from = 0): readonly ParseCall[] {
  return exchanges(recording, PARSE, from).map(({ event, call, pieces }) => {
    const decoded = decodeParse(event.payload);
    if (decoded === undefined) throw new Error('an event is damaged');
    const { result, text } = call === undefined ? { result: undefined, text: '' } : decodeCall(call.payload);
    const answer = result === undefined ? undefined : readAnswer(result);
    return { ...decoded, answer, text, items: answer?.case === 'ok' ? pieces.flatMap(itemsIn) : [] };
  });
}

function itemsIn(piece: Uint8Array): ParsedItem[] {
  const reader = new ItemReader(piece);
  const items: ParsedItem[] = [];
  for (let place = reader.next(); place !== undefined; place = reader.next()) items.push(reader.read(place));
  return items;
}

function rowsOf(calls: readonly ParseCall[]): readonly (string | readonly string[])[] {
  return calls.flatMap(({ items }) =>
    items.flatMap(({ message }) => (message === undefined ? [] : [message])),
  );
}

/** Every call of `read` in a recording, from this record on. */
function readCalls(recording: Recording, from = 0): readonly ReadCall[] {
  return exchanges(recording, READ, from).map(({ event, call }) => {
    const { result, text } = call === undefined ? { result: undefined, text: '' } : decodeCall(call.payload);
    const answer = result === undefined ? undefined : decodeReadResult(result);
    return { length: decodeRead(event.payload), answer, text };
  });
}
