import { mkdir, readFile } from 'node:fs/promises';
import { delimiter, dirname, join, relative } from 'node:path';
import process from 'node:process';
import { messageOf } from '../errors.ts';
import type { WitFunction } from '../host/contract.ts';
import type { BuildMode, Diagnostic, Project } from '../project/project.ts';
import { componentOfType } from './component.ts';
import { formatDiagnostic } from './diagnostics/lines.ts';
import { absoluteGoPlaces, formatVet, goFailure, parseGo } from './diagnostics/go.ts';
import { exists } from './find.ts';
import { bindingsFolder } from './go-bindings.ts';
import { findGo, goInstall, goProblem, goTool, goVersion } from './go-compiler.ts';
import { goTypeName } from './go-names.ts';
import { bindingsState, readComponentType, writeBindings } from './go-project.ts';
import { findTinyGo, tinyGoArguments, tinyGoInstall, tinyGoTool } from './go-tinygo.ts';
import { commandsHere } from './install.ts';
import { lineWriter } from './lines.ts';
import { componentPath, outputFolder, replaceFile } from './output.ts';
import { run, type RunResult } from './run.ts';
import type { BuildRequest, BuildResult, Toolchain } from './toolchain.ts';
import { witPackage } from './wit.ts';

/** What makes go build for WebAssembly with WASI. */
const target = { GOOS: 'wasip1', GOARCH: 'wasm' };

/**
 * Go with nothing but go itself: it makes a core module for WASI preview 1, which the component's type that
 * lies with the bindings and the preview1 adapter then turn into a component.
 */
