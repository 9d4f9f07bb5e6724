import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../extension/errors.ts';
import { lineTable } from '../../extension/wasm/dwarf.ts';
import { componentModules, componentNames, producersOf } from '../../extension/wasm/info.ts';
import { limitMemory } from '../../extension/wasm/limits.ts';
import { functionNames } from '../../extension/wasm/names.ts';
import { readSections, stripCustomSections } from '../../extension/wasm/sections.ts';
import { explainStack } from '../../extension/wasm/trap.ts';
import { fixture, nestedComponent } from './wasm-fixture.ts';

const real = [
  fixture('trap-c-dwarf4'),
  fixture('trap-c-dwarf5'),
  fixture('trap-rust-v0'),
  await nestedComponent(),
];

const readers: readonly ((bytes: Uint8Array) => unknown)[] = [
  readSections,
  componentModules,
  componentNames,
  producersOf,
  functionNames,
  (bytes) => limitMemory(bytes, 1024),
  (bytes) => stripCustomSections(bytes, () => false),
  (bytes) => [0, 3, 0x20, 0x40, 1e9].map((offset) => lineTable(bytes).lookup(offset)),
  (bytes) =>
    explainStack('    at f (wasm://wasm/x-01234567:wasm-function[1]:0x60)', [
      { wasm: bytes, original: bytes },
    ]),
];

function survives(bytes: Uint8Array): void {
  for (const read of readers) {
    try {
      read(bytes);
    } catch (error) {
      assert.ok(error instanceof UserError, String(error));
    }
  }
}

const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 });

test('random bytes are read or refused', () => {
  const module = fc
    .uint8Array({ maxLength: 200 })
    .map((tail) => Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...tail));
  const component = fc
    .uint8Array({ maxLength: 200 })
    .map((tail) => Uint8Array.of(0, 0x61, 0x73, 0x6d, 13, 0, 1, 0, ...tail));
  fc.assert(fc.property(fc.oneof(fc.uint8Array(), module, component), survives), { numRuns: 2000 });
});

test('real modules with bytes changed are read or refused', () => {
  fc.assert(
    fc.property(fc.constantFrom(...real), edits, (original, changes) => {
      const bytes = Uint8Array.from(original);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      survives(bytes);
    }),
    { numRuns: 2000 },
  );
});

test('debug sections with bytes changed never fail a look-up', () => {
  fc.assert(
    fc.property(fc.constantFrom(...real.slice(0, 3)), edits, (original, changes) => {
      const bytes = Uint8Array.from(original);
      const debug = readSections(bytes).filter(({ name }) => name?.startsWith('.debug'));
      const spots = debug.flatMap(({ dataStart, end }) =>
        Array.from({ length: end - dataStart }, (_, i) => dataStart + i),
      );
      for (const [at, value] of changes) bytes[spots[at % spots.length] ?? 0] = value;
      for (let offset = 0; offset < 0x80; offset++) lineTable(bytes).lookup(offset);
    }),
    { numRuns: 300 },
  );
});

test('components nested a thousand deep are refused, not followed', () => {
  let bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 13, 0, 1, 0);
  for (let depth = 0; depth < 1000; depth++) {
    const size = [(bytes.length & 0x7f) | 0x80, ((bytes.length >> 7) & 0x7f) | 0x80, bytes.length >> 14];
    bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 13, 0, 1, 0, 4, ...size, ...bytes);
  }
  assert.throws(() => componentModules(bytes), UserError);
  assert.throws(() => stripCustomSections(bytes, () => true), UserError);
});
