import { copyFile, glob, mkdir, readFile, realpath, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../errors.ts';
import type { Diagnostic, Project } from '../project/project.ts';
import { camelCase, snakeCase } from './definition.ts';
import { formatRustc, parseRustcLine } from './diagnostics/rustc.ts';
import { lastWords } from './diagnostics/unknown.ts';
import { isModuleContract } from './extism.ts';
import { exists } from './find.ts';
import { commandsHere } from './install.ts';
import { lineWriter } from './lines.ts';
import { componentPath } from './output.ts';
import { run } from './run.ts';
import {
  chipmunkCrate,
  dependenciesOf,
  developmentProfile,
  isOfCargoComponent,
  moduleTarget,
  readManifest,
  workspaceOf,
} from './rust-manifest.ts';
import { componentTarget, findCargo, findInCargo, installRustup, rustTools } from './rust-tools.ts';
import type { BuildRequest, BuildResult, Toolchain } from './toolchain.ts';
import { contractPackages, witPackage } from './wit.ts';

const sdkCrates = ['streamkit-plugin-sdk-wasm', 'extism-pdk', chipmunkCrate];
const bindingCrates = ['wit-bindgen', 'wit-bindgen-rt'];

/**
 * Rust through cargo: its own wasm32-wasip2 target links components, so that nothing else is needed. For Extism's
 * hosts it is a target that links core modules.
 */
export const rust: Toolchain = {
  id: 'rust',
  title: 'Rust',
  sources: ['src/**', 'wit/**', 'Cargo.toml', 'Cargo.lock', 'build.rs', '.cargo/config.toml'],
  outputs: ['target/**', '.hotplug/**'],
  locks: ['Cargo.lock'],

  async recognise(folder) {
    const manifest = await readManifest(folder);
    if (manifest === undefined) return undefined;
    const dependencies = dependenciesOf(manifest);
    const sdk = sdkCrates.find((name) => dependencies.includes(name));
    if (sdk !== undefined) return `Cargo.toml with ${sdk}`;
    const wit = await witPackage(folder);
    const bindings = bindingCrates.find((name) => dependencies.includes(name));
    // A program that hosts components has a wit/ as well, and no bindings for plugins.
    if (wit === undefined || (bindings === undefined && !contractPackages.includes(wit))) return undefined;
    return `Cargo.toml${bindings === undefined ? '' : ` with ${bindings}`} and wit/ of ${wit}`;
  },

  tools: rustTools,

  build,

  async bindings(project) {
    const manifest = await readManifest(project.folder);
    // The macro of wit-bindgen makes them while it is compiled.
    const has = !isModuleContract(project.contract) && manifest !== undefined && isOfCargoComponent(manifest);
    return has ? componentBindings(project) : [];
  },

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
  const { folder } = project;
  const isModule = isModuleContract(project.contract);
  const target = isModule ? await moduleTarget(folder) : componentTarget;
  const cargo = await findCargo(folder, target);
  if (cargo === undefined)
    return failed(`cargo was not found. Install Rust: ${commandsHere(installRustup(target))[0] ?? ''}`);

  const manifest = (await readManifest(folder)) ?? {};
  const workspace = await workspaceOf(folder);
  const command =
    !isModule && isOfCargoComponent(manifest) ? await componentCommand(cargo, folder) : [cargo, 'build'];
  if (typeof command === 'string') return failed(command);
  const diagnostics: Diagnostic[] = [];
  const failures: string[] = [];
  const missing: string[] = [];
  const messages = lineWriter((line) => {
    const message = parseRustcLine(line, workspace.root);
    if (message === undefined) return;
    request.write(message.text.endsWith('\n') ? message.text : `${message.text}\n`);
    if (message.diagnostic !== undefined) diagnostics.push(message.diagnostic);
    if (message.failure !== undefined) failures.push(message.failure);
    if (message.missing !== undefined) missing.push(message.missing);
  });
  const result = await run(
    [
      ...command,
      '--target',
      target,
      // Messages with their exact places, and what was built; cargo's own progress is on stderr.
      '--message-format',
      'json',
      ...(mode === 'release' ? ['--release'] : developmentProfile(workspace.manifest)),
    ],
    {
      cwd: folder,
      signal,
      env: { CARGO_TERM_COLOR: 'never' },
      write: (text, stream) => {
        if (stream === 'stderr') request.write(text);
        else messages.write(text);
      },
    },
  );
  messages.end();
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
  if (result.code !== 0) {
    for (const problem of await placed(missing, folder)) {
      request.write(formatRustc(problem));
      diagnostics.push(problem);
    }
    return failed(explain(result.stderr, failures, diagnostics, target), diagnostics);
  }

  const built = await builtComponent(result.stdout, folder);
  if (built === undefined) {
    return failed(
      `Cargo built no ${isModule ? 'module' : 'component'}. ` +
        'A plugin is a library: add `[lib]` with `crate-type = ["cdylib"]` to Cargo.toml.',
      diagnostics,
    );
  }
  // A copy, because cargo writes over its own file while the host may still read it.
  const path = componentPath(project, mode);
  await mkdir(dirname(path), { recursive: true });
  await copyFile(built, `${path}.new`);
  await rename(`${path}.new`, path);
  return { ok: true, artifact: { kind: isModule ? 'module' : 'component', path }, diagnostics };
}

/**
 * How a project of cargo-component is built: with it where it is installed, else as any other with the
 * bindings that are there; what is missing, in a sentence, where there are none.
 */
async function componentCommand(cargo: string, folder: string): Promise<readonly string[] | string> {
  if ((await findInCargo('cargo-component')) !== undefined) return [cargo, 'component', 'build'];
  if (await exists(join(folder, 'src', 'bindings.rs'))) return [cargo, 'build'];
  return `This project is one of cargo-component, which makes src/bindings.rs and is not installed. Install it: ${installComponent}`;
}

const installComponent = 'cargo install cargo-component --locked';

/** Has cargo-component make `src/bindings.rs` anew; without it, says what to do where the WIT is newer. */
async function componentBindings({ folder }: Project): Promise<readonly string[]> {
  const path = 'src/bindings.rs';
  const file = join(folder, ...path.split('/'));
  const before = await readFile(file, 'utf8').catch(() => undefined);
  const cargo = await findCargo(folder, componentTarget);
  if (cargo !== undefined && (await findInCargo('cargo-component')) !== undefined) {
    const { code, stderr } = await run([cargo, 'component', 'bindings'], { cwd: folder });
    if (code !== 0)
      throw new UserError(`cargo-component failed: ${lastWords(stderr)}`, 'Correct that, then do it again.');
    return (await readFile(file, 'utf8').catch(() => undefined)) === before ? [] : [path];
  }
  if (before !== undefined && !(await isOlderThanWit(file, folder))) return [];
  throw new UserError(
    `${file} is ${before === undefined ? 'missing' : 'older than wit/'}, and cargo-component, which makes it, is not installed`,
    `Install it with \`${installComponent}\` and run \`cargo component bindings\`. Where the file is right as it is, save it again.`,
  );
}

async function isOlderThanWit(file: string, folder: string): Promise<boolean> {
  const made = (await stat(file)).mtimeMs;
  for await (const path of glob('wit/**/*.wit', { cwd: folder }))
    if ((await stat(join(folder, path))).mtimeMs > made) return true;
  return false;
}

/** The linker knows no lines: where a source declares the functions that nothing defines. */
async function placed(names: readonly string[], folder: string): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  if (names.length === 0) return found;
  for await (const path of glob('src/**/*.rs', { cwd: folder })) {
    const file = join(folder, path);
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const name of names) {
      const at = /^\w+$/.test(name) ? text.search(new RegExp(`\\bfn\\s+${name}\\b`)) : -1;
      if (at < 0) continue;
      const before = text.slice(0, at).split('\n');
      const column = (before.at(-1)?.length ?? 0) + 1;
      const message = `nothing defines the function ${name}, and the host does not provide it`;
      found.push({ severity: 'error', file, line: before.length, column, message, code: 'link' });
    }
  }
  return found;
}

function failed(failure: string | undefined, diagnostics: readonly Diagnostic[] = []): BuildResult {
  return { ok: false, diagnostics, ...(failure === undefined ? {} : { failure }) };
}

/** Says why cargo failed where it is not the sources; undefined where the diagnostics say it. */
function explain(
  stderr: string,
  failures: readonly string[],
  diagnostics: readonly Diagnostic[],
  target: string,
): string | undefined {
  if (
    stderr.includes('target may not be installed') ||
    failures.some((text) => text.includes('target may not'))
  ) {
    return `Rust's ${target} target is not installed. Run: rustup target add ${target}`;
  }
  if (diagnostics.some(({ severity }) => severity === 'error')) return undefined;
  const [failure] = failures;
  if (failure !== undefined) return failure;
  // Of cargo itself: a dependency that does not exist, a manifest that is wrong.
  const reason = /^error: (.*(?:\n(?!\n).*)*)/m.exec(stderr)?.[1];
  return reason ?? (lastWords(stderr) || 'cargo failed without saying why.');
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
