import { UserError } from '../../errors.ts';
import { componentizerVersion } from '../../toolchains/python-environment.ts';
import {
  pythonNames,
  pythonTypeName,
  unsupportedInPython,
  type PythonNames,
} from '../../toolchains/python-names.ts';
import type { WitInterface, WitWorld } from '../../wit/model.ts';
import { constructorsOf, makingOf } from './make.ts';
import { docString, hidingNames, PythonFile, type PythonScope } from './python-file.ts';
import { worldReadme } from './readme.ts';
import type { TemplateFile, WorldTemplate } from './template.ts';

/** A plugin that answers every export of a world with a plain value: a file for the classes of each interface's resources. */
export const python: WorldTemplate = ({ name, world }) => {
  const wrong = unsupportedInPython(world);
  if (wrong !== undefined) throw new UserError(wrong, 'Or choose another language.');
  const names = pythonNames(world);
  const scope: PythonScope = { names, making: makingOf(world), constructors: constructorsOf(world) };
  return [
    { path: 'pyproject.toml', text: pyproject(name) },
    { path: '.gitignore', text: '/.hotplug/\n/.venv/\n/bindings/\n__pycache__/\n' },
    { path: '.vscode/extensions.json', text: json({ recommendations: ['ms-python.python'] }) },
    { path: '.vscode/settings.json', text: json(settings) },
    { path: 'README.md', text: worldReadme({ name, world, language: 'Python', ...readme(world, names) }) },
    { path: 'src/app.py', text: app(name, world, scope) },
    ...world.exports.interfaces
      .filter(({ resources }) => resources.length > 0)
      .map((one): TemplateFile => ({
        path: `src/${names.exports.get(one.name) ?? ''}.py`,
        text: resourcesPy(one, scope),
      })),
  ];
};

function app(name: string, world: WitWorld, scope: PythonScope): string {
  const { functions, interfaces } = world.exports;
  const called = interfaces.filter((one) => one.functions.some(({ kind }) => kind === 'function'));
  const classes = called.map((one) => pythonTypeName(scope.names.exports.get(one.name) ?? ''));
  const all = [
    ...functions,
    ...called.flatMap((one) => one.functions.filter(({ kind }) => kind === 'function')),
  ];
  const file = new PythonFile(scope, [...classes, 'WitWorld', ...hidingNames(all)]);
  const blocks = called.map((one, index) =>
    classPy(
      classes[index] ?? '',
      `${file.use('wit_world', 'exports')}.${classes[index] ?? ''}`,
      one.docs,
      one.functions.filter(({ kind }) => kind === 'function').map((each) => file.function(each)),
    ),
  );
  if (functions.length > 0) {
    const own = functions.map((each) => file.function(each));
    blocks.push(classPy('WitWorld', `${file.world()}.WitWorld`, undefined, own));
  }
  const imports = file.imports();
  return `"""
${name}: a component of the world \`${world.name}\` of \`${world.package}\`.

componentize-py looks the world's exports up by name: the functions of an interface in a class of this
module that is called like it, those of the world itself in \`WitWorld\`, and the class of a resource in
the module that is called like its interface.
"""
${imports === '' ? '' : `\n${imports}`}${blocks.map((block) => `\n\n${block}`).join('')}`;
}

function resourcesPy(one: WitInterface, scope: PythonScope): string {
  const module = scope.names.exports.get(one.name) ?? '';
  const classes = one.resources.map((resource) => pythonTypeName(resource));
  const methods = one.functions.filter(({ kind }) => kind !== 'function');
  const file = new PythonFile(scope, [...classes, ...hidingNames(methods)], one.name);
  // The bindings' module of the same name has what the classes must have.
  const protocols = file.use('wit_world.exports', module);
  const blocks = one.resources.map((resource, index) => {
    const own = methods
      .filter((each) => each.resource === resource)
      .map((each) => file.function(each, `${one.name}#${resource}`));
    return classPy(classes[index] ?? '', `${protocols}.${classes[index] ?? ''}`, undefined, own);
  });
  return `"""The resources of \`${one.name}\`."""\n\n${file.imports()}${blocks.map((block) => `\n\n${block}`).join('')}`;
}

function classPy(name: string, base: string, docs: string | undefined, functions: readonly string[]): string {
  return `class ${name}(${base}):\n${docString(docs, '    ')}${docs === undefined ? '' : '\n'}${functions.join('\n')}`;
}

function pyproject(name: string): string {
  return `[project]
name = "${name}"
version = "0.1.0"
requires-python = ">=3.10"
# What the plugin imports. Packages that are Python only become part of the component.
dependencies = []

[dependency-groups]
dev = ["componentize-py==${componentizerVersion}"]

[tool.uv]
package = false

[tool.pyright]
include = ["src"]
# The world's types; Hotplug writes them from wit/.
extraPaths = ["bindings"]
# The Python inside of the component.
pythonVersion = "3.14"
typeCheckingMode = "strict"
`;
}

const settings = {
  'python.analysis.extraPaths': ['bindings'],
  'files.exclude': { '.hotplug': true, '**/__pycache__': true },
  'files.watcherExclude': { '**/.hotplug/**': true, '**/.venv/**': true },
};

function readme(
  world: WitWorld,
  { exports }: PythonNames,
): { readonly build: string; readonly change: string } {
  const resources = world.exports.interfaces.filter((one) => one.resources.length > 0);
  const modules = resources.map(({ name }) => `\`src/${exports.get(name) ?? ''}.py\``);
  const ofWorld =
    world.exports.functions.length > 0 ? ', and `WitWorld` for the functions of the world itself' : '';
  const ofResources = modules.length === 0 ? '' : `; the classes of resources are in ${modules.join(', ')}`;
  return {
    build: `Python 3.10 or later is all that is needed. The first build makes the virtual environment \`.venv\` and installs componentize-py there, unless \`componentize-py\` is on the PATH already:

\`\`\`sh
hotplug build --release .
\`\`\`

That is \`componentize-py -d wit -w ${world.name} componentize app -p src\`: CPython, the plugin's modules and all that they import become one component of some 18 MB, which takes about ten seconds. A development build hands the modules to an interpreter that is made once, and takes milliseconds.`,
    change: `- \`src/app.py\` has a class for each exported interface${ofWorld}${ofResources}. Every function answers with a plain value of its type: replace it.
- The world's types are in \`wit_world\`; \`bindings/\` describes it for editors and type checkers, and is written anew when the WIT changes.
- A function whose WIT says \`result\` returns the value of \`ok\`, and raises \`Err(value)\` for the other one. Any other exception is a trap; its traceback is shown with the failure.
- Modules are imported when the component is built, and a component has no files: import everything at the top, and call the host in functions only.
- Packages belong to \`dependencies\` in \`pyproject.toml\`. Those with native code cannot run in a component.`,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
