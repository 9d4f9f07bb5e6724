import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checkpoints, statePartsOf } from '../../extension/host/state.ts';
import { exportGlobals, GLOBAL_EXPORT } from '../../extension/wasm/globals.ts';
import { assemble, fixture } from './wasm-fixture.ts';

function exportsOf(module: Uint8Array, imports: WebAssembly.Imports = {}): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(module), imports).exports;
}

test('mutable numbers become exports beside those that are there', async () => {
  const module = await assemble(`(module
    (import "a" "g" (global i32))
    (global (mut i32) (i32.const -129))
    (global i64 (i64.const 5))
    (global (mut i64) (i64.const 0x7fffffffffffffff))
    (global (mut f64) (f64.const 1.5))
    (global (mut f32) (f32.const 0.25))
    (func (export "f") (result i32) global.get 1))`);
  const exporting = exportGlobals(module);
  assert(exporting !== undefined);
  const exports = exportsOf(exporting, { a: { g: 7 } });
  const values = Object.entries(exports)
    .filter(([name]) => name.startsWith(GLOBAL_EXPORT))
    .map(([name, value]) => [name.slice(GLOBAL_EXPORT.length), (value as WebAssembly.Global).value]);
  assert.deepEqual(values, [
    ['1', -129],
    ['3', 0x7fffffffffffffffn],
    ['4', 1.5],
    ['5', 0.25],
  ]);
  assert.equal(typeof exports['f'], 'function');
});

test('a module without exports gets a section of them in its place', async () => {
  const module = await assemble(
    '(module (global (mut i32) (i32.const 3)) (table 1 funcref) (elem (i32.const 0) func $f) (func $f))',
  );
  const exporting = exportGlobals(module);
  assert(exporting !== undefined);
  assert.deepEqual(Object.keys(exportsOf(exporting)), [`${GLOBAL_EXPORT}0`]);
});

test('globals that cannot be kept are said to be there', async () => {
  const vector = '(module (global (mut v128) (v128.const i64x2 1 2)))';
  assert.equal(exportGlobals(await assemble(vector)), undefined);
  assert.equal(exportGlobals(await assemble('(module (global (mut funcref) (ref.null func)))')), undefined);
  // What the host handed over is given back as it was: Extism's kernel has such a global.
  const handed = exportGlobals(await assemble('(module (global (mut externref) (ref.null extern)))'));
  assert(handed !== undefined);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(handed));
  const [global] = statePartsOf([exports]).globals;
  assert.equal(global?.value, null);
  const constant = await assemble('(module (global funcref (ref.null func)) (global i32 (i32.const 1)))');
  assert.deepEqual(exportGlobals(constant), Uint8Array.from(constant));
});

test('a damaged section is an error with its offset, not a wrong module', async () => {
  const module = await assemble('(module (global (mut i32) (i32.const 3)))');
  assert.throws(() => exportGlobals(module.subarray(0, module.length - 1), 'cut.wasm'), /cut\.wasm/);
  assert.doesNotThrow(() => exportGlobals(fixture('trap-rust-v0')));
});

const COUNTER = `(module
  (memory (export "memory") 1 4)
  (global $count (mut i32) (i32.const 0))
  (func (export "step") (result i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (i32.store (i32.mul (global.get $count) (i32.const 4)) (global.get $count))
    global.get $count)
  (func (export "grow") (drop (memory.grow (i32.const 1)))))`;

async function counter(): Promise<{ core: WebAssembly.Exports; step: () => number; grow: () => unknown }> {
  const exporting = exportGlobals(await assemble(COUNTER));
  assert(exporting !== undefined);
  const core = exportsOf(exporting);
  const { step, grow } = core;
  assert(typeof step === 'function' && typeof grow === 'function');
  return {
    core,
    step: () => Number(Reflect.apply(step, undefined, [])),
    grow: () => Reflect.apply(grow, undefined, []) as unknown,
  };
}

test('a kept state comes back with its memory and its globals, forwards and backwards', async () => {
  const { core, step } = await counter();
  const { memory } = core;
  assert(memory instanceof WebAssembly.Memory);
  const checkpoints = new Checkpoints(statePartsOf([core]));
  const states = [Buffer.from(memory.buffer.slice(0))];
  for (let event = 1; event <= 50; event++) {
    assert.equal(step(), event);
    checkpoints.answered(event, 100);
    states.push(Buffer.from(memory.buffer.slice(0)));
  }
  for (const event of [50, 20, 0, 37, 1]) {
    assert.equal(checkpoints.restore(event), event);
    assert(Buffer.from(memory.buffer).equals(states[event] ?? Buffer.alloc(0)), `memory at ${event}`);
    assert.equal(step(), event + 1);
  }
});

test('a state from before the memory grew does not come back', async () => {
  const { core, step, grow } = await counter();
  const checkpoints = new Checkpoints(statePartsOf([core]));
  step();
  checkpoints.answered(1, 100);
  grow();
  step();
  checkpoints.answered(2, 100);
  assert.equal(checkpoints.restore(1), undefined);
  assert.equal(checkpoints.restore(2), 2);
});

test('states are kept every so often, not at every event', async () => {
  const { core, step } = await counter();
  const checkpoints = new Checkpoints(statePartsOf([core]));
  for (let event = 1; event <= 100; event++) {
    step();
    checkpoints.answered(event, 1);
  }
  assert.equal(checkpoints.restore(95), 90);
  assert.equal(checkpoints.restore(9), 0);
});
