/** The half of the contract that runs inside the worker: an Extism plugin that is given events and answers with events. */
import type { AdapterContext, ContractAdapter, Outcome } from '../../host/adapter.ts';
import { ExtismAdapter, type Dialect } from '../extism/adapter.ts';
import { encodeWire } from './event.ts';
import { encodeResponse, mushEventOf } from './payloads.ts';
import { readResponse } from './response.ts';

const dialect: Dialect = {
  input: (decoded) => {
    const event = mushEventOf(decoded);
    return event === undefined ? new Uint8Array() : encodeWire(event);
  },
  result: (output = new Uint8Array()): Outcome => {
    const response = readResponse(output);
    if (!response.ok)
      return { ok: false, message: `${response.message}. ${response.advice}`, stateText: undefined };
    const { events, refused } = response;
    return events.length + refused.length === 0
      ? { ok: true }
      : { ok: true, result: encodeResponse(response) };
  },
};

export function holomushAdapter(context: AdapterContext): ContractAdapter {
  return new ExtismAdapter(context, dialect);
}
