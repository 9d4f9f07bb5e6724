/** Starts the threads of the host: from the sources when they run unbundled, else from the bundles beside this one. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Starts one of them; its output goes nowhere, plugins write through the recorder. */
export function startThread(name: 'worker' | 'preparer' | 'fetcher'): Worker {
  const source = join(import.meta.dirname, `${name}.ts`);
  const file = existsSync(source) ? source : join(import.meta.dirname, `${name}.js`);
  return new Worker(file, { env: {}, argv: [], stdin: false, stdout: false, stderr: false, execArgv: [] });
}
