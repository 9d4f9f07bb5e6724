import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../extension/errors.ts';
import { openBytes } from '../../extension/inputs/bytes.ts';
import { openPlugin } from '../../extension/inputs/plugin-bytes.ts';
import { openTcp, openUdp } from '../../extension/inputs/sockets.ts';
import { openStdin } from '../../extension/inputs/stdin.ts';
import { joined, never, readAll } from './byte-source-fixture.ts';
import { newPath, write } from './inputs-fixture.ts';

const MIB = 1024 * 1024;

/** Bytes that are other at every place. */
function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at + 4 <= length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}

function userError(pattern: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, pattern);
    return true;
  };
}

test('a file comes in pieces of what is wanted, with the hash of each', async () => {
  const content = noise(25 * MIB + 17);
  const path = write('.bin', content);
  const source = await openBytes(path, { folder: dirname(path) });
  assert.equal(source.total, content.length);
  assert.match(source.title, /\.bin \(25\.0 MiB\)$/);
  const most = [10 * MIB, 10 * MIB - 5000, 10 * MIB - 1, 10 * MIB - 5000];
  const pieces = await readAll(source, ...most);
  assert.ok(joined(pieces).equals(content));
  assert.deepEqual(
    pieces.map(({ bytes }) => bytes.length),
    [10 * MIB, 10 * MIB - 5000, 5 * MIB + 5017],
  );
  let offset = 0;
  for (const { bytes, reference } of pieces) {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    assert.deepEqual(reference, {
      file: path.slice(dirname(path).length + 1),
      offset,
      length: bytes.length,
      sha256,
    });
    offset += bytes.length;
  }
});

test('a file comes whole however it is asked for', async () => {
  const content = noise(200_000);
  const path = write('.bin', content);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 2, maxLength: 6 }),
      async (most) => {
        // At least one that gets on.
        const pieces = await readAll(await openBytes(path), ...most, 60_000);
        let offset = 0;
        for (const { bytes, reference } of pieces) {
          assert.equal(reference?.offset, offset);
          assert.equal(reference.sha256, createHash('sha256').update(bytes).digest('hex'));
          offset += bytes.length;
        }
        assert.ok(joined(pieces).equals(content));
      },
    ),
    { numRuns: 40, seed: 7 },
  );
});

test('a small file is given itself, and an empty one not at all', async () => {
  const [piece, ...others] = await readAll(await openBytes(write('.log', 'a\nb\n')));
  assert.equal(others.length, 0);
  assert.equal(piece?.reference, undefined);
  assert.equal(Buffer.from(piece?.bytes ?? []).toString(), 'a\nb\n');
  assert.deepEqual(await readAll(await openBytes(write('.log', ''))), []);
});

test('a reference names a file below the folder by its path, and another by its name', async () => {
  const folder = newPath('');
  mkdirSync(join(folder, 'project', 'logs'), { recursive: true });
  const content = noise(70_000);
  const below = join(folder, 'project', 'logs', 'app.log');
  const beside = join(folder, '..other.log');
  writeFileSync(below, content);
  writeFileSync(beside, content);
  const nameOf = async (path: string, root: string): Promise<string | undefined> => {
    const [piece] = await readAll(await openBytes(path, { folder: root }));
    return piece?.reference?.file;
  };
  assert.equal(await nameOf(below, join(folder, 'project')), 'logs/app.log');
  assert.equal(await nameOf(beside, join(folder, 'project')), '..other.log');
  assert.equal(await nameOf(beside, folder), '..other.log');
});

test('a file that is gone, shrinks or is replaced is an error with its name and the offset', async () => {
  await assert.rejects(openBytes(newPath('.log')), userError(/^The input .*\.log cannot be read/));
  await assert.rejects(openBytes(dirname(newPath(''))), userError(/it is not a file/));
  for (const change of [
    (path: string) => truncateSync(path, 150_000),
    // Windows keeps a file that is open where it is.
    ...(process.platform === 'win32'
      ? []
      : [(path: string) => rmSync(path), (path: string) => renameSync(write('.log', 'other'), path)]),
  ]) {
    const path = write('.log', noise(400_000));
    const source = await openBytes(path);
    assert.equal((await source.read(100_000, never))?.bytes.length, 100_000);
    change(path);
    await assert.rejects(
      (async () => {
        for (;;) if ((await source.read(100_000, never)) === undefined) return;
      })(),
      userError(
        /\.log changed while it was read at offset \d+: it (was removed or replaced|became shorter|ends at)/,
      ),
    );
    await source.close();
  }
});

