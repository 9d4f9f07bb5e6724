/** After each reload the host replays the last run against the new build, and says what differs. */
import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Replayed } from '../../extension/host/protocol.ts';
import { writeStamp } from '../../extension/project/stamp.ts';
import { verdictOf } from '../../extension/replay/verdict.ts';
import { buildInterpreters } from '../../scripts/interpreters.ts';
import { Hosted } from './hosted.ts';
import { pluginSource } from './replaying.ts';

await buildInterpreters();

type Done = Extract<Replayed, { state: 'done' }>;

/** A hosted JavaScript plugin whose builds the test makes, and what the host says of replays. */
class Followed implements AsyncDisposable {
  readonly hosted: Hosted;
  readonly said: Replayed[] = [];
  readonly #waiting = new Set<() => void>();
  #serial = 0;

  private constructor(hosted: Hosted) {
    this.hosted = hosted;
    hosted.host.on('replayed', (replayed) => {
      this.said.push(replayed);
      for (const look of [...this.#waiting]) look();
    });
  }

  /** Starts a plugin whose `process` has this body. */
  static async start(body: string): Promise<Followed> {
    const followed = new Followed(await Hosted.create());
    const { hosted } = followed;
    await followed.build(body);
    const project = {
      folder: hosted.folder,
      name: 'small',
      contract: 'streamkit',
      language: 'javascript',
      recognisedBy: 'test',
      config: {},
    } as const;
    await hosted.start(undefined, { project });
    await hosted.reach('running', ({ state }) => state === 'running');
    return followed;
  }

  /** Leaves a build in the folder, as the process that builds does. */
  async build(body: string, kind = 'small'): Promise<void> {
    const path = join(this.hosted.folder, 'plugin.js');
    await writeFile(`${path}.new`, pluginSource(body).replace("kind: 'small'", `kind: '${kind}'`));
    await rename(`${path}.new`, path);
    const startedAt = Date.now();
    await writeStamp(this.hosted.folder, {
      version: 1,
      serial: ++this.#serial,
      status: 'ok',
      mode: 'development',
      artifact: { kind: 'source', path },
      startedAt,
      finishedAt: startedAt,
      diagnostics: [],
    });
  }

  /** Waits until the host has said something that the condition holds for. */
  until<T extends Replayed>(condition: (replayed: Replayed) => replayed is T): Promise<T>;
  until(condition: (replayed: Replayed) => boolean): Promise<Replayed>;
  until(condition: (replayed: Replayed) => boolean): Promise<Replayed> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = this.said.find(condition);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Makes a build, and gives what came of its replay. */
  async reload(body: string, kind?: string): Promise<Done> {
    this.said.length = 0;
    await this.build(body, kind);
    return await this.until(isDone);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.hosted[Symbol.asyncDispose]();
  }
}

function isDone(replayed: Replayed): replayed is Done {
  return replayed.state === 'done';
}

/** Every seventh event takes the other branch. */
const branches = (loud: string): string => `
  state.seen = (state.seen ?? 0) + 1;
  if (text.startsWith('loud')) send(${loud});
  else send(text + ' ' + state.seen);`;
const texts = Array.from({ length: 400 }, (_, index) => `${index % 7 === 6 ? 'loud' : 'quiet'} ${index + 1}`);
const loudEvents = texts.flatMap((text, index) => (text.startsWith('loud') ? [index + 1] : []));

void test('a reload reports exactly the events whose branch differs, of 400', async () => {
  await using followed = await Followed.start(branches('text.toUpperCase()'));
  await followed.hosted.tell(...texts);

  const unchanged = await followed.reload(`${branches('text.toUpperCase()')} // again`);
  assert.equal(verdictOf(unchanged).text, 'same, 400 events');
  assert.notEqual(unchanged.report.artifact.recorded, unchanged.report.artifact.replayed);

  const { report, replay } = await followed.reload(branches(`text + '!'`));
  assert.deepEqual(
    report.differences.map(({ event }) => event),
    loudEvents,
  );
  assert.equal(loudEvents.length, 57);
  assert.deepEqual(report.events, { total: 400, same: 343, different: 57, notReplayed: 0 });
  assert.deepEqual(
    [report.differences[0]?.name, report.differences[0]?.expected, report.differences[0]?.actual],
    ['send-output', 'text("LOUD 7")', 'text("loud 7!")'],
  );

  const { host } = followed.hosted;
  const all = await host.request('replayText', { replay });
  assert.deepEqual(
    [...all.expected.matchAll(/^event (\d+)/gm)].map(([, number]) => Number(number)),
    loudEvents,
  );
  const one = await host.request('replayText', { replay, event: 14 });
  assert.ok(one.expected.includes('LOUD 14') && !one.expected.includes('LOUD 7'), one.expected);
  assert.ok(one.actual.includes('loud 14!'), one.actual);
});

void test('the last run is the one with events: reloads without any in between change nothing', async () => {
  await using followed = await Followed.start(branches('text'));
  await followed.hosted.tell('loud 1', 'quiet 2');
  await followed.reload(branches('1'));
  await followed.reload(branches('2'));
  assert.equal(verdictOf(await followed.reload(branches('3'))).text, '1 of 2 events differs');
  assert.equal(verdictOf(await followed.reload(branches('text'))).text, 'same, 2 events');
});

void test('a build that fails in the middle says where, and how many events it left out', async () => {
  await using followed = await Followed.start(branches('text'));
  await followed.hosted.tell(...texts.slice(0, 100));
  const { report } = await followed.reload(
    `if (text === 'loud 49') throw new Error('too loud');${branches('text')}`,
  );
  assert.deepEqual(report.events, { total: 100, same: 48, different: 1, notReplayed: 51 });
  assert.equal(report.ended?.event, 49);
  assert.match(report.ended.text, /too loud/);
  assert.equal(
    verdictOf({ state: 'done', replay: '', report }).text,
    'ended with an error at event 49; 51 events not replayed',
  );
});

void test('a new reload ends the replay of the one before', async () => {
  await using followed = await Followed.start(branches('text'));
  await followed.hosted.tell(...texts);
  followed.said.length = 0;
  // Slow enough to be still under way when the next build is there.
  await followed.build(`for (let n = 0, x = 0; n < 3e5; n++) x += n;${branches('text')}`);
  await followed.until(({ state }) => state === 'running');
  const done = await followed.reload(branches('0'));
  assert.equal(done.report.events.different, loudEvents.length);
  assert.deepEqual(
    followed.said.map(({ state }) => state),
    ['running', 'done'],
  );
  // What the slow one did until then counts for nothing, also later.
  const last = await followed.reload(branches('text'));
  assert.equal(verdictOf(last).text, 'same, 400 events');
  assert.equal(followed.said.filter(isDone).length, 1);
});

void test('nothing is replayed with the setting off, and no more events than it says', async () => {
  await using followed = await Followed.start(branches('text'));
  const { hosted } = followed;
  await hosted.tell(...texts.slice(0, 50));
  await hosted.host.request('replayAfterReload', { enabled: false, events: 10 });
  await followed.build(branches('1'));
  await hosted.reach('the reload', ({ reloads }) => reloads === 1);
  await hosted.host.request('replayAfterReload', { enabled: true, events: 10 });
  const { report } = await followed.reload(branches('2'));
  assert.equal(followed.said.filter(({ state }) => state === 'running').length, 1);
  assert.deepEqual(report.events, { total: 10, same: 9, different: 1, notReplayed: 0 });
  assert.match(report.notes.join(' '), /first 10 of 50/);
});

void test('what differs shows in the texts of both sides, wherever it is', async () => {
  await using followed = await Followed.start(`sendOutput('out', packet);`);
  const { hosted } = followed;
  const samples = Array.from({ length: 960 }, () => 0.5);
  await hosted.send({ audio: { sampleRate: 48_000, channels: 1, samples } });
  await hosted.settled();
  const { replay } = await followed.reload(`packet.val.samples[700] = 0.25; sendOutput('out', packet);`);
  const far = await hosted.host.request('replayText', { replay });
  assert.match(far.expected, /^ {2}send-output packet\.samples\[700\]: 0\.5$/m);
  assert.match(far.actual, /^ {2}send-output packet\.samples\[700\]: 0\.25$/m);

  // What happens before the first event is no event.
  const other = await followed.reload(`sendOutput('out', packet);`, 'other');
  assert.equal(verdictOf(other).text, '1 event same, metadata differs');
  const outside = await hosted.host.request('replayText', { replay: other.replay });
  assert.match(outside.expected, /"kind": "small"/);
  assert.match(outside.actual, /"kind": "other"/);
  assert.ok(!outside.actual.includes('no answer'), outside.actual);
});

void test('a build before which nothing was recorded has nothing to replay', async () => {
  await using followed = await Followed.start(branches('text'));
  await followed.build(branches('1'));
  const none = await followed.until(({ state }) => state === 'none');
  assert.equal(verdictOf(none).text, 'nothing to replay');
});

void test('a replay that was asked for can be cancelled, and tells how far it is', async () => {
  await using followed = await Followed.start(branches('text'));
  const { hosted } = followed;
  const { host, id } = hosted;
  await hosted.tell(...texts);
  const told: number[] = [];
  host.on('replaying', ({ request, done, total }) => {
    if (request !== 'mine') return;
    assert.equal(total, 400);
    told.push(done);
  });
  const whole = await host.request('replay', { recording: 'live', against: id, request: 'mine' });
  assert.deepEqual(whole.report.events, { total: 400, same: 400, different: 0, notReplayed: 0 });
  assert.equal(told.at(-1), 400);

  await hosted.host.request('replayAfterReload', { enabled: false, events: 1 });
  await followed.build(`for (let n = 0, x = 0; n < 3e5; n++) x += n;${branches('text')}`);
  await hosted.reach('the reload', ({ reloads }) => reloads === 1);
  const slow = host.request('replay', { recording: 'live', against: id, request: 'slow' });
  await host.request('cancelReplay', { request: 'slow' });
  const { report } = await slow;
  assert.equal(report.ended?.reason, 'cancelled');
  assert.ok(report.events.notReplayed > 0);
  await host.request('cancelReplay', { request: 'nobody' });
});
