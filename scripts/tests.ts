import { run } from 'node:test';
import { inspect, styleText } from 'node:util';
import { relative } from 'node:path';
import { root } from './paths.ts';
import { seconds } from './progress.ts';
import { tryUpTo } from './tries.ts';

/** A test that did not run, and why. */
export interface Skipped {
  readonly test: string;
  readonly reason: string;
}

/** A test file that failed at first and passed when it was run once more. */
export interface Flaky {
  /** Path from the root of the repository. */
  readonly file: string;
  /** The first line of each failure. */
  readonly failures: readonly string[];
}

/** What came of some test files. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly Skipped[];
  readonly flaky: readonly Flaky[];
}

/** How test files are run. */
export interface RunOptions {
  /** Files at a time. */
  readonly concurrency: number;
  /** How often a file is run at most, until it passes. */
  readonly tries: number;
}

/** One file's results while it runs. */
interface FileState {
  readonly name: string;
  readonly output: string[];
  readonly failures: string[];
  readonly skipped: Skipped[];
  passed: number;
  ms: number;
}

/** Longest a test may take, in ms: a stuck test must end, and is then a failure. */
const longest = 600_000;

function errorText(error: unknown): string {
  // node:test wraps what was thrown, once per level of processes.
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof Error) return cause.stack ?? cause.message;
  return typeof cause === 'string' ? cause : inspect(cause);
}

/** A failure in one line: the test's name and the message. */
function headline(failure: string): string {
  const [test = '', message = ''] = failure.split('\n');
  return `${test}: ${message}`;
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '    ');
}

function report(state: FileState): void {
  const { name, ms } = state;
  const failed = state.failures.length;
  const counts = [
    `${state.passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(state.skipped.length > 0 ? [`${state.skipped.length} skipped`] : []),
  ];
  const mark = failed > 0 ? styleText('red', 'fail') : styleText('green', 'ok  ');
  console.log(`  ${mark} ${name}: ${counts.join(', ')} ${styleText('dim', seconds(ms))}`);
  if (failed === 0) return;
  for (const failure of state.failures) console.log(indent(failure));
  const output = state.output.join('').trimEnd();
  if (output !== '') console.log(indent(`Output of ${name}:\n${output}`));
}

/** Says that a file is flaky, and how it failed: no failure is hidden. */
export function flakyText({ file, failures }: Flaky): string {
  const lines = [`${styleText('yellow', 'flaky')} ${file}: passed at the second try`, ...failures];
  return lines.join('\n    ');
}

/** Runs one file in a process of its own. */
async function runFile(file: string): Promise<FileState> {
  const started = performance.now();
  const name = relative(root, file);
  const state: FileState = { name, output: [], failures: [], skipped: [], passed: 0, ms: 0 };
  // A file whose tests are over and that does not end holds up everything: something was left running.
  const stuck = new AbortController();
  const patience = setTimeout(() => stuck.abort(), longest);
  const stream = run({ files: [file], isolation: 'process', timeout: longest, signal: stuck.signal });
  stream.on('test:stdout', ({ message }) => state.output.push(message));
  stream.on('test:stderr', ({ message }) => state.output.push(message));
  stream.on('test:complete', () => patience.refresh());
  stream.on('test:pass', ({ name: test, skip, todo, details }) => {
    if (skip !== undefined || todo !== undefined) {
      const reason = skip ?? todo;
      state.skipped.push({
        test: `${name}: ${test}`,
        reason: typeof reason === 'string' ? reason : 'no reason given',
      });
    } else if (details.type !== 'suite') state.passed += 1;
  });
  stream.on('test:fail', ({ name: test, details: { error } }) => {
    if ('failureType' in error && error.failureType === 'subtestsFailed') return;
    state.failures.push(`${styleText('red', test)}\n${errorText(error)}`);
  });
  await new Promise<void>((resolve, reject) => {
    stream.once('end', resolve);
    stream.once('error', reject);
    stream.resume();
  });
  clearTimeout(patience);
  state.ms = performance.now() - started;
  report(state);
  return state;
}

/** Runs one file, and once more from its beginning where it failed and may be tried again. */
async function runPatiently(file: string, tries: number): Promise<Outcome> {
  const { result, flaky } = await tryUpTo(
    tries,
    () => runFile(file),
    ({ failures }) => failures.length > 0,
    ({ name }) => console.log(`  ${styleText('yellow', 'again')} ${name}`),
  );
  const { name, passed, failures, skipped } = result;
  const counts = { passed, failed: failures.length, skipped };
  if (flaky === undefined) return { ...counts, flaky: [] };
  const one: Flaky = { file: name, failures: flaky.failures.map(headline) };
  console.log(`  ${flakyText(one)}`);
  return { ...counts, flaky: [one] };
}

/** Runs test files, so many at a time, and prints one line for each, its failures in full. */
export async function runTests(
  files: readonly string[],
  { concurrency, tries }: RunOptions,
): Promise<Outcome> {
  const waiting = [...files];
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift())
      outcomes.push(await runPatiently(file, tries));
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
    skipped: outcomes.flatMap(({ skipped }) => skipped),
    flaky: outcomes.flatMap(({ flaky }) => flaky),
  };
}
