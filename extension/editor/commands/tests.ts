import { mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';

import { UserError } from '../../errors.ts';
import type { Project } from '../../project/project.ts';
import { recordingEnding, recordingsFolder, recordingsOf } from '../../project/recordings.ts';
import { CustomEditor } from '../names.ts';
import { pickPlugin } from '../pick.ts';
import type { Services } from '../services.ts';
import { recordingNameProblem } from '../tests/name.ts';
import type { Tests } from '../tests/tests.ts';

/** Writes what the plugin does now over recordings that differ, after asking. */
export async function acceptBehaviour({ tests }: Services, argument: unknown): Promise<void> {
  const item = itemOf(tests, argument) ?? (await pickDiffering(tests));
  if (item === undefined) return;
  const accept = vscode.l10n.t('Accept');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('Accept the new behaviour for "{0}"?', item.label),
    {
      modal: true,
      detail: vscode.l10n.t(
        'The plugin is built and given the events of {0} again. What it does with them now replaces what the recording holds.',
        item.id,
      ),
    },
    accept,
  );
  if (choice === accept) await tests.accept(item);
}

/** The item that a menu of the Test view is about: of an item, or of one of its messages. */
function itemOf(tests: Tests, argument: unknown): vscode.TestItem | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const item: unknown = 'test' in argument ? argument.test : argument;
  if (typeof item !== 'object' || item === null || !('id' in item) || typeof item.id !== 'string')
    return undefined;
  return tests.find(item.id);
}

async function pickDiffering(tests: Tests): Promise<vscode.TestItem | undefined> {
  const all = tests.differing;
  if (all.length === 0) {
    throw new UserError(
      vscode.l10n.t('No recording differs from what its plugin does'),
      vscode.l10n.t('Run the tests in the Test view first.'),
    );
  }
  if (all.length === 1) return all[0];
  const items = all.map((item) => ({
    label: item.label,
    description: item.parent?.label ?? '',
    detail: item.id,
    item,
  }));
  const title = vscode.l10n.t('Accept New Behaviour');
  return (
    await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('For which recording?') })
  )?.item;
}

const TITLE = vscode.l10n.t('Save Recording as Test');

/** Saves what a plugin did since it was started as a recording of its project. */
export async function saveRecordingAsTest(services: Services, argument: unknown): Promise<void> {
  const { running, host } = services;
  const plugin = await pickPlugin(running, argument, TITLE, ({ events }) => events > 0);
  if (plugin === undefined) return;
  const test = await askTest(plugin);
  if (test === undefined) return;
  const { events } = await host.request('saveLife', { plugin: plugin.id, file: test.file });
  await offerTest(
    services,
    test,
    vscode.l10n.t(
      'Saved {0} of {1} as the test "{2}".',
      events === 1 ? vscode.l10n.t('1 event') : vscode.l10n.t('{0} events', events),
      plugin.name,
      test.name,
    ),
  );
}

/** Copies a recording to those of the project that its plugin is of. */
export async function makeTestOf(services: Services, recording: vscode.Uri, plugin: string): Promise<void> {
  const all = await services.projects.ready();
  const named = all.filter(({ name }) => name === plugin);
  const project =
    (named.length === 1 ? named[0] : undefined) ??
    (await pickProject(named.length > 0 ? named : all, plugin));
  if (project === undefined) return;
  const test = await askTest(project);
  if (test === undefined) return;
  await vscode.workspace.fs.copy(recording, vscode.Uri.file(test.file));
  await offerTest(
    services,
    test,
    vscode.l10n.t('Saved {0} as the test "{1}" of {2}.', basename(recording.path), test.name, project.name),
  );
}

async function pickProject(projects: readonly Project[], plugin: string): Promise<Project | undefined> {
  if (projects.length === 0) {
    throw new UserError(
      vscode.l10n.t('No project of this window makes {0}', plugin),
      vscode.l10n.t('Open the folder of its project: a test is a recording in there.'),
    );
  }
  const items = projects.map((project) => ({ label: project.name, description: project.folder, project }));
  return (
    await vscode.window.showQuickPick(items, {
      title: TITLE,
      placeHolder: vscode.l10n.t('Which project makes {0}?', plugin),
    })
  )?.project;
}

interface NewTest {
  readonly name: string;
  readonly file: string;
}

/** Asks for the name of a test; its folder is there by then. */
async function askTest(plugin: {
  readonly name: string;
  readonly folder: string;
}): Promise<NewTest | undefined> {
  const there = (await recordingsOf(plugin.folder)).map(({ name }) => name);
  const name = await vscode.window.showInputBox({
    title: TITLE,
    prompt: vscode.l10n.t('Name of the recording in {0}', `${plugin.name}/${recordingsFolder}`),
    value: freeName(there),
    validateInput: (typed) => recordingNameProblem(typed.trim(), there),
    // A tree that is refreshed can take the focus: what was typed must not go with it.
    ignoreFocusOut: true,
  });
  if (name === undefined) return undefined;
  const file = join(plugin.folder, recordingsFolder, `${name.trim()}${recordingEnding}`);
  await mkdir(dirname(file), { recursive: true });
  return { name: name.trim(), file };
}

async function offerTest({ tests }: Services, { file }: NewTest, said: string): Promise<void> {
  await tests.refresh();
  const [open, run] = [vscode.l10n.t('Open'), vscode.l10n.t('Run Test')];
  const choice = await vscode.window.showInformationMessage(said, open, run);
  if (choice === open)
    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(file), CustomEditor.recording);
  const item = tests.find(file);
  if (choice === run && item !== undefined) await tests.run(item);
}

function freeName(there: readonly string[]): string {
  for (let number = 1; ; number++) if (!there.includes(`run-${number}`)) return `run-${number}`;
}
