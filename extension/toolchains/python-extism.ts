/** Python plugins for Extism hosts: what their development interpreter has beside CPython, and extism-py. */
import { mkdir, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { assetPath } from '../assets.ts';
import { formatDiagnostic } from './diagnostics/lines.ts';
import { parsePython } from './diagnostics/python.ts';
import { findProgram } from './find.ts';
import { componentPath, outputFolder, replaceFile } from './output.ts';
import type { Environment } from './python-environment.ts';
import type { PythonModule } from './python-modules.ts';
import type { PythonEntry } from './python-project.ts';
import { run } from './run.ts';
import type { BuildRequest, BuildResult, Install, Tool } from './toolchain.ts';

/** The folder with the module `extism`, which plugins import and which is nobody's package. */
export function extismRoot(): string {
  return assetPath('python', 'extism');
}

/** The modules of that folder, as an interpreter gets them. */
export async function extismModules(): Promise<Readonly<Record<string, PythonModule>>> {
  const names = ['extism', 'hotplug_extism'];
  const modules = names.map(async (name): Promise<readonly [string, PythonModule]> => {
    const source = await readFile(join(extismRoot(), `${name}.py`), 'utf8');
    return [name, { file: `/1/${name}.py`, source }];
  });
  return Object.fromEntries(await Promise.all(modules));
}

const starter = 'hotplug_extism_start';

/** What the interpreter imports first: the plugin, and what calls its functions. */
export function extismEntry({ module }: Pick<PythonEntry, 'module'>): {
  readonly entry: string;
  readonly modules: Readonly<Record<string, PythonModule>>;
  readonly late: true;
} {
  const source = `__hotplug__ = True\nimport ${module}\nfrom hotplug_extism import WitWorld\n`;
  // extism-py's plugins carry the standard library with them: they may import from it at any time.
  return { entry: starter, modules: { [starter]: { file: `/1/${starter}.py`, source } }, late: true };
}

const importsExtism = /^[ \t]*(?:import[ \t]+extism\b|from[ \t]+extism[ \t]+import\b)/m;
const exportsFunction = /^[ \t]*@(?:extism\.)?plugin_fn\b/m;

/** Whether a source is that of an Extism plugin: a host's code imports `extism`, too, but exports nothing. */
export async function isExtismSource(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8');
  return importsExtism.test(text) && exportsFunction.test(text);
}

/** Writes the stub that editors and type checkers know `extism` by; gives the file, relative to `folder`, if it changed. */
export async function writeExtismStub(folder: string, bindings: string): Promise<readonly string[]> {
  const text = await readFile(join(extismRoot(), 'extism.pyi'), 'utf8');
  const file = join(folder, bindings, 'extism.pyi');
  if ((await readFile(file, 'utf8').catch(() => undefined)) === text) return [];
  await replaceFile(file, text);
  return [`${bindings}/extism.pyi`];
}

/** The compiler comes from its releases only: no index of Python packages has it, nor extism-cli, nor extism-pdk. */
const compilerInstall: readonly Install[] = ['debian', 'macos'].map((on) => ({
  on: on === 'macos' ? 'macos' : 'debian',
  command: 'curl -Ls https://raw.githubusercontent.com/extism/python-pdk/main/install.sh | bash',
}));

const releases = 'https://github.com/extism/python-pdk/releases';

function findCompiler(): Promise<string | undefined> {
  return findProgram('extism-py', [join(homedir(), '.local', 'bin'), '/usr/local/bin']);
}

/** The compiler for the doctor. */
export async function extismTool(): Promise<Tool> {
  const path = await findCompiler();
  return {
    name: 'extism-py',
    found: path !== undefined,
    ...(path === undefined ? {} : { path }),
    neededBy: `release builds of Python plugins for HoloMUSH and other Extism hosts. It comes from ${releases}: "pip install extism-cli" installs nothing, there is no such package`,
    optional: true,
    install: compilerInstall,
  };
}

const noCompiler = `extism-py, which makes release builds of Python plugins for Extism hosts, is not installed. Get it from ${releases} ("pip install extism-cli" does not have it; the project's script: ${compilerInstall[0]?.command ?? ''}) and put it on the PATH. Development builds do without it.`;

/** Makes the module that Extism hosts load, with extism-py. */
export async function buildWithExtismPy(
  { project, mode, signal, write }: BuildRequest,
  entry: PythonEntry,
  environment: Environment | undefined,
): Promise<BuildResult> {
  const compiler = await findCompiler();
  if (compiler === undefined) return { ok: false, diagnostics: [], failure: noCompiler };
  const path = componentPath(project, mode);
  const draft = join(outputFolder(project, mode), 'draft.wasm');
  await mkdir(dirname(draft), { recursive: true });
  const folders = [entry.root, ...(environment === undefined ? [] : [environment.packages])];
  const result = await run([compiler, entry.file, '-o', draft], {
    cwd: project.folder,
    signal,
    env: { PYTHONPATH: folders.join(delimiter), PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (result.ended === 'cancelled')
    return { ok: false, diagnostics: [], failure: 'The build was cancelled.' };
  // The source is given to its Python as text.
  const said = (result.stdout + result.stderr).replaceAll('File "<source>"', () => `File "${entry.file}"`);
  write(said);
  if (result.ended !== 'exited' || result.code !== 0) {
    const diagnostics = parsePython(said, entry.root);
    for (const diagnostic of diagnostics) write(formatDiagnostic(diagnostic));
    const last = said.trim().split('\n').at(-1) ?? '';
    return {
      ok: false,
      diagnostics,
      ...(diagnostics.length > 0 ? {} : { failure: `${compiler} failed${last === '' ? '' : `: ${last}`}` }),
    };
  }
  await rename(draft, path);
  return { ok: true, artifact: { kind: 'module', path }, diagnostics: [] };
}
