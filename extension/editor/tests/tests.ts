import * as vscode from 'vscode';

import { run } from '../../toolchains/run.ts';
import { configuration, ofRecording } from '../debug/configurations.ts';
import type { Log } from '../log.ts';
import { logError } from '../log.ts';
import { TEST_CONTROLLER, TestMessageKind } from '../names.ts';
import type { Projects } from '../projects.ts';
import { setContext } from '../settings.ts';
import { requireTrust } from '../trust.ts';
import { outcomesOf, testArguments } from './outcome.ts';
import type { Outcome, Outcomes } from './outcome.ts';
import type { Project } from '../../project/project.ts';

const PATTERN = '**/recordings/*.hotplug.mcap';
const SETTLE_MS = 100;
/** Milliseconds that the command line has to end compilers and plugins when a run is cancelled. */
const GRACE_MS = 3000;

/** The recordings of the workspace's projects in the Test view. */
export class Tests implements vscode.Disposable {
  readonly #projects: Projects;
  readonly #cli: string;
  readonly #log: Log;
  readonly #controller = vscode.tests.createTestController(TEST_CONTROLLER, 'Hotplug');
  readonly #disposables: { dispose(): void }[];
  /** Files of the recordings that differed when they were tested last. */
  readonly #differing = new Set<string>();
  #asked = false;
  #syncing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(projects: Projects, cli: string, log: Log) {
    this.#projects = projects;
    this.#cli = cli;
    this.#log = log;
    this.#controller.resolveHandler = async (item) => {
      if (item === undefined) await this.refresh();
    };
    this.#controller.refreshHandler = async () => {
      await projects.refresh();
      await this.refresh();
    };
    const watcher = vscode.workspace.createFileSystemWatcher(PATTERN);
    this.#disposables = [
      this.#controller,
      watcher,
      watcher.onDidCreate(() => this.#refreshSoon()),
      watcher.onDidDelete(() => this.#refreshSoon()),
      watcher.onDidChange((uri) => this.#outdated(uri.fsPath)),
      projects.onDidChange(() => this.#refreshSoon()),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => this.#outdated(uri.fsPath)),
    ];
    if (vscode.workspace.isTrusted) this.#addProfiles();
    else this.#disposables.push(vscode.workspace.onDidGrantWorkspaceTrust(() => this.#addProfiles()));
  }

  /** Looks for recordings again; nobody sees them before the first time. */
  async refresh(): Promise<void> {
    this.#asked = true;
    this.#syncing = this.#syncing
      .then(() => this.#sync())
      .catch((error: unknown) => logError(this.#log, 'Looking for recordings', error));
    await this.#syncing;
  }

  /** The item of a recording's file. */
  find(file: string): vscode.TestItem | undefined {
    for (const [, project] of this.#controller.items) {
      const item = project.children.get(file);
      if (item !== undefined) return item;
    }
    return undefined;
  }

  /** The recordings that differed when they were tested last. */
  get differing(): readonly vscode.TestItem[] {
    return [...this.#differing].flatMap((file) => this.find(file) ?? []);
  }

  /** Tests a recording. */
  async run(item: vscode.TestItem): Promise<void> {
    requireTrust('run plugins');
    await this.#run(new vscode.TestRunRequest([item]), undefined);
  }

  /** Writes what the plugin does now over a recording, and says how that went as a test run. */
  async accept(item: vscode.TestItem): Promise<void> {
    requireTrust('run plugins');
    await this.#run(new vscode.TestRunRequest([item]), undefined, ['--accept']);
  }

  #addProfiles(): void {
    const { Run, Debug } = vscode.TestRunProfileKind;
    this.#controller.createRunProfile(
      vscode.l10n.t('Replay'),
      Run,
      (request, token) => this.#run(request, token),
      true,
    );
    this.#controller.createRunProfile(
      vscode.l10n.t('Debug Replay'),
      Debug,
      (request, token) => this.#debug(request, token),
      true,
    );
  }

  #refreshSoon(): void {
    if (!this.#asked) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), SETTLE_MS);
  }

  /** Results of what was changed since are shown as old. */
  #outdated(file: string): void {
    const item = this.find(file);
    if (item !== undefined) this.#controller.invalidateTestResults(item);
    for (const [folder, project] of this.#controller.items) {
      if (item === undefined && isBelow(folder, file)) this.#controller.invalidateTestResults(project);
    }
  }

  async #sync(): Promise<void> {
    const { recordingsOf } = await import('../../project/recordings.ts');
    const items: vscode.TestItem[] = [];
    for (const project of await this.#projects.ready()) {
      const recordings = await recordingsOf(project.folder);
      if (recordings.length === 0) continue;
      const before = this.#controller.items.get(project.folder);
      const item = before ?? this.#controller.createTestItem(project.folder, project.name);
      item.label = project.name;
      const place = vscode.workspace.asRelativePath(project.folder);
      // What is no folder in the workspace is the workspace.
      if (place !== project.folder && place !== project.name) item.description = place;
      item.children.replace(
        recordings.map(
          ({ name, file }) =>
            before?.children.get(file) ?? this.#controller.createTestItem(file, name, vscode.Uri.file(file)),
        ),
      );
      items.push(item);
    }
    this.#controller.items.replace(items);
    for (const file of [...this.#differing]) if (this.find(file) === undefined) this.#differing.delete(file);
    this.#tellDiffering();
  }

  async #run(
    request: vscode.TestRunRequest,
    token: vscode.CancellationToken | undefined,
    more: readonly string[] = [],
  ): Promise<void> {
    const testRun = this.#controller.createTestRun(request);
    const chosen = this.#chosen(request);
    const stop = new AbortController();
    const listeners = [token, testRun.token].map((one) => one?.onCancellationRequested(() => stop.abort()));
    try {
      for (const items of chosen.values()) for (const item of items) testRun.enqueued(item);
      for (const [project, items] of chosen) {
        if (stop.signal.aborted) break;
        const outcomes = await this.#test(testRun, project, items, more, stop.signal);
        if (outcomes !== undefined) this.#show(testRun, items, outcomes);
      }
    } catch (error) {
      logError(this.#log, 'Testing recordings', error);
      throw error;
    } finally {
      for (const listener of listeners) listener?.dispose();
      this.#tellDiffering();
      testRun.end();
    }
  }

  /** Runs the command line for recordings of a project; undefined where it was cancelled. */
  async #test(
    testRun: vscode.TestRun,
    project: Project,
    items: readonly vscode.TestItem[],
    more: readonly string[],
    signal: AbortSignal,
  ): Promise<Outcomes | undefined> {
    for (const item of items) testRun.started(item);
    const names = items.map(({ label }) => label);
    const result = await run([process.execPath, this.#cli, ...testArguments(project.folder, names, more)], {
      cwd: project.folder,
      env: { ELECTRON_RUN_AS_NODE: '1' },
      signal,
      graceMs: GRACE_MS,
      // The result is on stdout; what people read is here.
      write: (text, stream) => {
        if (stream === 'stderr') testRun.appendOutput(text.replaceAll(/\r?\n/g, '\r\n'));
      },
    });
    return result.ended === 'cancelled' ? undefined : outcomesOf(result);
  }

  #show(testRun: vscode.TestRun, items: readonly vscode.TestItem[], outcomes: Outcomes): void {
    for (const item of items) {
      const outcome = outcomes.kind === 'done' ? outcomes.tests.get(item.id) : undefined;
      if (outcome === undefined) {
        const text =
          outcomes.kind === 'none' ? outcomes.text : vscode.l10n.t('This recording was not tested.');
        testRun.errored(item, new vscode.TestMessage(text));
        continue;
      }
      if (outcome.kind === 'failed') this.#differing.add(item.id);
      else this.#differing.delete(item.id);
      const { durationMs } = outcome;
      const messages = messagesOf(outcome);
      if (outcome.kind === 'passed') testRun.passed(item, durationMs);
      else if (outcome.kind === 'failed') testRun.failed(item, messages, durationMs);
      else testRun.errored(item, messages, durationMs);
    }
  }

  /** One debug session after the other; each starts at its recording's first event. */
  async #debug(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const testRun = this.#controller.createTestRun(request);
    try {
      for (const [project, items] of this.#chosen(request)) {
        for (const item of items) {
          if (token.isCancellationRequested) return;
          testRun.started(item);
          await debugOne(project, item, token);
        }
      }
    } finally {
      testRun.end();
    }
  }

  /** The recordings that are asked for, by project. */
  #chosen({ include, exclude }: vscode.TestRunRequest): ReadonlyMap<Project, readonly vscode.TestItem[]> {
    const without = new Set(exclude);
    const wanted = new Set(include);
    const chosen = new Map<Project, readonly vscode.TestItem[]>();
    for (const [folder, parent] of this.#controller.items) {
      const project = this.#projects.at(folder);
      if (project === undefined || without.has(parent)) continue;
      const items = [...parent.children]
        .map(([, item]) => item)
        .filter((item) => include === undefined || wanted.has(parent) || wanted.has(item))
        .filter((item) => !without.has(item));
      if (items.length > 0) chosen.set(project, items);
    }
    return chosen;
  }

  #tellDiffering(): void {
    setContext('hotplug.differingTests', [...this.#differing]);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const disposable of this.#disposables) disposable.dispose();
  }
}

