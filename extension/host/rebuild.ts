import { RecordFlag, RecordKind, type Recording } from '../recording/record.ts';
import type { Instance } from './instance.ts';

export interface RebuildRequest {
  readonly recording: Recording;
  /** Index of the plugin in the recording. */
  readonly plugin: number;
  /** The records among which its inputs are: from the first one of the present state up to, not including, `to`. */
  readonly from: number;
  readonly to: number;
}

/**
 * Replays the inputs since the state began into a new instance that runs; nothing that it does is
 * recorded or sent. Resolves with how many they were, once the last one is answered or the instance
 * has ended.
 */
export async function rebuildState(
  instance: Instance,
  { recording, plugin, from, to }: RebuildRequest,
): Promise<number> {
  let count = 0;
  let last = 0;
  for (let index = from; index < to; index++) {
    const record = recording.at(index);
    if (record.kind !== RecordKind.event || record.plugin !== plugin) continue;
    const control = record.flags & RecordFlag.control;
    while (instance.alive && !instance.offer(record.name, record.event, record.payload, 'rebuild', control))
      await moment();
    last = record.event;
    count++;
  }
  while (instance.alive && last !== 0 && (instance.taken !== last || instance.callAge() > 0)) await moment();
  return count;
}

function moment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
