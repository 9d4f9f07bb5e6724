import { RecordFlag, RecordKind, type RawRecord, type Recording } from '../recording/record.ts';
import { encodeAnswers, type NamedAnswer, type ReplayAnswers } from './answers.ts';
import type { Contract } from './contract.ts';
import type { Instance } from './instance.ts';

/** How an instance is answered that may be rebuilt: from the recording where it has an answer, else as always. */
export const REBUILDABLE: ReplayAnswers = {
  unrecorded: 'live',
  start: new Uint8Array(),
  checkpoints: false,
};

export interface RebuildRequest {
  readonly recording: Recording;
  /** Index of the plugin in the recording. */
  readonly plugin: number;
  /** The records among which its inputs are: from the first one of the present state up to, not including, `to`. */
  readonly from: number;
  readonly to: number;
}

/** An input with the answers that its host calls got. */
interface Input {
  readonly record: RawRecord;
  readonly answers: NamedAnswer[];
}

/**
 * Replays the inputs since the state began into a new instance that runs; its host calls, clocks and
 * random numbers are answered as they were, and nothing that it does is recorded or sent. Resolves
 * with how many they were, once the last one is answered or the instance has ended.
 */
export async function rebuildState(
  instance: Instance,
  { recording, plugin, from, to }: RebuildRequest,
  contract: Pick<Contract, 'answerOf'>,
): Promise<number> {
  let count = 0;
  let last = 0;
  const hand = async ({ record, answers }: Input): Promise<void> => {
    const { name, event, payload } = record;
    const control = record.flags & RecordFlag.control;
    const encoded = encodeAnswers(answers);
    while (instance.alive && answers.length > 0 && !instance.offerAnswers(encoded)) await moment();
    while (instance.alive && !instance.offer(name, event, payload, 'rebuild', control)) await moment();
    last = event;
    count++;
  };
  let input: Input | undefined;
  for (let index = from; index < to; index++) {
    const record = recording.at(index);
    if (record.plugin !== plugin) continue;
    if (record.kind === RecordKind.event) {
      if (input !== undefined) await hand(input);
      input = { record: { ...record, payload: record.payload.slice() }, answers: [] };
    } else if (record.kind === RecordKind.hostCall && record.event === input?.record.event) {
      const answer = contract.answerOf(record);
      if (answer !== undefined)
        input.answers.push({ name: record.name, key: answer.key, bytes: answer.bytes.slice() });
    }
  }
  if (input !== undefined) await hand(input);
  while (instance.alive && last !== 0 && (instance.taken !== last || instance.callAge() > 0)) await moment();
  return count;
}

function moment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1));
}
