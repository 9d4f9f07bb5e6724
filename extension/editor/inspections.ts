import * as vscode from 'vscode';

const SCHEME = 'hotplug-inspect';
const documents = new Map<string, string>();
const changed = new vscode.EventEmitter<vscode.Uri>();

/** Shows the text of an inspection in a read-only document named after the file. */
export async function showInspection(file: string, text: string): Promise<void> {
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `${vscode.Uri.file(file).path}.txt` });
  documents.set(uri.toString(), text);
  changed.fire(uri);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: true });
}

/** Serves those documents. */
export function registerInspection(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) =>
      documents.get(uri.toString()) ?? 'Run "Hotplug: Inspect Plugin…" again to see this.',
  });
}
