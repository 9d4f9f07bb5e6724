import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { goFailure, parseGo, absoluteGoPlaces } from '../../extension/toolchains/diagnostics/go.ts';
import { goProblem } from '../../extension/toolchains/go-compiler.ts';
import { requireGoWorld } from '../../extension/toolchains/go-limits.ts';
import { goPackageName, goParameterName, goTypeName } from '../../extension/toolchains/go-names.ts';
import { bindingsState, modulePath, writeBindings } from '../../extension/toolchains/go-project.ts';
import { resolveWit } from '../../extension/wit/tool.ts';
import { folderWith, projectIn } from './toolchains-fixture.ts';

const folder = '/plugins/my-go';

/** As the test compares them. */
function read(output: string): readonly string[] {
  return parseGo(output, folder).map(
    ({ severity, file, line, column, message }) => `${severity} ${file}:${line}:${column} ${message}`,
  );
}

test("go's errors have their place, also where it is in the project's root or has no column", () => {
  const output = `# my-go/node
node/plugin.go:10:2: "math" imported and not used
node/plugin.go:69:3: invalid operation: frame.Samples[i] *= factor (mismatched types float32 and string)
node/plugin.go:70:3: too many errors
# my-go
./wit_exports.go:286:84: (node.NodeInstanceFromBorrowHandle(int32(uintptr(arg0)))).Cleanup undefined (type *node.NodeInstance has no field or method Cleanup, but does have method CleanUp)
go: errors parsing go.mod:
go.mod:3: invalid go version 'banana': must match format 1.23.0
`;
  assert.deepEqual(read(output), [
    `error ${folder}/node/plugin.go:10:2 "math" imported and not used`,
    `error ${folder}/node/plugin.go:69:3 invalid operation: frame.Samples[i] *= factor (mismatched types float32 and string)`,
    `error ${folder}/node/plugin.go:70:3 too many errors`,
    `error ${folder}/wit_exports.go:286:84 (node.NodeInstanceFromBorrowHandle(int32(uintptr(arg0)))).Cleanup undefined (type *node.NodeInstance has no field or method Cleanup, but does have method CleanUp)`,
    `error ${folder}/go.mod:3:1 invalid go version 'banana': must match format 1.23.0`,
  ]);
});

test('what is missing is said with the command that gets it', () => {
  const output = `node/plugin.go:9:8: package nosuchpkg/x is not in std (/usr/local/go/src/nosuchpkg/x)
node/plugin.go:10:8: no required module provides package github.com/foo/bar; to add it:
	go get github.com/foo/bar
node/plugin.go:11:8: missing go.sum entry for module providing package golang.org/x/text/width (imported by my-go/node); to add:
	go get my-go/node
`;
  assert.deepEqual(
    parseGo(output, folder).map(({ message }) => message),
    [
      'package nosuchpkg/x is not in std (/usr/local/go/src/nosuchpkg/x)',
      'no required module provides package github.com/foo/bar; to add it: go get github.com/foo/bar',
      'missing go.sum entry for module providing package golang.org/x/text/width (imported by my-go/node); to add: go get my-go/node',
    ],
  );
});

test('lines that say more about a mistake are none of their own', () => {
  const output = `# my-go/node
node/plugin.go:17:6: Host redeclared in this block
	node/more.go:17:6: other declaration of Host
package my-go
	imports my-go/node
	node/plugin.go:9:8: use of internal package internal/abi not allowed
`;
  assert.deepEqual(read(output), [
    `error ${folder}/node/plugin.go:17:6 Host redeclared in this block`,
    `error ${folder}/node/plugin.go:9:8 use of internal package internal/abi not allowed`,
  ]);
});

test("vet's findings, also of tests that do not compile, and colours and Windows line ends", () => {
  const output = `# my-go/node\r
vet: node/plugin_test.go:3:5: undefined: nowhere\r
\u001b[31mnode/plugin.go:67:14: fmt.Printf format %d has arg "x" of wrong type string\u001b[0m\r
`;
  assert.deepEqual(
    parseGo(output, folder, 'warning').map(({ severity, line, message }) => [severity, line, message]),
    [
      ['warning', 3, 'undefined: nowhere'],
      ['warning', 67, 'fmt.Printf format %d has arg "x" of wrong type string'],
    ],
  );
});

test('what is written has absolute places and the rest as it was', () => {
  for (const [line, written] of [
    ['./wit_exports.go:286:84: no method\n', `${folder}/wit_exports.go:286:84: no method\n`],
    ['\tnode/plugin.go:9:8: not allowed\n', `${folder}/node/plugin.go:9:8: not allowed\n`],
    ['/elsewhere/a.go:9:8: not allowed\n', '/elsewhere/a.go:9:8: not allowed\n'],
    ['\tnode/more.go:17:6: other declaration of Host\n', '\tnode/more.go:17:6: other declaration of Host\n'],
    ['# my-go/node\n', '# my-go/node\n'],
    ['link: my-go/bindings/wit/runtime: invalid reference to runtime.bloc\n', undefined],
  ] as const) {
    assert.equal(absoluteGoPlaces(line, folder), written ?? line);
  }
});

