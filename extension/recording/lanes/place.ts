import type { FlowEnd, LaneKind } from '../query.ts';
import { headOf, RecordFlag, RecordKind } from '../record.ts';
import type { RecordHead, Recording } from '../record.ts';
import type { LaneData } from './lane.ts';
import { shownName } from './names.ts';
import type { LaneScan } from './scan.ts';

/** Where a record is drawn; undefined where it is not. */
export function placeOf(recording: Recording, scan: LaneScan, record: number): FlowEnd | undefined {
  if (!Number.isInteger(record) || record < 0 || record >= recording.count) return undefined;
  const head = headOf(recording, record);
  const plugin = shownName(recording.info.plugins[head.plugin]?.name ?? '');
  for (const kind of kindsOf(head)) {
    for (const lane of scan.lanesOf(head.plugin, kind)) {
      const found = findIn(lane, record);
      if (found === undefined) continue;
      return { record, time: found.time, plugin, lane: lane.id, row: found.row };
    }
  }
  return undefined;
}

/** Where a record is looked for, the best place first. */
function kindsOf({ kind, flags }: RecordHead): readonly LaneKind[] {
  switch (kind) {
    case RecordKind.event:
    case RecordKind.call:
      return ['calls'];
    case RecordKind.hostCall:
      return (flags & RecordFlag.log) !== 0 ? ['logs', 'calls'] : ['telemetry', 'calls'];
    case RecordKind.output:
      return ['logs'];
    case RecordKind.lifecycle:
    case RecordKind.counter:
      return ['lifecycle'];
    case RecordKind.memory:
      return [];
  }
}

function findIn(lane: LaneData, record: number): { readonly time: number; readonly row: number } | undefined {
  for (const [row, track] of lane.tracks().entries()) {
    const entry = track.entryOf(record);
    if (entry >= 0) return { time: track.pyramid.fromOf(entry), row };
    for (const open of lane.open)
      if (open.record === record && open.track === track) return { time: open.from, row };
  }
  return undefined;
}
