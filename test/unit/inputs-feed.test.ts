import assert from 'node:assert/strict';
import { test } from 'node:test';
import { streamkit } from '../../extension/contracts/streamkit/index.ts';
import { UserError } from '../../extension/errors.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import { type FedEvent, openInput } from '../../extension/inputs/feed.ts';
import { LiveRecording } from '../../extension/recording/live.ts';
import { RecordFlag, RecordKind } from '../../extension/recording/record.ts';
import { collect, newPath, ramp, wav, write } from './inputs-fixture.ts';

/** What the plugin would be sent, in the form in which people write it. */
function decode(events: readonly FedEvent[]): EventJson[] {
  return events.map((event) => streamkit.decodeEvent(event));
}

async function refuses(run: Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(run, (error) => error instanceof UserError && message.test(error.message));
}

test('a WAV file becomes audio packets that are due every 20 ms', async () => {
  const file = write('.wav', wav(ramp(2500)));
  const feed = await openInput({ kind: 'wav', file, pin: 'mic' }, streamkit);
  assert.match(feed.title, /^\d+\.wav \(48000 Hz, mono\)$/);
  const events = await collect(feed.events());
  assert.equal(feed.total, 3);
  assert.deepEqual(
    events.map(({ name, delayMs }) => [name, delayMs]),
    [
      ['mic', 0],
      ['mic', 20],
      ['mic', 40],
    ],
  );
  assert.deepEqual(decode(events.slice(2))[0], {
    pin: 'mic',
    packet: {
      audio: {
        sampleRate: 48_000,
        channels: 1,
        samples: Array.from({ length: 580 }, (_, index) => (1920 + index) / 0x8000),
      },
    },
  });
});

test('a repeated WAV file goes on in time, until somebody stops', async () => {
  const feed = await openInput({ kind: 'wav', file: write('.wav', wav(ramp(1440))), loop: true }, streamkit);
  assert.equal(feed.total, undefined);
  const due: number[] = [];
  for await (const { delayMs } of feed.events()) {
    due.push(delayMs);
    if (due.length === 5) break;
  }
  assert.deepEqual(due, [0, 20, 30, 50, 60]);
});

test('JSON Lines become events, due when they say', async () => {
  const lines = [
    { packet: { text: 'a' } },
    { pin: 'x', packet: { text: 'b' }, atMs: 50 },
    { packet: { text: 'c' }, atMs: 10 },
  ];
  const file = write('.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'));
  const events = await collect((await openInput({ kind: 'jsonl', file }, streamkit)).events());
  assert.deepEqual(
    events.map(({ name, delayMs }) => [name, delayMs]),
    [
      ['in', 0],
      ['x', 50],
      ['in', 50],
    ],
  );
  assert.deepEqual(decode(events)[1], { pin: 'x', packet: { text: 'b' } });
});

test('a line that the contract refuses is named with file and line', async () => {
  const first = write('.jsonl', '\n{"packet": {"sound": 1}}');
  await refuses(
    openInput({ kind: 'jsonl', file: first }, streamkit),
    /\.jsonl:2: packet: has the unknown case "sound"/,
  );
  const second = write('.jsonl', '{"packet": {"text": "a"}}\n{"packet": {"text": "b"}, "atMs": "x"}');
  const feed = await openInput({ kind: 'jsonl', file: second }, streamkit);
  await refuses(collect(feed.events()), /\.jsonl:2: "atMs"/);
});

/** A finished recording with two events for `gain`, one of them fed while its state was rebuilt, and one for `vad`. */
function recorded(contract = 'streamkit'): string {
  const path = newPath('.mcap');
  const recording = new LiveRecording({ path, contract, startedAt: 1_790_000_000_000, tools: {} });
  for (const name of ['gain', 'vad']) {
    recording.addPlugin({ name, contract, language: 'rust', limits: { memoryBytes: 1, deadlineMs: 1 } });
  }
  const event = (plugin: number, time: number, text: string, flags = 0): void => {
    const { name, payload } = streamkit.encodeEvent({ packet: { text } });
    recording.append(plugin, RecordKind.event, name, 1_790_000_000_000 + time, 1, flags, payload);
  };
  event(0, 100, 'one');
  recording.append(0, RecordKind.hostCall, 'log', 1_790_000_000_101, 1, 0, Uint8Array.of(1));
  event(1, 110, 'other');
  event(0, 120, 'one', RecordFlag.rebuilding);
  event(0, 140, 'two');
  recording.close();
  return path;
}

test('events of an earlier run are fed as they were', async () => {
  const feed = await openInput({ kind: 'recording', file: recorded() }, streamkit);
  assert.equal(feed.total, 2);
  for (let time = 0; time < 2; time++) {
    const events = await collect(feed.events());
    assert.deepEqual(decode(events), [
      { pin: 'in', packet: { text: 'one' } },
      { pin: 'in', packet: { text: 'two' } },
    ]);
    assert.deepEqual(
      events.map(({ delayMs }) => delayMs),
      [0, 40],
    );
  }
});

test('events of an earlier run are fed several times, one after the other', async () => {
  const feed = await openInput({ kind: 'recording', file: recorded(), repeat: 3 }, streamkit);
  assert.equal(feed.total, 6);
  const events = await collect(feed.events());
  assert.deepEqual(
    events.map(({ delayMs }) => delayMs),
    [0, 40, 40, 80, 80, 120],
  );
  assert.deepEqual(decode(events.slice(4)), decode(events.slice(0, 2)));
});

test('a recording of another contract, and a file that is none, are refused', async () => {
  await refuses(
    openInput({ kind: 'recording', file: recorded('chipmunk') }, streamkit),
    /recorded with a plugin for chipmunk/,
  );
  await refuses(openInput({ kind: 'recording', file: write('.mcap', 'nothing') }, streamkit), /./);
  await refuses(openInput({ kind: 'recording', file: newPath('.mcap') }, streamkit), /./);
});
