/** Plugins for any Extism host: a core module with exports that take bytes and give bytes. */
import { assetPath } from '../../assets.ts';
import { UserError } from '../../errors.ts';
import type { Contract, EncodedEvent, EventJson, RecordedAnswer } from '../../host/contract.ts';
import type { RawRecord } from '../../recording/record.ts';
import type { Value } from '../../values/value.ts';
import * as typed from '../typed/values.ts';
import { decodePayload } from '../typed/encoding.ts';
import { callCommand, eventCommand } from '../command.ts';
import { valueWording } from '../wording.ts';
import { bindingOf } from './binding.ts';
import { checkPlugin } from './check.ts';
import { CONFIG_GET, VAR_GET, ENVIRONMENT } from './functions.ts';
import { bytesOf, content, payloadOf } from './payloads.ts';

const MEBIBYTE = 1024 * 1024;
const FORM =
  'Write {"call": "name of the export", "input": "text"}, or "inputBase64" for bytes that are no text.';

export const extism: Contract = {
  id: 'extism',
  title: 'Extism',
  kernel: { file: assetPath('vendor', 'extism-kernel.wasm'), module: ENVIRONMENT },
  handlers: [],
  afterFailure: 'restart',
  limits: { memoryBytes: 256 * MEBIBYTE, deadlineMs: 5000, inbox: 256 },
  forProject: (project) => {
    const binding = bindingOf(project);
    return Promise.resolve({
      ...extism,
      binding,
      check: (component) => checkPlugin(component, { exports: [], answered: Object.keys(binding.answers) }),
    });
  },
  exportOf: (event) => event,
  check: (component) => checkPlugin(component, { exports: [], answered: [] }),
  checkMetadata: () => ({
    metadata: { kind: 'extism', inputs: [], outputs: [], raw: undefined },
    findings: [],
  }),
  params: configOf,
  encodeEvent,
  decodeEvent,
  describe: typed.describe,
  telemetry: () => undefined,
  level: typed.level,
  wording: valueWording,
  command,
  values: typed.values,
  answerOf,
  editEvent: typed.editEvent,
  editResult,
  redact: typed.redact,
};

/** Extism's configuration: texts by their names, as compact JSON. Throws a UserError. */
function configOf(json: string | undefined): string | undefined {
  if (json === undefined || json.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new UserError('"params": is not JSON', 'Write an object of texts: {"prefix": "Echo"}.', { cause });
  }
  if (value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value))
    throw new UserError('"params": is not an object', 'Write an object of texts: {"prefix": "Echo"}.');
  for (const [name, one] of Object.entries(value)) {
    if (typeof one === 'string') continue;
    throw new UserError(
      `"params.${name}": is not a text`,
      "Extism's configuration has texts alone: put quotes around it.",
    );
  }
  return JSON.stringify(value);
}

function encodeEvent(event: EventJson): EncodedEvent {
  const { call, args = [], inputBase64 } = event;
  const [first = '', ...more] = Array.isArray(args) ? (args as readonly unknown[]) : [args];
  const { input = first } = event;
  if (more.length > 0)
    throw new UserError('"args": has more than one', 'An export of an Extism plugin takes one input.');
  if (typeof call !== 'string' || call === '') throw new UserError('"call": is missing or not a text', FORM);
  if (inputBase64 !== undefined) {
    if (typeof inputBase64 !== 'string') throw new UserError('"inputBase64": is not a text', FORM);
    return { name: call, payload: payloadOf({ input: content(Buffer.from(inputBase64, 'base64')) }) };
  }
  // What is no text is what the plugin most likely parses.
  const text = typeof input === 'string' ? input : JSON.stringify(input);
  return { name: call, payload: payloadOf({ input: content(Buffer.from(text)) }) };
}

function decodeEvent({ name, payload }: EncodedEvent): EventJson {
  const value = decodePayload(payload)?.params[0];
  if (value?.type === 'string') return { call: name, input: value.value };
  return { call: name, inputBase64: Buffer.from(bytesOf(value) ?? []).toString('base64') };
}

/** A text is given as it is; bytes that are none need the event's own form. */
function command(record: RawRecord): readonly string[] | undefined {
  const input = decodePayload(record.payload)?.params[0];
  if (input === undefined) return undefined;
  if (input.type === 'string')
    return callCommand(record, ({ name }) => ({ call: name, args: [input.value] }));
  return eventCommand(record, decodeEvent);
}

/** Variables are the plugin's own: in a replay they are what it sets there. Configuration is asked for by its key. */
function answerOf(record: RawRecord): RecordedAnswer | undefined {
  if (record.name === VAR_GET) return undefined;
  const answer = typed.answerOf(record);
  if (answer === undefined || record.name !== CONFIG_GET) return answer;
  const [key] = decodePayload(record.payload)?.params ?? [];
  return key?.type === 'string' ? { ...answer, key: key.value } : answer;
}

function editResult(record: RawRecord, result: Value): Uint8Array {
  if (record.name !== VAR_GET) return typed.editResult(record, result);
  throw new UserError(
    'var_get gives what the plugin has set with var_set: nothing of the host.',
    'Edit what the plugin is given: the input of an event, its configuration, or the result of another host call.',
  );
}
