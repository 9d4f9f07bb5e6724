import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { assetPath } from '../../extension/assets.ts';
import { check } from '../../extension/contracts/streamkit/check.ts';
import { checkMetadata, namespacedKind } from '../../extension/contracts/streamkit/metadata.ts';
import { streamkit } from '../../extension/contracts/streamkit/index.ts';
import { witDrift } from '../../extension/contracts/streamkit/wit.ts';
import { UserError } from '../../extension/errors.ts';
import type { ComponentInfo } from '../../extension/host/component.ts';

const wit = readFileSync(assetPath('wit', 'streamkit', 'plugin.wit'), 'utf8');
const good: ComponentInfo = {
  path: 'plugin.wasm',
  bytes: 1,
  hash: '',
  wit,
  imports: ['streamkit:plugin/types@0.1.0', 'streamkit:plugin/host@0.1.0', 'wasi:io/poll@0.2.6'],
  exports: ['streamkit:plugin/node@0.1.0'],
  producers: [],
  modules: [],
};

function messages(change: Partial<ComponentInfo>): readonly string[] {
  return check({ ...good, ...change }).map(({ message }) => message);
}

void test('a component of this contract has no findings', () => {
  assert.deepEqual(messages({}), []);
});

void test('a packet without custom is stale WIT', () => {
  const stale = wit.replace('        custom(custom-packet),\n', '');
  assert.deepEqual(messages({ wit: stale }), [
    'plugin.wasm was built from stale WIT: variant packet of interface types lacks custom(custom-packet).',
  ]);
});

void test('a changed signature is named', () => {
  const changed = wit.replace(
    'process: func(input-pin: string, packet: packet)',
    'process: func(packet: packet)',
  );
  assert.match(
    messages({ wit: changed })[0] ?? '',
    /resource node-instance of interface node lacks process:func/,
  );
});

void test('WIT as a component prints it, with nested packages, compares equal', () => {
  const nested = `package root:component;\n\nworld root {\n  export streamkit:plugin/node@0.1.0;\n}\n${wit
    .replace('package streamkit:plugin@0.1.0;', 'package streamkit:plugin@0.1.0 {')
    .replace(/world plugin[\s\S]*$/, '')}}\n`;
  assert.deepEqual(witDrift(nested, wit, 'streamkit:plugin', ['types', 'host', 'node']), []);
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
