/** Writes a new project for a world of the user's own WIT. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sampleCalls } from '../../contracts/custom/forms.ts';
import { UserError } from '../../errors.ts';
import { configFile } from '../../project/config.ts';
import type { LanguageId, Project } from '../../project/project.ts';
import { readWitFolder } from '../../wit/files.ts';
import type { WitPackage, WitWorld } from '../../wit/model.ts';
import { resolveWit } from '../../wit/tool.ts';
import { chooseWorld } from '../../wit/world.ts';
import { worldTemplates } from './index.ts';
import type { TemplateFile } from './template.ts';

const CALLS = 'calls.jsonl';

/** What a project is made from, read and resolved. */
export interface OwnWit {
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly package: WitPackage;
}

/** Reads a folder of WIT. Throws a UserError with the place of what is wrong in it. */
export async function readOwnWit(folder: string): Promise<OwnWit> {
  const files = await readWitFolder(folder);
  return { files, package: await resolveWit(files) };
}

export interface WorldProjectRequest {
  readonly name: string;
  readonly language: LanguageId;
  readonly wit: OwnWit;
  /** Name of the world; the only one that exports something where absent. */
  readonly world?: string | undefined;
}

/** Writes the project into this folder and gives its files, relative to it. Throws a UserError. */
export async function writeWorldProject(
  folder: string,
  { name, language, wit, world: wanted }: WorldProjectRequest,
): Promise<readonly string[]> {
  const template = worldTemplates[language];
  if (template === undefined) {
    throw new UserError(
      `There is no template for worlds in the language "${language}"`,
      `Choose one of: ${Object.keys(worldTemplates).join(', ')}.`,
    );
  }
  const world = chooseWorld(wit.package, wanted);
  const made = await template({ name, world, wit: wit.files });
  const files = new Map(
    [...commonFiles({ name, language, wit, world }), ...made].map(({ path, text }) => [path, text]),
  );
  for (const [path, text] of files) await writeText(join(folder, ...path.split('/')), text);
  const bindings = await writeBindings(folder, { name, language, world });
  return [...new Set([...files.keys(), ...bindings])].sort();
}

function commonFiles({
  name,
  language,
  wit,
  world,
}: Omit<WorldProjectRequest, 'world'> & { readonly world: WitWorld }): readonly TemplateFile[] {
  const exporting = wit.package.worlds.filter(
    ({ exports }) => exports.functions.length + exports.interfaces.length > 0,
  );
  const isOnly = exporting.length === 1 && exporting[0]?.name === world.name;
  const calls = sampleCalls(world);
  const config = {
    name,
    contract: 'custom',
    language,
    ...(isOnly ? {} : { world: world.name }),
    ...(calls === '' ? {} : { input: { kind: 'jsonl', file: CALLS } }),
  };
  return [
    { path: '.gitignore', text: '/.hotplug/\n' },
    { path: configFile, text: `${JSON.stringify(config, undefined, 2)}\n` },
    ...(calls === '' ? [] : [{ path: CALLS, text: calls }]),
    ...wit.files.map(({ path, text }) => ({ path: `wit/${path}`, text })),
  ];
}

async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** What the language's bindings command makes; a build makes it where a tool is missing now. */
async function writeBindings(
  folder: string,
  {
    name,
    language,
    world,
  }: { readonly name: string; readonly language: LanguageId; readonly world: WitWorld },
): Promise<readonly string[]> {
  // It brings the compilers' side along, which asking what there is to choose does not need.
  const { toolchains } = await import('../../toolchains/index.ts');
  const project: Project = {
    folder,
    name,
    contract: 'custom',
    language,
    recognisedBy: configFile,
    config: { contract: 'custom', language, world: world.name },
  };
  try {
    const written = (await toolchains[language].bindings?.(project)) ?? [];
    return written.map((path) => path.replaceAll('\\', '/'));
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}
