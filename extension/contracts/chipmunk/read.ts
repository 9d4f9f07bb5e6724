/** Calls of a byte source's `read` as they are recorded. */
import { numberList, type Value } from '../../values/value.ts';
import type { WitType } from '../../wit/model.ts';
import { decodePayload, PayloadEncoder } from '../typed/encoding.ts';

export const READ = 'read';

export const SourceErrors = ['io', 'unsupported', 'other'] as const;
export type SourceError = (typeof SourceErrors)[number];

/** What `read` gave. */
export type ReadAnswer =
  | { readonly case: 'ok'; readonly bytes: Uint8Array }
  | { readonly case: SourceError; readonly message: string };

const SOURCE_ERROR: WitType = {
  kind: 'variant',
  cases: SourceErrors.map((name) => ({ name, type: { kind: 'string' } })),
};
const RESULT: WitType = {
  kind: 'result',
  ok: { kind: 'list', element: { kind: 'u8' } },
  err: SOURCE_ERROR,
};

const calls = new PayloadEncoder({ params: [{ name: 'len', type: { kind: 'u64' } }] });
const results = new PayloadEncoder({ params: [], result: RESULT });

/** The event of a call: so many bytes are wanted. */
export function encodeRead(length: bigint): Uint8Array {
  return calls.encode({ params: [{ type: 'u64', value: length }] });
}

/** Undefined for a payload that is no such event. */
export function decodeRead(payload: Uint8Array): bigint | undefined {
  const [length] = decodePayload(payload)?.params ?? [];
  return length?.type === 'u64' ? BigInt(length.value) : undefined;
}

export function encodeReadResult(answer: ReadAnswer): Uint8Array {
  const result: Value =
    answer.case === 'ok'
      ? { type: 'variant', name: 'ok', value: numberList('u8', answer.bytes) }
      : {
          type: 'variant',
          name: 'err',
          value: { type: 'variant', name: answer.case, value: { type: 'string', value: answer.message } },
        };
  return results.encode({ params: [], result });
}

/** Undefined for bytes that are no such result. */
export function decodeReadResult(bytes: Uint8Array): ReadAnswer | undefined {
  const result = decodePayload(bytes)?.result;
  if (result?.type !== 'variant') return undefined;
  const { name, value } = result;
  if (name === 'ok' && value?.type === 'list' && value.numbers instanceof Uint8Array)
    return { case: 'ok', bytes: value.numbers };
  if (name !== 'err' || value?.type !== 'variant' || value.value?.type !== 'string') return undefined;
  const error = SourceErrors.find((one) => one === value.name);
  return error === undefined ? undefined : { case: error, message: value.value.value };
}
