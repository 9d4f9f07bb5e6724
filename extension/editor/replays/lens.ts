import * as vscode from 'vscode';

import { isInside } from '../../project/config.ts';
import { languages } from '../../project/languages.ts';
import { Command } from '../names.ts';
import { isActive } from '../running.ts';
import type { Running } from '../running.ts';
import { lensTitle } from './faces.ts';
import type { Replays } from './replays.ts';
import type { PluginStatus } from '../../host/protocol.ts';

const SELECTOR: vscode.DocumentSelector = Object.values(languages)
  .flatMap(({ documents }) => documents)
  .map((language) => ({ scheme: 'file', language }));

const DEBUG_LAST_RUN = 'hotplug.debugLastRun';

/** The lenses above the function of a plugin that handles events. */
class HandlerLenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #running: Running;
  readonly #replays: Replays;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listeners: readonly vscode.Disposable[];
  /** What the lenses say now. */
  #said = '';

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(running: Running, replays: Replays) {
    this.#running = running;
    this.#replays = replays;
    const look = (): void => this.#look();
    this.#listeners = [running.onDidChange(look), replays.onDidChange(look)];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const status = this.#pluginOf(document.uri.fsPath);
    if (status === undefined) return [];
    const commands = this.#commandsOf(status);
    if (commands.length === 0) return [];
    const { handlerRange } = await import('../../project/handler.ts');
    const found = handlerRange(document.getText(), status.language, status.contract);
    if (found === undefined) return [];
    const { start, end } = found;
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    return commands.map((command) => new vscode.CodeLens(range, command));
  }

  /** The plugin whose source this is: the innermost project that holds the file. */
  #pluginOf(file: string): PluginStatus | undefined {
    return this.#running.all
      .filter(({ folder }) => isInside(folder, file))
      .toSorted((a, b) => b.folder.length - a.folder.length)[0];
  }

  #commandsOf(status: PluginStatus): readonly vscode.Command[] {
    const replay = this.#replays.of(status);
    const commands: vscode.Command[] = [];
    if (replay !== undefined) {
      commands.push({
        command: Command.compareReplay,
        title: lensTitle(replay.verdict),
        tooltip: replay.verdict.details.join('\n'),
        arguments: [status.folder],
      });
    }
    if (isActive(status) && status.events > 0 && Object.values<string>(Command).includes(DEBUG_LAST_RUN)) {
      commands.push({
        command: DEBUG_LAST_RUN,
        title: `$(debug-alt)\u{a0}${vscode.l10n.t('Debug last run')}`,
        tooltip: vscode.l10n.t('Go through what the plugin did, event by event, forwards and backwards.'),
        arguments: [status.folder],
      });
    }
    return commands;
  }

  #look(): void {
    const says = JSON.stringify(this.#running.all.map((status) => [status.folder, this.#commandsOf(status)]));
    if (says === this.#said) return;
    this.#said = says;
    this.#changed.fire();
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
  }
}

export function registerHandlerLenses(running: Running, replays: Replays): vscode.Disposable {
  const lenses = new HandlerLenses(running, replays);
  return vscode.Disposable.from(lenses, vscode.languages.registerCodeLensProvider(SELECTOR, lenses));
}
