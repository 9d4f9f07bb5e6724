import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';

import { messageOf, UserError } from '../../errors.ts';

/** A recording's file on this machine's disk. */
export interface LocalFile {
  readonly path: string;
  /** Removes the file where it is a copy. */
  dispose(): Promise<void>;
}

/**
 * The file of a recording as the host process can open it. What is not on a disk (a version of it
 * in git, a virtual workspace) is copied below `folder`. Throws a UserError where it cannot be read.
 */
export async function localFile(uri: vscode.Uri, folder: string): Promise<LocalFile> {
  if (uri.scheme === 'file') return { path: uri.fsPath, dispose: () => Promise.resolve() };
  const path = join(folder, `${randomUUID()}.mcap`);
  try {
    const bytes = await vscode.workspace.fs.readFile(uri);
    await mkdir(folder, { recursive: true });
    await writeFile(path, bytes);
  } catch (error) {
    await rm(path, { force: true });
    throw new UserError(
      vscode.l10n.t('{0} cannot be read: {1}.', uri.toString(true), messageOf(error)),
      vscode.l10n.t('Save the recording to a disk and open it there.'),
      { cause: error },
    );
  }
  return { path, dispose: () => rm(path, { force: true }) };
}
