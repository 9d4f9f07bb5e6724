/**
 * Rules of the component model that V8 and jco's script do not keep: each with a plugin that breaks it,
 * refused by wasmtime and by Hotplug's own host at the same call, or taken by both.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Packet } from '../../extension/contracts/streamkit/packet.ts';
import { jcoDefault } from '../bench/jcoDefault.ts';
import { data, LOG, madeComponent, NOW, OUT, send, type Parts } from './made.ts';
import {
  assertAlike,
  inHotplug,
  inWasmtime,
  type Lived,
  type Scenario,
  type WasmtimeLives,
} from './wasmtime-streamkit.ts';
import { missingForWasmtime } from './wasmtime.ts';

interface Rule {
  readonly parts: Parts;
  /** The packet that is sent; a text where absent. */
  readonly packet?: Packet;
  /** What wasmtime says; undefined where the plugin may do it. */
  readonly wasmtime?: string;
  /** What Hotplug's report says happened. */
  readonly says?: RegExp;
}

const CANNOT_LEAVE = 'wasm trap: cannot leave component instance';
const NOT_UTF8 = 'invalid utf-8 sequence of 1 bytes from index 0';
const NOT_TEXT = data(300, 'ff fe 41');
/** An `err` of `process` at 320, whose text is elsewhere. */
const errorAt = (pointer: string, length: string): Partial<Parts> => ({
  more: data(320, `01000000 ${pointer} ${length}`) + NOT_TEXT,
  result: '(i32.const 320)',
});
/** Does something in `cabi_realloc` while the plugin itself has asked for it. */
const whileAsked = (what: string): Partial<Parts> => ({
  more: '(global $asked (mut i32) (i32.const 0))',
  realloc: `(if (global.get $asked) (then ${what}))`,
});
const ask = (what: string): string =>
  `(global.set $asked (i32.const 1)) ${what} (global.set $asked (i32.const 0))`;
const samples: Packet = { tag: 'audio', sampleRate: 48_000, channels: 1, samples: new Float32Array(3) };

const wasi = {
  now: '(import "wasi:clocks/monotonic-clock@0.2.0" "now" (func $now (result i64)))',
  environment: '(import "wasi:cli/environment@0.2.0" "get-environment" (func $environment (param i32)))',
  stdout: '(import "wasi:cli/stdout@0.2.0" "get-stdout" (func $stdout (result i32)))',
  stdin: '(import "wasi:cli/stdin@0.2.0" "get-stdin" (func $stdin (result i32)))',
  write:
    '(import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush" (func $write (param i32 i32 i32 i32)))',
  zeroes:
    '(import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-zeroes-and-flush" (func $zeroes (param i32 i64 i32)))',
  subscribe:
    '(import "wasi:io/streams@0.2.0" "[method]output-stream.subscribe" (func $subscribe (param i32) (result i32)))',
  read: '(import "wasi:io/streams@0.2.0" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))',
  dropStream:
    '(import "wasi:io/streams@0.2.0" "[resource-drop]output-stream" (func $drop-stream (param i32)))',
  dropPollable: '(import "wasi:io/poll@0.2.0" "[resource-drop]pollable" (func $drop-pollable (param i32)))',
  poll: '(import "wasi:io/poll@0.2.0" "poll" (func $poll (param i32 i32 i32)))',
  random: '(import "wasi:random/random@0.2.0" "get-random-bytes" (func $random (param i64 i32)))',
  network: '(import "wasi:sockets/instance-network@0.2.0" "instance-network" (func $network (result i32)))',
  resolve:
    '(import "wasi:sockets/ip-name-lookup@0.2.0" "resolve-addresses" (func $resolve (param i32 i32 i32 i32)))',
  socket:
    '(import "wasi:sockets/tcp-create-socket@0.2.0" "create-tcp-socket" (func $socket (param i32 i32)))',
};
const CLOCK =
  '(import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))';
const readClock = '(drop (call $clock (i32.const 0) (i64.const 0) (i32.const 400)))';
/** Logs a digit: how a call ended. */
const show = (value: string): string =>
  `(i32.store8 (i32.const 400) (i32.add (i32.const 48) ${value})) (call $log (i32.const 1) (i32.const 400) (i32.const 1))`;
