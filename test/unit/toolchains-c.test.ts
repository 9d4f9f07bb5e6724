import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDependencies } from '../../extension/toolchains/c-objects.ts';

test('reads the rule of a dependency file', () => {
  const rule =
    'out/plugin-1.o.new: src/plugin.c /usr/include/wasm32-wasi/math.h \\\n  src/my\\ params.h \\\r\n  bindings/plugin.h\n';
  assert.deepEqual(parseDependencies(rule), [
    'src/plugin.c',
    '/usr/include/wasm32-wasi/math.h',
    'src/my params.h',
    'bindings/plugin.h',
  ]);
});

test('a Windows drive is not the end of the target', () => {
  assert.deepEqual(parseDependencies('C:\\out\\a.o: C:\\src\\a.c\n'), ['C:\\src\\a.c']);
});
