/** What is said of a plugin before it runs: each finding with what is the matter and what to do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlugin, type Expected } from '../../extension/contracts/extism/check.ts';
import type { ComponentInfo } from '../../extension/host/component.ts';
import type { Finding } from '../../extension/host/contract.ts';
import { moduleFunctions } from '../../extension/wasm/functions.ts';
import { componentNames, producersOf } from '../../extension/wasm/info.ts';
import { moduleBytes, type ModuleParts } from './wasm-module.ts';
import { assemble } from './wasm-fixture.ts';

const HANDLER: Expected = { exports: ['handle_event'], answered: [] };
const ANY: Expected = { exports: [], answered: [] };
const handled = { handle_event: '-> i32' };

function infoOf(bytes: Uint8Array): ComponentInfo {
  const core = bytes[6] === 0 ? moduleFunctions(bytes) : undefined;
  const nothing = { interfaces: [], functions: [] };
  return {
    path: 'p.wasm',
    bytes: bytes.length,
    hash: '',
    wit: { name: '', package: '', imports: nothing, exports: nothing },
    ...componentNames(bytes, 'p.wasm'),
    producers: producersOf(bytes),
    modules: [],
    ...(core === undefined ? {} : { core }),
  };
}

function check(parts: ModuleParts, expected = ANY): readonly Finding[] {
  const bytes = moduleBytes(parts);
  // What the test lays down is a module that an engine takes.
  new WebAssembly.Module(bytes);
  return checkPlugin(infoOf(bytes), expected);
}

/** The only finding. */
function only(found: readonly Finding[]): Finding {
  assert.equal(found.length, 1, JSON.stringify(found));
  const [finding] = found;
  assert.ok(finding);
  return finding;
}

test('a plugin as the PDKs make it is fine', () => {
  const imports = [
    ['extism:host/env#alloc', 'i64 -> i64'],
    ['extism:host/env#input_length', '-> i64'],
    ['extism:host/env#load_u8', 'i64 -> i32'],
    ['extism:host/env#store_u8', 'i64 i32'],
    ['extism:host/env#output_set', 'i64 i64'],
    ['extism:host/env#var_set', 'i64 i64'],
    ['extism:host/env#http_request', 'i64 i64 -> i64'],
    ['extism:host/env#get_log_level', '-> i32'],
    ['extism:host/env#reset', ''],
    ['wasi_snapshot_preview1#fd_write', 'i32 i32 i32 i32 -> i32'],
    ['wasi_snapshot_preview1#proc_exit', 'i32'],
  ] as const;
  assert.deepEqual(check({ imports, exports: { ...handled, _initialize: '' }, pages: 1 }, HANDLER), []);
  assert.deepEqual(check({ exports: { handle_event: '' } }, HANDLER), []);
});

test('a component is no Extism plugin; an interpreter of our world is run all the same', async () => {
  const plain = await assemble(
    '(component (core module (func (export "handle_event") (result i32) i32.const 0)))',
  );
  const { severity, message, advice } = only(checkPlugin(infoOf(plain), HANDLER));
  assert.equal(severity, 'error');
  assert.equal(message, 'p.wasm is a component, and Extism hosts run core modules.');
  assert.match(advice, /wasm32-wasip1.*-buildmode=c-shared.*make no component/);
  const script = await assemble('(component (import "hotplug:extism/host@0.1.0" (instance)))');
  assert.deepEqual(checkPlugin(infoOf(script), HANDLER), []);
});

test('imports of wasm-bindgen are for web pages', () => {
  for (const module of ['__wbindgen_placeholder__', '__wbindgen_externref_xform__', 'wbg']) {
    const found = only(
      check({ imports: [[`${module}#__wbindgen_describe`, 'i32']], exports: handled }, HANDLER),
    );
    assert.equal(found.severity, 'error');
    assert.equal(
      found.message,
      `p.wasm imports ${module}#__wbindgen_describe (param i32): this is wasm-bindgen's, for web pages, and no Extism host has it.`,
    );
    assert.match(found.advice, /default features.*wasm32-wasip1/);
  }
});

test('a function of extism:host/env has one type', () => {
  const found = only(check({ imports: [['extism:host/env#alloc', 'i32 -> i32']] }));
  assert.equal(found.severity, 'error');
  assert.equal(
    found.message,
    'p.wasm imports extism:host/env#alloc (param i32) (result i32); its type is i64 → i64.',
  );
  assert.match(found.advice, /declaration from the header or the crate/);
  assert.match(
    only(check({ imports: [['extism:host/env#reset', 'i64']] })).message,
    /#reset \(param i64\); its type is without parameters and result\.$/,
  );
  assert.match(
    only(check({ imports: [['extism:host/env#error_set', '']] })).message,
    /#error_set no parameters, no result; its type is i64\.$/,
  );
});

test('what no host has is named, with where functions of a host of your own are', () => {
  const found = only(check({ imports: [['extism:host/env#input_read', 'i64 -> i64']] }));
  assert.equal(found.severity, 'error');
  assert.equal(
    found.message,
    'p.wasm imports extism:host/env#input_read (param i64) (result i64), which no Extism host has.',
  );
  assert.match(found.advice, /"extism:host\/user"/);
});

