import { access } from 'node:fs/promises';
import { messageOf, UserError } from '../errors.ts';
import { isModuleContract } from '../toolchains/extism.ts';
import { run } from '../toolchains/run.ts';
import type { BuildResult, Toolchain } from '../toolchains/toolchain.ts';
import { Checker } from './check.ts';
import type { Artifact, BuildMode, BuildStamp, Project } from './project.ts';
import { readStamp, writeStamp } from './stamp.ts';
import { lookAtWit, witProblem, type WitLanguage } from './wit-step.ts';

export interface BuilderOptions {
  readonly project: Project;
  readonly toolchain: Pick<Toolchain, 'build' | 'check'> & WitLanguage;
  /** Receives the compilers' own output as it comes. */
  readonly write: (text: string) => void;
  /** Told of the start and of the end of every build, after the stamp is written. */
  readonly onStamp?: (stamp: BuildStamp) => void;
  /** Look deeper after each development build: {@link Toolchain.check}. */
  readonly check?: boolean;
}

export interface BuildCause {
  /** The save that caused it: milliseconds since the Unix epoch. */
  readonly savedAt?: number;
}

interface Waiting {
  readonly mode: BuildMode;
  readonly cause: BuildCause;
  readonly done: PromiseWithResolvers<BuildStamp>;
}

/**
 * Builds one project, one build at a time. A request during a build waits for exactly one more
 * build after it, however many ask; nothing is cancelled, so a stream of saves cannot starve it.
 */
export class Builder {
  private readonly options: BuilderOptions;
  private readonly stop = new AbortController();
  private waiting: Waiting[] = [];
  private working: Promise<void> | undefined;
  private readonly checker: Checker | undefined;

  constructor(options: BuilderOptions) {
    this.options = options;
    this.checker = options.check === true ? new Checker(options) : undefined;
  }

  /** Resolves with the stamp of a build that began after this call. Rejects on a defect of ours or after dispose. */
  build(mode: BuildMode, cause: BuildCause = {}): Promise<BuildStamp> {
    if (this.stop.signal.aborted) return Promise.reject(new Error('the builder is disposed'));
    const same = this.waiting.findIndex((one) => one.mode === mode);
    const done = this.waiting[same]?.done ?? Promise.withResolvers<BuildStamp>();
    const request = { mode, cause, done };
    if (same < 0) this.waiting.push(request);
    else this.waiting[same] = request;
    this.working ??= this.work();
    return done.promise;
  }

  /** Ends a running build with its processes, and waits for that. */
  async dispose(): Promise<void> {
    this.stop.abort();
    await this.working;
    await this.checker?.dispose();
  }

  private async work(): Promise<void> {
    // Requests of the same turn coalesce.
    await Promise.resolve();
    await this.checker?.stop();
    let last: BuildStamp | undefined;
    for (let next = this.waiting.shift(); next; next = this.waiting.shift()) {
      try {
        last = await this.once(next.mode, next.cause);
        next.done.resolve(last);
      } catch (error) {
        next.done.reject(error);
      }
    }
    this.working = undefined;
    if (last !== undefined && !this.stop.signal.aborted) this.checker?.start(last);
  }

  private async once(mode: BuildMode, cause: BuildCause): Promise<BuildStamp> {
    const { folder } = this.options.project;
    const serial = ((await readStamp(folder))?.serial ?? 0) + 1;
    const start = { version: 1, serial, mode, ...cause, startedAt: Date.now() } as const;
    await this.stamp({ ...start, status: 'building', diagnostics: [] });
    const result = await this.result(mode);
    const finishedAt = Date.now();
    const { diagnostics } = result;
    const end: BuildStamp = result.ok
      ? { ...start, status: 'ok', artifact: result.artifact, finishedAt, diagnostics }
      : {
          ...start,
          status: 'failed',
          finishedAt,
          diagnostics,
          ...(result.failure === undefined ? {} : { failure: result.failure }),
        };
    await this.stamp(end);
    return end;
  }

  private async stamp(stamp: BuildStamp): Promise<void> {
    await writeStamp(this.options.project.folder, stamp);
    this.options.onStamp?.(stamp);
  }

  /** What the build came to; a stamp never stays at `building`, whatever happens. */
  private async result(mode: BuildMode): Promise<BuildResult> {
    try {
      const { project, toolchain, write } = this.options;
      const wit = await lookAtWit(project, toolchain, write);
      const compiled = await this.compile(mode);
      if (compiled.ok) await wit?.keep();
      const result = { ...compiled, diagnostics: [...(wit?.diagnostics ?? []), ...compiled.diagnostics] };
      if (!this.stop.signal.aborted || result.ok) return result;
      return { ...result, failure: 'The build was stopped.' };
    } catch (error) {
      if (this.stop.signal.aborted) return { ok: false, diagnostics: [], failure: 'The build was stopped.' };
      const diagnostic = witProblem(error, this.options);
      if (diagnostic !== undefined) return { ok: false, diagnostics: [diagnostic] };
      const advice = error instanceof UserError ? ` ${error.advice}` : '';
      return { ok: false, diagnostics: [], failure: `${messageOf(error).replace(/\.$/, '')}.${advice}` };
    }
  }

  private async compile(mode: BuildMode): Promise<BuildResult> {
    const { project, toolchain, write } = this.options;
    const argv = project.config.build?.[mode];
    const declared = project.config.artifact?.[mode];
    if (argv) return this.command(argv, mode, declared);
    const result = await toolchain.build({ project, mode, write, signal: this.stop.signal });
    if (!result.ok || declared === undefined) return result;
    return { ...result, artifact: await present(declared, project) };
  }

  /** Runs the command of hotplug.json instead of the toolchain's own. */
  private async command(
    argv: readonly string[],
    mode: BuildMode,
    declared: string | undefined,
  ): Promise<BuildResult> {
    const { project, write } = this.options;
    if (declared === undefined) {
      throw new UserError(
        `hotplug.json has a command "build.${mode}" but does not say what file it leaves`,
        `Add "artifact": { "${mode}": "path/to/plugin.wasm" }.`,
      );
    }
    const { ended, code } = await run(argv, { cwd: project.folder, signal: this.stop.signal, write });
    if (ended === 'missing') {
      throw new UserError(
        `The program "${argv[0] ?? ''}" of "build.${mode}" in hotplug.json cannot be run`,
        'Install it, or correct its name.',
      );
    }
    if (ended !== 'exited' || code !== 0) {
      const how = ended === 'exited' ? `ended with exit code ${code}` : 'was ended from outside';
      return { ok: false, diagnostics: [], failure: `${argv.join(' ')} ${how}.` };
    }
    return { ok: true, artifact: await present(declared, project), diagnostics: [] };
  }
}

async function present(path: string, { contract }: Project): Promise<Artifact> {
  try {
    await access(path);
  } catch (error) {
    throw new UserError(
      `The build left no file ${path}`,
      'Correct "artifact" in hotplug.json, or the build command.',
      {
        cause: error,
      },
    );
  }
  const compiled = isModuleContract(contract) ? 'module' : 'component';
  return { kind: path.endsWith('.wasm') ? compiled : 'source', path };
}
