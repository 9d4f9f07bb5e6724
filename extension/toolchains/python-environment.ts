/** Where a project's Python is: its virtual environment, componentize-py, and how they are made where they are missing. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { parse } from 'smol-toml';
import { exists, findProgram } from './find.ts';
import { commandsHere } from './install.ts';
import { firstLine, run } from './run.ts';
import type { Install } from './toolchain.ts';

/** The version that is installed where a project names none; templates name the same. */
export const componentizerVersion = '0.25.1';
/** Older ones lay the modules of a world out in other ways, or do not end. */
const oldestComponentizer = [0, 24] as const;
const oldestPython = [3, 10] as const;
const newestPython = 15;

export const ranges = {
  python: `${oldestPython.join('.')} or later`,
  componentizer: `${oldestComponentizer.join('.')} or later`,
} as const;

const windows = process.platform === 'win32';
/** Says that Hotplug made an environment and may install into it; holds the hash of what it installed. */
const marker = '.hotplug-requirements';

/** A virtual environment. Paths are absolute. */
export interface Environment {
  readonly folder: string;
  readonly python: string;
  /** Where its packages are. */
  readonly packages: string;
  /** Hotplug made it. */
  readonly ours: boolean;
}

/** A program with its version. */
export interface Program {
  readonly path: string;
  readonly version: string;
}

/** The virtual environment of a project: its own, that of a folder above it, or the one that is active. */
export async function findEnvironment(folder: string): Promise<Environment | undefined> {
  const named = process.env['UV_PROJECT_ENVIRONMENT'];
  const candidates = [join(folder, '.venv'), join(folder, 'venv')];
  for (let at = folder; dirname(at) !== at; at = dirname(at)) {
    if (named !== undefined && named !== '') candidates.push(join(at, named));
    if (at !== folder) candidates.push(join(at, '.venv'));
  }
  const active = process.env['VIRTUAL_ENV'];
  if (active !== undefined && active !== '') candidates.push(active);
  for (const candidate of candidates) {
    const environment = await environmentAt(candidate);
    if (environment !== undefined) return environment;
  }
  return undefined;
}

async function environmentAt(folder: string): Promise<Environment | undefined> {
  if (!(await exists(join(folder, 'pyvenv.cfg')))) return undefined;
  const python = windows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const packages = await packagesIn(folder);
  if (packages === undefined || !(await exists(python))) return undefined;
  return { folder, python, packages, ours: await exists(join(folder, marker)) };
}

async function packagesIn(folder: string): Promise<string | undefined> {
  if (windows) return join(folder, 'Lib', 'site-packages');
  const versions = await readdir(join(folder, 'lib')).catch(() => []);
  const version = versions.find((name) => /^python3\.\d+$/.test(name));
  return version === undefined ? undefined : join(folder, 'lib', version, 'site-packages');
}

/** componentize-py in the project's environment, or on the PATH. */
export async function findComponentizer(environment: Environment | undefined): Promise<Program | undefined> {
  if (environment !== undefined) {
    const folder = join(environment.folder, windows ? 'Scripts' : 'bin');
    const path = join(folder, windows ? 'componentize-py.exe' : 'componentize-py');
    const version = await installedVersion(environment, 'componentize_py');
    if (version !== undefined && (await exists(path))) return { path, version };
  }
  const path = await findProgram('componentize-py', [join(homedir(), '.local', 'bin')]);
  const line = path === undefined ? undefined : await versionLine(path);
  return path === undefined || line === undefined ? undefined : { path, version: line.replace(/^\S+ /, '') };
}

/** What programs say for `--version`, by their path and when they were last changed: a save is too short to ask again. */
const versionLines = new Map<string, string>();

async function versionLine(path: string): Promise<string | undefined> {
  const { mtimeMs } = await stat(path);
  const key = `${path} ${mtimeMs}`;
  const line = versionLines.get(key) ?? (await firstLine([path, '--version']));
  if (line !== undefined) versionLines.set(key, line);
  return line;
}

/** Why this version does not do; undefined where it does. */
export function tooOld({ version }: Program): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = oldestComponentizer;
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)
    ? undefined
    : `componentize-py ${version} is too old: ${ranges.componentizer} is needed.`;
}

