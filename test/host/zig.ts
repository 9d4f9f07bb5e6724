/** The ziglang package of PyPI in an environment of its own, made once: a C compiler that runs everywhere. */
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { findProgram } from '../../extension/toolchains/find.ts';
import { run } from '../../extension/toolchains/run.ts';
import { cache } from '../../scripts/paths.ts';

const VERSION = '0.17.1';
const environment = join(cache, `ziglang-${VERSION}`);
const windows = process.platform === 'win32';

export interface Zig {
  /** A virtual environment whose Python has the package. */
  readonly environment: string;
  /** The folder of the program `zig` itself. */
  readonly programs: string;
}

/** The package, or why there is none. */
export async function findZig(): Promise<Zig | { readonly missing: string }> {
  const python = join(environment, ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  const problem = (await isThere(python)) ? undefined : await install();
  if (problem !== undefined) return { missing: problem };
  const { code, stdout, stderr } = await run([python, '-c', 'import ziglang; print(ziglang.__path__[0])'], {
    cwd: cache,
  });
  return code === 0 ? { environment, programs: stdout.trim() } : { missing: stderr.trim() };
}

async function install(): Promise<string | undefined> {
  const python = await findProgram(windows ? 'python' : 'python3');
  if (python === undefined) return 'Python was not found';
  await mkdir(cache, { recursive: true });
  const aside = await mkdtemp(`${environment}-`);
  const inside = join(aside, ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  try {
    for (const argv of [
      [python, '-m', 'venv', aside],
      [inside, '-m', 'pip', 'install', '--quiet', `ziglang==${VERSION}`],
    ]) {
      const { code, stderr } = await run(argv, { cwd: cache });
      if (code !== 0) return `${argv.slice(1).join(' ')} failed: ${stderr.trim()}`;
    }
    // Another test may have been faster; both are the same.
    await rename(aside, environment).catch(() => undefined);
    return undefined;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