const byte = (at: number): string => `(i32.load8_u (i32.const ${at}))`;

const leaving: Readonly<Record<string, Rule>> = {
  'log while an argument is handed over': {
    parts: { realloc: LOG },
    wasmtime: CANNOT_LEAVE,
    says: /called streamkit:plugin\/host@0\.1\.0#log while the host ran its cabi_realloc to make room/,
  },
  'log while a result is handed over': {
    parts: { ...whileAsked(LOG), process: ask(send({ pin: NOW })) },
    wasmtime: CANNOT_LEAVE,
    says: /#log while the host ran its cabi_realloc/,
  },
  'log while a result is freed': {
    parts: { postProcess: LOG },
    wasmtime: CANNOT_LEAVE,
    says: /#log while the host ran its cabi_post_streamkit:plugin\/node@0\.1\.0#\[method\]node-instance\.process to have a result freed/,
  },
  'a clock in the allocator': {
    parts: { imports: wasi.now, realloc: '(drop (call $now))' },
    wasmtime: CANNOT_LEAVE,
    says: /called wasi:clocks\/monotonic-clock@0\.2\.0#now while/,
  },
  'the environment in the allocator': {
    parts: { imports: wasi.environment, realloc: '(call $environment (i32.const 128))' },
    wasmtime: CANNOT_LEAVE,
    says: /called wasi:cli\/environment@0\.2\.0#get-environment while/,
  },
  'a clock of WASI preview 1 in the allocator, by way of the adapter': {
    parts: { imports: CLOCK, realloc: readClock },
    wasmtime: CANNOT_LEAVE,
    says: /called wasi:clocks\/\S+ while the host ran its cabi_realloc/,
  },
  'a handle that is dropped in the allocator': {
    parts: {
      imports: wasi.stdout + wasi.dropStream,
      ...whileAsked('(call $drop-stream (local.get $align))'),
      process: ask(`(drop (call $stdout)) ${send({ pin: NOW })}`),
    },
    wasmtime: CANNOT_LEAVE,
    says: /called wasi:io\/streams@0\.2\.0#\[resource-drop\]output-stream while/,
  },
  'a resource that is made in the allocator': {
    parts: { ...whileAsked('(drop (call $new (i32.const 7)))'), process: ask(send({ pin: NOW })) },
    wasmtime: CANNOT_LEAVE,
    says: /\[resource-new\]node-instance while/,
  },
  'log in the allocator that the plugin itself calls': {
    parts: {
      ...whileAsked(LOG),
      process: ask('(drop (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))'),
    },
  },
  'log in the allocator that the adapter calls': {
    parts: { imports: CLOCK, ...whileAsked(LOG), process: ask(readClock) },
  },
  'a clock while the plugin is instantiated': {
    parts: { imports: wasi.now, more: '(func $start (drop (call $now))) (start $start)' },
  },
};

