import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { streamkit } from '../../extension/contracts/streamkit/index.ts';
import { decodeSend, type Packet } from '../../extension/contracts/streamkit/packet.ts';
import { UserError } from '../../extension/errors.ts';
import { RecordFlag, RecordKind, type RawRecord } from '../../extension/recording/record.ts';
import { parseValue } from '../../extension/values/parse.ts';
import { at, withAt } from '../../extension/values/tree.ts';
import { crossingRecord, type Crossing, type Value } from '../../extension/values/value.ts';
import { printValue } from '../../extension/values/wave.ts';
import {
  eventRecord,
  logRecord,
  otherRecord,
  packets,
  paramsRecord,
  records,
  sendRecord,
  wasiRecord,
} from './streamkit-fixture.ts';

function valuesOf(record: RawRecord): Crossing {
  const crossing = streamkit.values(record);
  assert.ok(crossing !== undefined);
  return crossing;
}

/** What crossed as WAVE text. */
function wave(record: RawRecord): string {
  return printValue(crossingRecord(valuesOf(record)));
}

/** The arguments of an event with one part replaced by what a person wrote. */
function edited(record: RawRecord, path: string, written: string): RawRecord {
  const all = crossingRecord(valuesOf(record));
  const like = at(all, path);
  assert.ok(like !== undefined, path);
  const changed = withAt(all, path, parseValue(written, like));
  assert.ok(changed.type === 'record');
  const { name, payload } = streamkit.editEvent(record, changed.fields);
  return { ...record, name, payload };
}

function resultEdited(record: RawRecord, written: string): RawRecord {
  const { result } = valuesOf(record);
  assert.ok(result !== undefined);
  return { ...record, payload: streamkit.editResult(record, parseValue(written, result)) };
}

const audio: Packet = {
  tag: 'audio',
  sampleRate: 48_000,
  channels: 1,
  samples: Float32Array.of(0.1, NaN, -Infinity),
};
const custom: Packet = { tag: 'custom', typeId: 'vad', data: '{"event_type":"vad.start","at":[1,2]}' };

test('what crossed is typed as the WIT types it', () => {
  assert.equal(
    wave(eventRecord('in', audio)),
    '{pin: "in", packet: audio({sample-rate: 48000, channels: 1, samples: [0.1, nan, -inf]})}',
  );
  assert.equal(wave(eventRecord('in', { tag: 'text', text: 'hi' })), '{pin: "in", packet: text("hi")}');
  assert.equal(
    wave(sendRecord('out', { tag: 'binary', bytes: Uint8Array.of(1, 255) })),
    '{pin-name: "out", packet: binary([1, 255]), result: ok}',
  );
  assert.equal(
    wave(sendRecord('out', { ...custom, data: '{}' }, 'full')),
    '{pin-name: "out", packet: custom({type-id: "vad", encoding: json, data: "{}"}), result: err("full")}',
  );
  assert.equal(wave(logRecord('warn', 'a "b"')), '{level: warn, message: "a \\"b\\""}');
  assert.equal(wave(paramsRecord('{"gain":1}')), '{params: some("{\\"gain\\":1}")}');
  assert.equal(wave(paramsRecord('')), '{params: none}');
});

test('data of custom packets and parameters are JSON, whose fields have paths', () => {
  const sent = crossingRecord(valuesOf(sendRecord('out', custom)));
  assert.deepEqual(at(sent, 'packet.data.event_type'), { type: 'string', value: 'vad.start' });
  assert.deepEqual(at(sent, 'packet.custom.data.at[1]'), { type: 'f64', value: 2 });
  const params = crossingRecord(valuesOf(paramsRecord('{"gain":0.5}')));
  assert.deepEqual(at(params, 'params.gain'), { type: 'f64', value: 0.5 });
});