/** The version of a package, by the folder that pip leaves beside it: asking it takes a start of Python. */
async function installedVersion({ packages }: Environment, name: string): Promise<string | undefined> {
  const names = await readdir(packages).catch(() => []);
  return names
    .map((entry) => /^(\w+)-([\w.]+)\.dist-info$/.exec(entry))
    .find((match) => match?.[1]?.toLowerCase() === name)?.[2];
}

/** The newest Python on the PATH that is new enough. */
export async function findPython(): Promise<Program | undefined> {
  const folders = [join(homedir(), '.local', 'bin'), '/usr/local/bin', '/opt/homebrew/bin'];
  const numbered = Array.from(
    { length: newestPython - oldestPython[1] + 1 },
    (_, index) => `python3.${newestPython - index}`,
  );
  for (const name of windows ? ['python', 'python3'] : ['python3', 'python', ...numbered]) {
    const path = await findProgram(name, folders);
    const version = path === undefined ? undefined : await pythonVersion(path);
    if (path !== undefined && version !== undefined && newEnough(version)) return { path, version };
  }
  const uv = await findUv();
  const path =
    uv === undefined
      ? undefined
      : await firstLine([uv, 'python', 'find', ranges.python.replace(/^(\S+).*/, '>=$1')]);
  const version = path === undefined ? undefined : await pythonVersion(path);
  return path === undefined || version === undefined ? undefined : { path, version };
}

async function pythonVersion(path: string): Promise<string | undefined> {
  const line = await versionLine(path);
  return /^Python (\d+\.\d+\.\d+)/.exec(line ?? '')?.[1];
}

function newEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === oldestPython[0] && minor >= oldestPython[1];
}

/** uv, which makes environments faster than Python itself. */
export function findUv(): Promise<string | undefined> {
  return findProgram('uv', [join(homedir(), '.local', 'bin'), join(homedir(), '.cargo', 'bin')]);
}

/** What a project says that it needs: of `requirements.txt` and of `pyproject.toml`. */
export interface Requirements {
  /** What the plugin imports, as pip takes it. */
  readonly packages: readonly string[];
  /** What its author needs beside that: componentize-py, type checkers. */
  readonly development: readonly string[];
  /** There is a requirements.txt that can be installed: pip reads it by itself. */
  readonly file: boolean;
}