test('a failure without a place is told in its own words', () => {
  const cycle = `package my-go
	imports my-go/node from wit_exports.go
	imports my-go/node from plugin.go: import cycle not allowed
`;
  assert.deepEqual(read(cycle), []);
  assert.match(goFailure(cycle) ?? '', /import cycle not allowed$/);
  assert.equal(
    goFailure('go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)\n'),
    'go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)',
  );
  assert.equal(goFailure('# my-go\n\n'), undefined);
});

test('versions that are too old are told from others', () => {
  for (const good of ['1.24', '1.24.11', '1.26.8', '1.30rc1', '2.0.1'])
    assert.equal(goProblem(good), undefined);
  for (const bad of ['1.23.12', '1.19.8', '1.9'])
    assert.match(goProblem(bad) ?? '', /^Go 1\.\d+\S* is too old/);
});

test("names are the generator's", () => {
  assert.deepEqual(['node-instance', 's16-le', 'HTTP-error', 'x'].map(goTypeName), [
    'NodeInstance',
    'S16Le',
    'HttpError',
    'X',
  ]);
  assert.deepEqual(['input-pin', 'type', 'range'].map(goParameterName), ['inputPin', 'type_', 'range_']);
  assert.equal(goPackageName('streamkit:plugin/node@0.1.0'), 'streamkit_plugin_node');
  assert.equal(goPackageName('wasi:keyvalue/store@0.2.0-draft.2', true), 'wasi_keyvalue_0_2_0_draft_2_store');
  assert.equal(goPackageName(''), 'wit_world');
  assert.equal(goPackageName('my-inline'), 'my_inline');
  assert.equal(goPackageName('range'), 'range_');
});

async function worldOf(functions: string): Promise<Parameters<typeof requireGoWorld>[0]> {
  const text = `package a:b; world w { ${functions} }`;
  const [world] = (await resolveWit([{ path: 'w.wit', text }])).worlds;
  assert.ok(world);
  return world;
}

test('what Go cannot have is refused with the name of its function', async () => {
  const tuple = (size: number): string => `tuple<${Array.from({ length: size }, () => 'u8').join(', ')}>`;
  requireGoWorld(await worldOf(`export f: func(a: option<${tuple(16)}>) -> result<list<string>, string>;`));
  for (const [functions, message] of [
    [`export f: func(a: list<${tuple(17)}>);`, /function f has a tuple of more than 16 values/],
    [
      'import i: interface { g: func() -> option<list<u8, 4>>; }',
      /function i#g has a list of a fixed length/,
    ],
    ['export f: async func();', /function f is asynchronous/],
    ['export f: func() -> result<stream<u8>, string>;', /function f has a stream/],
    ['export f: func(a: future);', /function f has a future/],
  ] as const) {
    const world = await worldOf(functions);
    assert.throws(() => {
      requireGoWorld(world);
    }, message);
  }
});

const wit = 'package a:b; world w { export run: func(text: string) -> string; }';

test('bindings are written once, again where the WIT changed, and never over a file of the author', async (t) => {
  const at = await folderWith(t, { 'go.mod': '// mine\nmodule "example.com/my/go"\n', 'wit/w.wit': wit });
  const project = { ...projectIn(at, 'go'), contract: 'custom' };
  assert.equal(await modulePath(at), 'example.com/my/go');
  assert.equal(await bindingsState(project), 'missing');
  const first = await writeBindings(project);
  for (const file of ['wit_exports.go', 'bindings/component-type.bin', 'bindings/wit/LICENSE']) {
    assert.ok(first.includes(file), file);
  }
  assert.match(
    await readFile(join(at, 'wit_exports.go'), 'utf8'),
    /"example\.com\/my\/go\/export_wit_world"/,
  );
  assert.equal(await bindingsState(project), 'current');
  assert.deepEqual(await writeBindings(project), []);

  await writeFile(
    join(at, 'wit', 'w.wit'),
    wit.replace('world w {', 'world w { import i: interface { f: func(); }'),
  );
  assert.equal(await bindingsState(project), 'stale');
  const second = await writeBindings(project);
  assert.ok(second.includes('bindings/i/wit_bindings.go') && !second.includes('bindings/wit/LICENSE'));

  await writeFile(join(at, 'wit', 'w.wit'), wit);
  assert.ok((await writeBindings(project)).includes('bindings/i/wit_bindings.go'));
  await assert.rejects(readFile(join(at, 'bindings', 'i', 'wit_bindings.go')));

  await writeFile(join(at, 'bindings', 'bindings.json'), '<<<<<<< ours');
  assert.equal(await bindingsState(project), 'missing');
  assert.deepEqual(await writeBindings(project), ['bindings/bindings.json']);
});

test("an author's file in the place of a binding is kept, and so is a folder without go.mod", async (t) => {
  const files = { 'go.mod': 'module mine\n', 'wit/w.wit': wit, 'wit_exports.go': 'package main\n' };
  const project = { ...projectIn(await folderWith(t, files), 'go'), contract: 'custom' };
  await assert.rejects(writeBindings(project), /wit_exports\.go is in the place of a file of the bindings/);
  const bare = await folderWith(t, { 'wit/w.wit': wit });
  await assert.rejects(writeBindings(projectIn(bare, 'go')), /has no go\.mod/);
});
