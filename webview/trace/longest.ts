import { visible } from '../../extension/recording/visible.ts';
import { formatDuration } from '../format.ts';
import { labelOf } from '../kinds.ts';
import type { FunctionStats } from '../protocol.ts';
import { t } from '../text.ts';
import type { Asks } from './asks.ts';
import { shortText } from './cells.ts';
import { withField } from './filter-text.ts';
import type { MenuEntries, MenuItem } from './popup.ts';
import { againMs } from './rows.ts';

/** Functions of which the menu has the longest one. */
const mostListed = 8;

/** Durations that the menu offers to filter by, as a filter writes them. */
const limits = ['1ms', '10ms', '100ms', '1s'] as const;

/** What is known of how long functions took. */
export interface LongestFound {
  /** How much of the recording was read for it, from 0 to 1. */
  readonly read: number;
  /** Empty until all of it was. */
  readonly functions: readonly FunctionStats[];
}

/** Reads the whole recording and says how far it is; the last one has the functions. */
export async function* longestFound(asks: Asks): AsyncGenerator<LongestFound> {
  for (;;) {
    const whole = await asks.ask('lanes', { query: { buckets: 1, lanes: [] } }, 'longest');
    if (whole === undefined) return;
    if (whole.indexed >= 1) {
      const query = { from: 0, to: whole.duration };
      const stats = await asks.ask('stats', { query }, 'longest');
      if (stats !== undefined) yield { read: 1, functions: stats.functions };
      return;
    }
    yield { read: whole.indexed, functions: [] };
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
}

/** What took long: the longest one of each function, longest first, and the filter by duration. */
export function longestEntries(
  { read, functions }: LongestFound,
  filter: string,
  deeds: { readonly goTo: (record: number) => void; readonly setFilter: (text: string) => void },
): MenuEntries {
  const reading: MenuItem = {
    label: t('Reading the recording: {0} %', Math.floor(read * 100)),
    disabled: true,
    run: () => undefined,
  };
  const listed = functions
    .filter(({ longestMs }) => longestMs > 0)
    .toSorted((a, b) => b.longestMs - a.longestMs)
    .slice(0, mostListed)
    .map((one): MenuItem => {
      const what = `${visible(shortText(one.name))} · ${labelOf(one.kind)} · ${visible(one.plugin)}`;
      return {
        label: `${formatDuration(one.longestMs)}: ${what}`,
        run: () => deeds.goTo(one.longest),
      };
    });
  const only = limits.map((limit): MenuItem => {
    const text = [withField(filter, 'duration', []), `duration:>${limit}`].filter((part) => part !== '');
    return {
      label: t('Only What Took More than {0}', limit.replace(/(?<=\d)(?=[a-z])/, ' ')),
      run: () => deeds.setFilter(text.join(' ')),
    };
  });
  const first = read < 1 ? [reading] : listed;
  return [...first, ...(first.length === 0 ? [] : ['line' as const]), ...only];
}
