import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';

import type { Running } from '../running.ts';
import { readSetting } from '../settings.ts';
import { verdictOf } from '../../replay/verdict.ts';
import type { Verdict } from '../../replay/verdict.ts';
import type {
  HostApi,
  PluginId,
  PluginStatus,
  Replayed,
  ReplayId,
  ReplayResult,
} from '../../host/protocol.ts';
import type { ReplayReport } from '../../replay/types.ts';

/** A replay that takes less than this is not said to be running, in ms: the verdict before it stays until then. */
const QUICK_MS = 300;

/** A replay whose differences can be asked for. */
export interface ShownReplay {
  readonly replay: ReplayId;
  readonly report: ReplayReport;
  /** The host process that keeps it; another one has other replays under the same ids. */
  readonly host: string;
}

/** What is shown of a plugin's last replay after a reload. */
export interface PluginReplay {
  readonly verdict: Verdict;
  /** Undefined where none was made, or none yet. */
  readonly shown?: ShownReplay;
}

/** The last replay after a reload of each plugin, and whether the host makes them. */
export class Replays implements vscode.Disposable {
  readonly #host: HostApi;
  readonly #running: Running;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #replays = new Map<PluginId, PluginReplay>();
  /** Replays that may still turn out to be quick. */
  readonly #waiting = new Map<PluginId, NodeJS.Timeout>();
  readonly #ends: readonly (() => void)[];
  /** The present host process: documents outlive it, and the window. */
  #process: string = randomUUID();
  /** The process is there to be told of settings. */
  #ready = false;

  /** A verdict came, or a replay takes longer. */
  readonly onDidChange = this.#changed.event;

  constructor(host: HostApi, running: Running) {
    this.#host = host;
    this.#running = running;
    const settings = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('hotplug.replay')) this.#configure();
    });
    this.#ends = [
      () => void settings.dispose(),
      host.on('replayed', (replayed) => this.#receive(replayed)),
      host.on('removed', ({ plugin }) => this.#forget(plugin)),
    ];
  }

  /** The last replay of the plugin of this status; undefined where there was none. */
  of(status: Pick<PluginStatus, 'id' | 'state'> | undefined): PluginReplay | undefined {
    return status === undefined || status.state === 'stopped' ? undefined : this.#replays.get(status.id);
  }

  /** Every plugin that was replayed, with its status. */
  get all(): readonly { readonly status: PluginStatus; readonly replay: PluginReplay }[] {
    return this.#running.all.flatMap((status) => {
      const replay = this.of(status);
      return replay === undefined ? [] : [{ status, replay }];
    });
  }

  /** A replay that was asked for, as something whose differences can be shown. */
  shown({ replay, report }: ReplayResult): ShownReplay {
    return { replay, report, host: this.#process };
  }

  /** Whether the host process that keeps this replay still runs. */
  isKept({ host }: Pick<ShownReplay, 'host'>): boolean {
    return host === this.#process;
  }

  /** A host process is there: it is told what the settings say. */
  hostReady(): void {
    this.#ready = true;
    this.#configure();
  }

  /** The host process ended, and its replays with it. */
  lost(): void {
    this.#process = randomUUID();
    this.#ready = false;
    this.#clear();
  }

  #configure(): void {
    const enabled = readSetting('hotplug.replay.afterReload');
    const events = Math.max(1, Math.floor(readSetting('hotplug.replay.events')));
    if (!enabled) this.#clear();
    // A process that is not there is told once it is; one that ends meanwhile has no use for it.
    if (this.#ready) this.#host.request('replayAfterReload', { enabled, events }).catch(() => undefined);
  }

  #receive(replayed: Replayed): void {
    // One that was under way when the setting was turned off.
    if (!readSetting('hotplug.replay.afterReload')) return;
    const { plugin } = replayed;
    const verdict = verdictOf(replayed);
    if (replayed.state === 'running') {
      this.#wait(plugin, () => this.#set(plugin, { verdict }));
      return;
    }
    this.#stopWaiting(plugin);
    this.#set(plugin, replayed.state === 'done' ? { verdict, shown: this.shown(replayed) } : { verdict });
  }

  #set(plugin: PluginId, replay: PluginReplay): void {
    this.#replays.set(plugin, replay);
    this.#changed.fire();
  }

  #wait(plugin: PluginId, due: () => void): void {
    this.#stopWaiting(plugin);
    this.#waiting.set(plugin, setTimeout(due, QUICK_MS));
  }

  #stopWaiting(plugin: PluginId): void {
    clearTimeout(this.#waiting.get(plugin));
    this.#waiting.delete(plugin);
  }

  #forget(plugin: PluginId): void {
    this.#stopWaiting(plugin);
    if (this.#replays.delete(plugin)) this.#changed.fire();
  }

  #clear(): void {
    for (const plugin of [...this.#waiting.keys()]) this.#stopWaiting(plugin);
    this.#replays.clear();
    this.#changed.fire();
  }

  dispose(): void {
    for (const end of this.#ends) end();
    this.#clear();
    this.#changed.dispose();
  }
}
