/**
 * speedscope over the same events, as the recording's own export: how long until it has drawn a file, and how long
 * its frames take while every frame pans. It draws with WebGL, so Chromium gets a software renderer for that. It shows
 * one plugin at a time, and neither logs, telemetry nor counters.
 */
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../../../scripts/browser.ts';
import { percentiles, round, type Percentiles } from '../measure.ts';

const FRAMES = 180;
const TIMEOUT_MS = 300_000;

export interface PeerFigures {
  readonly name: string;
  readonly fileMiB: number;
  /** From the file being chosen until it is drawn. */
  readonly openMs: number;
  readonly panFrameMs: Percentiles;
  readonly zoomFrameMs: Percentiles;
  readonly heapMiB: number;
}

const release = dirname(
  createRequire(import.meta.url).resolve('speedscope/dist/release/file-format-schema.json'),
);
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** Opens a profile that `hotplug export --format speedscope` wrote. */
export async function benchSpeedscope(file: string): Promise<PeerFigures> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = join(release, pathname === '/' ? 'index.html' : pathname);
    readFile(path).then(
      (content) => response.setHeader('content-type', types[extname(path)] ?? '').end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({
    executablePath: findChromium() ?? '',
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    page.setDefaultTimeout(TIMEOUT_MS);
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const input = page.locator('input[type=file]');
    await input.waitFor({ state: 'attached' });
    const started = performance.now();
    await input.setInputFiles(file);
    await page.waitForFunction(
      'document.title !== "speedscope" && document.querySelector("canvas") !== null',
      null,
      {
        timeout: TIMEOUT_MS,
      },
    );
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    const openMs = performance.now() - started;
    const frames = async (zoom: boolean): Promise<Percentiles> =>
      percentiles(await page.evaluate<number[]>(moving(zoom)));
    const panFrameMs = await frames(false);
    const zoomFrameMs = await frames(true);
    const session = await page.context().newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return {
      name: 'speedscope',
      fileMiB: round((await stat(file)).size / 2 ** 20, 1),
      openMs: round(openMs, 0),
      panFrameMs,
      zoomFrameMs,
      heapMiB: round(usedSize / 2 ** 20, 1),
    };
  } finally {
    await browser.close();
    server.close();
  }
}

/** Runs in the page: turns the wheel in every frame over the largest canvas, and gives the times between frames. */
const moving = (zoom: boolean): string => `new Promise((resolve) => {
  const area = (canvas) => canvas.clientWidth * canvas.clientHeight;
  const [canvas] = [...document.querySelectorAll('canvas')].sort((a, b) => area(b) - area(a));
  const box = canvas.getBoundingClientRect();
  const [x, y] = [box.left + box.width / 3, box.top + box.height / 2];
  const gaps = [];
  let last;
  const step = (now) => {
    if (last !== undefined) gaps.push(now - last);
    last = now;
    if (gaps.length === ${FRAMES}) return resolve(gaps);
    const phase = Math.floor(gaps.length / 30) % 2 === 0 ? 1 : -1;
    document.elementFromPoint(x, y).dispatchEvent(new WheelEvent('wheel', {
      ${zoom ? 'deltaY: -phase * 40, ctrlKey: true' : 'deltaX: phase * 60'},
      clientX: x,
      clientY: y,
      bubbles: true,
      cancelable: true,
    }));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;
