import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GuestAbi } from '../../extension/host/abi.ts';
import { strictScript } from '../../extension/host/strict.ts';
import { GuestFault } from '../../extension/wasm/fault.ts';

const declarations = `
  let memory0;
  let realloc0;
  let realloc0Async;
  let postReturn0;
  let postReturn0Async;
`;
const taken = `
  memory0 = exports1.memory;
  realloc0 = exports1.cabi_realloc;
  realloc0Async = WebAssembly.promising(exports1.cabi_realloc);
  postReturn0 = exports1['cabi_post_a:b/c#d'];
`;

void test('allocators and what frees results go through what watches the instance', () => {
  const script = strictScript(declarations + taken);
  assert.ok(
    script.includes(
      'realloc0 = instantiateCore.abi.allocator(exports1["cabi_realloc"], "cabi_realloc", () => memory0);',
    ),
    script,
  );
  assert.ok(
    script.includes(
      'postReturn0 = instantiateCore.abi.postReturn(exports1["cabi_post_a:b/c#d"], "cabi_post_a:b/c#d");',
    ),
    script,
  );
  // Only calls that wait for promises use it.
  assert.ok(script.includes('realloc0Async = WebAssembly.promising(exports1.cabi_realloc);'));
});

void test('with several memories none is named', () => {
  const script = strictScript(`${declarations}  let memory1;\n${taken}`);
  assert.ok(script.includes('"cabi_realloc", undefined);'), script);
});

void test('a script of another form is not taken', () => {
  assert.throws(
    () => strictScript(declarations + taken.replace('realloc0 =', 'realloc0 ??=')),
    /1 functions for allocator, and 0 were found/,
  );
});

void test('small integers, flags and booleans are read as the canonical ABI reads them', async () => {
  const script = strictScript(`
function clampGuest(i, min, max) {
  if (i < min || i > max) { throw new TypeError(); }
  return i;
}
function throwInvalidBool() {
  throw new TypeError();
}
function flags(arg0) {
  if ((arg0 & 4294967288) !== 0) {
    throw new TypeError('flags have extraneous bits set');
  }
  return arg0 & 1;
}
export { clampGuest, throwInvalidBool, flags };`);
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(script)}`);
  const { clampGuest, throwInvalidBool, flags } = module as Readonly<
    Record<'clampGuest' | 'throwInvalidBool' | 'flags', (...args: number[]) => unknown>
  >;
  assert.equal(clampGuest(0x1ff, 0, 255), 255);
  assert.equal(clampGuest(-1, 0, 65_535), 65_535);
  assert.equal(clampGuest(128, -128, 127), -128);
  assert.equal(clampGuest(-129, -128, 127), 127);
  assert.equal(clampGuest(0x18000, -32_768, 32_767), -32_768);
  assert.equal(throwInvalidBool(), true);
  assert.equal(flags(0xff), 1);
});

void test('text decoders are strict and keep a byte order mark', () => {
  const script = strictScript("const a = new TextDecoder(); const b = new TextDecoder('utf-16');");
  assert.ok(!/new TextDecoder\((\)|'utf-16'\))/.test(script), script);
});

const fault = (message: string) => (error: unknown) =>
  error instanceof GuestFault && error.message === message;

void test('an import is refused during an allocation, and taken before and after', () => {
  const abi = new GuestAbi();
  let calls = 0;
  const log = abi.guarded(() => ++calls, 'a:b/host#log');
  log();
  const allocate = abi.allocator(() => 8, 'cabi_realloc');
  assert.equal(allocate(0, 0, 8, 16), 8);
  log();
  assert.equal(calls, 2);
  const leaving = abi.allocator(() => log(), 'cabi_realloc');
  assert.throws(() => leaving(0, 0, 1, 1), fault('wasm trap: cannot leave component instance'));
  assert.equal(calls, 2);
});

void test('what an allocator gives is checked, with the memory as large as it is then', () => {
  const abi = new GuestAbi();
  let bytes = 64;
  const memory = { buffer: { byteLength: bytes } } as unknown as WebAssembly.Memory;
  const inMemory = (): WebAssembly.Memory =>
    Object.assign(memory, { buffer: { byteLength: bytes } as ArrayBuffer });
  const at = (pointer: number): ((size: number) => number) => {
    const allocate = abi.allocator(() => pointer, 'cabi_realloc', inMemory);
    return (size) => allocate(0, 0, 4, size);
  };
  assert.equal(at(60)(4), 60);
  assert.throws(() => at(61)(1), fault('realloc return: result not aligned'));
  assert.throws(() => at(60)(5), fault('realloc return: beyond end of memory'));
  assert.throws(() => at(-4)(4), fault('realloc return: beyond end of memory'));
  bytes = 128;
  assert.equal(at(60)(68), 60);
});

void test('handles are those that the table has', () => {
  const abi = new GuestAbi();
  const T_FLAG = 1 << 30;
  // The sentinel, a handle that is used, one that is free.
  const table = [T_FLAG, 0, 0, 7 | T_FLAG, T_FLAG, 9 | T_FLAG];
  assert.equal(abi.handle(table, 1), 7 | T_FLAG);
  for (const handle of [0, 2, 3, -1])
    assert.throws(() => abi.handle(table, handle), fault(`unknown handle index ${handle >>> 0}`));
});
