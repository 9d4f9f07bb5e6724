/** scripts/setup.sh: what it says is missing, and that it installs what is missing and nothing else. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import test, { type TestContext } from 'node:test';
import { findProgram } from '../../extension/toolchains/find.ts';
import { run, type RunResult } from '../../extension/toolchains/run.ts';
import { root } from '../../scripts/paths.ts';
import { temporaryFolder } from './cli-process.ts';

const script = join(root, 'scripts', 'setup.sh');
const bash = process.platform === 'linux' ? await findProgram('bash') : undefined;
const skip = bash === undefined && 'bash on Linux not found';

interface Machine {
  /** Debian packages that are installed. */
  readonly packages: readonly string[];
  /** Its Python can make environments. */
  readonly environments?: boolean;
  readonly rustup?: 'with the targets' | 'without one';
  readonly go?: string;
  readonly node?: string;
}

const clang = ['clang-18', 'lld-18', 'wasi-libc', 'libclang-rt-18-dev-wasm32'];
const basics = ['ca-certificates', 'curl'];

/** The rest of a system. */
const plain = 'bash sh cat chmod dirname basename grep head ln mkdir sed sort'.split(' ');

/** Runs the script where the programs that it calls are ones that note what they are asked. */
async function setUp(
  t: TestContext,
  { packages, environments = true, rustup, go, node }: Machine,
  ...args: readonly string[]
): Promise<RunResult & { readonly asked: readonly string[] }> {
  // A space, as folders of people have them.
  const folder = join(await temporaryFolder(t), 'a folder');
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const asked = join(folder, 'asked');
  await writeFile(asked, '');
  const note = 'printf "%s\\n" "$(basename "$0") $*" >>"$ASKED"';
  const programs: Readonly<Record<string, string>> = {
    'dpkg-query': `case " ${packages.join(' ')} " in *" \${@: -1} "*) printf installed ;; *) exit 1 ;; esac`,
    'apt-cache': 'case "$2" in *-19 | *-19-* | *-2*) ;; *) echo "$2 | 1 | here" ;; esac',
    'apt-get': note,
    id: 'echo 0',
    python3: `if [ "$2" = ensurepip ]; then exit ${environments ? 0 : 1}; fi
${note}
mkdir -p "\${@: -1}/bin"
printf '#!/bin/sh\\n' >"\${@: -1}/bin/python"
chmod +x "\${@: -1}/bin/python"`,
    ...(rustup === undefined
      ? { curl: `${note}\necho 'echo "rustup-init $*" >>"$ASKED"'` }
      : {
          rustc: 'echo "rustc 1.95.0"',
          rustup: `case "$*" in *--installed) echo ${rustup === 'with the targets' ? 'wasm32-wasip2; echo wasm32-wasip1' : 'wasm32-wasip1'} ;; *) ${note} ;; esac`,
        }),
    ...(go === undefined ? {} : { go: `echo go${go}` }),
    ...(node === undefined ? {} : { node: `echo v${node}` }),
  };
  const write = async (name: string, text: string): Promise<void> => {
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  };
  for (const [name, text] of Object.entries(programs)) await write(name, `#!${bash ?? ''}\n${text}\n`);
  for (const name of plain) {
    const found = await findProgram(name);
    assert.ok(found !== undefined, name);
    await write(name, `#!/bin/sh\nexec ${found} "$@"\n`);
  }
  const result = await run([bash ?? '', script, ...args], {
    cwd: folder,
    env: {
      PATH: bin,
      HOME: folder,
      CARGO_HOME: join(folder, 'cargo'),
      HOTPLUG_TOOLS: join(folder, 'tools'),
      ASKED: asked,
    },
  });
  return { ...result, asked: (await readFile(asked, 'utf8')).split('\n').filter((line) => line !== '') };
}

void test('on a machine with everything only Python’s programs are installed', { skip }, async (t) => {
  const { code, stdout, stderr, asked } = await setUp(t, {
    packages: [...basics, ...clang],
    rustup: 'with the targets',
    go: '1.26.8',
    node: '24.1.0',
  });
  assert.equal(code, 0, stdout + stderr);
  assert.equal(asked.length, 1, asked.join('\n'));
  assert.match(asked[0] ?? '', /^python3 -m venv -- .*\/a folder\/tools$/);
  assert.match(stdout, /^All there\. .*a folder\/tools\/links/m);
});

void test('--check installs nothing and counts what is missing', { skip }, async (t) => {
  const machine = { packages: basics, environments: false, go: '1.19.8', node: '18.1.0' };
  const { code, stdout, asked } = await setUp(t, machine, '--check', '--tests');
  assert.equal(code, 1);
  assert.deepEqual(asked, []);
  const missing = [...stdout.matchAll(/^ {2}missing {2}([^\s:]+)/gm)].map(([, name]) => name);
  // The newest clang that the system has.
  assert.deepEqual(missing, [
    'python3',
    'python3-venv',
    ...clang,
    'chromium',
    'rustup',
    'componentize-py==0.25.1',
    'extism==1.1.1',
    'go',
    'node',
  ]);
  assert.match(stdout, /is 1\.19\.8; https:\/\/go\.dev/);
  assert.match(stdout, /^12 missing\.$/m);
});

void test('what is missing is installed, and nothing else', { skip }, async (t) => {
  const packages = [...basics, 'wasi-libc'];
  const machine = { packages, rustup: 'without one', go: '1.24.0', node: '22.0.0' } as const;
  const { code, asked, stdout, stderr } = await setUp(t, machine, '--tests');
  assert.equal(code, 0, stdout + stderr);
  assert.deepEqual(asked.slice(0, 3), [
    'apt-get update -qq',
    'apt-get install -y -qq --no-install-recommends clang-18 lld-18 libclang-rt-18-dev-wasm32 chromium',
    'rustup target add wasm32-wasip2',
  ]);
  assert.equal(asked.length, 4);
});

void test('rustup is installed with the targets where there is none', { skip }, async (t) => {
  const machine = { packages: [...basics, ...clang], go: '1.26.8', node: '24.1.0' };
  const { stdout, asked } = await setUp(t, machine);
  assert.ok(
    asked.some((line) => line.startsWith('curl --proto =https')),
    asked.join('\n'),
  );
  assert.ok(
    asked.includes('rustup-init -y --profile minimal --target wasm32-wasip2 wasm32-wasip1'),
    asked.join('\n') + stdout,
  );
});

void test('an argument that it does not know installs nothing', { skip }, async (t) => {
  const { code, stderr, asked } = await setUp(t, { packages: [] }, '--everything');
  assert.equal(code, 2);
  assert.match(stderr, /unknown argument "--everything"/);
  assert.deepEqual(asked, []);
});
