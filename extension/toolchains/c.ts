import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { assetPath } from '../assets.ts';
import { messageOf } from '../errors.ts';
import type { WitFunction } from '../host/contract.ts';
import type { BuildMode, Diagnostic, Project } from '../project/project.ts';
import { cCompilerInstall, findCCompiler, type CCompiler } from './c-compiler.ts';
import { compileObjects } from './c-objects.ts';
import { snakeCase } from './definition.ts';
import { commandsHere } from './install.ts';
import { parseLineFormat } from './diagnostics/lines.ts';
import { componentPath, outputFolder, replaceFile } from './output.ts';
import { run, type RunResult } from './run.ts';
import type { BuildRequest, BuildResult, Toolchain } from './toolchain.ts';
import { contractPackages, witPackage } from './wit.ts';

/** Folders that never hold a plugin's sources. */
const skipped = new Set(['build', 'target', 'node_modules', 'wit', 'test', 'tests']);

/**
 * C through clang (or zig) and wasi-libc: all of the project's C files become one core module, which
 * the component's type in the bindings and the preview1 adapter then turn into a component.
 */
export const c: Toolchain = {
  id: 'c',
  title: 'C',
  sources: ['**/*.c', '**/*.h', '**/*_component_type.o'],
  outputs: ['build/**', '.hotplug/**'],

  async recognise(folder) {
    const files: readonly string[] = await readdir(folder).catch(() => []);
    const recipe = ['Makefile', 'makefile', 'CMakeLists.txt'].find((name) => files.includes(name));
    const wit = await witPackage(folder);
    const { sources } = await sourceFiles(folder, 2);
    const ours = wit !== undefined && contractPackages.includes(wit);
    if (recipe !== undefined && ours && sources.length > 0) return `${recipe} and wit/ of ${wit}`;
    for (const file of sources) {
      const text = await readFile(file, 'utf8');
      if (/exports_streamkit_plugin_node_metadata\s*\(/.test(text)) {
        return `${relative(folder, file)} with StreamKit's exports`;
      }
    }
    return undefined;
  },

  async tools() {
    const compiler = await findCCompiler();
    return [
      {
        name: 'C compiler for WebAssembly',
        found: compiler !== undefined,
        ...(compiler === undefined ? {} : { path: compiler.path, version: compiler.version }),
        neededBy: 'C plugins',
        install: cCompilerInstall,
      },
    ];
  },

  build,

  async prepare(project) {
    const compiler = await findCCompiler();
    if (compiler === undefined) return;
    const file = join(project.folder, 'compile_commands.json');
    const old = await readFile(file, 'utf8').catch(() => undefined);
    // The paths in it are absolute: a project that was moved or copied needs a new one.
    if (old?.includes(JSON.stringify(project.folder)) === true) return;
    await replaceFile(file, await compileCommands(project, compiler));
  },

  // wit-bindgen's name for it, as the generated header declares it.
  definition: (exported) => ({
    start: new RegExp(`\\b${exportedName(exported)}\\s*\\(`, 'g'),
    rest: /^\s*$/,
    literals: /"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?/,
  }),
};

function exportedName(exported: WitFunction): string {
  const method = exported.resource === undefined ? [] : ['method', exported.resource];
  return ['exports', exported.interface, ...method, exported.name].map(snakeCase).join('_');
}

async function build(request: BuildRequest): Promise<BuildResult> {
  const { project, mode, signal } = request;
  const { folder } = project;
  const compiler = await findCCompiler();
  if (compiler === undefined) {
    return failed(
      `No C compiler for WebAssembly was found. Install one: ${commandsHere(cCompilerInstall)[0] ?? ''}`,
    );
  }
  const { sources, componentTypes } = await sourceFiles(folder);
  if (sources.length === 0) return failed(`There is no C file in ${folder}.`);
  if (componentTypes.length === 0) {
    return failed(
      'There is no *_component_type.o in the project. Generate the bindings: `wit-bindgen c` leaves it beside plugin.c and plugin.h.',
    );
  }

  const output = outputFolder(project, mode);
  const steps = { folder, objects: join(output, 'objects'), signal, write: request.write };
  const compile = [...compiler.argv, ...(await flags(project, mode))];
  const compiled = await compileObjects(
    sources.map((file) => relative(folder, file)),
    { ...steps, argv: compile },
  );
  const diagnostics = parseLineFormat(compiled.map(({ result }) => result.stderr).join('\n'), folder);
  const bad = compiled.find(({ result }) => result.ended !== 'exited' || result.code !== 0);
  if (bad !== undefined) return failed(explain(bad.result, compiler, diagnostics), diagnostics);

  const core = join(output, 'core.wasm');
  const objects = [...compiled.map(({ object }) => object), ...componentTypes];
  const linked = await run([...compiler.argv, ...linkFlags(mode), ...objects, '-o', core], {
    cwd: folder,
    signal,
    write: request.write,
  });
  if (linked.ended !== 'exited' || linked.code !== 0) {
    return failed(explain(linked, compiler, diagnostics), diagnostics);
  }

  try {
    const path = componentPath(project, mode);
    await replaceFile(path, await component(await readFile(core)));
    return { ok: true, artifact: { kind: 'component', path }, diagnostics };
  } catch (error) {
    return failed(
      `The module that the compiler made is not this contract's: ${messageOf(error)}`,
      diagnostics,
    );
  }
}

function linkFlags(mode: BuildMode): readonly string[] {
  const strip = mode === 'release' ? ['-Wl,--strip-debug'] : [];
  return ['-mexec-model=reactor', '-Wl,--gc-sections', ...strip];
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
    ...[...includes].sort().map((include) => `-I${relative(project.folder, include) || '.'}`),
  ];
}

/** Makes a component of a core module that carries its component type. */
async function component(core: Uint8Array): Promise<Uint8Array> {
  // Loading it compiles 2.4 MB of WebAssembly, so only once a C plugin is built.
  const { componentNew } = await import('@bytecodealliance/jco-transpile/wasm-tools');
  const adapter = await readFile(assetPath('vendor', 'wasi_snapshot_preview1.reactor.wasm'));
  return componentNew(core, [['wasi_snapshot_preview1', adapter]]);
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
  const linker = /wasm-ld(?:-\d+)?: error: (.*)/.exec(result.stderr)?.[1];
  if (linker !== undefined) return `The linker says: ${linker}`;
  return /error: (.*)/.exec(result.stderr)?.[1] ?? 'The compiler failed without saying why.';
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

/** A compilation database for clangd; zig's driver is not clang's, so clang's own words are used for it. */
async function compileCommands(project: Project, compiler: CCompiler): Promise<string> {
  const { sources } = await sourceFiles(project.folder);
  const shared = await flags(project, 'development');
  const commands = sources.map((file) => ({
    directory: project.folder,
    file: relative(project.folder, file).split(sep).join('/'),
    arguments: [...compiler.argv, ...shared, '-c', relative(project.folder, file)],
  }));
  return `${JSON.stringify(commands, null, 2)}\n`;
}
