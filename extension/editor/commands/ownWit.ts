import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';

import { messageOf, UserError } from '../../errors.ts';
import { readOwnWit, type OwnWit } from '../../scaffold/world/project.ts';
import { readWitFolder } from '../../wit/files.ts';
import type { WitSide, WitWorld } from '../../wit/model.ts';
import { adviceFor, joinSentences } from '../sentences.ts';
import { pickStep } from '../steps.ts';
import type { PickItem, Step, StepPlace } from '../steps.ts';

/** A folder of WIT that a plugin can be made for. */
export interface ChosenWit {
  readonly folder: string;
  /** Those that export something. */
  readonly worlds: readonly WitWorld[];
}

const OTHER = Symbol('other');

/** Files of WIT that are looked at to find folders. */
const MOST_FILES = 500;

/** Asks for the folder of the user's own WIT, until there is one with a world that exports something. */
export async function askWit(place: StepPlace, chosen: ChosenWit | undefined): Promise<Step<ChosenWit>> {
  for (;;) {
    const answer = await pickStep<string | typeof OTHER>(
      place,
      vscode.l10n.t('Which WIT?'),
      witItems(),
      chosen?.folder,
    );
    if (typeof answer === 'string') return answer;
    const folder = answer.value === OTHER ? await askFolder(place) : answer.value;
    if (folder === undefined) continue;
    try {
      return { value: await readWit(folder) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      void vscode.window.showWarningMessage(joinSentences(messageOf(error), adviceFor(error)));
    }
  }
}

/** Asks which of several worlds the plugin is to implement. */
export async function askWorld(
  place: StepPlace,
  { worlds }: ChosenWit,
  chosen: string | undefined,
): Promise<Step<string>> {
  const items = worlds.map(({ name, docs, exports }) => ({
    label: name,
    description: vscode.l10n.t('exports {0}', namesOf(exports).join(', ')),
    ...(docs === undefined ? {} : { detail: docs.split('\n')[0] ?? '' }),
    value: name,
  }));
  return pickStep(place, vscode.l10n.t('Which world should the plugin implement?'), items, chosen);
}

async function readWit(folder: string): Promise<ChosenWit> {
  const { place, wit } = await readFolder(folder);
  const worlds = wit.package.worlds.filter(({ exports }) => namesOf(exports).length > 0);
  if (worlds.length > 0) return { folder: place, worlds };
  throw new UserError(
    vscode.l10n.t('The package {0} in {1} has no world that exports anything', wit.package.name, place),
    vscode.l10n.t('Write a world with the exports that a plugin is to have, or choose another folder.'),
  );
}

/** The folder that was chosen, or the `wit/` in it where a project was chosen. */
async function readFolder(folder: string): Promise<{ readonly place: string; readonly wit: OwnWit }> {
  const inner = join(folder, 'wit');
  const hasOwn = await readWitFolder(folder).then(
    () => true,
    () => false,
  );
  const isProject =
    !hasOwn &&
    (await readWitFolder(inner).then(
      () => true,
      () => false,
    ));
  const place = isProject ? inner : folder;
  return { place, wit: await readOwnWit(place) };
}

function namesOf({ interfaces, functions }: WitSide): readonly string[] {
  return [...functions.map(({ name }) => name), ...interfaces.map(({ name }) => name)];
}

async function witItems(): Promise<readonly PickItem<string | typeof OTHER>[]> {
  const files = await vscode.workspace.findFiles(
    '**/*.wit',
    '**/{node_modules,target,deps,.hotplug,.git}/**',
    MOST_FILES,
  );
  const folders = new Map<string, string>();
  for (const { scheme, fsPath } of files.toSorted((a, b) => a.fsPath.localeCompare(b.fsPath))) {
    const found = scheme === 'file' ? await packageOf(fsPath) : undefined;
    if (found !== undefined) folders.set(dirname(fsPath), found);
  }
  return [
    ...[...folders].map(([folder, name]) => ({
      label: `$(symbol-interface) ${name}`,
      description: vscode.workspace.asRelativePath(folder),
      value: folder,
    })),
    { label: `$(folder-opened) ${vscode.l10n.t('Choose a folder…')}`, value: OTHER },
  ];
}

/** The package that a file says it is of; one file of a folder says it. */
async function packageOf(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^\s*package\s+([^\s;{]+)\s*;/m.exec(text)?.[1];
}

async function askFolder(place: StepPlace): Promise<string | undefined> {
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('{0}: Choose the Folder of the WIT', place.title),
      openLabel: vscode.l10n.t('Use This WIT'),
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: false,
      ...(workspace?.uri.scheme === 'file' ? { defaultUri: workspace.uri } : {}),
    })) ?? [];
  return uri?.fsPath;
}