test('WASI calls are typed where their signature is known', () => {
  const clock = 'wasi:clocks/monotonic-clock#now';
  assert.equal(wave(wasiRecord(clock, [], '18446744073709551615')), '{result: 18446744073709551615}');
  const wall = wasiRecord('wasi:clocks/wall-clock#now', [], { seconds: '1700000000', nanoseconds: 5 });
  assert.equal(wave(wall), '{result: {seconds: 1700000000, nanoseconds: 5}}');
  const bytes = wasiRecord('wasi:random/random#get-random-bytes', ['3'], { hex: '00ff10' });
  assert.equal(wave(bytes), '{len: 3, result: [0, 255, 16]}');
  const seed = wasiRecord('wasi:random/insecure-seed#insecure-seed', [], ['1', '2']);
  assert.equal(wave(seed), '{result: (1, 2)}');
  const unknown = wasiRecord('wasi:made/up#thing', ['a', { x: [true, null], y: { hex: '0a' } }], 1.5);
  assert.equal(wave(unknown), '{argument-1: "a", argument-2: {x: (true, none), y: [10]}, result: 1.5}');
  assert.equal(wave(wasiRecord(clock, [], 'no number')), '{result: "no number"}');
  assert.equal(wave(wasiRecord('wasi:made/up#nothing', [])), '{:}');
});

test('bytes that are not what they should be have no values', () => {
  const wasi = { ...wasiRecord('wasi:clocks/monotonic-clock#now', []), payload: Buffer.from('{"args"') };
  assert.equal(streamkit.values(wasi), undefined);
  assert.equal(streamkit.values({ ...wasi, payload: Buffer.from('null') }), undefined);
  const event = eventRecord('in', audio);
  assert.equal(streamkit.values({ ...event, payload: event.payload.subarray(0, 20) }), undefined);
  const sent = sendRecord('out', audio);
  assert.equal(streamkit.values({ ...sent, payload: sent.payload.subarray(0, 30) }), undefined);
  assert.equal(streamkit.values(otherRecord(RecordKind.output, 'stderr', 'text')), undefined);
  fc.assert(
    fc.property(records, fc.uint8Array({ maxLength: 64 }), (record, payload) => {
      const broken = { ...record, payload };
      streamkit.describe(broken);
      streamkit.answerOf(broken);
      const crossing = streamkit.values(broken);
      if (crossing !== undefined) printValue(crossingRecord(crossing));
    }),
  );
});

test('an event that is edited into itself has the same bytes', () => {
  fc.assert(
    fc.property(fc.string(), packets, (pin, packet) => {
      const record = eventRecord(pin, packet);
      const { arguments: args } = valuesOf(record);
      assert.deepEqual(streamkit.editEvent(record, args), { name: pin, payload: record.payload });
      const all = crossingRecord({ arguments: args });
      const written = parseValue(printValue(all, { lines: true, plainJson: true }), all);
      assert.ok(written.type === 'record');
      assert.deepEqual(streamkit.editEvent(record, written.fields), { name: pin, payload: record.payload });
    }),
  );
  fc.assert(
    fc.property(fc.json(), (json) => {
      const record = paramsRecord(json);
      const { payload } = streamkit.editEvent(record, valuesOf(record).arguments);
      assert.equal(Buffer.from(payload).toString(), json);
    }),
  );
});

test('an event is edited by field, as a whole and into another packet', () => {
  const event = eventRecord('in', audio);
  assert.equal(
    wave(edited(event, 'packet.samples[1]', '0.5')),
    '{pin: "in", packet: audio({sample-rate: 48000, channels: 1, samples: [0.1, 0.5, -inf]})}',
  );
  assert.equal(
    wave(edited(event, 'packet.samples', '[1, 2]')),
    '{pin: "in", packet: audio({sample-rate: 48000, channels: 1, samples: [1, 2]})}',
  );
  assert.equal(wave(edited(event, 'packet', 'text("hi")')), '{pin: "in", packet: text("hi")}');
  assert.equal(wave(edited(event, 'packet', 'binary([1, 2])')), '{pin: "in", packet: binary([1, 2])}');
  assert.equal(
    wave(edited(event, 'packet', 'audio({sample-rate: 8000, channels: 2, samples: [0.5, 1]})')),
    '{pin: "in", packet: audio({sample-rate: 8000, channels: 2, samples: [0.5, 1]})}',
  );
  assert.equal(
    wave(
      edited(
        edited(event, 'packet', 'text("")'),
        'packet',
        'audio({channels: 2, sample-rate: 8000, samples: [0.5, 1]})',
      ),
    ),
    '{pin: "in", packet: audio({sample-rate: 8000, channels: 2, samples: [0.5, 1]})}',
  );
  assert.equal(edited(event, 'pin', '"other"').name, 'other');
  assert.equal(
    wave(edited(eventRecord('in', custom), 'packet.data.at[0]', '7.5')),
    '{pin: "in", packet: custom({type-id: "vad", encoding: json, data: "{\\"event_type\\":\\"vad.start\\",\\"at\\":[7.5,2]}"})}',
  );
  assert.equal(
    wave(edited(paramsRecord('{"gain":1}'), 'params.gain', '2')),
    '{params: some("{\\"gain\\":2}")}',
  );
  assert.equal(wave(edited(paramsRecord('{"gain":1}'), 'params', 'none')), '{params: none}');
  assert.equal(wave(edited(paramsRecord(''), 'params', '"[1]"')), '{params: some("[1]")}');
});

