/** Every recording that this host process answers questions about, by its id. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import { openTrace, type Imported } from '../imports/open.ts';
import { LiveRecording } from '../recording/live.ts';
import { openRecordingInBackground, RecordingFile } from '../recording/reader.ts';
import type { Recording } from '../recording/record.ts';
import { RecordingView } from '../recording/view.ts';
import type { Contract } from './contract.ts';
import { describersOf } from './describers.ts';
import type { OpenedRecording, RecordingId } from './protocol.ts';

export interface OpenedOptions {
  readonly contracts: Readonly<Record<string, Contract>>;
  /** Called at most ten times a second for a recording that is still written, or read: then with what is known of the file. */
  readonly grew: (recording: RecordingId, count: number, file?: OpenedRecording) => void;
  /** Milliseconds that opening a file waits for all of it; {@link AT_ONCE_MS} where absent. */
  readonly atOnceMs?: number;
}

/** Milliseconds that opening a file waits for all of it: most files are read by then, and say at once what is wrong with them. */
const AT_ONCE_MS = 100;

/** Milliseconds of looking ahead before others get a turn, and between looks where nothing is there yet. */
const STEP_MS = 8;
const WAIT_MS = 5;

/** Counted apart from the recording: who asks for a file that is being opened is a user of it already. */
interface Users {
  count: number;
}

interface Opened {
  readonly id: RecordingId;
  readonly recording: Recording;
  readonly view: RecordingView;
  readonly users: Users;
  /** Where it is not a recording of Hotplug's own. */
  readonly imported: Imported | undefined;
  readonly close: () => void;
}

/**
 * Recordings by id. Each has users and is closed after the last one left. A file that is opened
 * again is the same recording for as long as nothing replaced it on disk.
 */
export class OpenedRecordings {
  readonly #options: OpenedOptions;
  readonly #opened = new Map<RecordingId, Opened>();
  /** Files that are open or being opened, by what tells one from another. */
  readonly #files = new Map<string, { readonly users: Users; readonly opening: Promise<Opened> }>();
  #nextFile = 1;
  #disposed = false;

  constructor(options: OpenedOptions) {
    this.#options = options;
  }

  /**
   * Makes a recording known under an id; whoever adds it is its first user. `close` runs after the
   * last one {@link close}d it. An id that is taken gets this recording instead of the one before,
   * which is closed.
   */
  add(id: RecordingId, recording: Recording, close: () => void = () => undefined): void {
    this.#register(id, recording, { count: 1 }, close);
  }

  /**
   * Opens a file, or adds a user to one that is open. A large one is read on in the background, with its
   * growth told of. Throws a UserError where it cannot be read.
   */
  async open(file: string): Promise<OpenedRecording> {
    const path = resolve(file);
    const key = await identityOf(path);
    const known = this.#files.get(key);
    if (known !== undefined) {
      known.users.count += 1;
      return describe(await known.opening);
    }
    const users = { count: 1 };
    const opening = this.#read(path, key, users);
    this.#files.set(key, { users, opening });
    return describe(await opening);
  }

  /** Adds a user to a recording that is known. Throws a UserError where it is not. */
  use(id: RecordingId): OpenedRecording {
    const opened = this.#find(id);
    opened.users.count += 1;
    return describe(opened);
  }

  /** Takes a user away from a recording; one that is not known is closed already. */
  close(id: RecordingId): void {
    const opened = this.#opened.get(id);
    if (opened === undefined) return;
    opened.users.count -= 1;
    if (opened.users.count > 0) return;
    this.#opened.delete(id);
    opened.close();
  }

  /** What a panel asks is answered by the view. Throws a UserError for an id that is not known. */
  view(id: RecordingId): RecordingView {
    return this.#find(id).view;
  }

  recording(id: RecordingId): Recording {
    return this.#find(id).recording;
  }

  /** The recording with everything that its file has. Throws a UserError where that cannot be read to its end. */
  async whole(id: RecordingId): Promise<Recording> {
    const { recording } = this.#find(id);
    if (!(recording instanceof RecordingFile)) return recording;
    await recording.complete;
    if (recording.failure !== undefined) throw recording.failure;
    // Nobody may have wanted it any more meanwhile.
    return this.recording(id);
  }

