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
const longest = 300_000;

function errorText(error: unknown): string {
  // node:test wraps what was thrown, once per level of processes.
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (cause instanceof Error) return cause.stack ?? cause.message;
  return typeof cause === 'string' ? cause : inspect(cause);
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '    ');
}

function reportFile(file: string, state: FileState, ms: number): void {
  const failed = state.failures.length;
  const counts = [
    `${state.passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(state.skipped.length > 0 ? [`${state.skipped.length} skipped`] : []),
  ];
  const mark = failed > 0 ? styleText('red', 'fail') : styleText('green', 'ok  ');
  console.log(`  ${mark} ${file}: ${counts.join(', ')} ${styleText('dim', seconds(ms))}`);
  if (failed === 0) return;
  for (const failure of state.failures) console.log(indent(failure));
  const output = state.output.join('').trimEnd();
  if (output !== '') console.log(indent(`Output of ${file}:\n${output}`));
}

/** Runs test files in processes of their own and prints one line for each, its failures in full. */
export async function runTests(files: readonly string[], concurrency: number): Promise<Outcome> {
  const states = new Map<string, FileState>();
  const stateOf = (file: string | undefined): FileState => {
    const name = relative(root, file ?? 'unknown');
    const state = states.get(name) ?? { output: [], failures: [], skipped: [], passed: 0 };
    states.set(name, state);
    return state;
  };
  const reported = new Set<string>();
  const stream = run({ files: [...files], concurrency, isolation: 'process', timeout: longest });
  stream.on('test:start', ({ file }) => stateOf(file));
  stream.on('test:stdout', ({ file, message }) => stateOf(file).output.push(message));
  stream.on('test:stderr', ({ file, message }) => stateOf(file).output.push(message));
  stream.on('test:pass', ({ file, name, skip, todo, details }) => {
    const state = stateOf(file);
    if (skip !== undefined || todo !== undefined) {
      const reason = skip ?? todo;
      state.skipped.push({ test: name, reason: typeof reason === 'string' ? reason : 'no reason given' });
    } else if (details.type !== 'suite') state.passed += 1;
  });
  stream.on('test:fail', ({ file, name, details }) => {
    const { error } = details;
    if ('failureType' in error && error.failureType === 'subtestsFailed') return;
    stateOf(file).failures.push(`${styleText('red', name)}\n${errorText(error)}`);
  });
  stream.on('test:summary', ({ file, duration_ms: ms }) => {
    if (file === undefined) return;
    const name = relative(root, file);
    reported.add(name);
    reportFile(name, stateOf(file), ms);
  });
  await new Promise<void>((resolve, reject) => {
    stream.once('end', resolve);
    stream.once('error', reject);
    stream.resume();
  });
  for (const [name, state] of states) if (!reported.has(name)) reportFile(name, state, 0);
  const all = [...states.values()];
  return {
    passed: all.reduce((sum, state) => sum + state.passed, 0),
    failed: all.reduce((sum, state) => sum + state.failures.length, 0),
    skipped: [...states].flatMap(([file, state]) =>
      state.skipped.map(({ test, reason }) => ({ test: `${file}: ${test}`, reason })),
    ),
  };
}
