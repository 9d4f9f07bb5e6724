import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Diagnostic, Project } from '../project/project.ts';
import { camelCase, snakeCase } from './definition.ts';
import { formatDiagnostic } from './diagnostics/lines.ts';
import { isModuleContract } from './extism.ts';
import { exists } from './find.ts';
import { commandsHere } from './install.ts';
import { componentPath, outputFolder, replaceFile } from './output.ts';
import { componentize, readOutput, writeBindings } from './python-componentize.ts';
import {
  componentizerVersion,
  findComponentizer,
  findEnvironment,
  findPython,
  findUv,
  installCommand,
  makeEnvironment,
  pythonInstall,
  ranges,
  readRequirements,
  tooOld,
  updateEnvironment,
  uvInstall,
  type Environment,
  type Program,
} from './python-environment.ts';
import {
  buildWithExtismPy,
  extismEntry,
  extismModules,
  extismRoot,
  extismTool,
  isExtismSource,
  writeExtismStub,
} from './python-extism.ts';
import { pythonInterpreter, type Interpreter, type InterpreterOf } from './python-interpreter.ts';
import { PythonReader, type PythonModule, type PythonModules } from './python-modules.ts';
import { findEntry, pythonWorld, worldName, type PythonEntry } from './python-project.ts';
import type { BuildRequest, BuildResult, Tool, Toolchain } from './toolchain.ts';
import { witPackage } from './wit.ts';

/** Where the bindings are that editors and type checkers read; a component gets its own. */
const bindingsFolder = 'bindings';

/** What stays between builds, by the Python that it runs in. */
const readers = new Map<string, PythonReader>();
/** Interpreters with packages in them that are made while plugins run without. */
const making = new Map<string, { readonly done: Promise<unknown>; readonly stop: AbortController }>();

/**
 * Python through componentize-py, which puts CPython and all modules into a component. In development
 * the component has no plugin and asks the host for one, so that a save costs no new component.
 * Plugins for Extism hosts run in such a component, too, and their release builds are extism-py's.
 */
export const python: Toolchain = {
  id: 'python',
  title: 'Python',
  sources: ['**/*.py', 'wit/**/*.wit', 'pyproject.toml', 'requirements.txt'],
  outputs: [
    '.hotplug/**',
    '.venv/**',
    'venv/**',
    '**/__pycache__/**',
    `${bindingsFolder}/**`,
    'samples/**',
    'recordings/**',
    '.vscode/**',
  ],

  async recognise(folder) {
    const entry = await findEntry(folder, undefined);
    if (entry === undefined) return undefined;
    const file = relative(folder, entry.file);
    const wit = await witPackage(folder);
    if (wit !== undefined) return `${file} and wit/ of ${wit}`;
    return (await isExtismSource(entry.file)) ? `${file} with extism's plugin_fn` : undefined;
  },

  tools,

  async build(request) {
    if (isModuleContract(request.project.contract) && request.mode === 'release') return buildModule(request);
    const ready = await prepareBuild(request);
    if ('failure' in ready) return failed(ready.failure);
    const { modules } = ready;
    for (const diagnostic of modules.diagnostics) request.write(formatDiagnostic(diagnostic));
    if (modules.diagnostics.some(({ severity }) => severity === 'error'))
      return failed(undefined, modules.diagnostics);
    if (request.mode === 'development' && modules.linked.length === 0) return buildSource(request, ready);
    return buildComponent(request, ready);
  },

  bindings,

  async prepare(project) {
    if (!isModuleContract(project.contract) && (await bindingsOf(project)) !== undefined) return;
    // Whatever keeps them from being made keeps the build from being made, too, which says so.
    await bindings(project).catch(() => []);
  },

  // A method of the class that stands for the resource or the interface.
  definition: ({ name, resource, interface: owner }) => ({
    indented: true,
    start: new RegExp(`^[ \\t]*(?:async[ \\t]+)?def[ \\t]+${methodName(name)}[ \\t]*\\(`, 'gm'),
    within: new RegExp(`^[ \\t]*class[ \\t]+${className(resource ?? owner)}\\b`, 'gm'),
  }),

  async dispose() {
    for (const reader of readers.values()) reader.dispose();
    readers.clear();
    const all = [...making.values()];
    making.clear();
    for (const { stop } of all) stop.abort();
    await Promise.all(all.map(({ done }) => done));
  },
};

/** A function in Python; a constructor of a resource is its class's. */
function methodName(name: string): string {
  return name === 'constructor' ? '__init__' : snakeCase(name);
}

