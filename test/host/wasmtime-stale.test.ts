/** Components of WIT that is only nearly the contract's: refused by Hotplug, and by a wasmtime host with bindings. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { trappingComponent } from './cli-components.ts';
import { Hosted } from './hosted.ts';
import { inWasmtime, type WasmtimeLives } from './wasmtime-streamkit.ts';
import { missingForWasmtime } from './wasmtime.ts';

interface Stale {
  /** The WIT that the component is built from instead of the contract's. */
  readonly change: (wit: string) => string;
  /** What wasmtime says. */
  readonly wasmtime: RegExp;
  /** What Hotplug says. */
  readonly hotplug: RegExp;
}

const replacing =
  (find: string, replacement: string) =>
  (wit: string): string => {
    assert.ok(wit.includes(find), find);
    return wit.replace(find, replacement);
  };

const PROCESS =
  /^type mismatch with streamkit:plugin\/(host@0\.1\.0#send-output|node@0\.1\.0#\[method\]node-instance\.process)$/;

const stale: Readonly<Record<string, Stale>> = {
  'a case that is not there': {
    change: (wit) => wit.replace(/^\s*custom\(custom-packet\),$/m, ''),
    wasmtime: PROCESS,
    hotplug: /was built from stale WIT: .*packet.*custom/,
  },
  'a number that is wider': {
    change: (wit) => wit.replace(/(record audio-frame \{[^}]*sample-rate: )u32/, '$1u64'),
    wasmtime: PROCESS,
    hotplug: /was built from stale WIT: .*sample-rate.*(u32|u64)/,
  },
  'fields in another order': {
    change: (wit) =>
      wit.replace(/(record audio-frame \{[^}]*?)(sample-rate: u32,)([^}]*?)(channels: u16,)/, '$1$4$3$2'),
    wasmtime: PROCESS,
    hotplug: /was built from stale WIT: .*audio-frame/,
  },
  'a case that only it has': {
    change: replacing('enum log-level {', 'enum log-level {\n        trace,'),
    wasmtime: /^type mismatch with streamkit:plugin\/host@0\.1\.0#log$/,
    hotplug: /was built from stale WIT: .*log-level/,
  },
  'a result of another type': {
    change: (wit) => wit.replace(/(send-output: func\([^)]*\) -> result<_, )string>/, '$1u32>'),
    wasmtime: /#send-output$/,
    hotplug: /was built from stale WIT: .*send-output/,
  },
};

const skip = (await missingForWasmtime()) ?? false;
const folder = await mkdtemp(join(tmpdir(), 'hotplug-stale-'));
after(() => rm(folder, { recursive: true, force: true }));
const contract = join(folder, 'contract.wasm');
const fileOf = (name: string): string => join(folder, `${name.replaceAll(' ', '-')}.wasm`);

const there = new Map<string, WasmtimeLives>();
if (skip === false) {
  await writeFile(contract, await trappingComponent());
  const names = Object.keys(stale);
  for (const name of names) await writeFile(fileOf(name), await trappingComponent(stale[name]?.change));
  const plugins = [contract, ...names.map(fileOf)].map((component) => ({
    component,
    contract,
    scenarios: [],
  }));
  const lives = await inWasmtime(plugins);
  ['', ...names].forEach((name, index) => there.set(name, lives[index] ?? { refused: 'no answer' }));
}

void test('the contract itself is taken', { skip }, () => {
  assert.deepEqual(there.get(''), { scenarios: [] });
});

for (const [name, { wasmtime, hotplug }] of Object.entries(stale)) {
  void test(`refused by both: ${name}`, { skip }, async () => {
    const lives = there.get(name);
    assert.match(lives !== undefined && 'refused' in lives ? lives.refused : '', wasmtime);
    await using hosted = await Hosted.create();
    const status = await hosted.start({ kind: 'component', path: fileOf(name) });
    assert.equal(status.state, 'failed');
    assert.match(status.lastError?.what ?? '', hotplug);
  });
}
