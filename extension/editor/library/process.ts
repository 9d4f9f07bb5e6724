/** `hotplug plugins` as a process of its own: nothing of a plugin is loaded into the editor's. */
import { execFile } from 'node:child_process';

import { UserError } from '../../errors.ts';
import { t } from '../../../webview/text.ts';

/** Characters of JSON: of some thousand plugins. */
const MOST_OUTPUT = 64 * 1024 * 1024;

export interface Cli {
  /** Path of dist/cli.js. */
  readonly script: string;
  readonly home: string;
  readonly cacheFolder: string;
}

type Json = Readonly<Record<string, unknown>>;

/** Runs an action on the plugins and gives its JSON. Throws the UserError that the command line has. */
export async function plugins({ script, home, cacheFolder }: Cli, argv: readonly string[]): Promise<Json> {
  const words = [script, 'plugins', ...argv, '--json', '--home', home, '--cache-folder', cacheFolder];
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NO_COLOR: '1' };
  const { stdout, stderr, cause } = await new Promise<{
    readonly stdout: string;
    readonly stderr: string;
    readonly cause: Error | null;
  }>((resolve) => {
    execFile(process.execPath, words, { env, maxBuffer: MOST_OUTPUT }, (error, out, text) =>
      resolve({ stdout: out, stderr: text, cause: error }),
    );
  });
  const answer = parsed(stdout);
  const failure = isJson(answer?.['error']) ? answer['error'] : undefined;
  // A list with something bad in it ends with 1, too.
  if (answer !== undefined && failure === undefined) return answer;
  const { message, advice } = failure ?? {};
  throw new UserError(
    typeof message === 'string' ? message : t('hotplug plugins ended without an answer: {0}', stderr.trim()),
    typeof advice === 'string' ? advice : t('The log has the details.'),
    cause === null ? {} : { cause },
  );
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined; // What it wrote instead is in the error.
  }
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
