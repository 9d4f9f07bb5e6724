import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { developmentProfile, isOfCargoComponent } from '../../extension/toolchains/rust-manifest.ts';
import { rustTools } from '../../extension/toolchains/rust-tools.ts';
import type { Tool } from '../../extension/toolchains/toolchain.ts';
import { folderWith } from './toolchains-fixture.ts';
import { parse } from 'smol-toml';

test('a development build gets what the manifest does not say', () => {
  const lines = ['--config', 'profile.dev.debug="line-tables-only"'];
  const quick = ['--config', 'profile.dev.opt-level=1'];
  const profileOf = (text: string): readonly string[] => developmentProfile(parse(text));
  assert.deepEqual(profileOf(''), [...quick, ...lines]);
  assert.deepEqual(profileOf('[profile.dev]\nopt-level = 3\n'), lines);
  assert.deepEqual(profileOf('[profile.dev]\ndebug = 0\n'), quick);
  assert.deepEqual(profileOf('[profile.dev]\nopt-level = 0\ndebug = true\n'), []);
  assert.equal(isOfCargoComponent(parse('[package.metadata.component]\npackage = "a:b"\n')), true);
  assert.equal(isOfCargoComponent(parse('[package]\nname = "a"\n')), false);
});

const skip = process.platform === 'win32' && 'the programs are shell scripts';

interface Fake {
  readonly rustc: string;
  /** Below the test's folder. */
  readonly sysroot: string;
  readonly target?: boolean;
  readonly rustup?: boolean;
}

/** Programs that say what a Rust says, alone on the PATH and in CARGO_HOME. */
async function withRust(t: TestContext, system: Fake | undefined, own?: Fake): Promise<readonly Tool[]> {
  const folder = await folderWith(t, {});
  const install = async (place: string, fake: Fake | undefined): Promise<void> => {
    const bin = join(folder, place, 'bin');
    await mkdir(bin, { recursive: true });
    if (fake === undefined) return;
    const sysroot = join(folder, fake.sysroot);
    if (fake.target === true)
      await mkdir(join(sysroot, 'lib', 'rustlib', 'wasm32-wasip2'), { recursive: true });
    const scripts: Record<string, string> = {
      cargo: 'echo "cargo of the test"',
      rustc: `if [ "$1" = --version ]; then echo "${fake.rustc}"; else echo "${sysroot}"; fi`,
      ...(fake.rustup === true ? { rustup: 'echo "rustup of the test"' } : {}),
    };
    for (const [name, script] of Object.entries(scripts)) {
      await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    }
  };
  await install('system', system);
  await install('own', own);
  const old = { PATH: process.env['PATH'], CARGO_HOME: process.env['CARGO_HOME'] };
  // Scripts need a shell, which is not in the folder.
  process.env['PATH'] = [join(folder, 'system', 'bin')].join(delimiter);
  process.env['CARGO_HOME'] = join(folder, 'own');
  try {
    return (await rustTools(undefined)).map((tool) => ({
      ...tool,
      ...(tool.problem === undefined ? {} : { problem: tool.problem.replaceAll(folder, '') }),
    }));
  } finally {
    for (const [name, value] of Object.entries(old)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
}

function told(tools: readonly Tool[]): unknown {
  return tools.map(({ name, found, problem, install }) => [name, found, problem, install[0]?.command]);
}

const current = 'rustc 1.95.0 (59807616e 2026-04-14)';
const rustups = 'rustup/toolchains/stable-x86_64-unknown-linux-gnu';

test('no Rust at all: rustup is the way to get it', { skip }, async (t) => {
  const [cargo, target] = await withRust(t, undefined);
  assert.deepEqual([cargo?.found, cargo?.problem], [false, undefined]);
  assert.match(cargo?.install[0]?.command ?? '', /sh\.rustup\.rs .*--target wasm32-wasip2/);
  assert.deepEqual([target?.found, target?.install[0]?.command], [false, 'rustup target add wasm32-wasip2']);
});

test("a whole Rust of rustup's", { skip }, async (t) => {
  const tools = await withRust(t, undefined, {
    rustc: current,
    sysroot: rustups,
    target: true,
    rustup: true,
  });
  assert.deepEqual(
    tools.map(({ found, optional, version }) => [found, optional, version]),
    [
      [true, undefined, current],
      [true, undefined, undefined],
      // Of the target that only plugins of Extism hosts need.
      [false, true, undefined],
    ],
  );
});

test("rustup's without the target", { skip }, async (t) => {
  const tools = await withRust(t, undefined, { rustc: current, sysroot: rustups, rustup: true });
  assert.deepEqual((told(tools) as unknown[])[1], [
    'wasm32-wasip2 target',
    false,
    undefined,
    'rustup target add wasm32-wasip2',
  ]);
});

test("Debian's Rust is too old, and rustup does not manage it", { skip }, async (t) => {
  const [cargo, target] = await withRust(t, { rustc: 'rustc 1.63.0', sysroot: 'usr' });
  assert.equal(cargo?.found, false);
  assert.equal(
    cargo.problem,
    'rustc 1.63.0 of /system/bin is too old for the target wasm32-wasip2, and rustup, which has newer ones, does not manage it.',
  );
  assert.match(cargo.install[0]?.command ?? '', /sh\.rustup\.rs/);
  assert.match(target?.problem ?? '', /is the system's and has no other targets/);
});

test("Homebrew's Rust has no other targets", { skip }, async (t) => {
  const [cargo, target] = await withRust(t, { rustc: current, sysroot: 'opt/homebrew/Cellar/rust/1.95.0' });
  assert.equal(cargo?.found, true);
  assert.equal(
    target?.problem,
    "Rust in /opt/homebrew/Cellar/rust/1.95.0 is Homebrew's and has no other targets; only rustup adds them.",
  );
});

test(
  "Homebrew's Rust before rustup's on the PATH: the one that has the target is used",
  { skip },
  async (t) => {
    const tools = await withRust(
      t,
      { rustc: 'rustc 1.94.0 (Homebrew)', sysroot: 'opt/homebrew/Cellar/rust/1.94.0' },
      { rustc: current, sysroot: rustups, target: true, rustup: true },
    );
    assert.deepEqual(
      tools.slice(0, 2).map(({ found, version }) => [found, version]),
      [
        [true, current],
        [true, undefined],
      ],
    );
  },
);

test("rustup's Rust that is too old is updated", { skip }, async (t) => {
  const [cargo] = await withRust(t, undefined, { rustc: 'rustc 1.70.0', sysroot: rustups, rustup: true });
  assert.equal(cargo?.problem, 'rustc 1.70.0 is too old for the target wasm32-wasip2.');
  assert.equal(cargo.install[0]?.command, 'rustup update stable');
});