const values: Readonly<Record<string, Rule>> = {
  'an error that is not UTF-8': {
    parts: errorAt('2c010000', '03000000'),
    wasmtime: NOT_UTF8,
    says: /the error of process is not valid UTF-8/,
  },
  'an error beyond the end of memory': {
    parts: errorAt('00ffff7f', '03000000'),
    wasmtime: 'string pointer/length out of bounds of memory',
    says: /the error of process reaches beyond/,
  },
  'a result of no case': {
    parts: { more: data(320, '02000000'), result: '(i32.const 320)' },
    wasmtime: 'discriminant 2 out of range [0..2)',
    says: /the case of the result of process is 2/,
  },
  'a result that is not aligned': {
    parts: { result: '(i32.const 65)' },
    wasmtime: 'return pointer not aligned',
    says: /the result of process is not aligned/,
  },
  'a result beyond the end of memory': {
    parts: { result: '(i32.const 131068)' },
    wasmtime: 'pointer out of bounds of memory',
    says: /the result of process is beyond/,
  },
  'a log line that is not UTF-8': {
    parts: { more: NOT_TEXT, process: '(call $log (i32.const 1) (i32.const 300) (i32.const 3))' },
    wasmtime: NOT_UTF8,
    says: /log's message is not valid UTF-8/,
  },
  'a log line beyond the end of memory': {
    parts: { process: '(call $log (i32.const 1) (i32.const 131070) (i32.const 3))' },
    wasmtime: 'string pointer/length out of bounds of memory',
    says: /log's message reaches beyond/,
  },
  'a level of no case': {
    parts: { process: '(call $log (i32.const 4) (i32.const 240) (i32.const 3))' },
    wasmtime: 'discriminant 4 out of range [0..4)',
    says: /log's level is 4/,
  },
  'a packet of no case': {
    parts: { process: send({ tag: 4 }) },
    wasmtime: 'discriminant 4 out of range [0..4)',
    says: /the case of the packet is 4/,
  },
  'an encoding of no case': {
    parts: { process: send({ tag: 3, words: [240, 1, 1, 205, 2] }) },
    wasmtime: 'discriminant 1 out of range [0..1)',
    says: /the custom packet's encoding is 1/,
  },
  'samples that are not aligned': {
    parts: { process: send({ tag: 0, words: [48_000, 1, 241, 1] }) },
    wasmtime: 'list pointer is not aligned',
    says: /samples of the packet are not aligned/,
  },
  'samples beyond the end of memory': {
    parts: { process: send({ tag: 0, words: [48_000, 1, 0, 0x40000001] }) },
    wasmtime: 'list pointer/length out of bounds of memory',
    says: /the packet reaches beyond/,
  },
  'a number of channels with more bits than it has': {
    parts: { process: send({ tag: 0, words: [48_000, 0x10002, 240, 1] }) },
  },
  'a byte order mark': {
    parts: { more: data(300, 'efbbbf 41'), process: send({ words: [300, 4] }) },
  },
  'a pin that is not UTF-8': {
    parts: { more: NOT_TEXT, process: send({ pin: 300 }) },
    wasmtime: NOT_UTF8,
    says: /pin name is not valid UTF-8/,
  },
  'a place for a result that is not aligned': {
    parts: { process: send({ result: 129 }) },
    wasmtime: 'pointer not aligned',
    says: /the place for the result of send-output is not aligned/,
  },
  'a place for a result beyond the end of memory': {
    parts: { process: send({ pin: OUT, result: 131_068 }) },
    wasmtime: 'pointer out of bounds',
    says: /the place for the result of send-output is beyond/,
  },
  'an allocation that is not aligned': {
    parts: { allocated: '(i32.const 4097)' },
    packet: samples,
    wasmtime: 'realloc return: result not aligned',
    says: /cabi_realloc gave 4097 for 12 bytes at a multiple of 4/,
  },
  'an allocation beyond the end of memory': {
    parts: { allocated: '(i32.const 131071)' },
    wasmtime: 'realloc return: beyond end of memory',
    says: /beyond end of memory/,
  },
};

const features: Readonly<Record<string, Rule>> = {
  'standard exceptions': {
    parts: {
      more: '(tag $e) (func $f (block $h (try_table (catch $e $h) (throw $e))))',
      process: `(call $f) ${LOG}`,
    },
  },
  'memory up to the limit, and none beyond it': {
    parts: {
      process: `${show('(i32.ne (memory.grow (i32.const 1022)) (i32.const -1))')} ${show('(i32.eq (memory.grow (i32.const 1)) (i32.const -1))')}`,
    },
  },
  'NaN as it is computed': {
    parts: {
      process: `(f32.store (i32.const 400) (f32.div (f32.const 0) (f32.const 0))) (f32.store (i32.const 404) (f32.add (f32.const nan:0x200001) (f32.const 1))) ${send({ tag: 2, words: [400, 8] })}`,
    },
  },
};

