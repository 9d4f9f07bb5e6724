import * as vscode from 'vscode';

import { act, become, firstWorld, standIn, type World } from '../../contracts/holomush/commands.ts';
import { LoadGenerator } from '../../contracts/holomush/load.ts';
import { messageOf, UserError } from '../../errors.ts';
import type { EventJson } from '../../host/contract.ts';
import type { BusEntry, HostEvents } from '../../host/protocol.ts';
import type { ConsoleRow, FromConsole, ToConsole } from '../../../webview/protocol.ts';
import { Command } from '../names.ts';
import { setPage } from '../panels/view.ts';
import { showError } from '../register.ts';
import { isActive } from '../running.ts';
import { adviceFor, joinSentences } from '../sentences.ts';
import type { Services } from '../services.ts';
import { stateOf } from '../treeModel.ts';
import { requireTrust } from '../trust.ts';
import { BUS_CONTRACT, isOnBus } from './bus.ts';
import { detailOf } from './detail.ts';
import { importEvents, saveEvents } from './files.ts';
import { isFromConsole } from './messages.ts';
import { writeSubscriptions } from './subscriptions.ts';
import { Transcript } from './transcript.ts';

/** Rows that go to the page at once: when it opens, and of one message of the bus. */
const FIRST_ROWS = 1000;
const MOST_ROWS = 200;
/** How often the page is told how far a load is, in ms. */
const LOAD_MS = 500;

type Message<T extends FromConsole['type']> = Extract<FromConsole, { type: T }>;

/** The event console: one for the window. */
export class ConsolePanel {
  readonly #panel: vscode.WebviewPanel;
  readonly #services: Services;
  readonly #listeners: readonly { dispose(): void }[];
  readonly #transcript = new Transcript();
  /** Resolves when what the bus had before is listed. */
  readonly #opened: Promise<void>;
  /** What was listed when the console opened, which the first news may have again. */
  #before: ReadonlySet<string> = new Set();
  #world: World = firstWorld;
  #load: LoadGenerator | undefined;
  #loadTimer: NodeJS.Timeout | undefined;
  /** Events that are chosen after others count. */
  #chosen = 0;
  #ready = false;
  /** The state that the page knows, as JSON. */
  #told: string | undefined;

  readonly onDidDispose: vscode.Event<void>;

