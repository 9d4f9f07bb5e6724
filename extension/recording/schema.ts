import type { McapTypes } from '@mcap/core';
import { channelOf, MESSAGE_ENCODING } from './layout.ts';
import { RecordKind } from './record.ts';
import type { RecordKindName } from './record.ts';

const FLAGS = '1 effect, 2 log, 4 rebuilding, 8 wasi, 16 control, 32 starting, 64 ending, 128 redacted';
const HEAD = `uint32 event, uint8 flags (${FLAGS}), uint16 name length, name; then `;

/** What a tool that knows nothing of Hotplug is told of each kind's messages. */
const PAYLOADS: Readonly<Record<RecordKindName, string>> = {
  event: 'the event as the contract encodes it',
  call: 'float64 duration in ms, uint8 status (0 ok, 1 error, 2 trap), UTF-8 text',
  hostCall: 'arguments and result as the contract encodes them',
  output: 'UTF-8 text',
  lifecycle: 'UTF-8 JSON',
  memory: 'float64 bytes',
  counter: 'float64',
};

const NAMES: readonly RecordKindName[] = [
  'event',
  'call',
  'hostCall',
  'output',
  'lifecycle',
  'memory',
  'counter',
];

export const schemas: readonly McapTypes.Schema[] = NAMES.map((name) => ({
  id: RecordKind[name],
  name: `hotplug.${name}`,
  encoding: MESSAGE_ENCODING,
  data: new TextEncoder().encode(`little-endian: ${HEAD}${PAYLOADS[name]}`),
}));

/** The channels of a plugin, one for each kind of record. */
export function channels(plugin: number, name: string): readonly McapTypes.Channel[] {
  return NAMES.map((kind) => ({
    id: channelOf(plugin, RecordKind[kind]),
    schemaId: RecordKind[kind],
    topic: `/${name}/${kind}`,
    messageEncoding: MESSAGE_ENCODING,
    metadata: new Map([
      ['plugin', String(plugin)],
      ['kind', kind],
    ]),
  }));
}

/** The kind with this name, undefined where there is none. */
export function kindNamed(name: string | undefined): RecordKind | undefined {
  const known = NAMES.find((kind) => kind === name);
  return known === undefined ? undefined : RecordKind[known];
}
