import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { findChromium } from '../../../scripts/browser.ts';
import { root } from '../../../scripts/paths.ts';
import {
  ensureWorkbench,
  installExtension,
  quietSettings,
  startWorkbench,
  writeSettings,
} from '../../../scripts/workbench.ts';
import type { Workbench } from '../../../scripts/workbench.ts';
import { buildPatience } from './eventually.ts';
import { Session } from './session.ts';

/** What a workbench is opened on and with. */
export interface OpenOptions {
  /** Absolute path of the folder to open; an empty window where absent. */
  readonly folder?: string;
  /** Folder of an extension in development; this repository where neither it nor `vsix` is given. */
  readonly extensionDevelopmentPath?: string;
  /** A packaged extension that is installed instead. */
  readonly vsix?: string;
  /** Absolute path of a module whose `run()` is called inside the extension host. */
  readonly tests?: string;
  /** Added to the settings that keep the workbench quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Opens in Restricted Mode. */
  readonly workspaceTrust?: boolean;
}

/** Typing must arrive in the file as it was typed. */
const editorSettings = {
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoIndent': 'none',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'files.autoSave': 'off',
  'files.simpleDialog.enable': true,
  'javascript.validate.enable': false,
};

/** Everything that has to end with a session, last first. */
class Ends {
  readonly #ends: (() => Promise<unknown>)[] = [];

  add(end: () => Promise<unknown>): void {
    this.#ends.unshift(end);
  }

  async dispose(): Promise<void> {
    for (const end of this.#ends.splice(0)) await end();
  }
}

function address(workbench: Workbench, options: OpenOptions): string {
  const host = new URL(workbench.url).host;
  const remote = (path: string): string => `vscode-remote://${host}${path}`;
  const development = options.extensionDevelopmentPath ?? root;
  const payload = [
    ...(options.vsix === undefined ? [['extensionDevelopmentPath', remote(development)]] : []),
    ...(options.tests === undefined ? [] : [['extensionTestsPath', remote(options.tests)]]),
    ['skipWelcome', 'true'],
  ];
  const url = new URL(workbench.url);
  if (options.folder === undefined) url.searchParams.set('ew', 'true');
  else url.searchParams.set('folder', options.folder);
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

async function openPage(browser: Browser): Promise<Page> {
  // Boxes and menus that are closing slowly are there and take nothing.
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
  });
  return await context.newPage();
}

async function start(
  options: OpenOptions,
  ends: Ends,
): Promise<{ readonly page: Page; readonly workbench: Workbench; readonly home: string }> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('There is no Chromium: npm test skips these tests then.');
  await ensureWorkbench();
  const home = await mkdtemp(join(tmpdir(), 'hotplug-workbench-'));
  ends.add(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));
  const userData = join(home, 'user');
  const extensionsDir = join(home, 'extensions');
  await mkdir(extensionsDir, { recursive: true });
  await writeSettings(userData, { ...quietSettings, ...editorSettings, ...options.settings });
  if (options.vsix !== undefined) await installExtension(options.vsix, { userData, extensionsDir });
  const workbench = await startWorkbench({
    userData,
    extensionsDir,
    testDriver: true,
    workspaceTrust: options.workspaceTrust ?? false,
  });
  ends.add(() => workbench.dispose());
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  ends.add(() => browser.close());
  return { page: await openPage(browser), workbench, home };
}

/** Opens a workbench in a browser of its own; whoever opens it disposes of it. */
export async function openWorkbench(options: OpenOptions): Promise<Session> {
  const ends = new Ends();
  try {
    const { page, workbench, home } = await start(options, ends);
    const session = new Session(page, home, () => ends.dispose());
    await page.goto(address(workbench, options));
    await session.ready();
    return session;
  } catch (error) {
    await ends.dispose();
    throw error;
  }
}

/** The workbench's own complaints about native modules that were not compiled, and its connection messages. */
const workbenchNoise =
  /code-server|native-watchdog|connection token|Creating a socket|reconnection-grace-time/;

/** Longest that a module may take inside the extension host, in ms: one that is stuck must say how far it came. */
const longestInside = buildPatience;

/** What a module that ran inside the extension host came to. */
export interface InsideResult {
  readonly passed: boolean;
  /** Lines that it and the extension wrote to the console. */
  readonly log: readonly string[];
}

/** Runs a module inside the extension host of a fresh workbench, and ends that. */
export async function runInside(options: OpenOptions & { readonly tests: string }): Promise<InsideResult> {
  const ends = new Ends();
  try {
    const { page, workbench } = await start(options, ends);
    const log: string[] = [];
    const exit = Promise.withResolvers<number>();
    await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) => {
      const line = args.map(String).join(' ');
      if (!workbenchNoise.test(line)) log.push(line);
    });
    await page.exposeFunction('codeAutomationExit', (code: number) => exit.resolve(code));
    await page.goto(address(workbench, options));
    const end = setTimeout(() => {
      exit.reject(new Error(`The module in the extension host has not ended:\n${log.join('\n')}`));
    }, longestInside);
    const code = await exit.promise.finally(() => clearTimeout(end));
    return { passed: code === 0, log };
  } finally {
    await ends.dispose();
  }
}
