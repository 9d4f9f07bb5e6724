import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeRead, encodeReadResult, type ReadAnswer } from '../../extension/contracts/chipmunk/read.ts';
import { ReadingProducer, sourceErrorText } from '../../extension/contracts/chipmunk/reading.ts';
import { UserError } from '../../extension/errors.ts';
import type { Answer, RunRules } from '../../extension/host/produce.ts';
import { CallStatus } from '../../extension/recording/record.ts';
import { never } from './byte-source-fixture.ts';

interface Outcome {
  readonly producer: ReadingProducer;
  readonly wanted: readonly (bigint | undefined)[];
  readonly error: unknown;
}

/** Reads a plugin that gives these answers, and nothing after them. */
async function run(rules: RunRules, ...given: readonly (ReadAnswer | number)[]): Promise<Outcome> {
  const producer = new ReadingProducer({ rules, title: 'files', length: 10 });
  const wanted: (bigint | undefined)[] = [];
  let answer: Answer | undefined;
  try {
    for (;;) {
      const event = await producer.next(answer, never);
      if (event === undefined) return { producer, wanted, error: undefined };
      assert.equal(event.name, 'read');
      const one = given[wanted.length] ?? 0;
      wanted.push(decodeRead(event.payload));
      const result = encodeReadResult(
        typeof one === 'number' ? { case: 'ok', bytes: new Uint8Array(one) } : one,
      );
      answer = { status: CallStatus.ok, text: '', result };
    }
  } catch (error) {
    return { producer, wanted, error };
  }
}

function messageOf(error: unknown): string {
  assert.ok(error instanceof UserError, String(error));
  return error.message;
}

test('a byte source is read until it gives nothing', async () => {
  const { producer, wanted, error } = await run('strict', 10, 3, 10, 0, 5);
  assert.equal(error, undefined);
  assert.deepEqual(wanted, [10n, 10n, 10n, 10n]);
  assert.deepEqual(producer.progress, { title: 'files', bytes: 23, skipped: 0, calls: 4, rows: 0 });
  assert.deepEqual(producer.notes, []);
});

test('like the host, nothing is asked for again until there is an error for it', async () => {
  const { producer, wanted } = await run('like-host', 10, 0, 0, 5);
  assert.equal(wanted.length, 4 + 21);
  assert.equal(producer.progress.bytes, 15);
  assert.match(
    producer.notes[0]?.text ?? '',
    /^files, call 25 of read at offset 15: .*more than 20 times consecutively\.$/,
  );
});

test('more than was asked for ends the run', async () => {
  for (const rules of ['strict', 'like-host'] as const) {
    const { error } = await run(rules, 10, 11);
    assert.match(
      messageOf(error),
      /^files, call 2 of read at offset 10: it gave 11 bytes, and 10 were wanted; the real host panics/,
    );
  }
});

test('an error is one with strict rules, and the end like the host', async () => {
  const texts = {
    io: 'IO Error from bytesoruce plugin. Error: no disk',
    unsupported: 'Unsupported Error from bytesource plugin: no disk',
    other: 'Unknown Error from bytesoruce plugin. Error: no disk',
  };
  for (const kind of ['io', 'unsupported', 'other'] as const) {
    assert.equal(sourceErrorText(kind, 'no disk'), texts[kind]);
    const strict = await run('strict', 4, { case: kind, message: 'no disk' });
    assert.equal(messageOf(strict.error), `files, call 2 of read at offset 4: ${texts[kind]}`);
    const host = await run('like-host', 4, { case: kind, message: 'no disk' });
    assert.equal(host.error, undefined);
    assert.ok(host.producer.notes[0]?.text.includes(`${texts[kind]}; the host takes this for the end`));
  }
});

test('a call that failed ends the run, and it stays ended', async () => {
  const producer = new ReadingProducer({ rules: 'like-host', title: 'files' });
  const first = await producer.next(undefined, never);
  assert.equal(decodeRead(first?.payload ?? new Uint8Array()), 65_536n);
  await assert.rejects(
    producer.next({ status: CallStatus.trap, text: 'unreachable' }, never),
    /call 1 of read at offset 0: unreachable$/,
  );
  assert.equal(await producer.next(undefined, never), undefined);
});
