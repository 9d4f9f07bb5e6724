import { execFile } from 'node:child_process';
import { basename } from 'node:path';
import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import { showText } from '../documents.ts';
import { folderOf } from '../pick.ts';
import type { Services } from '../services.ts';

const MOST_OUTPUT = 16 * 1024 * 1024;

/** Shows what a .wasm file says of itself, in a read-only document. Reading it happens in a process of its own. */
export async function inspectPlugin(services: Services, argument: unknown): Promise<void> {
  const file = argument instanceof vscode.Uri ? argument.fsPath : await askFile(services, argument);
  if (file === undefined) return;
  const cli = vscode.Uri.joinPath(services.context.extensionUri, 'dist', 'cli.js').fsPath;
  const text = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Inspecting the plugin…'),
      cancellable: true,
    },
    (_progress, token) => run(cli, ['inspect', file], token),
  );
  await showText(`${basename(file)}.txt`, text);
}

async function askFile(services: Services, argument: unknown): Promise<string | undefined> {
  const folder = folderOf(argument);
  const built = services.running.all.find((status) => status.folder === folder)?.artifact;
  if (built !== undefined && built.kind !== 'source') return built.path;
  const start = folder ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Inspect Plugin'),
      openLabel: vscode.l10n.t('Inspect'),
      filters: { WebAssembly: ['wasm'], [vscode.l10n.t('All files')]: ['*'] },
      ...(start === undefined ? {} : { defaultUri: vscode.Uri.file(start) }),
    })) ?? [];
  return uri?.fsPath;
}

function run(cli: string, argv: readonly string[], token: vscode.CancellationToken): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NO_COLOR: '1' };
    const child = execFile(
      process.execPath,
      [cli, ...argv],
      { env, maxBuffer: MOST_OUTPUT },
      (error, stdout, stderr) => {
        listener.dispose();
        // Exit code 1 is a plugin with problems: the text says which.
        if (stdout.trim() !== '') resolve(stdout);
        else
          reject(
            new UserError(
              stderr.trim() === '' ? vscode.l10n.t('The file could not be inspected') : stderr.trim(),
              vscode.l10n.t('Choose a WebAssembly component.'),
              error === null ? {} : { cause: error },
            ),
          );
      },
    );
    const listener = token.onCancellationRequested(() => child.kill());
  });
}