  constructor(services: Services) {
    this.#services = services;
    const title = vscode.l10n.t('Event Console');
    this.#panel = vscode.window.createWebviewPanel('hotplug.console', title, vscode.ViewColumn.Beside, {
      // What is typed is nowhere else.
      retainContextWhenHidden: true,
    });
    const { extensionUri } = services.context;
    this.#panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'hotplug.svg');
    this.onDidDispose = this.#panel.onDidDispose;
    const { webview } = this.#panel;
    const tellState = (): void => this.#tellState();
    this.#listeners = [
      webview.onDidReceiveMessage((message: unknown) => {
        if (isFromConsole(message)) void this.#receive(message);
        else services.log.warn('The event console sent a message that is not understood; it was ignored.');
      }),
      this.#panel.onDidChangeViewState(() => this.#tellAll()),
      services.running.onDidChange(tellState),
      vscode.workspace.onDidGrantWorkspaceTrust(tellState),
      { dispose: services.host.on('bus', (news) => this.#heard(news)) },
    ];
    this.#panel.onDidDispose(() => {
      this.#ready = false;
      this.#stopLoad();
      for (const listener of this.#listeners) listener.dispose();
    });
    this.#opened = this.#listBefore();
    setPage(webview, { panel: 'console', title }, extensionUri);
  }

  show(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    this.#panel.dispose();
  }

  /** What went over the bus before the console was there. */
  async #listBefore(): Promise<void> {
    const { host, running, log } = this.#services;
    // Without a plugin there is no host process either, and none is started for this.
    if (!running.all.some(isOnBus)) return;
    try {
      const { events } = await host.request('busEntries', { contract: BUS_CONTRACT });
      this.#before = new Set(events.map(keyOf));
      this.#transcript.add(events);
    } catch (error) {
      log.warn(`The events before the console was opened are not listed: ${messageOf(error)}`);
    }
  }

  #post(message: ToConsole): boolean {
    // A hidden page is told everything when it is shown again.
    if (!this.#ready || !this.#panel.visible) return false;
    void this.#panel.webview.postMessage(message);
    return true;
  }

  #tellAll(): void {
    if (!this.#ready || !this.#panel.visible) return;
    this.#told = undefined;
    this.#tellState();
    this.#post({ type: 'rows', rows: this.#transcript.newest(FIRST_ROWS), missed: 0, fresh: true });
  }

  #tellState(): void {
    const { acting, characters, rooms } = this.#world;
    const message: ToConsole = {
      type: 'state',
      acting,
      characters,
      rooms,
      plugins: this.#services.running.all.filter(isOnBus).map((status) => ({
        id: status.id,
        name: status.name,
        state: stateOf(status).title,
        patterns: status.bus?.patterns ?? [],
        dropped: status.bus?.dropped ?? 0,
      })),
      canSend: vscode.workspace.isTrusted,
      ...(this.#load === undefined
        ? {}
        : { load: { ...this.#load.load, sent: this.#load.sent, achieved: this.#load.achieved } }),
    };
    const text = JSON.stringify(message);
    if (text !== this.#told && this.#post(message)) this.#told = text;
  }

  async #heardAfter(news: HostEvents['bus']): Promise<void> {
    await this.#opened;
    const fresh =
      this.#before.size === 0 ? news.events : news.events.filter((one) => !this.#before.has(keyOf(one)));
    this.#before = new Set();
    const rows = this.#transcript.add(fresh);
    this.#list(rows, news.missed);
  }

  #heard(news: HostEvents['bus']): void {
    if (news.contract === BUS_CONTRACT) void this.#heardAfter(news);
  }

  #list(rows: readonly ConsoleRow[], missed: number): void {
    const listed = rows.slice(-MOST_ROWS);
    this.#post({ type: 'rows', rows: listed, missed: missed + rows.length - listed.length, fresh: false });
  }

  async #receive(message: FromConsole): Promise<void> {
    try {
      await this.#do(message);
    } catch (error) {
      await showError(error, this.#services.log, 'The event console');
    }
  }

  async #do(message: FromConsole): Promise<void> {
    switch (message.type) {
      case 'ready':
        await this.#opened;
        this.#ready = true;
        this.#tellAll();
        break;
      case 'line':
        await this.#answer(message.id, () => this.#line(message.text));
        break;
      case 'place':
        this.#place(message);
        break;
      case 'choose':
        await this.#choose(message.number);
        break;
      case 'sendAgain':
        await this.#sendAgain(message.number);
        break;
      case 'save':
        await this.#save(message);
        break;
      case 'import':
        await importEvents(this.#services);
        break;
      case 'subscribe':
        await this.#answer(message.id, () => this.#subscribe(message));
        break;
      case 'startLoad':
        this.#startLoad(message);
        break;
      case 'stopLoad':
        this.#stopLoad();
        break;
      case 'clear':
        this.#transcript.clear();
        this.#post({ type: 'rows', rows: [], missed: 0, fresh: true });
        break;
      case 'command':
        await vscode.commands.executeCommand(Command[message.command]);
        break;
    }
  }

  /** Does what the page asked for, and tells it what is wrong where it is not done. */
  async #answer(id: number, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#post({ type: 'answer', id });
    } catch (error) {
      const problem = joinSentences(messageOf(error), adviceFor(error));
      this.#post({ type: 'answer', id, problem });
    }
  }

  async #line(text: string): Promise<void> {
    const { world, events } = act(text, this.#world);
    this.#world = world;
    this.#tellState();
    if (events.length > 0) await this.#publish(events);
  }

  async #publish(events: readonly EventJson[]): Promise<void> {
    requireTrust('run plugins');
    await this.#services.host.request('publish', { contract: BUS_CONTRACT, events });
  }

  #place({ character, room }: Message<'place'>): void {
    try {
      if (character !== undefined) this.#world = become(this.#world, character);
      if (room !== undefined) this.#world = standIn(this.#world, room);
    } finally {
      // The page shows what was chosen; what is refused is taken back.
      this.#told = undefined;
      this.#tellState();
    }
  }

  async #choose(number: number): Promise<void> {
    const mine = ++this.#chosen;
    const entry = this.#transcript.at(number);
    if (entry === undefined) return;
    const detail = await detailOf(this.#services.host, number, entry);
    if (mine === this.#chosen) this.#post(detail);
  }

  async #sendAgain(number: number): Promise<void> {
    const entry = this.#transcript.at(number);
    if (entry === undefined)
      throw new UserError(
        vscode.l10n.t('That event is not kept any more'),
        vscode.l10n.t('Choose another one.'),
      );
    // It is another event: one with an id and a time of its own.
    const { id: _id, timestamp: _timestamp, ...event } = entry.event;
    await this.#publish([event]);
  }

  async #save({ from, to, filter, answers }: Message<'save'>): Promise<void> {
    const { lines, left } = this.#transcript.lines(from, to, filter, answers);
    await saveEvents(this.#services, lines, left);
  }

  async #subscribe({ plugin, patterns }: Message<'subscribe'>): Promise<void> {
    requireTrust('run plugins');
    const { running, projects, host } = this.#services;
    const status = running.all.find(({ id }) => id === plugin);
    const project = status === undefined ? undefined : projects.at(status.folder);
    if (status === undefined || project === undefined)
      throw new UserError(
        vscode.l10n.t('That plugin is not there any more'),
        vscode.l10n.t('Start it again.'),
      );
    await writeSubscriptions(project, patterns);
    if (isActive(status)) await host.request('subscribe', { plugin, patterns });
  }

  #startLoad({ load }: Message<'startLoad'>): void {
    requireTrust('run plugins');
    this.#stopLoad();
    this.#load = new LoadGenerator(
      load,
      (events) => this.#publish(events),
      (error) => {
        this.#stopLoad();
        void showError(error, this.#services.log, 'The load of the event console');
      },
    );
    this.#loadTimer = setInterval(() => this.#tellState(), LOAD_MS);
    this.#tellState();
  }

  #stopLoad(): void {
    clearInterval(this.#loadTimer);
    this.#load?.dispose();
    this.#load = undefined;
    this.#tellState();
  }
}

/** Other for any two events of a bus, but for one that was published twice with an id of its own in one millisecond. */
function keyOf({ id, at, from, hops }: BusEntry): string {
  return JSON.stringify([id, at, from, hops]);
}
