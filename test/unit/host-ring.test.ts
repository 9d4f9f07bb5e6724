import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRing, RingReader, RingWriter } from '../../extension/host/ring.ts';

void test('frames come out as they went in, around the end of the ring and in pieces', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.nat(3000), { minLength: 1, maxLength: 3 }), { maxLength: 60 }),
      (batches) => {
        const memory = createRing(16_384);
        const writer = new RingWriter(memory);
        const reader = new RingReader(memory);
        let event = 0;
        for (const batch of batches) {
          const sent = batch.map((length) => ({
            event: ++event,
            payload: new Uint8Array(length).fill(event),
          }));
          for (const { event: number, payload } of sent) writer.write(1, 2, 3, 4.5, number, payload);
          for (const expected of sent) {
            const frame = reader.next();
            assert.deepEqual(
              {
                event: frame?.event,
                kind: frame?.kind,
                flags: frame?.flags,
                name: frame?.name,
                time: frame?.time,
              },
              { event: expected.event, kind: 1, flags: 2, name: 3, time: 4.5 },
            );
            assert.deepEqual(frame?.payload.slice(), expected.payload);
          }
          assert.equal(reader.next(), undefined);
          reader.release();
        }
      },
    ),
  );
});

void test('a payload of several pieces is joined by a reader that keeps up', async () => {
  const memory = createRing(4096);
  const { Worker } = await import('node:worker_threads');
  const script = `
    import { workerData } from 'node:worker_threads';
    const { RingWriter } = await import(workerData.ring);
    const bytes = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    new RingWriter(workerData.memory).write(7, 0, 0, 0, 1, bytes);
  `;
  const ring = new URL('../../extension/host/ring.ts', import.meta.url).href;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), {
    workerData: { ring, memory },
  });
  const reader = new RingReader(memory);
  let frame = reader.next();
  while (frame === undefined) {
    reader.setSleeping(true);
    await reader.wait(100);
    frame = reader.next();
  }
  assert.equal(frame.payload.length, 100_000);
  assert.equal(frame.payload[99_999], 99_999 % 251);
  await worker.terminate();
});

void test('a full ring says so without waiting', () => {
  const memory = createRing(4096);
  const writer = new RingWriter(memory);
  const reader = new RingReader(memory);
  let count = 0;
  while (writer.fits(500)) {
    writer.write(1, 0, 0, 0, ++count, new Uint8Array(500));
  }
  assert.equal(count, 7);
  reader.next();
  reader.release();
  assert.equal(writer.fits(400), true);
});
