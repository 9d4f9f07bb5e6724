import { homedir } from 'node:os';
import * as vscode from 'vscode';

import { languageIds } from '../../project/languages.ts';
import { toolchains } from '../../toolchains/index.ts';
import { missingTools, systemHere } from '../../toolchains/install.ts';
import type { Tool } from '../../toolchains/toolchain.ts';
import type { Services } from '../services.ts';
import { toolActions, toolEntry, toolText, type ToolAction } from '../toolsText.ts';

interface ToolItem extends vscode.QuickPickItem {
  /** A tool that is missing. */
  readonly tool?: Tool;
  /** Where its commands run. */
  readonly folder?: string;
}

const runButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('terminal'),
  tooltip: vscode.l10n.t('Run the install command in a terminal'),
};
const copyButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('copy'),
  tooltip: vscode.l10n.t('Copy the install command'),
};

/** Lists every tool that a language needs: its version, or what installs it, to be run or copied. */
export async function checkToolchains(services: Services): Promise<void> {
  const items = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Looking for toolchains…') },
    () => toolItems(services),
  );
  const box = vscode.window.createQuickPick<ToolItem>();
  box.title = vscode.l10n.t('Toolchains');
  box.placeholder = vscode.l10n.t('Choose a missing tool to install it');
  box.matchOnDetail = true;
  box.matchOnDescription = true;
  box.items = items;
  const done = new Promise<void>((resolve) => {
    box.onDidAccept(() => {
      const [item] = box.selectedItems;
      box.hide();
      if (item !== undefined) void chooseAction(services, item);
    });
    box.onDidTriggerItemButton(({ item, button }) => {
      const kind = button === copyButton ? 'copy' : 'run';
      const action = actionsOf(item).find((one) => one.kind === kind);
      box.hide();
      if (action !== undefined) void act(services, item, action);
    });
    box.onDidHide(() => {
      box.dispose();
      resolve();
    });
  });
  box.show();
  await done;
}

async function toolItems(services: Services): Promise<readonly ToolItem[]> {
  // Looking for a tool in a project's folder can run what the project names, so not in Restricted Mode.
  const projects = vscode.workspace.isTrusted ? services.projects.all : [];
  const system = systemHere();
  const groups = await Promise.all(
    languageIds.map(async (language): Promise<readonly ToolItem[]> => {
      const toolchain = toolchains[language];
      const folder = projects.find((project) => project.language === language)?.folder;
      const tools = await toolchain.tools(folder);
      for (const tool of tools)
        services.log.info(`${toolchain.title}: ${tool.found ? toolText(tool) : `${tool.name} is missing`}`);
      const missing = missingTools(tools).length;
      return [
        {
          label: `${toolchain.title} — ${missing === 0 ? vscode.l10n.t('ready') : vscode.l10n.t('{0} missing', missing)}`,
          kind: vscode.QuickPickItemKind.Separator,
        },
        ...tools.map((tool): ToolItem => ({
          ...toolEntry(tool, system),
          ...(tool.found ? {} : { buttons: [runButton, copyButton], tool }),
          ...(folder === undefined ? {} : { folder }),
        })),
      ];
    }),
  );
  return groups.flat();
}

function actionsOf({ tool }: ToolItem): readonly ToolAction[] {
  return tool === undefined ? [] : toolActions(tool, systemHere());
}

async function chooseAction(services: Services, item: ToolItem): Promise<void> {
  const { tool } = item;
  if (tool === undefined) return;
  const chosen = await vscode.window.showQuickPick(
    actionsOf(item).map((action) => ({ label: action.label, description: action.description, action })),
    {
      title: vscode.l10n.t('Install {0}', tool.name),
      placeHolder: tool.problem ?? vscode.l10n.t('{0} was not found', tool.name),
    },
  );
  if (chosen !== undefined) await act(services, item, chosen.action);
}

async function act(services: Services, item: ToolItem, { kind, command }: ToolAction): Promise<void> {
  if (kind === 'copy') {
    await vscode.env.clipboard.writeText(command);
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Copied: {0}. Run it in a terminal, then check again.', command),
    );
    return;
  }
  // Commands that install into a project run in its folder.
  const cwd = item.folder ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? homedir();
  const terminal = vscode.window.createTerminal({
    name: vscode.l10n.t('Install {0}', item.tool?.name ?? ''),
    cwd,
  });
  terminal.show();
  terminal.sendText(command);
  const again = vscode.l10n.t('Check Again');
  const choice = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      '{0} is being installed in the terminal. Check again once that has ended.',
      item.tool?.name ?? vscode.l10n.t('The tool'),
    ),
    again,
  );
  if (choice === again) await checkToolchains(services);
}
