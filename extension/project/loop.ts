import type { Toolchain } from '../toolchains/toolchain.ts';
import { Builder, type BuildCause } from './builder.ts';
import { configFile } from './config.ts';
import type { BuildStamp, LanguageId, Project } from './project.ts';
import { watchSources } from './watch.ts';

export interface BuildLoopOptions {
  readonly project: Project;
  readonly toolchains: Readonly<Record<LanguageId, Toolchain>>;
  /** Reads the project again after its hotplug.json was saved. */
  readonly recognise: (folder: string) => Promise<Project | undefined>;
  readonly write: (text: string) => void;
  readonly onStamp: (stamp: BuildStamp) => void;
  /** Told when hotplug.json was saved, with what the project is now. */
  readonly onProject?: (project: Project) => void;
  /** Told of what keeps it from building, for example a mistake in hotplug.json; the loop goes on with what it had. */
  readonly onProblem: (error: unknown) => void;
}

/** Times of files lag behind the clock: the kernel notes them by its tick, of up to 10 ms. */
const FILE_CLOCK_MS = 20;

interface Running {
  readonly builder: Builder;
  readonly watcher: { dispose(): Promise<void> };
}

/** Builds a project at once and after every save, until it is disposed. */
export class BuildLoop {
  private readonly options: BuildLoopOptions;
  private project: Project;
  private running: Running | undefined;
  private restarting: Promise<void> | undefined;
  private disposed = false;

  private constructor(options: BuildLoopOptions) {
    this.options = options;
    this.project = options.project;
  }

  /** Resolves when the sources are watched and the first build has been asked for. */
  static async start(options: BuildLoopOptions): Promise<BuildLoop> {
    const loop = new BuildLoop(options);
    await loop.begin({});
    return loop;
  }

  /** Ends a running build with its processes, too. */
  async dispose(): Promise<void> {
    this.disposed = true;
    await this.restarting;
    await this.end();
    for (const toolchain of Object.values(this.options.toolchains)) await toolchain.dispose?.();
  }

  private async begin(cause: BuildCause): Promise<void> {
    const { project } = this;
    const { write, toolchains } = this.options;
    const toolchain = toolchains[project.language];
    let last: BuildStamp | undefined;
    const onStamp = (stamp: BuildStamp): void => {
      last = stamp;
      this.options.onStamp(stamp);
    };
    const builder = new Builder({ project, toolchain, write, onStamp, check: true });
    const watcher = await watchSources(project, toolchain, (savedAt, paths) => {
      if (paths.includes(configFile)) this.restart(savedAt);
      else if (!isOwnWork(paths, savedAt, last, toolchain)) this.build(builder, { savedAt });
    });
    this.running = { builder, watcher };
    await toolchain.prepare?.(project);
    this.build(builder, cause);
  }

  private build(builder: Builder, cause: BuildCause): void {
    builder.build('development', cause).catch((error: unknown) => {
      if (!this.disposed) this.options.onProblem(error);
    });
  }

  private async end(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.watcher.dispose();
    await running?.builder.dispose();
  }

  private restart(savedAt: number): void {
    const before = this.restarting ?? Promise.resolve();
    this.restarting = before.then(() => this.readAgain(savedAt)).catch(this.options.onProblem);
  }

  private async readAgain(savedAt: number): Promise<void> {
    if (this.disposed) return;
    const project = await this.options.recognise(this.project.folder);
    if (!project) return;
    this.project = project;
    this.options.onProject?.(project);
    await this.end();
    await this.begin({ savedAt });
  }
}

/** The build itself wrote these: a first build with cargo leaves a Cargo.lock, and changes nothing by it. */
function isOwnWork(
  paths: readonly string[],
  savedAt: number,
  build: BuildStamp | undefined,
  { locks = [] }: Pick<Toolchain, 'locks'>,
): boolean {
  if (build === undefined || !paths.every((path) => locks.includes(path))) return false;
  return savedAt + FILE_CLOCK_MS >= build.startedAt && savedAt <= (build.finishedAt ?? Infinity);
}
