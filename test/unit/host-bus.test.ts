/** The bus by itself: plugins are inboxes of a few places, and events have a stream and nothing else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchPattern, Subscriptions } from '../../extension/contracts/holomush/patterns.ts';
import { UserError } from '../../extension/errors.ts';
import { Bus, type BusPlugin } from '../../extension/host/bus.ts';
import type { BusMessage, BusRules, EncodedEvent } from '../../extension/host/contract.ts';
import type { BusEntry } from '../../extension/host/protocol.ts';
import type { InboxConfig } from '../../extension/project/project.ts';
import { RecordKind, type RawRecord } from '../../extension/recording/record.ts';

let serial = 0;

function message(stream: unknown): BusMessage {
  if (typeof stream !== 'string') throw new UserError('stream: is not a text', 'Write one.');
  const id = `e${++serial}`;
  return {
    id,
    stream,
    event: { id, stream },
    encoded: { name: 'handle', payload: new TextEncoder().encode(stream) },
  };
}

/** A record's payload is the streams that the plugin answers on, one a line; `!` is one that is refused. */
const rules: BusRules = {
  subscriptions: () => new Subscriptions<string>(),
  matches: matchPattern,
  publish: ({ stream }) => message(stream),
  emitted: ({ payload }) => {
    const lines = new TextDecoder().decode(payload).split('\n').filter(Boolean);
    return {
      events: lines.filter((line) => line !== '!').map(message),
      refused: lines.filter((line) => line === '!').map(() => 'events[0].stream: is empty'),
    };
  },
};

/** A plugin with an inbox of `size` places. */
class Fake implements BusPlugin {
  readonly id: string;
  readonly name: string;
  readonly size: number;
  readonly notes: string[] = [];
  readonly waiting: { readonly number: number; readonly stream: string }[] = [];
  /** Streams that it has taken. */
  readonly heard: string[] = [];
  lastNumber = 0;
  runs = true;
  offers = 0;
  dropped = 0;
  #wanted: (() => void)[] = [];

  constructor(name: string, size = 3) {
    this.id = `${name}-1`;
    this.name = name;
    this.size = size;
  }

  offer({ payload }: EncodedEvent): boolean {
    this.offers++;
    if (this.waiting.length >= this.size) return false;
    this.waiting.push({ number: ++this.lastNumber, stream: new TextDecoder().decode(payload) });
    return true;
  }

  lost(): void {
    this.dropped += 1;
  }

  dropOldest(): number | undefined {
    return this.waiting.shift()?.number;
  }

  room(): Promise<void> {
    if (this.waiting.length < this.size) return Promise.resolve();
    return new Promise((resolve) => this.#wanted.push(resolve));
  }

  note(text: string): void {
    this.notes.push(text);
  }

  /** Takes the oldest event that waits; its number. */
  take(): number {
    const taken = this.waiting.shift();
    assert.ok(taken, `${this.name} has nothing to take`);
    this.heard.push(taken.stream);
    this.#wake();
    return taken.number;
  }

  /** Drops what waits and takes nothing more. */
  stop(): void {
    this.runs = false;
    this.waiting.length = 0;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#wanted.splice(0)) resolve();
  }
}

class Tried {
  changes = 0;
  readonly bus = new Bus(rules, () => this.changes++);

  join(name: string, patterns: readonly string[], full?: InboxConfig['full'], size?: number): Fake {
    const plugin = new Fake(name, size);
    this.bus.join(plugin, patterns, full);
    return plugin;
  }

  /** The plugin takes its oldest event and answers with events on these streams. */
  answer(plugin: Fake, ...streams: readonly string[]): void {
    const event = plugin.take();
    const record = (kind: RecordKind, text: string): RawRecord => ({
      kind,
      name: 'handle',
      time: 0,
      event,
      flags: 0,
      plugin: 0,
      payload: new TextEncoder().encode(text),
    });
    // As they are recorded: each answer, then the end of the call.
    for (const stream of streams) this.bus.answered(plugin.id, record(RecordKind.hostCall, stream));
    this.bus.answered(plugin.id, record(RecordKind.call, ''));
  }

