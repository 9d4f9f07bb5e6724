import { UserError } from '../errors.ts';
import type { Describers } from '../recording/describe.ts';
import { parse } from '../recording/filter/index.ts';
import type { Recording } from '../recording/record.ts';
import { Deadline } from '../recording/rows/deadline.ts';
import { Look } from '../recording/rows/look.ts';
import { Matches } from '../recording/rows/matches.ts';
import { BLOCK, Shapes } from '../recording/rows/shapes.ts';
import { TelemetryKinds } from '../recording/rows/telemetry-kinds.ts';

/**
 * Which records of a recording a filter lets through, each looked at once; every row where it is empty, and never a
 * sample of a counter. Throws a UserError where the filter means something that there is not.
 */
export function filterOf(
  recording: Recording,
  describers: Describers,
  text: string,
): (record: number) => boolean {
  const filter = parse(text);
  const [problem] = filter.problems;
  if (problem !== undefined)
    throw new UserError(
      `The filter is not understood at "${text.slice(problem.start, problem.end)}": ${problem.message}`,
      'docs/filters.md has the language.',
    );
  const look = new Look(recording, describers, new TelemetryKinds(describers));
  const matches = new Matches(recording, new Shapes(recording), look, filter);
  const noHurry = new Deadline(Infinity);
  return (record) => {
    matches.scanBlock(Math.floor(record / BLOCK), noHurry);
    return matches.found.has(record);
  };
}
