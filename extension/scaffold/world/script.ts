/** What the templates for worlds in JavaScript and TypeScript share. */
import { UserError } from '../../errors.ts';
import { exportName, memberName } from '../../toolchains/javascript-names.ts';
import { worldModule } from '../../toolchains/javascript-world.ts';
import { unsupportedInJavaScript } from '../../toolchains/javascript-limits.ts';
import type { WitInterface, WitWorld } from '../../wit/model.ts';
import { constructorsOf, makingOf } from './make.ts';
import { worldReadme } from './readme.ts';
import { indent, ScriptFile, type ScriptLanguage } from './script-file.ts';
import type { TemplateFile, WorldTemplate } from './template.ts';

const titles: Readonly<Record<ScriptLanguage, string>> = {
  javascript: 'JavaScript',
  typescript: 'TypeScript',
};

/** A plugin that answers every export of a world with a plain value: a file for each interface where there are several. */
export function scriptTemplate(language: ScriptLanguage): WorldTemplate {
  const ending = language === 'typescript' ? 'ts' : 'js';
  return ({ name, world }) => {
    const wrong = unsupportedInJavaScript(world);
    if (wrong !== undefined) throw new UserError(wrong, 'Choose another world or another language.');
    const sources = sourcesOf(language, name, world);
    return [
      { path: 'package.json', text: json(manifest(language, name)) },
      { path: language === 'typescript' ? 'tsconfig.json' : 'jsconfig.json', text: json(config(language)) },
      { path: '.gitignore', text: '/.hotplug/\n/node_modules/\n' },
      { path: '.vscode/settings.json', text: json(settings) },
      {
        path: 'README.md',
        text: worldReadme({ name, world, language: titles[language], ...readme(language, sources) }),
      },
      ...sources.map(({ path, text }): TemplateFile => ({ path: `src/${path}.${ending}`, text })),
    ];
  };
}

function sourcesOf(language: ScriptLanguage, name: string, world: WitWorld): readonly TemplateFile[] {
  const making = makingOf(world);
  const constructors = constructorsOf(world);
  const { functions } = world.exports;
  // Interfaces of one name are one export.
  const interfaces = [
    ...Map.groupBy(
      world.exports.interfaces.filter((one) => one.functions.length > 0 || one.resources.length > 0),
      (one) => exportName(one.name),
    ),
  ];
  const file = (reserved: readonly string[]): ScriptFile =>
    new ScriptFile(language, making, constructors, reserved);
  const about = `/** ${name}: a component of the world \`${world.name}\` of \`${world.package}\`. */\n\n`;
  if (functions.length === 0 && interfaces.length === 1) {
    const [[export_, all] = ['', []]] = interfaces;
    return [{ path: 'plugin', text: about + interfaceText(file([export_]), world, export_, all) }];
  }
  const own = file(functions.map((one) => memberName(one.name)));
  const texts = functions.map((one) => own.exportedFunction(one));
  const others = interfaces.map(
    ([export_]) =>
      `export { ${export_} } from './${fileName(export_)}.${language === 'typescript' ? 'ts' : 'js'}';\n`,
  );
  const empty = texts.length + others.length === 0 ? 'export {};\n' : '';
  const main = [own.imports(), others.join(''), texts.join('\n'), empty].filter((text) => text !== '');
  return [
    { path: 'plugin', text: about + main.map((text) => text.trimEnd()).join('\n\n') + '\n' },
    ...interfaces.map(([export_, all]) => ({
      path: fileName(export_),
      text: interfaceText(file([export_]), world, export_, all),
    })),
  ];
}

/** `plugin` is the entry. */
function fileName(export_: string): string {
  return export_ === 'plugin' ? 'plugin-interface' : export_;
}

