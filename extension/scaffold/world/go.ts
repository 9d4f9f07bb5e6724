import { goTypeName } from '../../toolchains/go-names.ts';
import type { WitFunction, WitInterface } from '../../wit/model.ts';
import { goBindings } from '../../wit/tool.ts';
import { GoFile, type GoBindings } from './go-file.ts';
import { makingOf, type Making } from './make.ts';
import { worldReadme } from './readme.ts';
import type { TemplateFile, WorldTemplate } from './template.ts';

/**
 * A module that answers every export of a world with a plain value: a package for each exported interface.
 * Throws a UserError where the world has something that the generator cannot do in Go.
 */
export const go: WorldTemplate = async ({ name, world, wit }) => {
  const raw = await goBindings(wit, world.name);
  const bindings: GoBindings = {
    module: name,
    packages: new Set(raw.flatMap(({ path }) => (path.includes('/') ? [path.split('/')[0] ?? ''] : []))),
  };
  const making = makingOf(world);
  const own = world.exports.functions;
  return [
    { path: 'go.mod', text: `module ${name}\n\ngo 1.24\n` },
    { path: '.gitignore', text: '/.hotplug/\n' },
    { path: '.vscode/extensions.json', text: json({ recommendations: ['golang.go'] }) },
    { path: '.vscode/settings.json', text: json(settings) },
    { path: 'README.md', text: worldReadme({ name, world, language: 'Go', build, change }) },
    ...world.exports.interfaces
      .filter(({ functions, resources }) => functions.length > 0 || resources.length > 0)
      .map((one) => interfaceGo(one, bindings, making)),
    ...(own.length > 0 ? [worldGo(own, world.name, bindings, making)] : []),
  ];
};

function interfaceGo(one: WitInterface, bindings: GoBindings, making: Making): TemplateFile {
  const file = new GoFile(bindings, making, one.name);
  const parts = [
    ...one.resources.map((resource) => resourceGo(resource, one.functions, file)),
    ...one.functions.filter(({ resource }) => resource === undefined).map((each) => file.function(each)),
  ];
  const about = `// Package ${file.packageName} implements ${one.name}.\n`;
  return goFile(file, about + (one.docs === undefined ? '' : `//\n${prose(one.docs)}`), parts);
}

function worldGo(
  functions: readonly WitFunction[],
  world: string,
  bindings: GoBindings,
  making: Making,
): TemplateFile {
  const file = new GoFile(bindings, making, '');
  const parts = functions.map((each) => file.function(each));
  return goFile(
    file,
    `// Package ${file.packageName} has the functions that the world ${world} exports.\n`,
    parts,
  );
}

function goFile(file: GoFile, about: string, parts: readonly string[]): TemplateFile {
  const text = `${about}package ${file.packageName}\n\n${file.imports()}${parts.join('\n')}`;
  return { path: `${file.packageName}/plugin.go`, text };
}

function resourceGo(resource: string, functions: readonly WitFunction[], file: GoFile): string {
  const name = goTypeName(resource);
  const methods = functions.filter((one) => one.resource === resource).map((one) => file.function(one));
  const type = `// ${name} is one \`${resource}\`. The host holds it by a handle.
type ${name} struct {
	resource // What the bindings keep in it.
}
`;
  return [type, ...methods].join('\n');
}

function prose(docs: string): string {
  return docs
    .trim()
    .split('\n')
    .map((line) => `// ${line}`.trimEnd() + '\n')
    .join('');
}

const settings = {
  gopls: { 'build.env': { GOOS: 'wasip1', GOARCH: 'wasm' } },
  'files.exclude': { '.hotplug': true },
  'files.watcherExclude': { '**/.hotplug/**': true },
};

const build = `Go 1.24 or later is all that is needed:

\`\`\`sh
hotplug build --release .
\`\`\`

That is \`GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -trimpath -ldflags=-checklinkname=0\`, whose module Hotplug makes a component with the type in \`bindings/component-type.bin\`.`;

const change = `- Each exported interface is a package in a folder of its own, with a \`plugin.go\`. Every function answers with a plain value of its type: replace it.
- \`bindings/\`, \`wit_exports.go\` and \`wit_bindings.go\` are generated from \`wit/\`; \`hotplug bindings\` makes them anew. They are to be committed: with them \`go build\` and gopls need nothing else.
- What the world imports is in \`bindings/\`: the package of \`wasi:keyvalue/store\` is \`bindings/wasi_keyvalue_store\`.
- Resources embed \`resource\`, where the bindings keep their handle; a method \`OnDrop\` is called when the host lets go of one. Values that the host passes are copies: keep them as long as you like.
- A resource that the host passes as an argument of its own is let go with \`Drop\`; what it only lends is given back after the call.
- Goroutines run while the host waits for a call, and stop where they are when it returns.
- A panic is a trap; its message and line are shown with the failure.`;

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
