/** Recordings of Extism plugins: replayed exactly, compared with another build, branched, stepped back through. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { contracts } from '../../extension/contracts/index.ts';
import type { Contract, EventJson } from '../../extension/host/contract.ts';
import { prepareComponent } from '../../extension/host/prepare.ts';
import { Workshop } from '../../extension/host/workshop.ts';
import { decodeCall, RecordKind, type Recording } from '../../extension/recording/record.ts';
import { Execution, type Edits } from '../../extension/replay/execution.ts';
import { livesOf } from '../../extension/replay/lives.ts';
import { replayLife } from '../../extension/replay/replay.ts';
import { printValue } from '../../extension/values/wave.ts';
import { root } from '../../scripts/paths.ts';
import { extismPlugin } from './extism-plugin.ts';
import { DebugClient, lines } from './debugging.ts';
import { Hosted } from './hosted.ts';

const found = contracts['extism'];
assert.ok(found);
const contract: Contract = found;
const cacheFolder = join(root, '.cache', 'transpiled');
const GREET = 'extism:host/user#greet';

const text = (call: string, input = ''): EventJson => ({ call, input });
/** Everything that an Extism host does, now and again. */
const events: readonly EventJson[] = Array.from({ length: 6 }, (_, round): readonly EventJson[] => [
  text('count'),
  text('chance'),
  text('prefix'),
  text('part'),
  text('say', `line ${round}`),
  text('hello', `name ${round}`),
  { call: 'echo', inputBase64: Buffer.from([0xff, round, 0xfe]).toString('base64') },
  text(round === 3 ? 'forget' : 'fail'),
  text('code'),
  text('nothing'),
]).flat();
const position = (call: string, nth: number): number =>
  events.flatMap((event, index) => (event['call'] === call ? [index] : []))[nth] ?? -1;

/** A recording of the events, and what replays it. */
class Recorded implements AsyncDisposable {
  readonly hosted: Hosted;
  readonly #workshop = new Workshop();
  readonly path: string;

  private constructor(hosted: Hosted, path: string) {
    this.hosted = hosted;
    this.path = path;
  }

  /** Undefined after skipping the test because a tool is missing. */
  static async open(t: TestContext, told = events): Promise<Recorded | undefined> {
    const path = await extismPlugin(t);
    if (path === undefined) return undefined;
    const hosted = await Hosted.create();
    const project = {
      folder: hosted.folder,
      name: 'tested',
      contract: 'extism',
      language: 'c',
      recognisedBy: 'test',
      config: {
        params: { prefix: 'Echo' },
        host: { answers: { [GREET]: ['hello', 'good day', 'hi'] } },
      },
    } as const;
    await hosted.start({ kind: 'module', path }, { project });
    await hosted.host.request('send', { plugin: hosted.id, events: told });
    await hosted.settled();
    return new Recorded(hosted, path);
  }

  get recording(): Recording {
    return this.hosted.host.recording;
  }

  options(path = this.path, edits?: Edits): Parameters<typeof replayLife>[0] {
    const life = livesOf(this.recording).findLast((one) => one.events.length > 0);
    assert.ok(life);
    return {
      bench: {
        workshop: this.#workshop,
        cacheFolder,
        interpreter: () => undefined,
      },
      recording: this.recording,
      life,
      contract,
      artifact: { kind: 'module', path },
      language: 'c',
      unrecorded: 'default',
      deadlineMs: 5000,
      ...(edits === undefined ? {} : { edits }),
    };
  }

