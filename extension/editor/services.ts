import type * as vscode from 'vscode';

import type { Calls } from './calls/calls.ts';
import type { Configurations } from './config/configurations.ts';
import type { EventConsole } from './console/console.ts';
import type { Cursor } from './cursor.ts';
import type { Failures } from './failures.ts';
import type { Library } from './library/library.ts';
import type { PanelTargets } from './panels/actions.ts';
import type { Switch } from './panels/switch.ts';
import type { Notes } from './recordings/notes.ts';
import type { Projects } from './projects.ts';
import type { Replays } from './replays/replays.ts';
import type { Running } from './running.ts';
import type { Tasks } from './tasks.ts';
import type { Telemetry } from './telemetry.ts';
import type { Tests } from './tests/tests.ts';
import type { HostApi } from '../host/protocol.ts';

/** What the commands work with. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly projects: Projects;
  readonly tasks: Tasks;
  readonly running: Running;
  /** The last replay after a reload of each plugin. */
  readonly replays: Replays;
  readonly tests: Tests;
  readonly calls: Calls;
  readonly eventConsole: EventConsole;
  /** The forms for the configuration of plugins that say what there is to configure. */
  readonly configurations: Configurations;
  /** The plugins of Chipmunk's folder and of the workspace. */
  readonly library: Library;
  readonly failures: Failures;
  /** The record that is selected in each recording. */
  readonly cursor: Cursor;
  /** What trace and timeline in the panel area show. */
  readonly panels: Switch;
  /** The views that the commands of the panels' keys go to. */
  readonly targets: PanelTargets;
  /** The collector that the live recording is sent to. */
  readonly telemetry: Telemetry;
  /** What is noted in recordings. */
  readonly notes: Notes;
  readonly host: HostApi;
}
