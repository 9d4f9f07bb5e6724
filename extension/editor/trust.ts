import * as vscode from 'vscode';

import { UserError } from '../errors.ts';

/** Throws in Restricted Mode: a plugin's build and the plugin itself are code of the workspace. */
export function requireTrust(what: string): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserError(
    `Hotplug does not ${what} in Restricted Mode`,
    'Trust this workspace with "Workspaces: Manage Workspace Trust" if you know where it comes from.',
  );
}