const wasiCalls: Readonly<Record<string, Rule>> = {
  'more than 4096 bytes written and flushed': {
    parts: {
      imports: wasi.stdout + wasi.write,
      process: '(call $write (call $stdout) (i32.const 8192) (i32.const 4097) (i32.const 128))',
    },
    wasmtime: 'Buffer too large for blocking-write-and-flush (expected at most 4096)',
    says: /passed 4097 bytes to blocking-write-and-flush/,
  },
  'more than 4096 zeroes written and flushed': {
    parts: {
      imports: wasi.stdout + wasi.zeroes,
      process: '(call $zeroes (call $stdout) (i64.const 5000) (i32.const 128))',
    },
    wasmtime: 'Buffer too large for blocking-write-zeroes-and-flush (expected at most 4096)',
    says: /passed 5000 bytes to blocking-write-zeroes-and-flush/,
  },
  '4096 bytes written and flushed': {
    parts: {
      imports: wasi.stdout + wasi.write,
      process: `(call $write (call $stdout) (i32.const 8192) (i32.const 4096) (i32.const 128)) ${show(byte(128))}`,
    },
  },
  'nothing polled': {
    parts: { imports: wasi.poll, process: '(call $poll (i32.const 0) (i32.const 0) (i32.const 128))' },
    wasmtime: 'empty poll list',
    says: /polled nothing/,
  },
  'a stream dropped before its pollable': {
    parts: {
      imports: wasi.stdout + wasi.subscribe + wasi.dropStream,
      process:
        '(local.set $i (call $stdout)) (drop (call $subscribe (local.get $i))) (call $drop-stream (local.get $i))',
    },
    wasmtime: 'resource has children',
    says: /dropped a stream before a pollable of it/,
  },
  'a pollable dropped before its stream': {
    parts: {
      imports: wasi.stdout + wasi.subscribe + wasi.dropStream + wasi.dropPollable,
      process:
        '(local.set $i (call $stdout)) (call $drop-pollable (call $subscribe (local.get $i))) (call $drop-stream (local.get $i))',
    },
  },
  'a handle dropped twice': {
    parts: {
      imports: wasi.stdout + wasi.dropStream,
      process:
        '(local.set $i (call $stdout)) (call $drop-stream (local.get $i)) (call $drop-stream (local.get $i))',
    },
    wasmtime: 'unknown handle index 1',
    says: /used the handle 1, which it does not have/,
  },
  'a handle that never was': {
    parts: { imports: wasi.dropStream, process: '(call $drop-stream (i32.const 77))' },
    wasmtime: 'unknown handle index 77',
    says: /used the handle 77/,
  },
  'a stream that was dropped': {
    parts: {
      imports: wasi.stdout + wasi.dropStream + wasi.write,
      process:
        '(local.set $i (call $stdout)) (call $drop-stream (local.get $i)) (call $write (local.get $i) (i32.const 200) (i32.const 5) (i32.const 128))',
    },
    wasmtime: 'unknown handle index 1',
    says: /used the handle 1/,
  },
  'more random bytes than there may be': {
    parts: { imports: wasi.random, process: '(call $random (i64.const -1) (i32.const 128))' },
    wasmtime: 'requested len 18446744073709551615 exceeds limit 67108864',
    says: /process trapped/,
  },
  'an input without an end': {
    parts: {
      imports: wasi.stdin + wasi.read,
      process: `(call $read (call $stdin) (i64.const 5) (i32.const 128)) ${show(byte(128))} ${show(byte(132))}`,
    },
  },
  'a name that is looked up': {
    parts: {
      imports: wasi.network + wasi.resolve,
      process: `(call $resolve (call $network) (i32.const 240) (i32.const 3) (i32.const 128)) ${show(byte(128))} ${show(byte(132))}`,
    },
  },
  'a socket': {
    parts: {
      imports: wasi.socket,
      process: `(call $socket (i32.const 0) (i32.const 128)) ${show(byte(128))} ${show(byte(132))}`,
    },
  },
};

/** What wasmtime does not compile, and Hotplug therefore does not run. */
const uncompiled: Readonly<Record<string, { parts: Parts; wasmtime: RegExp; says: RegExp }>> = {
  "exceptions of WebAssembly's first proposal": {
    parts: { more: '(tag $e) (func $f try (throw $e) catch $e end)', process: '(call $f)' },
    wasmtime: /legacy_exceptions feature required/,
    says: /uses the exceptions of WebAssembly's first proposal/,
  },
  'a memory that threads share': {
    parts: { more: '(memory $two 1 1 shared)' },
    wasmtime: /shared memory support is disabled/,
    says: /has a memory that threads share/,
  },
  'a memory larger than what is granted': {
    parts: { more: '(memory $two 2000)' },
    wasmtime: /exceeds memory limits/,
    says: /wants 125 MiB of memory to start with/,
  },
};

const rules = { ...leaving, ...values, ...features, ...wasiCalls };
const skip = (await missingForWasmtime()) ?? false;
const folder = await mkdtemp(join(tmpdir(), 'hotplug-rules-'));
after(() => rm(folder, { recursive: true, force: true }));

