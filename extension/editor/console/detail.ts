import { messageOf } from '../../errors.ts';
import type { BusEntry, HostApi } from '../../host/protocol.ts';
import { adviceFor, joinSentences } from '../sentences.ts';
import type { ToConsole } from '../../../webview/protocol.ts';
import { BUS_CONTRACT } from './bus.ts';
import { t } from '../../../webview/text.ts';

/** Characters of a value on the page. */
const LONGEST = 100_000;

/** Everything that is known of an event, and why each plugin did or did not get it. */
export async function detailOf(
  host: Pick<HostApi, 'request'>,
  number: number,
  { id, event, deliveries }: BusEntry,
): Promise<Extract<ToConsole, { type: 'detail' }>> {
  const known = {
    type: 'detail',
    number,
    json: cut(JSON.stringify(event, undefined, 2)),
    payload: cut(setOut(event['payload'])),
    deliveries: deliveries.map(deliveryText),
  } as const;
  try {
    const reasons = await host.request('busReasons', { contract: BUS_CONTRACT, event: id });
    return { ...known, reasons: reasons.map(({ reached, text }) => ({ reached, text })) };
  } catch (error) {
    return { ...known, reasons: [], problem: joinSentences(messageOf(error), adviceFor(error)) };
  }
}

function deliveryText({ plugin, pattern, outcome }: BusEntry['deliveries'][number]): string {
  switch (outcome) {
    case 'queued':
      return t('It is in the inbox of {0} (pattern "{1}").', plugin, pattern);
    case 'dropped':
      return t('It was dropped: there was no room in the inbox of {0} (pattern "{1}").', plugin, pattern);
    case 'absent':
      return t('It went nowhere, because it did not run: {0} (pattern "{1}").', plugin, pattern);
  }
}

/** JSON text on several lines; anything else as it is. */
function setOut(payload: unknown): string {
  if (typeof payload !== 'string') return '';
  try {
    return JSON.stringify(JSON.parse(payload), undefined, 2);
  } catch {
    // A bus only takes JSON; an older recording may have anything.
    return payload;
  }
}

function cut(text: string): string {
  return text.length <= LONGEST
    ? text
    : `${text.slice(0, LONGEST)}\n${t('… {0} more characters', text.length - LONGEST)}`;
}
