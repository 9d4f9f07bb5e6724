import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import * as vscode from 'vscode';

import { exitText, HostClient } from './hostClient.ts';
import type { HostExit } from './hostClient.ts';
import type { Log } from './log.ts';
import { restartPolicy } from './restarts.ts';
import { readSetting } from './settings.ts';
import { ALLOCATOR } from '../host/allocator.ts';
import type { HostApi } from '../host/protocol.ts';

/** Environment variables without which Node cannot start or find its temporary folder. Nothing else of the editor's gets there. */
const ENVIRONMENT = ['SystemRoot', 'TEMP', 'TMP', 'TMPDIR'];

export interface HostFolders {
  readonly recordings: string;
  readonly cache: string;
}

/** The host process and what happens when it ends by itself. */
export class HostService implements vscode.Disposable {
  readonly api: HostApi;
  readonly #client: HostClient;
  readonly #log: Log;
  readonly #policy = restartPolicy();
  #timer: NodeJS.Timeout | undefined;
  /** Called when a process takes requests. */
  onReady: () => void = () => undefined;
  /** Called when the process has ended; gives the number of plugins that have to be started again. */
  onLost: (how: string) => number = () => 0;
  /** Called to start them again. */
  onRestart: () => Promise<void> = () => Promise.resolve();

  constructor(entry: string, folders: HostFolders, log: Log) {
    this.#log = log;
    this.#client = new HostClient({
      fork: () => this.#fork(entry, folders),
      onReady: () => this.onReady(),
      onExit: (exit) => void this.#ended(exit),
      onOutput: (line) => log.debug(`host: ${line}`),
    });
    this.api = this.#client;
  }

  get pid(): number | undefined {
    return this.#client.pid;
  }

  #fork(entry: string, folders: HostFolders): ChildProcess {
    mkdirSync(folders.recordings, { recursive: true });
    mkdirSync(folders.cache, { recursive: true });
    const kept = ENVIRONMENT.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value] as const];
    });
    const options = {
      recordingFolder: folders.recordings,
      recordingBudget: Math.max(1, readSetting('hotplug.recordings.budgetMB')) * 2 ** 20,
      cacheFolder: folders.cache,
    };
    const child = fork(entry, [JSON.stringify(options)], {
      execPath: process.execPath,
      execArgv: [],
      env: { ...ALLOCATOR, ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' },
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#log.info(
      `The host process runs with id ${child.pid ?? 'none'}; recordings are in ${folders.recordings}.`,
    );
    return child;
  }

  async #ended(exit: HostExit): Promise<void> {
    const how = exitText(exit);
    this.#log.error(`The host process ended ${how}.`);
    if (exit.stderr !== '') this.#log.error(exit.stderr);
    const lost = this.onLost(how);
    if (lost === 0) return;
    const delay = this.#policy.next(Date.now());
    if (delay === undefined) {
      await this.#giveUp(how, lost);
      return;
    }
    this.#timer = setTimeout(() => void this.#restart(how), delay);
    const show = vscode.l10n.t('Show Log');
    const choice = await vscode.window.showWarningMessage(
      vscode.l10n.t(
        'The process that runs the plugins ended {0}. It is started again, with {1}; what was recorded until then is kept.',
        how,
        plugins(lost),
      ),
      show,
    );
    if (choice === show) this.#log.show(true);
  }

  async #giveUp(how: string, lost: number): Promise<void> {
    const [again, show] = [vscode.l10n.t('Start Again'), vscode.l10n.t('Show Log')];
    const choice = await vscode.window.showErrorMessage(
      vscode.l10n.t(
        'The process that runs the plugins keeps ending, last {0}, and is not started again by itself. {1} stopped.',
        how,
        plugins(lost),
      ),
      again,
      show,
    );
    if (choice === show) this.#log.show(true);
    if (choice !== again) return;
    this.#policy.reset();
    await this.#restart(how);
  }

  async #restart(how: string): Promise<void> {
    try {
      await this.onRestart();
    } catch (error) {
      this.#log.error(`Starting again after the host process ended ${how} failed: ${String(error)}`);
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    void this.#client.dispose();
  }
}

function plugins(count: number): string {
  return count === 1 ? vscode.l10n.t('1 plugin') : vscode.l10n.t('{0} plugins', count);
}
