/**
 * The timeline over a million events and more: how long until something is seen, how long frames take while one
 * pans and zooms, what it costs in memory, and whether it keeps up with a live recording. The host is a process of
 * its own, the page is Chromium's with software rendering.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { findChromium } from '../../scripts/browser.ts';
import { root } from '../../scripts/paths.ts';
import { webviewBundles } from '../../webview/build.ts';
import { median, percentiles, round, type Percentiles } from './measure.ts';
import { benchSpeedscope, type PeerFigures } from './timeline/peer.ts';
import { decode } from './timeline/wire.ts';

const EVENTS = 1_000_000;
const MANY = 10_000_000;
const RATE = 20_000;
const FRAMES = 180;
const LIVE_MS = 15_000;

export interface TimelineFigures {
  readonly events: number;
  /** From the request to open until everything is in the index. */
  readonly openMs: number;
  /** From the address being entered, the file being opened at the same time, until slices are drawn. */
  readonly firstPaintMs: number;
  /** Between two frames while every frame pans, or zooms. */
  readonly panFrameMs: Percentiles;
  readonly zoomFrameMs: Percentiles;
  /** Script, layout and paint of the page's thread in such a frame. */
  readonly panWorkMs: Percentiles;
  readonly zoomWorkMs: Percentiles;
  /** What the host's process grew by for the index, after garbage collection. */
  readonly hostMemoryMiB: number;
  readonly webviewHeapMiB: number;
  /** A filter on names, and words in payloads, until complete. */
  readonly searchMs: { readonly names: number; readonly text: number };
  /** Records a second that were written while the page followed, and the longest time between two frames. */
  readonly liveEventsPerSecond: number;
  readonly liveLongestFrameMs: number;
  readonly liveFramesOver50Ms: number;
  /** Another viewer over the same events. */
  readonly peer: PeerFigures;
  /** The same for ten times as many. */
  readonly many: {
    readonly events: number;
    readonly openMs: number;
    readonly firstPaintMs: number;
    readonly panFrameMs: Percentiles;
    readonly hostMemoryMiB: number;
  };
}

