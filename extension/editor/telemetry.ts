import * as vscode from 'vscode';

import type { OtlpStatus } from '../export/otlp-live.ts';
import type { HostApi } from '../host/protocol.ts';
import { logError } from './log.ts';
import type { Log } from './log.ts';
import { Command } from './names.ts';
import { readSetting } from './settings.ts';

/** Where spans and logs go, and with which headers: these may be secrets, and are nowhere but in memory. */
interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends the live recording to an OpenTelemetry collector while the user wants it to. */
export class Telemetry implements vscode.Disposable {
  readonly #host: HostApi;
  readonly #log: Log;
  readonly #item = vscode.window.createStatusBarItem('hotplug.telemetry', vscode.StatusBarAlignment.Left);
  readonly #ends: readonly (() => void)[];
  #endpoint: Endpoint | undefined;
  #ready = false;

  constructor(host: HostApi, log: Log) {
    this.#host = host;
    this.#log = log;
    this.#item.name = vscode.l10n.t('Hotplug: Collector');
    this.#item.command = Command.sendTelemetry;
    const settings = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('hotplug.telemetry')) this.#configure();
    });
    const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => this.#configure());
    this.#ends = [
      () => void settings.dispose(),
      () => void trust.dispose(),
      host.on('telemetry', (status) => this.#show(status)),
    ];
    this.#endpoint = configured();
  }

  /** A host process is there: it knows nothing of the one before. */
  hostReady(): void {
    this.#ready = true;
    if (this.#endpoint !== undefined) void this.#send();
  }

  /** Asks for the address and the headers; ends sending where there is no address. */
  async choose(): Promise<void> {
    const title = vscode.l10n.t('Send Live Recording to a Collector');
    const url = await vscode.window.showInputBox({
      title,
      prompt: vscode.l10n.t('Address of the collector (OTLP over HTTP); empty to send nothing'),
      placeHolder: 'http://localhost:4318',
      value: this.#endpoint?.url ?? '',
      ignoreFocusOut: true,
      validateInput: (typed) => urlProblem(typed.trim()),
    });
    if (url === undefined) return;
    if (url.trim() === '') {
      await this.#replace(undefined);
      return;
    }
    const headers = await vscode.window.showInputBox({
      title,
      prompt: vscode.l10n.t(
        'Headers, as for authentication: name=value, separated by commas. Kept in memory only.',
      ),
      password: true,
      ignoreFocusOut: true,
      validateInput: (typed) =>
        readHeaders(typed) === undefined
          ? vscode.l10n.t('Write name=value, separated by commas.')
          : undefined,
    });
    if (headers === undefined) return;
    await this.#replace({ url: url.trim(), headers: readHeaders(headers) ?? {} });
  }

  #configure(): void {
    const next = configured();
    // Headers of the address that stays are kept.
    if (next?.url !== this.#endpoint?.url) void this.#replace(next);
  }

  async #replace(next: Endpoint | undefined): Promise<void> {
    this.#endpoint = next;
    if (next === undefined) this.#item.hide();
    if (this.#ready) await this.#send();
  }

  async #send(): Promise<void> {
    const endpoint = this.#endpoint;
    try {
      await this.#host.request('sendTelemetry', endpoint === undefined ? {} : { endpoint });
      if (endpoint === undefined) return;
      this.#item.text = '$(radio-tower)';
      this.#item.tooltip = vscode.l10n.t('Spans and logs go to {0}.', endpoint.url);
      this.#item.show();
    } catch (error) {
      logError(this.#log, 'Sending telemetry', error);
    }
  }

  #show({ spans, logs, dropped, problem }: OtlpStatus): void {
    if (this.#endpoint === undefined) return;
    this.#item.text = problem === undefined ? '$(radio-tower)' : '$(radio-tower) $(warning)';
    this.#item.tooltip = [
      vscode.l10n.t('{0} spans and {1} logs sent to {2}.', spans, logs, this.#endpoint.url),
      ...(dropped === 0 ? [] : [vscode.l10n.t('{0} were not delivered.', dropped)]),
      ...(problem === undefined ? [] : [problem]),
    ].join(' ');
    this.#item.show();
  }

  dispose(): void {
    for (const end of this.#ends) end();
    this.#item.dispose();
  }
}

/** Nothing leaves a workspace that is not trusted. */
function configured(): Endpoint | undefined {
  const url = readSetting('hotplug.telemetry.endpoint').trim();
  return vscode.workspace.isTrusted && url !== '' ? { url, headers: {} } : undefined;
}

function urlProblem(url: string): string | undefined {
  if (url === '' || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) return undefined;
  return vscode.l10n.t('Write an address like http://localhost:4318.');
}

function readHeaders(text: string): Readonly<Record<string, string>> | undefined {
  const headers: Record<string, string> = {};
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const [, name, value] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    if (name === undefined || value === undefined) return undefined;
    headers[name] = value;
  }
  return headers;
}
