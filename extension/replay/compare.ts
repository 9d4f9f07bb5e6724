/** Compares what a plugin did with one event in a recording and in a replay. */
import type { Contract } from '../host/contract.ts';
import {
  headOf,
  CallStatus,
  RecordFlag,
  RecordKind,
  type RawRecord,
  type Recording,
} from '../recording/record.ts';
import { diffValues } from '../values/diff.ts';
import { crossingRecord, type Value } from '../values/value.ts';
import { printValue } from '../values/wave.ts';
import { align, type Pair } from './align.ts';
import { outcomeOf, type Group } from './lives.ts';
import type { Difference } from './types.ts';

/** What happened with an event, and in which recording. */
export interface Side {
  readonly recording: Recording;
  readonly group: Group;
}

/** Elements of a list that a difference shows. */
const SHOWN = 32;
const decoder = new TextDecoder();

/** A record that is kept while others are read. */
type Kept = RawRecord & { readonly index: number };

/** Every difference in what was done with one event; none where the two sides are the same, byte for byte. */
export function compareGroups(expected: Side, actual: Side, contract: Contract): readonly Difference[] {
  if (sameGroups(expected, actual)) return [];
  const { event } = expected.group;
  return [
    ...compareCalls(event, keep(expected), keep(actual), contract),
    ...compareOutput(event, keep(expected), keep(actual)),
    ...compareOutcome(event, expected, actual, contract),
  ];
}

/** Whether both did the same: the same records with the same bytes, whatever time they took. */
function sameGroups(expected: Side, actual: Side): boolean {
  const { records, call } = expected.group;
  const { records: others, call: otherCall } = actual.group;
  if (records.length !== others.length || (call === undefined) !== (otherCall === undefined)) return false;
  for (let at = 0; at < records.length; at++) {
    const one = expected.recording.at(records[at] ?? 0);
    const other = actual.recording.at(others[at] ?? 0);
    if (
      one.kind !== other.kind ||
      one.name !== other.name ||
      Buffer.compare(one.payload, other.payload) !== 0
    )
      return false;
  }
  return sameOutcome(expected, actual);
}

function sameOutcome(expected: Side, actual: Side): boolean {
  const one = outcomeOf(expected.recording, expected.group);
  const other = outcomeOf(actual.recording, actual.group);
  if (one?.status !== other?.status || one?.text !== other?.text) return false;
  return sameBytes(one?.result, other?.result);
}

function sameBytes(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Buffer.compare(one, other) === 0;
}

function keep({ recording, group }: Side): readonly Kept[] {
  return group.records.map((index) => {
    const record = recording.at(index);
    return { ...record, payload: record.payload.slice(), index };
  });
}

function compareCalls(
  event: number,
  expected: readonly Kept[],
  actual: readonly Kept[],
  contract: Contract,
): readonly Difference[] {
  const calls = (records: readonly Kept[]): readonly Kept[] =>
    records.filter(({ kind }) => kind === RecordKind.hostCall);
  const pairs = align(calls(expected), calls(actual), sameCall, ({ name }) => name);
  const moved = movedPairs(pairs);
  return pairs.flatMap((pair): readonly Difference[] => {
    const { expected: one, actual: other } = pair;
    const partner = moved.get(pair);
    if (partner === 'second') return [];
    if (partner !== undefined) {
      return [
        {
          event,
          kind: 'order',
          name: partner.expected.name,
          expected: callText(partner.expected, contract),
          actual: callText(partner.actual, contract),
          expectedRecord: partner.expected.index,
          actualRecord: partner.actual.index,
        },
      ];
    }
    if (one !== undefined && other !== undefined) return compareCall(event, one, other, contract);
    if (one !== undefined) {
      return [
        {
          event,
          kind: 'missing',
          name: one.name,
          expected: callText(one, contract),
          expectedRecord: one.index,
        },
      ];
    }
    if (other === undefined) return [];
    return [
      {
        event,
        kind: 'added',
        name: other.name,
        actual: callText(other, contract),
        actualRecord: other.index,
      },
    ];
  });
}

function sameCall(one: Kept, other: Kept): boolean {
  return one.name === other.name && Buffer.compare(one.payload, other.payload) === 0;
}

interface Moved {
  readonly expected: Kept;
  readonly actual: Kept;
}

/** Calls that one side makes earlier than the other: a missing one and an added one that are the same. */
function movedPairs(pairs: readonly Pair<Kept>[]): ReadonlyMap<Pair<Kept>, Moved | 'second'> {
  const moved = new Map<Pair<Kept>, Moved | 'second'>();
  const added = pairs.filter((pair) => pair.expected === undefined);
  for (const pair of pairs) {
    const { expected, actual } = pair;
    if (expected === undefined || actual !== undefined) continue;
    const at = added.findIndex((other) => other.actual !== undefined && sameCall(expected, other.actual));
    const [twin] = at < 0 ? [] : added.splice(at, 1);
    if (twin?.actual === undefined) continue;
    moved.set(pair, { expected, actual: twin.actual });
    moved.set(twin, 'second');
  }
  return moved;
}

