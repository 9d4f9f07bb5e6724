import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { disguised, needsDisguise } from '../../extension/toolchains/javascript-disguise.ts';
import { quickjsLimits, unsupportedInJavaScript } from '../../extension/toolchains/javascript-limits.ts';
import { className, exportName, memberName } from '../../extension/toolchains/javascript-names.ts';
import { typesOf } from '../../extension/toolchains/javascript-types.ts';
import { componentWit, developmentWit } from '../../extension/toolchains/javascript-wit.ts';
import { exportHint } from '../../extension/toolchains/javascript-world.ts';
import { readWitFolder, resolveWit, type WitFile } from '../../extension/wit/tool.ts';
import type { WitWorld } from '../../extension/wit/model.ts';

function wit(text: string): readonly WitFile[] {
  return [{ path: 'world.wit', text: `package my:plugin@1.0.0;\n${text}` }];
}

async function worldOf(text: string): Promise<WitWorld> {
  const [world] = (await resolveWit(wit(text))).worlds;
  assert.ok(world);
  return world;
}

const folder = (...path: readonly string[]): string => join(import.meta.dirname, '..', 'fixtures', ...path);

test('names are those of componentize-qjs', () => {
  assert.equal(memberName('DNS-error-payload'), 'dnsErrorPayload');
  assert.equal(memberName('utf-16'), 'utf16');
  assert.equal(className('node-instance'), 'NodeInstance');
  assert.equal(exportName('wasi:http/incoming-handler@0.2.12'), 'incomingHandler');
  assert.equal(exportName('inline-one'), 'inlineOne');
});

const levels = 'enum level { trace, debug, info, warn, error }';

test('the console writes to the log of a world that has one', async () => {
  const own = await componentWit(
    wit(`interface host { ${levels} log: func(level: level, message: string); }
      world w { import host; export run: func(); }`),
    undefined,
  );
  assert.deepEqual(own.javaScript.console, {
    kind: 'log',
    module: 'my:plugin/host@1.0.0',
    function: 'log',
    levels: { debug: 'debug', log: 'info', info: 'info', warn: 'warn', error: 'error' },
    between: 0,
  });
  // As wasi:logging has it.
  const context = await componentWit(
    wit(`interface logging { enum level { trace, debug, info, warn, error, critical }
        log: func(level: level, context: string, message: string); }
      world w { import logging; export run: func(); }`),
    undefined,
  );
  const target = context.javaScript.console;
  assert.ok(target.kind === 'log' && target.between === 1);
});

test('without a log the console writes to stdout and stderr, which every component has', async () => {
  const own = wit('world w { import log: func(number: u32, message: string); export run: func(); }');
  const { javaScript, world, own: given, worldName, files } = await componentWit(own, undefined);
  assert.deepEqual(javaScript.console, { kind: 'stdio' });
  assert.deepEqual(javaScript.stdio, {
    stdout: 'wasi:cli/stdout@0.2.0',
    stderr: 'wasi:cli/stderr@0.2.0',
  });
  assert.deepEqual([worldName, world.name, given.name], ['hotplug-plugin', 'w', 'w']);
  assert.ok(!given.imports.interfaces.some(({ name }) => name.startsWith('wasi:cli/')));

  // The development world asks for the source, too.
  const development = await developmentWit({
    files,
    worldName,
    world,
    own: given,
    javaScript,
    disguise: false,
  });
  const resolved = (await resolveWit(development.files)).worlds.find(
    ({ name }) => name === development.world,
  );
  const imported = resolved?.imports.interfaces.map(({ name }) => name) ?? [];
  assert.ok(imported.includes('hotplug:dev/source@0.1.0') && imported.includes('wasi:cli/stderr@0.2.0'));
  assert.deepEqual(
    resolved?.imports.functions.map(({ name }) => name),
    ['log'],
  );
});

test('a project’s own wasi:cli is the one that is used', async () => {
  const files = await readWitFolder(folder('wit', 'http'));
  const { javaScript } = await componentWit(files, 'proxy');
  assert.equal(javaScript.stdio.stderr, 'wasi:cli/stderr@0.2.12');
});

test('what has to be exported is said as one writes it', async () => {
  const { javaScript } = await componentWit(
    await readWitFolder(folder('custom', 'everything', 'wit')),
    undefined,
  );
  assert.deepEqual(javaScript.exports.filter(({ name }) => name !== 'echo').map(exportHint), [
    'export const counters = { make, total, take, Counter }',
    'export function exercise(…) { … }',
    'export function keep(…) { … }',
    'export function panicNow(…) { … }',
  ]);
});

