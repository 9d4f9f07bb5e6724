import { messageOf, UserError } from '../../errors.ts';
import type { Contract, EncodedEvent, EventJson, WitFunction } from '../../host/contract.ts';
import { check } from './check.ts';
import { eventCommand } from '../command.ts';
import { describe, level, wording } from './describe.ts';
import { answerOf, editEvent, editResult } from './edit.ts';
import { decodeEvent, encodeEvent } from './events.ts';
import { checkMetadata } from './metadata.ts';
import { redact } from './redact.ts';
import { telemetry } from './telemetry.ts';
import { values } from './values.ts';

const MEBIBYTE = 1024 * 1024;

const PROCESS: WitFunction = {
  interface: 'streamkit:plugin/node',
  resource: 'node-instance',
  name: 'process',
};

/** StreamKit's WASM plugins, plugin API 0.1.0. */
export const streamkit: Contract = {
  id: 'streamkit',
  title: 'StreamKit',
  wit: { folder: 'streamkit', package: 'streamkit:plugin@0.1.0', world: 'plugin' },
  handlers: [{ function: PROCESS }],
  exportOf: () => PROCESS.name,
  limits: {
    memoryBytes: 64 * MEBIBYTE,
    // The real host has no deadline: a call that does not return hangs its thread for good.
    deadlineMs: 5000,
    // A node's input queue of 128 packets and its sender's of 64.
    inbox: 192,
  },
  check,
  checkMetadata,
  params,
  encodeEvent,
  decodeEvent,
  describe,
  telemetry,
  level,
  wording,
  command: (record) => eventCommand(record, decodeReadable),
  values,
  answerOf,
  editEvent,
  editResult,
  redact,
};

/** The JSON form of an event; undefined where its packet cannot be read. */
function decodeReadable(event: EncodedEvent): EventJson | undefined {
  const json = decodeEvent(event);
  return json['packet'] === null ? undefined : json;
}

/** No parameters and JSON null are none; everything else is passed on as compact JSON, without defaults or validation. */
function params(json: string | undefined): string | undefined {
  if (json === undefined || json.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new UserError(
      `The parameters are not JSON: ${messageOf(error)}.`,
      'Write them as a JSON object, for example {"gain_db": -6}.',
      {
        cause: error,
      },
    );
  }
  return value === null ? undefined : JSON.stringify(value);
}