  async execution(edits?: Edits): Promise<Execution> {
    return await Execution.start({ ...this.options(undefined, edits), checkpoints: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#workshop.dispose();
    await this.hosted[Symbol.asyncDispose]();
  }
}

/** Everything that crossed the boundary with the events, byte for byte; only how long calls took is left out. */
function crossings(recording: Recording, indexes: readonly number[]): readonly string[] {
  return indexes.flatMap((index) => {
    const { kind, name, event, flags, payload } = recording.at(index);
    if (kind === RecordKind.lifecycle || kind === RecordKind.memory) return [];
    const bytes = kind === RecordKind.call ? payload.subarray(8) : payload;
    return [`${kind} ${name} ${event} ${flags} ${Buffer.from(bytes).toString('hex')}`];
  });
}

function withEvents(recording: Recording): readonly number[] {
  return Array.from({ length: recording.count }, (_, index) => index).filter(
    (index) => recording.at(index).event > 0,
  );
}

/** What the call of the event at this position gave, in WAVE, or what it failed with. */
function gave(execution: Execution, at: number): string {
  const { trace } = execution;
  const call = (execution.group(at)?.records ?? [])
    .map((index) => trace.at(index))
    .find(({ kind }) => kind === RecordKind.call);
  const record = call ?? lastCall(execution, at);
  assert.ok(record, `event ${at} has no call`);
  const value = contract.values(record)?.result;
  return value === undefined ? decodeCall(record.payload).text : printValue(value);
}

function lastCall(execution: Execution, at: number): ReturnType<Recording['at']> | undefined {
  const { trace } = execution;
  const { number } = execution.event(at);
  const index = withEvents(trace).findLast((one) => {
    const { kind, event } = trace.at(one);
    return kind === RecordKind.call && event === number;
  });
  return index === undefined ? undefined : trace.at(index);
}

test('twenty replays are the recording byte for byte: times, random numbers and answers of the host included', async (t) => {
  const opened = await Recorded.open(t);
  if (opened === undefined) return;
  await using recorded = opened;
  const expected = crossings(recorded.recording, withEvents(recorded.recording));
  // Each event, its call and what it asked for.
  assert.ok(expected.length > 2.5 * events.length, String(expected.length));
  assert.ok(expected.some((line) => line.includes(GREET)));
  for (let round = 0; round < 20; round++) {
    const { report, execution } = await replayLife(recorded.options());
    await using _ = execution;
    assert.deepEqual(report.differences, []);
    assert.deepEqual(report.events, {
      total: events.length,
      same: events.length,
      different: 0,
      notReplayed: 0,
    });
    assert.equal(report.unrecorded, 0);
    assert.deepEqual(crossings(execution.trace, withEvents(execution.trace)), expected);
  }
});

test('a changed build differs in what it changed, and nowhere else', async (t) => {
  const opened = await Recorded.open(t);
  const changed = await extismPlugin(t, 'changed');
  if (opened === undefined || changed === undefined) return;
  await using recorded = opened;
  const { report, execution } = await replayLife(recorded.options(changed));
  await using _ = execution;
  assert.deepEqual(
    report.differences.map(({ event, kind, name, expected, actual }) => [
      event,
      kind,
      name,
      expected,
      actual,
    ]),
    Array.from({ length: 6 }, (_, nth) => [position('part', nth) + 1, 'result', 'part', '"cde"', '"def"']),
  );
  assert.deepEqual(report.events, {
    total: events.length,
    same: events.length - 6,
    different: 6,
    notReplayed: 0,
  });
});

test('an edited event takes another way', async (t) => {
  const opened = await Recorded.open(t);
  if (opened === undefined) return;
  await using recorded = opened;
  const forgets = position('count', 1);
  const says = position('hello', 2);
  await using execution = await recorded.execution({
    events: new Map([
      [forgets, contract.encodeEvent(text('forget'))],
      [says, contract.encodeEvent(text('echo', 'another export'))],
    ]),
    answers: new Map(),
  });
  await execution.advance(events.length);
  assert.equal(gave(execution, position('count', 0)), '"1/1"');
  assert.equal(gave(execution, forgets), '');
  // The module counted one call less, and the variable began anew.
  assert.equal(gave(execution, position('count', 2)), '"2/1"');
  assert.equal(gave(execution, says), '"another export"');
  assert.equal(gave(execution, position('hello', 3)), '"hi"');
});

test('an edited answer of the host is what the plugin gets', async (t) => {
  const opened = await Recorded.open(t);
  if (opened === undefined) return;
  await using recorded = opened;
  const at = position('hello', 1);
  const record = recorded.hosted.records('hostCall').filter(({ name }) => name === GREET)[1];
  assert.ok(record);
  const payload = contract.editResult(record, { type: 'string', value: 'edited' });
  const answer = contract.answerOf({ ...record, payload });
  assert.ok(answer);
  await using execution = await recorded.execution({
    events: new Map(),
    answers: new Map([[at, [{ name: GREET, ...answer }]]]),
  });
  await execution.advance(events.length);
  assert.deepEqual(
    [0, 1, 2].map((nth) => gave(execution, position('hello', nth))),
    ['"hello"', '"edited"', '"hi"'],
  );
});

test('configuration that was edited is what the plugin gets; variables are its own and are not edited', async (t) => {
  const opened = await Recorded.open(t);
  if (opened === undefined) return;
  await using recorded = opened;
  const asked = recorded.hosted.records('hostCall').find(({ name }) => name.endsWith('#config_get'));
  assert.ok(asked);
  const value = { type: 'variant', name: 'some', value: { type: 'string', value: 'edited' } } as const;
  const payload = contract.editResult(asked, value);
  const answer = contract.answerOf({ ...asked, payload });
  assert.ok(answer);
  assert.equal(answer.key, 'prefix');
  const at = position('prefix', 1);
  await using execution = await recorded.execution({
    events: new Map(),
    answers: new Map([[at, [{ name: asked.name, ...answer }]]]),
  });
  await execution.advance(events.length);
  assert.deepEqual(
    [0, 1, 2].map((nth) => gave(execution, position('prefix', nth))),
    ['"Echo"', '"edited"', '"Echo"'],
  );
  const variable = recorded.hosted.records('hostCall').find(({ name }) => name.endsWith('#var_get'));
  assert.ok(variable);
  assert.throws(() => contract.editResult(variable, value), /var_get gives what the plugin has set/);
  assert.equal(contract.answerOf(variable), undefined);
});

test('going back brings back variables as well as memory', async (t) => {
  const counts = Array.from({ length: 60 }, () => text('count'));
  const opened = await Recorded.open(t, counts);
  if (opened === undefined) return;
  await using recorded = opened;
  // From a copy of its state, and not by running it again from the beginning.
  const { keepable } = await prepareComponent({
    path: recorded.path,
    cacheFolder,
    memoryBytes: contract.limits.memoryBytes,
    kernel: contract.kernel?.file,
  });
  assert.ok(keepable);
  await using execution = await recorded.execution();
  const digit = (number: number): string => String.fromCharCode(48 + number);
  await execution.advance(40);
  const memory = await execution.memoryAt({ position: 39 });
  for (const at of [30, 3, 20, 0, 39, 11]) assert.ok(await execution.memoryAt({ position: at }));
  assert.deepEqual(await execution.memoryAt({ position: 39 }), memory);
  await execution.memoryAt({ position: 5, hostCall: 1 });
  await execution.advance(60);
  for (const at of [0, 39, 40, 59])
    assert.equal(gave(execution, at), `"${digit(at + 1)}/${digit(at + 1)}"`, String(at));
  assert.deepEqual(
    crossings(execution.trace, withEvents(execution.trace)),
    crossings(recorded.recording, withEvents(recorded.recording)),
  );
});

test('the debugger steps both ways through host calls, and branches at an edited answer', async (t) => {
  const opened = await Recorded.open(t, [text('count'), text('hello', 'ann'), text('count')]);
  if (opened === undefined) return;
  await using recorded = opened;
  await using client = new DebugClient(recorded.hosted.host);
  await client.launch({ recording: 'live', artifact: recorded.path });
  const stacks: (readonly string[])[] = [await client.stack()];
  for (const step of ['stepIn', 'stepIn', 'stepBack', 'next', 'stepIn']) {
    await client.move(step);
    stacks.push(await client.stack());
  }
  const within = (call: string): readonly string[] => [`${call}:3`, 'count:2', 'event 1 count:1'];
  assert.deepEqual(stacks, [
    ['event 1 count:1'],
    within('extism:host/env#var_get'),
    ['extism:host/env#var_set:4', 'count:2', 'event 1 count:1'],
    within('extism:host/env#var_get'),
    ['event 2 hello:1'],
    [`${GREET}:3`, 'hello:2', 'event 2 hello:1'],
  ]);
  assert.deepEqual(lines(await client.scope('Host call')), ['argument-1 = "ann"', 'result = "hello"']);
  await client.request('setExpression', { expression: 'call.result', value: '"edited"' });
  const difference = await client.move('continue');
  assert.equal(difference.text, 'hello result: "hello" became "edited"');
  assert.deepEqual(await client.stack(), ['hello:4', 'event 2 hello (branch):1']);
  await client.request('hotplug/discardBranch');
  await client.stopped();
  assert.equal((await client.move('continue')).reason, 'end');
  await client.move('reverseContinue');
  await client.move('stepIn');
  const edit = { expression: 'call.result', value: 'none' };
  assert.match(await client.refused('setExpression', edit), /var_get gives what the plugin has set/);
});
