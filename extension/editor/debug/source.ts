/** What debugging a plugin's source line by line needs, and what of it is missing. */
import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import { finishedStamp } from '../../project/stamp.ts';
import { fileHasLines, NEEDS_LINES } from '../../replay/source-level.ts';
import type { Project } from '../../project/project.ts';

const JAVASCRIPT_DEBUGGER = 'ms-vscode.js-debug';
/** Lets VS Code's JavaScript debugger read the debug information of WebAssembly. */
const DWARF_EXTENSION = 'ms-vscode.wasm-dwarf-debugging';
const INSTEAD = vscode.l10n.t(
  'Use "Hotplug: Debug Last Run" to go through its events and host calls, forwards and backwards.',
);

/** The component of a project's last build. Throws a UserError where its sources cannot be debugged line by line. */
export async function debuggableComponent({ name, language, folder }: Project): Promise<string> {
  const stamp = await finishedStamp(folder);
  if (stamp === undefined)
    throw new UserError(
      vscode.l10n.t('{0} was not built yet', name),
      vscode.l10n.t('Build it with "Hotplug: Build Plugin".'),
    );
  const { artifact } = stamp;
  if (artifact === undefined)
    throw new UserError(
      vscode.l10n.t('The last build of {0} failed', name),
      vscode.l10n.t('Correct what the Problems view lists and save.'),
    );
  if (artifact.kind === 'source' || language === 'javascript') {
    throw new UserError(
      vscode.l10n.t(
        "The JavaScript of {0} runs in an interpreter inside of the component, which VS Code's debuggers do not see into",
        name,
      ),
      INSTEAD,
    );
  }
  if (!(await fileHasLines(artifact.path)))
    throw new UserError(vscode.l10n.t('The last build of {0} has no debug information', name), NEEDS_LINES);
  return artifact.path;
}

/** False where the user rather gets what is missing first. Throws a UserError where there is no debugger at all. */
export async function isDebuggerThere(): Promise<boolean> {
  if (vscode.extensions.getExtension(JAVASCRIPT_DEBUGGER) === undefined) {
    throw new UserError(
      vscode.l10n.t("VS Code's JavaScript debugger, {0}, is not there", JAVASCRIPT_DEBUGGER),
      vscode.l10n.t('Enable it in the Extensions view: @builtin JavaScript Debugger.'),
    );
  }
  if (vscode.extensions.getExtension(DWARF_EXTENSION) !== undefined) return true;
  const [show, start] = [vscode.l10n.t('Show Extension'), vscode.l10n.t('Start Anyway')];
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      'The lines and variables of Rust and C are read by the extension {0}, which is not installed. Without it the debugger shows WebAssembly instructions.',
      DWARF_EXTENSION,
    ),
    show,
    start,
  );
  if (choice === show)
    await vscode.commands.executeCommand('workbench.extensions.search', `@id:${DWARF_EXTENSION}`);
  return choice === start;
}
