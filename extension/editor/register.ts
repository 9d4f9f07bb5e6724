import * as vscode from 'vscode';

import { messageOf, UserError } from '../errors.ts';
import { logError } from './log.ts';
import type { Log } from './log.ts';
import type { CommandId } from './names.ts';
import { joinSentences } from './sentences.ts';

type CommandHandler = (argument: unknown) => Promise<void> | void;

/** A handler for every command: leaving one out does not compile. */
export type CommandTable = Readonly<Record<CommandId, CommandHandler>>;

/** Registers the commands so that whatever they throw is shown once, with what to do next. */
export function registerCommands(table: CommandTable, log: Log): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(table).map(([id, handler]) =>
      vscode.commands.registerCommand(id, async (argument: unknown) => {
        try {
          await handler(argument);
        } catch (error) {
          await showError(error, log, id);
        }
      }),
    ),
  );
}

/** Shows an error to the user: what is wrong and what to do. The log has the rest. */
export async function showError(error: unknown, log: Log, where: string): Promise<void> {
  logError(log, where, error);
  const show = vscode.l10n.t('Show Log');
  const text =
    error instanceof UserError
      ? joinSentences(error.message, error.advice)
      : joinSentences(
          vscode.l10n.t('Hotplug could not do this: {0}', messageOf(error)),
          vscode.l10n.t('The log has the details.'),
        );
  const choice = await vscode.window.showErrorMessage(text, show);
  if (choice === show) log.show(true);
}
