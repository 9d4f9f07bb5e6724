/** What a plugin wrote as its answer to an event, checked before anything of it goes onto the bus. */
import { isObject, kindOf, readJson, readText } from './text.ts';

/** An event that a plugin asks for. */
export interface EmitEvent {
  /** Never empty. */
  readonly stream: string;
  /** Never empty. */
  readonly type: string;
  /** JSON text. */
  readonly payload: string;
}

/** One emit that stays behind; the others go on. */
export interface RefusedEmit {
  /** Its place in the list that the plugin wrote. */
  readonly index: number;
  /** Begins with the field: `events[2].stream: is empty…`. */
  readonly message: string;
}

export type ResponseResult =
  | { readonly ok: true; readonly events: readonly EmitEvent[]; readonly refused: readonly RefusedEmit[] }
  | { readonly ok: false; readonly message: string; readonly advice: string };

const NOTHING: ResponseResult = { ok: true, events: [], refused: [] };
const FORM =
  'Write {"events": [{"stream": "location:room1", "type": "say", "payload": "{\\"message\\": \\"hello\\"}"}]}, or nothing at all where there is nothing to say.';
const ENCODE =
  'The payload is JSON inside of a text: encode it once more (json.dumps in Python, JSON.stringify in JavaScript, serde_json::to_string in Rust, json.Marshal in Go).';

/**
 * Reads a plugin's output as Go's `json.Unmarshal` does for HoloMUSH: no output, null, `{}` and no or empty
 * `events` are no events; names of fields are the same in capitals, unknown ones are passed over, null is
 * a missing field. What Go would not read is refused as a whole. An emit that HoloMUSH refuses (an empty
 * stream) or that nobody could read (no type, a payload that is not JSON) is refused alone.
 */
export function readResponse(bytes: Uint8Array): ResponseResult {
  if (bytes.length === 0) return NOTHING;
  const read = readText(bytes);
  if ('invalidAt' in read)
    return wrong(`output: is not UTF-8 text at byte ${read.invalidAt}`, 'Write the JSON as UTF-8.');
  const json = readJson(read.text);
  if ('problem' in json) return wrong(`output: is not JSON: ${json.problem}`, FORM);
  if (json.value === null) return NOTHING;
  if (!isObject(json.value)) return wrong(`output: is ${kindOf(json.value)}, not an object`, FORM);
  const list = fieldOf(json.value, 'events');
  if (list === null) return NOTHING;
  if (!Array.isArray(list)) return wrong(`events: is ${kindOf(list)}, not a list`, FORM);
  return readList(list);
}

function readList(list: readonly unknown[]): ResponseResult {
  const events: EmitEvent[] = [];
  const refused: RefusedEmit[] = [];
  for (const [index, value] of list.entries()) {
    const where = `events[${index}]`;
    const one = value ?? {};
    if (!isObject(one)) return wrong(`${where}: is ${kindOf(value)}, not an object`, FORM);
    const stream = textOf(one, 'stream');
    const type = textOf(one, 'type');
    const payload = textOf(one, 'payload');
    if (typeof stream !== 'string')
      return wrong(`${where}.stream: is ${kindOf(stream.other)}, not a text`, FORM);
    if (typeof type !== 'string') return wrong(`${where}.type: is ${kindOf(type.other)}, not a text`, FORM);
    if (typeof payload !== 'string')
      return wrong(`${where}.payload: is ${kindOf(payload.other)}, not a text`, ENCODE);
    const reason = reasonAgainst({ stream, type, payload });
    if (reason === undefined) events.push({ stream, type, payload });
    else refused.push({ index, message: `${where}.${reason}` });
  }
  return { ok: true, events, refused };
}

function reasonAgainst({ stream, type, payload }: EmitEvent): string | undefined {
  if (stream === '') return 'stream: is missing or empty; HoloMUSH refuses that, too';
  if (type === '') return 'type: is missing or empty';
  if (payload === '') return 'payload: is missing or empty; it has to be JSON text, {} for example';
  const json = readJson(payload);
  return 'problem' in json ? `payload: is not JSON text: ${json.problem}` : undefined;
}

/** A text field; a missing one is empty, as in a struct of Go. Halves of surrogate pairs become U+FFFD, as there. */
function textOf(from: Readonly<Record<string, unknown>>, name: string): string | { readonly other: unknown } {
  const value = fieldOf(from, name) ?? '';
  return typeof value === 'string' ? value.toWellFormed() : { other: value };
}

/** The last field with this name, in capitals or not; null where there is none. */
function fieldOf(from: Readonly<Record<string, unknown>>, name: string): unknown {
  const capitals = name.toUpperCase();
  const found = Object.keys(from).findLast(
    (key) => key === name || (key.length === name.length && key.toUpperCase() === capitals),
  );
  return found === undefined ? null : from[found];
}

function wrong(message: string, advice: string): ResponseResult {
  return { ok: false, message, advice };
}
