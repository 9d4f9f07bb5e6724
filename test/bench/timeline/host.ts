/**
 * The host of the timeline's benchmark, in a process of its own so that its memory is this alone:
 * `host.ts write FILE RECORDS` writes a recording and ends; `host.ts export FILE PROFILE` writes it as a speedscope
 * profile; `host.ts serve FILE FOLDER` opens it in the
 * background and serves the panel's page with FOLDER's bundles; `host.ts live RATE FOLDER` serves one that grows by
 * so many records a second. Prints JSON lines.
 */
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { contracts } from '../../../extension/contracts/index.ts';
import { exportToFile } from '../../../extension/export/write.ts';
import { describersOf } from '../../../extension/host/describers.ts';
import { OpenedRecordings } from '../../../extension/host/opened.ts';
import { answer, type ViewRequestName } from '../../../extension/recording/answers.ts';
import { LiveRecording } from '../../../extension/recording/live.ts';
import { openRecording } from '../../../extension/recording/reader.ts';
import type { RecordingRequests } from '../../../extension/recording/query.ts';
import type { RecordingView } from '../../../extension/recording/view.ts';
import { panelHtml } from '../../../webview/html.ts';
import type { ToPanel } from '../../../webview/protocol.ts';
import { addEvent, addPlugins, PER_EVENT } from './made.ts';
import { encode } from './wire.ts';

const [what = '', first = '', second = ''] = process.argv.slice(2);

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

switch (what) {
  case 'write':
    await write(first, Number(second));
    break;
  case 'export':
    await exportFile(first, second);
    break;
  case 'serve':
    await serveFile(first, second);
    break;
  case 'live':
    await serveLive(Number(first), second);
    break;
  default:
    throw new Error(`host.ts has no mode "${what}"`);
}

async function write(path: string, records: number): Promise<void> {
  const startedAt = Date.now() - 86_400_000;
  const recording = new LiveRecording({ path, contract: 'streamkit', startedAt });
  addPlugins(recording);
  for (let number = 0; number * PER_EVENT < records; number++) {
    addEvent(recording, startedAt, number);
    if (number % 2000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  recording.close();
}

async function exportFile(path: string, out: string): Promise<void> {
  using recording = await openRecording(path);
  const describers = describersOf(recording, contracts);
  await exportToFile('speedscope', { recording, describers, choice: {}, version: '0' }, out);
}

/** The page's files by name. Another process has them in VS Code: here they wait in memory, for no disk beside the index. */
type Bundles = ReadonlyMap<string, Buffer>;

async function readBundles(folder: string): Promise<Bundles> {
  const names = await readdir(folder);
  const files = names.filter((name) => /\.(?:css|js)$/.test(name));
  return new Map(
    await Promise.all(files.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}

async function serveFile(path: string, folder: string): Promise<void> {
  const bundles = await readBundles(folder);
  globalThis.gc?.();
  const before = memory();
  const opened = new OpenedRecordings({ contracts, grew: () => undefined });
  const started = performance.now();
  const file = await opened.open(path);
  const openedMs = performance.now() - started;
  const recording = opened.recording(file.id);
  const view = opened.view(file.id);
  await serve(view, () => recording.count, bundles, 'file');
  say({ openedMs });
  // The page asks meanwhile; nothing else drives the index.
  while ((recording.indexed ?? 1) < 1 || view.lanes({ buckets: 1, lanes: [] }).indexed < 1)
    await new Promise((resolve) => setTimeout(resolve, 5));
  say({ indexedMs: performance.now() - started, records: recording.count });
  globalThis.gc?.();
  say({ memoryBytes: memory() - before });
}

async function serveLive(rate: number, folder: string): Promise<void> {
  const startedAt = Date.now();
  const recording = new LiveRecording({ contract: 'streamkit', startedAt });
  addPlugins(recording);
  const opened = new OpenedRecordings({ contracts, grew: () => undefined });
  opened.add('live', recording);
  await serve(opened.view('live'), () => recording.count, await readBundles(folder), 'live');
  const started = performance.now();
  let number = 0;
  setInterval(() => {
    const due = ((performance.now() - started) / 1000) * rate;
    for (; number * PER_EVENT < due; number++) addEvent(recording, Date.now() - number * 0.5, number);
  }, 5);
}

function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function serve(
  view: RecordingView,
  count: () => number,
  bundles: Bundles,
  kind: 'file' | 'live',
): Promise<void> {
  const state = (): ToPanel => ({
    type: 'state',
    recording: 'made',
    kind,
    count: count(),
    live: kind === 'live',
    plugins: [],
    canSend: false,
  });
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://localhost').pathname.slice(1);
    if (name === 'ask') {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        response.end(encode(answerTo(view, state, JSON.parse(Buffer.concat(pieces).toString()) as Asked)));
      });
    } else if (name === '') {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(page());
    } else {
      const bytes = bundles.get(name);
      response.writeHead(bytes === undefined ? 404 : 200, {
        'content-type': name.endsWith('.css') ? 'text/css' : 'text/javascript',
      });
      response.end(bytes);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  say({ port: typeof address === 'object' ? address?.port : undefined });
}

type Asked =
  | { readonly state: true }
  | {
      readonly [K in ViewRequestName]: {
        readonly state?: undefined;
        readonly name: K;
        readonly params: RecordingRequests[K]['params'];
      };
    }[ViewRequestName];

function answerTo(view: RecordingView, state: () => ToPanel, asked: Asked): unknown {
  if (asked.state) return state();
  try {
    return answer(view, asked.name, asked.params);
  } catch (error) {
    return { failed: String(error) };
  }
}

/** The panel's own page, with what stands for the editor ahead of its script. */
function page(): string {
  const html = panelHtml({
    panel: 'timeline',
    title: 'Timeline',
    script: '/timeline.js',
    style: '/timeline.css',
    cspSource: '*',
    nonce: 'bench',
  });
  return html.replace('<script nonce', '<script nonce="bench" src="/page.js"></script>\n<script nonce');
}
