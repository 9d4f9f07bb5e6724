import { cBindings } from '../../wit/tool.ts';
import type { WitWorld } from '../../wit/model.ts';
import { CBodies } from './c-body.ts';
import { parseCHeader } from './c-header.ts';
import { worldReadme } from './readme.ts';
import type { WorldTemplate } from './template.ts';

/** One C file that frees what the host gives and answers every export of a world with a plain value. */
export const c: WorldTemplate = async ({ name, world, wit }) => {
  const files = await cBindings(wit, world.name);
  const header = files.find(({ path }) => path.endsWith('.h'));
  if (header === undefined) throw new Error(`no header was generated for the world ${world.name}`);
  const text = new TextDecoder().decode(header.content);
  return [
    { path: '.gitignore', text: '/.hotplug/\n/compile_commands.json\n/.cache/\n' },
    {
      path: '.vscode/extensions.json',
      text: json({ recommendations: ['llvm-vs-code-extensions.vscode-clangd'] }),
    },
    { path: '.vscode/settings.json', text: json(settings) },
    { path: 'README.md', text: worldReadme({ name, world, language: 'C', ...readme }) },
    { path: 'src/plugin.c', text: source(name, world, header.path, text) },
  ];
};

function source(name: string, world: WitWorld, headerFile: string, header: string): string {
  const bodies = new CBodies(parseCHeader(header), world);
  const blocks = [
    ...section('', bodies.functions(world.name, world.exports.functions)),
    ...world.exports.interfaces.flatMap((one) =>
      section(one.name, [
        ...one.resources.map((resource) => bodies.resource(one, resource)),
        ...bodies.functions(one.name, one.functions),
      ]),
    ),
  ].join('\n');
  const includes = [
    ...(blocks.includes('fputs(') ? ['<stdio.h>'] : []),
    ...(/\b(?:free|calloc|abort)\(/.test(blocks) ? ['<stdlib.h>'] : []),
    ...(blocks.includes('memset(') ? ['<string.h>'] : []),
  ];
  return `// ${name}: a component of the world \`${world.name}\` of \`${world.package}\`.
//
// Whatever the host passes to an export belongs to the plugin, which must free it: what is not freed is
// memory lost with every call. What is kept must be copied, or not freed and set to nothing. Everything
// that an export answers with is freed by the bindings, so it must be from malloc.

${includes.map((file) => `#include ${file}\n`).join('')}${includes.length > 0 ? '\n' : ''}#include "${headerFile}"

${blocks}`;
}

function section(title: string, blocks: readonly string[]): readonly string[] {
  if (blocks.length === 0) return [];
  return title === '' ? blocks : [`// ${title}\n`, ...blocks];
}

const settings = {
  'clangd.arguments': ['--compile-commands-dir=${workspaceFolder}'],
  'C_Cpp.default.compileCommands': '${workspaceFolder}/compile_commands.json',
  'files.exclude': { '.hotplug': true },
  'files.watcherExclude': { '**/.hotplug/**': true },
};

const readme = {
  build: `A clang with wasi-libc, WASI SDK or zig is needed; \`hotplug doctor\` says which one was found and how to get one. On Debian and Ubuntu:

\`\`\`sh
sudo apt-get install clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32
hotplug build --release .
\`\`\`

Every \`.c\` file of the folder is compiled, headers are found wherever they lie.`,
  change: `- \`src/plugin.c\` has every export. Each answers with a plain value of its type: replace it.
- \`bindings/\` is generated from \`wit/\`: \`hotplug bindings .\` does it again after a change to the WIT. \`compile_commands.json\`, which Hotplug writes, makes clangd find everything.
- What the host passes to an export belongs to the plugin: every function here frees its parameters (\`…_free\`) and drops its handles (\`…_drop_own\`, \`…_drop_borrow\`). What an export answers with is freed by the bindings, so it must come from \`malloc\`.
- Strings and lists have a length; strings have no NUL at their end.
- A function that returns \`bool\` for a \`result\` gives true with \`*ret\` set, or false with \`*err\` set; for an \`option\` it gives whether \`*ret\` was set.`,
};

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
