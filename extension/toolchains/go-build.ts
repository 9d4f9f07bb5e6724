import { copyFile, mkdir, readFile, rename } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { messageOf } from '../errors.ts';
import type { BuildMode, Diagnostic, Project } from '../project/project.ts';
import { componentOfType } from './component.ts';
import { absoluteGoPlaces, goFailure, parseGo } from './diagnostics/go.ts';
import { formatDiagnostic } from './diagnostics/lines.ts';
import { isModuleContract } from './extism.ts';
import { findGo, goInstall, goProblem, goTarget, goVersion } from './go-compiler.ts';
import { bindingsState, readComponentType, worldName, writeBindings } from './go-project.ts';
import {
  findTinyGo,
  findWasmTools,
  hasTinyGoBindings,
  tinyGoComponentArguments,
  tinyGoInstall,
  tinyGoModuleArguments,
  wasmToolsInstall,
} from './go-tinygo.ts';
import { commandsHere } from './install.ts';
import { lineWriter } from './lines.ts';
import { componentPath, outputFolder, replaceFile } from './output.ts';
import { run, type RunResult } from './run.ts';
import type { BuildRequest, BuildResult, Install } from './toolchain.ts';

/** Builds a Go project: a core module, which becomes a component where the contract has those, or what TinyGo makes by itself. */
export async function buildGo(request: BuildRequest): Promise<BuildResult> {
  const { project, mode } = request;
  const { folder } = project;
  const output = join(outputFolder(project, mode), 'core.wasm');
  const isModule = isModuleContract(project.contract);
  const own = !isModule && (await hasTinyGoBindings(folder));
  const compiler = await findCompiler(project, mode, output, own);
  if ('missing' in compiler) return failed(compiler.missing);
  const stale = own || isModule ? [] : await readyBindings(request);
  await mkdir(dirname(output), { recursive: true });

  const result = await compile(compiler, request);
  const diagnostics = [...stale, ...parseGo(result.stderr, folder)];
  if (result.ended !== 'exited' || result.code !== 0) {
    return failed(await explain(result, compiler.path, diagnostics), diagnostics);
  }
  const path = componentPath(project, mode);
  if (own || isModule) {
    await copyFile(output, `${path}.new`);
    await rename(`${path}.new`, path);
    return { ok: true, artifact: { kind: isModule ? 'module' : 'component', path }, diagnostics };
  }
  try {
    const type = await readComponentType(folder);
    const component = await componentOfType(await readFile(output), type, mode === 'development');
    if (request.signal.aborted) return failed('The build was cancelled.', diagnostics);
    await replaceFile(path, component);
    return { ok: true, artifact: { kind: 'component', path }, diagnostics };
  } catch (error) {
    return failed(
      `The module that was compiled is not of the world that its bindings are for: ${messageOf(error)}`,
      diagnostics,
    );
  }
}

interface Compiler {
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * What compiles the project; a sentence that says what to install where it is not there.
 *
 * @param own the project has bindings that only TinyGo compiles, into a component
 */
async function findCompiler(
  project: Project,
  mode: BuildMode,
  output: string,
  own: boolean,
): Promise<Compiler | { readonly missing: string }> {
  const go = await findGo();
  if (go === undefined) return { missing: `go was not found. ${installed('Go', goInstall)}` };
  if (!own && project.config.compiler !== 'tinygo') {
    return { path: go, argv: [go, 'build', ...goArguments(project, mode), '-o', output, '.'], env: goTarget };
  }
  const tinygo = await findTinyGo();
  if (tinygo === undefined) {
    const why = own ? 'the bindings in go.mod are for it' : 'hotplug.json wants it';
    return { missing: `tinygo was not found, and ${why}. ${installed('TinyGo', tinyGoInstall)}` };
  }
  // TinyGo takes Go's library from the go that it finds on the PATH, and runs wasm-tools from there.
  const folders = [dirname(go)];
  if (!own)
    return { path: tinygo, argv: [tinygo, ...tinyGoModuleArguments(mode, output)], env: path(folders) };
  const tools = await findWasmTools();
  if (tools === undefined) {
    return {
      missing: `wasm-tools was not found, with which TinyGo makes components. ${installed('it', wasmToolsInstall)}`,
    };
  }
  return {
    path: tinygo,
    argv: [tinygo, ...tinyGoComponentArguments(mode, await worldName(project), output)],
    env: path([...folders, dirname(tools)]),
  };
}

function path(folders: readonly string[]): Readonly<Record<string, string>> {
  return { PATH: [...folders, process.env['PATH'] ?? ''].join(delimiter) };
}

function installed(what: string, install: readonly Install[]): string {
  return `Install ${what}: ${commandsHere(install)[0] ?? ''}`;
}

function goArguments({ contract }: Project, mode: BuildMode): readonly string[] {
  // What is stripped is not what panics get their lines from. Bindings take memory where Go's runtime does.
  const linker = [
    ...(mode === 'release' ? ['-s', '-w'] : []),
    ...(isModuleContract(contract) ? [] : ['-checklinkname=0']),
  ];
  return [
    '-buildmode=c-shared',
    '-trimpath',
    // A repository that git does not trust would fail the build, for a stamp that nobody reads.
    '-buildvcs=false',
    `-ldflags=${linker.join(' ')}`,
  ];
}

/** Makes bindings where there are none; says so where they are not of the project's WIT. */
async function readyBindings({ project, write }: BuildRequest): Promise<readonly Diagnostic[]> {
  switch (await bindingsState(project)) {
    case 'current':
      return [];
    case 'missing':
      for (const file of await writeBindings(project)) write(`${file} was made from wit/.\n`);
      return [];
    case 'stale': {
      const diagnostic: Diagnostic = {
        severity: 'warning',
        file: join(project.folder, 'wit_exports.go'),
        line: 1,
        column: 1,
        message: 'The bindings are not of the WIT in wit/: run `hotplug bindings` to make them anew.',
        code: 'wit',
      };
      write(formatDiagnostic(diagnostic));
      return [diagnostic];
    }
  }
}

async function compile(
  { argv, env }: Compiler,
  { project, write, signal }: BuildRequest,
): Promise<RunResult> {
  const lines = lineWriter((line) => {
    write(absoluteGoPlaces(line, project.folder));
  });
  const result = await run(argv, {
    cwd: project.folder,
    env,
    signal,
    write: (text) => {
      lines.write(text);
    },
  });
  lines.end();
  return result;
}

/** Says why a compiler failed where it is not the sources; undefined where the diagnostics say it. */
async function explain(
  result: RunResult,
  compiler: string,
  diagnostics: readonly Diagnostic[],
): Promise<string | undefined> {
  if (result.ended === 'cancelled') return 'The build was cancelled.';
  if (result.ended === 'killed') return `${compiler} was killed, perhaps for want of memory.`;
  if (result.ended === 'missing') return `${compiler} could not be run: ${result.stderr}`;
  const version = await goVersion(compiler);
  const problem = version === undefined ? undefined : goProblem(version);
  if (problem !== undefined) return `${problem} ${installed('a newer one', goInstall)}`;
  if (diagnostics.some(({ severity }) => severity === 'error')) return undefined;
  return goFailure(result.stderr) ?? `${compiler} failed without saying why.`;
}

function failed(failure: string | undefined, diagnostics: readonly Diagnostic[] = []): BuildResult {
  return { ok: false, diagnostics, ...(failure === undefined ? {} : { failure }) };
}
