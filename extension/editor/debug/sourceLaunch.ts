/** How VS Code's JavaScript debugger is started on a replay. Knows nothing of VS Code. */
import { join } from 'node:path';

/** Milliseconds that the debugger gets to read debug information and to set its breakpoints. */
const WAIT_MS = 2000;

export interface SourceLaunch {
  readonly name: string;
  /** A file; a copy of it where the run is not over. */
  readonly recording: string;
  /** Name of the plugin in the recording; its only one where absent. */
  readonly plugin?: string | undefined;
  /** The component, with debug information. */
  readonly component: string;
  /** Folder of the project. */
  readonly folder: string;
  /** Folder of Hotplug's own bundles. */
  readonly dist: string;
  /** What runs Node programs: Node, or the editor itself. */
  readonly executable: string;
}

/** The launch configuration: Hotplug's own command line, replaying for a debugger. */
export function sourceLaunch(launch: SourceLaunch): Readonly<Record<string, unknown>> & {
  readonly type: string;
  readonly name: string;
  readonly request: string;
} {
  const { name, recording, plugin, component, folder, dist, executable } = launch;
  return {
    type: 'node',
    request: 'launch',
    name,
    program: join(dist, 'cli.js'),
    args: [
      'replay',
      recording,
      '--against',
      component,
      ...(plugin === undefined ? [] : ['--plugin', plugin]),
      '--source-level',
      '--wait',
      String(WAIT_MS),
    ],
    cwd: folder,
    runtimeExecutable: executable,
    env: { ELECTRON_RUN_AS_NODE: '1', NO_COLOR: '1' },
    // A free port, and --inspect-brk: packaged editors do not take the NODE_OPTIONS that are used otherwise.
    attachSimplePort: 0,
    console: 'internalConsole',
    internalConsoleOptions: 'openOnSessionStart',
    outputCapture: 'std',
    skipFiles: ['<node_internals>/**', `${dist.replaceAll('\\', '/')}/**`],
    // Nothing of the project is compiled to JavaScript: its folders need not be searched.
    outFiles: [],
  };
}
