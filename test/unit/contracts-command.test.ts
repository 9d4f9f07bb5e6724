import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { contracts } from '../../extension/contracts/index.ts';
import { eventCommand } from '../../extension/contracts/command.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import { RecordFlag, RecordKind, type RawRecord } from '../../extension/recording/record.ts';
import { commandLine } from '../../extension/recording/shell.ts';

function recorded(contract: string, event: EventJson, flags = 0): RawRecord {
  const encoded = contracts[contract]?.encodeEvent(event);
  assert.ok(encoded !== undefined);
  return { kind: RecordKind.event, plugin: 0, time: 0, event: 1, flags, ...encoded };
}

const events: readonly (readonly [string, EventJson])[] = [
  ['streamkit', { pin: 'in', packet: { text: "it's 5 o'clock\n" } }],
  ['streamkit', { pin: 'in', packet: { audio: { sampleRate: 8000, channels: 1, samples: [0.1, -1, 0] } } }],
  ['streamkit', { pin: 'side', packet: { custom: { typeId: 't', data: { a: [1] } } } }],
  ['extism', { call: 'echo', inputBase64: '/wD+' }],
  ['holomush', { stream: 'location:1', type: 'say', payload: { message: 'hello' } }],
  ['chipmunk-parser', { hex: 'ff00', timestamp: 5 }],
  ['chipmunk-parser', { data: 'a line\n' }],
  ['chipmunk-bytesource', { read: 4096 }],
];

for (const [contract, event] of events) {
  test(`an event of ${contract} is given again as it was: ${JSON.stringify(event)}`, () => {
    const record = recorded(contract, event);
    const command = contracts[contract]?.command?.(record);
    assert.deepEqual(command?.slice(0, 4), ['hotplug', 'run', '--development', '--event']);
    const again = contracts[contract]?.encodeEvent(JSON.parse(command[4] ?? '') as EventJson);
    assert.deepEqual(again, { name: record.name, payload: record.payload });
  });
}

test('a text for an Extism plugin is the input of a call', () => {
  const record = recorded('extism', { call: 'echo', input: '-x "y"' });
  assert.deepEqual(contracts['extism']?.command?.(record), [
    'hotplug',
    'run',
    '--development',
    '--call=echo',
    '--args=-x "y"',
  ]);
});

test('what is no event, says other parameters, or is too long has no command', () => {
  const command = (one: RawRecord): readonly string[] | undefined => contracts['streamkit']?.command?.(one);
  const record = recorded('streamkit', { packet: { text: 'x' } });
  assert.equal(command({ ...record, kind: RecordKind.hostCall }), undefined);
  assert.equal(command({ ...record, flags: RecordFlag.control }), undefined);
  assert.equal(command({ ...record, payload: new Uint8Array(3) }), undefined);
  assert.equal(command(recorded('streamkit', { packet: { text: 'x'.repeat(40_000) } })), undefined);
  assert.equal(
    eventCommand(record, () => ({ text: '\u0001'.repeat(8000) })),
    undefined,
  );
  assert.equal(contracts['extism']?.command?.(recorded('extism', { call: 'a', input: '\0' })), undefined);
});

test('a slice that needs the bytes of events before it has no command', () => {
  const record = recorded('chipmunk-parser', { data: 'a line\n' });
  const payload = record.payload.slice();
  // An offset that is not where the bytes of the event begin.
  new DataView(payload.buffer).setFloat64(8, 3, true);
  assert.equal(contracts['chipmunk-parser']?.command?.({ ...record, payload }), undefined);
});

test('a shell reads a command line as the same words', { skip: process.platform === 'win32' }, () => {
  const words = [
    'a b',
    "it's",
    '',
    '$HOME `x` \\ "y" !',
    '*',
    '--args=-3',
    'plain/1.5:x',
    'é\n\t#',
    '~',
    '-',
  ];
  const { stdout } = spawnSync('/bin/sh', ['-c', `printf '%s\\0' ${commandLine(words)}`], {
    encoding: 'utf8',
  });
  assert.deepEqual(stdout.split('\0').slice(0, -1), words);
  assert.equal(commandLine(['hotplug', 'run', '--event', '{"a":1}']), `hotplug run --event '{"a":1}'`);
});
