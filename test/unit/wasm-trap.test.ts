import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GuestFrame } from '../../extension/host/report.ts';
import { limitMemory } from '../../extension/wasm/limits.ts';
import { stripCustomSections } from '../../extension/wasm/sections.ts';
import { explainStack } from '../../extension/wasm/trap.ts';
import { assemble, fixture } from './wasm-fixture.ts';

/** Runs a module of ours until it traps, as the host runs it: memory capped, debug sections out. */
function trap(module: Uint8Array): string {
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(module)).exports;
  assert.ok(typeof run === 'function');
  try {
    Reflect.apply(run, undefined, [9]);
  } catch (error) {
    assert.ok(error instanceof WebAssembly.RuntimeError);
    return error.stack ?? '';
  }
  return assert.fail('it did not trap');
}

function framesOf(name: string): readonly GuestFrame[] {
  const original = fixture(name);
  const wasm = limitMemory(
    stripCustomSections(original, (section) => !section.startsWith('.debug')),
    1024,
  );
  const other = { wasm: fixture('trap-rust-v0'), original: fixture('trap-rust-v0') };
  return explainStack(trap(wasm), [other, { wasm, original }]);
}

for (const dwarf of [4, 5]) {
  test(`clang, DWARF ${dwarf}: each frame has its line`, () => {
    assert.deepEqual(framesOf(`trap-c-dwarf${dwarf}`), [
      { function: 'fail', file: '/project/trap.c', line: 5, column: 3 },
      { function: 'middle', file: '/project/trap.c', line: 10, column: 12 },
      { function: 'run', file: '/project/trap.c', line: 15, column: 10 },
    ]);
  });
}

test('rustc, v0 mangling: names are readable and code of core is found', () => {
  const [inner, apply, run] = framesOf('trap-rust-v0');
  assert.equal(inner?.function, 'trap::fail');
  assert.match(inner.file ?? '', /^\/rustc\/[0-9a-f]+\/library\/core\/.*wasm32\/mod\.rs$/);
  assert.deepEqual(apply, {
    function: '<trap::Table<4> as trap::Gain>::apply',
    file: '/project/trap.rs',
    line: 18,
    column: 13,
  });
  assert.equal(run?.function, 'run');
  assert.equal(run.file, '/project/trap.rs');
});

test('rustc, legacy mangling', () => {
  assert.deepEqual(
    framesOf('trap-rust-legacy').map((frame) => frame.function),
    ['trap::fail', '<trap::Table<_> as trap::Gain>::apply', 'run'],
  );
});

test('without a module that fits, V8’s names are all there is', () => {
  assert.deepEqual(explainStack(trap(fixture('trap-c-dwarf4')), []), [
    { function: 'fail' },
    { function: 'middle' },
    { function: 'run' },
  ]);
  assert.deepEqual(
    explainStack(trap(fixture('trap-c-dwarf4')), [{ wasm: new Uint8Array(3), original: new Uint8Array() }])
      .length,
    3,
  );
});

test('a module without names gives frames without names', async () => {
  const module = await assemble('(module (func (export "run") (param i32) unreachable))');
  assert.deepEqual(explainStack(trap(module), [{ wasm: module, original: module }]), [{ function: '' }]);
});

test('a stack without WebAssembly has no guest frames', () => {
  assert.deepEqual(explainStack('Error: x\n    at foo (file:///a.js:1:2)', []), []);
  assert.deepEqual(explainStack('', []), []);
});