  /** Closes everything, whoever uses it. */
  dispose(): void {
    this.#disposed = true;
    for (const opened of this.#opened.values()) opened.close();
    this.#opened.clear();
  }

  async #read(path: string, key: string, users: Users): Promise<Opened> {
    try {
      const imported = await openTrace(path);
      const recording = imported?.recording ?? (await openRecordingInBackground(path));
      const close = (): void => {
        this.#files.delete(key);
        recording.close();
      };
      if (recording instanceof RecordingFile) await this.#atOnce(recording);
      if (this.#disposed || recording.failure !== undefined) {
        close();
        throw recording.failure ?? gone();
      }
      return this.#register(`file-${this.#nextFile++}`, recording, users, close, imported);
    } catch (error) {
      this.#files.delete(key);
      throw error;
    }
  }

  /** Waits until all of a file was read where that is soon. */
  async #atOnce(recording: RecordingFile): Promise<void> {
    // What shows another version of the file goes on showing that one until this one is there.
    const isShown = [...this.#opened.values()].some((one) => one.recording.path === recording.path);
    const { atOnceMs = AT_ONCE_MS } = this.#options;
    await (isShown
      ? recording.complete
      : Promise.race([recording.complete, setTimeout(atOnceMs, undefined, { ref: false })]));
  }

  #register(
    id: RecordingId,
    recording: Recording,
    users: Users,
    close: () => void,
    imported?: Imported,
  ): Opened {
    const before = this.#opened.get(id);
    const view = new RecordingView(recording, describersOf(recording, this.#options.contracts));
    const stopTelling = recording.onGrow?.((count) => {
      this.#options.grew(id, count, recording instanceof RecordingFile ? describe(opened) : undefined);
    });
    const opened: Opened = {
      id,
      recording,
      view,
      users,
      imported,
      close: () => {
        stopTelling?.();
        close();
      },
    };
    this.#opened.set(id, opened);
    before?.close();
    // Who reads a live recording asks for its newest part; nobody may be there to.
    if (!(recording instanceof LiveRecording)) void this.#lookAhead(opened);
    return opened;
  }

  /** Makes the timeline's index of a file while the file is read: each part of it is in memory then. */
  async #lookAhead({ id, recording, view }: Opened): Promise<void> {
    while (this.#opened.get(id)?.view === view) {
      if (hasMore(view)) await setImmediate();
      else if ((recording.indexed ?? 1) === 1 || recording.failure !== undefined) return;
      else await setTimeout(WAIT_MS, undefined, { ref: false });
    }
  }

  #find(id: RecordingId): Opened {
    const opened = this.#opened.get(id);
    if (opened === undefined) throw gone();
    return opened;
  }
}

function hasMore(view: RecordingView): boolean {
  try {
    return view.step(STEP_MS);
  } catch {
    return false; // The file is another one by now: whoever asks for something is told so.
  }
}

function gone(): UserError {
  return new UserError('That recording is not open any more.', 'Open it again.');
}

/** Changes when the file does; a file that cannot be looked at has its path, and opening it says why. */
async function identityOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeMs } = await stat(path);
    return [path, dev, ino, size, mtimeMs].join('\n');
  } catch {
    return path;
  }
}

function describe({ id, recording, imported }: Opened): OpenedRecording {
  const { info, count, indexed = 1, expected, failure } = recording;
  const truncatedAt = recording instanceof RecordingFile ? recording.truncatedAt : imported?.truncatedAt;
  return {
    id,
    count,
    plugins: info.plugins.map(({ name, contract, language }) => ({ name, contract, language })),
    startedAt: info.startedAt,
    tools: info.tools,
    ...(truncatedAt === undefined ? {} : { truncatedAt }),
    ...(indexed === 1 ? {} : { indexed, ...(expected === undefined ? {} : { expected }) }),
    ...(failure === undefined ? {} : { failure: { message: failure.message, advice: failure.advice } }),
    ...(imported === undefined ? {} : { imported: imported.from }),
  };
}
