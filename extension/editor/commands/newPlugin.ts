import { homedir } from 'node:os';
import * as vscode from 'vscode';

import { openCreated } from './openCreated.ts';
import { askWit, askWorld, type ChosenWit } from './ownWit.ts';
import { missingTools } from '../../toolchains/install.ts';
import { toolsText } from '../toolsText.ts';
import { pickStep, inputStep, wizard } from '../steps.ts';
import type { PickItem, Step, StepPlace, WizardStep } from '../steps.ts';
import type { Services } from '../services.ts';
import { ownWitChoice, scaffold, scaffoldChoices } from '../../scaffold/scaffold.ts';
import type { ScaffoldChoice } from '../../scaffold/scaffold.ts';
import { validateName } from '../../scaffold/name.ts';
import { toolchains } from '../../toolchains/index.ts';
import type { LanguageId } from '../../project/project.ts';

interface Answers {
  readonly contract?: ScaffoldChoice;
  /** For a contract of the user's own WIT. */
  readonly wit?: ChosenWit;
  readonly world?: string;
  readonly language?: LanguageId;
  readonly name?: string;
  readonly parent?: string;
}

/** Asks what to make, makes it, and opens it as the user likes. Works in an empty window and runs nothing of a project. */
export async function newPlugin(services: Services): Promise<void> {
  const own = ownWitChoice();
  const choices = [...(await scaffoldChoices()), own];
  const answers = await wizard<Answers>(vscode.l10n.t('New Plugin'), {}, ({ contract, wit }) => [
    contractStep(choices),
    ...(contract === own ? [witStep] : []),
    ...(wit !== undefined && wit.worlds.length > 1 ? [worldStep(wit)] : []),
    languageStep,
    nameStep,
    folderStep,
  ]);
  const { contract, wit, world = wit?.worlds[0]?.name, language, name, parent } = answers ?? {};
  if (contract === undefined || language === undefined || name === undefined || parent === undefined) return;
  const made = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Making {0}…', name) },
    () =>
      scaffold({
        contract: contract.contract,
        language,
        name,
        parent,
        ...(wit === undefined ? {} : { wit: wit.folder }),
        ...(world === undefined ? {} : { world }),
      }),
  );
  services.log.info(`Made ${made.folder} with ${made.files.length} files.`);
  await openCreated(made.folder, name);
  await services.projects.refresh();
}

function contractStep(choices: readonly ScaffoldChoice[]): WizardStep<Answers> {
  return async (answers, place) => {
    const items = choices.map((choice) => ({
      label: choice.title,
      detail: vscode.l10n.t('In {0}', choice.languages.map((language) => language.title).join(', ')),
      value: choice,
    }));
    return merged(
      answers,
      await pickStep(place, vscode.l10n.t('What should the plugin run in?'), items, answers.contract),
      (contract) => ({ contract }),
    );
  };
}

const witStep: WizardStep<Answers> = async (answers, place) =>
  merged(answers, await askWit(place, answers.wit), (wit) => ({ wit }));

function worldStep(wit: ChosenWit): WizardStep<Answers> {
  return async (answers, place) =>
    merged(answers, await askWorld(place, wit, answers.world), (world) => ({ world }));
}

const languageStep: WizardStep<Answers> = async (answers, place) => {
  const items = languageItems(answers.contract?.languages ?? []);
  const result = await pickStep(place, vscode.l10n.t('Which language?'), items, answers.language);
  return merged(answers, result, (language) => ({ language }));
};

async function languageItems(offered: ScaffoldChoice['languages']): Promise<readonly PickItem<LanguageId>[]> {
  return Promise.all(
    offered.map(async ({ language, title }) => {
      const tools = await toolchains[language].tools(undefined);
      const ready = missingTools(tools).length === 0;
      return {
        label: title,
        description: ready
          ? `$(check) ${vscode.l10n.t('ready')}`
          : `$(warning) ${vscode.l10n.t('tools missing')}`,
        detail: toolsText(tools),
        value: language,
      };
    }),
  );
}

const nameStep: WizardStep<Answers> = async (answers, place) => {
  const parent = answers.parent ?? defaultParent();
  const result = await inputStep(place, {
    prompt: vscode.l10n.t('Name of the plugin; its folder is called the same'),
    placeholder: answers.wit === undefined ? 'my-gain' : 'my-plugin',
    value: answers.name ?? '',
    validate: (name) => validateName(name, parent),
  });
  return merged(answers, result, (name) => ({ name }));
};

const OTHER = Symbol('other');

const folderStep: WizardStep<Answers> = async (answers, place) => {
  const name = answers.name ?? '';
  for (;;) {
    const chosen = await pickStep<string | typeof OTHER>(
      place,
      vscode.l10n.t('Where should the folder "{0}" be made?', name),
      folderItems(name),
    );
    if (typeof chosen === 'string') return chosen;
    const parent = chosen.value === OTHER ? await askFolder(place) : chosen.value;
    if (parent === undefined) continue;
    const problem = validateName(name, parent);
    if (problem === undefined) return { value: { ...answers, parent } };
    void vscode.window.showWarningMessage(problem);
  }
};

function folderItems(name: string): readonly PickItem<string | typeof OTHER>[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
  return [
    ...folders.map((folder) => ({
      label: `$(root-folder) ${folder.name}`,
      description: vscode.l10n.t('this workspace'),
      detail: vscode.Uri.joinPath(folder.uri, name).fsPath,
      value: folder.uri.fsPath,
    })),
    {
      label: `$(home) ${vscode.l10n.t('Home folder')}`,
      detail: vscode.Uri.joinPath(vscode.Uri.file(homedir()), name).fsPath,
      value: homedir(),
    },
    { label: `$(folder-opened) ${vscode.l10n.t('Choose a folder…')}`, value: OTHER },
  ];
}

async function askFolder(place: StepPlace): Promise<string | undefined> {
  const [uri] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('{0}: Choose the Parent Folder', place.title),
      openLabel: vscode.l10n.t('Make the Plugin Here'),
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: false,
      defaultUri: vscode.Uri.file(defaultParent()),
    })) ?? [];
  return uri?.fsPath;
}

function defaultParent(): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  return folder?.uri.scheme === 'file' ? folder.uri.fsPath : homedir();
}

function merged<A, T>(answers: A, result: Step<T>, add: (value: T) => Partial<A>): Step<A> {
  return typeof result === 'string' ? result : { value: { ...answers, ...add(result.value) } };
}
