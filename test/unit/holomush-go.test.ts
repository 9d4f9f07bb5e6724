/** Compared with what Go itself made: test/fixtures/holomush/golden.go says how to make it again. */
import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { decodeWire, encodeWire, readEvent } from '../../extension/contracts/holomush/event.ts';
import { readResponse } from '../../extension/contracts/holomush/response.ts';
import { goJson } from '../../extension/contracts/holomush/text.ts';

/** Bytes are base64. */
interface Written {
  readonly text: string;
  readonly timestamp: number;
  readonly kind: number;
  readonly payload: string;
  readonly wire: string;
}

interface Answered {
  readonly output: string;
  readonly error?: string;
  /** Of a syntax error: bytes up to and with the one that is wrong. */
  readonly offset?: number;
  /** Stream, type and payload of each. */
  readonly events?: readonly (readonly [string, string, string])[];
}

const lines = readFileSync(join(import.meta.dirname, '../fixtures/holomush/golden.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Written | Answered);
const written = lines.filter((line) => 'wire' in line);
const answered = lines.filter((line) => 'output' in line);

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

/** The byte that is not UTF-8, which stands last, is half of a surrogate pair with us. */
function textOf(base64: string): string {
  const bytes = bytesOf(base64);
  return isUtf8(bytes) ? bytes.toString() : `${bytes.subarray(0, -1).toString()}\ud800`;
}

test('events are byte for byte what Go writes', () => {
  assert.ok(written.length > 100);
  for (const { text, timestamp, kind, payload, wire } of written) {
    const id = textOf(text);
    const event = {
      id,
      stream: `location:${id}`,
      type: 'say',
      timestamp,
      actorKind: kind,
      actorId: id,
      payload: bytesOf(payload).toString(),
    };
    assert.equal(Buffer.from(encodeWire(event)).toString(), bytesOf(wire).toString());
    assert.ok(bytesOf(wire).equals(encodeWire(event)));
    assert.deepEqual(encodeWire(decodeWire(bytesOf(wire))), encodeWire(decodeWire(encodeWire(event))));
  }
});

test('payloads that are written as objects are byte for byte what Go writes', () => {
  for (const { text, payload } of written) {
    const value: unknown = JSON.parse(bytesOf(payload).toString());
    if (isUtf8(bytesOf(text))) {
      assert.equal(goJson(value), bytesOf(payload).toString());
      assert.equal(readEvent({ stream: '', type: '', payload: value }).payload, bytesOf(payload).toString());
    }
  }
});

test('answers are read as Go reads them, and stop being JSON at the same byte', () => {
  const seen = { refused: 0, places: 0, emits: 0 };
  for (const { output, error, offset, events = [] } of answered) {
    const bytes = bytesOf(output);
    const result = readResponse(bytes);
    const what = JSON.stringify({ output: bytes.toString(), error });
    // Where bytes are not UTF-8 Go puts U+FFFD; HoloMUSH hands no empty output to it.
    if (bytes.length > 0 && !isUtf8(bytes)) {
      assert.match(result.ok ? '' : result.message, /not UTF-8/, what);
    } else if (error === undefined || bytes.length === 0) {
      assert.ok(result.ok, what);
      const left = [...result.events];
      for (const [index, fields] of events.entries()) {
        const [stream, type, payload] = fields.map((field) => bytesOf(field).toString());
        if (result.refused.some((one) => one.index === index))
          assert.ok(stream === '' || type === '' || !isJson(payload ?? ''), what);
        else assert.deepEqual(left.shift(), { stream, type, payload }, what);
      }
      assert.deepEqual(left, [], what);
      seen.emits += events.length;
    } else {
      assert.ok(!result.ok, what);
      seen.refused++;
      if (offset === undefined) continue;
      // At the end Go tries a space, and inside of an escape or a word complains about that.
      const end = result.message.endsWith('it ends too early');
      if (end) assert.match(error, /^unexpected end of JSON input$|^invalid character ' ' in/, what);
      else assert.match(error, /^invalid character/, what);
      const place = `(byte ${end ? bytes.length : offset - 1})`;
      assert.ok(result.message.includes(place), `${what}: ${result.message}`);
      seen.places++;
    }
  }
  assert.ok(seen.refused > 300 && seen.places > 200 && seen.emits > 30, JSON.stringify(seen));
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
