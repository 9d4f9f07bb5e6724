import type { PluginStatus } from '../../extension/host/protocol.ts';
import type { FailureReport } from '../../extension/host/report.ts';
import type { Project } from '../../extension/project/project.ts';

/** A plugin that runs, with what a test wants different. */
export function status(changes: Partial<PluginStatus> = {}): PluginStatus {
  return {
    id: 'gain-1',
    name: 'gain',
    folder: '/home/me/gain',
    contract: 'streamkit',
    language: 'rust',
    state: 'running',
    stateText: 'Running',
    memoryBytes: 1_572_864,
    callsPerSecond: 50,
    events: 120,
    waiting: 0,
    reloads: 0,
    findings: [],
    ...changes,
  };
}

export function project(changes: Partial<Project> = {}): Project {
  return {
    folder: '/home/me/gain',
    name: 'gain',
    contract: 'streamkit',
    language: 'rust',
    recognisedBy: 'hotplug.json',
    config: {},
    ...changes,
  };
}

export function report(changes: Partial<FailureReport> = {}): FailureReport {
  return {
    kind: 'trap',
    what: 'The plugin panicked',
    advice: 'Correct it and save.',
    stateText: 'Failed: Runtime error: Plugin process failed: panicked',
    call: 'process',
    event: { number: 3, name: 'in', summary: '960 samples', record: 17 },
    stderr: "thread 'main' panicked at src/lib.rs:12:5:\nno samples\n",
    frames: [
      { function: 'core::panicking::panic', file: '/rustc/abc/library/core/src/panicking.rs', line: 60 },
      { function: 'gain::process', file: '/home/me/gain/src/lib.rs', line: 12, column: 5 },
    ],
    hostCalls: ['log info "start"'],
    ...changes,
  };
}