function interfaceText(
  file: ScriptFile,
  world: WitWorld,
  export_: string,
  interfaces: readonly WitInterface[],
): string {
  for (const one of interfaces)
    for (const resource of one.resources) file.defineClass(`${one.name}#${resource}`);
  const type = file.importType(worldModule(world), export_.charAt(0).toUpperCase() + export_.slice(1));
  const classes = interfaces.flatMap((one) => one.resources.map((resource) => file.resource(one, resource)));
  const members = interfaces.flatMap((one) => [
    ...one.functions.filter(({ kind }) => kind === 'function').map((each) => file.member(each)),
    ...one.resources.map((resource) => file.classMember(`${one.name}#${resource}`)),
  ]);
  const docs = interfaces.map((one) => one.docs ?? '').find((text) => text !== '');
  const object = members.map((member) => indent(member)).join('');
  const head =
    file.language === 'typescript'
      ? `${docs === undefined ? '' : `/** ${oneLine(docs)} */\n`}export const ${export_}: ${type} = {\n`
      : `/**${docs === undefined ? '' : ` ${oneLine(docs)}`} @type {${type}} */\nexport const ${export_} = {\n`;
  return `${file.imports()}${[...classes, `${head}${object}};\n`].join('\n')}`;
}

function oneLine(docs: string): string {
  return (
    docs
      .trim()
      .split('\n\n')[0]
      ?.replaceAll(/\s*\n\s*/g, ' ') ?? ''
  );
}

function manifest(language: ScriptLanguage, name: string): unknown {
  const typed = language === 'typescript';
  return {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    main: typed ? 'src/plugin.ts' : 'src/plugin.js',
    devDependencies: { 'componentize-qjs': '0.4.5', ...(typed ? { typescript: '7.0.2' } : {}) },
  };
}

function config(language: ScriptLanguage): unknown {
  return {
    compilerOptions: {
      ...(language === 'javascript' ? { checkJs: true } : {}),
      strict: true,
      ...(language === 'typescript' ? { noUncheckedIndexedAccess: true, noImplicitReturns: true } : {}),
      target: 'es2023',
      lib: ['es2023', 'esnext.disposable'],
      types: [],
      module: 'esnext',
      moduleResolution: 'bundler',
      ...(language === 'typescript' ? { allowImportingTsExtensions: true, isolatedModules: true } : {}),
      skipLibCheck: true,
      noEmit: true,
    },
    include: ['src', 'types'],
  };
}

const settings = {
  'files.exclude': { '.hotplug': true },
  'files.watcherExclude': { '**/.hotplug/**': true },
};

function readme(
  language: ScriptLanguage,
  sources: readonly TemplateFile[],
): { readonly build: string; readonly change: string } {
  const ending = language === 'typescript' ? 'ts' : 'js';
  const [, ...others] = sources;
  const files = others.map(({ path }) => `\`src/${path}.${ending}\``).join(', ');
  const typed =
    language === 'typescript'
      ? 'the types are checked beside it, and a release build refuses what is wrong with them'
      : 'with `typescript` installed, the types are checked beside it, and a release build refuses what is wrong with them';
  return {
    build: `Node.js is all that is needed:

\`\`\`sh
npm install
hotplug build --release .
\`\`\`

The first development build makes an interpreter for the world, which takes some seconds, once. After that a save costs a bundle of some milliseconds; ${typed}. A release build is a component of its own, made by componentize-qjs.`,
    change: `- \`src/plugin.${ending}\` exports what the world demands${files === '' ? '' : `, from ${files}`}. Every function answers with a plain value of its type: replace it.
- The world's types are in \`types/\`, as modules of their WIT names. They are written anew when the WIT changes; \`hotplug bindings .\` does it now.
- A function whose WIT says \`result\` returns the value of \`ok\` and throws the other one: an \`Error\` with it as \`payload\`, or, where it is a string, with it as its message. Any other exception ends the component.
- No value of an \`option\` is \`null\`; whole numbers of 64 bits are numbers, exact to 2⁵³.
- A resource of the host is given back by \`using\` or \`[Symbol.dispose]()\`; what is not is kept for as long as the plugin lives.
- Plugins run in QuickJS: modern JavaScript, npm packages that need neither Node.js nor a browser, no \`fetch\`, no timers, no \`TextEncoder\`. \`console\` is Hotplug's.`,
  };
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
