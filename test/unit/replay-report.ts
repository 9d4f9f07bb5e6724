import type { Difference, ReplayReport } from '../../extension/replay/types.ts';

/** A difference in an argument, with what a test wants different. */
export function difference(changes: Partial<Difference> = {}): Difference {
  return {
    event: 17,
    kind: 'argument',
    name: 'send-output',
    path: 'packet.samples[0]',
    expected: '0.5',
    actual: '0.25',
    ...changes,
  };
}

/** A report in which this many of the events differ, with what a test wants different. */
export function replayReport(different: number, changes: Partial<ReplayReport> = {}): ReplayReport {
  const differences = Array.from({ length: different }, (_, index) => difference({ event: 17 + index }));
  return {
    plugin: 'gain',
    life: 0,
    artifact: { recorded: 'aa', replayed: 'bb' },
    events: { total: 400, same: 400 - different, different, notReplayed: 0 },
    differences,
    differenceCount: differences.length,
    unrecorded: 0,
    cost: {
      recorded: { callMs: 12.34, hostCalls: 800, memoryBytes: 1_572_864 },
      replayed: { callMs: 8.125, hostCalls: 803, memoryBytes: 1_638_400 },
    },
    notes: [],
    durationMs: 90,
    ...changes,
  };
}
