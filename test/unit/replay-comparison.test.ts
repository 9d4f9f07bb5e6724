import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { contracts } from '../../extension/contracts/index.ts';
import { encodePacket, encodeSend } from '../../extension/contracts/streamkit/packet.ts';
import { UserError } from '../../extension/errors.ts';
import type { Contract } from '../../extension/host/contract.ts';
import type { LiveRecording } from '../../extension/recording/live.ts';
import type { Comparison, ComparisonQuery } from '../../extension/recording/query.ts';
import { encodeCall, RecordFlag, RecordKind } from '../../extension/recording/record.ts';
import { compareLives } from '../../extension/replay/comparison.ts';
import { live, STARTED_AT } from './recording-fixture.ts';

/** What a made plugin is given, what it sends, and how long it takes: `[text, answer, milliseconds]`. */
type Step = readonly [given: string, sent: string, took?: number];

const text = (value: string): Uint8Array => encodePacket({ tag: 'text', text: value });

/** Records lives of a plugin that never was: time goes on by 10 ms an event. */
class Made implements Disposable {
  readonly recording: LiveRecording;
  readonly #events = new Map<number, number>();
  #time = STARTED_AT;

  constructor(t: TestContext) {
    this.recording = live();
    t.after(() => {
      this.recording.close();
    });
  }

