/** What can be written next in an expression. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import { childrenOf } from '../../values/tree.ts';
import type { Value } from '../../values/value.ts';
import { evaluate, namesIn } from './evaluate.ts';
import { METHODS, parseExpression } from './expression.ts';
import { recordsAt } from './finder.ts';
import type { Place } from './place.ts';
import type { Run } from './run.ts';
import { typeName } from './tree.ts';

/** The path before the cursor, up to its last dot, and what stands after it. */
const PATH = /((?:[A-Za-z_$][\w$-]*|\[[^\]]*\]|\.)*\.)?([A-Za-z_$][\w$-]*)?$/;

/** Names, or the fields of what stands before the dot. */
export function completionsOf(
  run: Run,
  place: Place,
  { text, column }: DebugProtocol.CompletionsArguments,
): readonly DebugProtocol.CompletionItem[] {
  const [, path, begun = ''] = PATH.exec(text.slice(0, Math.max(0, column - 1))) ?? [];
  const records = recordsAt(run, place);
  const fields = path === undefined ? names(records) : fieldsOf(records, path.slice(0, -1));
  return fields
    .filter(({ label }) => label.startsWith(begun))
    .map((item) => ({ ...item, start: column - 1 - begun.length, length: begun.length }));
}

function names(records: readonly Value[]): readonly DebugProtocol.CompletionItem[] {
  const seen = new Map<string, Value>();
  for (const record of records)
    for (const { name, value } of childrenOf(record)) if (!seen.has(name)) seen.set(name, value);
  return [...seen].map(([label, value]) => ({ label, type: 'variable', detail: typeName(value) }));
}

function fieldsOf(records: readonly Value[], path: string): readonly DebugProtocol.CompletionItem[] {
  try {
    const value = evaluate(parseExpression(path), namesIn(...records));
    if (value === undefined) return [];
    if (value.type === 'list') return [{ label: 'length', type: 'property', detail: 'u32' }];
    const fields = childrenOf(value, 0, 100).map(({ name, value: field }) => ({
      label: name,
      type: 'field' as const,
      detail: typeName(field),
    }));
    const methods = METHODS.map((label) => ({ label, text: `${label}("")`, type: 'method' as const }));
    return fields.length > 0 ? fields : [{ label: 'length', type: 'property', detail: 'u32' }, ...methods];
  } catch {
    return []; // What is not an expression yet has no fields.
  }
}
