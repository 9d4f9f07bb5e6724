import { run } from 'node:test';
import { inspect, styleText } from 'node:util';
import { relative } from 'node:path';
import { root } from './paths.ts';
import { seconds } from './progress.ts';

/** A test that did not run, and why. */
export interface Skipped {
  readonly test: string;
  readonly reason: string;
}

/** What came of some test files. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly Skipped[];
}

/** One file's results while it runs. */
interface FileState {
  readonly output: string[];
  readonly failures: string[];
  readonly skipped: Skipped[];
  passed: number;
}

/** Longest a test may take, in ms: a stuck test must end, and is then a failure. */
const longest = 600_000;

function errorText(error: unknown): string {
  // node:test wraps what was thrown, once per level of processes.
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof Error) return cause.stack ?? cause.message;
  return typeof cause === 'string' ? cause : inspect(cause);
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '    ');
}

function report(name: string, state: FileState, ms: number): void {
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

/** Runs one file in a process of its own. */
async function runFile(file: string): Promise<Outcome> {
  const started = performance.now();
  const name = relative(root, file);
  const state: FileState = { output: [], failures: [], skipped: [], passed: 0 };
  const stream = run({ files: [file], isolation: 'process', timeout: longest });
  stream.on('test:stdout', ({ message }) => state.output.push(message));
  stream.on('test:stderr', ({ message }) => state.output.push(message));
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
  report(name, state, performance.now() - started);
  return { passed: state.passed, failed: state.failures.length, skipped: state.skipped };
}

/** Runs test files, so many at a time, and prints one line for each, its failures in full. */
export async function runTests(files: readonly string[], concurrency: number): Promise<Outcome> {
  const waiting = [...files];
  const outcomes: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift())
      outcomes.push(await runFile(file));
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
    skipped: outcomes.flatMap(({ skipped }) => skipped),
  };
}
