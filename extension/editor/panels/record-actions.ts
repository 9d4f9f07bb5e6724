/** What can be done with one record of a recording: debug from it, make a test of it, stop there. */
import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import { Command } from '../names.ts';
import type { HostApi, RecordingId } from '../../host/protocol.ts';
import type { RecordDetail } from '../../recording/query.ts';
import type { RecordAction } from '../../../webview/protocol.ts';
import type { Running } from '../running.ts';
import { requireTrust } from '../trust.ts';

/** The recording that the record is of. */
export interface ActedOn {
  readonly recording: RecordingId;
  /** Its file; undefined for the live recording and for replays. */
  readonly file?: vscode.Uri;
}

export async function actOnRecord(
  action: RecordAction,
  on: ActedOn,
  record: number,
  {
    host,
    running,
    makeTest,
  }: {
    readonly host: HostApi;
    readonly running: Running;
    readonly makeTest: (recording: vscode.Uri, plugin: string) => Promise<void>;
  },
): Promise<void> {
  requireTrust('debug recordings');
  const detail = await host.request('detail', { recording: on.recording, record });
  switch (action) {
    case 'replayFrom':
      await debugFrom(on, detail, running);
      break;
    case 'makeTest':
      if (on.file !== undefined) await makeTest(on.file, detail.plugin);
      else if (on.recording === 'live')
        await vscode.commands.executeCommand(Command.saveRecordingAsTest, folderOf(detail, running));
      else {
        throw new UserError(
          vscode.l10n.t('This is a replay, which is on no disk'),
          vscode.l10n.t('Make a test of the recording that is replayed.'),
        );
      }
      break;
    case 'breakHere':
      vscode.debug.addBreakpoints([breakpointAt(detail)]);
      break;
  }
}

/** A breakpoint of the debugger of recordings that holds at this event, or at this host call of it. */
function breakpointAt(detail: RecordDetail): vscode.FunctionBreakpoint {
  const { kind, name, event } = detail;
  if (event === 0) {
    throw new UserError(
      vscode.l10n.t('This record belongs to no event'),
      vscode.l10n.t(
        'The debugger stops at events and at the host calls that they lead to: choose one of these.',
      ),
    );
  }
  const isHostCall = kind === 'hostCall' || kind === 'effect' || kind === 'telemetry';
  return new vscode.FunctionBreakpoint(isHostCall ? name : 'event', true, `event.number == ${event}`);
}

function folderOf({ plugin }: RecordDetail, running: Running): string | undefined {
  return running.named(plugin)?.folder;
}

/** Starts a debug session that stands at the record at once. */
async function debugFrom(
  { recording, file }: ActedOn,
  detail: RecordDetail,
  running: Running,
): Promise<void> {
  const { event, plugin } = detail;
  if (event === 0)
    throw new UserError(
      vscode.l10n.t('This record belongs to no event'),
      vscode.l10n.t('Choose an event, or a call of one.'),
    );
  const folder = folderOf(detail, running);
  if (file === undefined && folder === undefined) {
    throw new UserError(
      vscode.l10n.t('{0} does not run in this window', plugin),
      vscode.l10n.t('Save the recording and open it, then debug that.'),
    );
  }
  const where = vscode.workspace.getWorkspaceFolder(file ?? vscode.Uri.file(folder ?? ''));
  await vscode.debug.startDebugging(where, {
    type: 'hotplug',
    request: 'launch',
    name: vscode.l10n.t('{0} from event {1}', plugin, event),
    recording: file?.fsPath ?? recording,
    plugin,
    ...(folder === undefined ? {} : { project: folder }),
    record: detail.record,
  });
}
