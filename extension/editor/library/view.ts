import * as vscode from 'vscode';

import { Command, View } from '../names.ts';
import { bytesText } from '../../inputs/size.ts';
import type { Library } from './library.ts';
import { kindNodes, kindTitle, listedFace, type LibraryNode, type ListedPlugin } from './listed.ts';

/** The view of Chipmunk's plugins; it lists when it is shown first. */
export function createLibraryView(library: Library): vscode.Disposable {
  const provider = new LibraryTree(library);
  const view = vscode.window.createTreeView(View.chipmunk, {
    treeDataProvider: provider,
    showCollapseAll: false,
  });
  const tell = library.onDidChange(() => {
    view.message = library.problem ?? '';
  });
  return vscode.Disposable.from(view, tell, provider);
}

class LibraryTree implements vscode.TreeDataProvider<LibraryNode>, vscode.Disposable {
  readonly #library: Library;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #listener: vscode.Disposable;
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(library: Library) {
    this.#library = library;
    this.#listener = library.onDidChange(() => this.#changed.fire());
  }

  async getChildren(node?: LibraryNode): Promise<LibraryNode[]> {
    if (node?.type === 'kind') return node.plugins.map((plugin) => ({ type: 'listed', plugin }));
    if (node !== undefined) return [];
    await this.#library.start();
    return [...kindNodes(this.#library.all)];
  }

  getTreeItem(node: LibraryNode): vscode.TreeItem {
    return node.type === 'kind' ? kindItem(node) : pluginItem(node.plugin);
  }

  dispose(): void {
    this.#listener.dispose();
    this.#changed.dispose();
  }
}

function kindItem({ kind, plugins }: Extract<LibraryNode, { type: 'kind' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(kindTitle(kind), vscode.TreeItemCollapsibleState.Expanded);
  item.id = kind;
  item.description = String(plugins.length);
  item.contextValue = 'kind';
  return item;
}

function pluginItem(plugin: ListedPlugin): vscode.TreeItem {
  const face = listedFace(plugin);
  const item = new vscode.TreeItem(face.label);
  item.id = plugin.id;
  item.description = face.description;
  item.iconPath = new vscode.ThemeIcon(
    face.icon,
    face.colour === undefined ? undefined : new vscode.ThemeColor(face.colour),
  );
  item.contextValue = face.contextValue;
  item.tooltip = tooltip(plugin, face.spoken);
  item.accessibilityInformation = { label: face.spoken };
  item.command = {
    command: Command.showChipmunkPlugin,
    title: vscode.l10n.t('Show Details'),
    arguments: [{ type: 'listed', plugin }],
  };
  return item;
}

function tooltip(plugin: ListedPlugin, headline: string): vscode.MarkdownString {
  const { description, binary, permissions, findings, id } = plugin;
  const text = new vscode.MarkdownString();
  const line = (words: string): void => {
    text.appendMarkdown('\n\n');
    text.appendText(words);
  };
  text.appendText(headline);
  if (description !== undefined) line(description);
  if (binary !== undefined) line(bytesText(binary.bytes));
  if (permissions.length > 0)
    line(vscode.l10n.t('Needs {0}', permissions.map(({ name }) => name).join(', ')));
  for (const { severity, message } of findings) line(`${severity}: ${message}`);
  line(id);
  return text;
}
