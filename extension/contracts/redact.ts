/** Redaction of records that mean the same under every contract, and what contracts share for theirs. */
import { CallStatus, decodeCall, encodeCall, RecordKind, type RawRecord } from '../recording/record.ts';
import { mayName, REDACTED, redactFields, redactParams, type Redaction } from '../values/redact.ts';
import type { NamedValue, Value } from '../values/value.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** What was found out about the shapes of records, for each set of rules. */
const known = new WeakMap<Redaction, Map<string, boolean>>();

/**
 * Whether the rules name something in every record of a shape, whatever its content. `shape` is a
 * name for it; `sample` makes the values of an empty one and is called once.
 */
export function namesShape(
  redaction: Redaction,
  shape: string,
  around: string,
  sample: () => readonly NamedValue[],
): boolean {
  const shapes = known.get(redaction) ?? new Map<string, boolean>();
  known.set(redaction, shapes);
  const key = `${around}\n${shape}`;
  const named = shapes.get(key) ?? redactFields(sample(), around, redaction) !== undefined;
  shapes.set(key, named);
  return named;
}

/**
 * Redacts output (its lines as a field `text` of `stdout` or `stderr`), calls (the error that an
 * export returned as `result.err`, a trap's text as `trap`) and reports of failures, which quote
 * both. Undefined where nothing is named, and for other kinds.
 */
export function redactCommon(record: RawRecord, redaction: Redaction): Uint8Array | undefined {
  if (record.kind === RecordKind.output) return redactOutput(record, redaction);
  if (record.kind === RecordKind.call) return redactCall(record, redaction);
  return record.kind === RecordKind.lifecycle ? redactLifecycle(record.payload, redaction) : undefined;
}

function textField(name: string, value: string): NamedValue {
  return { name, value: { type: 'string', value } };
}

function textIn(fields: readonly NamedValue[] | undefined): string | undefined {
  const value = fields?.[0]?.value;
  const inner: Value | undefined = value?.type === 'variant' ? value.value : value;
  return inner?.type === 'string' ? inner.value : undefined;
}

function redactOutput(record: RawRecord, redaction: Redaction): Uint8Array | undefined {
  const whole = namesShape(redaction, 'output', record.name, () => [textField('text', '')]);
  if (!whole && !mayName(record.payload, redaction)) return undefined;
  const lines = decoder.decode(record.payload).split('\n');
  const redacted = lines.map((line) =>
    line === '' ? line : (textIn(redactFields([textField('text', line)], record.name, redaction)) ?? line),
  );
  return redacted.every((line, index) => line === lines[index])
    ? undefined
    : encoder.encode(redacted.join('\n'));
}

/** What a call that failed says, as the field by which rules name it. */
function failureField(kind: 'error' | 'trap', text: string): readonly NamedValue[] {
  if (kind === 'trap') return [textField('trap', text)];
  const err: Value = { type: 'variant', name: 'err', value: { type: 'string', value: text } };
  return [{ name: 'result', value: err }];
}

function redactCall(record: RawRecord, redaction: Redaction): Uint8Array | undefined {
  const call = decodeCall(record.payload);
  if (call.text === '' || call.status === CallStatus.ok) return undefined;
  const fields = failureField(call.status === CallStatus.error ? 'error' : 'trap', call.text);
  const text = textIn(redactFields(fields, record.name, redaction));
  return text === undefined ? undefined : encodeCall({ ...call, text });
}

/** Changes of life have the parameters of an instance, and reports that quote what failed; what else they quote was redacted before. */
function redactLifecycle(payload: Uint8Array, redaction: Redaction): Uint8Array | undefined {
  const lifecycle = objectIn(decoder.decode(payload));
  if (lifecycle === undefined) return undefined;
  const params = lifecycle['params'];
  const report = lifecycle['report'];
  const redacted = {
    ...(typeof params === 'string' ? { params: redactParams(params, redaction) } : {}),
    ...(isObject(report) && namesFailure(report, redaction)
      ? { text: REDACTED, report: { ...report, what: REDACTED, stateText: REDACTED } }
      : {}),
  };
  if (Object.values(redacted).every((value) => value === undefined)) return undefined;
  return encoder.encode(JSON.stringify({ ...lifecycle, ...redacted, params: redacted.params ?? params }));
}

/** Whether the rules name what the call that failed returned, or how it trapped, or may name something within. */
function namesFailure(report: Readonly<Record<string, unknown>>, redaction: Redaction): boolean {
  const call = typeof report['call'] === 'string' ? report['call'] : '';
  const fields = failureField(report['kind'] === 'error' ? 'error' : 'trap', '');
  if (redactFields(fields, call, redaction) !== undefined) return true;
  // JSON within a sentence cannot be taken apart.
  return [report['what'], report['stateText']].some(
    (text) => typeof text === 'string' && /[[{]/.test(text) && mayName(encoder.encode(text), redaction),
  );
}

function objectIn(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
