/** Edits of a filter's text by quick choices: the words of one field are replaced, the rest stays as it was typed. */
import { fieldNamed, fixedNamed, KINDS } from '../../extension/recording/filter/fields.ts';
import { wordsOf } from '../../extension/recording/filter/words.ts';
import type { Word, Written } from '../../extension/recording/filter/words.ts';
import { rowKinds } from '../kinds.ts';
import type { RowKind } from '../protocol.ts';

/** The words of a field, whatever name of it was typed. */
function wordsFor(text: string, field: string): readonly Word[] {
  return wordsOf(text).filter(
    (word) => word.field !== undefined && fieldNamed(word.field.name)?.name === field,
  );
}

function textOf({ pieces }: Written): string {
  return pieces.map((piece) => piece.text).join('');
}

/** The value as it is written in a filter: in quotes where it would be taken apart. */
export function written(value: string): string {
  if (/^[\w./@#$][\w./@:#$-]*$/.test(value)) return value;
  return `"${value.replaceAll(/[\\"]/g, '\\$&')}"`;
}

/** Replaces everything that the text says of a field, at the place of the first of it; no value takes it away. */
export function withField(text: string, field: string, values: readonly string[], negated = false): string {
  const word = values.length === 0 ? '' : `${negated ? '-' : ''}${field}:${values.map(written).join(',')}`;
  const found = wordsFor(text, field);
  if (found.length === 0) return [text.trim(), word].filter((part) => part !== '').join(' ');
  const parts: string[] = [];
  let at = 0;
  for (const [index, { start, end }] of found.entries()) {
    parts.push(text.slice(at, start).trim());
    if (index === 0) parts.push(word);
    at = end;
  }
  parts.push(text.slice(at).trim());
  return parts.filter((part) => part !== '').join(' ');
}

/** The kinds that the text lets through, as far as its words of kind say. */
export function shownKinds(text: string): readonly RowKind[] {
  let shown = rowKinds.map(({ kind }) => kind);
  for (const { negated, values } of wordsFor(text, 'kind')) {
    const named = values.flatMap((value) => fixedNamed(KINDS, textOf(value)) ?? []);
    if (named.length > 0) shown = shown.filter((kind) => named.includes(kind) !== negated);
  }
  return shown;
}

/** Lets these kinds through and no others, in the fewest words. */
export function withKinds(text: string, shown: readonly RowKind[]): string {
  const all = rowKinds.map(({ kind }) => kind);
  const hidden = all.filter((kind) => !shown.includes(kind));
  return hidden.length <= shown.length
    ? withField(text, 'kind', hidden, true)
    : withField(text, 'kind', shown.length === 0 ? all : shown, shown.length === 0);
}

/** The one plugin that the text asks for; empty where it asks for none, or for several. */
export function onlyPlugin(text: string): string {
  const found = wordsFor(text, 'plugin');
  const [word] = found;
  const [value] = word?.values ?? [];
  if (found.length !== 1 || word?.negated !== false || word.values.length !== 1 || value === undefined)
    return '';
  return textOf(value);
}