function compareCall(event: number, one: Kept, other: Kept, contract: Contract): readonly Difference[] {
  if (Buffer.compare(one.payload, other.payload) === 0) return [];
  const base = {
    event,
    kind: 'argument',
    name: one.name,
    expectedRecord: one.index,
    actualRecord: other.index,
  } as const;
  const before = contract.values(one);
  const after = contract.values(other);
  const fields =
    before === undefined || after === undefined
      ? []
      : diffValues(crossingRecord(before), crossingRecord(after), '');
  if (fields.length > 0) return fields.map((field) => ({ ...base, ...field }));
  return [{ ...base, expected: hex(one.payload), actual: hex(other.payload) }];
}

/** A host call with its arguments and its result: `send-output(pin-name: "out", …) -> ok`. */
export function callText(record: RawRecord, contract: Contract): string {
  const crossing = contract.values(record);
  if (crossing === undefined) return `${record.name}(${hex(record.payload)})`;
  const args = crossing.arguments.map(({ name, value }) => `${name}: ${printValue(value, { most: SHOWN })}`);
  const result = crossing.result === undefined ? '' : ` -> ${printValue(crossing.result, { most: SHOWN })}`;
  return `${record.name}(${args.join(', ')})${result}`;
}

function compareOutput(
  event: number,
  expected: readonly Kept[],
  actual: readonly Kept[],
): readonly Difference[] {
  return (['stdout', 'stderr'] as const).flatMap((stream): readonly Difference[] => {
    const one = written(expected, stream);
    const other = written(actual, stream);
    if (one.text === other.text) return [];
    return [
      {
        event,
        kind: 'output',
        name: stream,
        expected: one.text,
        actual: other.text,
        ...(one.index === undefined ? {} : { expectedRecord: one.index }),
        ...(other.index === undefined ? {} : { actualRecord: other.index }),
      },
    ];
  });
}

function written(records: readonly Kept[], stream: string): { text: string; index: number | undefined } {
  const parts = records.filter(({ kind, name }) => kind === RecordKind.output && name === stream);
  return { text: parts.map(({ payload }) => decoder.decode(payload)).join(''), index: parts[0]?.index };
}

function compareOutcome(
  event: number,
  expected: Side,
  actual: Side,
  contract: Contract,
): readonly Difference[] {
  if (sameOutcome(expected, actual)) return [];
  const base = {
    event,
    kind: 'result',
    name: exportOf(expected, contract),
    ...(expected.group.call === undefined ? {} : { expectedRecord: expected.group.call }),
    ...(actual.group.call === undefined ? {} : { actualRecord: actual.group.call }),
  } as const;
  const before = resultOf(expected, contract);
  const after = resultOf(actual, contract);
  const fields = before === undefined || after === undefined ? [] : diffValues(before, after, RESULT);
  if (fields.length > 0) return fields.map((field) => ({ ...base, ...field }));
  return [{ ...base, expected: outcomeText(expected, contract), actual: outcomeText(actual, contract) }];
}

/** Where the differences of results are. */
const RESULT = 'result';

/** What the export call gave; undefined where it gave nothing, failed or never came back. */
export function resultOf({ recording, group }: Side, contract: Contract): Value | undefined {
  return group.call === undefined ? undefined : contract.values(recording.at(group.call))?.result;
}

/** The export that the event of a group goes to. */
export function exportOf({ recording, group }: Side, contract: Contract): string {
  if (group.call !== undefined) return headOf(recording, group.call).name;
  const event = group.first === undefined ? undefined : headOf(recording, group.first);
  if (event === undefined) return '';
  return (event.flags & RecordFlag.control) !== 0 ? event.name : contract.exportOf(event.name);
}

/** How an export call ended, in a word or a sentence: `ok` or its result, `err("…")`, `trap: …`, `no answer`. */
export function outcomeText(side: Side, contract: Contract): string {
  const outcome = outcomeOf(side.recording, side.group);
  if (outcome === undefined) return 'no answer';
  switch (outcome.status) {
    case CallStatus.ok: {
      const result = resultOf(side, contract);
      return result === undefined ? 'ok' : printValue(result, { most: SHOWN });
    }
    case CallStatus.error:
      return `err(${JSON.stringify(outcome.text)})`;
    case CallStatus.trap:
      return `trap: ${outcome.text}`;
  }
}

function hex(bytes: Uint8Array): string {
  const shown = Buffer.from(bytes.subarray(0, SHOWN)).toString('hex');
  return bytes.length > SHOWN ? `${shown}… (${bytes.length} bytes)` : shown;
}

/** True where something in these records was redacted, so that a replay cannot be expected to do the same. */
export function isRedacted({ recording, group }: Side, event: number): boolean {
  return [event, ...group.records].some(
    (index) => (headOf(recording, index).flags & RecordFlag.redacted) !== 0,
  );
}