export const go: Toolchain = {
  id: 'go',
  title: 'Go',
  sources: ['**/*.go', '**/*.s', 'go.mod', 'go.sum', 'wit/**'],
  outputs: [`${bindingsFolder}/**`, '**/wit_bindings.go', 'wit_exports.go', '.hotplug/**'],

  async recognise(folder) {
    if (!(await exists(join(folder, 'go.mod')))) return undefined;
    const wit = await witPackage(folder);
    if (wit === undefined) return undefined;
    return `go.mod and wit/ of ${wit}`;
  },

  tools: async () => [await goTool(), await tinyGoTool()],

  build,
  check,
  bindings: writeBindings,

  async prepare(project) {
    if ((await bindingsState(project)) === 'missing') await writeBindings(project);
  },

  definition: (exported) => ({
    start: new RegExp(`\\bfunc\\s*${declared(exported)}\\s*\\(`, 'g'),
    // The results; a function without a body is another language's.
    rest: /^[^;{}\n]*$|^\s*\([^;{}]*\)\s*$/,
    literals: /`[^`]*`?|"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^\n]+?|[^\n'\\])'/,
  }),
};

/** What stands between `func` and the parameters, as the generated code calls it. */
function declared({ resource, name }: WitFunction): string {
  if (resource === undefined) return goTypeName(name);
  const type = goTypeName(resource);
  if (name === 'constructor') return `Make${type}`;
  return `(?:\\(\\s*\\w*\\s*\\*\\s*${type}\\s*\\)\\s*${goTypeName(name)}_?|${type}${goTypeName(name)})`;
}

async function build(request: BuildRequest): Promise<BuildResult> {
  const { project, mode, signal, write } = request;
  const { folder } = project;
  const core = join(outputFolder(project, mode), 'core.wasm');
  const compiler = await findCompiler(project, mode, core);
  if ('missing' in compiler) return failed(compiler.missing);
  const stale = await readyBindings(project, write);
  await mkdir(dirname(core), { recursive: true });
  const result = await runGo(compiler, request);
  const diagnostics = [...stale, ...parseGo(result.stderr, folder)];
  if (result.ended !== 'exited' || result.code !== 0) {
    return failed(await explain(result, compiler.path, diagnostics), diagnostics);
  }

  try {
    const type = await readComponentType(folder);
    const component = await componentOfType(await readFile(core), type, mode === 'development');
    if (signal.aborted) return failed('The build was cancelled.', diagnostics);
    const path = componentPath(project, mode);
    await replaceFile(path, component);
    return { ok: true, artifact: { kind: 'component', path }, diagnostics };
  } catch (error) {
    return failed(
      `The module that go made is not of the world that its bindings are for: ${messageOf(error)}`,
      diagnostics,
    );
  }
}

interface Compiler {
  readonly path: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** What makes the core module; a sentence that says what to install where it is not there. */
async function findCompiler(
  { config }: Project,
  mode: BuildMode,
  core: string,
): Promise<Compiler | { readonly missing: string }> {
  const go = await findGo();
  if (go === undefined) {
    return { missing: `go was not found. Install Go: ${commandsHere(goInstall)[0] ?? ''}` };
  }
  if (config.compiler !== 'tinygo') {
    return { path: go, argv: [go, 'build', ...buildFlags(mode), '-o', core, '.'], env: target };
  }
  const tinygo = await findTinyGo();
  if (tinygo === undefined) {
    return {
      missing: `tinygo was not found, and hotplug.json wants it. Install it: ${commandsHere(tinyGoInstall)[0] ?? ''}`,
    };
  }
  // TinyGo takes Go's library from the go that it finds on the PATH.
  const path = [dirname(go), process.env['PATH'] ?? ''].join(delimiter);
  return { path: tinygo, argv: [tinygo, ...tinyGoArguments(mode, core)], env: { PATH: path } };
}

function buildFlags(mode: BuildMode): readonly string[] {
  return [
    '-buildmode=c-shared',
    '-trimpath',
    // A repository that git does not trust would fail the build, for a stamp that nobody reads.
    '-buildvcs=false',
    // The bindings take memory where Go's runtime does. What is stripped is not what panics get their lines from.
    `-ldflags=${mode === 'release' ? '-s -w ' : ''}-checklinkname=0`,
  ];
}

/** Makes bindings where there are none; says so where they are not of the project's WIT. */
async function readyBindings(
  project: Project,
  write: (text: string) => void,
): Promise<readonly Diagnostic[]> {
  switch (await bindingsState(project)) {
    case 'current':
      return [];
    case 'missing':
      for (const path of await writeBindings(project)) write(`${path} was made from wit/.\n`);
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

/** Vet, on the author's own files: the bindings do by design what it warns of. */
async function check(request: BuildRequest): Promise<readonly Diagnostic[]> {
  const compiler = await findGo();
  if (compiler === undefined) return [];
  const { project, write, signal } = request;
  const result = await run([compiler, 'vet', '-unsafeptr=false', './...'], {
    cwd: project.folder,
    env: target,
    signal,
  });
  const found = parseGo(result.stderr, project.folder, 'warning').filter(
    ({ file }) => !isGenerated(relative(project.folder, file)),
  );
  for (const diagnostic of found) write(formatVet(diagnostic));
  return found;
}

function isGenerated(file: string): boolean {
  return /(?:^|[/\\])(?:wit_bindings|wit_exports)\.go$|^bindings[/\\]/.test(file);
}

async function runGo({ argv, env }: Compiler, { project, write, signal }: BuildRequest): Promise<RunResult> {
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

/** Says why go failed where it is not the sources; undefined where the diagnostics say it. */
async function explain(
  result: RunResult,
  compiler: string,
  diagnostics: readonly Diagnostic[],
): Promise<string | undefined> {
  if (result.ended === 'cancelled') return 'The build was cancelled.';
  if (result.ended === 'killed') return 'go was killed, perhaps for want of memory.';
  if (result.ended === 'missing') return `${compiler} could not be run: ${result.stderr}`;
  const version = await goVersion(compiler);
  const problem = version === undefined ? undefined : goProblem(version);
  if (problem !== undefined) return `${problem} Install a newer one: ${commandsHere(goInstall)[0] ?? ''}`;
  if (diagnostics.some(({ severity }) => severity === 'error')) return undefined;
  return goFailure(result.stderr) ?? 'go failed without saying why.';
}

function failed(failure: string | undefined, diagnostics: readonly Diagnostic[] = []): BuildResult {
  return { ok: false, diagnostics, ...(failure === undefined ? {} : { failure }) };
}
