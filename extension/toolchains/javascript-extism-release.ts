/** Release builds of JavaScript plugins for Extism hosts: one script of the old kind of module, and extism-js. */
import { mkdir, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { failed, report } from './javascript-answer.ts';
import { Bundler } from './javascript-bundle.ts';
import { checkProject } from './javascript-check.ts';
import { findEntry, noEntry } from './javascript-entry-file.ts';
import { extismWorld } from './javascript-extism.ts';
import { exists, findProgram } from './find.ts';
import { componentPath, outputFolder, replaceFile } from './output.ts';
import { run } from './run.ts';
import type { BuildRequest, BuildResult, Install, Tool } from './toolchain.ts';

const releases = 'https://github.com/extism/js-pdk/releases';
const folders = [join(homedir(), '.local', 'bin'), '/usr/local/bin', '/opt/homebrew/bin'];

/** The script installs binaryen, too, without which the compiler does not work. */
const compilerInstall: readonly Install[] = ['debian', 'macos'].map((on) => ({
  on: on === 'macos' ? 'macos' : 'debian',
  command:
    'curl -LO https://raw.githubusercontent.com/extism/js-pdk/main/install.sh && sh install.sh && rm install.sh',
}));

const binaryenInstall: readonly Install[] = [
  { on: 'debian', command: 'sudo apt install binaryen' },
  { on: 'macos', command: 'brew install binaryen' },
  { on: 'any', command: 'npm install --global binaryen' },
];

/** What extism-js runs, by name. */
const helpers = ['wasm-merge', 'wasm-opt'] as const;

/** The compiler and its helpers for the doctor. */
export async function extismTools(): Promise<readonly Tool[]> {
  const neededBy = 'release builds of JavaScript plugins for HoloMUSH and other Extism hosts';
  const compiler = await findProgram('extism-js', folders);
  const found = await Promise.all(helpers.map((name) => findProgram(name, folders)));
  const [merge] = found;
  const missing = helpers.filter((_, index) => found[index] === undefined);
  return [
    {
      name: 'extism-js',
      found: compiler !== undefined,
      ...(compiler === undefined ? {} : { path: compiler }),
      neededBy: `${neededBy}. It comes from ${releases}, no package of npm has it`,
      optional: true,
      install: compilerInstall,
    },
    {
      name: 'binaryen',
      found: missing.length === 0,
      ...(merge === undefined ? {} : { path: merge }),
      ...(merge !== undefined && missing.length > 0 ? { problem: `There is no ${missing.join(', ')}.` } : {}),
      neededBy: `extism-js: ${neededBy}`,
      optional: true,
      install: binaryenInstall,
    },
  ];
}

const noCompiler = `extism-js, which makes release builds of JavaScript plugins for Extism hosts, is not installed. Get it from ${releases} (no package of npm has it; the project's script: ${compilerInstall[0]?.command ?? ''}) and put it on the PATH. Development builds do without it.`;

/** Makes the module that Extism hosts load. */
export async function buildWithExtismJs(request: BuildRequest): Promise<BuildResult> {
  const { project, signal, write } = request;
  const { folder } = project;
  const entry = await findEntry(folder, project.config.entry);
  if (entry === undefined) return failed(noEntry(project));
  const file = resolve(folder, entry);
  const bundler = await Bundler.create({ folder, entry: file, world: extismWorld, commonjs: true });
  const [types, result] = await Promise.all([
    checkProject(request),
    bundler.bundle().finally(() => bundler.dispose()),
  ]);
  report(request, result.diagnostics);
  const diagnostics = [...result.diagnostics, ...types];
  if (!result.ok || types.some(({ severity }) => severity === 'error')) return failed(undefined, diagnostics);

  const compiler = await findProgram('extism-js', folders);
  if (compiler === undefined) return failed(noCompiler, diagnostics);
  for (const name of helpers)
    if ((await findProgram(name, folders)) === undefined)
      return failed(`${name} of binaryen, which extism-js runs, is not installed.`, diagnostics);

  const output = outputFolder(project, 'release');
  const source = join(output, 'plugin.js');
  await replaceFile(source, result.bundle.code);
  await replaceFile(`${source}.map`, result.bundle.map);
  const declared = await interfaceOf(folder, file, join(output, 'plugin.d.ts'));
  if (declared === undefined) return failed(noExports(file), diagnostics);
  const path = componentPath(project, 'release');
  const draft = join(output, 'draft.wasm');
  await mkdir(dirname(draft), { recursive: true });
  const made = await run([compiler, source, '-i', declared, '-o', draft], {
    cwd: folder,
    signal,
    write,
    env: { PATH: [process.env['PATH'] ?? '', ...folders].join(delimiter) },
  });
  if (made.ended === 'cancelled') return failed('The build was cancelled.', diagnostics);
  if (made.ended !== 'exited' || made.code !== 0) {
    const last = (made.stderr.trim() || made.stdout.trim()).split('\n').at(-1) ?? '';
    return failed(`${compiler} failed${last === '' ? '' : `: ${last}`}`, diagnostics);
  }
  await rename(draft, path);
  return { ok: true, artifact: { kind: 'module', path }, diagnostics };
}

const usualInterfaces = ['plugin.d.ts', 'index.d.ts', 'script.d.ts'];

/** The declarations of what the plugin exports: the project's own, or made of what its entry exports. */
async function interfaceOf(folder: string, entry: string, made: string): Promise<string | undefined> {
  for (const place of new Set([dirname(entry), folder])) {
    for (const name of usualInterfaces) {
      const path = join(place, name);
      if ((await exists(path)) && /\bdeclare\s+module\s+['"]main['"]/.test(await readFile(path, 'utf8')))
        return path;
    }
  }
  const names = exportedNames(await readFile(entry, 'utf8'));
  if (names.length === 0) return undefined;
  const functions = names.map((name) => `  export function ${name}(): I32;\n`).join('');
  await replaceFile(made, `declare module 'main' {\n${functions}}\n`);
  return made;
}

function noExports(entry: string): string {
  return `extism-js needs to know which functions ${entry} exports: write a plugin.d.ts beside it, declare module 'main' { export function handle_event(): I32; }.`;
}

/** The names that a source exports, as far as they can be read from it. */
export function exportedNames(text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '');
  const names = new Set<string>();
  for (const [, name = ''] of code.matchAll(/\bexport\s+(?:async\s+)?(?:function|const|let|var)\s+([\w$]+)/g))
    names.add(name);
  for (const [, name = ''] of code.matchAll(/\bexports\.([\w$]+)\s*=[^=]/g)) names.add(name);
  for (const match of code.matchAll(/(?:\bmodule\.exports\s*=|\bexport)\s*\{/g)) {
    for (const one of partsOf(code, match.index + match[0].length)) {
      const name = /^\s*(?:[\w$]+\s+as\s+|async\s+)?([\w$]+)\s*(?:[:(][^]*)?$/.exec(one)?.[1];
      if (name !== undefined) names.add(name);
    }
  }
  names.delete('');
  names.delete('default');
  return [...names];
}

/** What stands between the commas of a list in braces, from after its first brace on. */
function partsOf(code: string, start: number): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < code.length && depth >= 0; at++) {
    const character = code.charAt(at);
    if ('{(['.includes(character)) depth++;
    if ('})]'.includes(character)) depth--;
    if (depth < 0 || (depth === 0 && character === ',')) {
      parts.push(code.slice(from, at));
      from = at + 1;
    }
  }
  return parts;
}
