/** What crosses the boundary of a Chipmunk plugin, as values and texts. Host calls and reads say themselves what they are. */
import { UserError } from '../../errors.ts';
import type { Description, EncodedEvent, EventJson, Field, RecordedAnswer } from '../../host/contract.ts';
import { CallStatus, decodeCall, RecordFlag, RecordKind, type RawRecord } from '../../recording/record.ts';
import type { Redaction } from '../../values/redact.ts';
import {
  crossingRecord,
  numberList,
  type Crossing,
  type NamedValue,
  type Value,
} from '../../values/value.ts';
import { printValue, stringLiteral } from '../../values/wave.ts';
import { eventCommand } from '../command.ts';
import { bigOf, bytesOf, fieldOf, misfit } from '../read.ts';
import { redactCommon } from '../redact.ts';
import * as typed from '../typed/values.ts';
import { decodeParse, encodeParse, PARSE, type ParseEvent } from './event.ts';
import {
  ItemReader,
  itemsOf,
  piecesOf,
  readAnswer,
  ROWS,
  type Attachment,
  type ItemPlace,
  type ParseAnswer,
  type ParsedItem,
} from './result.ts';

/** Bytes of a slice that a summary shows. */
const BRIEF = 48;
/** Rows of a result that a detail shows; the table of rows has all of them. */
const SHOWN = 200;
const decoder = new TextDecoder();

/** A call of `parse` or what came of one; everything else is typed by itself. */
function isParse(record: RawRecord): boolean {
  const { kind, name } = record;
  return name === PARSE && (kind === RecordKind.event || kind === RecordKind.call);
}

/** A part of what a call of `parse` gives. */
function isRows({ kind, name }: RawRecord): boolean {
  return kind === RecordKind.hostCall && name === ROWS;
}

export function values(record: RawRecord): Crossing | undefined {
  if (isRows(record)) {
    const items = itemsOf(record);
    return items === undefined
      ? undefined
      : { arguments: [{ name: 'items', value: itemsValue(items.slice()) }] };
  }
  if (!isParse(record)) return typed.values(record);
  if (record.kind === RecordKind.event) {
    const event = decodeParse(record.payload);
    return event === undefined ? undefined : { arguments: eventFields(event) };
  }
  const { result } = decodeCall(record.payload);
  const value = result === undefined ? undefined : resultValue(result.slice());
  return value === undefined ? undefined : { arguments: [], result: value };
}

const u64 = (value: number | bigint): Value => ({ type: 'u64', value: BigInt(value) });
const text = (value: string): Value => ({ type: 'string', value });
const none: Value = { type: 'variant', name: 'none' };
const some = (value: Value): Value => ({ type: 'variant', name: 'some', value });

function eventFields({ offset, length, timestamp, load }: ParseEvent): readonly NamedValue[] {
  return [
    { name: 'offset', value: u64(offset) },
    { name: 'length', value: u64(length) },
    { name: 'timestamp', value: timestamp === undefined ? none : some(u64(timestamp)) },
    { name: 'read', value: load === undefined ? none : some(loadValue(load)) },
  ];
}

function loadValue({ at, from }: NonNullable<ParseEvent['load']>): Value {
  const bytes: readonly NamedValue[] =
    from instanceof Uint8Array
      ? [{ name: 'bytes', value: numberList('u8', from.slice()) }]
      : [
          { name: 'file', value: text(from.file) },
          { name: 'offset', value: u64(from.offset) },
          { name: 'length', value: u64(from.length) },
          { name: 'sha256', value: text(from.sha256) },
        ];
  return { type: 'record', fields: [{ name: 'at', value: u64(at) }, ...bytes] };
}

/** `result<list<parse-return>, parse-error>`. The items are read when they are asked for. */
function resultValue(result: Uint8Array): Value | undefined {
  const answer = readAnswer(result);
  if (answer === undefined) return undefined;
  if (answer.case !== 'ok') {
    const { message } = answer;
    const value: Value =
      answer.case === 'incomplete' || answer.case === 'eof'
        ? { type: 'variant', name: answer.case }
        : { type: 'variant', name: answer.case, value: text(message) };
    return { type: 'variant', name: 'err', value };
  }
  // Those that are recorded in pieces are there.
  if (piecesOf(result) > 0) return { type: 'variant', name: 'ok', value: totalsValue(answer) };
  return { type: 'variant', name: 'ok', value: itemsValue(result) };
}

function itemsValue(result: Uint8Array): Value {
  const answer = readAnswer(result);
  const items = new Items(result);
  return {
    type: 'list',
    element: 'parse-return',
    length: answer?.case === 'ok' ? answer.items : 0,
    at: (index) => itemValue(items.at(index)),
  };
}

/** What the pieces before have together. */
function totalsValue({ items, rows, consumed }: ParseAnswer & { readonly case: 'ok' }): Value {
  return {
    type: 'record',
    fields: [
      { name: 'items', value: { type: 'u32', value: items } },
      { name: 'rows', value: { type: 'u32', value: rows } },
      { name: 'consumed', value: u64(consumed) },
    ],
  };
}

