/**
 * Recorded WASI calls, the same for every contract: the payload is JSON text `{args, result}`, with
 * u64 as decimal digits and bytes as `{hex}` (`host/boundary.ts`).
 */
import { UserError } from '../errors.ts';
import type { RawRecord } from '../recording/record.ts';
import type { Crossing, NamedValue, Value } from '../values/value.ts';
import { typed, untyped, untypedAsItIs } from './wasi-json.ts';
import { SIGNATURES } from './wasi-signatures.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

interface Call {
  readonly args: readonly unknown[];
  readonly result?: unknown;
}

/** The values of a recorded WASI call; undefined where the payload is not one. Calls without a known signature get generic types. */
export function wasiValues(record: RawRecord): Crossing | undefined {
  const call = callOf(record.payload);
  if (call === undefined) return undefined;
  const signature = SIGNATURES[record.name];
  const params = Object.entries(signature?.params ?? {});
  const args: NamedValue[] = call.args.map((json, index) => {
    const [name, shape] = params[index] ?? [`argument-${index + 1}`, undefined];
    return { name, value: typed(json, shape) };
  });
  const known = call.result === undefined ? undefined : typed(call.result, signature?.result);
  return { arguments: args, ...(known === undefined ? {} : { result: known }) };
}

/** The payload of a WASI call of these values, as {@link wasiValues} gives them for a record of this name. */
export function encodeWasi(name: string, { arguments: args, result }: Crossing): Uint8Array {
  const signature = SIGNATURES[name];
  const params = Object.values(signature?.params ?? {});
  return payloadOf({
    args: args.map((arg, index) => untypedAsItIs(arg.value, params[index], arg.name)),
    ...(result === undefined ? {} : { result: untypedAsItIs(result, signature?.result, 'result') }),
  });
}

/** The payload of a WASI call that was answered with another result; its arguments stay as they are. */
export function editWasiResult(record: RawRecord, result: Value): Uint8Array {
  const call = callOf(record.payload);
  if (call?.result === undefined)
    throw new UserError(
      `${record.name} returns nothing that can be edited.`,
      'Edit another host call, or the event.',
    );
  return payloadOf({ args: call.args, result: untyped(result, SIGNATURES[record.name]?.result, 'result') });
}

function payloadOf(call: Call): Uint8Array {
  return encoder.encode(JSON.stringify(call));
}

function callOf(payload: Uint8Array): Call | undefined {
  try {
    const call: unknown = JSON.parse(decoder.decode(payload));
    if (typeof call !== 'object' || call === null || !('args' in call) || !Array.isArray(call.args))
      return undefined;
    return { args: call.args, ...('result' in call ? { result: call.result } : {}) };
  } catch {
    return undefined;
  }
}
