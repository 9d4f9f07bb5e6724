/** Profiles and Chrome traces, opened in speedscope itself. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, extname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { chromium, type Browser } from 'playwright-core';
import { findChromium } from '../../scripts/browser.ts';
import { everything, exported, sourceOf, wild } from '../unit/export-fixture.ts';
import { skip } from './panels.ts';

const release = dirname(
  createRequire(import.meta.url).resolve('speedscope/dist/release/file-format-schema.json'),
);
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

describe('speedscope', { skip }, () => {
  let server: Server;
  let browser: Browser;

  before(async () => {
    server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const file = join(release, pathname === '/' ? 'index.html' : pathname);
      readFile(file).then(
        (content) => response.setHeader('content-type', types[extname(file)] ?? '').end(content),
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({ executablePath: findChromium() ?? '', args: ['--no-sandbox'] });
  });

  after(async () => {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  });

  /** Opens a file and gives what its table of functions says, and what the page had to complain of. */
  async function open(file: Buffer): Promise<{
    readonly title: string;
    readonly table: string;
    readonly complaints: readonly string[];
  }> {
    const page = await browser.newPage();
    try {
      const complaints: string[] = [];
      page.on('pageerror', ({ message }) => complaints.push(message));
      page.on('console', (message) => {
        const isComplaint = message.type() === 'warning' || message.type() === 'error';
        // Its renderer has nothing to do with the file.
        if (isComplaint && !/WebGL|GL Driver/.test(message.text())) complaints.push(message.text());
      });
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      const input = page.locator('input[type=file]');
      await input.waitFor({ state: 'attached' });
      await input.setInputFiles({ name: 'a.json', mimeType: 'application/json', buffer: file });
      // It is called after the file once that is read.
      await page.waitForFunction('document.title !== "speedscope"');
      await page.locator('text=Sandwich').first().click();
      await page.waitForFunction('document.body.innerText.includes("Symbol Name")');
      return { title: await page.title(), table: await page.locator('body').innerText(), complaints };
    } finally {
      await page.close();
    }
  }

  it('shows the calls of a profile', async () => {
    const { title, table, complaints } = await open(exported('speedscope', sourceOf(everything)));
    assert.deepEqual(complaints, []);
    assert.equal(title, 'gain - speedscope');
    assert.match(table, /5\.00ms \(100%\)\s+4\.50ms \(90%\)\s+process\s/);
    assert.match(table, /500\.00µs \(10%\)\s+send-output/);
  });

  it('shows the calls of a Chrome trace', async () => {
    const { table, complaints } = await open(exported('chrome', sourceOf(everything)));
    assert.deepEqual(complaints, []);
    assert.match(table, /5\.00ms \(100%\)\s+4\.50ms \(90%\)\s+process \{"record":4,/);
  });

  it('has nothing to complain of, whatever was recorded', async () => {
    for (const records of fc.sample(wild, { numRuns: 3, seed: 3 })) {
      for (const format of ['speedscope', 'chrome'] as const) {
        const { complaints } = await open(exported(format, sourceOf([...everything, ...records])));
        assert.deepEqual(complaints, [], format);
      }
    }
  });
});
