import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import axe from 'axe-core';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { findChromium } from '../../scripts/browser.ts';
import { root } from '../../scripts/paths.ts';
import { webviewBundles } from '../../webview/build.ts';
import type { FromConfig } from '../../webview/config/protocol.ts';
import { panelHtml, panelNames } from '../../webview/html.ts';
import type { PanelName } from '../../webview/html.ts';
import type { FromCallForm, FromConsole, FromPanel, FromRows } from '../../webview/protocol.ts';

/** Why the panels cannot be tested here; false where they can. For the `skip` option of a test. */
export const skip = findChromium() === undefined ? 'no Chromium: install one or name it in $CHROMIUM' : false;

export const themeNames = ['dark', 'light', 'hc-dark', 'hc-light'] as const;

type Language = 'de' | 'marked';

export interface PageOptions {
  readonly theme?: (typeof themeNames)[number];
  readonly events?: number;
  readonly live?: boolean;
  readonly plugins?: 'none' | 'silent';
  /** How much is out of the ordinary in what was recorded: of each sort one thing, or many where absent. */
  readonly odd?: 'one';
  /** The record that another panel chose before this one opened. */
  readonly select?: number;
  /** Of the editor of recordings: the file was cut off, cannot be shown, or is shown in Restricted Mode. */
  readonly file?: 'cut' | 'problem' | 'restricted';
  readonly width?: number;
  readonly height?: number;
  /** Pixels of the screen for each of the page; 1 where absent. */
  readonly scale?: number;
  /** English where absent; `marked` is English with each message in marks, so that what is not translated stands out. */
  readonly language?: Language;
}

/** Longest that a condition may take to come true, in ms. */
const patience = 30_000;

/** What the panels, the form of calls and the event console post. */
type Sent = FromPanel | FromCallForm | FromConsole | FromRows | FromConfig;

const titles: Readonly<Record<PanelName, string>> = {
  trace: 'Trace',
  timeline: 'Timeline',
  recording: 'Recording',
  call: 'Call gain',
  console: 'Event Console',
  config: 'Configure lines',
  rows: 'Rows',
};
const texts: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  de: bundle('bundle.l10n.de.json'),
  marked: Object.fromEntries(Object.keys(bundle('bundle.l10n.json')).map((text) => [text, `⟦${text}⟧`])),
};
const nonce = 'bm9uY2VGb3JUZXN0cw';
const types: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css' };

/** The panels' real bundles in a real browser, with a made recording behind them. */
export class Panels implements AsyncDisposable {
  readonly #folder: string;
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #origin: string;

  private constructor(folder: string, server: Server, browser: Browser, origin: string) {
    this.#folder = folder;
    this.#server = server;
    this.#browser = browser;
    this.#origin = origin;
  }

  static async start(): Promise<Panels> {
    const cache = join(root, '.cache');
    await mkdir(cache, { recursive: true });
    const folder = await mkdtemp(join(cache, 'webview-'));
    const common = { absWorkingDir: root, outdir: folder };
    await Promise.all(webviewBundles.map((options) => build({ ...options, ...common })));
    const standIn = { 'stand-in': 'test/webview/page/stand-in.ts' };
    await build({ ...common, entryPoints: standIn, bundle: true, format: 'iife', target: 'chrome130' });

    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const name = pathname.slice(1);
      const panel = panelNames.find((known) => known === name);
      if (panel !== undefined) {
        const { html, policy } = pageOf(
          panel,
          `http://${request.headers.host ?? ''}`,
          languageOf(searchParams.get('language')),
        );
        response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy });
        response.end(html);
        return;
      }
      readFile(join(folder, name.replaceAll('/', '_'))).then(
        (bytes) => {
          response.writeHead(200, { 'content-type': types[name.split('.').at(-1) ?? ''] ?? 'text/plain' });
          response.end(bytes);
        },
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const browser = await chromium.launch({
      executablePath: findChromium() ?? '',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    return new Panels(folder, server, browser, `http://127.0.0.1:${port}`);
  }

  /** Opens a panel and waits for what it shows first. */
  async open(panel: PanelName, options: PageOptions = {}): Promise<PanelPage> {
    const { width = 1280, height = 620 } = options;
    const page = await this.#browser.newPage({
      viewport: { width, height },
      deviceScaleFactor: options.scale ?? 1,
    });
    page.setDefaultTimeout(patience);
    const problems: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    const query = new URLSearchParams({
      theme: options.theme ?? 'dark',
      events: String(options.events ?? 100_000),
      live: options.live === false ? 'no' : 'yes',
      plugins: options.plugins ?? 'two',
      odd: options.odd ?? 'many',
      ...(options.file === undefined ? {} : { [options.file]: 'yes' }),
      ...(options.language === undefined ? {} : { language: options.language }),
      ...(options.select === undefined ? {} : { select: String(options.select) }),
    });
    await page.goto(`${this.#origin}/${panel}?${query.toString()}`);
    return new PanelPage(page, problems);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await new Promise((resolve) => this.#server.close(resolve));
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** One open panel. */
export class PanelPage implements AsyncDisposable {
  readonly page: Page;
  /** Errors and warnings of the console, and errors that nobody caught. */
  readonly problems: readonly string[];

  constructor(page: Page, problems: readonly string[]) {
    this.page = page;
    this.problems = problems;
  }

  /** Messages of one type that the panel posted so far. */
  async posted<K extends Sent['type']>(type: K): Promise<Extract<Sent, { type: K }>[]> {
    const all = await this.page.evaluate<Sent[]>('standIn.posted');
    return all.filter((message): message is Extract<Sent, { type: K }> => message.type === type);
  }

  /** Runs one of the stand-in's functions: `grow(100)`. */
  async standIn<T>(call: string): Promise<T> {
    return await this.page.evaluate<T>(`standIn.${call}`);
  }

  /** Waits until the expression is true in the page, which may not evaluate it by itself. */
  async until(expression: string): Promise<void> {
    const deadline = performance.now() + patience;
    while (!(await this.page.evaluate<boolean>(`Boolean(${expression})`))) {
      if (performance.now() > deadline) throw new Error(`Still not so: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Serious and critical findings of axe-core, each with the elements. */
  async accessibility(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    const { violations } = await this.page.evaluate<axe.AxeResults>('axe.run()');
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`).join('; ')}`,
      );
  }

  /** Everything that broke the content security policy or was reported to the console. */
  async complaints(): Promise<string[]> {
    return [...(await this.standIn<string[]>('violations')), ...this.problems];
  }

  async screenshot(name: string): Promise<void> {
    const folder = join(root, '.cache', 'screenshots', 'webview');
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close();
  }
}

function bundle(name: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(root, 'l10n', name), 'utf8')) as Record<string, string>;
}

function languageOf(text: string | null): Language | undefined {
  return text === 'de' || text === 'marked' ? text : undefined;
}

/** The panel's own page with the stand-in before its script, and its policy as a header beside the tag. */
function pageOf(
  panel: PanelName,
  origin: string,
  language: Language | undefined,
): { html: string; policy: string } {
  const html = panelHtml({
    panel,
    script: `${origin}/${panel}.js`,
    style: `${origin}/${panel}.css`,
    cspSource: origin,
    nonce,
    title: titles[panel],
    ...(language === undefined ? {} : { language, texts: texts[language] }),
  });
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  const script = `<script nonce="${nonce}" src="${origin}/stand-in.js"></script>\n`;
  return { html: html.replace('<script ', `${script}<script `), policy };
}
