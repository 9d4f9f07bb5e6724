import { basename } from 'node:path';
import { UserError } from '../errors.ts';
import type { Contract } from '../host/contract.ts';
import { openRecording } from '../recording/reader.ts';
import { headOf, RecordFlag, RecordKind, type Recording } from '../recording/record.ts';
import type { Feed } from './feed.ts';

/**
 * Opens the events of an earlier run, to be fed as they were, byte for byte. Of a recording of several
 * plugins, the events of the first plugin that has any: what the others got came from it, or is not for
 * this plugin.
 *
 * @param repeat how often they are fed, one time after the other
 */
export async function openRecordedEvents(file: string, contract: Contract, repeat = 1): Promise<Feed> {
  using recording = await openRecording(file);
  const [first, ...others] = eventsOf(recording);
  if (first === undefined) {
    throw new UserError(`${file} has no events to feed.`, 'Choose a recording of a run that had an input.');
  }
  const recorded = recording.info.plugins[recording.at(first).plugin]?.contract ?? 'another contract';
  if (recorded !== contract.id) {
    throw new UserError(
      `${file} was recorded with a plugin for ${recorded}, and this one is for ${contract.id}.`,
      'Choose a recording of a plugin for the same contract.',
    );
  }
  return {
    title: `${basename(file)} (recorded${repeat > 1 ? `, ${repeat} times` : ''})`,
    total: (others.length + 1) * repeat,
    async *events() {
      using source = await openRecording(file);
      const indices = eventsOf(source);
      let start: number | undefined;
      let delayMs = 0;
      for (let round = 0; round < repeat; round++) {
        const before = delayMs;
        for (const index of indices) {
          const { name, payload, time } = source.at(index);
          start ??= time;
          delayMs = before + Math.max(0, time - start);
          yield { name, payload: Uint8Array.from(payload), delayMs };
        }
      }
    },
  };
}

/** Indices of the records to feed; inputs that only rebuilt a state were fed before, and parameters are not inputs. */
const NOT_FED = RecordFlag.rebuilding | RecordFlag.control;

function eventsOf(recording: Recording): readonly number[] {
  const indices: number[] = [];
  let plugin: number | undefined;
  for (let index = 0; index < recording.count; index++) {
    const record = headOf(recording, index);
    if (record.kind !== RecordKind.event || (record.flags & NOT_FED) !== 0) continue;
    plugin ??= record.plugin;
    if (record.plugin === plugin) indices.push(index);
  }
  return indices;
}
