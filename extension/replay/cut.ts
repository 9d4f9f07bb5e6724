/** One life out of a recording, as it was recorded. */
import { UserError } from '../errors.ts';
import { headOf, RecordFlag, RecordKind, type RawRecord, type Recording } from '../recording/record.ts';
import type { Life } from './lives.ts';
import type { WrittenLife } from './written.ts';

/** The life as it is to be written. Throws a UserError where its beginning is not in the recording. */
export function cutLife(recording: Recording, life: Life): WrittenLife {
  const recorded = recording.info.plugins[life.plugin];
  if (recorded === undefined || life.continued) {
    throw new UserError(
      `The run of ${recorded?.name ?? 'the plugin'} began before this recording did, so that it could not be replayed`,
      'Restart the plugin, give it events, and save again.',
    );
  }
  const { plugin, artifact, params } = life;
  const end = life.failed
    ? ({ change: 'failed', text: 'Failed' } as const)
    : life.over
      ? ({ change: 'stopped', text: 'Stopped' } as const)
      : undefined;
  return { plugin, recorded, artifact, params, records: recordsOf(recording, life), end };
}

function* recordsOf(recording: Recording, life: Life): Generator<RawRecord> {
  for (const index of life.start) yield recording.at(index);
  const until = Math.min(life.end, recording.count);
  for (let index = life.events[0] ?? until; index < until; index++) {
    const { plugin, kind, flags } = headOf(recording, index);
    const apart = (flags & (RecordFlag.starting | RecordFlag.ending | RecordFlag.rebuilding)) !== 0;
    // What the host counted is of that run, and not of what the plugin does.
    const ofHost = kind === RecordKind.lifecycle || kind === RecordKind.counter;
    if (plugin === life.plugin && !ofHost && !apart) yield recording.at(index);
  }
  for (const index of life.ending) yield recording.at(index);
}
