import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { custom } from '../../extension/contracts/custom/index.ts';
import { checkArgument, exportsOf, sampleCalls } from '../../extension/contracts/custom/forms.ts';
import { PayloadEncoder } from '../../extension/contracts/typed/encoding.ts';
import { findFunction, functionsOf } from '../../extension/contracts/custom/world.ts';
import { UserError } from '../../extension/errors.ts';
import type { Contract } from '../../extension/host/contract.ts';
import {
  decodeCall,
  encodeCall,
  RecordFlag,
  RecordKind,
  type RawRecord,
} from '../../extension/recording/record.ts';
import { readRules } from '../../extension/values/redact.ts';
import { at } from '../../extension/values/tree.ts';
import type { Value } from '../../extension/values/value.ts';
import { printValue } from '../../extension/values/wave.ts';
import { readWitFolder } from '../../extension/wit/files.ts';
import type { WitType, WitWorld } from '../../extension/wit/model.ts';
import { resolveWit } from '../../extension/wit/tool.ts';
import { chooseWorld } from '../../extension/wit/world.ts';

const folder = join(import.meta.dirname, '..', 'fixtures', 'custom', 'everything');

async function everything(): Promise<WitWorld> {
  return chooseWorld(await resolveWit(await readWitFolder(join(folder, 'wit'))));
}

async function bound(): Promise<Contract> {
  const contract = await custom.forProject?.({ folder, config: {} });
  assert.ok(contract !== undefined);
  return contract;
}

function record(kind: RecordKind, name: string, payload: Uint8Array, flags = 0): RawRecord {
  return { kind, plugin: 0, name, time: 0, event: 1, flags, payload };
}

const text: WitType = { kind: 'string' };
const bucket: WitType = { kind: 'borrow', resource: 'a:b/store@1.0.0#bucket' };
const get = new PayloadEncoder({
  params: [
    { name: 'self', type: bucket },
    { name: 'key', type: text },
  ],
  result: { kind: 'option', some: { kind: 'record', fields: [{ name: 'secret', type: text }] } },
});

function called(answer: string): RawRecord {
  const secret: Value = {
    type: 'record',
    fields: [{ name: 'secret', value: { type: 'string', value: answer } }],
  };
  const payload = get.encode({
    params: [
      { type: 'handle', resource: 'bucket', number: 3 },
      { type: 'string', value: 'key' },
    ],
    result: { type: 'variant', name: 'some', value: secret },
  });
  return record(RecordKind.hostCall, 'a:b/store@1.0.0#bucket.get', payload);
}

test('a call is an event by the name of its export, and back', async () => {
  const contract = await bound();
  for (const call of [
    'longs',
    'echo#longs',
    'echo.longs',
    'example:everything/echo#longs',
    'example:everything/echo@1.2.0#longs',
  ]) {
    const event = contract.encodeEvent({ call, args: ['5', -3] });
    assert.equal(event.name, 'example:everything/echo@1.2.0#longs');
    assert.deepEqual(custom.decodeEvent(event), { call: event.name, args: ['5', '-3'] });
  }
  for (const call of ['counter.merge', '[static]counter.merge', 'counters#[static]counter.merge'])
    assert.equal(
      contract.encodeEvent({ call, args: ['counter#1', 'counter#2'] }).name,
      'example:everything/counters@1.2.0#counter.merge',
    );
});

test('a name that stands for several functions is refused with all of them', () => {
  const one = { name: 'f', exportName: 'f', kind: 'function', params: [] } as const;
  const side = {
    functions: [],
    interfaces: ['a:b/x@1.0.0', 'a:b/y@1.0.0'].map((name) => ({
      name,
      functions: [one],
      resources: [],
      types: {},
    })),
  };
  assert.equal(findFunction(functionsOf(side), 'y#f', 'export').name, 'a:b/y@1.0.0#f');
  assert.throws(
    () => findFunction(functionsOf(side), 'f', 'export'),
    (error) =>
      error instanceof UserError &&
      error.message.includes('2 exports') &&
      error.advice.includes('a:b/x@1.0.0#f, a:b/y@1.0.0#f'),
  );
});

test('records say what they are without the WIT', () => {
  const call = called('s');
  assert.equal(custom.describe(call)?.summary, '(bucket#3, "key") → some({secret: "s"})');
  assert.deepEqual(custom.describe(call)?.fields, [
    { name: 'self', value: 'bucket#3' },
    { name: 'key', value: '"key"' },
    { name: 'result', value: 'some({secret: "s"})' },
  ]);
  // The answer belongs to the resource whose method it is, and has no arguments in it.
  const answer = custom.answerOf(call);
  assert.equal(answer?.key, 'bucket#3');
  assert.ok(answer.bytes.length < call.payload.length);
  assert.match(
    custom.describe({ ...call, payload: call.payload.subarray(0, 9) })?.summary ?? '',
    /9 bytes, not readable/,
  );
});

test('what a call gave is its result', () => {
  const give = new PayloadEncoder({ params: [], result: { kind: 'u32' } });
  const result = give.encode({ params: [], result: { type: 'u32', value: 7 } });
  const payload = encodeCall({ durationMs: 1.5, status: 0, text: '', result });
  const call = record(RecordKind.call, 'a:b/c@1.0.0#f', payload);
  assert.deepEqual(decodeCall(payload), { durationMs: 1.5, status: 0, text: '', result });
  assert.equal(custom.describe(call)?.summary, '→ 7');
  assert.equal(custom.values(call)?.result?.type, 'u32');
  assert.throws(() => custom.editResult(call, { type: 'u32', value: 8 }), /it is what the plugin answers/);
  // One without a result is described as everywhere.
  assert.equal(
    custom.describe(record(RecordKind.call, 'f', encodeCall({ durationMs: 1, status: 0, text: '' }))),
    undefined,
  );
});

