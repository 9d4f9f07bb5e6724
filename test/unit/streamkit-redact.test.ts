import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { streamkit } from '../../extension/contracts/streamkit/index.ts';
import type { Packet } from '../../extension/contracts/streamkit/packet.ts';
import {
  CallStatus,
  decodeCall,
  encodeCall,
  RecordKind,
  type RawRecord,
} from '../../extension/recording/record.ts';
import { readRules } from '../../extension/values/redact.ts';
import { crossingRecord } from '../../extension/values/value.ts';
import { printValue } from '../../extension/values/wave.ts';
import {
  eventRecord,
  logRecord,
  otherRecord,
  paramsRecord,
  records,
  sendRecord,
  wasiRecord,
} from './streamkit-fixture.ts';

/** What is recorded in place of a record: its values, or its text where it has none; `same` where nothing is named. */
function left(record: RawRecord, ...rules: string[]): string {
  const payload = streamkit.redact(record, readRules(rules));
  if (payload === undefined) return 'same';
  const crossing = streamkit.values({ ...record, payload });
  if (crossing === undefined) return Buffer.from(payload).toString();
  return printValue(crossingRecord(crossing), { plainJson: true });
}

const audio: Packet = { tag: 'audio', sampleRate: 48_000, channels: 1, samples: Float32Array.of(0.5, 1) };
const custom: Packet = { tag: 'custom', typeId: 'login', data: '{"token":"t","n":1}' };

test('packets lose what is named and stay packets', () => {
  assert.equal(
    left(eventRecord('in', custom), 'token'),
    '{pin: "in", packet: custom({type-id: "login", encoding: json, data: {"token":"[redacted]","n":1}})}',
  );
  assert.equal(
    left(sendRecord('out', custom, 'no'), 'packet.custom.data.n', 'err'),
    '{pin-name: "out", packet: custom({type-id: "login", encoding: json, data: {"token":"t","n":0}}), result: err("[redacted]")}',
  );
  assert.equal(
    left(eventRecord('in', audio), 'samples'),
    '{pin: "in", packet: audio({sample-rate: 48000, channels: 1, samples: [0, 0]})}',
  );
  assert.equal(
    left(eventRecord('in', audio), 'in'),
    '{pin: "in", packet: audio({sample-rate: 0, channels: 0, samples: [0, 0]})}',
  );
  assert.equal(
    left(eventRecord('in', { tag: 'text', text: 'x' }), 'packet'),
    '{pin: "in", packet: text("[redacted]")}',
  );
  assert.equal(
    left(eventRecord('in', { tag: 'text', text: '{"token":"t"}' }), 'token'),
    '{pin: "in", packet: text("{\\"token\\":\\"[redacted]\\"}")}',
  );
  assert.equal(
    left(eventRecord('in', { tag: 'binary', bytes: Uint8Array.of(1, 2) }), 'packet.binary'),
    '{pin: "in", packet: binary([0, 0])}',
  );
  assert.equal(left(eventRecord('in', custom), 'pin', 'samples', 'packet.text', 'out'), 'same');
  assert.equal(left(sendRecord('out', audio), 'pin-name', 'err', 'token'), 'same');
});

test('logs, parameters and WASI calls lose what is named', () => {
  assert.equal(left(logRecord('warn', 'x'), 'log.message'), '{level: warn, message: "[redacted]"}');
  assert.equal(left(logRecord('warn', '{"token":1}'), 'token'), '{level: warn, message: "{\\"token\\":0}"}');
  assert.equal(left(logRecord('warn', 'x'), 'level', 'send-output.message'), 'same');
  assert.equal(
    left(paramsRecord('{"token":"t","n":1}'), 'token'),
    '{params: some({"token":"[redacted]","n":1})}',
  );
  assert.equal(left(paramsRecord('{"token":"t"}'), 'params'), '{params: some({})}');
  assert.equal(left(paramsRecord(''), 'token'), 'same');
  const random = 'wasi:random/random#get-random-bytes';
  assert.equal(
    left(wasiRecord(random, ['2'], { hex: 'ffff' }), `["${random}"].result`),
    '{len: 2, result: [0, 0]}',
  );
  assert.equal(left(wasiRecord('wasi:clocks/monotonic-clock#now', [], '5'), 'result'), '{result: 0}');
  const wall = wasiRecord('wasi:clocks/wall-clock#now', [], { seconds: '1', nanoseconds: 5 });
  assert.equal(left(wall, 'seconds'), '{result: {seconds: 0, nanoseconds: 5}}');
  const stat = 'wasi:filesystem/types#[method]descriptor.stat-at';
  const at = { seconds: '1', nanoseconds: 2 };
  const found = {
    type: 'regular-file',
    linkCount: '2',
    size: '3',
    dataAccessTimestamp: at,
    dataModificationTimestamp: at,
    statusChangeTimestamp: at,
  };
  const asked = [4, { symlinkFollow: true }, 'a.txt'];
  assert.equal(
    left(wasiRecord(stat, asked, { err: 'no-entry' }), 'path', 'link-count'),
    '{self: descriptor#4, path-flags: {symlink-follow}, path: "[redacted]", result: err(no-entry)}',
  );
  assert.match(
    left(wasiRecord(stat, asked, { ok: found }), 'link-count'),
    /path: "a\.txt".*link-count: 0, size: 3/,
  );
  assert.equal(
    left(wasiRecord('wasi:clocks/monotonic-clock#now', [], 'odd'), 'result'),
    '{result: "[redacted]"}',
  );
});

