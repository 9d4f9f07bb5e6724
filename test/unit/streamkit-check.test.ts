import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { contractWit } from '../../extension/contracts/drift.ts';
import { check } from '../../extension/contracts/streamkit/check.ts';
import { checkMetadata, namespacedKind } from '../../extension/contracts/streamkit/metadata.ts';
import { streamkit } from '../../extension/contracts/streamkit/index.ts';
import { UserError } from '../../extension/errors.ts';
import type { ComponentInfo } from '../../extension/host/component.ts';
import { packedWitOfComponent } from '../../extension/wit/tool.ts';
import { unpackWorld } from '../../extension/wit/unpack.ts';
import { componentOf } from './wit-fixture.ts';

const HOST = 'streamkit:plugin/host@0.1.0';
const TYPES = 'streamkit:plugin/types@0.1.0';
const NODE = 'streamkit:plugin/node@0.1.0';
const good: ComponentInfo = {
  path: 'plugin.wasm',
  bytes: 1,
  hash: '',
  wit: contractWit('streamkit'),
  imports: ['streamkit:plugin/types@0.1.0', 'streamkit:plugin/host@0.1.0', 'wasi:io/poll@0.2.6'],
  exports: ['streamkit:plugin/node@0.1.0'],
  producers: [],
  modules: [],
};

function messages(change: Partial<ComponentInfo>): readonly string[] {
  return check({ ...good, ...change }).map(({ message }) => message);
}

const wit = await readFile(join(import.meta.dirname, '../../wit/streamkit/plugin.wit'), 'utf8');
const interfaces = wit.slice(0, wit.indexOf('world plugin'));

void test('a component of this contract has no findings', async () => {
  assert.deepEqual(messages({}), []);
  assert.deepEqual(await staleMessages(), []);
});

/** The findings about a component that was really built from the contract's WIT with something in it replaced. */
async function staleMessages(
  ...replacements: readonly (readonly [from: string, to: string])[]
): Promise<readonly string[]> {
  let text = `${interfaces} world plugin { import host; export node; }`;
  for (const [from, to] of replacements) {
    assert.ok(text.includes(from), from);
    text = text.replace(from, to);
  }
  const component = await componentOf(text, 'plugin');
  return messages({ wit: unpackWorld(await packedWitOfComponent(component)) });
}

function stale(...differences: readonly string[]): readonly string[] {
  return differences.map((difference) => `plugin.wasm was built from stale WIT: ${difference}.`);
}

void test('a packet without custom is stale WIT', async () => {
  assert.deepEqual(
    await staleMessages(['        custom(custom-packet),\n', '']),
    stale(`${TYPES}#packet: variant packet lacks case custom`),
  );
});

void test('numbers of another width, fields of another name or order', async () => {
  assert.deepEqual(
    await staleMessages([
      'record audio-frame {\n        sample-rate: u32',
      'record audio-frame {\n        sample-rate: u64',
    ]),
    stale(`${TYPES}#audio-frame: record audio-frame: field sample-rate is u64 instead of u32`),
  );
  assert.deepEqual(
    await staleMessages(['samples: list<f32>', 'data: list<f32>']),
    stale(
      `${TYPES}#audio-frame: record audio-frame lacks field samples; record audio-frame has the unknown field data`,
    ),
  );
  assert.deepEqual(
    await staleMessages(['        debug,\n        info,', '        info,\n        debug,']),
    stale(`${HOST}#log-level: enum log-level has its cases in another order: info, debug, warn, error`),
  );
});

void test('a changed signature is named, and what the plugin does not export', async () => {
  assert.deepEqual(
    await staleMessages([
      'process: func(input-pin: string, packet: packet)',
      'process: func(packet: packet)',
    ]),
    stale(`${NODE}#[method]node-instance.process lacks parameter input-pin`),
  );
  assert.deepEqual(
    await staleMessages(['        cleanup: func();\n', '']),
    stale(`${NODE}#[method]node-instance.cleanup is missing`),
  );
  assert.deepEqual(
    await staleMessages(['log: func(level: log-level, message: string)', 'log: func(message: string)']),
    stale(`${HOST}#log lacks parameter level`),
  );
  assert.deepEqual(
    await staleMessages(['    log: func(', '    flush: func();\n    log: func(']),
    stale(`${HOST}#flush is unknown`),
  );
});

void test('what is not called need not be there, and names of parameters are a warning', async () => {
  assert.deepEqual(await staleMessages(['    log: func(level: log-level, message: string);\n', '']), []);
  assert.deepEqual(
    await staleMessages([
      'log: func(level: log-level, message: string)',
      'log: func(level: log-level, text: string)',
    ]),
    [`plugin.wasm was built from other WIT: ${HOST}#log: parameter message is called text.`],
  );
});

void test('an import that nothing provides, another version and another world are errors', () => {
  assert.match(
    messages({ imports: ['wasi:http/outgoing-handler@0.2.0'] })[0] ?? '',
    /which nothing provides/,
  );
  assert.match(
    messages({ imports: ['streamkit:plugin/host@0.2.0'] })[0] ?? '',
    /host@0\.2\.0, which nothing provides/,
  );
  assert.match(
    messages({ exports: ['streamkit:plugin/node@0.2.0'] })[0] ?? '',
    /knows streamkit:plugin\/node@0\.1\.0/,
  );
  assert.match(
    messages({ exports: ['wasi:cli/run@0.2.0'] })[0] ?? '',
    /a component for another world: it exports wasi:cli\/run/,
  );
});

const metadata = {
  kind: 'gain',
  inputs: [{ name: 'in' }],
  outputs: [{ name: 'out' }],
  paramSchema: '{"type":"object","properties":{"gain_db":{"type":"number"}}}',
  categories: [],
};

void test('kinds are put into the namespace of the host as it does it', () => {
  assert.equal(namespacedKind('gain'), 'plugin::wasm::gain');
  assert.equal(namespacedKind('plugin::wasm::gain'), 'plugin::wasm::gain');
  assert.equal(namespacedKind(''), 'plugin::wasm::');
  assert.throws(
    () => namespacedKind('core::gain'),
    /^UserError: Plugin kind 'core::gain' contains '::' which is reserved/,
  );
});

void test('pins that no pipeline file reaches are pointed out', () => {
  const { findings } = checkMetadata(
    { ...metadata, outputs: [{ name: 'out' }, { name: 'telemetry' }] },
    undefined,
  );
  assert.match(findings[0]?.message ?? '', /^The output pin "telemetry" cannot be reached/);
  assert.match(
    checkMetadata({ ...metadata, inputs: [] }, undefined).findings[0]?.message ?? '',
    /no input pin/,
  );
});

void test('an empty schema is refused, wrong parameters are pointed out', () => {
  assert.throws(() => checkMetadata({ ...metadata, paramSchema: '' }, undefined), UserError);
  assert.match(
    checkMetadata(metadata, '{"gain_db":"loud"}').findings[0]?.message ?? '',
    /^Parameter gain_db must be number/,
  );
  assert.deepEqual(checkMetadata(metadata, '{"gain_db":-6}').findings, []);
});

void test('parameters reach the plugin as the host passes them', () => {
  assert.equal(streamkit.params(undefined), undefined);
  assert.equal(streamkit.params(' null '), undefined);
  assert.equal(streamkit.params('{ "gain_db" : -6.0 }'), '{"gain_db":-6}');
  assert.throws(() => streamkit.params('{gain}'), /^UserError: The parameters are not JSON/);
});
