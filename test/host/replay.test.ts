import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeSend, encodePacket } from '../../extension/contracts/streamkit/packet.ts';
import { RecordKind, type Recording } from '../../extension/recording/record.ts';
import { livesOf } from '../../extension/replay/lives.ts';
import type { Execution } from '../../extension/replay/execution.ts';
import { Hosted } from './hosted.ts';
import { Replays } from './replaying.ts';

const BRANCHES = `
  state.count = (state.count ?? 0) + 1;
  if (text.startsWith('a')) send('A' + state.count);
  else send('B' + state.count);
`;

let replays: Replays;
let hosted: Hosted;

before(async () => {
  replays = await Replays.create();
});
after(async () => {
  await replays[Symbol.asyncDispose]();
});

/** Records a plugin of this body while it is given these texts. */
async function record(body: string, texts: readonly string[], more: object = {}): Promise<Recording> {
  hosted = await Hosted.create();
  await hosted.start(await replays.artifact(body), { ...more, project: { ...projectOf(hosted.folder) } });
  await hosted.reach('the plugin', ({ state }) => state === 'running');
  await hosted.tell(...texts);
  return hosted.host.recording;
}

function projectOf(folder: string): {
  folder: string;
  name: string;
  contract: string;
  language: 'javascript';
  recognisedBy: string;
  config: object;
} {
  return {
    folder,
    name: 'small',
    contract: 'streamkit',
    language: 'javascript',
    recognisedBy: 'test',
    config: {},
  };
}

/** Records, hands the recording to the test, and ends the host. */
async function recorded(
  body: string,
  texts: readonly string[],
  check: (recording: Recording) => Promise<void>,
): Promise<void> {
  const recording = await record(body, texts);
  try {
    await check(recording);
  } finally {
    await hosted[Symbol.asyncDispose]();
  }
}

/** The texts that the plugin sent at each event. */
function sent(execution: Execution): readonly (readonly string[])[] {
  return Array.from({ length: execution.done }, (_, position) =>
    (execution.group(position)?.records ?? []).flatMap((index) => {
      const record = execution.trace.at(index);
      const packet =
        record.kind === RecordKind.hostCall && record.name === 'send-output'
          ? decodeSend(record.payload)?.packet
          : undefined;
      return packet?.tag === 'text' ? [packet.text] : [];
    }),
  );
}

test('the same artifact does the same, clocks and random numbers included', async () => {
  const body = `send(Math.random()); send(Date.now()); log('info', text);`;
  await recorded(body, ['one', 'two', 'three'], async (recording) => {
    await using replay = await replays.replay(recording, await replays.artifact(body));
    assert.deepEqual(replay.report.differences, []);
    assert.deepEqual(replay.report.events, { total: 3, same: 3, different: 0, notReplayed: 0 });
    assert.equal(replay.report.artifact.replayed, replay.report.artifact.recorded);
    assert.equal(replay.report.cost.replayed.hostCalls, replay.report.cost.recorded.hostCalls);
  });
});

test('exactly the events of a changed branch differ, by field', async () => {
  const texts = ['a1', 'b1', 'b2', 'a2', 'b3'];
  await recorded(BRANCHES, texts, async (recording) => {
    const changed = await replays.artifact(BRANCHES.replace("'A' +", "'changed ' +"));
    await using replay = await replays.replay(recording, changed);
    const { report } = replay;
    assert.deepEqual(report.events, { total: 5, same: 3, different: 2, notReplayed: 0 });
    assert.deepEqual(
      report.differences.map(({ event, kind, name, path, expected, actual }) => [
        event,
        kind,
        name,
        path,
        expected,
        actual,
      ]),
      [
        [1, 'argument', 'send-output', 'packet', 'text("A1")', 'text("changed 1")'],
        [4, 'argument', 'send-output', 'packet', 'text("A4")', 'text("changed 4")'],
      ],
    );
  });
});

test('host calls that are missing, added and in another order are told apart', async () => {
  const before = `send('1'); send('2', 'more'); send('3');`;
  await recorded(before, ['x'], async (recording) => {
    const kinds = async (body: string): Promise<readonly string[]> => {
      await using replay = await replays.replay(recording, await replays.artifact(body));
      return replay.report.differences.map(({ kind }) => kind);
    };
    assert.deepEqual(await kinds(`send('1'); send('3');`), ['missing']);
    assert.deepEqual(await kinds(`${before} send('4');`), ['added']);
    assert.deepEqual(await kinds(`send('2', 'more'); send('1'); send('3');`), ['order']);
    assert.deepEqual(await kinds(`${before} throw new Error('no');`), ['result']);
    assert.deepEqual(await kinds(before), []);
  });
});

test('a host call that was not recorded is answered as the policy says', async () => {
  await recorded(`send(text)`, ['x', 'y'], async (recording) => {
    const more = await replays.artifact(
      `send(text); if (text === 'x') { try { send('?', 'nowhere'); log('info', 'taken'); } catch (error) { log('info', 'refused'); } }`,
    );
    const answer = async (unrecorded: 'stop' | 'default' | 'live'): Promise<unknown> => {
      await using replay = await replays.replay(recording, more, { unrecorded });
      const { report, execution } = replay;
      const logs = Array.from({ length: execution.trace.count }, (_, index) =>
        execution.trace.at(index),
      ).flatMap(({ name, payload }) =>
        name === 'log' ? [new TextDecoder().decode(payload.subarray(1))] : [],
      );
      return { ended: report.ended?.reason, logs, unrecorded: report.unrecorded, ...report.events };
    };
    assert.deepEqual(await answer('default'), {
      ended: undefined,
      logs: ['taken'],
      unrecorded: 1,
      total: 2,
      same: 1,
      different: 1,
      notReplayed: 0,
    });
    assert.deepEqual(await answer('live'), {
      ended: undefined,
      logs: ['refused'],
      unrecorded: 1,
      total: 2,
      same: 1,
      different: 1,
      notReplayed: 0,
    });
    assert.deepEqual(await answer('stop'), {
      ended: 'unrecorded',
      logs: [],
      unrecorded: 0,
      total: 2,
      same: 0,
      different: 1,
      notReplayed: 1,
    });
  });
});

