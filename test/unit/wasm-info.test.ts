import assert from 'node:assert/strict';
import { test } from 'node:test';
import { componentModules, componentNames, coreModules, producersOf } from '../../extension/wasm/info.ts';
import { fixture, nestedComponent } from './wasm-fixture.ts';

test('a component names what it imports and exports', async () => {
  assert.deepEqual(componentNames(await nestedComponent()), {
    imports: ['wasi:io/poll@0.2.6', 'plain'],
    exports: ['test:plugin/node@0.1.0'],
  });
});

test('modules are listed in order, nested ones too, with memory and custom sections', async () => {
  const modules = componentModules(await nestedComponent());
  assert.deepEqual(
    modules.map(({ memory }) => memory),
    [{ minimumPages: 2 }, { minimumPages: 3, maximumPages: 9 }],
  );
  assert.equal(modules[0]?.customSections['.debug_line'], 10);
  assert.ok((modules[0].customSections['name'] ?? 0) > 0);
});

test('producers are named once, tools only', async () => {
  assert.ok(producersOf(await nestedComponent()).includes('rustc 1.95.0 (abc)'));
  assert.ok(!producersOf(await nestedComponent()).includes('Rust'));
  assert.match(producersOf(fixture('trap-rust-v0')).join(), /^rustc \d/);
});

test('a core module is its own only module', () => {
  const module = fixture('trap-c-dwarf4');
  assert.deepEqual(coreModules(module), [module]);
  assert.deepEqual(componentNames(module), { imports: [], exports: [] });
});
