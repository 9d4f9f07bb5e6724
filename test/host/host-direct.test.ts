import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { liftedProcess, streamkitAdapter } from '../../extension/contracts/streamkit/adapter.ts';
import { decodeSend, encodePacket, type Packet } from '../../extension/contracts/streamkit/packet.ts';
import { Boundary } from '../../extension/host/boundary.ts';
import { importScript, instantiate } from '../../extension/host/load.ts';
import { prepareComponent } from '../../extension/host/prepare.ts';
import { createRing, RingReader } from '../../extension/host/ring.ts';
import { RecordKind } from '../../extension/recording/record.ts';
import { root } from '../../scripts/paths.ts';
import { buildTestPlugin, missingForTestPlugin } from '../testPlugin.ts';

const missing = await missingForTestPlugin();
const plain = { noNullPrototype: true };
const packets: fc.Arbitrary<Packet> = fc.oneof(
  fc.record(
    {
      tag: fc.constant('audio' as const),
      sampleRate: fc.nat(),
      channels: fc.nat(9),
      samples: fc.float32Array(),
    },
    plain,
  ),
  fc.record(
    {
      tag: fc.constant('text' as const),
      text: fc.string({ unit: 'grapheme' }).map((text) => `echo ${text}`),
    },
    plain,
  ),
  fc.record({ tag: fc.constant('text' as const), text: fc.string().map((text) => `fail ${text}`) }, plain),
  fc.record({ tag: fc.constant('binary' as const), bytes: fc.uint8Array() }, plain),
  fc.record(
    { tag: fc.constant('custom' as const), typeId: fc.string({ unit: 'grapheme' }), data: fc.json() },
    plain,
  ),
);

void test('the direct call does what the lifted one does', { skip: missing ?? false }, async () => {
  const prepared = await prepareComponent({
    path: await buildTestPlugin('small'),
    cacheFolder: join(root, '.cache', 'transpiled'),
    memoryBytes: 64 * 2 ** 20,
  });
  const make = await importScript(prepared.script);
  const memory = createRing(1 << 22);
  const boundary = new Boundary(memory);
  const reader = new RingReader(memory);
  const context = { boundary, node: 'tested', binding: undefined, params: undefined, temporary: '' };
  const dev = { source: undefined, report: () => undefined };
  const asked = streamkitAdapter({ ...context, metadata: undefined });
  const metadata = asked.metadata?.(instantiate(make, prepared.modules, asked, boundary, dev));
  const direct = streamkitAdapter({ ...context, metadata });
  direct.start?.(instantiate(make, prepared.modules, direct, boundary, dev), undefined);

  const lifting = streamkitAdapter({ ...context, metadata });
  const component = instantiate(make, prepared.modules, lifting, boundary, dev);
  lifting.start?.(component, undefined);
  const node = component.exports['node'] as { NodeInstance: new () => Parameters<typeof liftedProcess>[0] };
  const lifted = liftedProcess(new node.NodeInstance());

  /** What the plugin sent since the last look. */
  const sent = (): readonly unknown[] => {
    const found: unknown[] = [];
    for (let frame = reader.next(); frame !== undefined; frame = reader.next()) {
      if (frame.kind === RecordKind.hostCall) found.push(decodeSend(frame.payload.slice()));
    }
    reader.release();
    return found;
  };
  sent();
  fc.assert(
    fc.property(packets, (packet) => {
      const payload = encodePacket(packet);
      const frame = { kind: 2, flags: 0, name: 0, time: 0, durationMs: 0, event: 1, payload };
      const outcome = direct.deliver('in', frame);
      const viaDirect = sent();
      const error = lifted('in', payload);
      assert.equal(outcome.ok ? undefined : outcome.message, error);
      assert.deepEqual(viaDirect, sent());
    }),
    { numRuns: 300 },
  );
});
