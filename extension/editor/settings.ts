import * as vscode from 'vscode';

import { settingDefaults } from './names.ts';
import type { ContextKey, ContextValues, SettingId, SettingValues } from './names.ts';

/** Reads one setting as it applies to a folder. */
export function readSetting<K extends SettingId>(id: K, folder?: vscode.Uri): SettingValues[K] {
  return (
    vscode.workspace.getConfiguration(undefined, folder ?? null).get<SettingValues[K]>(id) ??
    settingDefaults[id]
  );
}

const contexts = new Map<ContextKey, unknown>();

/** Sets a context key, only where its value changes. */
export function setContext<K extends ContextKey>(key: K, value: ContextValues[K]): void {
  if (contexts.get(key) === value) return;
  contexts.set(key, value);
  void vscode.commands.executeCommand('setContext', key, value);
}