  reason(entry: BusEntry, plugin: Fake): string {
    return this.bus.reasons(entry.id).find((one) => one.plugin === plugin.name)?.text ?? '';
  }
}

const outcomes = ({ deliveries }: BusEntry): readonly string[] =>
  deliveries.map(({ plugin, outcome }) => `${plugin} ${outcome}`);

test('where the inbox waits, events come in order and none is lost, however few places there are', async () => {
  const tried = new Tried();
  const slow = tried.join('slow', ['*'], 'wait', 2);
  const published = Array.from({ length: 20 }, (_, index) => tried.bus.publish({ stream: `s${index}` }));
  let done = 0;
  for (const one of published) void one.then(() => done++);
  await new Promise(setImmediate);
  assert.equal(done, 2);
  for (let index = 0; index < 20; index++) {
    tried.answer(slow);
    await new Promise(setImmediate);
    assert.ok(slow.waiting.length <= 2);
  }
  const entries = await Promise.all(published);
  assert.deepEqual(
    slow.heard,
    Array.from({ length: 20 }, (_, index) => `s${index}`),
  );
  assert.ok(entries.every((entry) => outcomes(entry)[0] === 'slow queued'));
  assert.equal(tried.bus.statusOf(slow.id)?.dropped, 0);
  // Each was tried again only when there was room.
  assert.ok(slow.offers <= 45, String(slow.offers));
});

test('a patient event waits for room in an inbox that drops, too', async () => {
  const tried = new Tried();
  const small = tried.join('small', ['*'], 'drop-newest', 1);
  await tried.bus.publish({ stream: 'a' });
  let done = false;
  const patient = tried.bus.publish({ stream: 'b' }, true).then(() => (done = true));
  await new Promise(setImmediate);
  assert.equal(done, false);
  tried.answer(small);
  await patient;
  assert.deepEqual(
    small.waiting.map(({ stream }) => stream),
    ['b'],
  );
});

test('a full inbox drops what comes, or what waits longest; the reasons say which', async () => {
  const tried = new Tried();
  const newest = tried.join('newest', ['*'], 'drop-newest', 2);
  const oldest = tried.join('oldest', ['*'], 'drop-oldest', 2);
  const entries = [];
  for (const stream of ['a', 'b', 'c']) entries.push(await tried.bus.publish({ stream }));
  assert.deepEqual(
    newest.waiting.map(({ stream }) => stream),
    ['a', 'b'],
  );
  assert.deepEqual(
    oldest.waiting.map(({ stream }) => stream),
    ['b', 'c'],
  );
  assert.deepEqual(entries.map(outcomes), [
    ['newest queued', 'oldest dropped'],
    ['newest queued', 'oldest queued'],
    ['newest dropped', 'oldest queued'],
  ]);
  for (const plugin of [newest, oldest]) {
    assert.equal(tried.bus.statusOf(plugin.id)?.dropped, 1);
    assert.equal(plugin.dropped, 1);
  }
  const [first, , third] = entries;
  assert.ok(first && third);
  assert.equal(
    tried.reason(first, oldest),
    'oldest hears it by the pattern "*", and its inbox was full: it was dropped.',
  );
  assert.equal(
    tried.reason(first, newest),
    'It is in the inbox of newest by the pattern "*", and not answered yet.',
  );
  assert.match(tried.reason(third, newest), /its inbox was full/);
  tried.answer(newest);
  assert.equal(tried.reason(first, newest), 'It reached newest by the pattern "*".');
});

test('an inbox whose events are all with an instance drops the newest, for there is nothing else to drop', async () => {
  const tried = new Tried();
  const plugin = tried.join('busy', ['*'], 'drop-oldest', 0);
  assert.deepEqual(outcomes(await tried.bus.publish({ stream: 'a' })), ['busy dropped']);
  assert.equal(tried.bus.statusOf(plugin.id)?.dropped, 1);
});

for (const how of ['stops', 'leaves'] as const) {
  test(`a plugin that ${how} while events wait for room lets go of who publishes`, async () => {
    const tried = new Tried();
    const gone = tried.join('gone', ['*'], 'wait', 1);
    const other = tried.join('other', ['*'], 'wait', 10);
    const published = ['a', 'b', 'c'].map((stream) => tried.bus.publish({ stream }));
    await new Promise(setImmediate);
    if (how === 'leaves') tried.bus.leave(gone.id);
    gone.stop();
    const entries = await Promise.all(published);
    assert.deepEqual(entries.map(outcomes), [
      ['gone queued', 'other queued'],
      ['gone absent', 'other queued'],
      ['gone absent', 'other queued'],
    ]);
    assert.deepEqual(
      other.waiting.map(({ stream }) => stream),
      ['a', 'b', 'c'],
    );
    assert.ok(gone.offers < 10, String(gone.offers));
    const [first, second] = entries;
    assert.ok(first && second);
    if (how === 'leaves') {
      assert.equal(tried.reason(first, gone), '');
      assert.equal(tried.bus.statusOf(gone.id), undefined);
      assert.deepEqual(outcomes(await tried.bus.publish({ stream: 'd' })), ['other queued']);
    } else {
      assert.equal(
        tried.reason(first, gone),
        'gone hears it by the pattern "*", and ended before it had answered it. Start it.',
      );
      assert.equal(
        tried.reason(second, gone),
        'gone hears it by the pattern "*", and did not run then. Start it.',
      );
      assert.deepEqual(outcomes(await tried.bus.publish({ stream: 'd' })), ['gone absent', 'other queued']);
    }
  });
}

test('what waited for a plugin that left does not go to the one that came in its place', async () => {
  const tried = new Tried();
  const old = tried.join('same', ['*'], 'wait', 1);
  const published = ['a', 'b'].map((stream) => tried.bus.publish({ stream }));
  await new Promise(setImmediate);
  tried.bus.leave(old.id);
  const next = tried.join('same', ['*'], 'wait', 5);
  old.stop();
  await Promise.all(published);
  assert.deepEqual(next.waiting, []);
});

test('events of plugins carry from, hops and origin; the eighth answer in a row is the last', async () => {
  const tried = new Tried();
  const left = tried.join('left', ['l']);
  const right = tried.join('right', ['r']);
  const first = await tried.bus.publish({ stream: 'l' });
  for (let turn = 0; turn < 9; turn++) {
    const [plugin, other] = turn % 2 === 0 ? [left, 'r'] : [right, 'l'];
    tried.answer(plugin, other);
  }
  const entries = tried.bus.entries();
  assert.deepEqual(
    entries.map(({ from, hops, origin }) => [from, hops, origin]),
    Array.from({ length: 10 }, (_, hops) => [
      hops === 0 ? undefined : hops % 2 === 1 ? 'left' : 'right',
      hops,
      first.id,
    ]),
  );
  assert.ok(entries.slice(0, 9).every(({ stopped }) => stopped === undefined));
  const stopped = entries[9];
  assert.equal(
    stopped?.stopped,
    `left and right answer each other: event ${first.id} was answered 8 times in a row, and this answer is not delivered. Ignore events of plugins: return early where "actor_kind" is 2.`,
  );
  assert.deepEqual(stopped.deliveries, []);
  assert.deepEqual(left.notes, [stopped.stopped]);
  assert.deepEqual(right.waiting, []);
  assert.equal(tried.reason(stopped, right), stopped.stopped);
});

test('a plugin that answers itself is told so', async () => {
  const tried = new Tried();
  const echo = tried.join('echo', ['*']);
  await tried.bus.publish({ stream: 'a' });
  for (let turn = 0; turn < 9; turn++) tried.answer(echo, 'a');
  assert.match(tried.bus.entries().at(-1)?.stopped ?? '', /^echo answers its own events: event e\d+ was/);
});

test('more than 500 answers to plugins in a second are stopped, and the log is told once for each event', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: 5000 });
  const tried = new Tried();
  const left = tried.join('left', ['l'], 'drop-newest', 10);
  tried.join('right', ['r'], 'drop-newest', 2000);
  await tried.bus.publish({ stream: 'r' });
  const right = tried.join('right2', ['x'], 'drop-newest', 2000);
  await tried.bus.publish({ stream: 'x' });
  // An answer to an event from outside is no part of a circle, however many there are.
  tried.answer(right, ...Array.from({ length: 600 }, () => 'nobody'), 'l');
  assert.ok(tried.bus.entries().every(({ stopped }) => stopped === undefined));
  tried.answer(left, ...Array.from({ length: 600 }, () => 'x'));
  const stopped = tried.bus.entries().filter((entry) => entry.stopped !== undefined);
  assert.equal(stopped.length, 100);
  assert.match(
    stopped[0]?.stopped ?? '',
    /^left and right2 answer each other, more than 500 times in a second: this answer is not delivered\./,
  );
  assert.equal(left.notes.length, 1);
  assert.equal(right.waiting.length, 500);
  // In the next second there may be as many again.
  t.mock.timers.tick(1000);
  tried.answer(right, 'l');
  tried.answer(left, 'x');
  assert.equal(tried.bus.entries().filter((entry) => entry.stopped !== undefined).length, 100);
});

