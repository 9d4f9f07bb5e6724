/** What a plugin did with an event, as text for people: the two sides of a diff. */
import type { Contract } from '../host/contract.ts';
import type { ReplayText } from '../host/protocol.ts';
import { CallStatus, decodeCall, RecordKind, type RawRecord, type Recording } from '../recording/record.ts';
import { printValue } from '../values/wave.ts';
import { exportOf, outcomeText } from './compare.ts';
import type { Group } from './lives.ts';
import type { Difference } from './types.ts';

/** Elements of a list that are written out. */
const SHOWN = 64;
const decoder = new TextDecoder();

/**
 * The event, then each host call and each output, then how its call ended; a field of a value on a
 * line of its own. Calls among the records are those of the start and the end of a life.
 */
export function transcriptOf(recording: Recording, group: Group, contract: Contract): string {
  const lines: string[] = [];
  if (group.first !== undefined) {
    const event = recording.at(group.first);
    lines.push(`event ${event.event} ${event.name}`);
    for (const { name, value } of contract.values(event)?.arguments ?? [])
      lines.push(`  ${name}: ${indented(printValue(value, { most: SHOWN, lines: true, plainJson: true }))}`);
    lines.push('');
  }
  for (const index of group.records) {
    const record = recording.at(index);
    if (record.kind === RecordKind.output) {
      const text = decoder.decode(record.payload.slice()).trimEnd();
      lines.push(`${record.name}: ${text.replaceAll('\n', `\n${' '.repeat(record.name.length + 2)}`)}`);
    } else if (record.kind === RecordKind.call) {
      lines.push(`${record.name} -> ${answerOf(record)}`);
    } else if (record.kind === RecordKind.hostCall) {
      const crossing = contract.values(record);
      lines.push(record.name);
      for (const { name, value } of crossing?.arguments ?? [])
        lines.push(
          `  ${name}: ${indented(printValue(value, { most: SHOWN, lines: true, plainJson: true }))}`,
        );
      if (crossing?.result !== undefined)
        lines.push(
          `  -> ${indented(printValue(crossing.result, { most: SHOWN, lines: true, plainJson: true }))}`,
        );
    }
  }
  if (group.first !== undefined) {
    const side = { recording, group };
    lines.push(`${exportOf(side, contract)} -> ${outcomeText(side, contract)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Lists are written out up to a length: differences behind it, as each side has them. */
export function furtherDifferences(differences: readonly Difference[]): ReplayText {
  const further = differences.filter(({ path }) =>
    [...(path ?? '').matchAll(/\[(\d+)\]/g)].some(([, index]) => Number(index) >= SHOWN),
  );
  if (further.length === 0) return { expected: '', actual: '' };
  const side = (value: (difference: Difference) => string | undefined): string =>
    [
      'further on:',
      ...further.map((one) => `  ${one.name} ${one.path ?? ''}: ${value(one) ?? 'nothing'}`),
      '',
    ].join('\n');
  return { expected: side(({ expected }) => expected), actual: side(({ actual }) => actual) };
}

/** How a call ended that is no event's; what it answered where that is known, which is JSON. */
function answerOf({ payload }: RawRecord): string {
  const { status, text } = decodeCall(payload);
  if (text === '') return status === CallStatus.ok ? 'ok' : 'failed';
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text; // A trap's message.
  }
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