function refused(run: () => unknown, message: RegExp): void {
  assert.throws(
    run,
    (error) => error instanceof UserError && message.test(error.message) && error.advice !== '',
  );
}

test('an edit that the contract cannot take is refused with the name of the field', () => {
  const event = eventRecord('in', audio);
  refused(() => edited(event, 'packet', 'video("x")'), /^packet: must be one of audio/);
  refused(() => edited(event, 'packet', 'text(1)'), /^packet: must be a string/);
  refused(
    () => edited(event, 'packet', 'binary([1, 300])'),
    /^packet\[1\]: must be a whole number from 0 to 255/,
  );
  const text = eventRecord('in', { tag: 'text', text: '' });
  const audioWith =
    (fields: string): (() => unknown) =>
    () =>
      edited(text, 'packet', `audio({${fields}})`);
  refused(audioWith('channels: 1, samples: []'), /^packet\.sample-rate: must be given/);
  refused(
    audioWith('sample-rate: 1, channels: 65536, samples: []'),
    /^packet\.channels: must be a whole number from 0 to 65535/,
  );
  refused(
    audioWith('sample-rate: 1, channels: 1, samples: [1, "x"]'),
    /^packet\.samples\[1\]: must be a number/,
  );
  refused(audioWith('sample-rate: 1, channels: 1, samples: 7'), /^packet\.samples: must be a list/);
  refused(
    () => edited(text, 'packet', 'custom({type-id: "a", encoding: xml, data: "{}"})'),
    /^packet\.encoding: must be json/,
  );
  refused(() => edited(eventRecord('in', custom), 'packet.data', '"{oops"'), /^packet\.data: must be JSON: /);
  refused(() => edited(paramsRecord('{}'), 'params', 'some("{")'), /^params: must be JSON: /);
  refused(() => streamkit.editEvent(event, []), /^packet: must be given/);
  refused(() => streamkit.editEvent(sendRecord('out', audio), []), /^Only an event/);
  const ok: Value = { type: 'variant', name: 'ok' };
  refused(() => streamkit.editResult(event, ok), /^Only a host call/);
  refused(() => streamkit.editResult(logRecord('info', ''), ok), /^log returns nothing/);
  refused(() => resultEdited(sendRecord('out', audio), 'maybe'), /^result: must be ok or err/);
  refused(() => resultEdited(sendRecord('out', audio), 'err(1)'), /^result: must be ok or err/);
  refused(() => streamkit.editResult(wasiRecord('wasi:made/up#nothing', []), ok), /returns nothing/);
  const wall = wasiRecord('wasi:clocks/wall-clock#now', [], { seconds: '1', nanoseconds: 5 });
  const half: Value = { type: 'record', fields: [{ name: 'seconds', value: { type: 'u64', value: 1n } }] };
  refused(() => streamkit.editResult(wall, half), /^result\.nanoseconds: must be given/);
  refused(() => streamkit.editResult(wall, ok), /^result: must be a record/);
});

