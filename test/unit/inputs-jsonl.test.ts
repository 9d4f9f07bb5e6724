import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../extension/errors.ts';
import { readJsonLines } from '../../extension/inputs/jsonl.ts';
import { collect, newPath, write } from './inputs-fixture.ts';

async function refused(content: Uint8Array | string, message: RegExp): Promise<void> {
  const path = write('.jsonl', content);
  await assert.rejects(collect(readJsonLines(path)), (error) => {
    assert.ok(error instanceof UserError && error.message.startsWith(`${path}:`));
    assert.match(error.message.slice(path.length), message);
    return true;
  });
}

test('each line is an event; byte order mark, CRLF and empty lines are fine', async () => {
  const path = write('.jsonl', '\uFEFF{"a": 1}\r\n\r\n   \n{"a": "é"}\n{"a": 3}');
  const lines = await collect(readJsonLines(path));
  assert.deepEqual(
    lines.map(({ event }) => event),
    [{ a: 1 }, { a: 'é' }, { a: 3 }],
  );
  assert.deepEqual(
    lines.map(({ where }) => where),
    [`${path}:1`, `${path}:4`, `${path}:5`],
  );
});

test('an empty file has no events', async () => {
  assert.deepEqual(await collect(readJsonLines(write('.jsonl', ''))), []);
});

test('lines longer than what is read at a time stay whole', async () => {
  const event = { text: 'é'.repeat(200_000) };
  const line = JSON.stringify(event);
  const lines = await collect(readJsonLines(write('.jsonl', `${line}\n${line}`)));
  assert.deepEqual(
    lines.map((item) => item.event),
    [event, event],
  );
});

test('a bad line is named with its number', async () => {
  await refused('{"a": 1}\n{"a": \n', /^:2: this is not JSON/);
  await refused('\n[1]\n', /^:2: an event is due, and this is a list/);
  await refused('null', /^:1: .* null/);
  await refused('"text"', /^:1: .* a string/);
  await refused(Buffer.from('{"a": 1}', 'utf16le'), /^:1: these bytes|not JSON/);
  await refused(
    Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from('{"a": 1}', 'utf16le')]),
    /^:1: the file is UTF-16/,
  );
  await refused(Buffer.of(0x7b, 0xff, 0x7d), /^:1: these bytes are not UTF-8/);
});

test('any bytes are read or refused, and any objects come back', async () => {
  const path = newPath('.jsonl');
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.uint8Array(), fc.string()), async (content) => {
      writeFileSync(path, content);
      try {
        await collect(readJsonLines(path));
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
      }
    }),
    { numRuns: 500 },
  );
  const events = fc.array(fc.dictionary(fc.string(), fc.jsonValue()).map((event) => JSON.stringify(event)));
  await fc.assert(
    fc.asyncProperty(events, async (lines) => {
      writeFileSync(path, lines.join('\n'));
      const read = await collect(readJsonLines(path));
      assert.deepEqual(
        read.map(({ event }) => JSON.stringify(event)),
        lines.map((line) => JSON.stringify(JSON.parse(line))),
      );
    }),
    { numRuns: 200 },
  );
});
