/** What the contract has to say of records; they say themselves what they are, so no WIT is needed. */
import { UserError } from '../../errors.ts';
import type { Description, EncodedEvent, Field, RecordedAnswer } from '../../host/contract.ts';
import type { LogLevel } from '../../recording/query.ts';
import { decodeCall, encodeCall, RecordFlag, RecordKind, type RawRecord } from '../../recording/record.ts';
import { fitTo } from '../../values/fit.ts';
import { redactFields, type Redaction } from '../../values/redact.ts';
import { crossingRecord, type Crossing, type NamedValue, type Value } from '../../values/value.ts';
import { printValue } from '../../values/wave.ts';
import { redactCommon } from '../redact.ts';
import { editWasiResult, encodeWasi, wasiValues } from '../wasi.ts';
import { crossingOf, decodePayload, PayloadEncoder, type Decoded } from './encoding.ts';

/** Elements of a list that a field shows, and a summary. */
const SHOWN = 256;
const BRIEF = 16;
/** Characters of a summary, and bytes of a text that it is made of. */
const WIDTH = 400;
const BRIEF_BYTES = 2000;

/** The payload of an event, a typed host call or the result of a call; undefined for everything else. */
function decodedOf(record: RawRecord, mostOfText?: number): Decoded | undefined {
  if (record.kind === RecordKind.event) return decodePayload(record.payload, mostOfText);
  if (record.kind === RecordKind.hostCall)
    return isWasi(record) ? undefined : decodePayload(record.payload, mostOfText);
  if (record.kind !== RecordKind.call) return undefined;
  const { result } = decodeCall(record.payload);
  return result === undefined ? undefined : decodePayload(result, mostOfText);
}

/** A call of WASI that every plugin may make; those of a project's own WIT are not among them. */
function isWasi({ flags }: RawRecord): boolean {
  return (flags & RecordFlag.wasi) !== 0;
}

export function values(record: RawRecord): Crossing | undefined {
  return crossingIn(record);
}

function crossingIn(record: RawRecord, mostOfText?: number): Crossing | undefined {
  if (record.kind === RecordKind.hostCall && isWasi(record)) return wasiValues(record);
  const decoded = decodedOf(record, mostOfText);
  return decoded === undefined ? undefined : crossingOf(decoded);
}

/** Fields are read when they are asked for. */
export function describe(record: RawRecord): Description | undefined {
  const brief = crossingIn(record, BRIEF_BYTES);
  if (brief === undefined) {
    const isTyped = record.kind === RecordKind.event || record.kind === RecordKind.hostCall;
    return isTyped ? { summary: `${record.payload.length} bytes, not readable`, fields: [] } : undefined;
  }
  if (record.kind === RecordKind.hostCall && (record.flags & RecordFlag.log) !== 0)
    return describeLog(brief, record);
  return {
    summary: summaryOf(brief, record.kind),
    get fields() {
      return fieldsOf(values(record) ?? brief);
    },
  };
}

function summaryOf({ arguments: args, result }: Crossing, kind: RecordKind): string {
  const texts = args.map(({ value }) => printValue(value, { most: BRIEF }));
  const answer = result === undefined ? '' : printValue(result, { most: BRIEF });
  const given = kind === RecordKind.call ? '' : `(${texts.join(', ')})`;
  const text = [given, answer === '' ? '' : `→ ${answer}`].filter((part) => part !== '').join(' ');
  return text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text;
}

function fieldsOf(crossing: Crossing): readonly Field[] {
  return crossingRecord(crossing).fields.map(({ name, value }) => ({
    name,
    value: printValue(value, { most: SHOWN }),
  }));
}

/** As text: lines are read, and places in sources are found in them. */
function describeLog(brief: Crossing, record: RawRecord): Description {
  const texts = logFields(brief);
  const text = (name: string): string => texts.find((one) => one.name === name)?.value ?? '';
  return {
    summary: `${text('level')}: ${text('message')}`,
    get fields() {
      return logFields(values(record) ?? brief);
    },
  };
}

function logFields({ arguments: args }: Crossing): readonly Field[] {
  return args.map(({ name, value }) => ({
    name,
    value: value.type === 'string' ? value.value : printValue(value),
  }));
}

/** Levels by the names that hosts have for them. */
const LEVELS: ReadonlyMap<string, LogLevel> = new Map([
  ['trace', 'trace'],
  ['debug', 'debug'],
  ['info', 'info'],
  ['warn', 'warn'],
  ['warning', 'warn'],
  ['error', 'error'],
  ['critical', 'error'],
]);

