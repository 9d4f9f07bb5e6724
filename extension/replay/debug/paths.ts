/** Which editable value an expression names. */
import { at } from '../../values/tree.ts';
import type { Step } from '../../values/path.ts';
import type { Value } from '../../values/value.ts';
import type { Expression } from './expression.ts';
import type { Place } from './place.ts';
import type { Run } from './run.ts';
import type { Editable } from './tree.ts';

/** Undefined for what is no path, and for what cannot be edited: arguments of host calls, computed values. */
export function pathOf(run: Run, { position, step }: Place, expression: Expression): Editable | undefined {
  const path = stepsOf(expression);
  const [first, ...rest] = path ?? [];
  if (path === undefined || first === undefined) return undefined;
  const { contract } = run.execution.options;
  const group = run.group(position);
  const index = step === 0 ? undefined : run.hostCalls(position)[step - 1];
  const call = index === undefined ? undefined : contract.values(run.record(index));
  const args = group?.first === undefined ? [] : (contract.values(run.record(group.first))?.arguments ?? []);
  const event: Value = { type: 'record', fields: args };
  if (first === 'event') return found({ of: 'event', path: rest }, event);
  const result: Value = {
    type: 'record',
    fields: call?.result === undefined ? [] : [{ name: 'result', value: call.result }],
  };
  if (first === 'call') return found({ of: 'result', path: rest }, result);
  if (first === 'result') return found({ of: 'result', path }, result);
  // A name of the host call's hides the event's.
  if (call?.arguments.some(({ name }) => name === first) === true) return undefined;
  return found({ of: 'event', path }, event);
}

function found(editable: Editable, whole: Value): Editable | undefined {
  const { path } = editable;
  return path.length > 0 && at(whole, path) !== undefined ? editable : undefined;
}

function stepsOf(expression: Expression): readonly Step[] | undefined {
  switch (expression.kind) {
    case 'name':
      return [expression.name];
    case 'member': {
      const of = stepsOf(expression.of);
      return of === undefined ? undefined : [...of, expression.name];
    }
    case 'element': {
      const of = stepsOf(expression.of);
      const { index } = expression;
      if (of === undefined || index.kind !== 'literal') return undefined;
      return typeof index.value === 'string' || typeof index.value === 'number'
        ? [...of, index.value]
        : undefined;
    }
    case 'literal':
    case 'unary':
    case 'binary':
    case 'choice':
    case 'call':
      return undefined;
  }
}
