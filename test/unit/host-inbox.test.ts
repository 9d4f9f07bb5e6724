import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Inbox, type QueuedEvent } from '../../extension/host/inbox.ts';
import { LeakWatch } from '../../extension/host/leak.ts';

const event = { name: 'in', payload: new Uint8Array() };

void test('a full inbox makes the sender wait until an instance takes something', async () => {
  const inbox = new Inbox(2);
  assert.equal(inbox.add(event), true);
  assert.equal(inbox.add(event), true);
  assert.equal(inbox.add(event), false);
  let room = false;
  const waiting = inbox.room().then(() => (room = true));
  inbox.hand(() => false, 10);
  await Promise.resolve();
  assert.equal(room, false);
  inbox.hand(() => true, 1);
  await waiting;
  assert.equal(inbox.add(event), true);
});

void test('what an instance did not take goes to the next one, in order and once', () => {
  const inbox = new Inbox(10);
  for (let count = 0; count < 6; count++) inbox.add(event);
  const first: number[] = [];
  inbox.hand(({ number }) => first.push(number) > 0, 4);
  assert.deepEqual(first, [1, 2, 3, 4]);
  inbox.takeBack(2);
  const second: QueuedEvent[] = [];
  inbox.hand((queued) => second.push(queued) > 0, 10);
  assert.deepEqual(
    second.map(({ number }) => number),
    [3, 4, 5, 6],
  );
  inbox.taken(6);
  assert.equal(inbox.waiting, 0);
});

void test('steady growth is a leak, settling in and a single jump are not', () => {
  const leaking = new LeakWatch(64 * 2 ** 20);
  const findings = Array.from({ length: 40 }, (_, index) =>
    leaking.note(index * 17, 2 ** 20 + index * 65_536),
  );
  assert.match(findings.at(-1)?.message ?? '', /^Memory grows steadily: 3855 bytes an event/);
  const settling = new LeakWatch(64 * 2 ** 20);
  const quiet = [1, 5, 20, 80, 150, 190, 250].map((number) => settling.note(number, number * 65_536));
  assert.deepEqual(
    quiet,
    quiet.map(() => undefined),
  );
});

void test('the payload of an event is there for its record, whichever comes first', () => {
  const inbox = new Inbox(10);
  const payloads = [1, 2, 3, 4].map((byte) => Uint8Array.of(byte));
  for (const payload of payloads) inbox.add({ name: 'in', payload });
  inbox.hand(() => true, 10);
  assert.equal(inbox.recorded(1), payloads[0]);
  inbox.taken(3);
  assert.equal(inbox.recorded(2), payloads[1]);
  inbox.takeBack(3);
  assert.equal(inbox.recorded(3), payloads[2]);
  assert.equal(inbox.recorded(3), undefined);
  assert.equal(inbox.waiting, 1);
});
