/** An event as a text with one line for everything that happened with it: what is highlighted as one steps. */
import { RecordKind } from '../../recording/record.ts';
import { printValue } from '../../values/wave.ts';
import { callText, exportOf, outcomeText } from '../compare.ts';
import type { Place } from './place.ts';
import type { Run } from './run.ts';

/** Elements of a list that a line shows. */
const SHOWN = 16;
/** Characters of a line; the variables have the rest. */
const WIDTH = 400;
const decoder = new TextDecoder();

/** Lines that stand before those of host calls and output: the event and its call. */
const HEAD = 2;

/** The text of an event that was run. */
export function textOfEvent(run: Run, position: number): string {
  const group = run.group(position);
  if (group?.first === undefined) return '';
  const { contract } = run.execution.options;
  const event = run.record(group.first);
  const lines = [
    `event ${event.event} ${event.name}${argumentsText(run, group.first)}`,
    `  ${callName(run, position)}`,
  ];
  for (const index of group.records) {
    const record = run.record(index);
    lines.push(
      record.kind === RecordKind.output
        ? `    ${record.name}: ${decoder.decode(record.payload).trimEnd().replaceAll('\n', ' ⏎ ')}`
        : `    ${callText(record, contract)}`,
    );
  }
  lines.push(`  ${callName(run, position)} -> ${outcomeText({ recording: run.trace, group }, contract)}`);
  return `${lines.map(cut).join('\n')}\n`;
}

/** Lines of a place, counted from 1: of the event, of its export call, and of the host call where one stands at one. */
export function linesOf(
  run: Run,
  { position, step }: Place,
): { readonly event: number; readonly call: number; readonly hostCall: number | undefined } {
  const records = run.group(position)?.records ?? [];
  const index = run.hostCalls(position)[step - 1];
  if (step === 0) return { event: 1, call: HEAD, hostCall: undefined };
  if (index === undefined) return { event: 1, call: HEAD + records.length + 1, hostCall: undefined };
  return { event: 1, call: HEAD, hostCall: HEAD + records.indexOf(index) + 1 };
}

/** The export that an event went to. */
export function callName(run: Run, position: number): string {
  const group = run.group(position);
  const { contract } = run.execution.options;
  return group === undefined ? '' : exportOf({ recording: run.trace, group }, contract);
}

/** The arguments of an event, without the pin that it is called by. */
function argumentsText(run: Run, index: number): string {
  const event = run.record(index);
  const { contract } = run.execution.options;
  const shown = (contract.values(event)?.arguments ?? []).filter(
    ({ value }) => value.type !== 'string' || value.value !== event.name,
  );
  if (shown.length === 0) return '';
  const texts = shown.map(
    ({ name, value }) => `${name}: ${printValue(value, { most: SHOWN, plainJson: true })}`,
  );
  return ` (${texts.join(', ').replaceAll('\n', ' ')})`;
}

function cut(line: string): string {
  return line.length > WIDTH ? `${line.slice(0, WIDTH)}…` : line;
}
