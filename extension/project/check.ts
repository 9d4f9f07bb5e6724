import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../errors.ts';
import type { Toolchain } from '../toolchains/toolchain.ts';
import type { BuildStamp, Project } from './project.ts';
import { writeStamp } from './stamp.ts';

/** The reload of the same build has the processors to itself for so long: a compiler would take them all. */
const HEAD_START_MS = 200;

export interface CheckerOptions {
  readonly project: Project;
  readonly toolchain: Pick<Toolchain, 'check'>;
  readonly write: (text: string) => void;
}

/**
 * The deeper look at a build's sources (types), while the build's artifact is in use already. What it
 * finds is written as a whole once it is known, between two lines that the editor's problem matchers
 * take for its start and its end: what stood in Problems before is replaced in one go, and a check that
 * the next save overtakes changes nothing there.
 */
export class Checker {
  readonly #options: CheckerOptions;
  #running: { readonly abort: AbortController; readonly done: Promise<void> } | undefined;
  /** The stamp that is being written. */
  #writing: Promise<void> = Promise.resolve();
  /** What was found last stands in Problems until the next check. */
  #found = false;

  constructor(options: CheckerOptions) {
    this.#options = options;
  }

  /** Starts to check what this build was made of. */
  start(built: BuildStamp): void {
    const { check } = this.#options.toolchain;
    if (check === undefined || built.status !== 'ok' || built.mode !== 'development') return;
    const abort = new AbortController();
    this.#running = { abort, done: this.#run(check, built, abort.signal) };
  }

  /** Gives a check up; resolves when nothing of it is written any more. */
  async stop(): Promise<void> {
    this.#running?.abort.abort();
    await this.#writing;
  }

  /** The same, and waits until its processes have ended. */
  async dispose(): Promise<void> {
    await this.stop();
    await this.#running?.done;
  }

  async #run(check: NonNullable<Toolchain['check']>, built: BuildStamp, signal: AbortSignal): Promise<void> {
    const { project, write } = this.#options;
    let text = '';
    try {
      await pause(HEAD_START_MS, undefined, { signal });
      const found = await check({
        project,
        mode: 'development',
        signal,
        write: (more) => {
          text += more;
        },
      });
      if (signal.aborted) return;
      if (text !== '' || this.#found) write(`[hotplug] check started\n${text}[hotplug] check finished\n`);
      this.#found = found.length > 0;
      if (!this.#found) return;
      const diagnostics = [...built.diagnostics, ...found];
      this.#writing = writeStamp(project.folder, { ...built, diagnostics, checkedAt: Date.now() });
      await this.#writing;
    } catch (error) {
      if (!signal.aborted) write(`The check failed: ${messageOf(error)}\n`);
    }
  }
}
