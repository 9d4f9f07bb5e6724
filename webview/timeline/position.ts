import { formatCount } from '../format.ts';
import { t } from '../text.ts';
import type { Search } from './model/model.ts';

/** `12 of 345`, as far as it is known; empty where nothing is searched. */
export function positionText({ filter, matching, complete, position }: Search): string {
  if (filter.trim() === '') return '';
  const all = complete ? formatCount(matching) : t('{0} so far', formatCount(matching));
  if (matching === 0) return complete ? t('No match') : t('Searching…');
  if (position === undefined) return matching === 1 && complete ? t('1 match') : t('{0} matches', all);
  return t('{0} of {1}', formatCount(position + 1), all);
}
