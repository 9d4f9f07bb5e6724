import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { clangFault, clangVersion, type Sysroot } from '../../extension/toolchains/c-clang.ts';
import { cCompilerTool } from '../../extension/toolchains/c-compiler.ts';
import { parseDependencies } from '../../extension/toolchains/c-objects.ts';
import { folderWith } from './toolchains-fixture.ts';

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

const skip = process.platform === 'win32' && 'the programs are shell scripts';

/** A clang that answers the driver's questions with these lines. */
async function fakeClang(
  t: TestContext,
  answers: {
    readonly version: string;
    readonly targets?: string;
    readonly linker?: string;
    readonly builtins?: string;
  },
): Promise<string> {
  const {
    version,
    targets = '    wasm32     - WebAssembly 32-bit',
    linker = 'wasm-ld',
    builtins = 'gone.a',
  } = answers;
  const folder = await folderWith(t, {
    clang: `#!/bin/sh
for word in "$@"; do
  case "$word" in
    --version) echo "${version}"; exit ;;
    --print-targets) echo "  Registered Targets:"; echo "${targets}"; exit ;;
    -print-prog-name=wasm-ld) echo "${linker}"; exit ;;
    -print-libgcc-file-name) echo "${builtins}"; exit ;;
  esac
done
exit 1
`,
  });
  await chmod(join(folder, 'clang'), 0o755);
  return join(folder, 'clang');
}

async function fault(path: string, sysroot: Sysroot | undefined): Promise<string | undefined> {
  const version = await clangVersion(path);
  assert.ok(version !== undefined);
  return (await clangFault(path, version, sysroot))?.replaceAll(path, 'clang');
}

async function fakeSysroot(t: TestContext, more: Readonly<Record<string, string>> = {}): Promise<Sysroot> {
  const root = await folderWith(t, { 'lib/wasm32-wasi/libc.a': '', ...more });
  return { root, target: 'wasm32-wasi' };
}

const debian = 'Debian clang version 19.1.7 (3~deb12u1)';

test('a clang with everything lacks nothing', { skip }, async (t) => {
  const reactor = { 'lib/wasm32-wasi/crt1-reactor.o': '' };
  const sysroot = await fakeSysroot(t, reactor);
  const file = join(sysroot.root, 'lib/wasm32-wasi/libc.a');
  const path = await fakeClang(t, { version: debian, linker: file, builtins: file });
  assert.equal(await fault(path, sysroot), undefined);
});

test('what a clang lacks is named with its package', { skip }, async (t) => {
  const nothing = await fakeClang(t, { version: debian, linker: 'no-such-linker' });
  assert.equal(
    await fault(nothing, undefined),
    'clang (clang 19) lacks wasm-ld (package lld-19 or lld), compiler-rt for WebAssembly (package libclang-rt-19-dev-wasm32 or wasi-runtimes), wasi-libc (package wasi-libc).',
  );
  const sysroot = await fakeSysroot(t);
  const file = join(sysroot.root, 'lib/wasm32-wasi/libc.a');
  const whole = await fakeClang(t, { version: debian, linker: file, builtins: file });
  assert.equal(
    (await fault(whole, sysroot))?.replace(sysroot.root, 'ROOT'),
    'clang (clang 19) lacks a later wasi-libc: the one in ROOT cannot make libraries.',
  );
  assert.match((await fault(whole, undefined)) ?? '', /lacks wasi-libc \(package wasi-libc\)/);
});

test('a clang that cannot do it at all is told so', { skip }, async (t) => {
  const faults = async (version: string, targets?: string): Promise<string | undefined> =>
    fault(await fakeClang(t, { version, ...(targets === undefined ? {} : { targets }) }), undefined);
  assert.equal(await faults('Debian clang version 14.0.6'), 'clang is clang 14; 16 or later is needed.');
  assert.equal(
    await faults('Apple clang version 17.0.0 (clang-1700.0.13.3)'),
    "clang is Apple's clang, which cannot make WebAssembly.",
  );
  assert.equal(await faults(debian, '    x86-64     - 64-bit X86'), 'clang was built without WebAssembly.');
});

// Compilers of other systems are looked for in folders of their own.
const others = process.platform !== 'linux' || existsSync('/opt/wasi-sdk');

test('the doctor tells of the clang that comes nearest', { skip: others }, async (t) => {
  const path = await fakeClang(t, { version: 'Debian clang version 14.0.6' });
  const old = process.env['PATH'];
  process.env['PATH'] = dirname(path);
  try {
    const tool = await cCompilerTool(await folderWith(t, {}));
    assert.deepEqual(
      [tool.found, tool.path, tool.version, tool.problem],
      [false, path, 'Debian clang version 14.0.6', `${path} is clang 14; 16 or later is needed.`],
    );
  } finally {
    process.env['PATH'] = old;
  }
});
