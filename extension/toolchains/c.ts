import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { messageOf, UserError } from '../errors.ts';
import type { WitFunction } from '../host/contract.ts';
import type { BuildMode, Diagnostic, Project } from '../project/project.ts';
import { stripCustomSections } from '../wasm/sections.ts';
import { bindingsOf, freshenCBindings, writeCBindings } from './c-bindings.ts';
import { writeCompileCommands } from './c-commands.ts';
import { cCompilerTool, findCCompiler, type CCompiler } from './c-compiler.ts';
import { compileObjects } from './c-objects.ts';
import { componentOf } from './component.ts';
import { snakeCase } from './definition.ts';
import { explainComponent } from './diagnostics/component.ts';
import { formatDiagnostic, parseLineFormat } from './diagnostics/lines.ts';
import { parseLinker, placeLinkProblems } from './diagnostics/linker.ts';
import { lastWords } from './diagnostics/unknown.ts';
import { isModuleContract } from './extism.ts';
import { commandsHere } from './install.ts';
import { componentPath, outputFolder, replaceFile } from './output.ts';
import { run, type RunResult } from './run.ts';
import type { BuildRequest, BuildResult, Toolchain } from './toolchain.ts';
import { contractPackages, witPackage } from './wit.ts';

/** Folders that never hold a plugin's sources. */
const skipped = new Set(['build', 'target', 'node_modules', 'wit', 'test', 'tests']);

/**
 * C through clang (or zig) and wasi-libc: all of the project's C files become one core module, which
 * the component's type in the bindings and the preview1 adapter then turn into a component. Extism's hosts
 * take the core module as it is.
 */
