import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { scaffold } from '../../extension/scaffold/scaffold.ts';
import { eventually } from './harness/eventually.ts';
import type { Session } from './harness/session.ts';
import { openWorkbench } from './harness/workbench.ts';
import { stepsOf } from './steps.ts';

const secret = 'a-token-that-nobody-else-sees';

interface Got {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A collector that keeps what it gets. */
interface Collector {
  readonly url: string;
  readonly got: readonly Got[];
  /** What it answers from now on. */
  status: number;
}

async function collector(t: TestContext): Promise<Collector> {
  const got: Got[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('latin1');
      got.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(made.status, { 'content-type': request.headers['content-type'] ?? '' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const made: Collector = { url: `http://127.0.0.1:${port}`, got, status: 200 };
  return made;
}

/** Files below a folder that have a text in them. */
async function filesWith(folder: string, text: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    // Some come and go.
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes?.includes(text) === true) found.push(path);
  }
  return found;
}

async function feed(session: Session): Promise<void> {
  await session.chooseFrom('Hotplug: Start Input…', 'tone.wav');
}

async function statusShows(session: Session, words: string): Promise<void> {
  await eventually(`the status bar shows "${words}"`, () => session.statusBar(), {
    until: (items) => items.some((item) => item.includes(words)),
  });
}

test('the live recording goes to a collector while the user wants it to, and headers go nowhere else', async (t) => {
  const parent = await mkdtemp(join(tmpdir(), 'hotplug-telemetry-'));
  t.after(() => rm(parent, { recursive: true, force: true, maxRetries: 5 }));
  const { folder } = await scaffold({ contract: 'streamkit', language: 'javascript', name: 'gain', parent });
  const there = await collector(t);
  const settings = { 'hotplug.telemetry.endpoint': there.url };
  await using session = await openWorkbench({ folder, settings });
  const step = stepsOf(t);
  const command = 'Hotplug: Send Live Recording to a Collector…';

  try {
    await step('the address of the settings gets spans and logs', async () => {
      await session.openView('Hotplug');
      await session.runCommand('Hotplug: Start Plugin');
      for (const [path, words] of [
        ['/v1/traces', 'process'],
        ['/v1/logs', 'gain'],
      ] as const) {
        await eventually(`${path} gets ${words}`, () =>
          there.got.some((one) => one.path === path && one.body.includes(words)),
        );
      }
      await statusShows(session, `sent to ${there.url}`);
      await session.screenshot('telemetry-1-sent');
    });

    await step('headers go to the collector, and into no setting, state or log', async () => {
      await session.runCommand(command);
      await session.answer('Address of the collector', there.url);
      await session.fill('Headers', 'nonsense');
      await eventually('it says how', async () => (await session.inputMessage()).includes('name=value'));
      await session.answer('name=value', `authorization=Bearer ${secret}, x-team=audio`);
      await feed(session);
      const sent = await eventually('a request with them', () =>
        there.got.find(({ headers }) => headers['x-team'] === 'audio'),
      );
      assert.equal(sent?.headers.authorization, `Bearer ${secret}`);
    });

    await step('a collector that refuses is told of, without the headers', async () => {
      there.status = 401;
      await feed(session);
      await statusShows(session, '401');
      await session.screenshot('telemetry-2-refused');
      assert.ok((await filesWith(session.home, 'hotplug.telemetry.endpoint')).length > 0);
      assert.deepEqual(await filesWith(session.home, secret), []);
      assert.deepEqual(await filesWith(folder, secret), []);
    });

    await step('no address, nothing sent', async () => {
      there.status = 200;
      await session.runCommand(command);
      await session.answer('Address of the collector', '');
      await eventually('the status bar says nothing of it', () => session.statusBar(), {
        until: (items) => !items.some((item) => item.includes(there.url)),
      });
      const before = there.got.length;
      await feed(session);
      await eventually('events', () => session.treeRows(), {
        until: (rows) => rows.some((row) => row.includes('Events: 2000 handled')),
      });
      assert.equal(there.got.length, before);
    });
  } finally {
    await session.screenshot('telemetry-last');
  }
});
