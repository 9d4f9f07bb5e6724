/** Which Rust is there, and what it lacks. */
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { exists, findProgram, isProgram } from './find.ts';
import { run } from './run.ts';
import { dependenciesOf, isOfCargoComponent, moduleTarget, readManifest } from './rust-manifest.ts';
import type { Install, Tool } from './toolchain.ts';

/** The target whose programs are components. */
export const componentTarget = 'wasm32-wasip2';
const oldest = [1, 82] as const;
const neededBy = 'Rust plugins';

/** A Rust that can be run. Paths are absolute. */
interface Rust {
  readonly cargo: string;
  /** `rustc 1.95.0 (59807616e 2026-04-14)` */
  readonly version: string;
  readonly sysroot: string;
  /** The target's standard library, where it is installed. */
  readonly library?: string;
  readonly isOld: boolean;
  /** rustup manages it, so that targets can be added. */
  readonly isRustups: boolean;
}

const ready = new Map<string, string>();

/** A cargo that can build for the target, or any; undefined where there is none. */
export async function findCargo(folder: string, target: string): Promise<string | undefined> {
  const key = `${target} ${folder}`;
  const known = ready.get(key);
  if (known !== undefined && (await isProgram(known))) return known;
  const rust = await findRust(folder, target);
  if (rust?.library !== undefined) ready.set(key, rust.cargo);
  return rust?.cargo;
}

/** Rust as the doctor lists it. */
export async function rustTools(folder: string | undefined): Promise<readonly Tool[]> {
  const target = folder === undefined ? componentTarget : await targetOf(folder);
  const rust = await findRust(folder, target);
  const hasRustup = (await findInCargo('rustup')) !== undefined;
  return [
    compilerTool(rust, hasRustup, target),
    targetTool(rust, hasRustup, target),
    ...(folder === undefined ? [await otherTargetTool(hasRustup)] : await componentTools(folder)),
  ];
}

/** What a folder's plugin is compiled for, by its dependencies. */
async function targetOf(folder: string): Promise<string> {
  const manifest = await readManifest(folder);
  const isModule = manifest !== undefined && dependenciesOf(manifest).includes('extism-pdk');
  return isModule ? moduleTarget(folder) : componentTarget;
}

/** What only plugins of Extism hosts need. */
async function otherTargetTool(hasRustup: boolean): Promise<Tool> {
  const target = await moduleTarget(undefined);
  const tool = targetTool(await findRust(undefined, target), hasRustup, target);
  return { ...tool, optional: true, neededBy: 'Rust plugins for Extism hosts, such as HoloMUSH' };
}

function compilerTool(rust: Rust | undefined, hasRustup: boolean, target: string): Tool {
  const rustupInstall = installRustup(target);
  const range = `${oldest.join('.')} or later; 1.88 for a WIT of your own`;
  const base = { name: 'cargo', neededBy, range } as const;
  if (rust === undefined) return { ...base, found: false, install: rustupInstall };
  const { cargo: path, version, isOld, isRustups } = rust;
  if (!isOld) return { ...base, found: true, path, version, install: rustupInstall };
  return {
    ...base,
    found: false,
    path,
    version,
    problem: isRustups
      ? `${version} is too old for the target ${target}.`
      : `${version} of ${dirname(path)} is too old for the target ${target}, and rustup, which has newer ones, does not manage it.`,
    install: isRustups || hasRustup ? [{ on: 'any', command: 'rustup update stable' }] : rustupInstall,
  };
}

function targetTool(rust: Rust | undefined, hasRustup: boolean, target: string): Tool {
  const base = { name: `${target} target`, neededBy } as const;
  const add: Install = { on: 'any', command: `rustup target add ${target}` };
  if (rust?.library !== undefined) return { ...base, found: true, path: rust.library, install: [add] };
  if (rust === undefined || rust.isRustups) return { ...base, found: false, install: [add] };
  const whose = /homebrew|\/Cellar\//i.test(rust.sysroot) ? "Homebrew's" : "the system's";
  return {
    ...base,
    found: false,
    problem: `Rust in ${rust.sysroot} is ${whose} and has no other targets; only rustup adds them.`,
    install: hasRustup
      ? [{ on: 'any', command: `rustup default stable && ${add.command}` }]
      : installRustup(target),
  };
}

