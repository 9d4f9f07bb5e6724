/** Whatever stands in a trace, it is shown or refused; nothing else happens. */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../extension/errors.ts';
import { importedDescribers } from '../../extension/imports/describe.ts';
import { openTrace } from '../../extension/imports/open.ts';
import { folder } from './recording-fixture.ts';

const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 0, 1e300, '12', '', '\u0000\u202e', '__proto__'));
const phase = fc.constantFrom(...Array.from('BEXiIRCbenSFTpstfMNODvPc'));
const event = fc.record(
  {
    ph: fc.oneof({ weight: 9, arbitrary: phase }, { weight: 1, arbitrary: odd }),
    name: fc.oneof(fc.string({ unit: 'binary' }), odd),
    ts: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -50, max: 50 }) }, { weight: 1, arbitrary: odd }),
    dur: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -5, max: 50 }) }, { weight: 1, arbitrary: odd }),
    pid: fc.oneof(fc.nat(2), odd),
    tid: fc.oneof(fc.nat(2), odd),
    id: fc.oneof(fc.nat(3), odd),
    id2: odd,
    bp: fc.constantFrom('e', 1),
    cat: odd,
    args: odd,
  },
  { requiredKeys: ['ph', 'ts'] },
);
const times = fc.oneof(
  fc.nat(1_000_000).map((more) => `17000000000${String(more).padStart(8, '0')}`),
  odd,
);
const span = fc.record(
  {
    name: odd,
    traceId: odd,
    spanId: fc.constantFrom('1', '2', '3'),
    parentSpanId: fc.constantFrom('1', '2', '3', ''),
    startTimeUnixNano: times,
    endTimeUnixNano: times,
    timeUnixNano: times,
    severityNumber: odd,
    body: fc.oneof(fc.record({ kvlistValue: odd, intValue: odd }, { requiredKeys: [] }), odd),
    attributes: fc.oneof(fc.array(fc.record({ key: odd, value: odd }, { requiredKeys: [] })), odd),
    status: odd,
    events: fc.oneof(fc.array(fc.record({ timeUnixNano: times, name: odd }, { requiredKeys: [] })), odd),
  },
  { requiredKeys: [] },
);
const otlp = fc
  .array(fc.oneof({ weight: 9, arbitrary: span }, { weight: 1, arbitrary: odd }))
  .map((list) => ({
    resourceSpans: [
      { resource: { attributes: [{ key: 'service.name', value: {} }] }, scopeSpans: [{ spans: list }] },
    ],
    resourceLogs: [{ scopeLogs: [{ logRecords: list }] }],
  }));
const traces = fc.oneof(
  fc.array(fc.oneof({ weight: 9, arbitrary: event }, { weight: 1, arbitrary: odd })),
  fc.record({ traceEvents: fc.array(event) }),
  otlp,
  odd,
);

/** Opens a file and looks at all of it; gives how many records it has, or undefined where it is refused. */
async function look(path: string): Promise<number | undefined> {
  let imported;
  try {
    imported = await openTrace(path);
  } catch (error) {
    assert.ok(error instanceof UserError, error instanceof Error ? error.stack : String(error));
    return undefined;
  }
  if (imported === undefined) return undefined;
  using recording = imported.recording;
  for (let index = 0; index < recording.count; index++) {
    const record = recording.at(index);
    assert.ok(record.time >= 0 && Number.isFinite(record.time));
    importedDescribers.describe(record);
    importedDescribers.telemetry(record);
    importedDescribers.level?.(record);
    importedDescribers.links?.(record);
    importedDescribers.values?.(record);
  }
  return recording.count;
}

test('odd traces are shown or refused, whole and cut, and leave nothing behind', async (t) => {
  const path = join(folder(t), 'trace');
  // Tests beside this one leave their own there.
  const temporary = folder(t);
  const variables = ['TMPDIR', 'TEMP', 'TMP'] as const;
  const before = variables.map((name) => process.env[name]);
  for (const name of variables) process.env[name] = temporary;
  t.after(() => {
    for (const [index, name] of variables.entries())
      if (before[index] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[index];
  });
  assert.equal(tmpdir(), temporary);
  await fc.assert(
    fc.asyncProperty(traces, fc.double({ min: 0, max: 1, noNaN: true }), async (trace, part) => {
      const bytes = Buffer.from(JSON.stringify(trace));
      writeFileSync(path, bytes);
      await look(path);
      writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * part)));
      await look(path);
    }),
    { numRuns: 200 },
  );
  assert.deepEqual(readdirSync(temporary), []);
});

test('a trace with a byte that is other is shown or refused', async (t) => {
  const path = join(folder(t), 'trace');
  const events = ['B', 'X', 'i', 'C', 'b', 'e', 'E'].map((ph, ts) => ({
    ph,
    ts,
    name: 'a',
    id: 1,
    pid: 1,
    tid: 1,
    args: { n: [1] },
  }));
  const whole = Buffer.from(JSON.stringify({ traceEvents: events }));
  for (let at = 0; at < whole.length; at += 3) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ 0x15;
    writeFileSync(path, bytes);
    await look(path);
  }
});
