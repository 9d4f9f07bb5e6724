/**
 * Echo plugin: says again what a character said. No output means no action.
 */

/** What HoloMUSH delivers. */
interface MushEvent {
  readonly id: string;
  readonly stream: string;
  readonly type: string;
  /** Milliseconds since the Unix epoch. */
  readonly timestamp: number;
  /** 0 a character, 1 the system, 2 a plugin. */
  readonly actor_kind: number;
  readonly actor_id: string;
  /** JSON text, whose fields depend on the type. */
  readonly payload: string;
}

interface Response {
  readonly events: readonly { readonly stream: string; readonly type: string; readonly payload: string }[];
}

export function handle_event(): void {
  const event = JSON.parse(Host.inputString()) as MushEvent;

  // What characters say, and nothing else. A plugin that answers plugins talks to itself.
  if (event.type !== 'say' || event.actor_kind === 2) return;

  const { message } = JSON.parse(event.payload) as { message?: string };
  if (!message) return;

  const payload = JSON.stringify({ message: `Echo: ${message}` });
  const response: Response = { events: [{ stream: event.stream, type: 'say', payload }] };
  Host.outputString(JSON.stringify(response));
}