test('an edited result is one of the type', () => {
  const call = called('s');
  const { result } = custom.values(call) ?? {};
  assert.ok(result !== undefined);
  const none = custom.editResult(call, { type: 'variant', name: 'none' });
  assert.equal(printValue(custom.values({ ...call, payload: none })?.result ?? result), 'none');
  assert.throws(
    () => custom.editResult(call, { type: 'variant', name: 'some', value: { type: 's64', value: 1n } }),
    (error) => error instanceof UserError && error.message.startsWith('result: expected a record, found 1'),
  );
});

test('an edited event is one of its types, whatever the text looked like', async () => {
  const contract = await bound();
  const { name, payload } = contract.encodeEvent({ call: 'shapes', args: ['circle(1.5)'] });
  const event = record(RecordKind.event, name, payload);
  // The payload of another case is read by its looks.
  const looks: Value = {
    type: 'variant',
    name: 'polygon',
    value: {
      type: 'list',
      element: 'record',
      length: 1,
      at: () => ({
        type: 'record',
        fields: [
          { name: 'x', value: { type: 's64', value: 1n } },
          { name: 'y', value: { type: 's64', value: 2n } },
        ],
      }),
    },
  };
  const edited = custom.editEvent(event, [{ name: 'v', value: looks }]);
  const again = custom.values({ ...event, payload: edited.payload })?.arguments[0]?.value;
  assert.ok(again !== undefined);
  assert.equal(printValue(again), 'polygon([{x: 1, y: 2, label: none}])');
  assert.equal(at(again, '[0].x')?.type, 's32');
});

test('what rules name is taken out of calls, answers and results', () => {
  const call = called('s');
  const redacted = custom.redact(call, readRules(['secret']));
  assert.ok(redacted !== undefined);
  assert.equal(
    custom.describe({ ...call, payload: redacted })?.summary,
    '(bucket#3, "key") → some({secret: "[redacted]"})',
  );
  assert.equal(custom.redact(call, readRules(['other'])), undefined);
  const wasi = record(
    RecordKind.hostCall,
    'wasi:random/random#get-random-u64',
    Buffer.from('{"args":[],"result":"7"}'),
    RecordFlag.wasi,
  );
  assert.equal(
    Buffer.from(custom.redact(wasi, readRules(['result'])) ?? []).toString(),
    '{"args":[],"result":"0"}',
  );
});

test('a log line of the plugin is one in the trace', () => {
  const log = new PayloadEncoder({
    params: [
      { name: 'level', type: { kind: 'enum', cases: ['debug', 'warn'] } },
      { name: 'message', type: text },
    ],
  });
  const payload = log.encode({
    params: [
      { type: 'variant', name: 'warn' },
      { type: 'string', value: 'a\nb' },
    ],
  });
  const line = record(RecordKind.hostCall, 'wasi:logging/logging#log', payload, RecordFlag.log);
  assert.deepEqual(custom.describe(line), {
    summary: 'warn: a\nb',
    fields: [
      { name: 'level', value: 'warn' },
      { name: 'message', value: 'a\nb' },
    ],
  });
});

test('a form has every export with samples that are right', async () => {
  const world = await everything();
  const forms = exportsOf(world);
  const form = (label: string): (typeof forms)[number] => {
    const found = forms.find((one) => one.label === label);
    assert.ok(found !== undefined, label);
    return found;
  };
  for (const { label, params } of forms)
    for (const { type, sample } of params)
      assert.equal(checkArgument(type, sample), undefined, `${label}: ${sample}`);
  const exercise = form('exercise');
  assert.equal(exercise.signature, '(name: string, rounds: u32) -> result<list<string>, string>');
  assert.equal(exercise.docs, 'Goes through the store.');
  assert.equal(exercise.place?.file, 'everything.wit');
  assert.deepEqual(
    form('echo.points').params.map(({ name, typeText, sample }) => [name, typeText, sample]),
    [['v', 'point', '{x: 1, y: 1, label: some("text")}']],
  );
  assert.deepEqual(
    [form('keep').params[0]?.sample, form('counters.counter.increment').params[0]?.sample],
    ['bucket', 'counter#1'],
  );
  assert.equal(form('counters.counter.increment').needsResource, true);
  const [{ type } = { type: text }] = form('echo.bytes').params;
  assert.match(checkArgument(type, '300') ?? '', /^Column 1: expected a whole number from 0 to 255/);
  const calls = sampleCalls(world)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { call: string });
  assert.ok(calls.some(({ call }) => call === 'exercise'));
  assert.ok(!calls.some(({ call }) => call.endsWith('counter.increment')));
  const contract = await bound();
  for (const call of calls) contract.encodeEvent(call);
});

test('the exports are the handlers, each for its own events', async () => {
  const contract = await bound();
  const { handlers, hasResources } = contract;
  assert.deepEqual(
    handlers.find(({ event }) => event === 'example:everything/counters@1.2.0#counter.increment')?.function,
    { interface: 'example:everything/counters', resource: 'counter', name: 'increment' },
  );
  assert.deepEqual(handlers.find(({ event }) => event === 'exercise')?.function, {
    interface: '',
    name: 'exercise',
  });
  assert.equal(contract.exportOf('exercise'), 'exercise');
  assert.equal(hasResources, true);
});
