import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutExport } from '../../extension/wasm/exports.ts';
import { componentNames } from '../../extension/wasm/info.ts';
import { witOfComponent } from '../../extension/wit/tool.ts';
import { assemble } from './wasm-fixture.ts';

/** Exports as componentize-qjs writes them: each the alias of something of an instance, and all counted on. */
const aliases = `(component
  (component $inner
    (core module $m
      (func (export "init"))
      (func (export "a") (result i32) i32.const 1)
      (func (export "b") (param i32) (result i32) local.get 0))
    (core instance $i (instantiate $m))
    (func $init (canon lift (core func $i "init")))
    (func $a (result u32) (canon lift (core func $i "a")))
    (func $b (param "x" u32) (result u32) (canon lift (core func $i "b")))
    (export "init" (func $init))
    (export "a" (func $a))
    (export "b" (func $b)))
  (instance $made (instantiate $inner))
  (alias export $made "init" (func $init))
  (export "init" (func $init))
  (alias export $made "a" (func $a))
  (export "a" (func $a))
  (alias export $made "b" (func $b))
  (export "b" (func $b)))`;

test('a function is taken out, and those after it are still themselves', async () => {
  const component = await assemble(aliases);
  const without = withoutExport(component, 'init');
  assert.deepEqual(componentNames(without).exports, ['a', 'b']);
  const types = (await witOfComponent(without)).exports.functions.map(({ params }) => params.length);
  assert.deepEqual(types, [0, 1]);
});

test('an instance is taken out, and those after it are still themselves', async () => {
  const component = await assemble(`(component
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (func $f (canon lift (core func $i "f")))
    (instance $own (export "init" (func $f)))
    (export "exports" (instance $own))
    (instance $first (export "one" (func $f)))
    (export "test:plugin/first@1.0.0" (instance $first))
    (instance $second (export "two" (func $f)))
    (export "test:plugin/second@1.0.0" (instance $second)))`);
  const without = withoutExport(component, 'exports');
  const { interfaces } = (await witOfComponent(without)).exports;
  assert.deepEqual(
    interfaces.map(({ name, functions }) => [name, functions[0]?.name]),
    [
      ['test:plugin/first@1.0.0', 'one'],
      ['test:plugin/second@1.0.0', 'two'],
    ],
  );
});

test('a component stays as it is where it has no such export, or where another one is in its section', async () => {
  const component = await assemble(aliases);
  assert.equal(withoutExport(component, 'start'), component);
  const together = await assemble(`(component
    (core module $m (func (export "f")))
    (core instance $i (instantiate $m))
    (func $f (canon lift (core func $i "f")))
    (export "init" (func $f))
    (export "other" (func $f)))`);
  assert.equal(withoutExport(together, 'init'), together);
});