test('a function of a host of your own wants an answer', () => {
  const parts: ModuleParts = { imports: [['extism:host/user#greet', 'i64 -> i64']] };
  const found = only(check(parts));
  assert.equal(found.severity, 'warning');
  assert.match(
    found.message,
    /^p\.wasm imports extism:host\/user#greet \(param i64\) \(result i64\), a function of a host's own, and nothing says what it answers/,
  );
  assert.equal(
    found.advice,
    'Write its answers into hotplug.json: "host": { "answers": { "extism:host/user#greet": ["…"] } }.',
  );
  assert.deepEqual(check(parts, { exports: [], answered: ['extism:host/user#greet'] }), []);
  assert.equal(check(parts, { exports: [], answered: ['greet'] }).length, 1);
  const odd = only(
    check({ imports: [['my:host#size', 'i64 -> i32']] }, { exports: [], answered: ['my:host#size'] }),
  );
  assert.equal(odd.severity, 'warning');
  assert.match(
    odd.message,
    /\(result i32\), and a function of a host's own gives a block of bytes, an i64, or nothing/,
  );
  assert.match(odd.advice, /i64 for bytes/);
});

test('a missing handler is named with what there is; a program is told to be a library', () => {
  const found = only(
    check({ exports: { handle_events: '-> i32', __wasm_call_ctors: '', second: '' } }, HANDLER),
  );
  assert.equal(found.severity, 'error');
  assert.equal(found.message, 'p.wasm exports no function handle_event; it exports handle_events, second.');
  assert.match(found.advice, /^Export it: `#\[plugin_fn\]` in Rust, `\/\/go:wasmexport handle_event` in Go/);
  assert.match(only(check({}, HANDLER)).message, /it exports none\.$/);
  for (const name of ['main', '_start']) {
    const program = only(check({ exports: { [name]: '' } }, HANDLER));
    assert.match(program.message, new RegExp(`it exports ${name}\\.$`));
    assert.match(program.advice, /^Mark the function as an export: .*build a library, not a program\.$/);
  }
  assert.deepEqual(check({ exports: { anything: '' } }), []);
});

test('a handler has no parameters and at most one result', () => {
  for (const [type, text] of [
    ['i32 i32 -> i64', '(param i32 i32) (result i64)'],
    ['-> i32 i32', '(result i32 i32)'],
  ] as const) {
    const found = only(check({ exports: { handle_event: type, other: 'i32' } }, HANDLER));
    assert.equal(found.severity, 'error');
    assert.equal(
      found.message,
      `p.wasm exports handle_event ${text}, and Extism hosts call exports without parameters, for one i32 or nothing.`,
    );
    assert.match(found.advice, /functions of the PDK/);
  }
});

test('a Go program without _initialize is refused; what clang and rustc link is not', () => {
  const imports = [['wasi_snapshot_preview1#fd_write', 'i32 i32 i32 i32 -> i32']] as const;
  const exports = { ...handled, _start: '' };
  for (const producers of [[], ['Go cmd/compile'], ['TinyGo']]) {
    const found = only(check({ imports, exports, producers }, HANDLER));
    assert.equal(found.severity, 'error');
    assert.match(found.message, /^p\.wasm is a program: it exports _start and no _initialize/);
    assert.match(found.advice, /-buildmode=c-shared/);
  }
  for (const producers of [['clang'], ['rustc']])
    assert.deepEqual(check({ imports, exports, producers }, HANDLER), []);
  assert.deepEqual(check({ imports, exports: { ...exports, _initialize: '' } }, HANDLER), []);
  assert.deepEqual(check({ exports }, HANDLER), []);
});

test('WASI is preview 1, and only what that has', () => {
  for (const module of ['wasi:cli/stdout@0.2.6', 'wasi_unstable']) {
    const found = only(check({ imports: [[`${module}#get-stdout`, '-> i32']] }));
    assert.equal(found.severity, 'error');
    assert.match(found.message, /: Extism plugins have WASI preview 1 \(wasi_snapshot_preview1\)\.$/);
    assert.equal(found.advice, 'Build for wasm32-wasip1, or GOOS=wasip1.');
  }
  for (const name of ['fd_seek_all', 'thread_spawn', 'sock_open']) {
    const found = only(check({ imports: [[`wasi_snapshot_preview1#${name}`, '']] }));
    assert.equal(found.severity, 'error');
    assert.match(found.message, /, which WASI preview 1 does not have\.$/);
  }
});

test('memories, tables and globals are not given', () => {
  const memory = only(
    check({ imports: [['env#memory', Uint8Array.of(2, 0, 1)]], exports: handled }, HANDLER),
  );
  assert.equal(memory.severity, 'error');
  assert.equal(
    memory.message,
    'p.wasm imports the memory env#memory, and Extism hosts give functions alone.',
  );
  assert.match(memory.advice, /without --import-memory/);
  const table = only(check({ imports: [['env#__indirect_function_table', Uint8Array.of(1, 0x70, 0, 1)]] }));
  assert.match(table.message, /imports the table env#__indirect_function_table/);
  assert.match(table.advice, /one module/);
  const global = only(check({ imports: [['GOT.mem#x', Uint8Array.of(3, 0x7f, 1)]] }));
  assert.match(global.message, /imports the global GOT\.mem#x/);
});

test('every problem is said at once', () => {
  const found = check(
    {
      imports: [
        ['extism:host/env#alloc', 'i32'],
        ['wbg#f', ''],
        ['extism:host/user#greet', ''],
      ],
      exports: { other: '' },
    },
    HANDLER,
  );
  assert.deepEqual(
    found.map(({ severity }) => severity),
    ['error', 'error', 'warning', 'error'],
  );
});
