import assert from 'node:assert/strict';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { coreModule, otherWorld, trappingComponent } from './cli-components.ts';
import { hotplug, temporaryFolder } from './cli-process.ts';

interface BadPlugin {
  readonly name: string;
  readonly bytes: () => Uint8Array | Promise<Uint8Array>;
  readonly says: RegExp;
  /** Exit code of `inspect`: 1 where it can say what the file is. */
  readonly inspect: 1 | 2;
  /** Exit code of `run`: 1 where the host would take the file. */
  readonly run: 1 | 2;
}

const bad: readonly BadPlugin[] = [
  { name: 'empty', bytes: () => new Uint8Array(), says: /is empty/, inspect: 2, run: 2 },
  { name: 'text', bytes: () => Buffer.from('hello there'), says: /is not WebAssembly/, inspect: 2, run: 2 },
  {
    name: 'core-module',
    bytes: () => coreModule,
    says: /is a core module, and a component is due/,
    inspect: 2,
    run: 2,
  },
  { name: 'other-world', bytes: otherWorld, says: /is a component for another world/, inspect: 1, run: 2 },
  {
    name: 'strange-import',
    bytes: () =>
      trappingComponent((wit) =>
        wit.replace('world plugin {', 'interface gpu { draw: func(); }\nworld plugin {\n  import gpu;'),
      ),
    says: /imports streamkit:plugin\/gpu@0\.1\.0, which nothing provides/,
    inspect: 1,
    run: 2,
  },
  {
    name: 'other-version',
    bytes: () => trappingComponent((wit) => wit.replaceAll('@0.1.0', '@0.2.0')),
    says: /exports streamkit:plugin\/node@0\.2\.0, and this host knows/,
    inspect: 1,
    run: 2,
  },
  {
    name: 'stale-packet',
    bytes: () => trappingComponent((wit) => wit.replace(/^\s*custom\(custom-packet\),$/m, '')),
    says: /was built from stale WIT: streamkit:plugin\/types@0\.1\.0#packet: variant packet lacks case custom/,
    inspect: 1,
    run: 2,
  },
  {
    name: 'stale-width',
    bytes: () => trappingComponent((wit) => wit.replaceAll('sample-rate: u32', 'sample-rate: u64')),
    says: /record audio-format: field sample-rate is u64 instead of u32/,
    inspect: 1,
    run: 2,
  },
  {
    name: 'cut',
    bytes: async () => (await trappingComponent()).subarray(0, -100),
    says: /is truncated/,
    inspect: 2,
    run: 2,
  },
  {
    name: 'metadata-traps',
    bytes: () => trappingComponent(),
    says: /metadata.*unreachable/s,
    inspect: 1,
    run: 1,
  },
];

for (const { name, bytes, says, ...codes } of bad) {
  void test(`${name}: inspect and run say what it is, name the file and say what to do`, async (t) => {
    const file = join(await temporaryFolder(t), `${name}.wasm`);
    await writeFile(file, await bytes());
    for (const command of ['inspect', 'run'] as const) {
      const { code, stdout, stderr } = await hotplug(command, file);
      const text = stdout + stderr;
      assert.equal(code, codes[command], text);
      assert.match(text, says);
      assert.match(text, /what to do: /);
      assert.ok(text.includes(name), text);
      assert.doesNotMatch(text, /^ +at .*\.ts:\d+|defect of Hotplug/m);
    }
  });
}

void test('a file of 500 MB is refused before it is read', async (t) => {
  const file = join(await temporaryFolder(t), 'huge.wasm');
  const handle = await open(file, 'w');
  await handle.write(Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0));
  await handle.truncate(500_000_000);
  await handle.close();
  for (const command of ['inspect', 'run']) {
    const { code, stderr } = await hotplug(command, file);
    assert.equal(code, 2);
    assert.match(stderr, /huge\.wasm is 4\d\d MiB; plugins of up to/);
  }
});
