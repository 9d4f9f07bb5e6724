import * as vscode from 'vscode';

import { showText } from './documents.ts';
import { isFreshStart, isNewFailure, reportLines } from './failureReport.ts';
import type { Log } from './log.ts';
import { Command } from './names.ts';
import type { Running } from './running.ts';
import { joinSentences } from './sentences.ts';
import type { PluginStatus } from '../host/protocol.ts';
import type { FailureReport } from '../host/report.ts';

/** Tells the user of each failure once, and marks its place in the sources. */
export class Failures implements vscode.Disposable {
  readonly #log: Log;
  readonly #problems = vscode.languages.createDiagnosticCollection('hotplug run');
  readonly #places = new Map<string, vscode.Uri>();
  readonly #toldBuilds = new Map<string, number>();
  readonly #listener: vscode.Disposable;

  constructor(running: Running, log: Log) {
    this.#log = log;
    this.#listener = running.onDidReceiveStatus(({ before, after }) => {
      if (isFreshStart(before, after)) this.#clear(after.folder);
      if (after.lastError !== undefined && isNewFailure(before, after))
        void this.#tell(after, after.lastError);
      void this.#tellBuild(after);
    });
  }

  /** Shows the whole report of a plugin's last failure. The log has it, too. */
  async show(plugin: string, report: FailureReport): Promise<void> {
    await showText(`${plugin} failure.log`, `${reportLines(plugin, report).join('\n')}\n`);
  }

  async #tell(status: PluginStatus, report: FailureReport): Promise<void> {
    this.#write(status.name, report);
    this.#mark(status, report);
    const [show, trace, restart] = [
      vscode.l10n.t('Show Report'),
      vscode.l10n.t('Open Trace'),
      vscode.l10n.t('Restart'),
    ];
    const choice = await vscode.window.showErrorMessage(
      joinSentences(`${status.name}: ${report.what}`, report.advice),
      show,
      trace,
      restart,
    );
    if (choice === show) await this.show(status.name, report);
    if (choice === trace) await vscode.commands.executeCommand(Command.openTrace, report.event?.record);
    if (choice === restart) await vscode.commands.executeCommand(Command.restartPlugin, status.folder);
  }

  /** Compiler errors are in Problems; a build that could not even start is told here, once a build. */
  async #tellBuild(status: PluginStatus): Promise<void> {
    const { build } = status;
    if (build?.status !== 'failed' || build.failure === undefined || build.errors > 0) return;
    if (this.#toldBuilds.get(status.folder) === build.serial) return;
    this.#toldBuilds.set(status.folder, build.serial);
    const check = vscode.l10n.t('Check Toolchains');
    const choice = await vscode.window.showWarningMessage(
      joinSentences(vscode.l10n.t('{0} was not built', status.name), build.failure),
      check,
    );
    if (choice === check) await vscode.commands.executeCommand(Command.checkToolchains);
  }

  #write(plugin: string, report: FailureReport): void {
    for (const line of reportLines(plugin, report)) this.#log.error(line);
  }

  #mark(status: PluginStatus, report: FailureReport): void {
    this.#clear(status.folder);
    const { source } = report;
    if (source === undefined) return;
    const uri = vscode.Uri.file(source.file);
    const start = new vscode.Position(Math.max(0, source.line - 1), Math.max(0, (source.column ?? 1) - 1));
    const problem = new vscode.Diagnostic(
      new vscode.Range(start, start.translate(0, 1)),
      joinSentences(report.what, report.stderr.trim()),
      vscode.DiagnosticSeverity.Error,
    );
    problem.source = 'hotplug run';
    this.#problems.set(uri, [problem]);
    this.#places.set(status.folder, uri);
  }

  #clear(folder: string): void {
    const uri = this.#places.get(folder);
    if (uri !== undefined) this.#problems.delete(uri);
    this.#places.delete(folder);
  }

  dispose(): void {
    this.#listener.dispose();
    this.#problems.dispose();
  }
}