test('an effect that comes before the end of its call has the same cause; what an instance lost is forgotten', async () => {
  const tried = new Tried();
  const plugin = tried.join('p', ['*'], 'drop-newest', 5);
  const [a, b] = [await tried.bus.publish({ stream: 'a' }), await tried.bus.publish({ stream: 'b' })];
  plugin.take(); // Its call never came back.
  tried.answer(plugin, 'x', 'y');
  const answers = tried.bus.entries().slice(2);
  assert.deepEqual(
    answers.map(({ origin }) => origin),
    [b.id, b.id],
  );
  assert.equal(tried.reason(a, plugin), 'It reached p by the pattern "*".');
});

test('what was refused is noted, and the rest goes on', async () => {
  const tried = new Tried();
  const plugin = tried.join('p', ['a']);
  await tried.bus.publish({ stream: 'a' });
  tried.answer(plugin, '!', 'b');
  assert.deepEqual(plugin.notes, ['events[0].stream: is empty']);
  assert.deepEqual(
    tried.bus.entries().map(({ stream }) => stream),
    ['a', 'b'],
  );
});

test('of events that are published together none goes out where one is wrong', async () => {
  const tried = new Tried();
  const plugin = tried.join('p', ['*']);
  await assert.rejects(tried.bus.publishAll([{ stream: 'a' }, { stream: 5 }]), /stream: is not a text/);
  assert.deepEqual(plugin.waiting, []);
  assert.deepEqual(tried.bus.entries(), []);
  assert.equal((await tried.bus.publishAll([{ stream: 'a' }, { stream: 'b' }])).length, 2);
});

