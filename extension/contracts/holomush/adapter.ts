/** The half of the contract that runs inside the worker: an Extism plugin that is given events and answers with events. */
import type { AdapterContext, ContractAdapter, Outcome } from '../../host/adapter.ts';
import { RecordFlag, RecordKind } from '../../recording/record.ts';
import { ExtismAdapter, failed, type Dialect } from '../extism/adapter.ts';
import { encodeWire } from './event.ts';
import { EMIT, encodeEmit, encodeRefused, mushEventOf } from './payloads.ts';
import { readResponse } from './response.ts';

const dialect: Dialect = {
  input: (decoded) => {
    const event = mushEventOf(decoded);
    return event === undefined ? new Uint8Array() : encodeWire(event);
  },
  result: (output = new Uint8Array(), boundary): Outcome => {
    const response = readResponse(output);
    if (!response.ok) return failed(`${response.message}. ${response.advice}`);
    const name = boundary.name(EMIT);
    for (const event of response.events)
      boundary.record(RecordKind.hostCall, RecordFlag.effect, name, encodeEmit(event));
    const { refused } = response;
    return refused.length === 0 ? { ok: true } : { ok: true, result: encodeRefused(refused) };
  },
};

export function holomushAdapter(context: AdapterContext): ContractAdapter {
  return new ExtismAdapter(context, dialect);
}
