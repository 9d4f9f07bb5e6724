/** Other values in a recording's events, as people write them. */
import { UserError } from '../errors.ts';
import type { Contract, EncodedEvent } from '../host/contract.ts';
import type { EventEdit } from '../host/protocol.ts';
import { headOf, type Recording } from '../recording/record.ts';
import { parseValue } from '../values/parse.ts';
import { at, withAt } from '../values/tree.ts';
import type { Crossing } from '../values/value.ts';
import type { Edits } from './execution.ts';
import type { Life } from './lives.ts';

/** The edits of a life's events; undefined where there are none. Throws a UserError that names the event and the field. */
export function editsOf(
  edits: readonly EventEdit[],
  recording: Recording,
  life: Life,
  contract: Contract,
): Edits | undefined {
  if (edits.length === 0) return undefined;
  const edited = new Map<number, Crossing['arguments']>();
  const events = new Map<number, EncodedEvent>();
  for (const edit of edits) {
    const position = life.events.findIndex((index) => headOf(recording, index).event === edit.event);
    const record = recording.at(life.events[position] ?? life.events[0] ?? 0);
    const before = edited.get(position) ?? contract.values(record)?.arguments;
    if (position < 0 || before === undefined)
      throw new UserError(`There is no event ${edit.event} in this life.`, rangeOf(recording, life));
    const after = withField(before, edit);
    edited.set(position, after);
    events.set(
      position,
      named(edit, () => contract.editEvent(record, after)),
    );
  }
  return { events, answers: new Map() };
}

function withField(before: Crossing['arguments'], edit: EventEdit): Crossing['arguments'] {
  const { event, path, value } = edit;
  return named(edit, () => {
    const whole = { type: 'record', fields: before } as const;
    const there = path === '' ? undefined : at(whole, path);
    if (there === undefined) {
      throw new UserError(
        `Event ${event} has no field "${path}".`,
        `It has ${before.map(({ name }) => name).join(', ')}; write a path such as packet.text.`,
      );
    }
    const changed = withAt(whole, path, parseValue(value, there));
    return changed.type === 'record' ? changed.fields : before;
  });
}

/** Says which edit an error is about. */
function named<T>(edit: EventEdit, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const where = `event ${edit.event}, ${edit.path} = ${edit.value}`;
    throw new UserError(`${where}: ${error.message}`, error.advice, { cause: error });
  }
}

function rangeOf(recording: Recording, life: Life): string {
  const [first, last] = [life.events[0], life.events.at(-1)];
  if (first === undefined || last === undefined) return 'It has no events.';
  return `Its events are ${headOf(recording, first).event} to ${headOf(recording, last).event}.`;
}
