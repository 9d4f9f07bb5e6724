/** Python and JavaScript plugins for Extism hosts: recognised, bundled, built by the PDKs' compilers or refused with what to do. */
import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { after, test, type TestContext } from 'node:test';
import { assetPath } from '../../extension/assets.ts';
import { findDefinition } from '../../extension/toolchains/definition.ts';
import { extismApi } from '../../extension/toolchains/javascript-extism-api.ts';
import { exportedNames } from '../../extension/toolchains/javascript-extism-release.ts';
import { javascript } from '../../extension/toolchains/javascript.ts';
import { readRequirements } from '../../extension/toolchains/python-environment.ts';
import { python } from '../../extension/toolchains/python.ts';
import type { Project } from '../../extension/project/project.ts';
import type { BuildRequest } from '../../extension/toolchains/toolchain.ts';
import { buildRequest, folderWith, projectIn } from './toolchains-fixture.ts';

after(async () => {
  await python.dispose?.();
  await javascript.dispose?.();
});

const guide = `import json
import extism


@extism.plugin_fn
def handle_event():
    extism.output_str(extism.input_str())
`;

const script = `function handle_event() { Host.outputString(Host.inputString()); }
module.exports = { handle_event };
`;

function holomush(folder: string, language: 'python' | 'javascript'): Project {
  return { ...projectIn(folder, language), contract: 'holomush' };
}

function release(project: Project): BuildRequest {
  return { ...buildRequest(project).request, mode: 'release' };
}

/** Puts shell scripts on the PATH, before everything else. */
async function withPrograms(t: TestContext, programs: Readonly<Record<string, string>>): Promise<void> {
  const folder = await folderWith(t, programs);
  for (const name of Object.keys(programs)) await chmod(join(folder, name), 0o755);
  const before = process.env['PATH'] ?? '';
  process.env['PATH'] = [folder, before].join(delimiter);
  t.after(() => {
    process.env['PATH'] = before;
  });
}

void test("folders with a PDK's calls are plugins, and hosts' programs are none", async (t) => {
  const plugin = await folderWith(t, { 'plugin.py': guide });
  assert.equal(await python.recognise(plugin), "plugin.py with extism's plugin_fn");
  const host = await folderWith(t, { 'app.py': 'import extism\nextism.Plugin("x.wasm").call("f", b"")\n' });
  assert.equal(await python.recognise(host), undefined);

  const old = await folderWith(t, { 'plugin.js': script });
  assert.equal(await javascript.recognise(old), "plugin.js with Extism's Host");
  const site = await folderWith(t, { 'plugin.js': 'console.log(location.Host)' });
  assert.equal(await javascript.recognise(site), undefined);
});

void test('packages that only guides know are not installed, everything else is', async (t) => {
  const folder = await folderWith(t, {
    'pyproject.toml': '[project]\ndependencies = ["extism-pdk", "extism_cli>=1", "inflect==7.5.0"]\n',
    'requirements.txt': 'extism-pdk # the PDK\nextism-pdk-tools\n',
  });
  assert.deepEqual(await readRequirements(folder), {
    packages: ['extism-pdk-tools', 'inflect==7.5.0'],
    development: [],
    file: false,
  });
});

void test('the handler is found under its own name, whatever the language makes of others', () => {
  const handler = { interface: '', name: 'handle_event' };
  const inPython = findDefinition(guide, python.definition(handler));
  assert.equal(guide.slice(inPython?.start, inPython?.end).trim(), guide.slice(guide.indexOf('def')).trim());
  for (const text of [
    script,
    'export function handle_event() { Host; }',
    'const handle_event = () => { Host; };',
  ])
    assert.ok(findDefinition(text, javascript.definition(handler)), text);
});

void test('a development build in JavaScript hands over what the plugin exports, in either manner', async (t) => {
  for (const text of [
    script,
    'export const handle_event = () => Host.outputString(Host.inputString());',
    'exports.handle_event = () => Host.outputString(Host.inputString());',
  ]) {
    const folder = await folderWith(t, { 'plugin.js': text });
    const { request, output } = buildRequest(holomush(folder, 'javascript'));
    const result = await javascript.build(request);
    assert.ok(result.ok, output());
    assert.equal(result.artifact.kind, 'source');
    assert.match(result.artifact.interpreter ?? '', /extism-javascript\.wasm$/);
    const source = await readFile(result.artifact.path, 'utf8');
    // The interpreter evaluates it in the same way.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
    const { plugin } = new Function('$imports', 'Host', source)({}, fakeHost()) as {
      plugin: Record<string, () => void>;
    };
    assert.ok(Object.keys(plugin).includes('handle_event'), text);
    plugin['handle_event']?.();
    assert.deepEqual(outputs, ['in']);
  }
});

