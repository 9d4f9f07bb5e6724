/** wasmtime, the engine of the real hosts, from Python: the same plugins and inputs as in Hotplug's own host. */
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { run } from '../../extension/toolchains/run.ts';
import { cache, root } from '../../scripts/paths.ts';

/**
 * The package of PyPI that the programs in test/wasmtime need. 50.0.1 cannot lend a host function two
 * resources: it traps with «BUG: deferred host scope has no call context». Everything else is alike there.
 */
const WASMTIME = 'wasmtime==49.*';
const environment = join(cache, 'wasmtime-49');

/** A Python that has wasmtime, or why there is none. */
type Found = { readonly python: string } | { readonly missing: string };
let found: Promise<Found> | undefined;

/** Says why nothing can be run in wasmtime; undefined where it can. */
export async function missingForWasmtime(): Promise<string | undefined> {
  const python = await (found ??= find());
  return 'missing' in python ? python.missing : undefined;
}

/** `HOTPLUG_PYTHON` names a Python that has the package; else an environment of the tests' own is made once. */
async function find(): Promise<Found> {
  const named = process.env['HOTPLUG_PYTHON'];
  if (named !== undefined) {
    const problem = await problemOf([named, '-c', 'import wasmtime']);
    return problem === undefined ? { python: named } : { missing: `HOTPLUG_PYTHON: ${problem}` };
  }
  if (await isThere(pythonIn(environment))) return { python: pythonIn(environment) };
  const base = process.platform === 'win32' ? 'python' : 'python3';
  await mkdir(cache, { recursive: true });
  const aside = await mkdtemp(`${environment}-`);
  try {
    const problem =
      (await problemOf([base, '-m', 'venv', aside])) ??
      (await problemOf([pythonIn(aside), '-m', 'pip', 'install', '--quiet', WASMTIME]));
    if (problem !== undefined) return { missing: `wasmtime for Python: ${problem}` };
    // Another test may have been faster; both are the same.
    await rename(aside, environment).catch(() => undefined);
    return { python: pythonIn(environment) };
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

function pythonIn(folder: string): string {
  return process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
}

async function problemOf(argv: readonly string[]): Promise<string | undefined> {
  const { ended, code, stdout, stderr } = await run(argv, { cwd: root });
  if (ended === 'exited' && code === 0) return undefined;
  const last = (stdout + stderr).trim().split('\n').at(-1) ?? '';
  return `${argv.join(' ')} ${ended === 'missing' ? 'cannot be started' : 'failed'}: ${last}`;
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/** Runs a program of test/wasmtime on requests and gives its answers; fails where the program does. */
export async function askWasmtime(
  program: string,
  requests: readonly unknown[],
): Promise<readonly unknown[]> {
  const python = await (found ??= find());
  if ('missing' in python) throw new Error(python.missing);
  const folder = await mkdtemp(join(tmpdir(), 'hotplug-wasmtime-'));
  try {
    const question = join(folder, 'request.json');
    const answer = join(folder, 'answer.json');
    await writeFile(question, JSON.stringify(requests));
    const { ended, code, stdout, stderr } = await run(
      [python.python, join(root, 'test', 'wasmtime', program), question, answer],
      // No compiled Python among the sources.
      { cwd: root, env: { PYTHONDONTWRITEBYTECODE: '1' } },
    );
    if (code !== 0) throw new Error(`${program} ended with ${ended} ${code}:\n${stdout}${stderr}`);
    return JSON.parse(await readFile(answer, 'utf8')) as readonly unknown[];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