test('a build that ends early is compared up to there', async () => {
  await recorded(`send(text)`, ['1', '2', '3', '4'], async (recording) => {
    const failing = await replays.artifact(`if (text === '3') throw new Error('three'); send(text)`);
    await using error = await replays.replay(recording, failing);
    assert.deepEqual(error.report.events, { total: 4, same: 2, different: 1, notReplayed: 1 });
    assert.equal(error.report.ended?.reason, 'error');
    assert.equal(error.report.ended.event, 3);
    assert.match(error.report.ended.text, /three/);

    const endless = await replays.artifact(`if (text === '2') for (;;); send(text)`);
    await using timeout = await replays.replay(recording, endless, { deadlineMs: 300 });
    assert.deepEqual(timeout.report.events, { total: 4, same: 1, different: 1, notReplayed: 2 });
    assert.equal(timeout.report.ended?.reason, 'timeout');

    const unborn = await replays.artifact(`send(text)`);
    await using none = await replays.replay(recording, {
      ...unborn,
      path: await replays.artifact('}').then(({ path }) => path),
    });
    assert.equal(none.report.ended?.reason, 'start');
    assert.deepEqual(none.report.events, { total: 4, same: 0, different: 0, notReplayed: 4 });
    assert.equal(none.report.differenceCount > 0, true);
  });
});

test('memory can be looked at in any order, and the replay goes on as if nobody had', async () => {
  const body = `
    state.list = [...(state.list ?? []), text];
    send(state.list.join(' '));
    send(state.list.length, 'more');
  `;
  const texts = Array.from({ length: 60 }, (_, index) => `text-${index}`);
  await recorded(body, texts, async (recording) => {
    await using execution = await replays.execution(recording, await replays.artifact(body));
    await execution.advance(40);
    assert.equal(execution.done, 40);
    const holds = async (position: number, text: string, hostCall?: number): Promise<boolean> =>
      Buffer.from((await execution.memoryAt({ position, hostCall })) ?? []).includes(text);
    assert.equal(await holds(30, 'text-29 text-30', 0), true);
    assert.equal(await holds(10, 'text-9 text-10', 1), true);
    assert.equal(await holds(10, 'text-10 text-11'), false);
    assert.equal(await holds(39, 'text-38 text-39'), true);
    assert.equal(await execution.memoryAt({ position: 40 }), undefined);
    const again = await execution.memoryAt({ position: 5, hostCall: 0 });
    assert.deepEqual(await execution.memoryAt({ position: 5, hostCall: 0 }), again);
    await execution.advance(60);
    assert.equal(execution.done, 60);
    assert.equal(sent(execution)[59]?.[1], '60');
    assert.equal(sent(execution)[59]?.[0], texts.join(' '));
  });
});

test('a branch takes another way from an edited event or an edited answer', async () => {
  const body = `
    try { send(text); state.refused = false; } catch { state.refused = true; }
    if (state.refused) send('refused', 'more');
  `;
  await recorded(body, ['1', '2', '3'], async (recording) => {
    const artifact = await replays.artifact(body);
    await using event = await replays.execution(recording, artifact, {
      edits: {
        events: new Map([[1, { name: 'in', payload: encodePacket({ tag: 'text', text: 'other' }) }]]),
        answers: new Map(),
      },
    });
    await event.advance(3);
    assert.deepEqual(sent(event), [['1'], ['other'], ['3']]);

    const full = new Uint8Array([1, ...new TextEncoder().encode('full')]);
    await using answer = await replays.execution(recording, artifact, {
      edits: {
        events: new Map(),
        answers: new Map([[1, [{ name: 'send-output', key: 'out', bytes: full }]]]),
      },
    });
    await answer.advance(3);
    assert.deepEqual(sent(answer), [['1'], ['2', 'refused'], ['3']]);
  });
});

test('the lives of a plugin are told apart: reloads, failures, restarts', async () => {
  const recording = await record(`if (text === 'fail') throw new Error('told to'); send(text)`, ['1', '2']);
  try {
    await hosted.tell('fail');
    await hosted.reach('the failure', ({ state }) => state === 'failed');
    await hosted.host.request('restart', { plugin: hosted.id });
    await hosted.reach('the restart', ({ state }) => state === 'running');
    await hosted.tell('3');
    await hosted.host.request('stop', { plugin: hosted.id });
    const lives = livesOf(recording);
    assert.deepEqual(
      lives.map(({ events, failed, over, continued, ending }) => ({
        events: events.length,
        failed,
        over,
        continued,
        ended: ending.length > 0,
      })),
      [
        { events: 3, failed: true, over: true, continued: false, ended: false },
        { events: 1, failed: false, over: true, continued: false, ended: true },
      ],
    );
    const same = await replays.artifact(`if (text === 'fail') throw new Error('told to'); send(text)`);
    for (const life of lives) {
      await using replay = await replays.replay(recording, same, { life });
      assert.deepEqual(replay.report.differences, []);
    }
    const [, second] = lives;
    assert(second !== undefined);
    const quiet = (await replays.artifact(`send(text)`)).path;
    await using cleanup = await replays.replay(recording, { kind: 'source', path: quiet }, { life: second });
    assert.deepEqual(cleanup.report.differences, [], 'the cleanup logs the same line');
  } finally {
    await hosted[Symbol.asyncDispose]();
  }
});