let outputs: string[] = [];
function fakeHost(): unknown {
  outputs = [];
  return { inputString: () => 'in', outputString: (text: string) => outputs.push(text) };
}

void test('names of exports for extism-js', () => {
  assert.deepEqual(exportedNames(script), ['handle_event']);
  assert.deepEqual(exportedNames('export function a() {}\nexport const b = 1; export { c, d as e };'), [
    'a',
    'b',
    'c',
    'e',
  ]);
  assert.deepEqual(
    exportedNames('exports.f = 1;\nmodule.exports = { g: () => {}, h() {} }; if (exports.x === 2) {}'),
    ['f', 'g', 'h'],
  );
  assert.deepEqual(exportedNames('// export function no() {}\nexport default 1;'), []);
});

void test("release builds say what is missing, and that pip's extism-cli is none", async (t) => {
  const folder = await folderWith(t, { 'plugin.py': guide, 'plugin.js': script });
  const inPython = await python.build(release(holomush(folder, 'python')));
  if (await installed(python, 'extism-py')) t.diagnostic('extism-py is installed here');
  else {
    assert.ok(!inPython.ok);
    assert.match(inPython.failure ?? '', /^extism-py, which makes release builds .* is not installed/);
    assert.match(
      inPython.failure ?? '',
      /github\.com\/extism\/python-pdk\/releases \("pip install extism-cli" does not have it/,
    );
  }
  const inJavaScript = await javascript.build(release(holomush(folder, 'javascript')));
  if (await installed(javascript, 'extism-js')) t.diagnostic('extism-js is installed here');
  else {
    assert.ok(!inJavaScript.ok);
    assert.match(
      inJavaScript.failure ?? '',
      /^extism-js, .* is not installed\. Get it from https:\/\/github\.com\/extism\/js-pdk\/releases/,
    );
  }
  for (const [language, name] of [
    [python, 'extism-py'],
    [javascript, 'extism-js'],
  ] as const) {
    const tool = (await language.tools(undefined)).find((one) => one.name === name);
    assert.equal(tool?.optional, true);
    assert.match(tool.neededBy, /HoloMUSH/);
  }
});

async function installed(language: typeof python, name: string): Promise<boolean> {
  return (await language.tools(undefined)).some((one) => one.name === name && one.found);
}

void test('a release build in Python is what extism-py makes, and its traceback has the file', async (t) => {
  const folder = await folderWith(t, { 'plugin.py': guide });
  await withPrograms(t, {
    'extism-py':
      '#!/bin/sh\ngrep -q broken "$1" && { printf \'Traceback (most recent call last):\\n  File "<source>", line 2, in <module>\\nNameError: broken\\n\' >&2; exit 1; }\nprintf "%s" "$PYTHONPATH" > "$3"\n',
  });
  const request = release(holomush(folder, 'python'));
  const good = await python.build(request);
  assert.ok(good.ok);
  assert.equal(good.artifact.kind, 'module');
  assert.equal((await readFile(good.artifact.path, 'utf8')).split(delimiter)[0], folder);

  await writeFile(join(folder, 'plugin.py'), 'import extism\nbroken\n');
  const bad = await python.build(request);
  assert.ok(!bad.ok);
  assert.deepEqual(
    bad.diagnostics.map(({ file, line, message }) => [file, line, message]),
    [[join(folder, 'plugin.py'), 2, 'NameError: broken']],
  );

  await writeFile(join(folder, 'plugin.py'), 'import extism\ndef (\n');
  const wrong = await python.build(request);
  assert.ok(!wrong.ok);
  assert.deepEqual(
    wrong.diagnostics.map(({ line, code }) => [line, code]),
    [[2, 'SyntaxError']],
  );
});

void test('a release build in JavaScript gives extism-js one script and its exports', async (t) => {
  const folder = await folderWith(t, {
    'src/plugin.js':
      "import { shout } from './shout.js';\nexport function handle_event() { Host.outputString(shout(Host.inputString())); }\n",
    'src/shout.js': 'export const shout = (text) => text?.toUpperCase() ?? "";\n',
  });
  await withPrograms(t, {
    'extism-js': '#!/bin/sh\ncat "$1" "$3" > "$5"\n',
    'wasm-merge': '#!/bin/sh\n',
    'wasm-opt': '#!/bin/sh\n',
  });
  const result = await javascript.build(release(holomush(folder, 'javascript')));
  assert.ok(result.ok);
  assert.equal(result.artifact.kind, 'module');
  const text = await readFile(result.artifact.path, 'utf8');
  assert.match(text, /module\.exports = /);
  assert.doesNotMatch(text, /^(?:import|export) \{?/m);
  assert.match(text, /declare module 'main' \{\n {2}export function handle_event\(\): I32;\n\}/);

  const own = "declare module 'main' { export function handle_event(): I32; }\n";
  await writeFile(join(folder, 'src', 'plugin.d.ts'), own);
  const again = await javascript.build(release(holomush(folder, 'javascript')));
  assert.ok(again.ok);
  assert.ok((await readFile(again.artifact.path, 'utf8')).endsWith(own));
});

void test('what the editor completes with is written into the project', async (t) => {
  const folder = await folderWith(t, { 'plugin.py': guide, 'plugin.js': script, 'tsconfig.json': '{}' });
  assert.deepEqual(await python.bindings?.(holomush(folder, 'python')), ['bindings/extism.pyi']);
  assert.deepEqual(await python.bindings?.(holomush(folder, 'python')), []);
  await javascript.prepare?.(holomush(folder, 'javascript'));
  assert.match(await readFile(join(folder, 'types', 'extism.d.ts'), 'utf8'), /declare const Host/);
  assert.deepEqual(await javascript.bindings?.(holomush(folder, 'javascript')), []);
  const template = assetPath('templates', 'holomush', 'javascript', 'types', 'extism.d.ts');
  assert.equal(
    await readFile(join(folder, 'types', 'extism.d.ts'), 'utf8'),
    await readFile(template, 'utf8'),
  );
});

/** The API's own functions, as the interpreter has them. */
interface Api {
  readonly utf8Encoded: (text: string) => Uint8Array;
  readonly utf8Decoded: (bytes: Uint8Array, fatal: boolean) => string;
  readonly base64Encoded: (bytes: Uint8Array) => string;
  readonly base64Decoded: (text: string) => Uint8Array;
  readonly provide: (host: unknown) => void;
}
// eslint-disable-next-line @typescript-eslint/no-implied-eval
const api = new Function(
  'globalThis',
  `${extismApi}\nreturn { utf8Encoded, utf8Decoded, base64Encoded, base64Decoded, provide };`,
) as (scope: object) => Api;

/** Deterministic numbers below 2³². */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state;
  };
}

