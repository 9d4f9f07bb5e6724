import { UserError } from '../errors.ts';
import { inBase, readAmount } from '../recording/filter/units.ts';

/** Milliseconds since a recording's start; open where absent. */
export interface Stretch {
  readonly from?: number;
  readonly to?: number;
}

/** What `--from` and `--to` say. Throws a UserError for what is no time, and for an end before the beginning. */
export function stretchOf(typedFrom: string | undefined, typedTo: string | undefined): Stretch {
  const from = timeOf('from', typedFrom);
  const to = timeOf('to', typedTo);
  if (from !== undefined && to !== undefined && from > to)
    throw new UserError(
      `--from ${typedFrom ?? ''} is later than --to ${typedTo ?? ''}`,
      'Turn the two about.',
    );
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

/** Milliseconds. */
function timeOf(name: string, typed: string | undefined): number | undefined {
  if (typed === undefined) return undefined;
  const amount = readAmount(typed.trim(), 'time');
  if (amount !== undefined) return inBase('time', { ...amount, open: false });
  throw new UserError(
    `--${name} must be a time since the recording's start, not "${typed}"`,
    'Write milliseconds (1500), or a number with a unit: 1.5s, 2min, 800us.',
  );
}
