/** A plugin of a world with types of every kind, resources on both sides and traps: in wasmtime as in Hotplug. */
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { witOfComponent } from '../../extension/wit/tool.ts';
import { buildFixture, CustomProject, missingForRust } from './custom-plugins.ts';
import { assertReplays } from './wasmtime-custom.ts';
import { missingForWasmtime } from './wasmtime.ts';

const skip = (await missingForWasmtime()) ?? (await missingForRust()) ?? false;
const component = skip === false ? await buildFixture('everything') : '';

type Call = readonly [name: string, ...args: readonly string[]];

/** One or more calls for each kind of type, with values at its edges. */
const echoes: readonly Call[] = [
  ['bools', 'true'],
  ['bytes', '255', '-128'],
  ['words', '65535', '-32768'],
  ['longs', '4294967295', '-2147483648'],
  ['bigs', '18446744073709551615', '-9223372036854775808'],
  ['floats', '-0.0', '5e-324'],
  ['floats', '3.4028234663852886e38', '-1.7976931348623157e308'],
  ['floats', 'inf', '-inf'],
  ['floats', '0.1', '0.1'],
  ['chars', "'\\u{10ffff}'"],
  ['chars', "'\\u{0}'"],
  ['strings', '""'],
  ['strings', '"\\u{feff}grüße, 世界 🎚\\n\\u{0}"'],
  ['blobs', '[0, 255]', '[1.5, -0.0]', '[18446744073709551615]', '[-32768, 32767]'],
  ['blobs', '[]', '[]', '[]', '[]'],
  [
    'lists',
    '["", "ä"]',
    '[[], [true, false]]',
    "['a', '🎚']",
    '[{x: 1, y: -1}, {x: 2, y: 3, label: some("p")}]',
  ],
  ['points', '{x: -2147483648, y: 2147483647, label: some("")}'],
  ['shapes', 'nothing'],
  ['shapes', 'circle(0.5)'],
  ['shapes', 'polygon([{x: 1, y: 2}, {x: 3, y: 4, label: some("q")}])'],
  ['shapes', 'named(("n", some({x: 0, y: 0})))'],
  ['colors', 'dark-blue'],
  ['all-rights', '{read, run-it}'],
  ['all-rights', '{}'],
  ['options', 'some(4294967295)', 'some(none)', 'some(some(some("deep")))'],
  ['options', 'none', 'none', 'some(none)'],
  ['results', 'ok(some(255))'],
  ['results', 'err(code(7))'],
  ['results', 'err(not-found("x"))'],
  ['nested-results', '[ok(ok(1)), ok(err("e")), err(refused)]'],
  ['bare-results', 'ok', 'err', 'err("e")'],
  ['bare-results', 'err', 'ok(9)', 'ok'],
  ['option-results', 'some(ok(some(1)))'],
  ['option-results', 'some(err)'],
  ['result-options', 'ok(some(none))'],
  ['result-options', 'err(some("e"))'],
];

const counters: readonly Call[] = [
  ['counter.constructor', '5'],
  ['counter.increment', 'counter#1', '5'],
  ['make', '[1, 2, 18446744073709551610]'],
  ['counter.merge', 'counter#2', 'counter#3'],
  ['total', '[counter#1, counter#3]'],
  ['take', 'counter#1'],
  ['counter.drop', 'counter#3'],
  ['counter.value', 'counter#4'],
];

const answers = {
  'bucket.open': ['ok(bucket)', 'err(refused)'],
  'bucket.get': ['ok(some([0, 255]))', 'err(not-found("key"))', 'ok(none)'],
  'bucket.copy-from': ['18446744073709551615', '2'],
  paint: ['some(red)', 'none'],
  count: ['41', '42'],
  fail: ['err(code(9))', 'ok'],
  notify: ['true', 'false'],
};

/** Hotplug is called, and what it recorded happens again in wasmtime. */
async function agree(calls: readonly Call[], config = {}): Promise<void> {
  await using here = await CustomProject.of('everything', config);
  await here.start(component);
  for (const [name, ...args] of calls) await here.call(name, ...args);
  await assertReplays(here.host.recording, await witOfComponent(await readFile(component)), component);
}

void test('wasmtime and Hotplug agree on values of every type', { skip }, () => agree(echoes));

void test("wasmtime and Hotplug agree on the plugin's own resources", { skip }, () => agree(counters));

void test('wasmtime and Hotplug agree on host calls and resources of the host', { skip }, () =>
  agree(
    [
      ['exercise', '"my"', '5'],
      ['exercise', '"again"', '2'],
      ['keep', 'bucket'],
    ],
    { host: { answers } },
  ),
);

void test('wasmtime and Hotplug agree on a panic', { skip }, () =>
  agree([
    ['exercise', '"my"', '1'],
    ['panic-now', '"enough"'],
  ]),
);
