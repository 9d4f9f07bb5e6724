/** Random values of every type through a plugin that gives them back. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { before } from 'node:test';
import fc from 'fast-check';
import { customAdapter } from '../../extension/contracts/custom/adapter.ts';
import type { CustomBinding } from '../../extension/contracts/custom/binding-data.ts';
import { worldOfProject } from '../../extension/contracts/custom/binding.ts';
import { decodePayload, PayloadEncoder } from '../../extension/contracts/typed/encoding.ts';
import { callables, type Callable } from '../../extension/contracts/custom/world.ts';
import type { ContractAdapter } from '../../extension/host/adapter.ts';
import { Boundary } from '../../extension/host/boundary.ts';
import { importScript, instantiate } from '../../extension/host/load.ts';
import { cacheFolderOf } from '../../extension/host/cache-folder.ts';
import { prepareComponent } from '../../extension/host/prepare.ts';
import { createRing, RingReader } from '../../extension/host/ring.ts';
import { sameValues } from '../../extension/values/diff.ts';
import type { Value } from '../../extension/values/value.ts';
import { printValue } from '../../extension/values/wave.ts';
import type { WitWorld } from '../../extension/wit/model.ts';
import { root } from '../../scripts/paths.ts';
import { valuesOf } from '../unit/custom-fixture.ts';
import { buildFixture, missingForRust } from './custom-plugins.ts';

const skip = (await missingForRust()) ?? false;
const ECHO = 'example:everything/echo@1.2.0#';

interface Instance {
  readonly adapter: ContractAdapter;
  readonly reader: RingReader;
  readonly world: WitWorld;
}

let instance: Instance | undefined;

before(async () => {
  if (skip === false) instance = await load(await buildFixture('everything'));
});

/** An instance in this thread, past the host. */
async function load(path: string): Promise<Instance> {
  const folder = join(root, 'test', 'fixtures', 'custom', 'everything');
  const world = await worldOfProject({ folder, config: {} });
  const cacheFolder = cacheFolderOf(join(root, '.cache', 'transpiled'));
  const { script, modules } = await prepareComponent({ path, cacheFolder, memoryBytes: 64 << 20 });
  const records = createRing(1 << 20);
  const boundary = new Boundary(records);
  const binding: CustomBinding = { hash: '', world, answers: {} };
  const adapter = customAdapter({
    boundary,
    node: 'tested',
    binding,
    metadata: undefined,
    params: undefined,
    temporary: '',
  });
  const dev = { source: undefined, report: () => undefined };
  adapter.take?.(instantiate(await importScript(script), modules, adapter, boundary, dev));
  return { adapter, reader: new RingReader(records), world };
}

/** What an export gives for these arguments. */
function call(
  { adapter, reader }: Instance,
  { name, function: one }: Callable,
  params: readonly Value[],
): Value {
  const payload = new PayloadEncoder({ params: one.params }).encode({ params });
  const frame = { kind: 0, flags: 0, name: 0, time: 0, durationMs: 0, event: 1, payload };
  const outcome = adapter.deliver(name, frame);
  while (reader.next() !== undefined) reader.release();
  assert.ok(outcome.ok && outcome.result !== undefined, JSON.stringify(outcome));
  const result = decodePayload(outcome.result)?.result;
  assert.ok(result !== undefined);
  return result;
}

/** What the function gave for one parameter is the value itself; for several, a tuple of them. */
function given(one: Callable, result: Value): readonly Value[] {
  if (one.function.params.length === 1) return [result];
  assert.equal(result.type, 'tuple');
  return result.items;
}

for (const name of [
  'bools bytes words longs bigs floats chars strings blobs lists points shapes colors all-rights',
  'options results nested-results bare-results option-results result-options',
].flatMap((names) => names.split(' ')))
  test(`${name}: every value comes back as it was`, { skip }, () => {
    assert.ok(instance !== undefined);
    const here = instance;
    const one = callables(here.world).find((callable) => callable.name === ECHO + name);
    assert.ok(one !== undefined);
    const params = fc.tuple(...one.function.params.map(({ type }) => valuesOf(type)));
    fc.assert(
      fc.property(params, (values) => {
        const back = given(one, call(here, one, values));
        for (const [index, value] of values.entries())
          assert.ok(
            sameValues(back[index], value),
            `${printValue(value)} came back as ${printValue(back[index] ?? value)}`,
          );
      }),
      { numRuns: 150 },
    );
  });
