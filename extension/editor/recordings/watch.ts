import { extname } from 'node:path';
import * as vscode from 'vscode';

import { throttled } from '../throttle.ts';

/** A file that is written to all the time is read again at most this often, in ms. */
const AGAIN_MS = 1000;

/** Calls back when the file is there in another version, and when it is gone. What is not on a disk does not change. */
export function watchFile(uri: vscode.Uri, changed: () => void, deleted: () => void): vscode.Disposable {
  if (uri.scheme !== 'file') return new vscode.Disposable(() => undefined);
  const tell = throttled(changed, AGAIN_MS);
  const folder = vscode.Uri.joinPath(uri, '..');
  // The name may have characters that mean something in a pattern, so it is compared instead.
  const watcher = vscode.workspace.createFileSystemWatcher(
    new vscode.RelativePattern(folder, `*${extname(uri.path)}`),
  );
  const when =
    (found: () => void) =>
    (other: vscode.Uri): void => {
      if (other.toString() === uri.toString()) found();
    };
  return vscode.Disposable.from(
    watcher,
    watcher.onDidChange(when(tell)),
    watcher.onDidCreate(when(tell)),
    watcher.onDidDelete(when(deleted)),
    { dispose: () => tell.cancel() },
  );
}
