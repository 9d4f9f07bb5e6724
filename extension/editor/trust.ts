import * as vscode from 'vscode';

import { UserError } from '../errors.ts';

/** What Hotplug does in a trusted workspace only. */
export type Untrusted =
  | 'run plugins'
  | 'build plugins'
  | 'call plugins'
  | 'change plugins'
  | 'install plugins'
  | 'debug plugins'
  | 'debug recordings'
  | 'replay recordings';

/** Throws in Restricted Mode: a plugin's build and the plugin itself are code of the workspace. */
export function requireTrust(what: Untrusted): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserError(
    refusal(what),
    vscode.l10n.t(
      'Trust this workspace with "Workspaces: Manage Workspace Trust" if you know where it comes from.',
    ),
  );
}

function refusal(what: Untrusted): string {
  switch (what) {
    case 'run plugins':
      return vscode.l10n.t('Hotplug does not run plugins in Restricted Mode');
    case 'build plugins':
      return vscode.l10n.t('Hotplug does not build plugins in Restricted Mode');
    case 'call plugins':
      return vscode.l10n.t('Hotplug does not call plugins in Restricted Mode');
    case 'change plugins':
      return vscode.l10n.t('Hotplug does not change plugins in Restricted Mode');
    case 'install plugins':
      return vscode.l10n.t('Hotplug does not install plugins in Restricted Mode');
    case 'debug plugins':
      return vscode.l10n.t('Hotplug does not debug plugins in Restricted Mode');
    case 'debug recordings':
      return vscode.l10n.t('Hotplug does not debug recordings in Restricted Mode');
    case 'replay recordings':
      return vscode.l10n.t('Hotplug does not replay recordings in Restricted Mode');
  }
}