/** The class of a resource or an interface: `wasi:keyvalue/watcher@0.2.0` is `Watcher`; of the world's own functions `WitWorld`. */
function className(name: string): string {
  const local = camelCase(name.replace(/@.*$/, '').split('/').at(-1) ?? '');
  return local === '' ? 'WitWorld' : local.slice(0, 1).toUpperCase() + local.slice(1);
}

async function tools(folder: string | undefined): Promise<readonly Tool[]> {
  const neededBy = 'Python plugins';
  const environment = folder === undefined ? undefined : await findEnvironment(folder);
  const interpreter = await findPython();
  const componentizer = await findComponentizer(environment);
  const old = componentizer && tooOld(componentizer);
  const uv = await findUv();
  const command =
    folder === undefined || environment === undefined
      ? `python3 -m pip install componentize-py==${componentizerVersion}`
      : (await installCommand(environment, folder)).join(' ');
  return [
    {
      name: 'Python',
      found: interpreter !== undefined,
      ...(interpreter ?? {}),
      range: ranges.python,
      neededBy,
      install: pythonInstall,
    },
    {
      name: 'componentize-py',
      found: componentizer !== undefined && old === undefined,
      ...(componentizer ?? {}),
      range: ranges.componentizer,
      ...(old === undefined ? {} : { problem: old }),
      neededBy,
      // A build makes the environment that is not there, and installs it there.
      ...(componentizer === undefined && environment === undefined ? { optional: true } : {}),
      install: [{ on: 'any', command }],
    },
    {
      name: 'uv',
      found: uv !== undefined,
      ...(uv === undefined ? {} : { path: uv }),
      neededBy: `${neededBy}: makes their environments faster`,
      optional: true,
      install: uvInstall,
    },
    await extismTool(),
  ];
}

/** All that a build of either kind needs. */
interface Ready {
  readonly entry: PythonEntry;
  readonly componentizer: Program;
  /** Folders with modules: the plugin's own, then ours for its contract, then its packages. */
  readonly roots: readonly string[];
  readonly modules: PythonModules;
}

async function prepareBuild(request: BuildRequest): Promise<Ready | { readonly failure: string }> {
  const { project } = request;
  const entry = await findEntry(project.folder, project.config.entry);
  if (entry === undefined) return { failure: noEntry(project) };
  const found = await environmentFor(request);
  if ('failure' in found) return found;
  const { environment, componentizer } = found;
  if (isModuleContract(project.contract) || (await bindingsOf(project)) === undefined)
    await bindings(project);
  const read = await readModules(project, entry, environment);
  return read === undefined ? { failure: noPython } : { entry, componentizer, ...read };
}

/** Reads the plugin with all that it imports; undefined where there is no Python to do it. */
async function readModules(
  { contract }: Project,
  entry: PythonEntry,
  environment: Environment | undefined,
): Promise<Pick<Ready, 'roots' | 'modules'> | undefined> {
  const interpreter = environment?.python ?? (await findPython())?.path;
  if (interpreter === undefined) return undefined;
  const roots = [
    entry.root,
    ...(isModuleContract(contract) ? [extismRoot()] : []),
    ...(environment === undefined ? [] : [environment.packages]),
  ];
  const read = await readerFor(interpreter).read(roots, entry.module);
  return { roots, modules: { ...read, diagnostics: explained(read.diagnostics, environment) } };
}

/** A release build for Extism hosts: extism-py has a Python of its own, ours only looks for mistakes. */
async function buildModule(request: BuildRequest): Promise<BuildResult> {
  const { project, write } = request;
  const entry = await findEntry(project.folder, project.config.entry);
  if (entry === undefined) return failed(noEntry(project));
  const environment = await findEnvironment(project.folder);
  const diagnostics = (await readModules(project, entry, environment))?.modules.diagnostics ?? [];
  for (const diagnostic of diagnostics) write(formatDiagnostic(diagnostic));
  if (diagnostics.some(({ severity }) => severity === 'error')) return failed(undefined, diagnostics);
  const built = await buildWithExtismPy(request, entry, environment);
  return { ...built, diagnostics: [...diagnostics, ...built.diagnostics] };
}

const noPython = `Python ${ranges.python} was not found. Install it: ${commandsHere(pythonInstall)[0] ?? ''}`;

