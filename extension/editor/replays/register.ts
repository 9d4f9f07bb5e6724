import * as vscode from 'vscode';

import type { Running } from '../running.ts';
import { registerReplayDocuments } from './documents.ts';
import { registerHandlerLenses } from './lens.ts';
import type { Replays } from './replays.ts';
import { createReplayStatus } from './statusItem.ts';
import type { HostApi } from '../../host/protocol.ts';

/** Everything that tells of replays but the trees and panels that tell of other things, too. */
export function registerReplays(replays: Replays, running: Running, host: HostApi): vscode.Disposable {
  return vscode.Disposable.from(
    createReplayStatus(replays),
    registerHandlerLenses(running, replays),
    registerReplayDocuments(replays, host),
  );
}
