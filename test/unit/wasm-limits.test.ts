import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../extension/errors.ts';
import { codeOf } from '../../extension/wasm/code.ts';
import { limitMemory, memoriesOf } from '../../extension/wasm/limits.ts';
import { readSections } from '../../extension/wasm/sections.ts';
import { assemble, fixture } from './wasm-fixture.ts';

test('the maximum is lowered to the cap, and a lower one stays', async () => {
  const cases = [
    ['(memory 1)', 1024n],
    ['(memory 1 2)', 2n],
    ['(memory 1 65536)', 1024n],
    ['(memory 1024)', 1024n],
    ['(import "a" "m" (memory 1))', 1024n],
    ['(import "a" "f" (func)) (import "a" "t" (table 1 funcref)) (import "a" "m" (memory 1 5000))', 1024n],
    ['(import "a" "g" (global (mut i32))) (memory 1 2000 shared)', 1024n],
  ] as const;
  for (const [text, maximum] of cases) {
    const limited = limitMemory(await assemble(`(module ${text} (func nop))`), 1024);
    assert.deepEqual(
      memoriesOf(limited).map((memory) => memory.maximum),
      [maximum],
      text,
    );
    new WebAssembly.Module(limited);
  }
});

test('growing past the cap fails, growing up to it does not', async () => {
  const module = await assemble(
    '(module (memory 1) (func (export "grow") (param i32) (result i32) local.get 0 memory.grow))',
  );
  const { grow } = new WebAssembly.Instance(new WebAssembly.Module(limitMemory(module, 4))).exports;
  assert.ok(typeof grow === 'function');
  assert.equal(Reflect.apply(grow, undefined, [4]), -1);
  assert.equal(Reflect.apply(grow, undefined, [3]), 1);
  assert.equal(Reflect.apply(grow, undefined, [1]), -1);
});

test('a memory that starts above the cap is refused with both sizes', async () => {
  const module = await assemble('(module (memory 1056))');
  assert.throws(
    () => limitMemory(module, 1024, '/p/big.wasm'),
    (error) =>
      error instanceof UserError &&
      error.message === '/p/big.wasm wants 66 MiB of memory to start with, and the contract grants 64 MiB.',
  );
});

test('64-bit memories and pages of one byte are capped in their own units', async () => {
  const wide = limitMemory(await assemble('(module (memory i64 1))'), 16);
  assert.deepEqual(
    memoriesOf(wide).map(({ maximum }) => maximum),
    [16n],
  );
  const bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 4, 1, 8, 5, 0);
  assert.deepEqual(
    memoriesOf(limitMemory(bytes, 16)).map(({ maximum, pageLog2 }) => [maximum, pageLog2]),
    [[1048576n, 0]],
  );
});

test('code keeps its bytes, and everything else does too', () => {
  for (const name of ['trap-rust-v0', 'trap-c-dwarf5']) {
    const module = fixture(name);
    const limited = limitMemory(module, 100);
    const rest = (bytes: Uint8Array): Buffer[] =>
      readSections(bytes)
        .filter(({ id }) => id !== 5)
        .map(({ start, end }) => Buffer.from(bytes.subarray(start, end)));
    assert.deepEqual(rest(limited), rest(module));
    assert.notEqual(codeOf(limited).start, codeOf(module).start);
  }
});
