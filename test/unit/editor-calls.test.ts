import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { argumentProblem, worldExports } from '../../extension/editor/calls/exports.ts';
import { exportLines } from '../../extension/editor/calls/lines.ts';
import { isFromCallForm } from '../../extension/editor/calls/messages.ts';
import { readWitFolder } from '../../extension/wit/files.ts';
import { resolveWit } from '../../extension/wit/tool.ts';
import { chooseWorld } from '../../extension/wit/world.ts';
import { witText } from './wit-fixture.ts';

const source = `package acme:things@1.0.0;

interface store {
  /// Not count: func() -> u32;
  count: func() -> u32;
  resource bucket {
    constructor(name: string);
    get: func(key: string) -> option<string>;
    %list: static func() -> list<bucket>;
  }
}

world plugin {
  import store;
  export store;
  export run: func();
  export log: interface {
    count: func();
  }
}
`;
const exports = worldExports(chooseWorld(await resolveWit(witText(source))));

/** The text of each line at which there is an export. */
function found(text: string, file = 'test.wit'): readonly string[] {
  const lines = text.split('\n');
  return exportLines(text, file, exports).map(
    ({ export: one, line, start, end }) => `${one} ${line + 1} ${lines[line]?.slice(start, end) ?? ''}`,
  );
}

test('exports stand where they are declared, in whatever interface that is', () => {
  const store = 'acme:things/store@1.0.0#';
  assert.deepEqual(found(source), [
    'run 16 run',
    `${store}count 5 count`,
    `${store}bucket.constructor 7 constructor`,
    `${store}bucket.get 8 get`,
    `${store}bucket.list 9 %list`,
    'log#count 18 count',
  ]);
  assert.deepEqual(found(source, 'other.wit'), []);
});

test('they are found again in a text that was edited since, and not where they are gone', () => {
  const edited = `// one\n// two\n${source}`.replace('export run: func();', 'export run-all: func();');
  assert.deepEqual(
    found(edited).map((line) => line.slice(line.indexOf('#') + 1)),
    [
      'count 7 count',
      'bucket.constructor 9 constructor',
      'bucket.get 10 get',
      'bucket.list 11 %list',
      'count 20 count',
    ],
  );
});

test('functions of an exported interface of another package stand in its file', async () => {
  const folder = join(import.meta.dirname, '..', 'fixtures', 'words', 'wit');
  const files = await readWitFolder(folder);
  const words = worldExports(chooseWorld(await resolveWit(files), 'plugin'));
  const text = files.find(({ path }) => path === 'deps/shapes.wit')?.text ?? '';
  assert.deepEqual(exportLines(text, 'deps/shapes.wit', words), [
    { export: 'acme:shapes/area@0.1.0#measure', line: 9, start: 2, end: 9 },
  ]);
});

test('what can be called is told with samples, and the plugin’s own resources by name', () => {
  const bucket = exports.exports.find(({ label }) => label === 'store.bucket.get');
  assert.ok(bucket !== undefined);
  assert.equal(bucket.signature, 'func(self: borrow<bucket>, key: string) -> option<string>');
  assert.deepEqual(
    bucket.params.map(({ name, typeText, sample }) => [name, typeText, sample]),
    [
      ['self', 'borrow<bucket>', 'bucket#1'],
      ['key', 'string', '"text"'],
    ],
  );
  assert.deepEqual(exports.own, ['acme:things/store@1.0.0#bucket']);
});

test('an argument is checked against its type', () => {
  const get = 'acme:things/store@1.0.0#bucket.get';
  assert.equal(argumentProblem(exports, get, 1, '"key"'), undefined);
  assert.match(argumentProblem(exports, get, 1, 'key') ?? '', /Column 1: expected a string in double quotes/);
  assert.equal(argumentProblem(exports, get, 7, 'key'), undefined);
  assert.equal(argumentProblem(exports, 'gone', 0, 'key'), undefined);
});

test('only messages of the form’s own shape are acted on', () => {
  for (const message of [
    { type: 'ready' },
    { type: 'start' },
    { type: 'call', id: 1, name: 'run', args: ['1', '"a"'] },
    { type: 'check', id: 1, name: 'run', parameter: 0, text: '' },
    { type: 'openTrace', record: 0 },
  ])
    assert.ok(isFromCallForm(message), JSON.stringify(message));
  for (const message of [
    undefined,
    'ready',
    { type: 'toString' },
    { type: 'call', id: 1, name: 'run', args: [1] },
    { type: 'call', id: '1', name: 'run', args: [] },
    { type: 'check', id: 1, name: 'run', parameter: -1, text: '' },
    { type: 'openTrace', record: 0.5 },
  ])
    assert.ok(!isFromCallForm(message), JSON.stringify(message));
});
