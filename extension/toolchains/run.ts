import { spawn, type ChildProcess } from 'node:child_process';
import process from 'node:process';

export interface RunOptions {
  readonly cwd: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program and everything it started. */
  readonly signal?: AbortSignal;
  /** Milliseconds that it may take to end what it started by itself before it is killed; none where absent. */
  readonly graceMs?: number;
  /** Receives the output as it comes. */
  readonly write?: (text: string, stream: 'stdout' | 'stderr') => void;
}

/** How a program ended. None of the ways is an exception: the caller says what each means to the user. */
export interface RunResult {
  /** `missing`: there is no such program. `killed`: by a signal that did not come from us. */
  readonly ended: 'exited' | 'missing' | 'cancelled' | 'killed';
  /** Exit code; -1 unless the program exited by itself. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program without a shell and collects its output; the only place of the project that starts
 * tools. Cancelling ends the whole process tree: compilers start linkers, and a linker that lives on
 * would write the artifact of a build that nobody waits for.
 */
export function run(argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const { signal, write } = options;
  const [program, ...args] = argv;
  const output = { stdout: '', stderr: '' };
  const unstarted = (ended: RunResult['ended']): Promise<RunResult> =>
    Promise.resolve({ ended, code: -1, ...output });
  if (program === undefined) return unstarted('missing');
  if (signal?.aborted === true) return unstarted('cancelled');

  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // Its own process group, so that the group can be killed.
      detached: process.platform !== 'win32',
    });
    let killing: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      if (options.graceMs === undefined) killTree(child);
      else {
        child.kill('SIGTERM');
        killing = setTimeout(killTree, options.graceMs, child);
      }
    };
    signal?.addEventListener('abort', cancel, { once: true });
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8');
      child[name].on('data', (text: string) => {
        output[name] += text;
        write?.(text, name);
      });
    }
    const finish = (ended: RunResult['ended'], code: number): void => {
      clearTimeout(killing);
      signal?.removeEventListener('abort', cancel);
      resolve({ ended: signal?.aborted === true ? 'cancelled' : ended, code, ...output });
    };
    child.on('error', (error: NodeJS.ErrnoException) => {
      // EACCES: a file of that name that is no program. A missing working directory is ENOENT, too.
      output.stderr += error.message;
      finish('missing', -1);
    });
    child.on('close', (code) => {
      finish(code === null ? 'killed' : 'exited', code ?? -1);
    });
  });
}

/** Ends a child that {@link run} started, and its children. */
function killTree(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The group has ended by itself in the meantime.
  }
}

/** The first line that a program prints for these arguments, or undefined where it cannot be run or fails. */
export async function firstLine(argv: readonly string[]): Promise<string | undefined> {
  const result = await run(argv, { cwd: process.cwd(), signal: AbortSignal.timeout(20_000) });
  if (result.ended !== 'exited' || result.code !== 0) return undefined;
  const line = result.stdout.trim().split('\n')[0]?.trim();
  return line === '' ? undefined : line;
}
