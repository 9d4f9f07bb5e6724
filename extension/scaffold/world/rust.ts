import type { WitInterface, WitWorld } from '../../wit/model.ts';
import { makingOf } from './make.ts';
import { worldReadme } from './readme.ts';
import { docComment, RustFile } from './rust-file.ts';
import { RustPaths, rustIdentifier, rustTypeName } from './rust-names.ts';
import type { TemplateFile, WorldTemplate } from './template.ts';

/** Module names that would mean something else to Cargo, to Rust or to this project. */
const reserved = new Set(['lib', 'main', 'bindings', 'core', 'std', 'alloc', 'test', 'wit_bindgen']);

/** A crate that answers every export of a world with a plain value: a file for each exported interface. */
export const rust: WorldTemplate = ({ name, world }) => {
  const paths = new RustPaths(world);
  const making = makingOf(world);
  const modules = modulesOf(world);
  return [
    { path: 'Cargo.toml', text: cargoToml(name) },
    { path: '.gitignore', text: '/.hotplug/\n/target/\n' },
    { path: '.vscode/extensions.json', text: json({ recommendations: ['rust-lang.rust-analyzer'] }) },
    { path: '.vscode/settings.json', text: json(settings) },
    { path: 'README.md', text: worldReadme({ name, world, language: 'Rust', ...readme }) },
    { path: 'src/lib.rs', text: libRs(name, world, paths, making, [...modules.keys()]) },
    ...[...modules].map(([module, one]): TemplateFile => ({
      path: `src/${module}.rs`,
      text: interfaceRs(one, paths, making),
    })),
  ];
};

/** A module for each interface that has something to implement, by names that no two share. */
function modulesOf(world: WitWorld): ReadonlyMap<string, WitInterface> {
  const modules = new Map<string, WitInterface>();
  for (const one of world.exports.interfaces) {
    if (one.functions.length === 0 && one.resources.length === 0) continue;
    const full = rustIdentifier(one.name.replace(/@.*$/, '').replaceAll(/[^\w-]/g, '-'));
    const short = rustIdentifier(one.name.replace(/@.*$/, '').replace(/^.*\//, ''));
    const wished = reserved.has(short) || modules.has(short) ? `${full}_interface` : short;
    let module = wished;
    for (let count = 2; modules.has(module); count++) module = `${wished}_${count}`;
    modules.set(module, one);
  }
  return modules;
}

function libRs(
  name: string,
  world: WitWorld,
  paths: RustPaths,
  making: ReturnType<typeof makingOf>,
  modules: readonly string[],
): string {
  const { functions } = world.exports;
  const file = new RustFile(paths, making, 'world', modules);
  const guest = functions.length === 0 ? '' : file.use('bindings', 'Guest');
  const own = functions.map((one) => file.function(one)).join('\n');
  const uses = file.uses();
  return [
    `//! ${name}: a component of the world \`${world.name}\` of \`${world.package}\`.\n`,
    ...(modules.length > 0
      ? [
          [...modules]
            .sort()
            .map((module) => `mod ${module};\n`)
            .join(''),
        ]
      : []),
    ...(uses === '' ? [] : [uses]),
    `/// What the world imports and exports; every build makes it anew from \`wit/\`.
mod bindings {
    wit_bindgen::generate!({ path: "wit", world: "${world.name}", generate_all });
}
`,
    ...(functions.length + modules.length > 0
      ? ['/// What the world exports is implemented for it.\nstruct Component;\n']
      : []),
    ...(functions.length > 0 ? [`impl ${guest} for Component {\n${own}}\n`] : []),
    ...(functions.length + modules.length > 0
      ? ['bindings::export!(Component with_types_in bindings);\n']
      : []),
  ].join('\n');
}

function interfaceRs(one: WitInterface, paths: RustPaths, making: ReturnType<typeof makingOf>): string {
  const module = paths.exported(one.name);
  const resources = one.resources.map((resource) => rustTypeName(resource));
  const file = new RustFile(
    paths,
    making,
    'interface',
    resources.map((resource) => `My${resource}`),
  );
  const guest = file.use(module, 'Guest');
  const types = resources.map((resource) => `    type ${resource} = My${resource};\n`);
  const functions = one.functions
    .filter(({ resource }) => resource === undefined)
    .map((each) => file.function(each));
  const blocks = [
    `impl ${guest} for Component {\n${[...(types.length > 0 ? [types.join('')] : []), ...functions].join('\n')}}\n`,
    ...one.resources.map((resource) => resourceRs(resource, one, module, file)),
  ];
  return `${docComment(one.docs, '').replaceAll(/^\/\/\//gm, '//!') || `//! \`${one.name}\`\n`}
${file.uses()}use crate::Component;

${blocks.join('\n')}`;
}

function resourceRs(resource: string, { functions }: WitInterface, module: string, file: RustFile): string {
  const name = rustTypeName(resource);
  const methods = functions.filter((one) => one.resource === resource);
  const made = methods.some(({ kind }) => kind === 'constructor');
  return `/// One \`${resource}\`. The host holds it by a handle, and methods get \`&self\`: keep what changes in a
/// \`Cell\` or \`RefCell\`.
${made ? '' : '#[allow(dead_code)]\n'}pub struct My${name};

impl ${file.use(module, `Guest${name}`)} for My${name} {${methods.length === 0 ? '' : '\n'}${methods.map((one) => file.function(one)).join('\n')}}
`;
}

function cargoToml(name: string): string {
  return `[package]
name = "${name}"
version = "0.1.0"
edition = "2021"
publish = false

[lib]
crate-type = ["cdylib"]

[dependencies]
wit-bindgen = "0.63"

# Quick to build, and a trap names its source line.
[profile.dev]
opt-level = 1
debug = "line-tables-only"

[profile.release]
opt-level = "s"
lto = true
codegen-units = 1
strip = "debuginfo"

# Its own workspace, wherever the folder lies.
[workspace]
`;
}

const settings = {
  'rust-analyzer.cargo.target': 'wasm32-wasip2',
  'files.exclude': { '.hotplug': true },
  'files.watcherExclude': { '**/.hotplug/**': true, '**/target/**': true },
};

const readme = {
  build: `Rust 1.88 or later with its WebAssembly target is all that is needed:

\`\`\`sh
rustup target add wasm32-wasip2
hotplug build --release .
\`\`\`

That is \`cargo build --release --target wasm32-wasip2\`; the result is a component already. The first build compiles the bindings generator and takes about a minute, later ones a second.`,
  change: `- \`src/lib.rs\` ties everything together; each exported interface has a file of its own beside it. Every function answers with a plain value of its type: replace it.
- \`wit_bindgen::generate!\` makes types and traits from \`wit/\` whenever the project is compiled, and rust-analyzer knows them: nothing has to be generated after a change to the WIT.
- What the world imports is in \`crate::bindings\`: \`wasi:io/streams\` is \`crate::bindings::wasi::io::streams\`.
- Methods of resources take \`&self\`, and the host makes one call at a time: keep state in \`Cell\` or \`RefCell\`.
- A panic is a trap; its message and line are shown with the failure.`,
};

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
