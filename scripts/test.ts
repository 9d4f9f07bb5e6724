import { globSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { findChromium } from './browser.ts';
import { build } from './build.ts';
import { check } from './check.ts';
import { root } from './paths.ts';
import { main, step } from './progress.ts';
import { environment } from './spawn.ts';
import { flakyText, runTests } from './tests.ts';
import type { Flaky, Outcome, Skipped } from './tests.ts';
import { ensureWorkbench } from './workbench.ts';

interface Layer {
  readonly name: string;
  readonly title: string;
  /** Test files at a time. */
  readonly concurrency: number;
  /**
   * How often a file is run at most, until it passes: twice where a real browser and a workbench take part, whose focus
   * and drawing nobody controls. Once where absent.
   */
  readonly tries?: number;
  /** Makes sure of what the layer needs; returns why it cannot run where something is missing. */
  readonly prepare?: () => Promise<string | undefined>;
}

const withoutBrowser = 'no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM';

const browser = (): Promise<string | undefined> =>
  Promise.resolve(findChromium() === undefined ? withoutBrowser : undefined);

async function workbench(): Promise<string | undefined> {
  const missing = await browser();
  if (missing === undefined) await ensureWorkbench();
  return missing;
}

/**
 * One stage after the other; the layers of a stage side by side. Host tests wait for compilers that use one core
 * for the most part, and the panels' tests know nothing of them.
 */
const stages: readonly (readonly Layer[])[] = [
  [{ name: 'unit', title: 'Unit tests', concurrency: 2 }],
  [
    { name: 'host', title: 'Host tests: real toolchains and plugins', concurrency: 1 },
    { name: 'webview', title: 'Panel tests: the bundles in Chromium', concurrency: 1, prepare: browser },
  ],
  [
    {
      name: 'editor',
      title: 'Editor tests: the extension in a workbench',
      concurrency: 1,
      tries: 2,
      prepare: workbench,
    },
  ],
  [
    {
      name: 'vsix',
      title: 'Package tests: the packaged extension in a workbench',
      concurrency: 1,
      tries: 2,
      prepare: workbench,
    },
  ],
];
const layers = stages.flat();

const nothing: Outcome = { passed: 0, failed: 0, skipped: [], flaky: [] };

async function runLayer({ name, title, concurrency, tries = 1, prepare }: Layer): Promise<Outcome> {
  const files = globSync(`test/${name}/**/*.test.ts`, { cwd: root }).sort();
  if (files.length === 0) return nothing;
  const missing = await prepare?.();
  if (missing !== undefined)
    return { ...nothing, skipped: files.map((file) => ({ test: file, reason: missing })) };
  return await step(title, () =>
    runTests(
      files.map((file) => join(root, file)),
      { concurrency, tries },
    ),
  );
}

function printSkipped(skipped: readonly Skipped[]): void {
  if (skipped.length === 0) return;
  console.log(styleText('yellow', 'Skipped:'));
  for (const { test, reason } of skipped) console.log(`  ${test}: ${reason}`);
}

function printFlaky(flaky: readonly Flaky[]): void {
  if (flaky.length === 0) return;
  console.log(styleText('yellow', 'Flaky:'));
  for (const one of flaky) console.log(`  ${flakyText(one)}`);
}

function usage(unknown: string): Error {
  return new Error(
    `There is no test layer "${unknown}". Layers: check, ${layers.map(({ name }) => name).join(', ')}.`,
  );
}

/** `npm test [-- LAYER ...]`: builds, checks and runs the tests; the last line is `N passed, N failed`. */
await main(import.meta, async (args) => {
  const unknown = args.find((arg) => arg !== 'check' && !layers.some(({ name }) => name === arg));
  if (unknown !== undefined) throw usage(unknown);
  const wanted = (name: string): boolean => args.length === 0 || args.includes(name);

  Object.assign(process.env, environment());
  await build();
  const outcomes: Outcome[] = [];
  if (wanted('check')) outcomes.push({ ...nothing, failed: await check() });
  for (const stage of stages)
    outcomes.push(...(await Promise.all(stage.filter(({ name }) => wanted(name)).map(runLayer))));

  const skipped = outcomes.flatMap((outcome) => outcome.skipped);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const noneMaySkip = process.env['HOTPLUG_NO_SKIP'] === '1';
  const failed =
    outcomes.reduce((sum, outcome) => sum + outcome.failed, 0) + (noneMaySkip ? skipped.length : 0);
  printSkipped(skipped);
  printFlaky(outcomes.flatMap(({ flaky }) => flaky));
  if (noneMaySkip && skipped.length > 0) console.log('HOTPLUG_NO_SKIP=1: a skipped test is a failure.');
  const tail = skipped.length > 0 && !noneMaySkip ? `, ${skipped.length} skipped` : '';
  console.log(`${passed} passed, ${failed} failed${tail}`);
  return failed === 0 ? 0 : 1;
});
