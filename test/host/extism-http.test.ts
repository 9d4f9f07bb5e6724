/** HTTP of Extism plugins: to granted hosts only, within the deadline, recorded without secrets, replayed without the network. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { builtFixture, extism, Granted } from './extism-granted.ts';

const MEBIBYTE = 1 << 20;
/** How long the server takes for one of its answers. */
const LATE_MS = 200;
let server: Server;
/** As `127.0.0.1`, and as another host that leads to the same server. */
let base = '';
let other = '';
const seen: string[] = [];

before(async () => {
  server = createServer((request, response) => {
    void serve(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  base = `http://127.0.0.1:${port}`;
  other = `http://localhost:${port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
});

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  const { method = '', url = '', headers } = request;
  seen.push(`${method} ${url}`);
  switch (url) {
    case '/whole':
      response.writeHead(200, { 'content-type': 'text/plain', 'x-two': ['a', 'b'] });
      response.end(
        `${method} ${headers.authorization === 'Bearer secret' ? 'known' : 'nobody'} ${String(headers['x-more'] ?? '')} ${body}`,
      );
      return;
    case '/bytes':
      response.end(Buffer.from([255, 0, 254]));
      return;
    case '/missing':
      response.writeHead(404).end('not here');
      return;
    case '/near':
      response.writeHead(302, { location: '/whole' }).end('elsewhere');
      return;
    case '/far':
      response.writeHead(307, { location: `${other}/whole` }).end();
      return;
    case '/circle':
      response.writeHead(302, { location: '/circle' }).end();
      return;
    case '/late':
      setTimeout(() => response.end('late'), LATE_MS);
      return;
    case '/fits':
      response.end(Buffer.alloc(50 * MEBIBYTE, 'x'));
      return;
    case '/large':
      response.end(Buffer.alloc(50 * MEBIBYTE + 1, 'x'));
      return;
    default: // An answer that begins and does not end.
      response.writeHead(200).write('wait');
  }
}

function to(url: string, more: object = {}): string {
  return JSON.stringify({ url, ...more });
}

test('a granted host is asked; status, headers and body are given', async (t) => {
  const path = await builtFixture(t, 'http.c');
  if (path === undefined) return;
  await using plugin = await Granted.start(path, { allowedHosts: ['127.0.0.?'] });
  assert.equal(await plugin.call('headers'), '"none"');
  assert.equal(await plugin.call('status'), '"000"');
  const headers = { Authorization: 'Bearer secret', 'x-more': 'more', COOKIE: 'id=secret' };
  assert.equal(await plugin.call('get', to(`${base}/whole`, { headers })), '"GET known more "');
  assert.equal(await plugin.call('status'), '"200"');
  const answered: unknown = JSON.parse(JSON.parse(await plugin.call('headers')) as string);
  assert.partialDeepStrictEqual(answered, { 'content-type': 'text/plain', 'x-two': 'a, b' });
  assert.equal(await plugin.call('post', to(`${base}/whole`, { method: 'POST' })), '"POST nobody  the body"');
  assert.equal(
    await plugin.call('get', to(`${base}/whole`, { header: { 'x-more': 'old' } })),
    '"GET nobody old "',
  );
  assert.equal(await plugin.call('get', to(`${base}/bytes`)), '[255, 0, 254]');
  assert.equal(await plugin.call('get', to(`${base}/missing`)), '"not here"');
  assert.equal(await plugin.call('status'), '"404"');
  assert.equal(await plugin.call('get', to(`${base}/near`)), '"GET nobody  "');

  const requests = plugin.hosted.records('hostCall').filter(({ name }) => name.endsWith('#http_request'));
  assert.equal(requests.length, 6);
  for (const { payload } of requests) assert.ok(!Buffer.from(payload).includes('secret'));
  const [first] = requests;
  assert.ok(first !== undefined);
  assert.match(
    extism().describe(first)?.fields[0]?.value ?? '',
    /Authorization.*not recorded.*COOKIE.*not recorded/s,
  );
});

test('how long a request took is recorded', async (t) => {
  const path = await builtFixture(t, 'http.c');
  if (path === undefined) return;
  await using plugin = await Granted.start(path, { allowedHosts: ['127.0.0.1'] });
  assert.equal(await plugin.call('get', to(`${base}/late`)), '"late"');
  const [request] = plugin.hosted.records('hostCall').filter(({ name }) => name.endsWith('#http_request'));
  const [call] = plugin.hosted.records('call').filter(({ event }) => event === request?.event);
  const { time = 0, durationMs = 0 } = request ?? {};
  // Clocks of timers are not those of durations.
  assert.ok(durationMs > LATE_MS - 5, `${durationMs} ms`);
  assert.ok(time + durationMs <= (call?.time ?? 0) + 1);
});

test('a replay has the answers of the recording and asks nobody', async (t) => {
  const path = await builtFixture(t, 'http.c');
  if (path === undefined) return;
  await using plugin = await Granted.start(path, { allowedHosts: ['127.0.0.1'] });
  assert.equal(await plugin.call('get', to(`${base}/bytes`)), '[255, 0, 254]');
  assert.equal(await plugin.call('headers').then((json) => json.includes('content-length')), true);
  assert.equal(await plugin.call('get', to(`${base}/missing`)), '"not here"');
  assert.equal(await plugin.call('status'), '"404"');
  const before = seen.length;
  await plugin.call('get', to(`${other}/whole`));
  assert.equal(seen.length, before, 'a host that is not granted was asked');
  const report = await plugin.replay(0);
  assert.deepEqual(report.differences, []);
  assert.equal(report.events.same, 5);
  assert.equal(report.unrecorded, 0);
  assert.equal(seen.length, before);
});

test('what is not granted is not asked, and a fresh instance goes on', async (t) => {
  const path = await builtFixture(t, 'http.c');
  if (path === undefined) return;
  await using plugin = await Granted.start(path, { allowedHosts: ['*.example.org'] });
  const before = seen.length;
  assert.equal(
    await plugin.call('get', to(`${base}/whole`)),
    `HTTP request to '${base}/whole' is not allowed`,
  );
  const { what, advice } = await plugin.failure();
  assert.match(what, /hotplug\.json does not grant that host/);
  assert.match(advice, /"allowedHosts": \["127\.0\.0\.1"\]/);
  assert.match(await plugin.call('get', to('file:///etc/passwd')), /neither http: nor https:/);
  assert.match(await plugin.call('get', 'not JSON'), /is not JSON/);
  const secret = base.replace('//', '//user:password@');
  assert.equal(await plugin.call('get', to(secret)), `HTTP request to '${base}/' is not allowed`);
  assert.equal(await plugin.call('headers'), '"none"');
  assert.equal(seen.length, before);
});

test('a redirection leads to granted hosts only, and to an end', async (t) => {
  const path = await builtFixture(t, 'http.c');
  if (path === undefined) return;
  await using plugin = await Granted.start(path, { allowedHosts: ['127.0.0.1'] });
  const before = seen.length;
  assert.equal(
    await plugin.call('get', to(`${base}/far`)),
    `HTTP request to '${other}/whole' is not allowed`,
  );
  assert.deepEqual(seen.slice(before), ['GET /far']);
  assert.match((await plugin.failure()).what, /was redirected to http:\/\/localhost/);
  assert.match(await plugin.call('get', to(`${base}/circle`)), /more than 10 times/);
  // The same way where both are granted; what is for one host alone stays there.
  await using both = await Granted.start(path, { allowedHosts: ['127.0.0.1', 'localhost'] });
  const headers = { authorization: 'Bearer secret', 'x-more': 'more' };
  const listens = await fetch(`${other}/whole`).then(
    () => true,
    () => false,
  );
  if (listens) assert.equal(await both.call('get', to(`${base}/far`, { headers })), '"GET nobody more "');
});

test('an answer of 50 MiB is taken, and one that is larger is not', async (t) => {
  const path = await builtFixture(t, 'http.c');
  if (path === undefined) return;
  await using plugin = await Granted.start(path, { allowedHosts: ['127.0.0.1'] }, 60_000);
  assert.equal(await plugin.call('size', to(`${base}/fits`)), `"00${50 * MEBIBYTE}"`);
  assert.match(await plugin.call('size', to(`${base}/large`)), /has more than 52428800 bytes/);
});

test('no answer before the deadline, and no server', async (t) => {
  const path = await builtFixture(t, 'http.c');
  if (path === undefined) return;
  await using plugin = await Granted.start(path, { allowedHosts: ['127.0.0.1'] }, 5000);
  assert.equal(await plugin.call('get', to(`${base}/slow`)), `HTTP request to '${base}/slow': timeout`);
  assert.match((await plugin.failure()).advice, /"deadlineMs"/);
  assert.match(await plugin.call('get', to('http://127.0.0.1:1/')), /^HTTP request failed: /);
  assert.equal(await plugin.call('get', to(`${base}/bytes`)), '[255, 0, 254]');
  assert.deepEqual((await plugin.replay(0)).differences, []);
});

test('state that is rebuilt after a reload has the answers of before, and nobody is asked again', async (t) => {
  const path = await builtFixture(t, 'http.c');
  if (path === undefined) return;
  const config = { allowedHosts: ['127.0.0.1'], reload: { state: 'rebuild' } } as const;
  await using plugin = await Granted.start(undefined, config);
  await plugin.build(path);
  await plugin.hosted.reach('the plugin', ({ state }) => state === 'running');
  assert.equal(await plugin.call('get', to(`${base}/missing`)), '"not here"');
  const before = seen.length;
  await plugin.build(path);
  await plugin.hosted.reach('the reload', ({ reloads }) => reloads === 1);
  assert.equal(await plugin.call('status'), '"404"');
  assert.equal(seen.length, before);
  // The network is there for what comes after.
  assert.equal(await plugin.call('get', to(`${base}/bytes`)), '[255, 0, 254]');
  assert.equal(seen.length, before + 1);
});
