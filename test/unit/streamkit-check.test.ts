import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, contractTypes } from '../../extension/contracts/streamkit/check.ts';
import { checkMetadata, namespacedKind } from '../../extension/contracts/streamkit/metadata.ts';
import { streamkit } from '../../extension/contracts/streamkit/index.ts';
import { UserError } from '../../extension/errors.ts';
import type { ComponentInfo } from '../../extension/host/component.ts';

const types = contractTypes();
const TYPES = 'streamkit:plugin/types@0.1.0';
const NODE = 'streamkit:plugin/node@0.1.0';
const good: ComponentInfo = {
  path: 'plugin.wasm',
  bytes: 1,
  hash: '',
  types,
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

/** The contract's types with something in them replaced, as a component built from other WIT has them. */
function changed(name: string, from: string, to: string): ComponentInfo['types'] {
  const text = types[name] ?? '';
  assert.ok(text.includes(from));
  return { ...types, [name]: text.replace(from, to) };
}

void test('a packet without custom is stale WIT', () => {
  const stale = changed(TYPES, 'PacketText | PacketBinary | PacketCustom', 'PacketText | PacketBinary');
  assert.deepEqual(messages({ types: stale }), [
    'plugin.wasm was built from stale WIT: packet of streamkit:plugin/types@0.1.0 lacks packet-custom.',
  ]);
});

void test('a changed signature is named', () => {
  const other = changed(NODE, 'process(inputPin: string, packet: Packet)', 'process(packet: Packet)');
  assert.match(
    messages({ types: other })[0] ?? '',
    /^plugin\.wasm was built from stale WIT: node-instance of /,
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
