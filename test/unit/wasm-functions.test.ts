import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../extension/errors.ts';
import { functionTypeText, moduleFunctions } from '../../extension/wasm/functions.ts';
import { concat } from '../../extension/wasm/reader.ts';
import { moduleBytes, moduleOf, nameBytes, typeBytes, vector } from './wasm-module.ts';
import { assemble, fixture } from './wasm-fixture.ts';

test('imports and exports with their types; exports may be imports', async () => {
  const module = await assemble(`(module
    (type $unused (func (param f32 f64 v128)))
    (import "a" "f" (func $f (param i64 i32) (result i64)))
    (import "a" "m" (memory 1))
    (import "b" "t" (table 1 funcref))
    (import "b" "g" (global (mut i32)))
    (import "c" "h" (func $h (param externref funcref)))
    (func $own (export "own") (result f32 f64) unreachable)
    (export "again" (func $f))
    (export "memory" (memory 0))
    (func (export "") (param v128)))`);
  assert.deepEqual(moduleFunctions(module), {
    imports: [
      { module: 'a', name: 'f', params: ['i64', 'i32'], results: ['i64'] },
      { module: 'c', name: 'h', params: ['ref', 'ref'], results: [] },
    ],
    exports: [
      { name: 'own', params: [], results: ['f32', 'f64'] },
      { name: 'again', params: ['i64', 'i32'], results: ['i64'] },
      { name: '', params: ['v128'], results: [] },
    ],
    others: [
      { module: 'a', name: 'm', kind: 'memory' },
      { module: 'b', name: 't', kind: 'table' },
      { module: 'b', name: 'g', kind: 'global' },
    ],
  });
});

test('types of the garbage collector stand between those of functions', async () => {
  const module = await assemble(`(module
    (rec (type $node (sub (struct (field (mut i32)) (field (ref null $node)))))
         (type $call (func (param (ref null $node)) (result i32))))
    (type $bytes (array (mut i8)))
    (type $leaf (sub final $node (struct (field (mut i32)) (field (ref null $node)) (field i64))))
    (type $plain (func (param i64) (result i64)))
    (import "extism:host/env" "alloc" (func (type $plain)))
    (func (export "f") (type $call) unreachable))`);
  const { imports, exports } = moduleFunctions(module);
  assert.deepEqual(imports[0]?.params, ['i64']);
  assert.deepEqual(exports, [{ name: 'f', params: ['ref'], results: ['i32'] }]);
});

test('an empty module has nothing', () => {
  const nothing = { imports: [], exports: [], others: [] };
  assert.deepEqual(moduleFunctions(moduleOf()), nothing);
  assert.deepEqual(moduleFunctions(moduleOf([1, vector([])], [2, vector([])], [7, vector([])])), nothing);
});

test('a type as text', () => {
  const text = (params: readonly string[], results: readonly string[]): string =>
    functionTypeText({ params, results });
  assert.equal(text(['i64', 'i32'], ['i64']), '(param i64 i32) (result i64)');
  assert.equal(text(['i64'], []), '(param i64)');
  assert.equal(text([], ['i32', 'i32']), '(result i32 i32)');
  assert.equal(text([], []), 'no parameters, no result');
});

test('what is damaged is refused with the file and the offset', () => {
  const refused = (bytes: Uint8Array, message: RegExp): void => {
    assert.throws(
      () => moduleFunctions(bytes, 'x.wasm'),
      (error) => {
        assert.ok(error instanceof UserError, String(error));
        assert.match(error.message, message);
        return true;
      },
    );
  };
  refused(new Uint8Array(), /^x\.wasm is empty/);
  refused(new TextEncoder().encode('(module)'), /text form/);
  refused(moduleOf([1, Uint8Array.of(2, 0x60, 0, 0)]), /x\.wasm is damaged at offset 0xe: 1 bytes are due/);
  refused(moduleOf([1, Uint8Array.of(1, 0x33)]), /there is no type of form 51/);
  refused(moduleOf([1, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x0f)]), /are due and 0 are left/);
  refused(moduleOf([2, concat([[1], nameBytes('a'), nameBytes('b'), [9]])]), /there is no import of kind 9/);
  refused(moduleOf([7, concat([[1], nameBytes('a'), [5, 0]])]), /there is no export of kind 5/);
  refused(moduleOf([7, Uint8Array.of(1, 200, 1, 0x61)]), /200 bytes are due and 1 are left/);
  refused(moduleBytes({ exports: { f: '' } }).slice(0, -2), /truncated/);
});

test('indexes that lead nowhere have no type, and fail nothing', () => {
  const found = moduleFunctions(
    moduleOf(
      [1, vector([typeBytes('i32 -> i32')])],
      [2, vector([concat([nameBytes('a'), nameBytes('b'), [0, 7]])])],
      [3, vector([[9]])],
      [7, vector([concat([nameBytes('x'), [0, 1]]), concat([nameBytes('y'), [0, 50]])])],
    ),
  );
  assert.deepEqual(found.imports, [{ module: 'a', name: 'b', params: [], results: [] }]);
  assert.deepEqual(
    found.exports.map(({ name, params }) => [name, params.length]),
    [
      ['x', 0],
      ['y', 0],
    ],
  );
});

test('real modules with bytes changed or cut off are read or refused', () => {
  const real = [
    fixture('trap-c-dwarf4'),
    fixture('trap-rust-v0'),
    moduleBytes({
      imports: [
        ['extism:host/env#alloc', 'i64 -> i64'],
        ['env#memory', Uint8Array.of(2, 0, 1)],
      ],
      exports: { handle_event: '-> i32', other: 'i64 f32' },
    }),
  ];
  const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(fc.constantFrom(...real), edits, fc.nat(), (original, changes, cut) => {
      const bytes = original.slice(0, Math.max(8, original.length - (cut % 64)));
      // Types, imports and exports are at the beginning.
      for (const [at, value] of changes) bytes[8 + (at % Math.min(400, bytes.length - 8))] = value;
      try {
        moduleFunctions(bytes);
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
      }
    }),
    { numRuns: 3000 },
  );
});