test('the result of a host call is edited, the call stays as it was', () => {
  const sent = sendRecord('out', audio);
  const failed = resultEdited(sent, 'err("queue full")');
  assert.deepEqual(decodeSend(failed.payload), { ...decodeSend(sent.payload), error: 'queue full' });
  assert.deepEqual(resultEdited(failed, 'ok').payload, sent.payload);

  const json = (record: RawRecord): unknown => JSON.parse(Buffer.from(record.payload).toString());
  const clock = wasiRecord('wasi:clocks/monotonic-clock#now', [], '5');
  assert.deepEqual(json(resultEdited(clock, '18446744073709551615')), {
    args: [],
    result: '18446744073709551615',
  });
  const wall = wasiRecord('wasi:clocks/wall-clock#now', [], { seconds: '1', nanoseconds: 5 });
  assert.deepEqual(json(resultEdited(wall, '{seconds: 2, nanoseconds: 6}')), {
    args: [],
    result: { seconds: '2', nanoseconds: 6 },
  });
  const bytes = wasiRecord('wasi:random/random#get-random-bytes', ['3'], { hex: '00ff10' });
  assert.deepEqual(json(resultEdited(bytes, '[1, 2, 255]')), { args: ['3'], result: { hex: '0102ff' } });
  const seed = wasiRecord('wasi:random/insecure-seed#insecure-seed', [], ['1', '2']);
  assert.deepEqual(json(resultEdited(seed, '(3, 4)')), { args: [], result: ['3', '4'] });
  const unknown = wasiRecord('wasi:made/up#thing', [], { x: [true, null], y: { hex: '0a' }, z: 'a' });
  assert.deepEqual(json(resultEdited(unknown, '{x: (false, none), y: [1], z: "b"}')), {
    args: [],
    result: { x: [false, null], y: { hex: '01' }, z: 'b' },
  });
});

test('a replay is given what was answered', () => {
  const sent = (error?: string): RawRecord => sendRecord('out', audio, error);
  assert.deepEqual(streamkit.answerOf(sent()), { key: 'out', bytes: new Uint8Array() });
  assert.deepEqual(streamkit.answerOf(sent('é')), { key: 'out', bytes: Uint8Array.of(1, 0xc3, 0xa9) });
  assert.deepEqual(streamkit.answerOf(sent('')), { key: 'out', bytes: Uint8Array.of(1) });
  const clock = wasiRecord('wasi:clocks/monotonic-clock#now', [], '5');
  const answer = streamkit.answerOf(clock);
  assert.equal(answer?.key, '');
  assert.equal(Buffer.from(answer.bytes).toString(), '{"args":[],"result":"5"}');
  clock.payload.fill(0);
  assert.equal(answer.bytes[0], '{'.charCodeAt(0), 'it is a copy');
  assert.equal(streamkit.answerOf(logRecord('info', 'x')), undefined);
  assert.equal(streamkit.answerOf(eventRecord('in', audio)), undefined);
});

test('records are described by their values', () => {
  const lines = (record: RawRecord): readonly string[] => {
    const described = streamkit.describe(record);
    return [
      described?.summary ?? '',
      ...(described?.fields ?? []).map(({ name, value }) => `${name}: ${value}`),
    ];
  };
  assert.deepEqual(lines(sendRecord('out', { tag: 'text', text: 'a\n' }, 'full "x"')), [
    'out ← text "a\\n": err("full \\"x\\"")',
    'pin-name: "out"',
    'packet: text("a\\n")',
    'result: err("full \\"x\\"")',
  ]);
  assert.deepEqual(lines(eventRecord('in', { tag: 'binary', bytes: Uint8Array.of(1) })), [
    'binary 1 bytes 01',
    'pin: in',
    'packet: binary([1])',
  ]);
  assert.match(
    lines(eventRecord('in', { tag: 'binary', bytes: new Uint8Array(300) }))[2] ?? '',
    /^packet: binary\(\[0, .*, \/\* 44 more \*\/\]\)$/,
  );
  assert.deepEqual(lines(logRecord('info', 'one\ntwo')), [
    'info: one\ntwo',
    'level: info',
    'message: one\ntwo',
  ]);
  assert.deepEqual(lines(paramsRecord('')), ['params none', 'params: none']);
  assert.deepEqual(lines(wasiRecord('wasi:random/random#get-random-bytes', ['2'], { hex: '0a0b' })), [
    '(2) → [10, 11]',
    'len: 2',
    'result: [10, 11]',
  ]);
  assert.deepEqual(lines({ ...eventRecord('in', audio), payload: new Uint8Array(3) }), [
    'unreadable packet',
    'pin: in',
  ]);
  const broken = { ...sendRecord('out', audio), payload: new Uint8Array(3) };
  assert.deepEqual(lines(broken), ['unreadable host call']);
  assert.deepEqual(lines({ ...broken, flags: RecordFlag.wasi }), ['unreadable host call']);
});
