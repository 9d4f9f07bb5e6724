import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transformSync } from 'esbuild';
import { readReportedError, readWrittenError } from '../../extension/wasm/script-error.ts';
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

const release = [
  '    at panicNow (/plugin.js:2:9)',
  '    at <anonymous> (/plugin.js:90:67)',
  '    at call (native)',
].join('\n');

test('a release build’s stack is that of its bundle, in both engines', () => {
  const line = bundle.code.split('\n').findIndex((text) => text.includes('throw')) + 1;
  const found = { function: 'process', file: '/project/src/plugin.ts', line: 4, column: 3 };
  const folder = '/project/.hotplug/release';
  assert.deepEqual(explainScriptStack(`    at process (/plugin.js:${line}:3)`, bundle.map, folder), [found]);
  const spidermonkey = `  process@plugin.js:${line}:3\n  export_process@/tmp/x/sources/initializer.js:834:15\n`;
  assert.deepEqual(explainScriptStack(spidermonkey, bundle.map, folder), [
    found,
    { function: 'export_process' },
  ]);
});

test('what is generated around a plugin has no file', () => {
  const generated = transformSync(source, {
    loader: 'ts',
    sourcemap: 'external',
    sourcefile: 'hotplug:boundary:hotplug:boundary',
  });
  const frames = explainScriptStack(
    '    at call (/plugin.js:2:3)',
    generated.map,
    '/project/.hotplug/release',
  );
  assert.deepEqual(frames, [{ function: 'call' }]);
});

test('an exception is read from what QuickJS writes before it traps', () => {
  const stderr = `
thread '<unnamed>' (1) panicked at crates/runtime/src/interpreter.rs:51:31:
Failed to call 'panicNow': Exception(Exception { message: Some("say \\"help\\"\\nnow"), stack: Some("${release.replaceAll('\n', '\\n')}\\n") })
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace
`;
  assert.deepEqual(readWrittenError(stderr), { thrown: 'say "help"\nnow', stack: `${release}\n` });
});

test('a value of another type than the WIT says is said to be one', () => {
  const panic = `thread '<unnamed>' (1) panicked at crates/runtime/src/call.rs:64:43:
expected number: FromJs { from: "object", to: "i32", message: None }
note: run with`;
  assert.equal(
    readWrittenError(panic)?.thrown,
    'a value is not of the type that the WIT says: expected number, not object',
  );
  const enumeration = `thread '<unnamed>' (1) panicked at crates/runtime/src/call.rs:320:37:
unknown enum case: purple
note: run with`;
  assert.equal(
    readWrittenError(enumeration)?.thrown,
    'a value is not of the type that the WIT says: unknown enum case: purple',
  );
  assert.equal(readWrittenError("thread 'main' panicked at src/lib.rs:1:1:\nno\n"), undefined);
});

test('an exception is read from what SpiderMonkey writes', () => {
  const stderr = `plain threw
Stack:
  plain@plugin.js:35:33
  export_plain@/tmp/b92c995ad1ef/sources/initializer.js:834:15

Redirecting call to abort() to mozalloc_abort
`;
  const stack = '  plain@plugin.js:35:33\n  export_plain@/tmp/b92c995ad1ef/sources/initializer.js:834:15\n';
  assert.deepEqual(readWrittenError(stderr), { thrown: 'plain threw', stack });
});

test('an interpreter reports the exception and its stack', () => {
  const stack = '    at exercise (<input>:181:35)\n';
  assert.deepEqual(readReportedError(`TypeError: two\nlines\n${stack}`), {
    thrown: 'TypeError: two\nlines',
    stack,
  });
  assert.deepEqual(readReportedError('thrown text'), { thrown: 'thrown text', stack: '' });
});
