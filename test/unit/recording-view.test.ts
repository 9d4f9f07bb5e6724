import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FailureReport } from '../../extension/host/report.ts';
import type { LiveRecording } from '../../extension/recording/live.ts';
import { CallStatus, encodeCall, RecordKind } from '../../extension/recording/record.ts';
import type { Lifecycle, RawRecord } from '../../extension/recording/record.ts';
import { RecordingView } from '../../extension/recording/view.ts';
import { add, live, STARTED_AT } from './recording-fixture.ts';

const utf8 = new TextEncoder();

/** A contract whose payloads are text. */
function viewOf(recording: LiveRecording): RecordingView {
  const text = (record: RawRecord): string => new TextDecoder().decode(record.payload);
  return new RecordingView(recording, {
    describe: (record) =>
      record.kind === RecordKind.call
        ? undefined
        : { summary: text(record), fields: [{ name: 'text', value: text(record) }] },
    telemetry: () => undefined,
    values: (record) =>
      record.kind === RecordKind.call
        ? undefined
        : { arguments: [{ name: 'text', value: { type: 'string', value: text(record) } }] },
  });
}

function put(
  recording: LiveRecording,
  record: Partial<Omit<RawRecord, 'payload'>> & { readonly payload?: Uint8Array | string },
): number {
  const payload =
    typeof record.payload === 'string' ? utf8.encode(record.payload) : (record.payload ?? new Uint8Array(0));
  return add(recording, {
    kind: RecordKind.event,
    plugin: 0,
    name: 'in',
    time: STARTED_AT,
    event: 0,
    flags: 0,
    ...record,
    payload,
  });
}

function lifecycle(of: Lifecycle): Uint8Array {
  return utf8.encode(JSON.stringify(of));
}

describe('the detail', () => {
  const report: FailureReport = {
    kind: 'trap',
    what: 'The plugin trapped.',
    advice: 'Look at the stack.',
    stateText: 'Failed: Runtime error',
    call: 'process',
    event: { number: 7, name: 'in', summary: '960 samples', record: 0 },
    stderr: 'panicked at src/lib.rs:12',
    frames: [
      { function: 'rust_panic' },
      { function: 'gain::process', file: '/p/src/lib.rs', line: 12, column: 5 },
      { function: 'main', file: '/p/main.rs', line: 1 },
    ],
    source: { file: '/p/src/lib.rs', line: 12, column: 5 },
    hostCalls: ['log("a")', 'now()'],
  };

  it('of a failure has every line of its report and the place in the sources', () => {
    using recording = live();
    const payload = lifecycle({
      change: 'failed',
      text: 'Failed: Runtime error',
      artifact: 'ab12',
      durationMs: 4,
      report,
    });
    put(recording, { kind: RecordKind.lifecycle, name: 'failed', time: STARTED_AT + 20, event: 7, payload });
    const detail = viewOf(recording).detail(0);
    assert.deepEqual(detail.source, { file: '/p/src/lib.rs', line: 12, column: 5 });
    assert.deepEqual(
      [detail.status, detail.time, detail.durationMs, detail.resendable],
      ['error', 20, 4, false],
    );
    assert.deepEqual(
      detail.fields.map(({ name, value }) => `${name}: ${value}`),
      [
        'change: failed',
        'text: Failed: Runtime error',
        'duration: 4 ms',
        'artifact: ab12',
        'failure: trap',
        'what happened: The plugin trapped.',
        'what to do: Look at the stack.',
        'state: Failed: Runtime error',
        'call: process',
        'event: 7 in 960 samples',
        'stderr: panicked at src/lib.rs:12',
        'at: rust_panic',
        'at: gain::process (/p/src/lib.rs:12:5)',
        'at: main (/p/main.rs:1)',
        'host call: log("a")',
        'host call: now()',
      ],
    );
  });

  it('of a call has status, duration and text; an event can be sent again', () => {
    using recording = live();
    put(recording, {
      kind: RecordKind.call,
      name: 'process',
      payload: encodeCall({ durationMs: 2, status: CallStatus.error, text: 'no such pin' }),
    });
    put(recording, { payload: 'hello' });
    put(recording, { kind: RecordKind.memory, payload: new Uint8Array(8) });
    const view = viewOf(recording);
    const call = view.detail(0);
    assert.deepEqual([call.status, call.summary, call.durationMs], ['error', 'no such pin', 2]);
    assert.deepEqual(
      call.fields.map(({ value }) => value),
      ['error', '2 ms', 'no such pin'],
    );
    assert.equal(view.detail(1).resendable, true);
    assert.deepEqual([call.hasValue, view.detail(1).hasValue], [false, true]);
    assert.deepEqual([call.size, view.detail(1).size], [20, 5]);
    assert.throws(() => view.detail(2), RangeError);
    assert.throws(() => view.detail(3), RangeError);
  });
});
