import { styleText } from 'node:util';
import { messageOf, UserError } from '../extension/errors.ts';

/** How often a long step says that it is still at it, in ms. */
const heartbeat = 15_000;

/** Seconds with one decimal: `1.4 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** Runs one step, saying what it is before, that it goes on, and how long it took after. */
export async function step<T>(title: string, run: () => T | Promise<T>): Promise<T> {
  const started = performance.now();
  console.log(`${styleText('cyan', '>')} ${title}`);
  const timer = setInterval(() => {
    console.log(`  ${title}: still running, ${seconds(performance.now() - started)}`);
  }, heartbeat);
  try {
    const result = await run();
    const ms = performance.now() - started;
    if (ms >= 100) console.log(`  ${styleText('dim', seconds(ms))}`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Runs a script's main function if the script is what Node was started with; a failure is one line
 * on stderr and exit code 1. (`import.meta.main` is not in Node 22.)
 */
export async function main(
  meta: ImportMeta,
  run: (args: readonly string[]) => Promise<number>,
): Promise<void> {
  if (process.argv[1] !== meta.filename) return;
  try {
    process.exitCode = await run(process.argv.slice(2));
  } catch (error) {
    const advice = error instanceof UserError ? `\n${error.advice}` : '';
    console.error(`${styleText('red', 'error')} ${messageOf(error)}${advice}`);
    process.exitCode = 1;
  }
}