test('types say what componentize-qjs makes of values', async () => {
  const world = await worldOf(`
    interface shapes {
      /// A place.
      record point { x: s64, maybe: option<option<u8>>, label: option<string> }
      variant shape { nothing, dots(list<point>), bytes(list<u8>) }
      flags rights { read, run-it }
      resource canvas {
        constructor(size: u32);
        draw: func(shape: shape) -> result<u64, string>;
        blank: static func() -> canvas;
      }
      %delete: func(of: point);
    }
    world w {
      import shapes;
      use shapes.{point};
      import notify: func(text: string);
      /// Runs.
      export run: func(at: point) -> result<list<tuple<u32, bool>>, u8>;
    }`);
  const files = Object.fromEntries(typesOf(world).map(({ path, text }) => [path, text]));
  const shapes = files['my/plugin.d.ts'] ?? '';
  for (const expected of [
    "declare module 'my:plugin/shapes@1.0.0' {",
    'x: number;',
    "maybe: { tag: 'some'; val: number | null } | { tag: 'none' };",
    'label: string | null;',
    "| { tag: 'dots'; val: Point[] }",
    "| { tag: 'bytes'; val: Uint8Array }",
    'runIt?: boolean;',
    'constructor(size: number);',
    '/** An error is thrown as an Error with its text. */\n    draw(shape: Shape): number;',
    'static blank(): Canvas;',
    '[Symbol.dispose](): void;',
    'function delete_(of: Point): void;\n  export { delete_ as delete };',
    "declare module 'my:plugin/shapes' {\n  export * from 'my:plugin/shapes@1.0.0';",
  ])
    assert.ok(shapes.includes(expected), `${expected}\n${shapes}`);
  const own = files['world.d.ts'] ?? '';
  assert.ok(own.includes("declare module 'my:plugin/w@1.0.0' {"), own);
  assert.ok(own.includes("run(at: import('my:plugin/shapes@1.0.0').Point): Array<[number, boolean]>;"), own);
  assert.ok(own.includes('declare function notify(text: string): void;'), own);
});

test('WASI gets other names where its resources are in an interface that componentize-qjs does not know', async () => {
  const http = await componentWit(await readWitFolder(folder('wit', 'http')), 'proxy');
  assert.equal(http.disguise, true);
  const everything = await componentWit(
    await readWitFolder(folder('custom', 'everything', 'wit')),
    undefined,
  );
  assert.equal(everything.disguise, false);
  assert.equal(needsDisguise(everything.world), false);
  assert.deepEqual(disguised([{ path: 'deps/io.wit', text: 'package wasi:io@0.2.0;' }]), [
    { path: 'deps/io.wit', text: 'package wqjs:io@0.2.0;' },
  ]);
});

test('what cannot be done in JavaScript is said', async () => {
  assert.match(
    unsupportedInJavaScript(await worldOf('world w { export run: async func(); }')) ?? '',
    /^The world w has asynchronous functions/,
  );
  assert.match(
    unsupportedInJavaScript(await worldOf('world w { export run: func() -> list<stream<u8>>; }')) ?? '',
    /asynchronous functions, futures or streams/,
  );
  assert.match(
    unsupportedInJavaScript(await worldOf('world w { import run: func(); }')) ?? '',
    /exports no function/,
  );
  assert.match(
    unsupportedInJavaScript(await worldOf('world w { export init: func(); }')) ?? '',
    /componentize-qjs exports a function "init" of its own/,
  );
  const possible = await worldOf(`
    interface host { resource thing; }
    interface mine {
      use host.{thing};
      resource item { constructor(); look: func(other: borrow<item>); }
      keep: func(all: list<item>);
      take: func(thing: thing);
      borrow-it: func(thing: option<borrow<thing>>);
    }
    world w { import host; export mine; }`);
  assert.equal(unsupportedInJavaScript(possible), undefined);
  assert.deepEqual(
    quickjsLimits(possible).map(({ function: one, why }) => [one.name, why]),
    [
      ['keep', 'it takes back a resource that the plugin itself exports'],
      ['borrow-it', 'it borrows a resource of the host'],
    ],
  );
});
