/** Another run beside the one that is shown. */
import * as vscode from 'vscode';

import type { Comparison } from '../../recording/query.ts';
import type { HostApi, OpenedRecording, RecordingId } from '../../host/protocol.ts';
import { pickRecording } from '../commands/pickRecording.ts';

export interface Compared {
  readonly comparison: Comparison;
  /** What it is compared with: `the run before`. */
  readonly title: string;
  /** The file, where it is another recording. */
  readonly file?: vscode.Uri;
  /** Lets go of what was opened for it. */
  readonly close: () => Promise<void>;
}

/** Of a plugin, or of the only one that there is. Undefined where the user chose nothing. */
export async function compareWith(
  other: 'last' | 'choose',
  { recording, plugin }: { readonly recording: RecordingId; readonly plugin?: string | undefined },
  host: HostApi,
): Promise<Compared | undefined> {
  const here = plugin === undefined ? {} : { plugin };
  if (other === 'last') {
    const query = { ...here, other: { recording, ...here } };
    const comparison = await host.request('compare', { recording, query });
    return { comparison, title: vscode.l10n.t('the run before'), close: () => Promise.resolve() };
  }
  const uri = await pickRecording(vscode.l10n.t('Compare with Recording'));
  if (uri === undefined) return undefined;
  const opened: OpenedRecording = await host.request('openRecording', { file: uri.fsPath });
  const close = async (): Promise<void> => {
    // A host process that ended has nothing open.
    await host.request('closeRecording', { recording: opened.id }).catch(() => undefined);
  };
  try {
    const comparison = await host.request('compare', {
      recording,
      query: { ...here, other: { recording: opened.id } },
    });
    return { comparison, title: vscode.workspace.asRelativePath(uri), file: uri, close };
  } catch (error) {
    await close();
    throw error;
  }
}
