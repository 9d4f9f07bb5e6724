import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEvent } from '../../extension/contracts/holomush/event.ts';
import { LoadGenerator } from '../../extension/contracts/holomush/load.ts';
import { UserError } from '../../extension/errors.ts';
import type { EventJson } from '../../extension/host/contract.ts';
import { until } from './project-fixture.ts';

const unexpected = (error: UserError): void => assert.fail(error.message);

test('it publishes events of a made-up MUSH until it is stopped', async () => {
  const got: EventJson[] = [];
  const publish = (events: readonly EventJson[]): Promise<void> => {
    got.push(...events);
    return Promise.resolve();
  };
  const load = new LoadGenerator({ characters: 3, rooms: 2, rate: 500 }, publish, unexpected);
  await until(() => load.sent >= 40, 'forty events');
  load.dispose();
  assert.equal(load.running, false);
  assert.ok(load.achieved > 0 && load.achieved <= 500);
  const streams = new Set(got.map(({ stream }) => String(stream)));
  for (const stream of streams) assert.match(stream, /^(location:room[12]|global:announcements)$/);
  for (const event of got) {
    assert.ok(!('id' in event) && !('timestamp' in event));
    readEvent(event);
  }
});

test('nothing is sent before what was sent is taken', async () => {
  let under = 0;
  let most = 0;
  const waiting: (() => void)[] = [];
  const publish = async (): Promise<void> => {
    most = Math.max(most, ++under);
    await new Promise<void>((resolve) => waiting.push(resolve));
    under--;
  };
  const load = new LoadGenerator({ characters: 1, rooms: 1, rate: 20_000 }, publish, unexpected);
  for (let round = 0; round < 3; round++) {
    await until(() => waiting.length > 0, 'a batch');
    waiting.shift()?.();
  }
  await until(() => load.sent > 0, 'one that was taken');
  load.dispose();
  assert.equal(most, 1);
});

test('it ends where events are not taken, and says so once', async () => {
  const said: string[] = [];
  const publish = (): Promise<void> => Promise.reject(new Error('no host'));
  const load = new LoadGenerator({ characters: 1, rooms: 1, rate: 1000 }, publish, ({ message }) =>
    said.push(message),
  );
  await until(() => !load.running, 'its end');
  assert.deepEqual(said, ['The load ended: no host']);
  assert.equal(load.sent, 0);
});

test('numbers that are none of their kind are refused at once', () => {
  for (const wrong of [{ rate: 0 }, { rate: NaN }, { rate: 20_001 }, { characters: 0 }, { rooms: 1.5 }]) {
    assert.throws(
      () =>
        new LoadGenerator(
          { characters: 1, rooms: 1, rate: 1, ...wrong },
          () => Promise.resolve(),
          unexpected,
        ),
      UserError,
      JSON.stringify(wrong),
    );
  }
});
