import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../extension/wasm/code.ts';
import { lineTable } from '../../extension/wasm/dwarf.ts';
import { functionNames } from '../../extension/wasm/names.ts';
import { assemble, fixture } from './wasm-fixture.ts';

/** Every change of line over the code, as `llvm-dwarfdump --debug-line` shows it for the fixture. */
function lines(name: string): string[] {
  const module = fixture(name);
  const table = lineTable(module);
  const found: string[] = [];
  for (let offset = 0; offset < module.length; offset++) {
    const at = table.lookup(offset);
    const text = at ? `${at.file.replace(/^.*\//, '')}:${at.line}` : '-';
    if (found.at(-1)?.replace(/^\S+ /, '') !== text) found.push(`0x${offset.toString(16)} ${text}`);
  }
  return found;
}

test('a DWARF 4 table of rustc reads as llvm-dwarfdump prints it', () => {
  assert.deepEqual(lines('trap-rust-v0').slice(0, 10), [
    '0x0 -',
    '0x3 mod.rs:32',
    '0x5 -',
    '0x6 trap.rs:16',
    '0xd trap.rs:17',
    '0x10 trap.rs:18',
    '0x1c trap.rs:20',
    '0x24 trap.rs:21',
    '0x25 -',
    '0x27 trap.rs:32',
  ]);
});

test('DWARF 4 and 5 of the same source say the same', () => {
  assert.deepEqual(lines('trap-c-dwarf5'), lines('trap-c-dwarf4'));
  assert.ok(lines('trap-c-dwarf4').length > 5);
});

test('a module without debug sections knows no lines', async () => {
  const module = await assemble('(module (func $f nop))');
  assert.equal(lineTable(module).lookup(3), undefined);
  assert.deepEqual([...functionNames(module)], [[0, 'f']]);
});

test('functions are found by index and offset, imports counted first', async () => {
  const module = await assemble('(module (import "a" "b" (func)) (func nop) (func nop nop))');
  const code = codeOf(module);
  const start = code.start ?? 0;
  assert.ok(code.contains(1, start + 2));
  assert.ok(!code.contains(0, start + 2));
  assert.ok(!code.contains(2, start + 2));
  assert.ok(code.contains(2, start + 7));
  assert.ok(!code.contains(3, start + 7));
});
