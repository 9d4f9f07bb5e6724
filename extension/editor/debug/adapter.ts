/** The debug adapter of the editor: passes messages on to the host process, where the session is. */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';

import { messageOf } from '../../errors.ts';
import { adviceFor, joinSentences } from '../sentences.ts';
import { requireTrust } from '../trust.ts';
import type { HostApi } from '../../host/protocol.ts';

/** Makes an adapter for each session, and ends them all when the host process does. */
export class Adapters implements vscode.DebugAdapterDescriptorFactory {
  readonly #host: HostApi;
  readonly #adapters = new Set<Adapter>();

  constructor(host: HostApi) {
    this.#host = host;
  }

  /** Throws a UserError in Restricted Mode: a replay runs the plugin. */
  createDebugAdapterDescriptor(): vscode.DebugAdapterDescriptor {
    requireTrust('debug recordings');
    const adapter: Adapter = new Adapter(this.#host, () => this.#adapters.delete(adapter));
    this.#adapters.add(adapter);
    return new vscode.DebugAdapterInlineImplementation(adapter);
  }

  /** The host process ended, and the sessions with it. */
  lost(): void {
    for (const adapter of this.#adapters) adapter.lost();
  }
}

class Adapter extends vscode.Disposable implements vscode.DebugAdapter {
  readonly #host: HostApi;
  readonly #session = randomUUID().slice(0, 8);
  readonly #sent = new vscode.EventEmitter<vscode.DebugProtocolMessage>();
  readonly #disposed: () => void;
  readonly #off: () => void;
  #lost = false;

  readonly onDidSendMessage = this.#sent.event;

  constructor(host: HostApi, disposed: () => void) {
    super(() => undefined);
    this.#host = host;
    this.#disposed = disposed;
    this.#off = host.on('debug', ({ session, message }) => {
      if (session === this.#session) this.#sent.fire(message as vscode.DebugProtocolMessage);
    });
  }

  handleMessage(message: vscode.DebugProtocolMessage): void {
    if (this.#lost) {
      this.#refuse(message, new Error(vscode.l10n.t('The process that ran the replay has ended.')));
      return;
    }
    this.#host.request('debug', { session: this.#session, message }).catch((error: unknown) => {
      this.#refuse(message, error);
    });
  }

  lost(): void {
    if (this.#lost) return;
    this.#lost = true;
    const output = `${vscode.l10n.t('The process that ran the replay has ended. Start debugging again.')}\n`;
    this.#event('output', { category: 'important', output });
    this.#event('terminated');
  }

  override dispose(): void {
    this.#off();
    this.#sent.dispose();
    this.#disposed();
  }

  /** Answers where nobody else does any more. */
  #refuse(message: vscode.DebugProtocolMessage, error: unknown): void {
    const request = message as { readonly seq?: unknown; readonly command?: unknown };
    // The end of a session is not to fail.
    const success = request.command === 'disconnect' || request.command === 'terminate';
    const text = joinSentences(messageOf(error), adviceFor(error));
    this.#fire({
      type: 'response',
      request_seq: request.seq,
      command: request.command,
      success,
      message: text,
    });
  }

  #event(event: string, body?: object): void {
    this.#fire({ type: 'event', event, ...(body === undefined ? {} : { body }) });
  }

  #fire(message: object): void {
    this.#sent.fire({ seq: 0, ...message });
  }
}
