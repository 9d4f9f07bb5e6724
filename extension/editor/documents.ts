import * as vscode from 'vscode';

const SCHEME = 'hotplug';
const texts = new Map<string, string>();
const changed = new vscode.EventEmitter<vscode.Uri>();

/** Shows a text of ours (a report, an inspection) in a read-only editor with this title. */
export async function showText(title: string, text: string): Promise<void> {
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}` });
  texts.set(uri.toString(), text);
  changed.fire(uri);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: true });
}

/** Replaces such a text where it was shown; does nothing where it was not. */
export function updateText(title: string, text: string): void {
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${title}` });
  const key = uri.toString();
  if (!texts.has(key) || texts.get(key) === text) return;
  texts.set(key, text);
  changed.fire(uri);
}

/** Serves those documents. */
export function registerDocuments(): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) =>
      texts.get(uri.toString()) ?? vscode.l10n.t('This text is gone; ask for it again.'),
  });
}