/** Items of a result by their index: going on from the last one costs nothing, going back begins anew. */
class Items {
  readonly #result: Uint8Array;
  #reader: ItemReader;
  #next: ItemPlace | undefined;

  constructor(result: Uint8Array) {
    this.#result = result;
    this.#reader = new ItemReader(result);
    this.#next = this.#reader.next();
  }

  at(index: number): ParsedItem {
    if (this.#next === undefined || this.#next.index > index) {
      this.#reader = new ItemReader(this.#result);
      this.#next = this.#reader.next();
    }
    while (this.#next !== undefined && this.#next.index < index) {
      this.#reader.skip(this.#next.kind);
      this.#next = this.#reader.next();
    }
    if (this.#next === undefined) return { consumed: 0n, message: undefined, attachment: undefined };
    const item = this.#reader.read(this.#next);
    this.#next = this.#reader.next();
    return item;
  }
}

function itemValue({ consumed, message, attachment }: ParsedItem): Value {
  return {
    type: 'record',
    fields: [
      { name: 'value', value: yieldValue(message, attachment) },
      { name: 'consumed', value: u64(consumed) },
    ],
  };
}

function yieldValue(message: ParsedItem['message'], attachment: Attachment | undefined): Value {
  const file = attachment === undefined ? undefined : attachmentValue(attachment);
  if (message === undefined)
    return file === undefined ? none : some({ type: 'variant', name: 'attachment', value: file });
  const row: Value =
    typeof message === 'string'
      ? { type: 'variant', name: 'line', value: text(message) }
      : {
          type: 'variant',
          name: 'columns',
          value: {
            type: 'list',
            element: 'string',
            length: message.length,
            at: (index) => text(message[index] ?? ''),
          },
        };
  if (file === undefined) return some({ type: 'variant', name: 'message', value: row });
  return some({
    type: 'variant',
    name: 'message-and-attachment',
    value: { type: 'tuple', items: [row, file] },
  });
}

function attachmentValue({ name, size, createdDate, modifiedDate, messages, data }: Attachment): Value {
  const date = (value: string | undefined): Value => (value === undefined ? none : some(text(value)));
  return {
    type: 'record',
    fields: [
      { name: 'name', value: text(name) },
      { name: 'size', value: u64(size) },
      { name: 'created-date', value: date(createdDate) },
      { name: 'modified-date', value: date(modifiedDate) },
      {
        name: 'messages',
        value: {
          type: 'list',
          element: 'u64',
          length: messages.length,
          at: (index) => u64(messages[index] ?? 0n),
        },
      },
      { name: 'data', value: numberList('u8', data) },
    ],
  };
}

export function describe(record: RawRecord): Description | undefined {
  if (isRows(record)) return describeRows(record);
  if (!isParse(record)) return describeCommon(record);
  const summary = parseSummary(record);
  if (summary === undefined) return undefined;
  return {
    summary,
    get fields() {
      const crossing = values(record);
      return crossing === undefined ? [] : printed(crossingRecord(crossing).fields);
    },
  };
}

function printed(fields: readonly NamedValue[]): readonly Field[] {
  return fields.map(({ name, value }) => ({ name, value: printValue(value, { most: SHOWN }) }));
}

/** What a call of `parse` is about, and what came of it; undefined for one that failed. */
function parseSummary({ kind, payload }: RawRecord): string | undefined {
  if (kind === RecordKind.event) {
    const event = decodeParse(payload);
    return event === undefined ? 'unreadable event' : eventSummary(event);
  }
  const { result, status } = decodeCall(payload);
  const answer = result === undefined ? undefined : readAnswer(result);
  if (answer === undefined || status !== CallStatus.ok) return undefined;
  if (answer.case !== 'ok') {
    const said = answer.message === '' ? '' : `(${stringLiteral(answer.message)})`;
    return `→ err(${answer.case}${said})`;
  }
  const skipped = answer.items - answer.valued;
  const without = skipped === 0 ? '' : `, ${skipped} items without a value`;
  return `→ ${answer.rows} rows, ${answer.consumed} bytes consumed${without}`;
}

/** Host calls of both contracts, and reads. A line of the log is read as text. */
export function describeCommon(record: RawRecord): Description | undefined {
  if (record.kind !== RecordKind.hostCall || (record.flags & RecordFlag.log) === 0)
    return typed.describe(record);
  const [level, message] = typed.values(record)?.arguments ?? [];
  const levelText = level?.value.type === 'variant' ? level.value.name : '';
  const messageText = message?.value.type === 'string' ? message.value.value : '';
  const fields = [
    { name: 'level', value: levelText },
    { name: 'message', value: messageText },
  ];
  return { summary: `${levelText}: ${messageText}`, fields };
}

function describeRows(record: RawRecord): Description {
  const answer = readAnswer(record.payload);
  if (answer?.case !== 'ok') return { summary: 'unreadable rows', fields: [] };
  return {
    summary: `${answer.rows} rows of ${answer.consumed} bytes`,
    get fields() {
      return printed(values(record)?.arguments ?? []);
    },
  };
}

function eventSummary({ offset, length, timestamp, load }: ParseEvent): string {
  const when = timestamp === undefined ? '' : ` at ${new Date(Number(timestamp)).toISOString()}`;
  const from = load?.from;
  const brief =
    from instanceof Uint8Array && load?.at === offset
      ? ` ${stringLiteral(decoder.decode(from.subarray(0, BRIEF)))}${from.length > BRIEF ? '…' : ''}`
      : from !== undefined && !(from instanceof Uint8Array)
        ? ` of ${from.file}`
        : '';
  return `bytes ${offset} to ${offset + length}${when}${brief}`;
}

const FORM =
  'Write {"data": "text"} or {"hex": "00ff"}, and with it {"timestamp": milliseconds} where the source has one.';

/** A slice that is given by itself: the beginning of a stream. Throws a UserError that names the field. */
export function encodeEvent(event: EventJson): EncodedEvent {
  const { data, hex, timestamp } = event;
  let bytes: Uint8Array;
  if (typeof data === 'string') bytes = new TextEncoder().encode(data);
  else if (typeof hex === 'string' && /^([0-9a-f]{2})*$/i.test(hex))
    bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  else throw new UserError('"data" or "hex": is missing, or not what it has to be', FORM);
  const load = { at: 0, length: bytes.length, from: bytes };
  const when = timestampOf(timestamp);
  return { name: PARSE, payload: encodeParse({ offset: 0, length: bytes.length, timestamp: when, load }) };
}

function timestampOf(given: unknown): bigint | undefined {
  if (given === undefined) return undefined;
  if (typeof given === 'number' && Number.isSafeInteger(given) && given >= 0) return BigInt(given);
  throw new UserError('"timestamp": is not a number of milliseconds', FORM);
}

export function decodeEvent({ payload }: EncodedEvent): EventJson {
  const event = decodeParse(payload);
  if (event === undefined) return {};
  const { offset, length, timestamp, load } = event;
  const when = timestamp === undefined ? {} : { timestamp: Number(timestamp) };
  if (load?.from instanceof Uint8Array && load.at === offset && load.length === length) {
    const decoded = decoder.decode(load.from);
    const isText = Buffer.from(decoded).equals(load.from);
    return { ...(isText ? { data: decoded } : { hex: Buffer.from(load.from).toString('hex') }), ...when };
  }
  return { offset, length, ...when };
}

/** A slice can be given by itself where the event has all of it; others need the events before. */
export function command(record: RawRecord): readonly string[] | undefined {
  return eventCommand(record, (event) => {
    const json = decodeEvent(event);
    return 'data' in json || 'hex' in json ? json : undefined;
  });
}

export function answerOf(record: RawRecord): RecordedAnswer | undefined {
  return isParse(record) || isRows(record) ? undefined : typed.answerOf(record);
}

/** Another timestamp, or other bytes where the event has them: as many, because the events after it count on. */
export function editEvent(record: RawRecord, args: Crossing['arguments']): EncodedEvent {
  if (!isParse(record)) return typed.editEvent(record, args);
  const event = record.kind === RecordKind.event ? decodeParse(record.payload) : undefined;
  if (event === undefined) throw new UserError('Only an event can be delivered again.', 'Edit an event.');
  const when = fieldOf(args, 'timestamp', 'timestamp');
  if (when.type !== 'variant') throw misfit('timestamp', 'none or some(...)');
  const timestamp = when.value === undefined ? undefined : bigOf(when.value, 'timestamp');
  const { load } = event;
  const read = fieldOf(args, 'read', 'read');
  if (!(load?.from instanceof Uint8Array) || read.type !== 'variant' || read.value?.type !== 'record')
    return { name: PARSE, payload: encodeParse({ ...event, timestamp }) };
  const from = bytesOf(fieldOf(read.value.fields, 'bytes', 'read.bytes'), 'read.bytes');
  if (from.length !== load.length) throw misfit('read.bytes', `${load.length} bytes, as many as before`);
  return { name: PARSE, payload: encodeParse({ ...event, timestamp, load: { ...load, from } }) };
}

export function editResult(record: RawRecord, result: Value): Uint8Array {
  if (isParse(record) || isRows(record))
    throw new UserError(
      'What parse gave is what the plugin answers.',
      'Edit the event, or the result of a host call.',
    );
  return typed.editResult(record, result);
}

/** Rows and inputs have no fields that a rule could name; host calls have. */
export function redact(record: RawRecord, redaction: Redaction): Uint8Array | undefined {
  return isParse(record) || isRows(record)
    ? redactCommon(record, redaction)
    : typed.redact(record, redaction);
}
