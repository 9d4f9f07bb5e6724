/** What the names of an expression mean at a place. */
import type { Contract } from '../../host/contract.ts';
import type { RawRecord } from '../../recording/record.ts';
import { crossingRecord, type NamedValue, type Value } from '../../values/value.ts';
import type { Difference } from '../types.ts';

/** What stands at a place. */
export interface Here {
  readonly event: RawRecord;
  /** The host call; undefined where one does not stand at one. */
  readonly hostCall?: RawRecord | undefined;
  /** How the event's call ended: `ok`, `err("…")`, `trap: …`. */
  readonly outcome?: string | undefined;
  /** What the event's call gave, at its end. */
  readonly result?: Value | undefined;
  readonly difference?: Difference | undefined;
}

/**
 * `event` and `call` are the event and the host call as a whole; their parts are names, too, the host
 * call's before the event's.
 */
export function recordsOf(here: Here, contract: Contract): readonly Value[] {
  const event = eventRecord(here.event, contract);
  const call = here.hostCall === undefined ? undefined : callRecord(here.hostCall, contract);
  const whole: NamedValue[] = [{ name: 'event', value: event }];
  if (call !== undefined) whole.push({ name: 'call', value: call });
  if (here.outcome !== undefined)
    whole.push({ name: 'outcome', value: { type: 'string', value: here.outcome } });
  if (here.result !== undefined) whole.push({ name: 'result', value: here.result });
  if (here.difference !== undefined)
    whole.push({ name: 'difference', value: differenceRecord(here.difference) });
  const all: Value = { type: 'record', fields: whole };
  return call === undefined ? [all, event] : [all, call, event];
}

/** An event: its number, then its arguments. */
function eventRecord(event: RawRecord, contract: Contract): Extract<Value, { type: 'record' }> {
  const number: Value = { type: 'u32', value: event.event };
  return {
    type: 'record',
    fields: [{ name: 'number', value: number }, ...(contract.values(event)?.arguments ?? [])],
  };
}

function callRecord(call: RawRecord, contract: Contract): Value {
  const crossing = contract.values(call);
  const fields = crossing === undefined ? [] : crossingRecord(crossing).fields;
  return {
    type: 'record',
    fields: [{ name: 'name', value: { type: 'string', value: call.name } }, ...fields],
  };
}

function differenceRecord({ kind, name, path, expected, actual }: Difference): Value {
  const text = (field: string, value: string | undefined): readonly NamedValue[] =>
    value === undefined ? [] : [{ name: field, value: { type: 'string', value } }];
  return {
    type: 'record',
    fields: [
      ...text('kind', kind),
      ...text('name', name),
      ...text('path', path),
      ...text('expected', expected),
      ...text('actual', actual),
    ],
  };
}
