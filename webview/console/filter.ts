import type { ConsoleFilter, ConsoleRow } from '../protocol.ts';

/** Whether an event is one of those that are shown; the editor saves by the same. */
export function isShown(
  row: Pick<ConsoleRow, 'stream' | 'eventType'>,
  { stream, eventType }: ConsoleFilter,
): boolean {
  return row.stream.includes(stream) && (eventType === '' || row.eventType === eventType);
}
