import * as vscode from 'vscode';

import { Command, View } from './names.ts';
import type { Projects } from './projects.ts';
import type { Replays } from './replays/replays.ts';
import type { Running } from './running.ts';
import { facts, pluginFace, pluginNodes } from './treeModel.ts';
import type { BrokenNode, FactNode, PluginNode, TreeNode } from './treeModel.ts';
import type { PluginStatus } from '../host/protocol.ts';
import type { Verdict } from '../replay/verdict.ts';

/** The view in the activity bar: projects and running plugins. */
class PluginTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #projects: Projects;
  readonly #running: Running;
  readonly #replays: Replays;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listeners: readonly vscode.Disposable[];
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(projects: Projects, running: Running, replays: Replays) {
    this.#projects = projects;
    this.#running = running;
    this.#replays = replays;
    this.#listeners = [
      projects.onDidChange(() => this.#changed.fire()),
      running.onDidChange(() => this.#changed.fire()),
      replays.onDidChange(() => this.#changed.fire()),
    ];
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (node !== undefined) return node.type === 'plugin' ? [...facts(node)] : [];
    await this.#projects.ready();
    const broken = this.#projects.broken.map(({ folder, error }): BrokenNode => {
      return { type: 'broken', folder, message: error.message, advice: error.advice };
    });
    const verdictOn = (status: PluginStatus): Verdict | undefined => this.#replays.of(status)?.verdict;
    return [...pluginNodes(this.#projects.all, this.#running.all, verdictOn), ...broken];
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    switch (node.type) {
      case 'plugin':
        return pluginItem(node);
      case 'broken':
        return brokenItem(node);
      case 'fact':
        return factItem(node);
    }
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#changed.dispose();
  }
}

/** Creates the view and keeps its badge at the number of failed plugins. */
export function createTree(projects: Projects, running: Running, replays: Replays): vscode.Disposable {
  const tree = new PluginTree(projects, running, replays);
  const view = vscode.window.createTreeView(View.plugins, { treeDataProvider: tree, showCollapseAll: true });
  const badge = running.onDidChange(() => {
    const failed = running.all.filter((status) => status.state === 'failed').length;
    view.badge = failed === 0 ? undefined : { value: failed, tooltip: vscode.l10n.t('{0} failed', failed) };
  });
  return vscode.Disposable.from(view, badge, tree);
}

function pluginItem(node: PluginNode): vscode.TreeItem {
  const face = pluginFace(node);
  const item = new vscode.TreeItem(face.label, vscode.TreeItemCollapsibleState.Expanded);
  item.id = node.folder;
  item.description = face.description;
  item.iconPath = new vscode.ThemeIcon(
    face.icon,
    face.colour === undefined ? undefined : new vscode.ThemeColor(face.colour),
  );
  item.contextValue = face.contextValue;
  item.tooltip = tooltip(node, face.spoken);
  item.accessibilityInformation = { label: face.spoken };
  return item;
}

function tooltip(node: PluginNode, headline: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendText(headline);
  for (const fact of facts(node)) {
    text.appendMarkdown(`\n\n**${fact.label}** `);
    text.appendText(fact.value);
  }
  text.appendMarkdown('\n\n');
  text.appendText(node.folder);
  return text;
}

function brokenItem(node: BrokenNode): vscode.TreeItem {
  const item = new vscode.TreeItem(node.folder.split(/[/\\]/).at(-1) ?? node.folder);
  item.id = `${node.folder}#broken`;
  item.description = node.message;
  item.tooltip = `${node.message}\n${node.advice}`;
  item.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
  item.contextValue = 'broken';
  item.accessibilityInformation = { label: vscode.l10n.t('Project with a mistake: {0}', node.message) };
  item.command = {
    command: Command.openConfiguration,
    title: vscode.l10n.t('Open hotplug.json'),
    arguments: [node],
  };
  return item;
}

function factItem(node: FactNode): vscode.TreeItem {
  const item = new vscode.TreeItem(node.label);
  item.id = node.id;
  item.description = node.value;
  item.tooltip = node.tooltip ?? `${node.label}: ${node.value}`;
  item.iconPath = new vscode.ThemeIcon(node.icon);
  item.contextValue = node.opens === undefined ? 'fact' : `fact.${node.opens}`;
  item.accessibilityInformation = { label: `${node.label}: ${node.value}` };
  if (node.opens === 'report')
    item.command = { command: Command.showReport, title: vscode.l10n.t('Show Report'), arguments: [node] };
  if (node.opens === 'replay')
    item.command = {
      command: Command.compareReplay,
      title: vscode.l10n.t('Show Differences'),
      arguments: [node],
    };
  if (node.opens === 'console')
    item.command = { command: Command.openConsole, title: vscode.l10n.t('Open Event Console') };
  if (node.opens === 'problems')
    item.command = { command: 'workbench.actions.view.problems', title: vscode.l10n.t('Show Problems') };
  return item;
}
