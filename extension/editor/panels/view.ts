import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

import { panelHtml } from '../../../webview/html.ts';
import type { PanelPage } from '../../../webview/html.ts';
import type { Cursor } from '../cursor.ts';
import type { Log } from '../log.ts';
import { Command, CustomEditor } from '../names.ts';
import { showError } from '../register.ts';
import type { Running } from '../running.ts';
import { readSetting } from '../settings.ts';
import type { Notes } from '../recordings/notes.ts';
import type { PanelTargets } from './actions.ts';
import { answerOfCompared, otherOf } from './answers.ts';
import { compareWith, type Compared } from './compare.ts';
import type { KeptFilters } from './filters.ts';
import { isFromPanel } from './messages.ts';
import { savePicture } from './picture.ts';
import { actOnRecord } from './record-actions.ts';
import type { Shown } from './shown.ts';
import { openSource } from './source.ts';
import type { HostApi, RecordingId } from '../../host/protocol.ts';
import type { FromPanel, PanelAction, PanelCommand, ToPanel } from '../../../webview/protocol.ts';

export interface ViewServices {
  readonly extensionUri: vscode.Uri;
  readonly host: HostApi;
  readonly cursor: Cursor;
  readonly running: Running;
  readonly projectFolders: () => readonly string[];
  readonly notes: Notes;
  readonly filters: KeptFilters;
  /** The views that commands of the panels' keys go to. */
  readonly targets: PanelTargets;
  /** Writes the recording, or a part of it, in a format that the user chose. */
  readonly exportRecording: (wanted: ExportWanted, recording: RecordingId) => Promise<void>;
  /** Makes a test of a recording of the plugin of this name. */
  readonly makeTest: (recording: vscode.Uri, plugin: string) => Promise<void>;
  readonly log: Log;
}

export type ExportWanted = Extract<FromPanel, { type: 'export' }>;

/** A webview, be it in the panel area or in an editor. */
export interface Site {
  readonly webview: vscode.Webview;
  readonly isVisible: () => boolean;
  /** The view was shown or hidden. */
  readonly onDidChangeVisibility: vscode.Event<unknown>;
  /** Whether the user is in it, for an editor. */
  readonly isActive?: () => boolean;
}

export interface PanelView extends Pick<PanelPage, 'panel' | 'title'> {
  readonly shown: Shown;
  /** What its page may ask for by name; anything else is ignored. */
  readonly commands: Readonly<Partial<Record<PanelCommand, () => unknown>>>;
}

/** Puts a view into a webview: its page, and the conversation with it until it is disposed. */
export function linkView(site: Site, view: PanelView, services: ViewServices): vscode.Disposable {
  const { webview } = site;
  const { shown } = view;
  const { cursor, log, notes, filters, targets } = services;
  let ready = false;
  const post = (message: ToPanel): void => {
    // A hidden view drops messages; it asks for everything when it is shown again.
    if (ready && site.isVisible()) void webview.postMessage(message);
  };
  let known = shown.recording;
  let compared: Compared | undefined;
  /** What a command asked for, until the page is there to do it: one that was hidden is made anew. */
  let asked: PanelAction | undefined;
  let listens = false;
  const tell = (): void => {
    for (const message of shown.messages) post(message);
  };
  const tellNotes = async (): Promise<void> => {
    const place = shown.notes;
    if (place === undefined) return;
    try {
      const kept = await notes.of(place);
      if (shown.notes?.key === place.key) post({ type: 'notes', recording: place.key, notes: kept });
    } catch (error) {
      await showError(error, log, 'Reading notes');
    }
  };
  const tellSettings = (): void => {
    post({ type: 'settings', filters: filters.all, announce: readSetting('hotplug.panels.announce') });
  };
  const tellComparison = (): void => {
    post(
      compared === undefined
        ? { type: 'comparison' }
        : { type: 'comparison', comparison: compared.comparison, title: compared.title },
    );
  };
  const compare = (next: Compared | undefined): void => {
    void compared?.close();
    compared = next;
    tellComparison();
  };
  const doAsked = (): void => {
    if (asked === undefined || !listens) return;
    post({ type: 'do', action: asked });
    asked = undefined;
  };
  const act = (action: PanelAction): void => {
    asked = action;
    doAsked();
  };
  const hydrate = (): void => {
    tell();
    tellSettings();
    void tellNotes();
    // What was compared belongs to the recording of before.
    if (known !== shown.recording && compared !== undefined) compare(undefined);
    else if (compared !== undefined) tellComparison();
    known = shown.recording;
    const record = known === undefined ? undefined : cursor.at(known);
    if (record !== undefined) post({ type: 'reveal', record });
  };
  const listeners = [
    webview.onDidReceiveMessage((message: unknown) => {
      if (!isFromPanel(message)) {
        log.warn(`The ${view.panel} panel sent a message that is not understood; it was ignored.`);
      } else if (message.type === 'ready') {
        ready = listens = true;
        hydrate();
        doAsked();
      } else void receive(message, site, view, services, { post, compare, compared: () => compared });
    }),
    site.onDidChangeVisibility(() => {
      if (!site.isVisible()) listens = false;
      hydrate();
    }),
    shown.onDidChange(() => {
      if (shown.recording === known) tell();
      else hydrate();
    }),
    cursor.onDidSelect(({ recording, record, by }) => {
      if (by !== site && recording === shown.recording) post({ type: 'reveal', record });
    }),
    notes.onDidChange((key) => {
      if (key === shown.notes?.key) void tellNotes();
    }),
    filters.onDidChange(tellSettings),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('hotplug.panels')) tellSettings();
    }),
    targets.add({ panel: view.panel, isActive: site.isActive ?? ((): boolean => false), act }),
    new vscode.Disposable(() => void compared?.close()),
  ];
  setPage(webview, view, services.extensionUri);
  return vscode.Disposable.from(...listeners);
}

