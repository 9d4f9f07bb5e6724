/** What a debug session is asked to run. */
import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { bindContract } from '../../host/bound-contract.ts';
import type { Contract } from '../../host/contract.ts';
import type { OpenedRecordings } from '../../host/opened.ts';
import type { RecordingId } from '../../host/protocol.ts';
import { readConfig } from '../../project/config.ts';
import type { Artifact } from '../../project/project.ts';
import { finishedStamp, stampFile } from '../../project/stamp.ts';
import { LiveRecording } from '../../recording/live.ts';
import type { Recording } from '../../recording/record.ts';
import { lifeOf } from '../choose.ts';
import type { Life } from '../lives.ts';
import { UNRECORDED, type Unrecorded } from '../types.ts';
import type { BreakpointText } from './breakpoints.ts';

/** A launch configuration, checked. */
export interface Launch {
  /** A file, or the id of a recording that is open; `live` is the last run. */
  readonly recording: string;
  readonly project: string | undefined;
  readonly artifact: string | undefined;
  readonly plugin: string | undefined;
  readonly life: number | undefined;
  /** Record of the recording that it begins at, in the life that this is of. */
  readonly record: number | undefined;
  readonly stopOnEntry: boolean;
  readonly stopOnTrap: boolean;
  readonly stopOnDifference: boolean;
  readonly unrecorded: Unrecorded;
  readonly breakpoints: readonly BreakpointText[];
}

/** What is run. */
export interface Subject {
  readonly recording: Recording;
  readonly id: RecordingId;
  readonly life: Life;
  readonly contract: Contract;
  readonly artifact: Artifact;
  readonly language: string;
  readonly deadlineMs: number;
  /** The project's folder; undefined where an artifact of none is run. */
  readonly folder: string | undefined;
  readonly close: () => void;
}

/** Checks a launch configuration. Throws a UserError that names the field. */
export function readLaunch(value: unknown): Launch {
  const fields =
    typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const text = (name: string): string | undefined => {
    const found = fields[name];
    if (found === undefined || typeof found === 'string') return found;
    throw wrong(name, 'a string', found);
  };
  const flag = (name: string, otherwise: boolean): boolean => {
    const found = fields[name] ?? otherwise;
    if (typeof found === 'boolean') return found;
    throw wrong(name, 'true or false', found);
  };
  const { life, record, unrecorded = 'default', breakpoints = [] } = fields;
  if (life !== undefined && (typeof life !== 'number' || !Number.isInteger(life) || life < 0))
    throw wrong('life', 'a whole number, counted from 0', life);
  if (record !== undefined && (typeof record !== 'number' || !Number.isInteger(record) || record < 0))
    throw wrong('record', 'a whole number, counted from 0', record);
  const policy = UNRECORDED.find((one) => one === unrecorded);
  if (policy === undefined) throw wrong('unrecorded', UNRECORDED.join(' or '), unrecorded);
  if (!Array.isArray(breakpoints)) throw wrong('breakpoints', 'a list', breakpoints);
  return {
    recording: text('recording') ?? 'live',
    project: text('project'),
    artifact: text('artifact'),
    plugin: text('plugin'),
    life,
    record,
    stopOnEntry: flag('stopOnEntry', true),
    stopOnTrap: flag('stopOnTrap', true),
    stopOnDifference: flag('stopOnDifference', true),
    unrecorded: policy,
    breakpoints: breakpoints.map(readBreakpointText),
  };
}

function readBreakpointText(value: unknown, index: number): BreakpointText {
  const where = `breakpoints[${index}]`;
  if (typeof value !== 'object' || value === null) throw wrong(where, 'an object', value);
  const fields = value as Readonly<Record<string, unknown>>;
  const text = (name: string): string | undefined => {
    const found = fields[name];
    if (found === undefined || typeof found === 'string') return found;
    if (name === 'hits' && typeof found === 'number') return String(found);
    throw wrong(`${where}.${name}`, 'a string', found);
  };
  const [event, hostCall] = [text('event'), text('hostCall')];
  if ((event === undefined) === (hostCall === undefined))
    throw wrong(where, 'either "event" or "hostCall"', Object.keys(fields).join(', '));
  const name = hostCall ?? `event:${event ?? '*'}`;
  return { name, condition: text('when'), hits: text('hits'), log: text('log') };
}

function wrong(field: string, expected: string, found: unknown): UserError {
  return new UserError(
    `"${field}" is to be ${expected}, not ${JSON.stringify(found)}.`,
    'Correct it in launch.json.',
  );
}

/** Finds the recording, the life and the build. Throws a UserError that says what is missing. */
export async function findSubject(
  launch: Launch,
  services: { readonly opened: OpenedRecordings; readonly contracts: Readonly<Record<string, Contract>> },
): Promise<Subject> {
  const { opened } = services;
  const id = await open(launch.recording, opened);
  const recording = opened.recording(id);
  // The live one may be followed by another one while it is debugged.
  const letGo = recording instanceof LiveRecording ? recording.hold() : undefined;
  const close = (): void => {
    letGo?.();
    if (id !== 'live') opened.close(id);
  };
  try {
    await opened.whole(id);
    const life = lifeOf(recording, {
      ...(launch.plugin === undefined ? {} : { plugin: launch.plugin }),
      ...(launch.life === undefined ? {} : { life: launch.life }),
      ...(launch.record === undefined ? {} : { record: launch.record }),
    });
    const plugin = recording.info.plugins[life.plugin];
    const contract = services.contracts[plugin?.contract ?? ''];
    if (plugin === undefined || contract === undefined) {
      throw new UserError(
        `The recording is of a plugin for the contract "${plugin?.contract ?? ''}", which Hotplug does not know.`,
        `It knows ${Object.keys(services.contracts).join(', ')}; a newer version may know more.`,
      );
    }
    const folder = launch.project ?? projectAbove(launch.recording);
    const config = folder === undefined ? undefined : (await readConfig(folder))?.config;
    const artifact = await findArtifact(launch.artifact, folder);
    const project = { folder: folder ?? dirname(artifact.path), config: config ?? {} };
    return {
      recording,
      id,
      life,
      contract: await bindContract(contract, project, artifact),
      artifact,
      language: config?.language ?? plugin.language,
      deadlineMs: config?.deadlineMs ?? plugin.limits.deadlineMs,
      folder,
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** `live`, a recording that is open, or a file. */
async function open(recording: string, opened: OpenedRecordings): Promise<RecordingId> {
  if (recording === 'live') return 'live';
  const looksLikeFile = /[/\\.]/.test(recording);
  return (looksLikeFile ? await opened.open(recording) : opened.use(recording)).id;
}

/** The nearest folder above a file that was built; undefined where there is none. */
function projectAbove(file: string): string | undefined {
  if (!/[/\\]/.test(file)) return undefined;
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(stampFile(folder)) || existsSync(join(folder, 'hotplug.json'))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

async function findArtifact(path: string | undefined, folder: string | undefined): Promise<Artifact> {
  if (path !== undefined) return { kind: /\.(js|mjs|cjs)$/.test(path) ? 'source' : 'component', path };
  if (folder === undefined)
    throw new UserError(
      'There is no project that the recording belongs to.',
      'Say with "project" or "artifact" in launch.json which build to run.',
    );
  const stamp = await finishedStamp(folder);
  if (stamp?.artifact !== undefined) return stamp.artifact;
  throw new UserError(
    stamp === undefined ? `${folder} was not built yet.` : `The last build of ${folder} failed.`,
    stamp === undefined
      ? 'Start the plugin once, or build it with `hotplug build`.'
      : 'Correct what the compiler says and save.',
  );
}