void test('text is coded as TextEncoder and TextDecoder do it, whatever the bytes', () => {
  const { utf8Encoded, utf8Decoded, base64Encoded, base64Decoded } = api({});
  const next = numbers(7);
  const interesting = [
    0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0,
    0xf3, 0xf4, 0xf5, 0xff,
  ];
  for (let round = 0; round < 20_000; round++) {
    const bytes = Uint8Array.from(
      { length: next() % 12 },
      () => interesting[(next() >>> 8) % interesting.length] ?? 0,
    );
    assert.equal(
      utf8Decoded(bytes, false),
      new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
      bytes.join(),
    );
    assert.equal(base64Encoded(bytes), Buffer.from(bytes).toString('base64'));
    assert.deepEqual(base64Decoded(base64Encoded(bytes)), bytes);
    const text = String.fromCharCode(
      ...Array.from({ length: next() % 8 }, () =>
        (next() >>> 8) % 4 === 0 ? 0xd800 + ((next() >>> 8) % 0x800) : (next() >>> 8) % 0x900,
      ),
    );
    assert.deepEqual(utf8Encoded(text), new TextEncoder().encode(text));
  }
  assert.throws(() => utf8Decoded(Uint8Array.of(0xff), true), /no UTF-8/);
  assert.throws(() => base64Decoded('a'), /no base64/);
  const long = 'ä😀x'.repeat(10_000);
  assert.equal(utf8Decoded(utf8Encoded(long), false), long);
});

