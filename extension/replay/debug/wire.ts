/** Messages of the Debug Adapter Protocol. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { adviceOf, messageOf } from '../../errors.ts';

export type Message = DebugProtocol.ProtocolMessage;

/** The client's request; undefined for what is none. */
export function asRequest(message: unknown): DebugProtocol.Request | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { type, command, seq } = message as Partial<DebugProtocol.Request>;
  if (type !== 'request' || typeof command !== 'string' || typeof seq !== 'number') return undefined;
  return message as DebugProtocol.Request;
}

/** What went wrong in one sentence and what to do in the next. */
export function sentences(error: unknown): string {
  const message = messageOf(error).trim();
  const advice = adviceOf(error, 'the log');
  return /[.!?]$/.test(message) ? `${message} ${advice}` : `${message}. ${advice}`;
}

/** Numbers what is sent. */
export class Wire {
  readonly #send: (message: Message) => void;
  #seq = 1;

  constructor(send: (message: Message) => void) {
    this.#send = send;
  }

  respond(request: DebugProtocol.Request, body?: unknown): void {
    const { seq, command } = request;
    this.#put({
      type: 'response',
      request_seq: seq,
      success: true,
      command,
      ...(body === undefined ? {} : { body }),
    });
  }

  refuse(request: DebugProtocol.Request, error: unknown): void {
    const { seq, command } = request;
    const text = sentences(error);
    // What stands in braces would be a placeholder; a variable of its own is taken as it is.
    const body = {
      error: { id: 1, format: '{text}', variables: { text }, showUser: command === 'launch' },
    };
    this.#put({ type: 'response', request_seq: seq, success: false, command, message: text, body });
  }

  event(event: string, body?: unknown): void {
    this.#put({ type: 'event', event, ...(body === undefined ? {} : { body }) });
  }

  #put(message: Omit<DebugProtocol.Response, 'seq'> | Omit<DebugProtocol.Event, 'seq'>): void {
    this.#send({ seq: this.#seq++, ...message });
  }
}
