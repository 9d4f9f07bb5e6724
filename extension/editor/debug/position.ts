/** One cursor: where the debugger stands is what trace and timeline select, and the other way round. */
import * as vscode from 'vscode';

import { logError } from '../log.ts';
import { DEBUG_TYPE } from '../names.ts';
import { setContext } from '../settings.ts';
import type { Services } from '../services.ts';

/** What a session says of itself after each stop. */
interface Position {
  /** The trace of the replay, and the record in it. */
  readonly recording: string;
  readonly record: number;
  /** The same in the recording that is replayed. */
  readonly recorded: { readonly recording: string; readonly record: number };
  /** What is other than in the recording; undefined where one stands in no branch. */
  readonly branch?: string;
}

/** Marks what the debugger itself selects. */
const DEBUGGER = Symbol('debugger');

export function followDebugger({ cursor, panels, log }: Services): vscode.Disposable {
  const positions = new Map<string, Position>();
  const show = async (session: vscode.DebugSession, position: Position): Promise<void> => {
    positions.set(session.id, position);
    if (vscode.debug.activeDebugSession?.id !== session.id) return;
    const { recording, record, recorded, branch } = position;
    setContext('hotplug.inBranch', branch !== undefined);
    try {
      const title =
        branch === undefined
          ? vscode.l10n.t('a debug session of {0}', session.name)
          : vscode.l10n.t('a branch, {0}', branch);
      await panels.show(recording, title);
    } catch (error) {
      logError(log, 'Showing the trace of a debug session', error);
    }
    // It has gone on meanwhile.
    if (positions.get(session.id) !== position) return;
    cursor.set(recorded.recording, recorded.record, DEBUGGER);
    cursor.set(recording, record, DEBUGGER);
  };
  const ended = async (session: vscode.DebugSession): Promise<void> => {
    const position = positions.get(session.id);
    positions.delete(session.id);
    if (vscode.debug.activeDebugSession?.type !== DEBUG_TYPE) setContext('hotplug.inBranch', false);
    if (position !== undefined && panels.recording === position.recording) await panels.show('live');
  };
  return vscode.Disposable.from(
    vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
      if (session.type === DEBUG_TYPE && event === 'hotplug/position' && isPosition(body))
        void show(session, body);
    }),
    vscode.debug.onDidChangeActiveDebugSession((session) => {
      const position = session === undefined ? undefined : positions.get(session.id);
      if (session !== undefined && position !== undefined) void show(session, position);
    }),
    vscode.debug.onDidTerminateDebugSession((session) => void ended(session)),
    cursor.onDidSelect(({ recording, record, by }) => {
      const session = vscode.debug.activeDebugSession;
      const position = session === undefined ? undefined : positions.get(session.id);
      if (by === DEBUGGER || session === undefined || position === undefined) return;
      if (recording !== position.recording && recording !== position.recorded.recording) return;
      // What is selected while the replay runs is where the user looks, not where it goes.
      session.customRequest('hotplug/goTo', { recording, record }).then(undefined, () => undefined);
    }),
  );
}

function isPosition(body: unknown): body is Position {
  if (typeof body !== 'object' || body === null) return false;
  const position: Partial<Record<keyof Position, unknown>> = body;
  const { recording, record, recorded } = position;
  return (
    typeof recording === 'string' &&
    typeof record === 'number' &&
    typeof recorded === 'object' &&
    recorded !== null &&
    'recording' in recorded &&
    'record' in recorded
  );
}
