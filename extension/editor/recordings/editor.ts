import * as vscode from 'vscode';

import { Command, CustomEditor } from '../names.ts';
import { linkView } from '../panels/view.ts';
import type { ViewServices } from '../panels/view.ts';
import { requireTrust, type Untrusted } from '../trust.ts';
import { RecordingDocument } from './document.ts';
import type { DocumentServices } from './document.ts';

/** The command of the button Debug, with the file's address. */
const DEBUG = 'hotplug.debugRecording';

/** The editor of recordings: any number of views on each file. It runs nothing, so it needs no trust. */
export class RecordingEditors
  implements vscode.CustomReadonlyEditorProvider<RecordingDocument>, vscode.Disposable
{
  readonly #views: ViewServices;
  readonly #services: DocumentServices;
  readonly #documents = new Set<RecordingDocument>();
  readonly #registrations: vscode.Disposable;

  constructor(views: ViewServices, copies: vscode.Uri) {
    this.#views = views;
    this.#services = { host: views.host, log: views.log, copies: copies.fsPath, notes: views.notes };
    this.#registrations = vscode.Disposable.from(
      ...Object.values(CustomEditor).map((type) =>
        vscode.window.registerCustomEditorProvider(type, this, { supportsMultipleEditorsPerDocument: true }),
      ),
    );
  }

  openCustomDocument(uri: vscode.Uri): RecordingDocument {
    const document: RecordingDocument = new RecordingDocument(uri, this.#services, () =>
      this.#documents.delete(document),
    );
    this.#documents.add(document);
    return document;
  }

  async resolveCustomEditor(document: RecordingDocument, panel: vscode.WebviewPanel): Promise<void> {
    const run = (command: string, what: Untrusted) => (): unknown => {
      requireTrust(what);
      return vscode.commands.executeCommand(command, document.uri);
    };
    const link = linkView(
      {
        webview: panel.webview,
        isVisible: () => panel.visible,
        onDidChangeVisibility: panel.onDidChangeViewState,
        isActive: () => panel.active,
      },
      {
        panel: 'recording',
        title: vscode.l10n.t('Recording'),
        shown: document,
        commands: {
          replayRecording: run(Command.replayRecording, 'replay recordings'),
          debugRecording: run(DEBUG, 'debug recordings'),
          retry: () => document.reload(),
          openWith: () => vscode.commands.executeCommand('workbench.action.reopenWithEditor'),
        },
      },
      this.#views,
    );
    panel.onDidDispose(() => void link.dispose());
    // What is wrong with the file stands in the editor.
    await document.open().catch(() => undefined);
  }

  /** The host process ended, and every recording that it had open is closed. */
  lost(): void {
    for (const document of this.#documents) document.lost();
  }

  dispose(): void {
    this.#registrations.dispose();
  }
}
