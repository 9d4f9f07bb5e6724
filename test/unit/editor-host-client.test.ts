import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { exitText, HostClient } from '../../extension/editor/hostClient.ts';
import type { HostExit } from '../../extension/editor/hostClient.ts';
import { UserError } from '../../extension/errors.ts';

const entry = join(import.meta.dirname, '..', 'fixtures', 'editor-host', 'host.mjs');

function client(
  t: TestContext,
  file = entry,
): { host: HostClient; exit: Promise<HostExit>; output: string[]; ready: (number | undefined)[] } {
  const exit = Promise.withResolvers<HostExit>();
  const output: string[] = [];
  /** Process ids, as each became ready. */
  const ready: (number | undefined)[] = [];
  const host: HostClient = new HostClient({
    fork: () => fork(file, [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], serialization: 'advanced' }),
    onReady: () => ready.push(host.pid),
    onExit: exit.resolve,
    onOutput: (line) => output.push(line),
  });
  t.after(() => host.dispose());
  return { host, exit: exit.promise, output, ready };
}

test('nothing is forked before the first request, which waits until the process is ready', async (t) => {
  const { host } = client(t);
  assert.equal(host.alive, false);
  assert.deepEqual(await host.request('list', undefined), []);
  assert.ok(host.pid);
});

test('an error of the host arrives as a UserError with its advice', async (t) => {
  const { host } = client(t);
  await assert.rejects(host.request('restart', { plugin: 'gain' }), (error) => {
    assert.ok(error instanceof UserError);
    assert.equal(error.message, 'No plugin gain');
    assert.equal(error.advice, 'Start it again.');
    return true;
  });
});

test('events reach their listeners until they unsubscribe', async (t) => {
  const { host } = client(t);
  const counts: number[] = [];
  const unsubscribe = host.on('grew', ({ count }) => counts.push(count));
  await host.request('send', { plugin: 'gain', events: [{}, {}] });
  unsubscribe();
  await host.request('send', { plugin: 'gain', events: [{}] });
  assert.deepEqual(counts, [2]);
});

test('when the process ends, what waits is rejected, its last words are kept, and the next request starts another', async (t) => {
  const { host, exit, output, ready } = client(t);
  await host.request('list', undefined);
  const first = host.pid;
  const waiting = host.request('rows', { recording: 'live', query: { filter: '', first: 0, count: 1 } });
  const stopping = host.request('stop', { plugin: 'gain' });
  await Promise.all([
    assert.rejects(waiting, /ended with code 7 before it answered/),
    assert.rejects(stopping, /ended with code 7 before it answered/),
  ]);
  const ended = await exit;
  assert.equal(exitText(ended), 'with code 7');
  assert.equal(ended.stderr, 'out of luck');
  assert.deepEqual(output, ['out of luck']);
  assert.deepEqual(await host.request('list', undefined), []);
  assert.notEqual(host.pid, first);
  assert.deepEqual(ready, [first, host.pid]);
});

test('a process that is killed is reported with its signal', async (t) => {
  const { host, exit } = client(t);
  await host.request('list', undefined);
  assert.ok(host.pid);
  process.kill(host.pid, 'SIGKILL');
  assert.equal(exitText(await exit), 'by signal SIGKILL');
});

test('a process that cannot start rejects the request', async (t) => {
  const { host, exit } = client(t, join(import.meta.dirname, 'no-such-host.mjs'));
  await assert.rejects(host.request('list', undefined), UserError);
  assert.equal((await exit).code, 1);
});

test('disposing ends the process without reporting it, and refuses further requests', async (t) => {
  const { host } = client(t);
  await host.request('list', undefined);
  const { pid } = host;
  await host.dispose();
  assert.ok(pid);
  assert.throws(() => process.kill(pid, 0));
  await assert.rejects(host.request('list', undefined), /shutting down/);
});