/** Runs the benchmark. */
export async function benchTimeline(): Promise<TimelineFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-timeline-'));
  const browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--enable-precise-memory-info',
    ],
  });
  try {
    await bundle(folder);
    const file = join(folder, 'events.hotplug.mcap');
    await run('write', file, String(EVENTS));
    const { panWorkMs, zoomWorkMs, ...whole } = await benchFile(browser, folder, file, true);
    const live = await benchLive(browser, folder);
    const profile = join(folder, 'events.speedscope.json');
    await run('export', file, profile);
    const peer = await benchSpeedscope(profile);
    await run('write', file, String(MANY));
    const { openMs, firstPaintMs, panFrameMs, hostMemoryMiB } = await benchFile(browser, folder, file, false);
    return {
      events: EVENTS,
      ...whole,
      panWorkMs,
      zoomWorkMs,
      ...live,
      peer,
      many: { events: MANY, openMs, firstPaintMs, panFrameMs, hostMemoryMiB },
    };
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function bundle(folder: string): Promise<void> {
  const common = { absWorkingDir: root, outdir: folder };
  const panel = webviewBundles.map((options) => build({ ...options, ...common }));
  const page = build({
    ...common,
    entryPoints: { page: 'test/bench/timeline/page.ts' },
    bundle: true,
    format: 'iife',
    target: 'chrome130',
  });
  await Promise.all([...panel, page]);
}

type FileFigures = Omit<
  TimelineFigures,
  'events' | 'liveEventsPerSecond' | 'liveLongestFrameMs' | 'liveFramesOver50Ms' | 'many' | 'peer'
>;

async function benchFile(
  browser: Browser,
  folder: string,
  file: string,
  searches: boolean,
): Promise<FileFigures> {
  await using host = new HostProcess('serve', file, folder);
  const { port } = await host.line<{ port: number }>('port');
  await using opened = await OpenPage.open(browser, port);
  const firstPaintMs = await opened.firstPaint();
  const { indexedMs } = await host.line<{ indexedMs: number }>('indexedMs');
  const { memoryBytes } = await host.line<{ memoryBytes: number }>('memoryBytes');
  const pan = await opened.frames('pan');
  const zoom = await opened.frames('zoom');
  const webviewHeapMiB = await opened.heapMiB();
  const search = async (filter: string): Promise<number> => {
    const started = performance.now();
    for (;;) {
      const query = { filter, from: -1, by: 1 };
      const answer = (await ask(port, { name: 'search', params: { query } })) as { complete: boolean };
      if (answer.complete) return round(performance.now() - started, 0);
    }
  };
  return {
    openMs: round(indexedMs, 0),
    firstPaintMs: round(firstPaintMs, 0),
    panFrameMs: pan.frames,
    zoomFrameMs: zoom.frames,
    panWorkMs: pan.work,
    zoomWorkMs: zoom.work,
    hostMemoryMiB: round(memoryBytes / 2 ** 20, 1),
    webviewHeapMiB,
    searchMs: searches
      ? { names: await search('fn:process status:error'), text: await search('unreachable') }
      : { names: 0, text: 0 },
  };
}

async function benchLive(
  browser: Browser,
  folder: string,
): Promise<Pick<TimelineFigures, 'liveEventsPerSecond' | 'liveLongestFrameMs' | 'liveFramesOver50Ms'>> {
  await using host = new HostProcess('live', String(RATE), folder);
  const { port } = await host.line<{ port: number }>('port');
  await using opened = await OpenPage.open(browser, port);
  await opened.firstPaint();
  const count = async (): Promise<number> => ((await ask(port, { state: true })) as { count: number }).count;
  const [before, started] = [await count(), performance.now()];
  const gaps = await opened.idleFrames(LIVE_MS);
  const rate = ((await count()) - before) / ((performance.now() - started) / 1000);
  return {
    liveEventsPerSecond: Math.round(rate),
    liveLongestFrameMs: round(Math.max(...gaps), 1),
    liveFramesOver50Ms: gaps.filter((gap) => gap > 50).length,
  };
}

async function ask(port: number, body: object): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/ask`, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return decode(await response.arrayBuffer());
}

const script = join(import.meta.dirname, 'timeline', 'host.ts');

async function run(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`host.ts ${args.join(' ')} ended with ${String(code)}`);
}

/** A process that serves a recording; what it prints is waited for by the name of a field. */
class HostProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: Record<string, unknown>[] = [];
  #heard: () => void = () => undefined;

  constructor(...args: readonly string[]) {
    this.#child = spawn(process.execPath, ['--expose-gc', script, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { stdout } = this.#child;
    if (stdout === null) throw new Error('the host has no output');
    createInterface({ input: stdout }).on('line', (line) => {
      this.#lines.push(JSON.parse(line) as Record<string, unknown>);
      this.#heard();
    });
  }

  async line<T extends object>(field: keyof T & string): Promise<T> {
    const end = performance.now() + 300_000;
    for (;;) {
      const found = this.#lines.find((line) => field in line);
      if (found !== undefined) return found as T;
      if (this.#child.exitCode !== null) throw new Error(`the host ended with ${this.#child.exitCode}`);
      if (performance.now() > end) throw new Error(`the host never said "${field}"`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
        setTimeout(resolve, 1000);
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }
}

/** Runs in the page: frames until slices are drawn, in ms since the navigation began. */
const untilPainted = `new Promise((resolve) => {
  const look = () => {
    const canvas = document.querySelector('canvas.lanes');
    if (canvas !== null && canvas.width > 0 && document.querySelector('.track.lane') !== null) {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, Math.min(canvas.height, 200));
      const colours = new Set();
      for (let at = 0; at < data.length; at += 4)
        if (data[at + 3] > 0) colours.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
      if (colours.size > 6) return requestAnimationFrame(() => resolve(performance.now()));
    }
    requestAnimationFrame(look);
  };
  look();
})`;

/** Runs in the page: moves in every frame, and gives the times between frames. */
const moving = (move: 'pan' | 'zoom'): string => `new Promise((resolve) => {
  const stage = document.querySelector('.stage');
  const box = stage.getBoundingClientRect();
  const gaps = [];
  let last;
  const step = (now) => {
    if (last !== undefined) gaps.push(now - last);
    last = now;
    if (gaps.length === ${FRAMES}) return resolve(gaps);
    const phase = Math.floor(gaps.length / 30) % 2 === 0 ? 1 : -1;
    stage.dispatchEvent(new WheelEvent('wheel', {
      deltaY: ${move === 'pan' ? 'phase * 60' : 'phase * 40'},
      shiftKey: ${move === 'pan'},
      clientX: box.left + box.width / 3,
      clientY: box.top + 60,
      bubbles: true,
      cancelable: true,
    }));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;

const idle = (ms: number): string => `new Promise((resolve) => {
  const gaps = [];
  const end = performance.now() + ${ms};
  let last;
  const step = (now) => {
    if (last !== undefined) gaps.push(now - last);
    last = now;
    if (now > end) resolve(gaps);
    else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;

class OpenPage implements AsyncDisposable {
  readonly #page: Page;
  readonly #session: CDPSession;

  private constructor(page: Page, session: CDPSession) {
    this.#page = page;
    this.#session = session;
  }

  static async open(browser: Browser, port: number): Promise<OpenPage> {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 }, bypassCSP: true });
    page.setDefaultTimeout(300_000);
    page.on('pageerror', (error) => {
      throw error;
    });
    const session = await page.context().newCDPSession(page);
    await page.goto(`http://127.0.0.1:${port}/`);
    return new OpenPage(page, session);
  }

  async firstPaint(): Promise<number> {
    return await this.#page.evaluate<number>(untilPainted);
  }

  /** Frames at rest ahead of it, so that what was asked before has come. */
  async frames(move: 'pan' | 'zoom'): Promise<{ readonly frames: Percentiles; readonly work: Percentiles }> {
    // In the middle of it, at a zoom at which lanes are full.
    await this.#page.focus('.stage');
    for (let times = 0; times < 4; times++) await this.#page.keyboard.press('w');
    await this.idleFrames(1500);
    const works: number[] = [];
    const rounds: number[] = [];
    const gaps: number[] = [];
    for (let round = 0; round < 3; round++) {
      const before = await this.#busy();
      const found = await this.#page.evaluate<number[]>(moving(move));
      works.push(((await this.#busy()) - before) / found.length);
      gaps.push(...found);
      rounds.push(median(found));
      await this.idleFrames(500);
    }
    await this.#page.keyboard.press('0');
    return { frames: percentiles(gaps), work: percentiles(works) };
  }

  async idleFrames(ms: number): Promise<readonly number[]> {
    return await this.#page.evaluate<number[]>(idle(ms));
  }

  /** Milliseconds that the page's main thread was busy so far. */
  async #busy(): Promise<number> {
    await this.#session.send('Performance.enable');
    const { metrics } = await this.#session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1000;
  }

  async heapMiB(): Promise<number> {
    await this.#session.send('HeapProfiler.collectGarbage');
    const usage = (await this.#session.send('Runtime.getHeapUsage')) as {
      readonly usedSize: number;
      readonly backingStorageSize?: number;
    };
    return round((usage.usedSize + (usage.backingStorageSize ?? 0)) / 2 ** 20, 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#page.close();
  }
}