export async function readRequirements(folder: string): Promise<Requirements> {
  const text = await readFile(join(folder, 'requirements.txt'), 'utf8').catch(() => undefined);
  const written = (text ?? '').split('\n').map((line) => line.replace(/(^|\s)#.*/, '').trim());
  const lines = written.filter(isInstallable);
  const manifest = await readManifest(folder);
  const project = property(manifest, 'project');
  return {
    packages: [
      ...lines.filter((line) => line !== '' && !isComponentizer(line)),
      ...strings(property(project, 'dependencies')).filter(isInstallable),
    ],
    development: strings(property(property(manifest, 'dependency-groups'), 'dev')).filter(isInstallable),
    file: text !== undefined && lines.length === written.length,
  };
}

/** Extism's guides name packages that no index has. Builds have the module `extism` from elsewhere. */
function isInstallable(requirement: string): boolean {
  return !/^extism[-_.](?:pdk|cli|py)(?![\w-])/i.test(requirement);
}

function isComponentizer(requirement: string): boolean {
  return /^componentize[-_.]py\b/i.test(requirement);
}

async function readManifest(folder: string): Promise<unknown> {
  try {
    return parse(await readFile(join(folder, 'pyproject.toml'), 'utf8'));
  } catch {
    // None, or one that pip or uv will complain about.
    return undefined;
  }
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/** What making or completing an environment came to. */
export type Made =
  { readonly ok: true; readonly environment: Environment } | { readonly ok: false; readonly failure: string };

interface MakeRequest {
  readonly folder: string;
  readonly requirements: Requirements;
  readonly signal: AbortSignal;
  readonly write: (text: string) => void;
}

/** Makes the project's `.venv` and installs what it needs, with uv where that is there. */
export async function makeEnvironment(request: MakeRequest): Promise<Made> {
  const { folder, signal, write } = request;
  const uv = await findUv();
  const python = await findPython();
  if (uv === undefined && python === undefined)
    return {
      ok: false,
      failure: `Python ${ranges.python} was not found. Install it: ${commandsHere(pythonInstall)[0] ?? ''}`,
    };
  const venv = join(folder, '.venv');
  write('[hotplug] making the virtual environment .venv of this project, once\n');
  const argv =
    uv === undefined
      ? [python?.path ?? 'python3', '-m', 'venv', '.venv']
      : [uv, 'venv', ...(python === undefined ? [] : ['--python', python.path]), '.venv'];
  const made = await run(argv, { cwd: folder, signal, write });
  if (made.ended !== 'exited' || made.code !== 0) {
    // Half an environment would be taken for the user's own the next time.
    await rm(venv, { recursive: true, force: true });
    return { ok: false, failure: `${argv.join(' ')} failed: ${explainVenv(made.stdout + made.stderr)}` };
  }
  await writeFile(join(venv, marker), '');
  const environment = await environmentAt(venv);
  if (environment === undefined)
    return { ok: false, failure: `${argv.join(' ')} made no environment in ${venv}.` };
  return install(environment, request);
}

/** Brings an environment that Hotplug made up to what the project needs now; leaves any other alone. */
export async function updateEnvironment(environment: Environment, request: MakeRequest): Promise<Made> {
  if (!environment.ours) return { ok: true, environment };
  const installed = await readFile(join(environment.folder, marker), 'utf8').catch(() => '');
  return installed === hashOf(request.requirements)
    ? { ok: true, environment }
    : install(environment, request);
}

async function install(
  environment: Environment,
  { folder, requirements, signal, write }: MakeRequest,
): Promise<Made> {
  const argv = await installCommand(environment, folder);
  write(`[hotplug] ${argv.join(' ')}\n`);
  const result = await run(argv, {
    cwd: folder,
    signal,
    write,
    env: { PIP_DISABLE_PIP_VERSION_CHECK: '1', NO_COLOR: '1' },
  });
  if (result.ended === 'cancelled') return { ok: false, failure: 'The build was cancelled.' };
  if (result.ended !== 'exited' || result.code !== 0)
    return {
      ok: false,
      failure: `${argv.join(' ')} failed: ${explainInstall(result.stderr || result.stdout)}`,
    };
  await writeFile(join(environment.folder, marker), hashOf(requirements));
  return { ok: true, environment };
}

/** The command that installs what a project needs into its environment, for its folder. */
export async function installCommand(environment: Environment, folder: string): Promise<readonly string[]> {
  const { packages, development, file } = await readRequirements(folder);
  const uv = await findUv();
  if (uv !== undefined && (await exists(join(folder, 'uv.lock')))) return [uv, 'sync', '--frozen'];
  const fromFile = file ? ['-r', 'requirements.txt'] : [];
  const all = [...packages, ...development];
  const componentizer = all.some(isComponentizer) ? [] : [`componentize-py==${componentizerVersion}`];
  const wanted = [...fromFile, ...all, ...componentizer];
  return uv === undefined
    ? [environment.python, '-m', 'pip', 'install', ...wanted]
    : [uv, 'pip', 'install', '--python', environment.python, ...wanted];
}

function hashOf(requirements: Requirements): string {
  return createHash('sha256').update(JSON.stringify(requirements)).digest('hex');
}

/** The part of pip's or uv's output that says why it failed. */
export function explainInstall(output: string): string {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  const error = lines.findLast((line) => /^error:/i.test(line))?.replace(/^error:\s*/i, '');
  const cause = lines.find((line) => line.startsWith('cause: '))?.replace('cause: ', '');
  return [error ?? lastLine(output), ...(cause === undefined ? [] : [cause])].join(': ');
}

/** Debian's Python cannot make environments before a package of its own is there. */
export function explainVenv(output: string): string {
  const apt = /^\s*(apt\S* install .*)$/m.exec(output)?.[1];
  return apt === undefined ? lastLine(output) : `this Python cannot make environments. Run: sudo ${apt}`;
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}

/** How Python is installed. */
export const pythonInstall: readonly Install[] = [
  { on: 'debian', command: 'sudo apt install python3 python3-venv' },
  { on: 'macos', command: 'brew install python' },
  { on: 'windows', command: 'winget install Python.Python.3.14' },
];

export const uvInstall: readonly Install[] = [
  { on: 'any', command: 'python3 -m pip install uv' },
  { on: 'macos', command: 'brew install uv' },
];