test('a growing file is followed until nobody wants more', async () => {
  const path = write('.log', 'one\n');
  const source = await openBytes(path, { follow: true, pollMs: 5 });
  assert.equal(source.total, undefined);
  const next = async (): Promise<string> =>
    Buffer.from((await source.read(100, never))?.bytes ?? []).toString();
  assert.equal(await next(), 'one\n');
  const waiting = next();
  appendFileSync(path, 'two\n');
  assert.equal(await waiting, 'two\n');
  const stop = new AbortController();
  const aborted = source.read(100, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(aborted, /^Error: enough$/);
  appendFileSync(path, 'three\n');
  assert.equal(await next(), 'three\n');
  const shorter = next();
  truncateSync(path, 3);
  await assert.rejects(shorter, userError(/became shorter/));
  await source.close();
});

async function serve(): Promise<{ port: number; client: Promise<Socket>; close(): void }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = once(server, 'connection').then(([socket]) => socket as Socket);
  return { port: (server.address() as AddressInfo).port, client, close: () => server.close() };
}

test('TCP comes in pieces of at most 65,507 bytes until the other side ends', async () => {
  const server = await serve();
  const source = await openTcp({ port: server.port });
  const content = noise(1_000_000);
  const client = await server.client;
  client.end(content);
  const pieces = await readAll(source, MIB, 7, 100_000);
  assert.ok(joined(pieces).equals(content));
  assert.ok(pieces.every(({ bytes }) => bytes.length <= 65_507));
  server.close();
});

test('TCP: a sender waits while nobody reads', async () => {
  const server = await serve();
  const source = await openTcp({ port: server.port });
  const client = await server.client;
  const content = noise(64 * MIB);
  client.end(content);
  await source.read(10, never);
  // More than the buffers of both systems cannot have been taken.
  assert.ok(client.writableLength > 0);
  assert.ok(Buffer.concat([content.subarray(0, 10), joined(await readAll(source))]).equals(content));
  server.close();
});