/** Says where a module was looked for. */
function explained(
  diagnostics: readonly Diagnostic[],
  environment: Environment | undefined,
): readonly Diagnostic[] {
  const where =
    environment === undefined
      ? "it is not one of the plugin's own, and there is no .venv"
      : `it is neither one of the plugin's own nor installed in ${environment.folder}`;
  return diagnostics.map((one) =>
    one.code === 'ModuleNotFoundError' ? { ...one, message: `${one.message}: ${where}` } : one,
  );
}

function readerFor(interpreter: string): PythonReader {
  const known = readers.get(interpreter);
  if (known !== undefined) return known;
  const reader = new PythonReader(interpreter);
  readers.set(interpreter, reader);
  return reader;
}

/** The project's environment and componentize-py; a project without an environment gets one where it needs one. */
async function environmentFor(
  request: BuildRequest,
): Promise<
  | { readonly environment: Environment | undefined; readonly componentizer: Program }
  | { readonly failure: string }
> {
  const { folder } = request.project;
  const requirements = await readRequirements(folder);
  const { signal, write } = request;
  const make = { folder, requirements, signal, write };
  let environment = await findEnvironment(folder);
  let componentizer = await findComponentizer(environment);
  if (environment === undefined && (componentizer === undefined || requirements.packages.length > 0)) {
    const made = await makeEnvironment(make);
    if (!made.ok) return made;
    environment = made.environment;
  } else if (environment !== undefined) {
    const updated = await updateEnvironment(environment, make);
    if (!updated.ok) return updated;
  }
  componentizer = await findComponentizer(environment);
  if (componentizer === undefined) {
    const command = environment === undefined ? [] : await installCommand(environment, folder);
    return {
      failure: `componentize-py is not installed in ${environment?.folder ?? folder}. Run in ${folder}: ${command.join(' ')}`,
    };
  }
  const old = tooOld(componentizer);
  return old === undefined ? { environment, componentizer } : { failure: old };
}

function noEntry({ folder, config }: Project): string {
  return config.entry === undefined
    ? `No entry module was found in ${folder}. Name it in hotplug.json ("entry"), or call it src/app.py.`
    : `The entry module ${config.entry} that hotplug.json names does not exist.`;
}

async function buildSource(request: BuildRequest, ready: Ready): Promise<BuildResult> {
  const { project, signal, write } = request;
  const { entry, componentizer } = ready;
  const { modules, diagnostics } = ready.modules;
  const extism = isModuleContract(project.contract);
  const firstPackage = extism ? 2 : 1;
  const own = ofRoot(modules, (root) => root === 0);
  const packages = ofRoot(modules, (root) => root >= firstPackage);
  try {
    const world = await pythonWorld(project);
    const wanted = { world, componentizer, packages: extism ? await extismModules() : {} };
    const chosen = await chooseInterpreter(wanted, packages, write);
    if (!(await chosen.interpreter.kept())) {
      write('[hotplug] making the interpreter for this world, once; later builds take milliseconds\n');
    }
    const interpreter = await chosen.interpreter.get(signal);
    const path = join(outputFolder(project, 'development'), 'plugin.json');
    const given = { ...own, ...(chosen.within ? {} : packages) };
    const start = extism ? extismEntry(entry) : { entry: entry.module, modules: {} };
    await replaceFile(path, JSON.stringify({ ...start, modules: { ...given, ...start.modules } }));
    return { ok: true, artifact: { kind: 'source', path, interpreter }, diagnostics };
  } catch (error) {
    return failed(
      signal.aborted ? 'The build was cancelled.' : `The interpreter could not be made: ${messageOf(error)}`,
      diagnostics,
    );
  }
}

