import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { glob, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { assetPath } from '../assets.ts';
import { custom } from '../contracts/custom/index.ts';
import { contracts } from '../contracts/index.ts';
import { UserError } from '../errors.ts';
import { configFile, isMissing } from '../project/config.ts';
import { languageIds, languages } from '../project/languages.ts';
import type { LanguageId } from '../project/project.ts';
import { recordingEnding } from '../project/recordings.ts';
import { readWitFolder } from '../wit/files.ts';
import { validateName } from './name.ts';
import { rewriteRecording } from './recording.ts';
import { toneWav } from './tone.ts';
import { worldTemplates } from './world/index.ts';
import { readOwnWit, writeWorldProject, type OwnWit } from './world/project.ts';

export interface ScaffoldRequest {
  readonly contract: string;
  readonly language: string;
  readonly name: string;
  /** Folder in which the project's folder is made. */
  readonly parent: string;
  /** For a contract of the user's own WIT: the folder that has it, which is copied. */
  readonly wit?: string;
  /** The world of that WIT; the only one that exports something where absent. */
  readonly world?: string;
}

export interface Scaffolded {
  /** Absolute path. */
  readonly folder: string;
  /** Relative to the folder, with forward slashes, sorted. */
  readonly files: readonly string[];
}

export interface ScaffoldChoice {
  readonly contract: string;
  readonly title: string;
  readonly languages: readonly { readonly language: LanguageId; readonly title: string }[];
}

const TONE_SECONDS = 10;

/** The contracts and languages that there are templates for. */
export async function scaffoldChoices(): Promise<readonly ScaffoldChoice[]> {
  const choices: ScaffoldChoice[] = [];
  for (const { id, title } of Object.values(contracts)) {
    const there = new Set(await namesIn(assetPath('templates', id)));
    const offered = languageIds.filter((language) => there.has(language));
    if (offered.length > 0) {
      choices.push({
        contract: id,
        title,
        languages: offered.map((language) => ({ language, title: languages[language].title })),
      });
    }
  }
  return choices;
}

/** The languages that a project for a world of the user's own WIT can be made in; there are no templates of those. */
export function ownWitChoice(): ScaffoldChoice {
  const { id, title } = custom;
  const offered = languageIds.filter((language) => worldTemplates[language] !== undefined);
  return {
    contract: id,
    title,
    languages: offered.map((language) => ({ language, title: languages[language].title })),
  };
}

/**
 * Makes a new project from a template. It is written beside its place and moved there as a whole,
 * so it is there complete or not at all, and nothing that exists is touched.
 */
export async function scaffold(request: ScaffoldRequest): Promise<Scaffolded> {
  const { name } = request;
  const parent = resolve(request.parent);
  const language = await checkedLanguage(request);
  const own = await ownWitOf(request);
  await checkParent(parent);
  const wrong = validateName(name, parent);
  if (wrong !== undefined)
    throw new UserError(`The name "${name}" cannot be used: ${wrong}`, 'Choose another name.');
  const folder = join(parent, name);
  const aside = join(parent, `.${name}-${randomUUID()}`);
  try {
    const files =
      own === undefined
        ? await writeProject(aside, request)
        : await writeWorldProject(aside, { name, language, wit: own, world: request.world });
    await rename(aside, folder);
    return { folder, files };
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    if (error instanceof UserError) throw error;
    throw new UserError(
      `${folder} could not be written`,
      'Check that the disk has room and that you may write there.',
      {
        cause: error,
      },
    );
  }
}

/** The WIT that a project of its own contract is made from; undefined for the contracts that Hotplug has templates of. */
async function ownWitOf({ contract, wit }: ScaffoldRequest): Promise<OwnWit | undefined> {
  if (contract !== custom.id) {
    if (wit === undefined) return undefined;
    throw new UserError(
      `The contract "${contract}" has a WIT of its own`,
      `Leave the WIT out, or make a project for the contract ${custom.id}.`,
    );
  }
  if (wit !== undefined) return await readOwnWit(resolve(wit));
  throw new UserError(
    'A project for your own WIT needs the WIT',
    'Name the folder that has it: --wit FOLDER.',
  );
}

async function checkedLanguage({ contract, language }: ScaffoldRequest): Promise<LanguageId> {
  const choices = [...(await scaffoldChoices()), ownWitChoice()];
  const choice = choices.find((one) => one.contract === contract);
  if (!choice) {
    throw new UserError(
      `There is no template for the contract "${contract}"`,
      `Choose one of: ${choices.map((one) => one.contract).join(', ')}.`,
    );
  }
  const found = choice.languages.find((one) => one.language === language);
  if (found !== undefined) return found.language;
  throw new UserError(
    `There is no ${contract} template for the language "${language}"`,
    `Choose one of: ${choice.languages.map((one) => one.language).join(', ')}.`,
  );
}

async function checkParent(parent: string): Promise<void> {
  try {
    if ((await stat(parent)).isDirectory()) return;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  throw new UserError(`The folder ${parent} does not exist`, 'Make it first, or choose another one.');
}

async function writeProject(
  folder: string,
  { contract, language, name }: ScaffoldRequest,
): Promise<readonly string[]> {
  const fill = (text: string): string => replacePlaceholders(text, name);
  const files = [
    ...(await copy(assetPath('templates', contract, language), folder, {
      rename: templatePath,
      fill,
    })),
    ...(await copyWit(contract, folder)),
  ];
  const needsTone = (await readFile(join(folder, configFile), 'utf8')).includes(tone);
  if (!needsTone) return files.sort();
  await mkdir(dirname(join(folder, tone)), { recursive: true });
  await writeFile(join(folder, tone), toneWav(TONE_SECONDS));
  return [...files, tone].sort();
}

/** A sound as input, for templates whose hotplug.json names it. */
const tone = 'samples/tone.wav';

/** The contract's WIT, for contracts that have one, and WASI's where the template has a world of its own with that. */
async function copyWit(contract: string, folder: string): Promise<readonly string[]> {
  const wit = contracts[contract]?.wit;
  if (wit === undefined) return [];
  const target = join(folder, 'wit');
  const ofTemplate = await readWitFolder(target).catch(() => []);
  const files = await copy(assetPath('wit', wit.folder), target, plain);
  if (!ofTemplate.some(({ text }) => /^\s*import wasi:/m.test(text)))
    return files.map((file) => `wit/${file}`);
  const wasi = await copy(assetPath('wit', 'streamkit', 'deps'), join(target, 'deps'), plain);
  return [...files, ...wasi.map((file) => `deps/${file}`)].map((file) => `wit/${file}`);
}

interface CopyRules {
  readonly rename: (path: string) => string;
  /** What becomes of placeholders. */
  readonly fill: (text: string) => string;
}

const plain: CopyRules = { rename: (path) => path, fill: (text) => text };

/** What builds leave in a template when it is tried in place. */
const leftovers = new Set(['node_modules', 'target', '.hotplug', 'dist', '.DS_Store']);

/** Copies a folder's files one by one: links are not followed out of it, and file modes are the user's own. */
async function copy(from: string, to: string, rules: CopyRules): Promise<readonly string[]> {
  const files: string[] = [];
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const path = source.slice(from.length + 1).split(sep);
    if (path.some((part) => leftovers.has(part))) continue;
    const file = rules.rename(path.join('/'));
    const target = join(to, ...file.split('/'));
    await mkdir(dirname(target), { recursive: true });
    if (file.endsWith(recordingEnding)) await rewriteRecording(source, target, rules.fill);
    else await writeFile(target, filled(await readFile(source), rules.fill));
    files.push(file);
  }
  return files;
}

/** Templates carry these without their dot, because packagers drop or obey the real ones. */
function templatePath(path: string): string {
  return path.replace(/(^|\/)gitignore$/, '$1.gitignore').replace(/^vscode\//, '.vscode/');
}

/** A file that is no text has no placeholder, and stays as it is. */
function filled(content: Buffer, fill: (text: string) => string): Buffer {
  // Two braces may be anything in a binary file.
  return content.includes('{{') && isUtf8(content) ? Buffer.from(fill(content.toString('utf8'))) : content;
}

function replacePlaceholders(text: string, name: string): string {
  return text.replaceAll('{{name}}', name).replaceAll('{{snake}}', name.replaceAll('-', '_'));
}

/** The folders in a folder that hold a template. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const file of glob(`*/${configFile}`, { cwd: folder })) found.push(dirname(file));
  return found;
}