async function componentTools(folder: string): Promise<readonly Tool[]> {
  const manifest = await readManifest(folder);
  if (manifest === undefined || !isOfCargoComponent(manifest)) return [];
  const path = await findInCargo('cargo-component');
  const version = path === undefined ? undefined : await firstLineIn([path, '--version'], folder);
  return [
    {
      name: 'cargo-component',
      found: version !== undefined,
      ...(path === undefined ? {} : { path }),
      ...(version === undefined ? {} : { version }),
      neededBy: "this project's src/bindings.rs; without it the one that is there is used",
      optional: await exists(join(folder, 'src', 'bindings.rs')),
      install: [{ on: 'any', command: 'cargo install cargo-component --locked' }],
    },
  ];
}

/** The first Rust of the PATH or of rustup that has the target; else one of rustup, which can get it; else any. */
async function findRust(folder: string | undefined, target: string): Promise<Rust | undefined> {
  const cwd = folder ?? process.cwd();
  const found: Rust[] = [];
  const seen = new Set<string>();
  for (const cargo of [await findProgram('cargo'), await findInCargo('cargo', true)]) {
    if (cargo === undefined || seen.has(cargo)) continue;
    seen.add(cargo);
    const rust = await rustBeside(cargo, cwd, target);
    if (rust?.library !== undefined && !rust.isOld) return rust;
    if (rust !== undefined) found.push(rust);
  }
  return found.find(({ isRustups }) => isRustups) ?? found[0];
}

async function rustBeside(cargo: string, cwd: string, target: string): Promise<Rust | undefined> {
  const beside = join(dirname(cargo), process.platform === 'win32' ? 'rustc.exe' : 'rustc');
  const rustc = (await isProgram(beside)) ? beside : await findProgram('rustc');
  if (rustc === undefined) return undefined;
  const version = await firstLineIn([rustc, '--version'], cwd);
  const sysroot = await firstLineIn([rustc, '--print', 'sysroot'], cwd);
  if (version === undefined || sysroot === undefined) return undefined;
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(version) ?? [];
  const library = join(sysroot, 'lib', 'rustlib', target);
  return {
    cargo,
    version,
    sysroot,
    ...((await exists(library)) ? { library } : {}),
    isOld: Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1]),
    isRustups: /[\\/]toolchains[\\/][^\\/]+$/.test(sysroot),
  };
}

/** Asks in the project's folder, which may name a toolchain, without installing that one. */
async function firstLineIn(argv: readonly string[], cwd: string): Promise<string | undefined> {
  const { ended, code, stdout } = await run(argv, {
    cwd,
    env: { RUSTUP_AUTO_INSTALL: '0' },
    signal: AbortSignal.timeout(20_000),
  });
  const [line = ''] = stdout.trim().split('\n');
  return ended === 'exited' && code === 0 && line.trim() !== '' ? line.trim() : undefined;
}

/** Looks for a program where rustup and cargo install theirs, too: editors often lack the shell's PATH. */
export async function findInCargo(name: string, only = false): Promise<string | undefined> {
  const folder = join(process.env['CARGO_HOME'] ?? join(homedir(), '.cargo'), 'bin');
  if (!only) return findProgram(name, [folder]);
  const file = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
  return (await isProgram(file)) ? file : undefined;
}

const curl = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";

/** How to get Rust with a target, best first. */
export function installRustup(target: string): readonly Install[] {
  return [
    { on: 'debian', command: `${curl} -s -- -y --target ${target}` },
    { on: 'macos', command: `${curl} -s -- -y --target ${target}` },
    { on: 'windows', command: 'winget install --exact --id Rustlang.Rustup' },
  ];
}
