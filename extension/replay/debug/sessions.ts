/** Every debug session of a host. */
import type { HostRequests } from '../../host/protocol.ts';
import { asRequest } from './wire.ts';
import { DebugSession, type SessionServices } from './session.ts';

export interface DebugSessionsServices extends SessionServices {
  /** Takes what a session sends to its client. */
  readonly send: (session: string, message: unknown) => void;
}

export interface DebugSessions {
  /** Takes a message of a session's client; the first one makes the session, its end ends it. */
  handle(params: HostRequests['debug']['params']): Promise<undefined>;
  dispose(): Promise<void>;
}

export function createDebugSessions(services: DebugSessionsServices): DebugSessions {
  const sessions = new Map<string, DebugSession>();
  const open = (id: string, message: unknown): DebugSession => {
    const session = new DebugSession(
      id,
      services,
      (message) => {
        services.send(id, message);
      },
      () => sessions.delete(id),
    );
    // What comes after the end of a session is answered, and begins nothing.
    if (asRequest(message)?.command === 'initialize') sessions.set(id, session);
    return session;
  };
  return {
    handle: async ({ session: id, message }) => {
      await (sessions.get(id) ?? open(id, message)).handle(message);
      return undefined;
    },
    dispose: async () => {
      for (const session of [...sessions.values()]) await session[Symbol.asyncDispose]();
    },
  };
}
