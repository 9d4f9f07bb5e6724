/**
 * Echo plugin: says again what a character said. No output means no action.
 */
export function handle_event() {
  const event = JSON.parse(Host.inputString());

  // What characters say, and nothing else. A plugin that answers plugins talks to itself.
  if (event.type !== 'say' || event.actor_kind === 2) return;

  const { message } = JSON.parse(event.payload);
  if (!message) return;

  const payload = JSON.stringify({ message: `Echo: ${message}` });
  Host.outputString(JSON.stringify({ events: [{ stream: event.stream, type: 'say', payload }] }));
}
