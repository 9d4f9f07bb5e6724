import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transformSync } from 'esbuild';
import { explainScriptStack } from '../../extension/wasm/script.ts';

const source = [
  'interface Params { gain: number }',
  '',
  'export function process(params: Params): number {',
  "  throw new Error('boom' + params.gain);",
  '}',
  '',
].join('\n');
const bundle = transformSync(source, {
  loader: 'ts',
  sourcemap: 'external',
  sourcefile: '../../src/plugin.ts',
});

test('frames of the bundle are those of its sources', () => {
  // As QuickJS prints it: `new Function` puts two lines before the source.
  const line = bundle.code.split('\n').findIndex((text) => text.includes('throw')) + 1 + 2;
  const stack = [
    'Error: boom',
    `    at process (<input>:${line}:3)`,
    '    at map (native)',
    `    at <anonymous> (<input>:${line})`,
    '    at process (/entry.js:13:57)',
    '',
  ].join('\n');
  assert.deepEqual(explainScriptStack(stack, bundle.map, '/project/.hotplug/dev'), [
    { function: 'process', file: '/project/src/plugin.ts', line: 4, column: 3 },
    { function: 'map' },
    { function: '<anonymous>', file: '/project/src/plugin.ts', line: 4 },
    { function: 'process' },
  ]);
});

test('without a map the bundle’s own positions stay', () => {
  const frames = [{ function: '', file: '<input>', line: 3 }];
  assert.deepEqual(explainScriptStack('Error: x\n    at <input>:5', undefined), frames);
  assert.deepEqual(explainScriptStack('    at <input>:5', '{not json'), frames);
  assert.deepEqual(explainScriptStack('    at <input>:5', '{"mappings":"!!"}'), frames);
  assert.deepEqual(explainScriptStack('boom', undefined), []);
});
