import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { componentEmbed, componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';
import { UserError } from '../../extension/errors.ts';
import { readSections, withCustomSection } from '../../extension/wasm/sections.ts';
import type { WitType } from '../../extension/wit/model.ts';
import {
  cBindings,
  componentType,
  goBindings,
  packedWitOfComponent,
  readWitFolder,
  resolveWit,
  WitError,
  witOfComponent,
} from '../../extension/wit/tool.ts';
import { unpackWorld } from '../../extension/wit/unpack.ts';
import { witToolBuiltFrom, witToolFile, witToolSources } from '../../scripts/wit-tool.ts';
import { componentOf, proposal, witText, worldOf } from './wit-fixture.ts';

const root = join(import.meta.dirname, '..', '..');
const streamkit = await readWitFolder(join(root, 'wit', 'streamkit'));

void test('vendor/wit-tool.wasm was built from tools/wit as it is', async () => {
  assert.equal(
    await witToolBuiltFrom(),
    await witToolSources(),
    'tools/wit was changed: run `node scripts/wit-tool.ts` and commit vendor/wit-tool.wasm',
  );
});

void test('the WIT tool imports nothing and knows its own world', async () => {
  const { imports, exports } = await witOfComponent(await readFile(witToolFile));
  assert.deepEqual(imports, { interfaces: [], functions: [] });
  assert.deepEqual(
    exports.functions.map(({ name }) => name),
    ['package-of', 'world-of', 'component-type', 'c-bindings', 'go-bindings'],
  );
  const files = exports.functions[0]?.params[0]?.type;
  assert.ok(files?.kind === 'list' && files.element.kind === 'record');
  assert.deepEqual(
    files.element.fields.map(({ name, type }) => [name, type.kind]),
    [
      ['path', 'string'],
      ['text', 'string'],
    ],
  );
});

void test('a package with its references followed, its documentation and its places', async () => {
  const { name, worlds, interfaces } = await resolveWit(streamkit);
  assert.equal(name, 'streamkit:plugin@0.1.0');
  assert.deepEqual(
    interfaces.map((one) => one.name),
    ['types', 'host', 'node'].map((one) => `streamkit:plugin/${one}@0.1.0`),
  );
  const [plugin] = worlds;
  assert.equal(plugin?.name, 'plugin');
  assert.equal(plugin.package, 'streamkit:plugin@0.1.0');
  const text = streamkit.find(({ path }) => path === 'plugin.wit')?.text.split('\n') ?? [];
  assert.equal(text[(plugin.place?.line ?? 0) - 1], 'world plugin {');
  assert.equal(plugin.place?.column, 'world '.length + 1);

  const [node] = plugin.exports.interfaces;
  assert.deepEqual(node?.resources, ['node-instance']);
  const handle = 'streamkit:plugin/node@0.1.0#node-instance';
  const [metadata, constructor, process] = node.functions;
  assert.equal(metadata?.docs, 'Called once when the plugin is loaded, before any instance exists.');
  assert.deepEqual(
    [constructor?.name, constructor?.exportName],
    ['constructor', '[constructor]node-instance'],
  );
  assert.deepEqual(constructor?.result, { kind: 'own', resource: handle });
  assert.equal(process?.name, 'process');
  assert.equal(process.exportName, '[method]node-instance.process');
  assert.equal(process.resource, 'node-instance');
  assert.match(text[(process.place?.line ?? 0) - 1] ?? '', /^ {8}process: func/);
  assert.equal(process.place?.column, 9);
  assert.deepEqual(
    process.params.map((one) => [one.name, one.type.kind]),
    [
      ['self', 'borrow'],
      ['input-pin', 'string'],
      ['packet', 'variant'],
    ],
  );
  const packet = process.params[2]?.type;
  assert.equal(packet?.name, 'streamkit:plugin/types@0.1.0#packet');
  assert.ok(packet.kind === 'variant');
  const audio = packet.cases[0]?.type;
  assert.ok(audio?.kind === 'record');
  assert.deepEqual(audio.fields[2]?.type, { kind: 'list', element: { kind: 'f32' } });
});

void test('every kind of type', async () => {
  const world = await worldOf(`package t:t;
    interface all {
      type key = string;
      enum e { a, b }
      flags f { x, y }
      resource r { open: static func() -> r; }
      record point { key: key, bytes: list<u8>, fixed: list<u8, 4>, maybe: option<s64>, pair: tuple<f32, char> }
      go: func(p: point, e: e, f: f, r: borrow<r>) -> result<r, string>;
      nothing: func() -> result;
      later: async func(in: stream<u8>) -> future<string>;
    }
    world w { import all; }`);
  const [all] = world.imports.interfaces;
  const byName = new Map(all?.functions.map((one) => [one.exportName, one]));
  assert.deepEqual([...byName.keys()], ['[static]r.open', 'go', 'nothing', 'later']);
  assert.deepEqual(Object.keys(all?.types ?? {}), ['e', 'f', 'key', 'point']);
  const [point, e, f, r] = byName.get('go')?.params ?? [];
  assert.ok(point?.type.kind === 'record');
  const plain = ({ place: _, ...rest }: WitType): unknown => rest;
  assert.deepEqual(
    point.type.fields.map(({ name, type }) => [name, plain(type)]),
    [
      ['key', { name: 't:t/all#key', kind: 'string' }],
      ['bytes', { kind: 'list', element: { kind: 'u8' } }],
      ['fixed', { kind: 'list', element: { kind: 'u8' }, length: 4 }],
      ['maybe', { kind: 'option', some: { kind: 's64' } }],
      ['pair', { kind: 'tuple', items: [{ kind: 'f32' }, { kind: 'char' }] }],
    ],
  );
  assert.deepEqual(e && plain(e.type), { name: 't:t/all#e', kind: 'enum', cases: ['a', 'b'] });
  assert.deepEqual(f && plain(f.type), { name: 't:t/all#f', kind: 'flags', flags: ['x', 'y'] });
  assert.deepEqual(r?.type, { kind: 'borrow', resource: 't:t/all#r' });
  assert.deepEqual(byName.get('nothing')?.result, { kind: 'result' });
  assert.equal(byName.get('later')?.async, true);
  assert.deepEqual(byName.get('later')?.result, { kind: 'future', payload: { kind: 'string' } });
});

void test('worlds of three proposals, with dependencies as folders and as files', async () => {
  const [keyvalue, config, http] = await Promise.all(
    (['keyvalue', 'config', 'http'] as const).map(async (name) => resolveWit(await proposal(name))),
  );
  const interfaces = (world: number, of = keyvalue): readonly string[] =>
    of?.worlds[world]?.imports.interfaces.map(({ name }) => name) ?? [];
  assert.deepEqual(
    interfaces(0),
    ['store', 'atomics', 'batch'].map((name) => `wasi:keyvalue/${name}@0.2.0-draft`),
  );
  assert.deepEqual(interfaces(0, config), ['wasi:config/store@0.2.0-rc.1']);
  const proxy = http?.worlds.find(({ name }) => name === 'proxy');
  assert.deepEqual(
    proxy?.exports.interfaces.map(({ name }) => name),
    ['wasi:http/incoming-handler@0.2.12'],
  );
  // A resource of another package, under the name that it has there.
  const types = proxy.imports.interfaces.find(({ name }) => name.startsWith('wasi:http/types@'));
  const subscribe = types?.functions.find(({ name }) => name === 'subscribe');
  assert.deepEqual(subscribe?.result, { kind: 'own', resource: 'wasi:io/poll@0.2.12#pollable' });
  assert.ok(!types?.resources.includes('pollable'));
  assert.equal(types?.place?.file, 'http.wit');
  const streams = proxy.imports.interfaces.find(({ name }) => name.startsWith('wasi:io/streams@'));
  assert.equal(streams?.place?.file, 'deps/io.wit');
});

void test('functions, types and interfaces that a world has by itself', async () => {
  const world = await worldOf(`package t:t;
    world w {
      record point { x: u32 }
      import logger: interface { enum level { low } log: func(level: level); }
      import now: func() -> u64;
      export move-to: func(to: point);
    }`);
  assert.deepEqual(
    world.imports.functions.map(({ name }) => name),
    ['now'],
  );
  assert.equal(world.imports.interfaces[0]?.name, 'logger');
  assert.equal(world.imports.interfaces[0].types['level']?.name, 'logger#level');
  assert.equal(world.exports.functions[0]?.params[0]?.type.name, 'point');
});

async function refused(text: string): Promise<WitError> {
  const error: unknown = await resolveWit(witText(text)).catch((caught: unknown) => caught);
  assert.ok(error instanceof WitError);
  assert.notEqual(error.advice, '');
  return error;
}

void test('mistakes are said with their place', async () => {
  const syntax = await refused('package t:t;\n\ninterface a {\n  f: func(x: u32;\n}');
  assert.equal(syntax.message, "test.wit:4:17: expected ')', found ';'");
  assert.deepEqual(syntax.place, { file: 'test.wit', line: 4, column: 17 });

  const name = await refused('package t:t;\ninterface a {\n  f: func(x: pakcet);\n}');
  assert.match(name.message, /^test\.wit:3:14: .*`pakcet` does not exist/);

  const missing = await refused('package t:t;\nworld w {\n  import wasi:io/streams@0.2.0;\n}');
  assert.equal(missing.message, 'test.wit:3:10: package wasi:io@0.2.0 is not in the folder');
  assert.match(missing.advice, /deps\//);

  const letter = await refused('package t:t;\n/* 😀 */ interface a { § }');
  assert.deepEqual(letter.place, { file: 'test.wit', line: 2, column: '/* 😀 */ interface a { '.length + 1 });

  const twice = await resolveWit([
    { path: 'a.wit', text: 'package t:t;\n' },
    { path: 'deps/b/b.wit', text: 'package t:b;\ninterface x {}' },
    { path: 'deps/c.wit', text: 'package t:b;\ninterface y {}' },
  ]).catch((caught: unknown) => caught);
  assert.ok(twice instanceof WitError);
  assert.match(twice.message, /`t:b`.*two.*deps\/(b\/b|c)\.wit:1:9/);

  const map = await refused('package t:t;\nworld w {\n  export f: func(x: map<string, u32>);\n}');
  assert.match(map.message, /the type map is not supported/);
});

void test('what is no component, and no world of the package', async () => {
  await assert.rejects(witOfComponent(Buffer.from('no')), UserError);
  await assert.rejects(componentType(streamkit, 'plugn'), (error: unknown) => {
    assert.ok(error instanceof WitError);
    assert.equal(error.message, 'the package streamkit:plugin@0.1.0 has no world plugn; it has plugin');
    return true;
  });
});

void test('a generator that gives up says why, and the next call works', async () => {
  const files = witText(
    'package t:t;\ninterface a { type grid = list<u8, 4>; f: func(g: grid); }\nworld w { import a; }',
  );
  await assert.rejects(cBindings(files, 'w'), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /named fixed-length list types are not yet supported.*wit-bindgen-c/);
    return true;
  });
  assert.equal((await resolveWit(files)).name, 't:t');
});