interface Globals {
  readonly Host: Record<string, (...args: unknown[]) => unknown>;
  readonly Config: { get(key: string): string | null };
  readonly Var: Record<'getString' | 'getBytes' | 'set', (...args: unknown[]) => unknown>;
  readonly Http: { request(request: object, body?: unknown): unknown };
  readonly Memory: Record<
    string,
    (value: unknown) => {
      offset: number;
      len: number;
      readString(): string;
      readUInt64(): bigint;
      free(): void;
    }
  >;
  readonly console: Record<string, (...values: unknown[]) => void>;
}

void test("JavaScript's PDK asks the host for what the plugin asks it", () => {
  const calls: unknown[] = [];
  const kept = new Map<string, Uint8Array>();
  const host = {
    input: () => Buffer.from('grüße'),
    output: (bytes: Uint8Array) => calls.push(['output', Buffer.from(bytes).toString()]),
    configGet: (key: string) => (key === 'there' ? 'yes' : null),
    varGet: (key: string) => kept.get(key) ?? null,
    varSet: (key: string, value: Uint8Array) => kept.set(key, value),
    log: (level: string, text: string) => calls.push([level, text]),
    httpRequest: (request: string, body: Uint8Array | null) => {
      if (request.includes('forbidden')) throw Object.assign(new Error('x'), { message: 'not allowed' });
      calls.push([JSON.parse(request), body === null ? null : Buffer.from(body).toString()]);
      return { status: 201, headers: [['a', 'b']], body: Buffer.from('made') };
    },
    callHost: (name: string, given: Uint8Array[]) => {
      calls.push([name, given.map((one) => Buffer.from(one).toString('latin1'))]);
      return Buffer.from('six');
    },
  };
  const scope = {} as Globals;
  api(scope).provide(host);
  const { Host, Config, Var, Http, Memory, console } = scope;
  assert.equal(Host['inputString']?.(), 'grüße');
  assert.deepEqual(Host['inputBytes']?.(), Uint8Array.from(Buffer.from('grüße')).buffer);
  Host['outputString']?.('ö');
  Host['outputBytes']?.(Uint8Array.of(0x20, 0x41, 0x42).subarray(1));
  assert.deepEqual(calls.splice(0), [
    ['output', 'ö'],
    ['output', 'AB'],
  ]);
  assert.deepEqual([Config.get('there'), Config.get('not')], ['yes', null]);
  assert.equal(Var.getString('n'), null);
  Var.set('n', 'ü');
  assert.equal(Var.getString('n'), 'ü');
  assert.deepEqual(Var.getBytes('n'), Uint8Array.of(0xc3, 0xbc).buffer);
  assert.deepEqual(Http.request({ url: 'http://a/', headers: { n: 1 } }), {
    body: 'made',
    status: 201,
    headers: { a: 'b' },
  });
  Http.request({ url: 'http://a/', method: 'POST' }, 'ü');
  assert.deepEqual(calls.splice(0), [
    [{ url: 'http://a/', method: 'GET', headers: { n: '1' } }, null],
    [{ url: 'http://a/', method: 'POST', headers: {} }, 'ü'],
  ]);
  assert.throws(() => Http.request({ url: 'http://forbidden/' }), /^Error: not allowed$/);
  console['trace']?.('a', { b: [1] }, new Map([['k', 2]]), 3n);
  console['log']?.(undefined, null);
  assert.deepEqual(calls.splice(0), [
    ['trace', 'a {"b":[1]} Map(1) { k => 2 } 3n'],
    ['info', 'undefined null'],
  ]);
  const dice = (Host['getFunctions']?.() as Record<string, (...args: unknown[]) => number>)['roll'];
  const block = Memory['fromString']?.('two dice');
  assert.ok(block !== undefined);
  assert.ok(dice !== undefined);
  const answer = dice(block.offset, 258n, -1);
  assert.deepEqual(calls, [['roll', ['two dice', '\x02\x01\0\0\0\0\0\0', '\xff'.repeat(8)]]]);
  assert.equal(Memory['find']?.(answer).readString(), 'six');
  assert.equal(Memory['allocUInt64']?.(2n ** 63n).readUInt64(), 2n ** 63n);
  block.free();
  assert.equal(Memory['find'](block.offset).len, 0);
});