test('output, errors and the reports that quote them lose what is named', () => {
  const stderr = otherRecord(RecordKind.output, 'stderr', 'a line\n{"token":"t"}\n');
  assert.equal(left(stderr, 'stderr'), '[redacted]\n[redacted]\n');
  assert.equal(left(stderr, 'token'), 'a line\n{"token":"[redacted]"}\n');
  assert.equal(left(stderr, 'stdout', 'password'), 'same');

  const call = (status: CallStatus, text: string): RawRecord =>
    otherRecord(RecordKind.call, 'process', encodeCall({ durationMs: 1.5, status, text }));
  const callLeft = (record: RawRecord, rule: string): string => {
    const payload = streamkit.redact(record, readRules([rule]));
    return payload === undefined ? 'same' : JSON.stringify(decodeCall(payload));
  };
  assert.equal(
    callLeft(call(CallStatus.error, 'bad t'), 'process.result.err'),
    '{"durationMs":1.5,"status":1,"text":"[redacted]"}',
  );
  assert.equal(
    callLeft(call(CallStatus.error, 'bad t'), 'err'),
    '{"durationMs":1.5,"status":1,"text":"[redacted]"}',
  );
  assert.equal(
    callLeft(call(CallStatus.error, '{"token":"t"}'), 'token'),
    '{"durationMs":1.5,"status":1,"text":"{\\"token\\":\\"[redacted]\\"}"}',
  );
  assert.equal(callLeft(call(CallStatus.error, 'bad t'), 'trap'), 'same');
  assert.equal(
    callLeft(call(CallStatus.trap, 'bad t'), 'trap'),
    '{"durationMs":1.5,"status":2,"text":"[redacted]"}',
  );
  assert.equal(callLeft(call(CallStatus.ok, ''), 'process'), 'same');

  const report = {
    kind: 'error',
    call: 'process',
    what: 'process returned t',
    stateText: 'Runtime error: t',
    stderr: 's',
  };
  const failed = otherRecord(
    RecordKind.lifecycle,
    'failed',
    JSON.stringify({ change: 'failed', text: 'error: t', report }),
  );
  assert.deepEqual(JSON.parse(left(failed, 'err')), {
    change: 'failed',
    text: '[redacted]',
    report: { ...report, what: '[redacted]', stateText: '[redacted]' },
  });
  assert.equal(left(failed, 'trap', 'update-params.err'), 'same');
  const quoting = { ...report, what: 'process returned an error: {"token":"t"}' };
  const quoted = JSON.stringify({ change: 'failed', text: 'error: {"token":"t"}', report: quoting });
  assert.doesNotMatch(left(otherRecord(RecordKind.lifecycle, 'failed', quoted), 'token'), /token|"t"/);
  const running = otherRecord(
    RecordKind.lifecycle,
    'running',
    JSON.stringify({ change: 'running', text: 'r', params: '{"token":"t"}' }),
  );
  assert.deepEqual(JSON.parse(left(running, 'token')), {
    change: 'running',
    text: 'r',
    params: '{"token":"[redacted]"}',
  });
  assert.equal(left(running, 'text', 'change'), 'same');
  assert.equal(left(otherRecord(RecordKind.lifecycle, 'x', 'no json'), 'token'), 'same');
  assert.equal(left(otherRecord(RecordKind.memory, 'memory', new Uint8Array(8)), 'memory'), 'same');
});

test('a record is redacted or left alone, whatever its bytes and the rules are', () => {
  const rules = [
    ['token'],
    ['packet'],
    ['*.data'],
    ['result'],
    ['x', 'packet.data.*', 'stderr', 'message'],
  ].map((each) => readRules(each));
  fc.assert(
    fc.property(
      records,
      fc.constantFrom(...rules),
      fc.boolean(),
      fc.uint8Array(),
      (record, redaction, broken, bytes) => {
        const given = broken ? { ...record, payload: bytes } : record;
        const before = Buffer.from(given.payload);
        const payload = streamkit.redact(given, redaction);
        assert.deepEqual(Buffer.from(given.payload), before, 'the record itself stays');
        if (payload === undefined) return;
        const again = streamkit.redact({ ...given, payload }, redaction);
        assert.deepEqual(again === undefined ? undefined : Buffer.from(again), Buffer.from(payload));
      },
    ),
    { numRuns: 500 },
  );
});

test('what no rule can name anything in is not decoded', () => {
  const rules = readRules(['password', 'packet.data.token']);
  const decoded: string[] = [];
  const watched = (record: RawRecord): RawRecord => ({
    ...record,
    get payload() {
      decoded.push(record.name);
      return record.payload;
    },
  });
  const samples = eventRecord('in', { ...audio, samples: new Float32Array(48_000) });
  streamkit.redact(samples, rules);
  assert.equal(streamkit.redact(watched(samples), rules), undefined);
  assert.ok(decoded.length <= 2, `looked at the payload ${decoded.length} times`);
});