const scenarioOf = ({ packet = { tag: 'text', text: 'abc' } }: Rule): Scenario => ({
  steps: [{ packet }, 'cleanup'],
});
const fileOf = (name: string): string => join(folder, `${name.replaceAll(/\W+/g, '-')}.wasm`);

/** What all of them do in wasmtime: one start of Python is enough. */
const there = new Map<string, WasmtimeLives>();
if (skip === false) {
  for (const [name, { parts }] of Object.entries(rules))
    await writeFile(fileOf(name), await madeComponent(parts));
  const plugins = Object.entries(rules).map(([name, rule]) => ({
    component: fileOf(name),
    scenarios: [scenarioOf(rule)],
  }));
  const lives = await inWasmtime(plugins);
  Object.keys(rules).forEach((name, index) => there.set(name, lives[index] ?? { refused: 'no answer' }));
}

function livedThere(name: string): Lived {
  const lives = there.get(name);
  const [lived] = lives !== undefined && 'scenarios' in lives ? lives.scenarios : [];
  assert.ok(lived !== undefined, JSON.stringify(lives));
  return lived;
}

for (const [name, rule] of Object.entries(rules)) {
  const { wasmtime, says } = rule;
  void test(`${wasmtime === undefined ? 'taken' : 'refused'} by both: ${name}`, { skip }, async () => {
    const lived = livedThere(name);
    assert.equal(lived.steps.at(-1)?.trap, wasmtime);
    const here = await inHotplug(fileOf(name), scenarioOf(rule));
    assertAlike(here, lived);
    if (wasmtime === undefined) assert.equal(here.failure, undefined);
    else assert.match(here.failure?.what ?? '', says ?? /^$/);
  });
}

/** What jco's own bindings let pass in Node. */
const unseen = [
  'log while an argument is handed over',
  'log while a result is handed over',
  'a clock in the allocator',
];

for (const name of unseen) {
  void test(`Node by itself takes ${name}; Hotplug says why the real host does not`, { skip }, async () => {
    const rule = leaving[name];
    assert.ok(rule !== undefined);
    const bytes = await madeComponent(rule.parts);
    const alone = await jcoDefault(bytes, join(folder, `jco-${name.replaceAll(/\W+/g, '-')}`));
    // What it is refused for works here, and does not even show.
    alone.process({ tag: 'text', val: 'abc' });

    const { failure } = await inHotplug(fileOf(name), scenarioOf(rule));
    assert.equal(failure?.kind, 'trap');
    assert.equal(failure.stateText, `Runtime error: Plugin process error (WASM trap/panic): ${CANNOT_LEAVE}`);
    assert.match(failure.what, /: cannot leave component instance$/);
    assert.match(
      failure.advice,
      /^The real host refuses every call to it then\. Keep what this function runs free of imports/,
    );
  });
}

for (const [name, { parts, wasmtime, says }] of Object.entries(uncompiled)) {
  void test(`refused by both: ${name}`, { skip }, async () => {
    const file = fileOf(name);
    await writeFile(file, await madeComponent(parts));
    const [lives] = await inWasmtime([{ component: file, scenarios: [{ steps: ['cleanup'] }] }]);
    assert.match(lives !== undefined && 'refused' in lives ? lives.refused : '', wasmtime);
    const { failure } = await inHotplug(file, { steps: ['cleanup'] });
    assert.match(failure?.what ?? '', says);
  });
}

void test(
  'Hotplug does not run a StreamKit plugin that passes text as UTF-16, and says so',
  { skip },
  async () => {
    const none = 'e0000000 00000000';
    const file = fileOf('utf16');
    await writeFile(
      file,
      await madeComponent({ metadata: `${none} ${none} ${none} ${none} ${none}` }, 'utf16'),
    );
    const [lives] = await inWasmtime([{ component: file, scenarios: [{ steps: ['cleanup'] }] }]);
    assert.ok(lives !== undefined && 'scenarios' in lives);
    assert.equal(lives.scenarios[0]?.steps.at(-1)?.ok, true);
    const { failure } = await inHotplug(file, { steps: ['cleanup'] });
    assert.match(failure?.what ?? '', /passes text as utf16, and only UTF-8 is read/);
  },
);
