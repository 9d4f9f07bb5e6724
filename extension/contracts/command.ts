/** Command lines that give a plugin an event again: `hotplug run` in the plugin's project. */
import type { EncodedEvent, EventJson } from '../host/contract.ts';
import { RecordFlag, RecordKind, type RawRecord } from '../recording/record.ts';

const RUN = ['hotplug', 'run', '--development'] as const;
/** Characters of one argument: Linux takes no more than 128 KiB, of which a character may need several. */
const LONGEST = 32_000;

/**
 * `hotplug run --event JSON`, with the event in the form that `decode` gives it. Undefined for other records, and
 * for what is too long for a command line.
 */
export function eventCommand(
  record: RawRecord,
  decode: (event: EncodedEvent) => EventJson | undefined,
): readonly string[] | undefined {
  const event = eventOf(record, decode);
  if (event === undefined || Object.keys(event).length === 0) return undefined;
  return withoutZeros([...RUN, '--event', JSON.stringify(event)]);
}

/** `hotplug run --call EXPORT --args …`, which prints what the call gives; where its arguments are texts. */
export function callCommand(
  record: RawRecord,
  decode: (event: EncodedEvent) => { readonly call: string; readonly args: readonly string[] } | undefined,
): readonly string[] | undefined {
  const event = eventOf(record, decode);
  if (event === undefined) return undefined;
  // In one word: an argument may begin with a dash.
  return withoutZeros([...RUN, `--call=${event.call}`, ...event.args.map((text) => `--args=${text}`)]);
}

function eventOf<T>(record: RawRecord, decode: (event: EncodedEvent) => T): T | undefined {
  if (record.kind !== RecordKind.event || (record.flags & RecordFlag.control) !== 0) return undefined;
  if (record.payload.length > LONGEST) return undefined;
  try {
    return decode({ name: record.name, payload: record.payload });
  } catch {
    // What cannot be read cannot be written again.
    return undefined;
  }
}

/** Arguments that are too long for a command line, or that none can have, are not given. */
function withoutZeros(words: readonly string[]): readonly string[] | undefined {
  return words.some((word) => word.length > LONGEST || word.includes('\0')) ? undefined : words;
}