  life(artifact: string, steps: readonly Step[], plugin = 0): void {
    const change = this.#events.has(plugin) ? 'reloaded' : 'running';
    const payload = Buffer.from(JSON.stringify({ change, text: '', artifact }));
    this.recording.append(plugin, RecordKind.lifecycle, change, this.#time, 0, 0, payload);
    for (const step of steps) this.#step(plugin, step);
    if (!this.#events.has(plugin)) this.#events.set(plugin, 0);
  }

  #step(plugin: number, [given, sent, took = 0.5]: Step): void {
    const number = (this.#events.get(plugin) ?? 0) + 1;
    this.#events.set(plugin, number);
    this.#time += 10;
    const add = (kind: RecordKind, name: string, flags: number, payload: Uint8Array): void => {
      this.recording.append(plugin, kind, name, this.#time, number, flags, payload);
    };
    add(RecordKind.event, 'in', 0, text(given));
    // A clock says something else each time.
    const clock = Buffer.from(JSON.stringify({ args: [], result: this.#time }));
    add(RecordKind.hostCall, 'wasi:clocks/wall-clock#now', RecordFlag.wasi, clock);
    add(RecordKind.hostCall, 'send-output', RecordFlag.effect, encodeSend('out', text(sent), undefined));
    this.#time += took;
    add(RecordKind.call, 'process', 0, encodeCall({ durationMs: took, status: 0, text: '' }));
  }

  [Symbol.dispose](): void {
    this.recording.close();
  }
}

function contract(): Contract {
  const found = contracts['streamkit'];
  assert.ok(found);
  return found;
}

async function compare(
  { recording }: Made,
  query: Partial<ComparisonQuery> = {},
  other?: Made,
): Promise<Comparison> {
  const id = other === undefined ? 'here' : 'other';
  return await compareLives(
    { id: 'here', recording },
    { id, recording: other?.recording ?? recording },
    { other: { recording: id }, ...query },
    contract,
  );
}

test('without a choice the last life is compared with the one before it', async (t) => {
  const made = new Made(t);
  made.life('a'.repeat(64), [['zero', 'none']]);
  made.life('b'.repeat(64), [
    ['one', '1'],
    ['two', '2'],
  ]);
  made.life('c'.repeat(64), [
    ['one', '1'],
    ['two', 'II'],
  ]);
  made.life('d'.repeat(64), []);
  const { differences, ...comparison } = await compare(made);
  assert.deepEqual(comparison, {
    plugin: 'gain',
    here: {
      recording: 'here',
      plugin: 'gain',
      life: 2,
      from: 41.5,
      to: 52.5,
      events: 2,
      artifact: 'c'.repeat(12),
    },
    other: {
      recording: 'here',
      plugin: 'gain',
      life: 1,
      from: 20.5,
      to: 31.5,
      events: 2,
      artifact: 'b'.repeat(12),
    },
    events: 2,
    differing: 1,
    more: 0,
  });
  const [only] = differences;
  assert.ok(only !== undefined && differences.length === 1);
  assert.equal(only.kind, 'outputs');
  assert.equal(only.event, 2);
  assert.match(only.text, /send-output packet: text\("2"\) → text\("II"\)/);
  assert.deepEqual(
    [only.here, only.other].map((index) => made.recording.at(index ?? -1).kind),
    [RecordKind.event, RecordKind.event],
  );
  assert.deepEqual([only.hereTime, only.otherTime], [52, 31]);
});

test('a call is longer where it takes twice as long and a millisecond more', async (t) => {
  const made = new Made(t);
  made.life('a', [
    ['one', '1', 0.1],
    ['two', '2', 4],
    ['three', '3', 2],
    ['four', '4', 9],
  ]);
  made.life('b', [
    ['one', '1', 0.9],
    ['two', '2', 7.5],
    ['three', '3', 5],
    ['four', '4', 4],
  ]);
  const { differences, differing } = await compare(made);
  assert.deepEqual(
    differences.map(({ event, kind, text: said }) => [event, kind, said]),
    [
      [3, 'duration', 'took 5.00 ms, 2.00 ms in the other one'],
      [4, 'duration', 'took 4.00 ms, 9.00 ms in the other one'],
    ],
  );
  assert.equal(differing, 2);
});

test('events are found by what was given, and those that only one life has are missing', async (t) => {
  const made = new Made(t);
  made.life('a', [
    ['old', 'x'],
    ['one', '1'],
    ['one', '1'],
    ['two', '2'],
  ]);
  made.life('b', [
    ['one', '1'],
    ['new', 'y'],
    ['one', 'again'],
    ['two', '2'],
  ]);
  const { differences, events, differing } = await compare(made);
  assert.deepEqual([events, differing], [3, 1]);
  assert.deepEqual(
    differences.map(({ event, kind, here, other }) => [event, kind, here === undefined, other === undefined]),
    [
      [1, 'missing', true, false],
      [2, 'missing', false, true],
      [3, 'outputs', false, false],
    ],
  );
});

test('lives that were given nothing in common are compared by position', async (t) => {
  const made = new Made(t);
  made.life('a', [
    ['one', '1'],
    ['two', '2'],
    ['three', '3'],
  ]);
  made.life('b', [
    ['eins', '1'],
    ['zwei', '3'],
  ]);
  const { differences, events } = await compare(made);
  assert.equal(events, 2);
  assert.deepEqual(
    differences.map(({ event, kind }) => [event, kind]),
    [
      [2, 'outputs'],
      [3, 'missing'],
    ],
  );
});

test('another recording gives its last life with events, of the plugin of the same name', async (t) => {
  const [earlier, now] = [new Made(t), new Made(t)];
  earlier.life('a', [['one', '1']]);
  earlier.life('z', [['one', '0']], 1);
  now.life('b', [['one', 'uno']]);
  const { here, other, differing } = await compare(now, {}, earlier);
  assert.deepEqual([here.recording, here.artifact], ['here', 'b']);
  assert.deepEqual([other.recording, other.artifact], ['other', 'a']);
  assert.equal(differing, 1);
});

test('a life can be chosen on both sides', async (t) => {
  const made = new Made(t);
  for (const [artifact, answer] of ['a', 'b', 'a'].map((one) => [one, one] as const))
    made.life(artifact, [['one', answer]]);
  const chosen = await compare(made, { life: 2, other: { recording: 'here', life: 0 } });
  assert.deepEqual([chosen.here.life, chosen.other.life, chosen.differing], [2, 0, 0]);
  assert.equal((await compare(made, { life: 1 })).other.life, 0);
});

test('more differences than are listed are counted', async (t) => {
  const made = new Made(t);
  const steps = Array.from({ length: 1100 }, (_, at) => `${at}`);
  made.life(
    'a',
    steps.map((one) => [one, one]),
  );
  made.life(
    'b',
    steps.map((one) => [one, `-${one}`]),
  );
  const { differences, differing, more } = await compare(made);
  assert.deepEqual([differences.length, differing, more], [1000, 1100, 100]);
});

test('where there is nothing to compare the error says what there is', async (t) => {
  const refused = async (made: Made, query: Partial<ComparisonQuery>, said: RegExp): Promise<void> => {
    await assert.rejects(
      compare(made, query),
      (error) => error instanceof UserError && said.test(error.message) && error.advice !== '',
    );
  };
  const made = new Made(t);
  await refused(made, {}, /has no events/);
  made.life('a', [['one', '1']]);
  await refused(made, {}, /no life of gain with events before this one/);
  await refused(made, { life: 3 }, /gain has no life 3/);
  await refused(made, { plugin: 'nobody' }, /no plugin "nobody"/);
  await refused(made, { plugin: 'vad' }, /no events of vad/);
  await refused(made, { other: { recording: 'here', life: 0 } }, /with itself/);
  made.life('b', [['one', '1']], 1);
  await refused(made, {}, /is of 2 plugins: gain, vad/);
  assert.equal(
    (await compare(made, { plugin: 'gain', other: { recording: 'here', plugin: 'vad' } })).differing,
    0,
  );
});
