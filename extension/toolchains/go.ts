import { join, relative } from 'node:path';
import type { WitFunction } from '../host/contract.ts';
import type { Diagnostic } from '../project/project.ts';
import { formatVet, parseGo } from './diagnostics/go.ts';
import { isModuleContract } from './extism.ts';
import { exists } from './find.ts';
import { bindingsFolder } from './go-bindings.ts';
import { buildGo } from './go-build.ts';
import { findGo, goTarget, goTool } from './go-compiler.ts';
import { goTypeName } from './go-names.ts';
import { bindingsState, hasExtismPdk, writeBindings } from './go-project.ts';
import { hasTinyGoBindings, tinyGoTools } from './go-tinygo.ts';
import { run } from './run.ts';
import type { BuildRequest, Toolchain } from './toolchain.ts';
import { witPackage } from './wit.ts';

/**
 * Go with nothing but go itself: it makes a core module for WASI preview 1, which the component's type that
 * lies with the bindings and the preview1 adapter then turn into a component. Extism's hosts take the core
 * module as it is.
 */
export const go: Toolchain = {
  id: 'go',
  title: 'Go',
  sources: ['**/*.go', '**/*.s', 'go.mod', 'go.sum', 'wit/**'],
  outputs: [`${bindingsFolder}/**`, '**/wit_bindings.go', 'wit_exports.go', '.hotplug/**'],
  locks: ['go.mod', 'go.sum'],

  async recognise(folder) {
    if (!(await exists(join(folder, 'go.mod')))) return undefined;
    if (await hasExtismPdk(folder)) return 'go.mod with github.com/extism/go-pdk';
    const wit = await witPackage(folder);
    if (wit === undefined) return undefined;
    return `go.mod and wit/ of ${wit}`;
  },

  tools: async () => [await goTool(), ...(await tinyGoTools())],

  build: buildGo,
  check,
  bindings: async (project) => (isModuleContract(project.contract) ? [] : writeBindings(project)),

  async prepare(project) {
    if (isModuleContract(project.contract) || (await hasTinyGoBindings(project.folder))) return;
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
function declared({ interface: owner, resource, name }: WitFunction): string {
  // Extism's exports are named by a directive: the function is called as the author likes.
  if (owner === '' && name.includes('_')) return `(?:${name}|${goNames(name).join('|')})`;
  if (resource === undefined) return goTypeName(name);
  const type = goTypeName(resource);
  if (name === 'constructor') return `Make${type}`;
  return `(?:\\(\\s*\\w*\\s*\\*\\s*${type}\\s*\\)\\s*${goTypeName(name)}_?|${type}${goTypeName(name)})`;
}

/** `handle_event` as Go's own names are: `HandleEvent`, `handleEvent`. */
function goNames(name: string): readonly string[] {
  const upper = goTypeName(name.replaceAll('_', '-'));
  return [upper, upper.slice(0, 1).toLowerCase() + upper.slice(1)];
}

/** Vet, on the author's own files: the bindings do by design what it warns of. */
async function check(request: BuildRequest): Promise<readonly Diagnostic[]> {
  const compiler = await findGo();
  if (compiler === undefined) return [];
  const { project, write, signal } = request;
  const result = await run([compiler, 'vet', '-unsafeptr=false', './...'], {
    cwd: project.folder,
    env: goTarget,
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