void test('a folder of WIT is read with its dependencies and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-wit-'));
  try {
    await assert.rejects(readWitFolder(folder), /has no \.wit file/);
    await mkdir(join(folder, 'deps', 'io', 'deps'), { recursive: true });
    await mkdir(join(folder, 'notes'));
    for (const file of ['a.wit', 'b.txt', 'notes/c.wit', 'deps/d.wit', 'deps/io/e.wit', 'deps/io/deps/f.wit'])
      await writeFile(join(folder, file), file);
    assert.deepEqual(
      (await readWitFolder(folder)).map(({ path }) => path),
      ['a.wit', 'deps/d.wit', 'deps/io/e.wit'],
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

const till = `package shop:till@1.2.0;
  interface money { record price { cents: u64, unit: string } enum outcome { paid, refused } }
  interface pay { use money.{price, outcome}; pay: func(price: price) -> outcome; }
  world till { import log: func(line: string); export pay; }`;

void test('a component says what it was built with', async () => {
  const component = await componentOf(till, 'till');
  const decoded = await witOfComponent(component);
  const [pay] = decoded.exports.interfaces;
  assert.equal(pay?.name, 'shop:till/pay@1.2.0');
  const price = pay.functions[0]?.params[0]?.type;
  assert.equal(price?.name, 'shop:till/money@1.2.0#price');
  assert.ok(price.kind === 'record');
  assert.deepEqual(
    price.fields.map(({ name, type }) => [name, type.kind]),
    [
      ['cents', 'u64'],
      ['unit', 'string'],
    ],
  );
  assert.deepEqual(unpackWorld(await packedWitOfComponent(component)), decoded);
});

void test('the packed WIT of a component leaves out the WASI that every plugin gets', async () => {
  const component = await componentOf(
    `package t:t;
     package wasi:io@0.2.0 { interface poll { ready: func() -> bool; } }
     package wasi:keyvalue@0.2.0-draft { interface store { get: func(key: string) -> string; } }
     world w { import wasi:io/poll@0.2.0; import wasi:keyvalue/store@0.2.0-draft; export f: func(); }`,
    'w',
  );
  const all = (await witOfComponent(component)).imports.interfaces.map(({ name }) => name);
  assert.deepEqual(all, ['wasi:io/poll@0.2.0', 'wasi:keyvalue/store@0.2.0-draft']);
  const world = unpackWorld(await packedWitOfComponent(component));
  assert.deepEqual(
    world.imports.interfaces.map(({ name }) => name),
    ['wasi:keyvalue/store@0.2.0-draft'],
  );
});

void test('a component type makes a component of a core module', async () => {
  const section = await componentType(witText(till), 'till');
  assert.equal(section.name, 'component-type:till');
  const core = await componentEmbed({ witSource: till, world: 'till', dummy: true });
  const sections = readSections(core).filter(({ name }) => name?.startsWith('component-type'));
  assert.equal(sections.length, 1);
  const [own] = sections;
  const bare = Buffer.concat([core.subarray(0, own?.start), core.subarray(own?.end)]);
  const component = await componentNew(withCustomSection(bare, section.name, section.content));
  assert.deepEqual(await witOfComponent(component), await witOfComponent(await componentOf(till, 'till')));
});

void test('bindings for C are what the template was written for, and name their component type', async () => {
  const files = new Map((await cBindings(streamkit, 'plugin')).map(({ path, content }) => [path, content]));
  assert.deepEqual([...files.keys()].sort(), ['plugin.c', 'plugin.h', 'plugin_component_type.o']);
  const header = Buffer.from(files.get('plugin.h') ?? []).toString('utf8');
  const bindings = join(root, 'templates', 'streamkit', 'c', 'bindings');
  const declared = (text: string): readonly string[] =>
    [...text.matchAll(/^(?:extern |typedef )?[\w ]+\**\w+\(.*\);$/gm)].map(([line]) => line);
  const written = declared(await readFile(join(bindings, 'plugin.h'), 'utf8'));
  assert.ok(written.length > 20);
  for (const line of written) assert.ok(header.includes(line), line);
  // wasi-libc has its own bindings for WASI.
  assert.doesNotMatch(header, /wasi_/);
  const whole = await cBindings(streamkit, 'plugin', { libraryHasWasi: false });
  assert.match(Buffer.from(whole.find(({ path }) => path === 'plugin.h')?.content ?? []).toString(), /wasi_/);
  const object = readSections(files.get('plugin_component_type.o') ?? new Uint8Array());
  assert.ok(object.some(({ name }) => name === 'component-type:plugin'));
});

void test('WASI that a world imports itself keeps its bindings', async () => {
  const files = await cBindings(await proposal('http'), 'proxy');
  const header = Buffer.from(files.find(({ path }) => path === 'proxy.h')?.content ?? []).toString();
  assert.match(header, /wasi_io_streams_/);
});

void test('bindings for Go as the generator writes them', async () => {
  const files = await goBindings(streamkit, 'plugin');
  const paths = files.map(({ path }) => path);
  assert.ok(paths.includes('streamkit_plugin_host/wit_bindings.go'));
  assert.ok(paths.includes('wit_exports.go'));
  assert.ok(!paths.some((path) => path.startsWith('wasi_')));
  const exports = await goBindings(streamkit, 'plugin', {
    importPath: 'example.com/gain/bindings',
    stubs: true,
  });
  const text = exports.map(({ content }) => Buffer.from(content).toString('utf8')).join('\n');
  assert.match(text, /"example\.com\/gain\/bindings\//);
});