test('TCP: nobody there, a broken connection, a signal, a close', async () => {
  const gone = await serve();
  gone.close();
  await assert.rejects(openTcp({ port: gone.port }), userError(/^Nothing answers at tcp 127\.0\.0\.1:\d+: /));
  const server = await serve();
  const source = await openTcp({ port: server.port });
  const client = await server.client;
  const stop = new AbortController();
  const aborted = source.read(10, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(aborted, /^Error: enough$/);
  client.resetAndDestroy();
  await assert.rejects(
    source.read(10, never),
    userError(/^tcp 127\.0\.0\.1:\d+ cannot be read at offset 0: /),
  );
  await source.close();
  server.close();
  const other = await serve();
  const closed = await openTcp({ port: other.port });
  (await other.client).on('error', () => undefined);
  const waiting = closed.read(10, never);
  await closed.close();
  assert.equal(await waiting, undefined);
  other.close();
});

test('UDP: a datagram is a piece; what nobody takes is bounded and counted', async () => {
  const source = await openUdp({ port: 0 });
  const sender = createSocket('udp4');
  const { host, port } = source.address;
  const send = async (bytes: Buffer): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    sender.send(bytes, port, host, (error) => {
      if (error === null) resolve(undefined);
      else reject(error);
    });
    await promise;
  };
  await send(Buffer.from('one'));
  assert.equal(Buffer.from((await source.read(1, never))?.bytes ?? []).toString(), 'one');
  await send(Buffer.alloc(0));
  // Enough that the queue of ours is full, in datagrams that every system takes; what the system drops before it is not ours to count.
  for (let sent = 0; sent < 5000 && !source.notes.some((note) => note.includes('dropped')); sent++) {
    await send(Buffer.alloc(8000, sent));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.match(source.notes.join('\n'), /dropped\..*\n.*1 datagram had nothing in them\./);
  assert.equal((await source.read(1, never))?.bytes.length, 8000);
  await assert.rejects(openUdp({ port }), userError(/cannot be listened on/));
  const stop = new AbortController();
  stop.abort(new Error('enough'));
  await assert.rejects(source.read(1, stop.signal), /^Error: enough$/);
  sender.close();
  await source.close();
  assert.equal(await source.read(1, never), undefined);
});

test('UDP: a read that waits ends with a close and with a signal', async () => {
  const source = await openUdp({ port: 0 });
  const stop = new AbortController();
  const aborted = source.read(1, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(aborted, /^Error: enough$/);
  const waiting = source.read(1, never);
  await source.close();
  assert.equal(await waiting, undefined);
});

test('standard input: strictly as it comes, like the host by lines', async () => {
  const content = Buffer.from('one\r\ntwo\n\nthrée\n\r\nlast');
  const chunks = (): Readable =>
    Readable.from([content.subarray(0, 4), content.subarray(4, 14), content.subarray(14)], {
      objectMode: false,
    });
  assert.ok(joined(await readAll(openStdin(chunks(), { rules: 'strict' }), 3)).equals(content));
  const lines = await readAll(openStdin(chunks(), { rules: 'like-host' }));
  assert.deepEqual(
    lines.map(({ bytes }) => Buffer.from(bytes).toString()),
    ['one\n', 'two\n', '\n', 'thrée\n', '\n', 'last\n'],
  );
  const broken = openStdin(Readable.from([Buffer.of(0x61, 0x0a, 0xff, 0x0a)]), { rules: 'like-host' });
  await assert.rejects(readAll(broken), userError(/^Line 2 of standard input is no UTF-8/));
  const stream = new PassThrough();
  const source = openStdin(stream, { rules: 'strict' });
  stream.destroy(new Error('broken pipe'));
  await assert.rejects(
    source.read(1, never),
    userError(/^standard input cannot be read at offset 0: broken pipe\.$/),
  );
});

test('a byte source of a plugin is read until it gives nothing', async () => {
  const wanted: number[] = [];
  const given = [Buffer.from('one'), Buffer.from('two'), Buffer.alloc(0), Buffer.from('never')];
  const read = (length: number): Promise<Uint8Array> => {
    wanted.push(length);
    return Promise.resolve(new Uint8Array(given[wanted.length - 1] ?? Buffer.alloc(0)));
  };
  const pieces = await readAll(openPlugin(read, { rules: 'strict', title: 'files' }), 10, 7);
  assert.equal(joined(pieces).toString(), 'onetwo');
  assert.deepEqual(wanted, [10, 7, 10]);
});

test('a byte source of a plugin: too much, errors and nothing again and again', async () => {
  for (const rules of ['strict', 'like-host'] as const) {
    const long = openPlugin(() => Promise.resolve(new Uint8Array(11)), { rules, title: 'files' });
    await assert.rejects(
      long.read(10, never),
      userError(
        /^files, call 1 of read at offset 0: it gave 11 bytes, and 10 were wanted; the real host panics/,
      ),
    );
  }
  const fails = (): Promise<Uint8Array> => Promise.reject(new Error('disk is gone'));
  await assert.rejects(
    openPlugin(fails, { rules: 'strict', title: 'files' }).read(10, never),
    userError(/^files, call 1 of read at offset 0: disk is gone$/),
  );
  const swallowed = openPlugin(fails, { rules: 'like-host', title: 'files' });
  assert.equal(await swallowed.read(10, never), undefined);
  assert.match(swallowed.notes[0] ?? '', /disk is gone; the host takes this for the end/);
  const empty = openPlugin(() => Promise.resolve(new Uint8Array()), { rules: 'like-host', title: 'files' });
  for (let times = 0; times < 20; times++) assert.equal(await empty.read(10, never), undefined);
  assert.equal(empty.notes.length, 0);
  await empty.read(10, never);
  assert.match(
    empty.notes[0] ?? '',
    /Plugin byte source returned empty data more than 20 times consecutively\.$/,
  );
});

test('a byte source of a plugin: what a read that was broken off gave comes next', async () => {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  let calls = 0;
  const source = openPlugin(() => (++calls === 1 ? promise : Promise.resolve(new Uint8Array())), {
    rules: 'strict',
    title: 'files',
  });
  const stop = new AbortController();
  const aborted = source.read(10, stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(aborted, /^Error: enough$/);
  resolve(new Uint8Array(Buffer.from('abc')));
  assert.equal(joined(await readAll(source, 10)).toString(), 'abc');
});