export const c: Toolchain = {
  id: 'c',
  title: 'C',
  sources: ['**/*.c', '**/*.h', '**/*_component_type.o', 'wit/**'],
  outputs: ['build/**', '.hotplug/**'],

  async recognise(folder) {
    const files: readonly string[] = await readdir(folder).catch(() => []);
    const recipe = ['Makefile', 'makefile', 'CMakeLists.txt'].find((name) => files.includes(name));
    const wit = await witPackage(folder);
    const { sources, headers } = await sourceFiles(folder, 2);
    const ours = wit !== undefined && contractPackages.includes(wit);
    if (recipe !== undefined && ours && sources.length > 0) return `${recipe} and wit/ of ${wit}`;
    for (const file of sources) {
      const text = await readFile(file, 'utf8');
      if (/exports_streamkit_plugin_node_metadata\s*\(/.test(text)) {
        return `${relative(folder, file)} with StreamKit's exports`;
      }
    }
    for (const file of [...headers, ...sources]) {
      if (extismAbi.test(await readFile(file, 'utf8')))
        return `${slashed(relative(folder, file))} with Extism's functions`;
    }
    return undefined;
  },

  async tools(folder) {
    return [await cCompilerTool(folder)];
  },

  build,

  async bindings(project) {
    if (isModuleContract(project.contract)) return [];
    const { componentTypes } = await sourceFiles(project.folder);
    const [first] = componentTypes;
    const { folder } =
      first === undefined
        ? { folder: undefined }
        : await bindingsOf(project, slashed(relative(project.folder, first)));
    return writeCBindings(project, folder);
  },

  async prepare(project) {
    const compiler = await findCCompiler(project.folder);
    if (compiler !== undefined) await describeForEditor(project, compiler);
  },

  definition: (exported) => ({
    start: new RegExp(definedName(exported), 'g'),
    rest: /^\s*$/,
    literals: /"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?/,
  }),
};

/** What of C's Extism PDK, ours or not, is in a plugin and in no host. */
const extismAbi =
  /\(\s*"extism:host\/env"\s*\)|\bEXTISM_EXPORTED_FUNCTION\s*\(|#\s*include\s*[<"]extism-pdk\.h[>"]/;

/** Up to the parenthesis of its parameters. */
function definedName(exported: WitFunction): string {
  const name = exportedName(exported);
  // The macro of Extism's own header stands for the whole head of a function.
  const macro = exported.interface === '' ? `|\\bEXTISM_EXPORTED_FUNCTION\\s*\\((?=\\s*${name}\\s*\\))` : '';
  return `\\b${name}\\s*\\(${macro}`;
}

/** wit-bindgen's name for it, as the generated header declares it; without a WIT the export's own. */
function exportedName(exported: WitFunction): string {
  if (exported.interface === '') return `(?:exports_\\w+_)?${snakeCase(exported.name)}`;
  const method = exported.resource === undefined ? [] : ['method', exported.resource];
  return ['exports', exported.interface, ...method, exported.name].map(snakeCase).join('_');
}

async function build(request: BuildRequest): Promise<BuildResult> {
  const { project, mode, signal } = request;
  const { folder } = project;
  const compiler = await findCCompiler(folder);
  if (compiler === undefined) return failed(await whyNoCompiler(folder));
  const isModule = isModuleContract(project.contract);
  const wrong = isModule ? undefined : await freshBindings(request);
  if (wrong !== undefined) return failed(wrong);
  const { sources, componentTypes } = await sourceFiles(folder);
  if (sources.length === 0) return failed(`There is no C file in ${folder}.`);
  if (!isModule && componentTypes.length === 0) {
    return failed(
      'There is no *_component_type.o in the project, and no wit/ to make it from. Put the WIT of the world into wit/, or the bindings of `wit-bindgen c` beside the sources.',
    );
  }

  const output = outputFolder(project, mode);
  const steps = { folder, objects: join(output, 'objects'), signal, write: request.write };
  const compile = [...compiler.argv, ...(await flags(project, mode))];
  const relatives = sources.map((file) => slashed(relative(folder, file)));
  const compiled = await compileObjects(relatives, { ...steps, argv: compile });
  const diagnostics = parseLineFormat(compiled.map(({ result }) => result.stderr).join('\n'), folder);
  const bad = compiled.find(({ result }) => result.ended !== 'exited' || result.code !== 0);
  if (bad !== undefined) return failed(explain(bad.result, compiler, diagnostics), diagnostics);

  const core = join(output, 'core.wasm');
  const objects = compiled.map(({ object }) => object);
  const waiting = sayWhyItTakesLong(compiler, request.write);
  const linked = await run(
    [
      ...compiler.argv,
      '-mexec-model=reactor',
      '-Wl,--gc-sections',
      ...objects,
      ...(isModule ? [] : componentTypes),
      '-o',
      core,
    ],
    { cwd: folder, signal, write: request.write },
  );
  clearTimeout(waiting);
  const problems = await linkDiagnostics(linked.stderr, objects, sources);
  for (const problem of problems) request.write(formatDiagnostic(problem));
  const all = [...diagnostics, ...problems];
  if (linked.ended !== 'exited' || linked.code !== 0) return failed(explain(linked, compiler, all), all);

  await describeForEditor(project, compiler);
  try {
    const path = componentPath(project, mode);
    const module = stripped(await readFile(core), mode);
    await replaceFile(path, isModule ? module : await componentOf(module));
    return { ok: true, artifact: { kind: isModule ? 'module' : 'component', path }, diagnostics: all };
  } catch (error) {
    return failed(explainComponent(messageOf(error)), all);
  }
}

async function whyNoCompiler(folder: string): Promise<string> {
  const { problem, install } = await cCompilerTool(folder);
  const why = problem ?? 'No C compiler for WebAssembly was found.';
  return `${why} Install one: ${commandsHere(install)[0] ?? ''}`;
}

/** Makes bindings that are missing or of another WIT; what keeps it from doing so. */
async function freshBindings({ project, write }: BuildRequest): Promise<string | undefined> {
  const { componentTypes } = await sourceFiles(project.folder);
  const [first] = componentTypes;
  const there =
    first === undefined ? undefined : await bindingsOf(project, slashed(relative(project.folder, first)));
  try {
    for (const path of await freshenCBindings(project, there)) write(`${path} was written anew from wit/.\n`);
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.message} ${error.advice}`;
  }
}

/** zig compiles its C library for a target once, and says nothing meanwhile. */
function sayWhyItTakesLong({ kind }: CCompiler, write: (text: string) => void): NodeJS.Timeout | undefined {
  if (kind !== 'zig') return undefined;
  return setTimeout(
    write,
    3000,
    'zig compiles its C library for WebAssembly; that is done once and takes about a minute.\n',
  ).unref();
}

async function linkDiagnostics(
  stderr: string,
  objects: readonly string[],
  sources: readonly string[],
): Promise<readonly Diagnostic[]> {
  const problems = parseLinker(stderr);
  if (problems.length === 0) return [];
  const texts = new Map<string, { file: string; text: string }>();
  for (const [index, object] of objects.entries()) {
    const file = sources[index];
    if (file !== undefined) texts.set(object, { file, text: await readFile(file, 'utf8').catch(() => '') });
  }
  return placeLinkProblems(problems, texts);
}

async function flags(project: Project, mode: BuildMode): Promise<readonly string[]> {
  const { headers } = await sourceFiles(project.folder);
  const includes = new Set([...headers].map((file) => dirname(file)));
  return [
    '-std=c17',
    // -O1 keeps lines and variables readable and is quick; the release build's name section is enough for traps.
    ...(mode === 'development' ? ['-g', '-O1'] : ['-O2', '-DNDEBUG']),
    '-Wall',
    '-Werror=implicit-function-declaration',
    '-ffunction-sections',
    '-fdata-sections',
    '-fno-color-diagnostics',
    // The editor does not know which folder of the workspace the paths would be relative to.
    '-fdiagnostics-absolute-paths',
    ...[...includes].sort().map((include) => `-I${slashed(relative(project.folder, include)) || '.'}`),
  ];
}

/** A core module as this mode leaves it: a release has no debug information. */
function stripped(core: Uint8Array, mode: BuildMode): Uint8Array {
  // Not by the linker: zig would compile its C library once more for that.
  return mode === 'release' ? stripCustomSections(core, (name) => !name.startsWith('.debug_')) : core;
}

/** Says why a step failed; undefined where the diagnostics say it. */
function explain(
  result: RunResult,
  compiler: CCompiler,
  diagnostics: readonly Diagnostic[],
): string | undefined {
  if (result.ended === 'cancelled') return 'The build was cancelled.';
  if (result.ended !== 'exited') return `${compiler.path} could not be run: ${result.stderr}`;
  if (diagnostics.some(({ severity }) => severity === 'error')) return undefined;
  const linker = parseLinker(result.stderr).filter(({ severity }) => severity === 'error');
  if (linker.length > 0) return `The linker says: ${linker.map(({ message }) => message).join('; ')}`;
  return lastWords(result.stderr + result.stdout) || `${compiler.path} failed without saying why.`;
}

function failed(failure: string | undefined, diagnostics: readonly Diagnostic[] = []): BuildResult {
  return { ok: false, diagnostics, ...(failure === undefined ? {} : { failure }) };
}

interface SourceFiles {
  readonly sources: readonly string[];
  readonly headers: readonly string[];
  readonly componentTypes: readonly string[];
}

/** Finds a project's C files, headers and component types, at most `depth` folders deep. */
async function sourceFiles(folder: string, depth = 4): Promise<SourceFiles> {
  const sources: string[] = [];
  const headers: string[] = [];
  const componentTypes: string[] = [];
  const visit = async (at: string, left: number): Promise<void> => {
    const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        if (left > 1 && !entry.name.startsWith('.') && !skipped.has(entry.name)) await visit(path, left - 1);
      } else if (entry.name.endsWith('.c')) sources.push(path);
      else if (entry.name.endsWith('.h')) headers.push(path);
      else if (entry.name.endsWith('_component_type.o')) componentTypes.push(path);
    }
  };
  await visit(folder, depth);
  return { sources, headers, componentTypes };
}

/** Makes completion work: what clangd has to know. */
async function describeForEditor(project: Project, compiler: CCompiler): Promise<void> {
  const { sources } = await sourceFiles(project.folder);
  const names = sources.map((file) => slashed(relative(project.folder, file)));
  await writeCompileCommands(project, compiler, await flags(project, 'development'), names);
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