test('subscriptions change while the plugin runs, and the reasons go by what was true then', async () => {
  const tried = new Tried();
  const plugin = tried.join('p', ['a']);
  const before = await tried.bus.publish({ stream: 'b' });
  assert.equal(tried.reason(before, plugin), 'None of the patterns of p matches "b": "a".');
  tried.bus.subscribe(plugin.id, ['b', 'c*d']);
  assert.equal(tried.reason(before, plugin), 'p subscribed after the event.');
  const hits = await tried.bus.publish({ stream: 'b' });
  tried.answer(plugin);
  assert.equal(tried.reason(hits, plugin), 'It reached p by the pattern "b".');
  assert.deepEqual(tried.bus.statusOf(plugin.id)?.patterns, ['b', 'c*d']);
  const misses = await tried.bus.publish({ stream: 'cxd' });
  assert.equal(
    tried.reason(misses, plugin),
    'None of the patterns of p matches "cxd": "b", "c*d". In "c*d" only a * at the end stands for more.',
  );
  const empty = await tried.bus.publish({ stream: '' });
  assert.match(
    tried.reason(empty, plugin),
    /^None of the patterns of p matches "" \(the empty stream\): "b"/,
  );
  tried.bus.subscribe(plugin.id, []);
  assert.equal(
    tried.reason(misses, plugin),
    'p subscribes to nothing. Add "subscriptions": ["cxd"] to its hotplug.json.',
  );
  assert.match(tried.reason(hits, plugin), /^It reached p/);
  assert.throws(() => tried.bus.reasons('never'), /The bus has no event never/);
});

test('news are told once; what was too much is counted, and the last ones are kept', async () => {
  const tried = new Tried();
  assert.deepEqual(tried.bus.takeNews(), { events: [], missed: 0 });
  for (let index = 0; index < 3; index++) await tried.bus.publish({ stream: 's' });
  assert.equal(tried.changes, 3);
  assert.equal(tried.bus.takeNews().events.length, 3);
  assert.deepEqual(tried.bus.takeNews(), { events: [], missed: 0 });
  for (let index = 0; index < 12_345; index++) await tried.bus.publish({ stream: String(index) });
  const { events, missed } = tried.bus.takeNews();
  assert.equal(events.length + missed, 12_345);
  assert.ok(events.length >= 500 && events.length < 1000);
  assert.equal(events.at(-1)?.stream, '12344');
  const kept = tried.bus.entries();
  assert.ok(kept.length >= 5000 && kept.length < 10_000);
  assert.equal(kept.at(-1)?.stream, '12344');
  assert.equal(Number(kept.at(-1)?.stream) - Number(kept[0]?.stream), kept.length - 1);
});

test('large events are kept as long as they are not too many bytes, the newest in any case', async () => {
  const tried = new Tried();
  const large = 'x'.repeat(10 << 20);
  for (let index = 0; index < 40; index++) {
    await tried.bus.publish({ stream: large });
    assert.ok(tried.bus.entries().length < 14);
  }
  assert.ok(tried.bus.entries().length >= 6);
  await tried.bus.publish({ stream: 'y'.repeat(200 << 20) });
  assert.deepEqual(
    tried.bus.entries().map(({ stream }) => stream.length),
    [200 << 20],
  );
});