/** Puts the page of a panel into a webview. */
export function setPage(
  webview: vscode.Webview,
  { panel, title }: Pick<PanelPage, 'panel' | 'title'>,
  extensionUri: vscode.Uri,
): void {
  const folder = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
  const address = (file: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
  webview.options = { enableScripts: true, localResourceRoots: [folder] };
  webview.html = panelHtml({
    panel,
    title,
    script: address(`${panel}.js`),
    style: address(`${panel}.css`),
    cspSource: webview.cspSource,
    nonce: randomBytes(16).toString('hex'),
    language: vscode.env.language,
    texts: vscode.l10n.bundle,
  });
}

/** What the editor says to a page. */
interface Page {
  readonly post: (message: ToPanel) => void;
  readonly compare: (next: Compared | undefined) => void;
  readonly compared: () => Compared | undefined;
}

async function receive(
  message: Exclude<FromPanel, { type: 'ready' }>,
  site: Site,
  { panel, shown, commands }: PanelView,
  services: ViewServices,
  { post, compare, compared }: Page,
): Promise<void> {
  const { host, cursor, running, log, projectFolders, notes, filters } = services;
  try {
    switch (message.type) {
      case 'request':
        post(
          otherOf(message) === undefined
            ? await shown.answer(message)
            : await answerOfCompared(host, compared()?.comparison.other.recording, message),
        );
        break;
      case 'select':
        if (shown.recording !== undefined) cursor.set(shown.recording, message.record, site);
        break;
      case 'notes':
        if (shown.notes !== undefined) await notes.set(shown.notes, message.notes);
        break;
      case 'export':
        if (shown.recording !== undefined) await services.exportRecording(message, shown.recording);
        break;
      case 'picture':
        await savePicture(message.format, message.data);
        break;
      case 'copyText':
        await vscode.env.clipboard.writeText(message.text);
        break;
      case 'keepFilters':
        await filters.replace(message.filters);
        break;
      case 'act':
        if (shown.recording !== undefined)
          await actOnRecord(
            message.action,
            {
              recording: shown.recording,
              ...(shown.notes?.recording === undefined ? {} : { file: shown.notes.recording }),
            },
            message.record,
            services,
          );
        break;
      case 'compareWith':
        if (message.other === 'none') compare(undefined);
        else if (shown.recording !== undefined) {
          const { recording } = shown;
          const found = await compareWith(message.other, { recording, plugin: message.plugin }, host);
          if (found === undefined) break;
          // What was compared belongs to the recording that was in view when it was asked for.
          if (shown.recording === recording) compare(found);
          else await found.close();
        }
        break;
      case 'openCompared': {
        const { file, comparison } = compared() ?? {};
        if (file === undefined || comparison === undefined) break;
        cursor.set(comparison.other.recording, message.record, site);
        await vscode.commands.executeCommand('vscode.openWith', file, CustomEditor.recording);
        break;
      }
      case 'sendAgain': {
        // Records of other recordings have no plugin that they could be sent to.
        const plugin = shown.recording === 'live' ? running.named(message.plugin) : undefined;
        if (plugin !== undefined)
          await host.request('sendAgain', { plugin: plugin.id, record: message.record });
        break;
      }
      case 'compareReplay':
        await vscode.commands.executeCommand(Command.compareReplay, running.named(message.plugin)?.folder);
        break;
      case 'openSource':
        await openSource(message, projectFolders());
        break;
      case 'command':
        await commands[message.command]?.();
        break;
    }
  } catch (error) {
    await showError(error, log, `The ${panel} panel`);
  }
}
