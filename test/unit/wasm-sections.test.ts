import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UserError } from '../../extension/errors.ts';
import { coreModules } from '../../extension/wasm/info.ts';
import { Reader, uleb } from '../../extension/wasm/reader.ts';
import {
  layerOf,
  readSections,
  requireComponent,
  stripCustomSections,
} from '../../extension/wasm/sections.ts';
import { assemble, fixture, nestedComponent } from './wasm-fixture.ts';

function refused(run: () => unknown, message: RegExp): void {
  assert.throws(
    run,
    (error) => error instanceof UserError && message.test(error.message) && error.advice !== '',
  );
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

test('a walk over the sections covers the file', () => {
  const bytes = fixture('trap-rust-v0');
  const sections = readSections(bytes);
  let at = 8;
  for (const { start, end } of sections) {
    assert.equal(start, at);
    at = end;
  }
  assert.equal(at, bytes.length);
  assert.ok(sections.some(({ name }) => name === '.debug_line'));
});

test('what is not a component is told apart', async () => {
  assert.equal(layerOf(await nestedComponent()), 'component');
  assert.equal(layerOf(fixture('trap-c-dwarf4')), 'module');
  refused(() => requireComponent(fixture('trap-c-dwarf4'), '/p/a.wasm'), /^\/p\/a\.wasm is a core module/);
  refused(() => layerOf(new Uint8Array(), 'a.wasm'), /a\.wasm is empty/);
  refused(() => layerOf(text('(module)'), 'a.wasm'), /not WebAssembly: it is WebAssembly in text form/);
  refused(() => layerOf(text('\x7fELF....'), 'a.wasm'), /native program/);
  refused(() => layerOf(text('export function x() {}'), 'a.wasm'), /starts with 65 78 70 6f/);
  refused(
    () => layerOf(Uint8Array.of(0, 0x61, 0x73, 0x6d, 0xa, 0, 1, 0), 'a.wasm'),
    /component of binary version 10/,
  );
  refused(() => layerOf(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 7, 0), 'a.wasm'), /version 1, layer 7/);
  refused(() => layerOf(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1), 'a.wasm'), /offset 0x5/);
});

test('every cut of a module is either a whole number of sections or an error with the offset', () => {
  const bytes = fixture('trap-c-dwarf5');
  const ends = new Set([8, ...readSections(bytes).map(({ end }) => end)]);
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.subarray(0, length);
    if (ends.has(length)) assert.doesNotThrow(() => readSections(cut));
    else
      refused(
        () => readSections(cut, 'cut.wasm'),
        /cut\.wasm is (empty|not WebAssembly|(damaged|truncated) at offset 0x)/,
      );
  }
});

test('stripping reaches nested modules and keeps what is needed', async () => {
  const component = await nestedComponent();
  const stripped = stripCustomSections(component, (name) => !name.startsWith('.debug'));
  assert.ok(stripped.length < component.length);
  const names = [stripped, ...coreModules(stripped)].map((layer) =>
    readSections(layer).flatMap(({ name }) => name ?? []),
  );
  assert.ok(names[0]?.includes('note'));
  assert.ok(
    names[1]?.includes('component-type:x') && names[1].includes('name') && names[1].includes('producers'),
  );
  assert.ok(!names.flat().some((name) => name.startsWith('.debug')));
  const nothing = stripCustomSections(component, () => false);
  assert.deepEqual(
    coreModules(nothing).map((module) => readSections(module).flatMap(({ name }) => name ?? [])),
    [['component-type:x', 'name'], []].map((list) => list.sort()),
  );
  for (const module of coreModules(stripped)) new WebAssembly.Module(module);
});

test('stripping nothing changes no byte of a component with short sizes', async () => {
  const component = await assemble('(component (core module (func nop)))');
  assert.deepEqual(Uint8Array.from(stripCustomSections(component, () => true)), Uint8Array.from(component));
});

test('LEB128 numbers are read to their bounds and no further', () => {
  const read = (...bytes: number[]): Reader => new Reader(Uint8Array.from(bytes), 'x');
  assert.equal(read(0xff, 0xff, 0xff, 0xff, 0x0f).uleb32(), 0xffffffff);
  assert.equal(read(0x80, 0x80, 0x80, 0x80, 0x00).uleb32(), 0);
  assert.equal(read(0x7f).sleb32(), -1);
  assert.equal(read(0x80, 0x7f).sleb32(), -128);
  assert.equal(read(0xff, 0x00).sleb32(), 127);
  refused(() => read(0xff, 0xff, 0xff, 0xff, 0x1f).uleb32(), /more than 32 bits/);
  refused(() => read(...new Array<number>(11).fill(0xff)).uleb64(), /more than 64 bits/);
  refused(() => read(0x80).uleb32(), /offset 0x1: 1 bytes are due/);
  for (const value of [0n, 1n, 127n, 128n, 0xffffffffn, 0xffffffffffffffffn]) {
    assert.equal(read(...uleb(value)).uleb64(), value);
  }
});
