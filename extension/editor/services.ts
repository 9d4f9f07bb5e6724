import type * as vscode from 'vscode';

import type { Failures } from './failures.ts';
import type { Live } from './panels/live.ts';
import type { Projects } from './projects.ts';
import type { Running } from './running.ts';
import type { Tasks } from './tasks.ts';
import type { HostApi } from '../host/protocol.ts';

/** What the commands work with. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly projects: Projects;
  readonly tasks: Tasks;
  readonly running: Running;
  readonly failures: Failures;
  readonly live: Live;
  readonly host: HostApi;
}
