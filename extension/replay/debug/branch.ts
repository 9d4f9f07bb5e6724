/** Starts a branch: the same life with another value in one of its events, or another result of a host call. */
import { UserError } from '../../errors.ts';
import type { NamedAnswer } from '../../host/answers.ts';
import type { RawRecord } from '../../recording/record.ts';
import { fieldPath, elementPath, type Step } from '../../values/path.ts';
import { parseValue } from '../../values/parse.ts';
import { at, withAt } from '../../values/tree.ts';
import type { NamedValue, Value } from '../../values/value.ts';
import { printValue } from '../../values/wave.ts';
import type { Edits } from '../execution.ts';
import type { Place } from './place.ts';
import type { Run } from './run.ts';
import type { Editable } from './tree.ts';

/** A branch that is to be made. */
export interface Edited {
  readonly edits: Edits;
  /** The new value. */
  readonly value: Value;
  /** For people: `event 5: packet = text("x")`. */
  readonly what: string;
  /** Which host call of the event got another result, from 0. */
  readonly hostCall: number | undefined;
}

/**
 * What is to be run where the value at a place becomes what the text says, in WAVE. Throws a UserError
 * that says what is wrong with the text or with the value.
 */
export function edited(run: Run, place: Place, target: Editable, text: string): Edited {
  return target.of === 'event'
    ? editedEvent(run, place, target.path, text)
    : editedResult(run, place, target.path, text);
}

function editedEvent(run: Run, { position }: Place, path: readonly Step[], text: string): Edited {
  const { contract, edits } = run.execution.options;
  const first = run.group(position)?.first;
  if (first === undefined) throw nothingHere();
  const record = run.record(first);
  const { fields, value } = replaced(contract.values(record)?.arguments ?? [], path, text);
  const events = new Map(edits?.events);
  events.set(position, contract.editEvent(record, fields));
  return {
    edits: { events, answers: new Map(edits?.answers) },
    value,
    what: `event ${record.event}: ${pathText(path)} = ${shown(value)}`,
    hostCall: undefined,
  };
}

function editedResult(run: Run, { position, step }: Place, path: readonly Step[], text: string): Edited {
  const { contract, edits } = run.execution.options;
  const calls = run.hostCalls(position);
  const index = calls[step - 1];
  if (index === undefined) throw nothingHere();
  const record = run.record(index);
  const result = contract.values(record)?.result;
  if (result === undefined)
    throw new UserError(
      `${record.name} returns nothing that can be edited.`,
      'Edit another host call, or the event.',
    );
  const { fields, value } = replaced([{ name: 'result', value: result }], path, text);
  const payload = contract.editResult(record, fields[0]?.value ?? result);
  const answers = new Map(edits?.answers);
  answers.set(position, answersWith(run, position, step - 1, { ...record, payload }));
  return {
    edits: { events: new Map(edits?.events), answers },
    value,
    what: `event ${record.event}: ${pathText(path)} of ${record.name} = ${shown(value)}`,
    hostCall: step - 1,
  };
}

/** The answers to an event's host calls with another one to one of them. */
function answersWith(
  run: Run,
  position: number,
  hostCall: number,
  record: RawRecord,
): readonly NamedAnswer[] {
  const { contract } = run.execution.options;
  const answer = contract.answerOf(record);
  if (answer === undefined)
    throw new UserError(`${record.name} gets no answer.`, 'Edit another host call, or the event.');
  const before = run.hostCalls(position).slice(0, hostCall);
  const isSame = (name: string, key: string): boolean => name === record.name && key === answer.key;
  // A call gets the first answer with its name and key that no call before it got.
  const nth = before.filter((index) => {
    const other = run.record(index);
    return isSame(other.name, contract.answerOf(other)?.key ?? '');
  }).length;
  const answers = run.execution.answers(position);
  const matching = answers.flatMap(({ name, key }, index) => (isSame(name, key) ? [index] : []));
  const edited: NamedAnswer = { name: record.name, key: answer.key, bytes: answer.bytes.slice() };
  const place = matching[nth];
  if (place !== undefined) return answers.with(place, edited);
  // It was not recorded: those before it of the same name keep what they were given.
  const given = before.slice().flatMap((index): readonly NamedAnswer[] => {
    const other = run.record(index);
    const known = contract.answerOf(other);
    return known === undefined || !isSame(other.name, known.key)
      ? []
      : [{ name: other.name, key: known.key, bytes: known.bytes.slice() }];
  });
  return [...answers, ...given.slice(matching.length), edited];
}

function replaced(
  fields: readonly NamedValue[],
  path: readonly Step[],
  text: string,
): { readonly fields: readonly NamedValue[]; readonly value: Value } {
  const whole: Value = { type: 'record', fields };
  const there = at(whole, path);
  if (there === undefined)
    throw new UserError(`There is no ${pathText(path)} here.`, 'Choose a value that is shown.');
  const value = parseValue(text, there);
  const changed = withAt(whole, path, value);
  return { fields: changed.type === 'record' ? changed.fields : fields, value };
}

function pathText(path: readonly Step[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? elementPath(text, step) : fieldPath(text, step)),
    '',
  );
}

function shown(value: Value): string {
  const text = printValue(value, { most: 4, plainJson: true });
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function nothingHere(): UserError {
  return new UserError('There is nothing here that can be edited.', 'Go to an event or a host call.');
}
