import type * as vscode from 'vscode';

import type { PanelRequest, PanelResponse } from './answers.ts';
import type { NotesPlace } from '../recordings/notes.ts';
import type { RecordingId } from '../../host/protocol.ts';
import type { ToPanel } from '../../../webview/protocol.ts';

export type PanelState = Extract<ToPanel, { type: 'state' }>;

/** A recording as a view shows it. The records themselves stay in the host process. */
export interface Shown {
  /** Undefined as long as it is not open. */
  readonly recording: RecordingId | undefined;
  /** Everything that a view has to know before it asks; nothing as long as it is not open. */
  readonly messages: readonly ToPanel[];
  readonly onDidChange: vscode.Event<void>;
  /** Where what is noted in it is kept; undefined as long as it is not open. */
  readonly notes: NotesPlace | undefined;
  answer(request: PanelRequest): Promise<PanelResponse>;
}