/** How severe a line of a log is: what its argument `level` says, a text or a case. */
export function level(record: RawRecord): LogLevel | undefined {
  if (record.kind !== RecordKind.hostCall || (record.flags & RecordFlag.log) === 0) return undefined;
  const value = crossingIn(record, BRIEF_BYTES)?.arguments.find(({ name }) => name === 'level')?.value;
  const name = value?.type === 'variant' ? value.name : value?.type === 'string' ? value.value : '';
  return LEVELS.get(name.toLowerCase());
}

/** What a replay answers: the result by itself; the key is the resource whose method it is. */
export function answerOf(record: RawRecord): RecordedAnswer | undefined {
  if (record.kind !== RecordKind.hostCall) return undefined;
  if (isWasi(record)) return { key: '', bytes: new Uint8Array(record.payload) };
  const decoded = decodePayload(record.payload);
  if (decoded?.result === undefined || decoded.signature.result === undefined) return undefined;
  const { signature, params, result } = decoded;
  const bytes = new PayloadEncoder({ params: [], result: signature.result }).encode({ params: [], result });
  const [self] = params;
  const isMethod = signature.params[0]?.name === 'self' && self?.type === 'handle';
  return { key: isMethod ? printValue(self) : '', bytes };
}

/** The same event with these arguments. Throws a UserError that names the field. */
export function editEvent(record: RawRecord, args: Crossing['arguments']): EncodedEvent {
  const decoded = record.kind === RecordKind.event ? decodePayload(record.payload) : undefined;
  if (decoded === undefined)
    throw new UserError('Only an event can be delivered again.', 'Edit the arguments of an event.');
  const { params: types } = decoded.signature;
  const params = types.map(({ name, type }) => fitTo(valueNamed(args, name), type, name));
  return { name: record.name, payload: new PayloadEncoder({ params: types }).encode({ params }) };
}

function valueNamed(fields: readonly NamedValue[], name: string): Value {
  return fields.find((field) => field.name === name)?.value ?? { type: 'variant', name: 'none' };
}

/** The payload that would have been recorded with another result. Throws a UserError that names the field. */
export function editResult(record: RawRecord, result: Value): Uint8Array {
  if (record.kind === RecordKind.call) {
    throw new UserError(
      `${record.name} gave this: it is what the plugin answers.`,
      'Edit what the plugin is given: the arguments of the event, or the result of a host call.',
    );
  }
  if (record.kind !== RecordKind.hostCall)
    throw new UserError('Only a host call has a result that can be edited.', 'Edit the event itself.');
  if (isWasi(record)) return editWasiResult(record, result);
  const decoded = decodePayload(record.payload);
  if (decoded?.signature.result === undefined)
    throw new UserError(
      `${record.name} returns nothing that can be edited.`,
      'Edit another host call, or the event.',
    );
  const fitted = fitTo(result, decoded.signature.result, 'result');
  return new PayloadEncoder(decoded.signature).encode({ params: decoded.params, result: fitted });
}

/** The payload of a record without what the rules name; undefined where they name nothing in it. */
export function redact(record: RawRecord, redaction: Redaction): Uint8Array | undefined {
  if (record.kind === RecordKind.hostCall && isWasi(record)) return redactWasi(record, redaction);
  const decoded = decodedOf(record);
  if (decoded === undefined) return redactCommon(record, redaction);
  const fields = redactFields(crossingRecord(crossingOf(decoded)).fields, record.name, redaction);
  if (fields === undefined) return undefined;
  const { signature } = decoded;
  const params = fields.slice(0, signature.params.length).map(({ value }) => value);
  const result = fields[signature.params.length]?.value;
  const payload = new PayloadEncoder(signature).encode({ params, result });
  if (record.kind !== RecordKind.call) return payload;
  return encodeCall({ ...decodeCall(record.payload), result: payload });
}

function redactWasi(record: RawRecord, redaction: Redaction): Uint8Array | undefined {
  const crossing = wasiValues(record);
  if (crossing === undefined) return undefined;
  const fields = redactFields(crossingRecord(crossing).fields, record.name, redaction);
  if (fields === undefined) return undefined;
  const result = crossing.result === undefined ? undefined : fields.at(-1)?.value;
  const args = fields.slice(0, crossing.arguments.length);
  return encodeWasi(record.name, { arguments: args, ...(result === undefined ? {} : { result }) });
}
