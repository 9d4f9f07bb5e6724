/** What debugging a plugin's source line by line needs, and what of it is missing. */
import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import { finishedStamp } from '../../project/stamp.ts';
import { fileHasLines, NEEDS_LINES } from '../../replay/source-level.ts';
import type { Project } from '../../project/project.ts';

const JAVASCRIPT_DEBUGGER = 'ms-vscode.js-debug';
/** Lets VS Code's JavaScript debugger read the debug information of WebAssembly. */
const DWARF_EXTENSION = 'ms-vscode.wasm-dwarf-debugging';
const INSTEAD =
  'Use "Hotplug: Debug Last Run" to go through its events and host calls, forwards and backwards.';

/** The component of a project's last build. Throws a UserError where its sources cannot be debugged line by line. */
export async function debuggableComponent({ name, language, folder }: Project): Promise<string> {
  const stamp = await finishedStamp(folder);
  if (stamp === undefined)
    throw new UserError(`${name} was not built yet`, 'Build it with "Hotplug: Build Plugin".');
  const { artifact } = stamp;
  if (artifact === undefined)
    throw new UserError(`The last build of ${name} failed`, 'Correct what the Problems view lists and save.');
  if (artifact.kind === 'source' || language === 'javascript') {
    throw new UserError(
      `The JavaScript of ${name} runs in an interpreter inside of the component, which VS Code's debuggers do not see into`,
      INSTEAD,
    );
  }
  if (!(await fileHasLines(artifact.path)))
    throw new UserError(`The last build of ${name} has no debug information`, NEEDS_LINES);
  return artifact.path;
}

/** False where the user rather gets what is missing first. Throws a UserError where there is no debugger at all. */
export async function isDebuggerThere(): Promise<boolean> {
  if (vscode.extensions.getExtension(JAVASCRIPT_DEBUGGER) === undefined) {
    throw new UserError(
      `VS Code's JavaScript debugger, ${JAVASCRIPT_DEBUGGER}, is not there`,
      'Enable it in the Extensions view: @builtin JavaScript Debugger.',
    );
  }
  if (vscode.extensions.getExtension(DWARF_EXTENSION) !== undefined) return true;
  const [show, start] = ['Show Extension', 'Start Anyway'];
  const choice = await vscode.window.showInformationMessage(
    `The lines and variables of Rust and C are read by the extension ${DWARF_EXTENSION}, which is not installed. Without it the debugger shows WebAssembly instructions.`,
    show,
    start,
  );
  if (choice === show)
    await vscode.commands.executeCommand('workbench.extensions.search', `@id:${DWARF_EXTENSION}`);
  return choice === start;
}