function messagesOf({ messages }: Outcome): vscode.TestMessage[] {
  return messages.map(({ text, diff }) => {
    const message =
      diff === undefined
        ? new vscode.TestMessage(text)
        : vscode.TestMessage.diff(text, diff.expected, diff.actual);
    message.contextValue = TestMessageKind.differs;
    return message;
  });
}

/** Debugs a recording until its session ends. */
async function debugOne(
  project: Project,
  item: vscode.TestItem,
  token: vscode.CancellationToken,
): Promise<void> {
  const uri = vscode.Uri.file(item.id);
  const given = configuration({ ...ofRecording(uri), project: project.folder });
  const ended = Promise.withResolvers<undefined>();
  let session: vscode.DebugSession | undefined;
  const listeners = [
    vscode.debug.onDidStartDebugSession((started) => {
      if (started.configuration['recording'] === item.id) session ??= started;
    }),
    vscode.debug.onDidTerminateDebugSession((terminated) => {
      if (terminated === session) ended.resolve(undefined);
    }),
    token.onCancellationRequested(() => {
      void vscode.debug.stopDebugging(session);
      ended.resolve(undefined);
    }),
  ];
  try {
    const started = await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(uri), given);
    // What keeps it from starting was said by the session.
    if (started) await ended.promise;
  } finally {
    for (const listener of listeners) listener.dispose();
  }
}

function isBelow(folder: string, file: string): boolean {
  return file.startsWith(`${folder}/`) || file.startsWith(`${folder}\\`);
}
