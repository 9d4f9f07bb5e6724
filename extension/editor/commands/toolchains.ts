import * as vscode from 'vscode';

import { missingTools, toolText } from '../toolsText.ts';
import type { Services } from '../services.ts';
import { languageIds } from '../../project/languages.ts';
import { toolchains } from '../../toolchains/index.ts';
import { commandsHere } from '../../toolchains/install.ts';
import type { Tool } from '../../toolchains/toolchain.ts';

interface ToolItem extends vscode.QuickPickItem {
  readonly tool?: Tool;
}

const copy: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('copy'),
  tooltip: 'Copy the install command',
};

/** Lists every tool that a language needs: its version, or the command that installs it, to be copied. */
export async function checkToolchains(services: Services): Promise<void> {
  const items = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Looking for toolchains…' },
    () => toolItems(services),
  );
  const box = vscode.window.createQuickPick<ToolItem>();
  box.title = 'Toolchains';
  box.placeholder = 'Choose a missing tool to copy the command that installs it';
  box.matchOnDetail = true;
  box.matchOnDescription = true;
  box.items = items;
  const done = new Promise<void>((resolve) => {
    box.onDidAccept(() => {
      const [item] = box.selectedItems;
      box.hide();
      if (item?.tool !== undefined) void copyInstall(item.tool);
    });
    box.onDidTriggerItemButton(({ item }) => {
      if (item.tool !== undefined) void copyInstall(item.tool);
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
  const folders = vscode.workspace.isTrusted ? services.projects.all : [];
  const groups = await Promise.all(
    languageIds.map(async (language) => {
      const toolchain = toolchains[language];
      const folder = folders.find((project) => project.language === language)?.folder;
      const tools = await toolchain.tools(folder);
      for (const tool of tools)
        services.log.info(`${toolchain.title}: ${tool.found ? toolText(tool) : `${tool.name} is missing`}`);
      const missing = missingTools(tools).length;
      const separator = {
        label: `${toolchain.title} — ${missing === 0 ? 'ready' : `${missing} missing`}`,
        kind: vscode.QuickPickItemKind.Separator,
      };
      return [separator, ...tools.map(toolItem)];
    }),
  );
  return groups.flat();
}

function toolItem(tool: Tool): ToolItem {
  if (tool.found) {
    return {
      label: `$(check) ${tool.name}`,
      description: tool.version ?? '',
      detail: [tool.path, `for ${tool.neededBy}`].filter((text) => text !== undefined).join(' — '),
    };
  }
  return {
    label: `$(warning) ${tool.name}`,
    description: `missing, for ${tool.neededBy}`,
    detail: commandsHere(tool.install).join('   or   '),
    buttons: [copy],
    tool,
  };
}

async function copyInstall(tool: Tool): Promise<void> {
  const commands = commandsHere(tool.install);
  const [command] =
    commands.length > 1
      ? [
          await vscode.window.showQuickPick(commands, {
            title: `Install ${tool.name}`,
            placeHolder: 'Which command?',
          }),
        ]
      : commands;
  if (command === undefined) return;
  await vscode.env.clipboard.writeText(command);
  void vscode.window.showInformationMessage(`Copied: ${command}. Run it in a terminal, then check again.`);
}
