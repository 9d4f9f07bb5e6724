import { importedDescribers } from '../imports/describe.ts';
import { IMPORTED } from '../imports/payload.ts';
import type { Describers } from '../recording/describe.ts';
import type { RawRecord, Recording } from '../recording/record.ts';
import type { Contract } from './contract.ts';

/** What the contracts of a recording's plugins know of its records; nothing is known of those of other contracts. */
export function describersOf(
  recording: Recording,
  contracts: Readonly<Record<string, Contract>>,
): Describers {
  if (recording.info.contract === IMPORTED) return importedDescribers;
  const contractOf = (record: RawRecord): Contract | undefined => {
    const contract = recording.info.plugins[record.plugin]?.contract;
    return contract === undefined ? undefined : contracts[contract];
  };
  return {
    describe: (record) => contractOf(record)?.describe(record),
    wordingOf: (head) => contracts[recording.info.plugins[head.plugin]?.contract ?? '']?.wording?.(head),
    telemetry: (record) => contractOf(record)?.telemetry(record),
    level: (record) => contractOf(record)?.level?.(record),
    links: (record) => contractOf(record)?.links?.(record),
    values: (record) => contractOf(record)?.values(record),
    command: (record) => contractOf(record)?.command?.(record),
  };
}