function ofRoot(
  modules: Readonly<Record<string, PythonModule>>,
  wanted: (root: number) => boolean,
): Readonly<Record<string, PythonModule>> {
  return Object.fromEntries(
    Object.entries(modules)
      .filter(([, { file }]) => wanted(Number(file.split('/')[1])))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/**
 * The interpreter with the plugin's packages in it, or, while that one is made, the one without, which
 * compiles them at every start. The first interpreter of all is made at once: a build waits for it. What is
 * `wanted` has the modules that both of them have.
 */
async function chooseInterpreter(
  wanted: InterpreterOf,
  packages: Readonly<Record<string, PythonModule>>,
  write: (text: string) => void,
): Promise<{ readonly interpreter: Interpreter; readonly within: boolean }> {
  const bare = await pythonInterpreter(wanted);
  if (Object.keys(packages).length === 0) return { interpreter: bare, within: true };
  const full = await pythonInterpreter({ ...wanted, packages: { ...packages, ...wanted.packages } });
  if ((await full.kept()) || !(await bare.kept())) return { interpreter: full, within: true };
  const key = JSON.stringify([wanted.world.hash, packages]);
  if (!making.has(key)) {
    const names = [...new Set(Object.keys(packages).map((name) => name.split('.')[0]))].join(', ');
    write(
      `[hotplug] ${names}: an interpreter with it is made in the background; until then saves take longer\n`,
    );
    const stop = new AbortController();
    // What went wrong goes wrong again without it, and is said then.
    const done = full.get(stop.signal).catch(() => undefined);
    making.set(key, { done, stop });
  }
  return { interpreter: bare, within: false };
}

async function buildComponent(request: BuildRequest, ready: Ready): Promise<BuildResult> {
  const { project, mode, signal, write } = request;
  const { entry, componentizer, roots } = ready;
  const { diagnostics } = ready.modules;
  const world = await pythonWorld(project);
  const path = componentPath(project, mode);
  const draft = `${path}.new`;
  await mkdir(dirname(path), { recursive: true });
  const result = await componentize({
    componentizer,
    cwd: project.folder,
    signal,
    wit: world.wit,
    world: worldName(world, world.name),
    entry: entry.module,
    roots,
    output: draft,
    nothing: join(outputFolder(project, mode), 'nothing'),
    options: world.options,
  });
  if (result.ended === 'cancelled') return failed('The build was cancelled.', diagnostics);
  if (result.ended !== 'exited')
    return failed(`${componentizer.path} could not be run: ${result.stderr}`, diagnostics);
  if (result.code !== 0) {
    const said = readOutput(result, roots);
    write(`${said.text}\n`);
    for (const diagnostic of said.diagnostics) write(formatDiagnostic(diagnostic));
    return failed(said.diagnostics.length > 0 ? undefined : said.failure, [
      ...diagnostics,
      ...said.diagnostics,
    ]);
  }
  write(result.stdout + result.stderr);
  await rename(draft, path);
  return { ok: true, artifact: { kind: 'component', path }, diagnostics };
}

/** The folder that has the world's bindings, which is one that the author made or ours. */
async function bindingsOf({ folder, config }: Project): Promise<string | undefined> {
  const entry = await findEntry(folder, config.entry);
  const places = [join(folder, bindingsFolder), folder, ...(entry === undefined ? [] : [entry.root])];
  for (const place of places) if (await exists(join(place, 'wit_world', '__init__.py'))) return place;
  return undefined;
}

/** Writes what editors and type checkers know the world by; gives the files that changed. */
async function bindings(project: Project): Promise<readonly string[]> {
  const { folder } = project;
  if (isModuleContract(project.contract)) return writeExtismStub(folder, bindingsFolder);
  const componentizer = await findComponentizer(await findEnvironment(folder));
  if (componentizer === undefined) return [];
  const world = await pythonWorld(project);
  const target = (await bindingsOf(project)) ?? join(folder, bindingsFolder);
  const made = await mkdtemp(join(tmpdir(), 'hotplug-bindings-'));
  try {
    const result = await writeBindings(
      {
        componentizer,
        cwd: folder,
        signal: undefined,
        wit: world.wit,
        world: worldName(world, world.name),
        options: world.options,
      },
      made,
    );
    if (result.ended !== 'exited' || result.code !== 0)
      throw new Error(`componentize-py could not write the bindings: ${readOutput(result, []).text}`);
    return (await replaceFolder(made, target)).map((file) => relative(folder, join(target, file)));
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** Makes one folder's files those of another; gives those that changed. Files of `wit_world` that are no more are removed. */
async function replaceFolder(from: string, to: string): Promise<readonly string[]> {
  const changed: string[] = [];
  const files = await filesIn(from);
  for (const file of files) {
    const text = await readFile(join(from, file), 'utf8');
    if ((await readFile(join(to, file), 'utf8').catch(() => undefined)) === text) continue;
    await replaceFile(join(to, file), text);
    changed.push(file);
  }
  for (const file of await filesIn(join(to, 'wit_world'))) {
    const name = join('wit_world', file);
    if (!name.endsWith('.py') || files.includes(name)) continue;
    await rm(join(to, name), { force: true });
    changed.push(name);
  }
  return changed;
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function failed(failure: string | undefined, diagnostics: readonly Diagnostic[] = []): BuildResult {
  return { ok: false, diagnostics, ...(failure === undefined ? {} : { failure }) };
}
