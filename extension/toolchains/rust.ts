import { homedir } from 'node:os';
import { copyFile, mkdir, readFile, realpath, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { parse } from 'smol-toml';
import type { Diagnostic } from '../project/project.ts';
import { camelCase, snakeCase } from './definition.ts';
import { absoluteRustcPlaces, parseRustc } from './diagnostics/rustc.ts';
import { exists, findProgram } from './find.ts';
import { lineWriter } from './lines.ts';
import { componentPath } from './output.ts';
import { firstLine, run } from './run.ts';
import { commandsHere } from './install.ts';
import type { BuildRequest, BuildResult, Install, Tool, Toolchain } from './toolchain.ts';
import { contractPackages, witPackage } from './wit.ts';

const target = 'wasm32-wasip2';
const addTarget = `rustup target add ${target}`;
const sdkCrates = ['streamkit-plugin-sdk-wasm'];
const bindingCrates = ['wit-bindgen', 'wit-bindgen-rt'];

/** Rust through cargo: its own wasm32-wasip2 target links components, so that nothing else is needed. */
export const rust: Toolchain = {
  id: 'rust',
  title: 'Rust',
  sources: ['src/**', 'wit/**', 'Cargo.toml', 'Cargo.lock', 'build.rs', '.cargo/config.toml'],
  outputs: ['target/**', '.hotplug/**'],

  async recognise(folder) {
    const manifest = await readManifest(folder);
    if (manifest === undefined) return undefined;
    const dependencies = Object.keys(table(manifest, 'dependencies'));
    const sdk = sdkCrates.find((name) => dependencies.includes(name));
    if (sdk !== undefined) return `Cargo.toml with ${sdk}`;
    const wit = await witPackage(folder);
    const bindings = bindingCrates.find((name) => dependencies.includes(name));
    // A program that hosts components has a wit/ as well, and no bindings for plugins.
    if (wit === undefined || (bindings === undefined && !contractPackages.includes(wit))) return undefined;
    return `Cargo.toml${bindings === undefined ? '' : ` with ${bindings}`} and wit/ of ${wit}`;
  },

  async tools() {
    const neededBy = 'Rust plugins';
    const cargo = await find('cargo');
    const version = cargo === undefined ? undefined : await firstLine([cargo, '--version']);
    const library = await targetLibrary();
    const found: Tool[] = [
      {
        name: 'cargo',
        found: version !== undefined,
        ...(version === undefined ? {} : { version }),
        ...(cargo === undefined ? {} : { path: cargo }),
        neededBy,
        install: rustupInstall,
      },
      {
        name: `${target} target`,
        found: library !== undefined,
        ...(library === undefined ? {} : { path: library }),
        neededBy,
        install: [{ on: 'any', command: addTarget }],
      },
    ];
    return found;
  },

  build,

  definition: ({ resource, name }) => ({
    start: new RegExp(`\\bfn\\s+${snakeCase(name)}\\s*(?:<[^()]*>\\s*)?\\(`, 'g'),
    rest: /^[^;{}]*$/,
    literals: /r(#*)"[^]*?(?:"\1|$)|"(?:\\[^]|[^"\\])*"?|'(?:\\[^\n']+|[^\n'\\])'/,
    // wit-bindgen's trait of a resource; other types may have a method of the same name.
    within: new RegExp(
      `\\bimpl\\b[^;{}]*\\bGuest${capitalised(camelCase(resource ?? ''))}\\b[^;{}]*\\bfor\\b`,
      'g',
    ),
  }),
};

function capitalised(name: string): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

async function build(request: BuildRequest): Promise<BuildResult> {
  const { project, mode, signal } = request;
  const cargo = await find('cargo');
  if (cargo === undefined)
    return failed(`cargo was not found. Install Rust: ${commandsHere(rustupInstall)[0] ?? ''}`);

  const root = await workspaceRoot(project.folder);
  const terminal = lineWriter((line) => {
    request.write(absoluteRustcPlaces(line, root));
  });
  const result = await run(
    [
      cargo,
      'build',
      '--target',
      target,
      // Diagnostics as text on stderr, for people and problem matchers; artifacts as JSON on stdout.
      '--message-format',
      'json-render-diagnostics',
      ...(mode === 'release' ? ['--release'] : []),
    ],
    {
      cwd: project.folder,
      signal,
      env: { CARGO_TERM_COLOR: 'never' },
      write: (text, stream) => {
        if (stream === 'stderr') terminal.write(text);
      },
    },
  );
  terminal.end();
  const diagnostics: readonly Diagnostic[] = parseRustc(result.stderr, root);
  switch (result.ended) {
    case 'missing':
      return failed(`cargo could not be started: ${result.stderr}`);
    case 'cancelled':
      return failed('The build was cancelled.', diagnostics);
    case 'killed':
      return failed('cargo was killed, perhaps for want of memory.', diagnostics);
    case 'exited':
      break;
  }
  if (result.code !== 0) return failed(explain(result.stderr, diagnostics), diagnostics);

  const built = await builtComponent(result.stdout, project.folder);
  if (built === undefined) {
    return failed(
      'Cargo built no component. A plugin is a library: add `[lib]` with `crate-type = ["cdylib"]` to Cargo.toml.',
      diagnostics,
    );
  }
  // A copy, because cargo writes over its own file while the host may still read it.
  const path = componentPath(project, mode);
  await mkdir(dirname(path), { recursive: true });
  await copyFile(built, `${path}.new`);
  await rename(`${path}.new`, path);
  return { ok: true, artifact: { kind: 'component', path }, diagnostics };
}

function failed(failure: string | undefined, diagnostics: readonly Diagnostic[] = []): BuildResult {
  return { ok: false, diagnostics, ...(failure === undefined ? {} : { failure }) };
}

/** Says why cargo failed where it is not the sources; undefined where the diagnostics say it. */
function explain(stderr: string, diagnostics: readonly Diagnostic[]): string | undefined {
  if (stderr.includes('target may not be installed')) {
    return `Rust's ${target} target is not installed. Run: ${addTarget}`;
  }
  if (diagnostics.some(({ severity }) => severity === 'error')) return undefined;
  const reason = /^error: (.*(?:\n(?!\n).*)*)/m.exec(stderr)?.[1];
  return reason ?? 'cargo failed without saying why; its output is in the terminal.';
}

/** The `.wasm` of the last library or program that this package built, by cargo's JSON messages. */
async function builtComponent(messages: string, folder: string): Promise<string | undefined> {
  const manifest = join(await realpath(folder), 'Cargo.toml');
  let own: string | undefined;
  let other: string | undefined;
  for (const line of messages.split('\n')) {
    if (!line.startsWith('{"reason":"compiler-artifact"')) continue;
    const message: unknown = JSON.parse(line);
    const file = strings(message, 'filenames').find((name) => name.endsWith('.wasm'));
    if (file === undefined) continue;
    if (string(message, 'manifest_path') === manifest) own = file;
    else other = file;
  }
  // In a workspace's root folder the plugin is one of the members.
  return own ?? other;
}

/** rustc runs, and counts paths from, the workspace's root. */
async function workspaceRoot(folder: string): Promise<string> {
  for (let at = folder; dirname(at) !== at; at = dirname(at)) {
    const manifest = await readManifest(at);
    if (manifest !== undefined && 'workspace' in manifest) return at;
  }
  return folder;
}

async function readManifest(folder: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return parse(await readFile(join(folder, 'Cargo.toml'), 'utf8'));
  } catch {
    // None, or one that cargo itself will complain about.
    return undefined;
  }
}

/** Editors started from a desktop often lack the PATH that rustup sets for shells. */
function find(name: string): Promise<string | undefined> {
  return findProgram(name, [join(process.env['CARGO_HOME'] ?? join(homedir(), '.cargo'), 'bin')]);
}

/** The target's standard library; asked of rustc, so that it is right without rustup, too. */
async function targetLibrary(): Promise<string | undefined> {
  const rustc = await find('rustc');
  const sysroot = rustc === undefined ? undefined : await firstLine([rustc, '--print', 'sysroot']);
  if (sysroot === undefined) return undefined;
  const library = join(sysroot, 'lib', 'rustlib', target);
  return (await exists(library)) ? library : undefined;
}

const curl = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";
const rustupInstall: readonly Install[] = [
  { on: 'debian', command: curl },
  { on: 'macos', command: curl },
  { on: 'windows', command: 'winget install Rustlang.Rustup' },
];

function table(value: Readonly<Record<string, unknown>>, key: string): object {
  const found = value[key];
  return typeof found === 'object' && found !== null ? found : {};
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function string(value: unknown, key: string): string | undefined {
  const found = property(value, key);
  return typeof found === 'string' ? found : undefined;
}

function strings(value: unknown, key: string): readonly string[] {
  const found = property(value, key);
  return Array.isArray(found) ? found.filter((entry) => typeof entry === 'string') : [];
}
