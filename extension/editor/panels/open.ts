import * as vscode from 'vscode';

import type { View } from '../names.ts';
import type { Services } from '../services.ts';

/** Shows a panel, at a record of the live recording where one is given. */
export async function openPanel(
  view: typeof View.trace | typeof View.timeline,
  { panels, cursor }: Pick<Services, 'panels' | 'cursor'>,
  record: unknown,
): Promise<void> {
  await vscode.commands.executeCommand(`${view}.focus`);
  if (typeof record !== 'number' || !Number.isSafeInteger(record) || record < 0) return;
  await panels.show('live');
  cursor.set('live', record);
}
